"""Several applicants of one delegate in one annex: what each ledger holds, with honest denominators, naming nobody.

Every attempt counts, those that found a slot too. Each line carries the root of its own ledger, by which the applicant
can prove it alone; nothing of one applicant stands on the line of another.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.circumstances import circumstances
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_canvas import StreamedCanvas
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face, register
from evidence_vault.exports.dossier_pages import Furniture, Pages
from evidence_vault.exports.dossier_styles import DIGEST, GROUP, LANDSCAPE, NOTE, Style
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.signing.public import fingerprint

COLLECTIVE = "Annexe collective"
_HEAD = Style(Face.BOLD, 18, 23, after=3)
_ROW = Style(size=8, leading=10)


@dataclass(frozen=True, slots=True)
class _Line:
    """What one ledger holds."""

    label: str
    prefecture: str
    procedure: str
    attempts: int
    without_date: int
    with_date: int
    silent: int
    days: int
    weeks: int
    period: str
    legible: str
    steps: str


def write_collective(cases: Sequence[DossierInput], made_at: dt.datetime, out: Path, *, named: bool) -> None:
    """Write the annex of `cases` to `out`, in the order given; applicants are numbered, and named only if `named`."""
    register()
    lines = [_line(place, case, named=named) for place, case in enumerate(cases, start=1)]
    identity = repr(([(case.case.id, case.root) for case in cases], made_at.isoformat(), named)).encode()
    with out.open("wb") as file:
        canvas = StreamedCanvas(file, LANDSCAPE, made_at, identity)
        canvas.setTitle(COLLECTIVE)
        canvas.setCreator(f"evidence-vault {__version__}")
        pages = Pages(canvas, Furniture(COLLECTIVE, "", words.count(len(cases), "registre"), ""))
        pages.new_page(LANDSCAPE, bare=True)
        pages.heading(COLLECTIVE, "collective", _HEAD)
        pages.text(
            f"{words.count(len(cases), 'registre tenu', 'registres tenus')} séparément, un par personne. Toutes les "
            "tentatives inscrites sont comptées, y compris celles qui ont montré un créneau. Dates déclarées ; "
            "résultats retenus. « Sans date proposée » : aucun créneau, fermeture annoncée, ou parcours interrompu. "
            "Aucun seuil n’est appliqué."
        )
        pages.text("Par préfecture et objet de la demande", GROUP, keep=60)
        draw_table(pages, _columns(pages, _TOTALS), _totals(lines))
        pages.text("Par personne", GROUP, keep=60)
        draw_table(pages, _columns(pages, _PERSONS), map(_person, lines))
        _roots(pages, cases, lines, made_at)
        pages.close()
        canvas.finish()


_TOTALS = (
    ("Préfecture", 22), ("Objet de la demande", 30), ("Personnes", 9), ("Tentatives", 9), ("Sans date proposée", 10),
    ("Créneau ou rendez-vous", 10), ("Ne permet pas de le savoir", 10),
)  # fmt: skip
_PERSONS = (
    ("Personne", 14), ("Préfecture et objet", 22), ("Tentatives", 8), ("Sans date proposée", 8),
    ("Créneau ou rendez-vous", 9), ("Jours, semaines", 10), ("Période", 14), ("Captures lisibles", 7),
    ("Autres démarches", 8),
)  # fmt: skip


def _columns(pages: Pages, shares: Sequence[tuple[str, int]]) -> tuple[Column, ...]:
    return tuple(Column(title, pages.width * share / 100, _ROW) for title, share in shares)


def _totals(lines: Sequence[_Line]) -> Iterator[tuple[str, ...]]:
    for prefecture, procedure in sorted({(line.prefecture, line.procedure) for line in lines}):
        own = [line for line in lines if (line.prefecture, line.procedure) == (prefecture, procedure)]
        yield (
            prefecture,
            procedure,
            words.thousands(len(own)),
            words.thousands(sum(line.attempts for line in own)),
            words.thousands(sum(line.without_date for line in own)),
            words.thousands(sum(line.with_date for line in own)),
            words.thousands(sum(line.silent for line in own)),
        )


def _person(line: _Line) -> tuple[str, ...]:
    return (
        line.label,
        f"{line.prefecture} — {line.procedure}",
        words.thousands(line.attempts),
        words.thousands(line.without_date),
        words.thousands(line.with_date),
        f"{words.count(line.days, 'jour')}, {words.count(line.weeks, 'semaine')}",
        line.period,
        line.legible,
        line.steps,
    )


def _line(place: int, dossier: DossierInput, *, named: bool) -> _Line:
    numbered = Numbered(dossier.case, dossier.attestations)
    counts, found, case = numbered.counts, circumstances(dossier.case), dossier.case.case
    shown, legible = numbered.pictures
    name = f" — {case.applicant}" if named and case.applicant else ""
    period = "" if counts.first is None or counts.last is None else f"{counts.first:%d/%m/%Y} – {counts.last:%d/%m/%Y}"
    return _Line(
        label=f"Personne n° {place}{name}",
        prefecture=case.prefecture or words.UNKNOWN,
        procedure=case.procedure or words.UNKNOWN,
        attempts=counts.attempts,
        without_date=len(found.without_date),
        with_date=len(found.with_date),
        silent=len(found.silent),
        days=len(counts.days),
        weeks=len(counts.weeks),
        period=period or "—",
        legible=f"{legible} / {shown}",
        steps=f"{counts.steps}, dont {len(found.answered)} avec réponse" if found.answered else str(counts.steps),
    )


def _roots(pages: Pages, cases: Sequence[DossierInput], lines: Sequence[_Line], made_at: dt.datetime) -> None:
    pages.text("Registres", GROUP, keep=60)
    pages.text(
        "Chaque ligne est tirée d’un registre qui peut être prouvé seul : la personne concernée remet, si elle le "
        "veut, son dossier ou son archive de preuve, qui porte la même racine ou l’étend.",
        NOTE,
    )
    for dossier, line in zip(cases, lines, strict=True):
        pages.fact(line.label, f"{words.count(dossier.size, 'inscription')}, racine {dossier.root}", DIGEST)
        pages.fact("", f"clé {fingerprint(dossier.public_key)}", DIGEST)
    zone = cases[0].case.zone if cases else dt.UTC
    pages.text(f"Établie le {dates.local(made_at.astimezone(zone))}, horloge de l’appareil.", NOTE)
