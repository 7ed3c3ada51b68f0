"""The justification of steps towards renewing a carte de résident (art. R. 311-9 CESEDA, as numbered until 2021).

Not the attestation of which the article speaks: only the services that received a request issue that, and every page
says so.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from evidence_vault.casefile import AttemptView, StepView
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import DIGEST, GROUP, MM, NOTE, QUOTE, SMALL, Style
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.exports.dossier_text import shortened
from evidence_vault.exports.legal import legal_block, legal_texts
from evidence_vault.exports.short_document import write_short
from evidence_vault.signing.public import fingerprint
from evidence_vault.windows import Place, Window, expiry_of, windows_of

JUSTIFICATION = "Relevé de démarches de renouvellement"
ARTICLE = "ancien art. R. 311-9 du CESEDA (numérotation actuelle à vérifier par un avocat)"
NOT_AN_ATTESTATION = "Ce document n’est pas une attestation de dépôt et ne prolonge aucun titre."
_WHO_ISSUES = (
    "L’attestation de dépôt est délivrée par les services qui ont reçu la demande. Ce relevé, établi par une partie, "
    "n’en tient pas lieu : il n’autorise ni le séjour ni le travail."
)

_HEAD = Style(Face.BOLD, 18, 23, after=3)
_WARNING = Style(Face.BOLD, 12.5, 16, after=2)
_ROW = Style(size=8, leading=10)
_PLACES: dict[Place, str] = {"before": "avant", "inside": "dans la période", "after": "après"}
_MOST_ROWS = 24
"""Attempts beyond which the table counts by month: the whole stays on two pages."""
_MOST_STEPS = 6
_SHORT = 120


def write_justification(dossier: DossierInput, out: Path) -> None:
    """Write the justification to `out`; `resident_card.outside` says beforehand whether the article speaks of it."""
    write_short(JUSTIFICATION, dossier, out, _draw)


def warning(pages: Pages) -> None:
    """What this document is not, framed, in large letters."""

    def draw() -> None:
        pages.text(NOT_AN_ATTESTATION, _WARNING)
        pages.text(_WHO_ISSUES, SMALL)

    pages.boxed(draw, 20 * MM)


def _draw(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    pages.new_page(bare=True)
    pages.heading(f"{JUSTIFICATION}\nde la carte de résident", "justification", _HEAD)
    pages.text(f"Établi par l’usager, ou pour lui, et non par l’administration ; {ARTICLE}", NOTE)
    warning(pages)
    for label, value in _facts(numbered):
        pages.fact(label, value)
    windows = windows_of(numbered.case.case)
    for window in windows:
        pages.fact("Période de dépôt", _window(window))
    pages.text("Tentatives de connexion (dates déclarées)", GROUP)
    _attempts(pages, numbered, windows)
    if numbered.attempts:
        told = words.confirmed_results(numbered.attempts), words.confirmed_dates(numbered.attempts)
        pages.text(" ".join(told), NOTE)
    pages.text("Autres démarches", GROUP, keep=30)
    _steps(pages, numbered)
    _attested(pages, dossier, numbered)
    _law(pages)
    _signature(pages, numbered)


def _facts(numbered: Numbered) -> Iterator[tuple[str, str]]:
    case = numbered.case.case
    born = f", naissance le {dates.typed_date(case.born)}" if case.born else ""
    yield "Titulaire", f"{_cut(case.applicant) or words.UNKNOWN}{born}"
    yield "Nationalité", _cut(case.nationality) or words.UNKNOWN
    if case.agdref:
        yield "Numéro étranger (AGDREF)", _cut(case.agdref)
    expiry = expiry_of(case)
    assert expiry is not None, "the caller asked `resident_card.outside`"
    yield "Titre détenu, selon l’usager", f"{_cut(case.title_held)}, échéance le {dates.date(expiry)}"
    yield "Préfecture", _cut(case.prefecture) or words.UNKNOWN
    yield "Relevé tenu par", _cut(words.operator(case.operator, case.capacity))


def _window(window: Window) -> str:
    which = "titre figurant" if window.listed else "titre ne figurant pas"
    return (
        f"du {dates.date(window.opens)} au {dates.date(window.closes)}, {which} sur la liste de l’art. R. 431-2 "
        "(calculée d’après l’art. R. 431-5, à vérifier par un avocat)"
    )


def _attempts(pages: Pages, numbered: Numbered, windows: Sequence[Window]) -> None:
    views = numbered.attempts
    if not views:
        pages.text("Aucune tentative n’a été inscrite dans ce registre.")
        return
    width = pages.width
    where = width * 0.2
    if len(views) > _MOST_ROWS:
        months = (
            Column("Mois déclaré", width * 0.2, _ROW),
            Column("Tentatives", width * 0.12, _ROW),
            Column("Période de dépôt", where, _ROW),
            Column("Résultats retenus", width * 0.48, _ROW),
        )
        draw_table(pages, months, _by_month(numbered, windows))
        return
    columns = (
        Column("N°", width * 0.06, _ROW),
        Column("Heure déclarée", width * 0.27, _ROW),
        Column("Période de dépôt", where, _ROW),
        Column("Résultat retenu", width * 0.27, _ROW),
        Column("Attesté au plus tard", width * 0.2, _ROW),
    )
    draw_table(
        pages,
        columns,
        (
            (
                str(number),
                dates.declared(numbered.case, view.occurred_at),
                _places(windows, [_day(numbered, view)]),
                _result(view),
                _upper(numbered, view),
            )
            for number, view in enumerate(views, start=1)
        ),
    )


def _by_month(numbered: Numbered, windows: Sequence[Window]) -> Iterator[Sequence[str]]:
    for month, views in numbered.months:
        found = Counter(view.outcome for _, view in views)
        outcomes = " ; ".join(f"{words.OUTCOMES.get(code, code)} : {n}" for code, n in found.most_common())
        days = [_day(numbered, view) for _, view in views]
        yield month, words.thousands(len(views)), _places(windows, days), outcomes


def _day(numbered: Numbered, view: AttemptView) -> dt.date | None:
    moment = view.local_time(numbered.case.zone)
    return moment.date() if moment else None


def _result(view: AttemptView) -> str:
    proposed = view.confirmed_by == "none" and view.outcome != "unclassified"
    return f"{words.outcome(view)} (non confirmé)" if proposed else words.outcome(view)


def _places(windows: Sequence[Window], days: Sequence[dt.date | None]) -> str:
    """Where the days lie in each period, one line a period."""
    return "\n".join(_place(window, days, several=len(windows) > 1) for window in windows)


def _place(window: Window, days: Sequence[dt.date | None], *, several: bool) -> str:
    which = ("liste : " if window.listed else "hors liste : ") if several else ""
    found = Counter(_PLACES[window.place(day)] if day else "date inconnue" for day in days)
    if len(days) == 1:
        return which + next(iter(found))
    return which + ", ".join(f"{words.thousands(number)} {place}" for place, number in found.items())


def _upper(numbered: Numbered, view: AttemptView) -> str:
    bound = numbered.timeline.of_entry(view.entry.index).not_after
    return dates.short(numbered.case, dates.ceiling(bound.latest)) if bound else attested.NOT_ATTESTED


def _steps(pages: Pages, numbered: Numbered) -> None:
    found: Sequence[StepView] = numbered.case.steps
    if not found:
        pages.text("Aucune démarche hors de la plateforme n’a été inscrite.", SMALL)
    for view in found[-_MOST_STEPS:]:
        step = view.step
        time = view.occurred_at
        day = "date non indiquée" if time is None or time.source == "now" else dates.stated(numbered.case, time)
        to = f", à {_cut(step.recipient)}" if step.recipient else ""
        answer = f"réponse : {_cut(step.answer).rstrip('.')}" if step.answer else "aucune réponse inscrite"
        pages.text(f"{words.STEPS.get(step.step or '', 'Démarche')}{to}, {day} ; {answer}.", SMALL)
    if len(found) > _MOST_STEPS:
        pages.text(f"Et {words.count(len(found) - _MOST_STEPS, 'autre')}, dans le dossier.", SMALL)


def _attested(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    pages.text("Registre et heures attestées", GROUP, keep=40)
    for label, value in attested.summary(numbered):
        pages.fact(label, value)
    made = dates.local(dossier.made_at.astimezone(numbered.case.zone))
    pages.fact("Établi le", f"{made}, horloge de l’appareil, à {words.count(dossier.size, 'inscription')}")
    pages.fact("Racine du registre", dossier.root, DIGEST)
    pages.fact("Empreinte de la clé", fingerprint(dossier.public_key), DIGEST)


def _law(pages: Pages) -> None:
    block = legal_block("R311-9")
    pages.text(f"{block.title} ({block.nature})", GROUP, keep=50)
    pages.text(block.text, Style(size=8.5, leading=11, indent=QUOTE.indent, after=2, verbatim=True))
    pages.text(f"{legal_texts().status}. {block.source}", NOTE)


def _signature(pages: Pages, numbered: Numbered) -> None:
    name = numbered.case.case.applicant or "…………………………"
    pages.need(30 * MM)
    pages.text(
        f"Je soussigné(e), {name}, déclare avoir fait, ou fait faire pour moi, les tentatives et démarches relevées "
        "ci-dessus. Cette déclaration ne porte pas sur les résultats que la machine a proposés, ni sur les dates "
        "tirées d’un fichier, que personne n’a confirmés ; leur nombre est indiqué sous le tableau.",
        SMALL,
    )
    pages.fact("Fait à, le, signature", "……………………………………………")


def _cut(text: str | None) -> str:
    return shortened(text, _SHORT)
