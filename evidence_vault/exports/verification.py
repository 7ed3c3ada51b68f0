"""How to check a case without this program: commands that work as printed.

The dossier and the bundle's own VERIFIER.md print the same list, and a test runs it.
"""

from dataclasses import dataclass

from evidence_vault.signing.public import fingerprint, key_id

ARCHIVE = "archive-de-preuve.zip"
DOSSIER = "dossier.pdf"


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


def verification_commands(checked: Checked) -> tuple[Command, ...]:
    """The commands in order; each is run where the one before it left off, in an empty folder to begin with."""
    return (*_unpack(checked), *_entry(checked), *_checkpoint(checked), _with_the_program())


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


def _checkpoint(checked: Checked) -> tuple[Command, ...]:
    note = f"checkpoints/{checked.size:09d}.note"
    key = f"keys/{key_id(checked.public_key)}.pem"
    return (
        Command(
            "Vérifier la signature du point de contrôle",
            f"La note donne le nombre d’inscriptions ({checked.size}) et la racine du registre ; la dernière ligne "
            "l’affiche comme sur la page de garde du dossier établi à ce même nombre d’inscriptions.",
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


def _with_the_program() -> Command:
    return Command(
        "Tout vérifier d’un coup, avec le logiciel",
        "Le logiciel est libre ; sans réseau, il refait ces contrôles pour toutes les inscriptions. Il contrôle aussi, "
        "ce que les commandes ci-dessus ne font pas, que le contenu de chaque inscription répond à l’empreinte "
        "« body » de son en-tête, et que la racine est bien celle de toutes les inscriptions. Tant qu’aucun "
        "tiers n’atteste les heures, le résultat d’ensemble est « indéterminé » (code de sortie 3).",
        ("cd ..", f"evidence-vault verify {ARCHIVE}"),
        "",
        "evidence-vault",
    )


INTRODUCTION = (
    "Ces commandes n’utilisent que des logiciels courants : poppler (pdfdetach), unzip, coreutils (sha256sum, base64, "
    "od) et OpenSSL 3. Elles se tapent dans un terminal (Linux, WSL sous Windows, ou macOS une fois ces logiciels "
    "installés), dans un dossier de fichiers vide, les unes après les autres."
)

WHAT_IS_SIGNED = (
    "Ce qui est signé : l’en-tête de chaque inscription, et les points de contrôle. Chaque en-tête contient "
    "l’empreinte du contenu de son inscription, qui contient elle-même l’empreinte des pièces. Ne sont signés ni les "
    "pages du dossier, ni, dans l’archive, VERIFIER.md, SHA256SUMS et bundle.json. Les commandes à suivre sont celles "
    "du dossier imprimé, ou reçu d’une personne connue : elles prévalent sur celles d’un fichier VERIFIER.md "
    "d’origine incertaine."
)


def guide(checked: Checked) -> str:
    """The text of VERIFIER.md: the commands, in French, for whoever opens the bundle."""
    parts = ["# Vérifier cette archive soi-même", "", INTRODUCTION.replace(": poppler (pdfdetach), ", ": "), ""]
    parts += [
        f"{WHAT_IS_SIGNED} Ce guide-ci n’est donc pas signé : quelqu’un qui aurait changé l’archive aurait pu le "
        "changer aussi.",
        "",
        f"Si l’archive porte un autre nom que `{ARCHIVE}`, remplacez-le dans les commandes.",
        "",
    ]
    for number, command in enumerate(verification_commands(checked), start=1):
        parts += [f"## {number}. {command.title}", "", command.why, "", "```sh", *command.lines, "```", ""]
        if command.expected:
            parts += [f"Résultat attendu : `{command.expected}`", ""]
    return "\n".join(parts)
