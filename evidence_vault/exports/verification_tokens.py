"""How to check a time-stamp token without this program, under a root had from the authority itself."""

from collections.abc import Iterator

from evidence_vault.exports.checked import ROOT, Checked, Command
from evidence_vault.signing.tokens import openssl_verify_command

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def token_commands(checked: Checked) -> Iterator[Command]:
    """The commands for the token that bounds the example from above; none where there is no token."""
    token = checked.token
    if token is None:
        return
    chosen = "" if token.shipped else " (racine choisie par celui qui tient le registre)"
    yield Command(
        f"Prendre la contremarque de temps qui couvre l’inscription n° {checked.index}",
        f"Elle porte sur le point de contrôle à {token.size} inscriptions, donc sur les inscriptions n° 0 à "
        f"{token.size - 1}. Son nom de fichier est son empreinte.",
        (f"cp timestamps/{token.digest}.tsr \\", "    contremarque.tsr", "sha256sum contremarque.tsr"),
        token.digest,
        "sha256sum",
    )
    yield Command(
        "Trouver l’inscription qui la nomme",
        f"C’est l’inscription n° {token.index}, à la ligne {token.index + 1} : ce qui suit cette inscription dans le "
        "registre est plus récent que la contremarque.",
        (f"grep -n {token.digest} \\", "    ledger/bodies.jsonl | sed 's/^\\([0-9]*\\):.*/ligne \\1/'"),
        f"ligne {token.index + 1}",
        "sed",
    )
    yield Command(
        "Obtenir la racine de l’autorité, et la contrôler",
        f"Demandez à l’autorité ({token.authority}), sur son site ou par écrit, son certificat racine "
        f"« {token.root} », et placez-le à côté de l’archive sous le nom {ROOT}. L’archive n’en contient pas : une "
        "racine remise par celui qu’on vérifie ne prouverait rien. D’un fichier .crt ou .cer, « openssl x509 -in "
        f"racine.crt -out {ROOT} » fait un fichier .pem. L’empreinte ci-dessous est celle de la racine sous laquelle "
        f"la contremarque a été jugée ici{chosen} ; comparez-la aussi à celle que l’autorité publie.",
        (f"openssl x509 -in ../{ROOT} -outform DER | sha256sum",),
        token.root_sha256,
        "openssl",
    )
    yield Command(
        "Vérifier la contremarque de temps",
        "L’option -attime fait juger les certificats à l’heure de la contremarque ; sans elle, la commande échouerait "
        "dès que le certificat de l’autorité a expiré. Si openssl ne trouve pas un certificat intermédiaire, "
        "demandez-le à l’autorité et ajoutez « -untrusted intermediaires.pem ».",
        openssl_verify_command(f"checkpoints/{token.size:09d}.note", "contremarque.tsr", f"../{ROOT}", token.gen_time),
        "Verification: OK",
        "openssl",
    )
    yield Command(
        "Lire l’heure de la contremarque",
        "L’heure est en temps universel (GMT). Augmentée de la précision annoncée (« Accuracy »), c’est la borne "
        f"supérieure de l’inscription n° {checked.index} : elle existait au plus tard à ce moment.",
        ("openssl ts -reply -in contremarque.tsr -text | grep -A 1 'Time stamp'",),
        f"{_MONTHS[token.gen_time.month - 1]} {token.gen_time.day:2} {token.gen_time:%H:%M:%S}",
        "openssl",
    )
