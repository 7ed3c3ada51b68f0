"""The last pages: the words of the law, how to check, glossary, signatures."""

from dataclasses import replace

from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.checked import ARCHIVE, Checked
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import DIGEST, GROUP, MM, NOTE, QUOTE, SHEET, SMALL, Style
from evidence_vault.exports.legal import legal_texts
from evidence_vault.exports.verification import verification_commands
from evidence_vault.exports.verification_guide import NOT_ATTESTED, introduction, what_is_signed
from evidence_vault.kinds import CaseOpened
from evidence_vault.resident_card import outside

_TERM = Style(size=9.5, leading=13)


def law(pages: Pages, numbered: Numbered) -> None:
    """The texts and decisions that may bear on the case, each with its date, nature and source."""
    texts = legal_texts()
    pages.section("Textes et décisions cités", "law", 120 * MM)
    pages.text(((Face.BOLD, f"{texts.status}. "), (Face.REGULAR, texts.notice)))
    for block in texts.blocks:
        if not _may_bear_on(block.id, numbered.case.case):
            continue
        pages.text(((Face.BOLD, block.title), (Face.REGULAR, f" ({block.nature})")), GROUP_TITLE, keep=60)
        pages.text(block.text, _BLOCK)
        pages.text(f"Source : {block.source}", NOTE)


def _may_bear_on(block: str, case: CaseOpened) -> bool:
    """Whether a text is not of another request than this: who reads it would look for the permit that it speaks of."""
    if block == "R431-5":
        return case.request == "renewal"
    return block != "R311-9" or outside(case) is None


GROUP_TITLE = Style(size=10, leading=13.5, before=4, after=2)
_BLOCK = replace(QUOTE, size=9, leading=12, after=3)


VERIFICATION = "Annexe : vérifier ce dossier soi-même"


def verification(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """The commands that check the embedded archive without this program."""
    pages.new_page()
    pages.heading(VERIFICATION, "verification")
    if dossier.bundle is None:
        pages.text(
            f"Aucune archive n’est jointe à ce PDF. Demandez l’archive de preuve ({ARCHIVE}) à la personne qui a "
            "établi le dossier : les commandes ci-dessous s’y appliquent."
        )
    else:
        held = (
            "Elle ne contient pas les originaux des pièces, qui sont à demander à part (dossier allégé)."
            if dossier.light
            else f"Elle contient les originaux des pièces, tels qu’ils ont été remis{_but(numbered)}."
        )
        pages.text(f"Une archive est jointe à ce PDF : {ARCHIVE}. {held}")
    checked = _checked(dossier, numbered)
    pages.text(introduction(checked))
    pages.text(what_is_signed(checked))
    if checked.token is None:
        pages.text(NOT_ATTESTED)
    if dossier.light:
        pages.text(
            "Pour contrôler un original remis à part : « sha256sum » suivi du nom du fichier ; l’empreinte affichée "
            "doit être celle de la légende de la pièce."
        )
    for number, command in enumerate(verification_commands(checked), start=1):
        pages.text(f"{number}. {command.title}", GROUP, keep=len(command.lines) * 11 + 75)
        pages.text(command.why, SMALL)
        pages.code(command.lines)
        if command.expected:
            pages.text(((Face.REGULAR, "Résultat attendu : "), (Face.MONO, command.expected)), _EXPECTED)


def _but(numbered: Numbered) -> str:
    if not numbered.covered:
        return ""
    one, many = "original dont l’image est occultée", "originaux dont les images sont occultées"
    return f", sauf {words.count(numbered.covered, one, many)}"


def consistency(pages: Pages, dossier: DossierInput) -> None:
    """That this dossier extends the one before: the proof, for who holds both."""
    earlier = dossier.earlier
    if earlier is None:
        return
    pages.text("Cohérence avec le dossier antérieur (RFC 9162, 2.1.4)", GROUP, keep=110)
    pages.text(
        f"Un dossier a été établi à {words.count(earlier.size, 'inscription')} (inscription n° {earlier.index} du "
        "registre). Les empreintes ci-dessous, jointes dans l’ordre, donnent sa racine et celle de ce dossier : rien "
        "de ce qu’il contenait n’a été modifié, retiré ni réordonné. Comparez sa racine à celle qu’il porte.",
        SMALL,
    )
    pages.fact("Racine antérieure", earlier.root, DIGEST)
    pages.fact("Racine de ce dossier", dossier.root, DIGEST)
    pages.code([node.hex() for node in earlier.consistency] or ["(aucune : une seule racine)"])


_EXPECTED = Style(size=8, leading=10.5, after=3, verbatim=True)


def _checked(dossier: DossierInput, numbered: Numbered) -> Checked:
    example = numbered.attempts[0].entry if numbered.attempts else dossier.case.opened
    if dossier.example is not None:
        example = dossier.case.entries[dossier.example]
    return Checked(
        size=dossier.size,
        root=dossier.root,
        public_key=dossier.public_key,
        index=example.index,
        digest=example.digest,
        archive_sha256=dossier.bundle_sha256,
        in_dossier=dossier.bundle is not None,
        token=dossier.token,
        page_sha256=dossier.page_sha256,
        page_signer=dossier.page_signer,
        inclusion=dossier.inclusion,
    )


GLOSSARY = (
    ("Dossier", "ce document ; l’affaire d’un demandeur, pour une procédure et une préfecture."),
    ("Registre", "suite des inscriptions d’un dossier, à laquelle on ne peut qu’ajouter."),
    ("Inscription", "un enregistrement du registre ; son numéro d’ordre ne change jamais."),
    ("Tentative de connexion", "une connexion au site de rendez-vous, avec ou sans capture d’écran."),
    ("Opérateur", "la personne qui s’est servie de l’outil : le demandeur, ou quelqu’un qui l’aide."),
    ("Pièce", "un fichier d’origine (capture, courriel, lettre), conservé sans modification."),
    ("Démarche", "ce qui a été fait hors de la plateforme."),
    ("Empreinte (SHA-256)", "nombre calculé sur un fichier ; le moindre changement du fichier la change."),
    ("Empreinte de chaînage", "empreinte d’une inscription, reprise dans la suivante."),
    ("Racine (tête d’arbre)", "empreinte unique qui résume toutes les inscriptions (arbre de Merkle, RFC 9162)."),
    ("Point de contrôle", "racine signée, avec le nombre d’inscriptions qu’elle couvre."),
    ("Heure déclarée", "heure que donne une personne ou un fichier."),
    ("Heure d’enregistrement", "heure de l’appareil quand l’inscription a été faite."),
    ("Intervalle attesté", "moments, donnés par des tiers, entre lesquels une inscription a été faite."),
    ("Contremarque de temps", "attestation d’heure délivrée par un tiers, l’autorité d’horodatage (RFC 3161)."),
    (
        "Racine de confiance",
        "certificat par lequel on reconnaît les contremarques d’une autorité, à demander à celle-ci ; il est livré "
        "avec le logiciel, ou choisi par celui qui tient le registre.",
    ),
    ("OpenTimestamps", "preuve d’horodatage qui renvoie à un bloc public de la chaîne Bitcoin."),
    ("Lecture automatique (OCR)", "texte lu par une machine sur une image."),
    (
        "Points (taille d’impression)",
        "taille des caractères d’un texte imprimé, mesurée sur la hauteur de ses lettres (caractère de référence : "
        "Helvetica) ; un point vaut environ 0,35 mm.",
    ),
    ("Archive de preuve", "fichier zip qui contient le registre, les signatures et les points de contrôle."),
)


def glossary(pages: Pages) -> None:
    """The words of the dossier."""
    pages.space(10)
    pages.heading("Glossaire", "glossary", keep=80)
    for term, meaning in GLOSSARY:
        pages.text(((Face.BOLD, term), (Face.REGULAR, f" : {meaning}")), _TERM)


_BLANK = "…………………………………"


def signatures(pages: Pages, numbered: Numbered) -> None:
    """Where the applicant signs, and the helper where there is one."""
    case = numbered.case.case
    blocks = 1 if case.capacity == "applicant" else 2
    pages.section("Déclaration et signatures", "signatures", blocks * 75 * MM + 20 * MM)
    name = case.applicant or _BLANK
    _block(
        pages,
        "Le demandeur",
        f"Je soussigné(e), {name}, déclare avoir fait, ou fait faire pour moi, les tentatives et démarches relatées "
        "dans ce dossier. Cette déclaration ne porte pas sur les résultats et les heures marqués « non confirmé », "
        "proposés par la machine ou tirés d’un fichier ou de son nom ; ils peuvent être contrôlés sur les images.",
    )
    if case.capacity != "applicant":
        _block(
            pages,
            "La personne qui a tenu le registre",
            f"Je soussigné(e), {words.operator(case.operator or _BLANK, case.capacity)}, déclare avoir tenu ce "
            "registre et y avoir inscrit ce que j’ai vu ou ce qui m’a été déclaré.",
        )


def _block(pages: Pages, title: str, text: str) -> None:
    pages.need(70 * MM)
    pages.text(title, SHEET)
    pages.text(text)
    pages.space(4 * MM)
    for label in ("Fait à", "Le", "Signature"):
        pages.fact(label, "……………………………………………" if label != "Signature" else "")
    pages.canvas.setStrokeGray(0)
    pages.canvas.setLineWidth(0.6)
    pages.canvas.rect(pages.left + 45 * MM, pages.y - 24 * MM + 10, 80 * MM, 24 * MM)
    pages.y -= 24 * MM
    pages.space(10 * MM)
