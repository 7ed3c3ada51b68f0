"""One sheet for each attempt: what LEGAL calls for, field by field, then its screenshots."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evidence_vault.casefile import AttemptView, CorrectionView, Entry, ExhibitView
from evidence_vault.entries import parse_utc
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.bundle import SIGNATURES
from evidence_vault.exports.dossier_case import DossierInput, Numbered, attempt_key
from evidence_vault.exports.dossier_exhibits import describe, ocr_text
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_prints import excerpt, exhibit_pages
from evidence_vault.exports.dossier_shown import shown_beside
from evidence_vault.exports.dossier_styles import DIGEST, GROUP, NOTE, SHEET, VALUE, Style
from evidence_vault.exports.dossier_text import Piece, Rich
from evidence_vault.values import DeclaredTime, EnvironmentItem, Quote

SHEET_TITLE = "Relevé de tentative de connexion"
READINGS = "readings"
SOURCE = "Source de cette heure"

_FINE = Style(size=8.5, leading=11, after=1)
_QUOTED = Style(size=VALUE.size, leading=VALUE.leading, after=VALUE.after, verbatim=True)


def attempt_sheet(
    pages: Pages, dossier: DossierInput, numbered: Numbered, number: int, view: AttemptView
) -> tuple[ExhibitView, ...]:
    """The sheet of one attempt, then its screenshots on pages of their own.

    Returns the exhibits whose reading did not fit on the sheet, to be printed together at the end: a page for the
    last three lines of each would hide the screenshots.
    """
    case = numbered.case
    title = f"Tentative n° {number} — {dates.stated(case, view.occurred_at, weekday=True)}"
    pages.heading(title, attempt_key(number), SHEET, 2)
    made_by = words.MADE_BY[view.attempt.capacity] if view.attempt.capacity else "établi par une partie"
    pages.text(f"{SHEET_TITLE} ({made_by})", NOTE)
    pages.rule(0.8, 0)
    pages.space(4)
    _who(pages, numbered, view)
    _when(pages, numbered, view)
    shown_beside(pages, numbered, view)
    _result(pages, dossier, numbered, view)
    corrections(pages, numbered, view.corrections, _before(numbered, view))
    _environment(pages, view)
    pages.text("Pièces", GROUP, keep=20)
    if not view.exhibits:
        pages.text("Aucune capture d’écran n’est jointe à cette tentative.", VALUE)
    for exhibit in view.exhibits:
        describe(pages, numbered, exhibit, numbered.produced_before(view.entry, exhibit), times=False)
    place_in_ledger(pages, dossier, view.entry)
    left = tuple(exhibit for exhibit in numbered.own(view) if not ocr_text(pages, numbered, exhibit))
    if left:
        pages.fact_page("Lecture automatique (OCR)", "imprimée après les relevés, à la page :", READINGS)
    time = dates.declared(case, view.occurred_at)
    about = f"tentative n° {number}, heure déclarée : {time}" if view.occurred_at else f"tentative n° {number}, {time}"
    for exhibit in numbered.own(view):
        exhibit_pages(pages, dossier, numbered, exhibit, about)
    pages.end_page()
    return left


def readings(pages: Pages, numbered: Numbered, found: Sequence[ExhibitView]) -> None:
    """The readings that did not fit on their sheets."""
    if not found:
        return
    pages.new_page()
    pages.heading("Lectures automatiques plus longues que leur relevé", READINGS, SHEET, 1)
    for exhibit in found:
        ocr_text(pages, numbered, exhibit, whole=True)


def _who(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    case = numbered.case.case
    born = f"naissance le {dates.typed_date(case.born)}" if case.born else ""
    nationality = f"nationalité : {case.nationality}" if case.nationality else ""
    civil = " ; ".join(part for part in (born, nationality) if part)
    name = words.NOT_TOLD if "applicant" in numbered.withheld else case.applicant or words.UNKNOWN
    pages.fact("Demandeur", ", ".join(part for part in (name, civil) if part))
    reached = " ; ".join(part for part in (case.address, case.email) if part)
    if reached:
        pages.fact("Adresse et courriel", reached)
    request = words.REQUESTS.get(case.request or "")
    purpose = " — ".join(part for part in (case.prefecture, case.procedure, request) if part)
    pages.fact("Préfecture et objet", purpose or words.UNKNOWN)
    if case.title_expiry:
        pages.fact("Échéance du titre", f"{dates.typed_date(case.title_expiry)}, selon l’usager")
    if fields := [name for code, name in words.CASE_FIELDS.items() if code in numbered.withheld]:
        pages.fact("Non communiqué", " ; ".join(fields))
    operator = words.NOT_TOLD if "operator" in numbered.withheld else view.attempt.operator
    pages.fact("Opérateur", words.operator(operator, view.attempt.capacity))
    pages.fact("Origine de l’inscription", words.origin(view))
    pages.fact("Plateforme", view.attempt.platform or words.UNKNOWN)
    pages.fact("Adresse (URL)", view.attempt.url or words.UNKNOWN, _QUOTED)
    for exhibit in view.exhibits:
        if exhibit.reading is not None and (address := exhibit.reading.reading.address):
            number = numbered.exhibit_numbers[exhibit.entry.index]
            pages.fact("Adresse affichée", f"« {address} » (lue par la machine, pièce n° {number})", _QUOTED)
    if view.attempt.note:
        pages.fact("Note de l’opérateur", view.attempt.note)


def _when(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    """What third parties attest first; then, apart, what people, files and the machine's own clock say."""
    case, time = numbered.case, view.occurred_at
    pages.text(attested.BOUNDS, GROUP, keep=40)
    pages.fact("Pas avant", attested.lower(numbered, view))
    pages.fact("Pas après", attested.upper(numbered, view.entry))
    pages.text("Indications, non attestées", GROUP, keep=30)
    pages.fact("Heure déclarée", dates.declared(case, time, weekday=True))
    if time is not None:
        pages.fact(SOURCE, source_of(time))
    ended = dates.declared(case, view.attempt.ended_at) if view.attempt.ended_at else "non indiquée"
    pages.fact("Fin de la connexion", ended)
    pages.fact("Heure d’enregistrement", recorded(numbered, view.entry, time))
    for label, value in _indicated(numbered, view):
        pages.fact(label, value)


def source_of(time: DeclaredTime) -> str:
    """Where a declared time comes from, what stood there, and who stands behind it."""
    source = words.TIME_SOURCES.get(time.source, time.source)
    confirmed = "" if time.source in {"flag", "now"} else words.TIME_CONFIRMED.get(time.confirmed_by, "")
    found = f"{source} ; valeur d’origine « {time.text} » ; fuseau supposé : {time.zone}"
    return f"{found} ; {confirmed}" if confirmed else found


def _indicated(numbered: Numbered, view: AttemptView) -> Iterator[tuple[str, str]]:
    """The times that files and pictures of an attempt show."""
    for exhibit in view.exhibits:
        number = numbered.exhibit_numbers[exhibit.entry.index]
        for indication in exhibit.exhibit.indications or ():
            source = words.TIME_SOURCES.get(indication.source, indication.source)
            yield "Heure que le fichier indique", f"« {indication.text} » ({source}, pièce n° {number})"
        if exhibit.reading is None:
            continue
        reading = exhibit.reading.reading
        if reading.screen_clock:
            yield "Horloge visible à l’écran", f"« {reading.screen_clock} » (lue par la machine, pièce n° {number})"
        if reading.platform_dates:
            quoted = " ; ".join(f"« {text} »" for text in reading.platform_dates)
            yield "Dates affichées par la plateforme", f"{quoted} (lues par la machine, pièce n° {number})"


def recorded(numbered: Numbered, entry: Entry, time: DeclaredTime | None) -> str:
    """The time of recording, whose clock it is, and how long after the declared time it comes."""
    text = f"{dates.recorded(numbered.case, entry.recorded_at)}, horloge de l’appareil"
    return f"{text} ; {dates.delay(numbered.case, time, entry.recorded_at)}" if time else text


def _result(pages: Pages, dossier: DossierInput, numbered: Numbered, view: AttemptView) -> None:
    pages.text("Résultat", GROUP, keep=30)
    retained: Rich = ((Face.BOLD, words.outcome(view)), (Face.REGULAR, f" — {words.confirmation(view)}"))
    pages.fact("Résultat retenu", retained)
    for exhibit in view.exhibits:
        if exhibit.reading is None:
            continue
        reading = exhibit.reading.reading
        number = numbered.exhibit_numbers[exhibit.entry.index]
        proposed = words.OUTCOMES.get(reading.outcome or "unclassified", reading.outcome or "")
        pages.fact("Proposé par la machine", _proposal(proposed, number, reading.quotes or ()))
    pages.fact("Étape atteinte", view.attempt.reached or "non indiquée")
    receipts = [exhibit for exhibit in view.exhibits if exhibit.exhibit.document == "receipt"]
    numbers = ", ".join(f"pièce n° {numbered.exhibit_numbers[exhibit.entry.index]}" for exhibit in receipts)
    pages.fact("Accusé de la plateforme", f"joint : {numbers}" if receipts else "aucun n’est joint à ce relevé")
    for exhibit in numbered.own(view):
        excerpt(pages, dossier, numbered, exhibit)


def _proposal(proposed: str, number: int, quotes: Sequence[Quote]) -> list[Piece]:
    found = " ; ".join(f"« {text} »" for text in dict.fromkeys(quote.text for quote in quotes))
    ground = f", d’après les mots lus : {found}" if found else ", sans phrase reconnue"
    if quotes and all(quote.resembles for quote in quotes):
        ground += ", qui ressemblent aux messages de cette sorte sans figurer parmi les formulations répertoriées"
    return [(Face.REGULAR, f"{proposed} (pièce n° {number}){ground}")]


def _before(numbered: Numbered, view: AttemptView) -> dict[str, str]:
    """What was recorded before any correction, by field."""
    first = replace(view, corrections=())
    return {
        "outcome": f"{words.outcome(first)}, {words.confirmation(first)}",
        "occurred_at": dates.stated(numbered.case, first.occurred_at),
    }


def corrections(
    pages: Pages, numbered: Numbered, found: Sequence[CorrectionView], before: Mapping[str, str] | None = None
) -> None:
    """Corrections in the order in which they were added; what they correct stays in the ledger, and on the sheet."""
    if not found:
        return
    pages.text("Corrections ajoutées ensuite (l’inscription d’origine est conservée)", GROUP, keep=20)
    for view in found:
        correction = view.correction
        field = words.FIELDS.get(correction.field or "", correction.field or "note")
        value = correction.value or ""
        if correction.occurred_at is not None:
            value = dates.stated(numbered.case, correction.occurred_at)
        elif correction.field == "outcome":
            value = words.OUTCOMES.get(value, value)
        reason = f" — motif : {correction.reason}" if correction.reason else ""
        author = f" — par {correction.operator}" if correction.operator else ""
        when = dates.local(view.entry.recorded_at.astimezone(numbered.case.zone))
        entered = f"inscription n° {view.entry.index}, le {when} à l’horloge de l’appareil"
        pages.fact(field.capitalize(), f"{value}{reason}{author} ({entered})")
    for corrected in dict.fromkeys(view.correction.field or "" for view in found):
        if before and corrected in before:
            pages.fact(f"{words.FIELDS[corrected].capitalize()} avant correction", before[corrected])


def _environment(pages: Pages, view: AttemptView) -> None:
    """The machine on which the ledger is kept, which nobody says was the one that connected."""
    items = view.attempt.environment or ()
    pages.text("Environnement de l’appareil, lors de l’enregistrement", GROUP, keep=30)
    if not items:
        pages.fact(
            "Environnement",
            "non relevé : tentative importée" if view.attempt.origin == "import" else "non relevé",
        )
    for basis, title in words.BASES.items():
        found = [item for item in items if item.basis == basis]
        if found:
            pages.fact(title.capitalize(), " ; ".join(map(_item, found)), _FINE)


def _item(item: EnvironmentItem) -> str:
    name = words.ENVIRONMENT.get(item.name, item.name)
    if item.value is None:
        return name
    return f"{name} : {_clock(item.value) if item.name == 'clock' else item.value}"


def _clock(text: str) -> str:
    """The time that a clock showed, spelled out; what is no time stays as it is."""
    try:
        return f"{dates.local(parse_utc(text), 'second')} UTC"
    except ValueError:
        return text


def place_in_ledger(pages: Pages, dossier: DossierInput, entry: Entry) -> None:
    """Where an entry stands in the ledger: nothing can be put before or after it without changing these digests."""
    pages.text("Place dans le registre", GROUP, keep=40)
    pages.fact("Numéro d’ordre", f"inscription n° {entry.index} (la première porte le n° 0), sur {dossier.size}")
    pages.fact("Empreinte de chaînage", entry.digest, DIGEST)
    pages.fact("Empreinte précédente", entry.header.previous, DIGEST)
    pages.fact("Signature (Ed25519)", f"ligne {entry.index + 1} de {SIGNATURES}, dans l’archive de preuve")
