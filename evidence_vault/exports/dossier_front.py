"""The first pages: cover, table of contents, synthesis."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import NAME, DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import (
    DIGEST,
    GREY,
    GROUP,
    MM,
    NOTE,
    PALE,
    TITLE,
    Column,
    Pages,
    Style,
)  # fmt: skip
from evidence_vault.exports.dossier_text import Rich
from evidence_vault.signing.public import fingerprint

_SUBTITLE = Style(size=13, leading=18, after=4, ink=GREY)
_NAME = Style(Face.BOLD, 19, 25, after=6)
_ENTRY = Style(size=11, leading=19)
_SUB_ENTRY = Style(size=9.5, leading=14.5)
_FIGURE = Style(Face.BOLD, 17, 21)
_CAPTION = Style(size=8, leading=10, ink=GREY)


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents."""

    title: str
    key: str
    level: int = 0


def cover(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Who, what, when, by whom recorded, and what the ledger is."""
    case = dossier.case.case
    counts = numbered.counts
    pages.new_page(bare=True)
    pages.canvas.mark("cover", "Page de garde")
    pages.space(26 * MM)
    pages.text(NAME.replace(" des ", "\ndes "), TITLE)
    pages.text("établi à partir d’un registre signé et chaîné, tenu par l’usager", _SUBTITLE)
    pages.space(10 * MM)
    pages.rule(1.2, 0)
    pages.space(7 * MM)
    pages.text(case.applicant or words.UNKNOWN, _NAME)
    born = f"le {words.typed_date(case.born)}" if case.born else words.UNKNOWN
    pages.fact("Naissance", f"{born} — {case.birthplace}" if case.birthplace else born)
    pages.fact("Nationalité", case.nationality or words.UNKNOWN)
    if case.agdref:
        pages.fact("Numéro étranger (AGDREF)", case.agdref)
    pages.fact("Préfecture", case.prefecture or words.UNKNOWN)
    request = words.REQUESTS.get(case.request or "")
    procedure = case.procedure or words.UNKNOWN
    pages.fact("Démarche", f"{procedure} ({request})" if request else procedure)
    if case.title_held:
        expiry = f", échéance le {words.typed_date(case.title_expiry)}" if case.title_expiry else ""
        pages.fact("Titre détenu", f"{case.title_held}{expiry}")
    pages.space(5 * MM)
    pages.fact("Tentatives relevées", _span(numbered))
    pages.fact("Captures lisibles", f"{counts.legible} sur {counts.screenshots}")
    pages.fact("Registre tenu par", words.operator(case.operator, case.capacity))
    pages.fact("Dossier établi le", words.local(dossier.made_at.astimezone(dossier.case.zone)))
    pages.space(5 * MM)
    pages.fact("Registre", f"{words.count(dossier.size, 'inscription')}, identifiant {dossier.case.id}")
    pages.fact("Racine du registre", dossier.root, DIGEST)
    pages.fact("Empreinte de la clé", fingerprint(dossier.public_key), DIGEST)
    pages.fact("Attestation par un tiers", ((Face.BOLD, UNATTESTED),))
    pages.space(6 * MM)
    pages.boxed(lambda: pages.text(_READING, NOTE), 19 * MM)


UNATTESTED = "non encore attesté par un tiers (aucune contremarque de temps)"

_READING = (
    "Ce dossier réunit les relevés établis par l’usager ou par la personne qui l’aide. Il permet de vérifier que rien "
    "n’a été modifié depuis la signature ; il ne prouve par lui-même ni l’exactitude des heures déclarées ni "
    "l’identité de leur auteur. Ses limites sont exposées au chapitre « Ce que ce dossier ne prouve pas »."
)


def _span(numbered: Numbered) -> str:
    counts = numbered.counts
    text = words.count(counts.attempts, "tentative")
    if counts.first is None or counts.last is None:
        return text
    if counts.first == counts.last:
        return f"{text}, le {words.date(counts.first)}"
    return f"{text}, du {words.date(counts.first)} au {words.date(counts.last)}"


def contents(pages: Pages, sections: Sequence[Section]) -> None:
    """The table of contents; every line leads to its page."""
    pages.new_page()
    pages.heading("Table des matières", "contents")
    for section in sections:
        style = _SUB_ENTRY if section.level else _ENTRY
        pages.need(style.leading)
        indent = 7 * MM * section.level
        pages.at(section.title, pages.left + indent, pages.y, pages.width - indent - 14 * MM, style)
        (title,) = pages.lines(section.title, style, pages.width)[:1]
        start = pages.left + indent + title.width + 4
        end = pages.right - 10 * MM
        pages.canvas.setStrokeGray(GREY)
        pages.canvas.setLineWidth(0.6)
        pages.canvas.setDash([0.6, 3.2])
        if end > start:
            pages.canvas.line(start, pages.y - style.size, end, pages.y - style.size)
        pages.canvas.setDash([])
        pages.page_reference(section.key, pages.left + indent, pages.width - indent, style)
        pages.y -= style.leading


def synthesis(pages: Pages, numbered: Numbered) -> None:
    """The facts that a judge counts, as declared, and that no third party bounds them yet."""
    counts = numbered.counts
    pages.new_page()
    pages.heading("Synthèse", "synthesis")
    pages.text(_COUNTED)
    pages.space(4)
    _figures(
        pages,
        (
            _figure(counts.attempts, "tentative", "tentatives"),
            _figure(len(counts.days), "jour distinct", "jours distincts"),
            _figure(len(counts.weeks), "semaine distincte", "semaines distinctes"),
            _figure(counts.span_days, "jour de durée", "jours de durée"),
            (f"{counts.legible} / {counts.screenshots}", "captures lisibles"),
        ),
    )
    pages.text("Comptés d’après les heures déclarées", GROUP)
    for label, value in _declared(numbered):
        pages.fact(label, value)
    pages.text("Bornés par des tiers", GROUP)
    pages.fact(
        "Jours, semaines, durée",
        "aucune borne à ce jour : aucune contremarque de temps ne couvre encore ce registre",
    )
    _outcomes(pages, numbered)
    _hours(pages, numbered)


_COUNTED = (
    "Les nombres ci-dessous sont des faits tirés du registre. Les jours et les semaines (du lundi au dimanche, "
    "numérotation ISO 8601) sont comptés d’après les heures déclarées, dans le fuseau horaire du dossier. Aucun seuil "
    "n’est appliqué."
)


def _figure(number: int, singular: str, plural: str) -> tuple[str, str]:
    return words.thousands(number), singular if number < 2 else plural


def _figures(pages: Pages, figures: Sequence[tuple[str, str]]) -> None:
    """Large figures side by side."""
    width = pages.width / len(figures)
    height = 19 * MM
    pages.need(height)
    pages.canvas.setFillGray(PALE)
    pages.canvas.rect(pages.left, pages.y - height, pages.width, height, stroke=0, fill=1)
    for place, (figure, caption) in enumerate(figures):
        x = pages.left + place * width
        for style, text, y in ((_FIGURE, figure, pages.y - 3.5 * MM), (_CAPTION, caption, pages.y - 11.5 * MM)):
            (line, *_) = pages.lines(text, style, width)
            pages.at(text, x + (width - line.width) / 2 - 0.01, y, width, style)
    pages.y -= height + 6


def _declared(numbered: Numbered) -> list[tuple[str, Rich]]:
    counts = numbered.counts
    pictured = sum(bool(view.exhibits) for view in numbered.attempts)
    rows: list[tuple[str, Rich]] = [
        ("Tentatives", words.thousands(counts.attempts)),
        ("Jours distincts", words.thousands(len(counts.days))),
        ("Semaines distinctes", words.thousands(len(counts.weeks))),
    ]
    if counts.first and counts.last:
        rows += [
            ("Première tentative", words.date(counts.first, weekday=True)),
            ("Dernière tentative", words.date(counts.last, weekday=True)),
            ("Durée", words.count(counts.span_days, "jour") + " de la première à la dernière"),
            (
                "Plus long intervalle",
                words.count(counts.longest_gap_days, "jour") + " d’un jour de tentative au suivant",
            ),
        ]
    rows += [
        ("Sans heure déclarée", words.count(counts.undated, "tentative")),
        ("Captures d’écran", f"{words.thousands(counts.screenshots)}, dont {words.thousands(counts.legible)} lisibles"),
        ("Avec capture lisible", words.count(counts.attempts_with_legible, "tentative")),
        ("Sans capture", words.count(counts.attempts - pictured, "tentative")),
        ("Autres démarches", words.thousands(counts.steps)),
    ]
    return rows


def _outcomes(pages: Pages, numbered: Numbered) -> None:
    counts = numbered.counts
    if not counts.outcomes:
        return
    pages.text("Résultats retenus", GROUP, keep=60)
    column = pages.width
    rows = sorted(counts.outcomes.items(), key=lambda item: (-item[1], item[0]))
    pages.table(
        (Column("Signe", column * 0.1), Column("Résultat", column * 0.7), Column("Tentatives", column * 0.2)),
        ((words.sign_of(code), words.OUTCOMES.get(code, code), words.thousands(number)) for code, number in rows),
    )


def _hours(pages: Pages, numbered: Numbered) -> None:
    """Attempts by hour of the day, as bars that a copier keeps."""
    hours = numbered.counts.hours
    if not hours:
        return
    height, base = 17 * MM, 5 * MM
    pages.text("Heures de la journée", GROUP, keep=height + base + 12)
    highest = max(hours.values())
    slot = pages.width / 24
    floor = pages.y - height
    for hour in range(24):
        x = pages.left + hour * slot
        number = hours.get(hour, 0)
        tall = (height - 9) * number / highest
        if number:
            pages.canvas.setFillGray(0.25)
            pages.canvas.rect(x + slot * 0.2, floor, slot * 0.6, tall, stroke=0, fill=1)
            pages.at(str(number), x, floor + tall + 9, slot, _centred(_CAPTION))
        pages.at(f"{hour}", x, floor - 1, slot, _centred(_CAPTION))
    pages.y = floor
    pages.rule(0.6, 0)
    pages.space(base + 6)
    pages.text("Nombre de tentatives par heure de la journée (heures déclarées, connues à la minute).", NOTE)


def _centred(style: Style) -> Style:
    return Style(style.face, style.size, style.leading, ink=0, centred=True)
