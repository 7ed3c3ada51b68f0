"""What is said around the commands that check a case without this program, and the guide that travels with a bundle."""

import re

from evidence_vault.exports.checked import ARCHIVE, Checked
from evidence_vault.exports.verification import verification_commands


def introduction(checked: Checked) -> str:
    """Which programs the commands need, and where they are typed."""
    poppler = "poppler (pdfdetach, pdfsig), " if checked.in_dossier else ""
    return (
        f"Ces commandes n’utilisent que des logiciels courants : {poppler}unzip, coreutils (sha256sum, base64, od), "
        "grep, sed et OpenSSL 3. Elles se tapent dans un terminal (Linux, WSL sous Windows, ou macOS une fois ces "
        "logiciels installés), dans un dossier de fichiers vide, les unes après les autres."
    )


def what_is_signed(checked: Checked) -> str:
    """What the signatures and tokens are about, and what nobody signs."""
    unsigned = "Ne sont pas signés, dans l’archive, VERIFIER.md, SHA256SUMS, bundle.json et verify.html."
    if checked.page_signer is not None:
        unsigned = f"Les pages de ce PDF sont signées à part, par un certificat que le registre nomme. {unsigned}"
    elif checked.in_dossier:
        unsigned = f"Les pages de ce PDF ne sont pas signées. {unsigned}"
    return (
        "Ce qui est signé : l’en-tête de chaque inscription, et les points de contrôle. Chaque en-tête contient "
        "l’empreinte du contenu de son inscription, qui contient elle-même l’empreinte des pièces. Les contremarques "
        f"de temps portent sur des points de contrôle. {unsigned} Les commandes à "
        "suivre sont celles du dossier imprimé, ou reçu d’une personne connue : elles prévalent sur celles d’un "
        "fichier VERIFIER.md d’origine incertaine."
    )


NOT_ATTESTED = (
    "Aucune contremarque de temps admise ici ne permet de contrôler par des commandes l’heure de l’inscription prise "
    "pour exemple : celles par lesquelles openssl contrôle l’heure d’un tiers ne peuvent donc pas encore être données."
)


def guide(checked: Checked) -> str:
    """The text of VERIFIER.md: the commands, in French, for whoever opens the bundle."""
    parts = ["# Vérifier cette archive soi-même", "", introduction(checked), ""]
    parts += [
        f"{what_is_signed(checked)} Ce guide-ci n’est donc pas signé : quelqu’un qui aurait changé l’archive aurait pu "
        "le changer aussi.",
        "",
        f"Si l’archive porte un autre nom que `{ARCHIVE}`, remplacez-le dans les commandes.",
        "",
        *([] if checked.token else [NOT_ATTESTED, ""]),
    ]
    text = [_unbroken(part) for part in parts]
    for number, command in enumerate(verification_commands(checked), start=1):
        text += [_unbroken(f"## {number}. {command.title}"), "", _unbroken(command.why), ""]
        text += ["```sh", *command.lines, "```", ""]
        if command.expected:
            text += [f"{_unbroken('Résultat attendu :')} `{command.expected}`", ""]
    return "\n".join(text)


def _unbroken(text: str) -> str:
    """Prose with no-break spaces where French typography wants them; commands stay as they are typed."""
    return re.sub(r" (?=[;:!?»])|(?<=«) ", "\u00a0", text)
