"""The first pages: cover, table of contents, synthesis."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence_vault.exports import dossier_attested as attested
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
from evidence_vault.words import Capacity

_SUBTITLE = Style(size=13, leading=18, after=4, ink=GREY)
_LETTERHEAD = Style(size=9, leading=12, after=0, ink=GREY)
_NAME = Style(Face.BOLD, 19, 25, after=6)
_ENTRY = Style(size=11, leading=19)
_SUB_ENTRY = Style(size=9.5, leading=14.5)
_FIGURE = Style(Face.BOLD, 17, 21)
_CAPTION = Style(size=8, leading=10, ink=GREY)
_BOXED = Style(size=9, leading=12)


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents."""

    title: str
    key: str
    level: int = 0


def cover(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Who, what, when, by whom recorded, and what the ledger is."""
    case = dossier.case.case
    pages.new_page(bare=True)
    pages.canvas.mark("cover", "Page de garde")
    _filed(pages, dossier)
    pages.text(NAME.replace(" des ", "\ndes "), TITLE)
    kept_by = _KEPT_BY[case.capacity] if case.capacity else "par une partie"
    pages.text(f"Relevé d’une partie, tiré d’un registre signé et chaîné tenu {kept_by}", _SUBTITLE)
    pages.space(7 * MM)
    pages.rule(1.2, 0)
    pages.space(7 * MM)
    pages.text(case.applicant or f"Demandeur : {words.UNKNOWN}", _NAME)
    born = f"le {words.typed_date(case.born)}" if case.born else words.UNKNOWN
    pages.fact("Naissance", f"{born} — {case.birthplace}" if case.birthplace else born)
    pages.fact("Nationalité", case.nationality or words.UNKNOWN)
    if case.agdref:
        pages.fact("Numéro étranger (AGDREF)", case.agdref)
    reached = " ; ".join(part for part in (case.address, case.email, case.phone) if part)
    if reached:
        pages.fact("Adresse, courriel, téléphone", reached)
    pages.fact("Préfecture", case.prefecture or words.UNKNOWN)
    request = words.REQUESTS.get(case.request or "")
    procedure = case.procedure or words.UNKNOWN
    pages.fact("Objet de la demande", f"{procedure} ({request})" if request else procedure)
    if case.title_held:
        expiry = f", échéance le {words.typed_date(case.title_expiry)}" if case.title_expiry else ""
        pages.fact("Titre détenu, selon l’usager", f"{case.title_held}{expiry}")
    if case.on_r431_2_list is not None:
        listed = "le titre y figure" if case.on_r431_2_list else "le titre n’y figure pas"
        pages.fact("Liste de l’art. R. 431-2", f"{listed}, selon l’usager (CESEDA, demandes par téléservice)")
    pages.space(5 * MM)
    pages.fact("Tentatives relevées", _span(numbered))
    pages.fact("Résultats retenus", _signs(numbered))
    shown, legible = numbered.pictures
    pages.fact(
        "Captures lisibles", f"{legible} sur {shown}, selon la lecture automatique" if shown else "aucune capture"
    )
    if dossier.heading.counsel:
        pages.fact("Avocat", dossier.heading.counsel)
    pages.fact("Registre tenu par", words.operator(case.operator, case.capacity))
    made = words.local(dossier.made_at.astimezone(dossier.case.zone))
    pages.fact("Dossier établi le", f"{made}, horloge de l’appareil")
    pages.fact("Fuseau horaire", f"{dossier.case.zone.key}, sauf mention contraire")
    if dossier.earlier is not None:
        covered = words.count(dossier.earlier.size, "inscription")
        entry = dossier.earlier.index
        pages.fact("Dossier antérieur", f"établi à {covered} (inscription n° {entry} du registre), que celui-ci étend")
    _ledger(pages, dossier, numbered)
    pages.space(6 * MM)
    pages.boxed(lambda: pages.text(_READING, _BOXED), 24 * MM)


def _filed(pages: Pages, dossier: DossierInput) -> None:
    """What whoever files it puts at its head."""
    for line in dossier.heading.letterhead:
        pages.text(line, _LETTERHEAD)
    pages.space(8 * MM - min(len(dossier.heading.letterhead), 2) * 4 * MM)
    if dossier.heading.number:
        pages.text(f"Pièce n° {dossier.heading.number}", _NAME)


def _ledger(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Which ledger it is drawn from, and how its times are attested."""
    pages.space(5 * MM)
    pages.fact("Registre", f"{words.count(dossier.size, 'inscription')}, identifiant {dossier.case.id}")
    pages.fact("Racine du registre", dossier.root, DIGEST)
    pages.fact("Empreinte de la clé", fingerprint(dossier.public_key), DIGEST)
    for label, value in attested.summary(numbered):
        pages.fact(label, value)


_KEPT_BY: dict[Capacity, str] = {
    "applicant": "par l’usager",
    "helper": "pour elle par un aidant",
    "delegate": "pour elle par un délégué",
    "lawyer": "pour elle par un avocat",
}

_READING = (
    "Ce dossier est le relevé d’une partie : l’usager ou la personne qui l’aide l’a établi, et aucun tiers n’a "
    "vérifié les faits qu’il rapporte. Le registre dont il est tiré permet de vérifier que rien n’y a été modifié "
    "depuis la signature ; il ne prouve par lui-même ni l’exactitude des heures déclarées, ni l’identité de leur "
    "auteur. Ses limites sont exposées au chapitre « Ce que ce dossier ne prouve pas »."
)


def _signs(numbered: Numbered) -> str:
    """How many attempts each sign of the calendar stands for."""
    found = Counter(words.sign_of(view.outcome) for view in numbered.attempts)
    shown = (f"{meaning} : {words.thousands(found[sign])}" for sign, (meaning, _) in words.SIGNS.items() if found[sign])
    return " ; ".join(shown) or "aucun"


def _span(numbered: Numbered) -> str:
    counts = numbered.counts
    text = words.count(counts.attempts, "tentative")
    if counts.first is None or counts.last is None:
        return text
    if counts.first == counts.last:
        return f"{text}, le {words.date(counts.first)} (date déclarée)"
    return f"{text}, du {words.date(counts.first)} au {words.date(counts.last)} (dates déclarées)"


def contents(pages: Pages, sections: Sequence[Section]) -> None:
    """The table of contents; every line leads to its page."""
    pages.new_page()
    pages.heading("Table des matières", "contents")
    with pages.canvas.element("TOC"):
        for section in sections:
            with pages.canvas.element("TOCI"):
                _entry(pages, section)


def _entry(pages: Pages, section: Section) -> None:
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
    """The facts that a judge counts, twice: as declared, and as far as third parties bound them."""
    pages.new_page()
    pages.heading("Synthèse", "synthesis")
    pages.text(_COUNTED.format(zone=words.zone(numbered.case)))
    pages.text("Comptés d’après les heures déclarées", GROUP)
    for label, value in _declared(numbered):
        pages.fact(label, value)
    pages.text("Bornés par des tiers", GROUP)
    for label, value in _bounded(numbered):
        pages.fact(label, value)
    _outcomes(pages, numbered)
    _hours(pages, numbered)


def figures(pages: Pages, numbered: Numbered) -> None:
    """The counts that decisions speak of, in large figures, as declared."""
    counts = numbered.counts
    shown, legible = numbered.pictures
    found = [
        _figure(counts.attempts, "tentative", "tentatives"),
        _figure(len(counts.days), "jour distinct\n(déclaré)", "jours distincts\n(déclarés)"),
        _figure(len(counts.weeks), "semaine distincte\n(déclarée)", "semaines distinctes\n(déclarées)"),
    ]
    if counts.span_days:
        found.append(_figure(counts.span_days, "jour de durée\n(déclarée)", "jours de durée\n(déclarée)"))
    found.append((f"{legible} / {shown}", "captures lisibles") if shown else ("0", "capture d’écran"))
    _figures(pages, found)


_COUNTED = (
    "Les nombres ci-dessous sont des faits tirés du registre. Les jours et les semaines (du lundi au dimanche, "
    "numérotation ISO 8601) sont comptés deux fois, dans {zone} : d’après les heures déclarées, puis d’après ce que "
    "des tiers attestent. Aucun seuil n’est appliqué."
)


def _bounded(numbered: Numbered) -> list[tuple[str, Rich]]:
    """The same counts, of what holds whatever moment of its interval each attempt took place at."""
    rows = list(attested.summary(numbered))
    bounded = numbered.bounded
    if not bounded.attempts:
        return [*rows, ("Jours, semaines, durée", "aucune borne à ce jour")]
    total = numbered.counts.attempts
    supposing = (
        "si les tentatives ont été inscrites sur-le-champ, comme l’opérateur le dit : "
        if attested.supposed(numbered)
        else ""
    )
    rows += [
        (
            "Tentatives dont l’inscription est attestée",
            f"{words.thousands(bounded.attempts)} sur {words.thousands(total)} : elle existait à une heure attestée "
            "(« pas après »)",
        ),
        (
            "Bornées des deux côtés",
            f"{words.thousands(bounded.both)} sur {words.thousands(total)} : inscrites sur-le-champ, selon "
            "l’opérateur, entre deux heures attestées",
        ),
        (
            "Jours et semaines distincts",
            f"{supposing}au moins {words.count(bounded.days, 'jour')} et {words.count(bounded.weeks, 'semaine')}, où "
            "que chaque tentative tombe dans son intervalle",
        ),
    ]
    if bounded.span_days:
        lasted = words.count(bounded.span_days, "jour")
        rows.append(("Durée", f"{supposing}au moins {lasted} entre la première et la dernière"))
    return rows


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
        with pages.canvas.leaf("P"):
            pages.at(figure, x, pages.y - 2.5 * MM, width, _centred(_FIGURE))
            for line, text in enumerate(caption.split("\n")):
                pages.at(text, x, pages.y - 10.5 * MM - line * _CAPTION.leading, width, _centred(_CAPTION))
    pages.y -= height + 6


def _declared(numbered: Numbered) -> list[tuple[str, Rich]]:
    counts = numbered.counts
    attempts = numbered.attempts
    shown, legible = numbered.pictures
    pictured = sum(bool(view.exhibits) for view in attempts)
    legibly = sum(any(exhibit.legible for exhibit in numbered.own(view)) for view in attempts)
    again = sum(bool(view.exhibits) and not numbered.own(view) for view in attempts)
    by_day = sum(view.occurred_at is not None and view.occurred_at.precision == "day" for view in attempts)
    live = sum(map(words.live, attempts))
    rows: list[tuple[str, Rich]] = [
        ("Tentatives", words.thousands(counts.attempts)),
        ("Jours distincts", words.thousands(len(counts.days))),
        ("Semaines distinctes", words.thousands(len(counts.weeks))),
    ]
    if counts.first and counts.last:
        rows += [
            ("Première tentative", words.date(counts.first, weekday=True)),
            ("Dernière tentative", words.date(counts.last, weekday=True)),
        ]
    if counts.span_days:
        rows += [
            ("Durée", words.count(counts.span_days, "jour") + " entre la première et la dernière"),
            (
                "Plus long intervalle",
                words.count(counts.longest_gap_days, "jour") + " entre deux jours de tentative qui se suivent",
            ),
        ]
    rows += [
        ("Sans heure déclarée", words.count(counts.undated, "tentative")),
        ("Jour déclaré sans l’heure", words.count(by_day, "tentative")),
        (
            "Tentatives inscrites",
            f"{words.thousands(live)} au moment même, selon l’opérateur ; "
            f"{words.thousands(counts.attempts - live)} après coup",
        ),
        (
            "Captures d’écran",
            f"{words.thousands(shown)}, dont {words.count(legible, 'lisible')}" if shown else "aucune",
        ),
        ("Avec capture lisible", words.count(legibly, "tentative")),
    ]
    if again:
        rows.append(("Avec une capture déjà produite", f"{words.count(again, 'tentative')} (capture comptée une fois)"))
    rows += [
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
    alone = sum(view.confirmed_by == "none" for view in numbered.attempts)
    pages.text(
        "Résultats indiqués, confirmés ou corrigés par une personne : "
        f"{words.thousands(counts.attempts - alone)} sur {words.thousands(counts.attempts)} ; proposés par la machine "
        f"seule, ou non classés : {words.thousands(alone)}.",
        NOTE,
    )


def _hours(pages: Pages, numbered: Numbered) -> None:
    """Attempts by hour of the day, as bars that a copier keeps."""
    hours = numbered.counts.hours
    if not hours:
        return
    height, base = 17 * MM, 5 * MM
    pages.text("Heures de la journée", GROUP, keep=height + base + 12)
    said = " ; ".join(f"{hour} h : {words.thousands(number)}" for hour, number in hours.items())
    with pages.canvas.figure(f"Tentatives par heure de la journée (heures déclarées). {said}"):
        _bars(pages, hours, height)
    pages.rule(0.6, 0)
    pages.space(base + 6)
    pages.text("Nombre de tentatives par heure de la journée (heures déclarées, connues à la minute).", NOTE)


def _bars(pages: Pages, hours: Mapping[int, int], height: float) -> None:
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


def _centred(style: Style) -> Style:
    return Style(style.face, style.size, style.leading, ink=0, centred=True)
