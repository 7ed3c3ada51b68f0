"""How to check a case without this program: commands that work as printed.

The dossier and the bundle's own VERIFIER.md print the same list, and a test runs it.
"""

from collections.abc import Iterator

from evidence_vault.exports.checked import ARCHIVE, DOSSIER, ROOT, Checked, Command
from evidence_vault.exports.inclusion import folding
from evidence_vault.exports.verification_tokens import token_commands
from evidence_vault.signing.public import fingerprint, key_id
from evidence_vault.words import CertificateOrigin

INCLUSION = "Recalculer la racine du registre depuis cette seule inscription"


def verification_commands(checked: Checked) -> tuple[Command, ...]:
    """The commands in order; each is run where the one before it left off, in an empty folder to begin with."""
    return (
        *_pages(checked),
        *_unpack(checked),
        *_entry(checked),
        *_inclusion(checked),
        *_checkpoint(checked),
        *token_commands(checked),
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
