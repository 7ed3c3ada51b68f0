"""How to check a case without this program: commands that work as printed.

The dossier and the bundle's own VERIFIER.md print the same list, and a test runs it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from evidence_vault.exports.inclusion import folding
from evidence_vault.signing.public import fingerprint, key_id
from evidence_vault.signing.tokens import openssl_verify_command
from evidence_vault.words import CertificateOrigin

ARCHIVE = "archive-de-preuve.zip"
DOSSIER = "dossier.pdf"
INCLUSION = "Recalculer la racine du registre depuis cette seule inscription"


@dataclass(frozen=True, slots=True)
class Command:
    """One step: why, what to type, and what must appear."""

    title: str
    why: str
    lines: tuple[str, ...]
    """As they are typed in a shell, one after the other; each fits on a printed line."""
    expected: str
    """Words that the output holds when all is well."""
    program: str
    """The program that does the work, which the reader may have to install."""


@dataclass(frozen=True, slots=True)
class ExampleToken:
    """The token that bounds the example from above, and the root under which it is valid."""

    digest: str
    """SHA-256 of the TimeStampResp, in hexadecimal: its name in the archive."""
    size: int
    """How many entries the stamped checkpoint covers."""
    index: int
    """The entry that names it."""
    gen_time: dt.datetime
    authority: str
    root: str
    """The name of the root, for whoever asks the authority for it."""
    root_sha256: str
    shipped: bool
    """Whether the root ships with the program."""


@dataclass(frozen=True, slots=True)
class PageSigner:
    """The certificate that signs the pages of a dossier."""

    origin: CertificateOrigin
    index: int
    """The entry that names it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The ledger that the commands are about, and the entry taken as an example."""

    size: int
    root: str
    """In hexadecimal."""
    public_key: bytes
    index: int
    digest: str
    """Chain digest of the entry `index`, in hexadecimal."""
    archive_sha256: str | None
    """None where it cannot be known: a guide inside the archive cannot state the archive's digest."""
    in_dossier: bool
    """Whether the archive is first to be taken out of the dossier."""
    token: ExampleToken | None = None
    page_sha256: str | None = None
    """Digest of the page that checks an archive in a browser."""
    page_signer: PageSigner | None = None
    """None where the pages are not signed, or where there are none."""
    inclusion: tuple[bytes, ...] | None = None
    """The proof that the entry is under the root, where the others are not told; None where they are."""


def verification_commands(checked: Checked) -> tuple[Command, ...]:
    """The commands in order; each is run where the one before it left off, in an empty folder to begin with."""
    return (
        *_pages(checked),
        *_unpack(checked),
        *_entry(checked),
        *_inclusion(checked),
        *_checkpoint(checked),
        *_token(checked),
        *_page_certificate(checked),
        *_in_a_browser(checked),
        _with_the_program(checked),
    )


def _pages(checked: Checked) -> Iterator[Command]:
    if checked.page_signer is None or not checked.in_dossier:
        return
    yield Command(
        "Contrôler la signature des pages de ce PDF",
        f"La signature couvre le fichier entier (nommé ici {DOSSIER}), tel qu’il a été établi. Une seconde signature, "
        "« Archivage », est une contremarque de temps ajoutée ensuite : pdfsig ne sait pas la vérifier (« has not yet "
        "been verified »), et dit alors de la première « Not total document signed ». "
        f"{_ISSUED[checked.page_signer.origin]}",
        (f"pdfsig {DOSSIER}",),
        "Signature is Valid",
        "pdfsig",
    )


_ISSUED: dict[CertificateOrigin, str] = {
    "self_issued": (
        "« Certificate issuer is unknown » ou « isn’t Trusted » est attendu : celui qui tient le registre a émis ce "
        "certificat pour lui-même, et aucune autorité n’en répond. La signature montre que les pages n’ont pas changé "
        "depuis ; elle ne prouve l’identité de personne."
    ),
    "pkcs12": (
        "Le certificat a été remis au logiciel par celui qui signe. « Certificate issuer is unknown » ou « isn’t "
        "Trusted » ne dit que ceci : cette machine ne connaît pas l’autorité qui l’a émis."
    ),
    "pkcs11": (
        "Le certificat est celui d’un support matériel de celui qui signe. « Certificate issuer is unknown » ou "
        "« isn’t Trusted » ne dit que ceci : cette machine ne connaît pas l’autorité qui l’a émis."
    ),
}


def _unpack(checked: Checked) -> tuple[Command, ...]:
    steps: list[Command] = []
    if checked.in_dossier:
        steps.append(
            Command(
                "Extraire l’archive jointe à ce PDF",
                f"L’archive est une pièce jointe du fichier PDF (nommé ici {DOSSIER}). Un lecteur de PDF la montre "
                "aussi dans son volet « Pièces jointes ».",
                (f"pdfdetach -savefile {ARCHIVE} -o {ARCHIVE} {DOSSIER}", f"ls {ARCHIVE}"),
                ARCHIVE,
                "pdfdetach",
            )
        )
    if checked.archive_sha256:
        steps.append(
            Command(
                "Contrôler l’empreinte de l’archive",
                "L’empreinte affichée doit être celle qui est imprimée ci-dessous.",
                (f"sha256sum {ARCHIVE}",),
                checked.archive_sha256,
                "sha256sum",
            )
        )
    steps.append(
        Command(
            "Ouvrir l’archive et contrôler chaque fichier",
            "Chaque fichier de l’archive est comparé à l’empreinte inscrite dans SHA256SUMS ; chaque ligne doit finir "
            "par OK. Cela montre que l’archive est entière, non de qui elle vient.",
            (f"unzip -q {ARCHIVE} -d archive", "cd archive", "sha256sum -c SHA256SUMS"),
            "bundle.json: OK",
            "unzip",
        )
    )
    return tuple(steps)


def _entry(checked: Checked) -> tuple[Command, ...]:
    line = checked.index + 1
    key = f"keys/{key_id(checked.public_key)}.pem"
    return (
        Command(
            "Contrôler que la clé est celle du dossier",
            "L’empreinte affichée doit être celle de la page de garde du dossier et, mieux encore, celle que le "
            "signataire a remise par une autre voie.",
            (f"openssl pkey -pubin -in {key} -outform DER | tail -c 32 | sha256sum",),
            fingerprint(checked.public_key).replace(" ", ""),
            "openssl",
        ),
        Command(
            f"Vérifier la signature d’une inscription (ici le n° {checked.index})",
            f"Les numéros d’ordre commencent à 0 : l’inscription n° {checked.index} est à la ligne {line}.",
            (
                f"sed -n '{line}p' ledger/headers.jsonl | tr -d '\\n' > entete.bin",
                f"sed -n '{line}p' ledger/signatures.txt | base64 -d > signature.bin",
                f"openssl pkeyutl -verify -pubin -inkey {key} \\",
                "    -rawin -in entete.bin -sigfile signature.bin",
            ),
            "Signature Verified Successfully",
            "openssl",
        ),
        Command(
            "Recalculer l’empreinte de chaînage de cette inscription",
            "C’est l’empreinte que l’inscription suivante nomme « previous » : rien ne peut être inséré, retiré ni "
            "déplacé sans que la chaîne se rompe, à moins de signer de nouveau toute la suite avec la même clé.",
            ("(printf '\\000'; cat entete.bin) | sha256sum",),
            checked.digest,
            "sha256sum",
        ),
    )


def _inclusion(checked: Checked) -> Iterator[Command]:
    if checked.inclusion is None:
        return
    yield Command(
        INCLUSION,
        "C’est la preuve d’inclusion (RFC 9162, 2.1.3) : l’empreinte de chaînage, jointe dans l’ordre aux empreintes "
        "imprimées, chacune de son côté, donne la racine. L’en-tête de cette inscription suffit ; aucune autre n’est "
        "lue. Ces lignes se tapent dans bash ou zsh.",
        tuple(folding(checked.index, checked.size, checked.inclusion, "entete.bin")),
        checked.root,
        "sha256sum",
    )


def _checkpoint(checked: Checked) -> tuple[Command, ...]:
    note = f"checkpoints/{checked.size:09d}.note"
    key = f"keys/{key_id(checked.public_key)}.pem"
    return (
        Command(
            "Vérifier la signature du point de contrôle",
            f"La note donne le nombre d’inscriptions ({checked.size}) et la racine du registre ; la dernière ligne "
            "l’affiche comme sur la page de garde du dossier établi à ce même nombre d’inscriptions. Un dossier établi "
            "à un autre nombre d’inscriptions affiche une autre racine : c’est normal. Comparez-le à sa propre archive "
            "jointe.",
            (
                f"head -n 3 {note} > note.txt",
                f"tail -n 1 {note} | cut -d ' ' -f 3 | base64 -d | tail -c 64 > note.sig",
                f"openssl pkeyutl -verify -pubin -inkey {key} \\",
                "    -rawin -in note.txt -sigfile note.sig",
                "tail -n 1 note.txt | base64 -d | od -An -v -tx1 | tr -d ' \\n'",
            ),
            checked.root,
            "openssl",
        ),
    )


def _token(checked: Checked) -> Iterator[Command]:
    """How to check with openssl the token that bounds the example, under a root had from the authority itself."""
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


ROOT = "racine.pem"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _page_certificate(checked: Checked) -> Iterator[Command]:
    """That the ledger names the certificate of the pages; for one that stands alone in the signature."""
    signer = checked.page_signer
    if signer is None or not checked.in_dossier or signer.origin != "self_issued":
        return
    yield Command(
        "Contrôler que le registre nomme le certificat qui signe les pages",
        f"C’est l’inscription n° {signer.index}, à la ligne {signer.index + 1}, signée par la clé du registre.",
        (
            f"(cd .. && pdfsig -dump {DOSSIER})",
            f"openssl pkcs7 -inform DER -in ../{DOSSIER}.sig0 -print_certs \\",
            "    | openssl x509 -outform DER | openssl base64 -A > certificat.txt",
            "grep -n -F -f certificat.txt ledger/bodies.jsonl | sed 's/^\\([0-9]*\\):.*/ligne \\1/'",
        ),
        f"ligne {signer.index + 1}",
        "pdfsig",
    )


def _in_a_browser(checked: Checked) -> Iterator[Command]:
    if checked.page_sha256 is None:
        return
    yield Command(
        "Vérifier dans un navigateur, sans rien installer",
        "La page verify.html, jointe à l’archive, s’ouvre dans un navigateur récent, hors connexion ; on y dépose le "
        f"PDF ou l’archive, et elle refait les contrôles. Personne ne la signe. {_WHICH_PAGE[checked.in_dossier]}",
        ("sha256sum verify.html",),
        checked.page_sha256,
        "sha256sum",
    )


_WHICH_PAGE = {
    True: (
        "N’ouvrez que celle dont l’empreinte est ci-dessous, et de préférence une copie obtenue ailleurs (l’empreinte "
        "est aussi publiée avec le logiciel)."
    ),
    False: (
        "N’employez pas celle de l’archive : prenez une copie ailleurs, et comparez son empreinte à celle du dossier "
        "imprimé ou des notes de publication. L’empreinte ci-dessous voyage avec la page ; seule, elle ne prouve rien."
    ),
}
"""Which copy of the page to open, by whether the commands are printed in a dossier: a guide travels with the page."""


def _with_the_program(checked: Checked) -> Command:
    root = f" --tsa-root {ROOT}" if checked.token is not None and not checked.token.shipped else ""
    given = f" L’option --tsa-root remplace les racines livrées avec lui par celle de {ROOT}." if root else ""
    return Command(
        "Tout vérifier d’un coup, avec le logiciel",
        "Le logiciel est libre ; sans réseau, il refait ces contrôles pour toutes les inscriptions et toutes les "
        "contremarques. Il contrôle aussi, ce que les commandes ci-dessus ne font pas, que le contenu de chaque "
        "inscription répond à l’empreinte « body » de son en-tête, et que la racine est bien celle de toutes les "
        f"inscriptions.{given} Le résultat d’ensemble est « indéterminé » (code de sortie 3) tant que la clé du "
        "signataire, obtenue par une autre voie, n’est pas donnée (option --key), ou qu’une inscription n’est pas "
        "attestée par un tiers.",
        ("cd ..", f"evidence-vault verify{root} {ARCHIVE}"),
        "",
        "evidence-vault",
    )
