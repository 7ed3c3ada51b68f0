"""The facts that a judge counts: large figures, counts twice over, outcomes, hours of the day."""

from collections.abc import Mapping, Sequence

from evidence_vault.contradictions import count
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import GREY, GROUP, MM, NOTE, PALE, Style
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.exports.dossier_text import Rich

_FIGURE = Style(Face.BOLD, 17, 21)
_CAPTION = Style(size=8, leading=10, ink=GREY)


def synthesis(pages: Pages, numbered: Numbered) -> None:
    """The facts that a judge counts, twice: as declared, and as far as third parties bound them."""
    pages.new_page()
    pages.heading("Synthèse", "synthesis")
    pages.text(_COUNTED.format(zone=dates.zone(numbered.case)))
    pages.text("Comptés d’après les heures déclarées", GROUP)
    for label, value in _declared(numbered):
        pages.fact(label, value)
    pages.text(words.confirmed_dates(numbered.attempts), NOTE)
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
    found.append((f"{legible} / {shown}", "captures lisibles\n/ produites") if shown else ("0", "capture d’écran"))
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
            ("Première tentative", dates.date(counts.first, weekday=True)),
            ("Dernière tentative", dates.date(counts.last, weekday=True)),
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
            f"{words.thousands(shown)}, dont {words.count(legible, 'lisible')}{_unread(numbered)}"
            if shown
            else "aucune",
        ),
        ("Avec capture lisible", words.count(legibly, "tentative")),
    ]
    if again:
        rows.append(("Avec une capture déjà produite", f"{words.count(again, 'tentative')} (capture comptée une fois)"))
    rows += [
        ("Sans capture", words.count(counts.attempts - pictured, "tentative")),
        ("Autres démarches", words.thousands(counts.steps)),
        ("Contradictions", contradictions(numbered)),
    ]
    return rows


def _unread(numbered: Numbered) -> str:
    return f" ; {words.count(numbered.unread, 'non lue', 'non lues')} par la machine" if numbered.unread else ""


def contradictions(numbered: Numbered) -> str:
    """How often pictures contradict what is recorded: the other side will count that too."""
    if not any(view.exhibits for view in numbered.attempts):
        return "sans objet : aucune capture"
    found = count(numbered.case, numbered.timeline)
    if not found.attempts:
        return "aucune relevée entre les captures et ce qui est inscrit"
    return (
        f"{words.thousands(found.contradictions)} entre les captures et ce qui est inscrit, et "
        f"{words.thousands(found.unsure)} à vérifier, sur {words.count(found.attempts, 'tentative')}"
    )


def _outcomes(pages: Pages, numbered: Numbered) -> None:
    counts = numbered.counts
    if not counts.outcomes:
        return
    pages.text("Résultats retenus", GROUP, keep=60)
    column = pages.width
    rows = sorted(counts.outcomes.items(), key=lambda item: (-item[1], item[0]))
    draw_table(
        pages,
        (Column("Signe", column * 0.1), Column("Résultat", column * 0.7), Column("Tentatives", column * 0.2)),
        ((words.sign_of(code), words.OUTCOMES.get(code, code), words.thousands(number)) for code, number in rows),
    )
    pages.text(words.confirmed_results(numbered.attempts), NOTE)


def _hours(pages: Pages, numbered: Numbered) -> None:
    """Attempts by hour of the day, as bars that a copier keeps."""
    hours = numbered.counts.hours
    if not hours:
        return
    height, base = 17 * MM, 5 * MM
    pages.text("Heures de la journée", GROUP, keep=height + base + 12)
    said = " ; ".join(f"{hour} h : {words.thousands(number)}" for hour, number in hours.items())
    described = f"Tentatives par heure de la journée (heures déclarées). {said}"
    with pages.canvas.figure(described, (pages.left, pages.y - height - base, pages.right, pages.y)):
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
