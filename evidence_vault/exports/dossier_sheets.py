"""One sheet for each attempt: what LEGAL calls for, field by field, then its screenshots."""

from collections.abc import Sequence

from evidence_vault.casefile import AttemptView, CorrectionView, Entry
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered, attempt_key
from evidence_vault.exports.dossier_exhibits import describe, excerpt, exhibit_pages, ocr_text
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import DIGEST, GROUP, NOTE, SHEET, VALUE, Pages, Style
from evidence_vault.exports.dossier_text import Piece, Rich
from evidence_vault.kinds import EnvironmentItem

SHEET_TITLE = "Relevé de tentative de connexion (établi par l’usager)"
UNBOUNDED = "aucun : ni borne inférieure ni borne supérieure attestée à ce jour"

_QUOTED = Style(size=VALUE.size, leading=VALUE.leading, after=VALUE.after, verbatim=True)


def attempt_sheet(pages: Pages, dossier: DossierInput, numbered: Numbered, number: int, view: AttemptView) -> None:
    """The sheet of one attempt, then its screenshots on pages of their own."""
    case = numbered.case
    title = f"Tentative n° {number} — {words.declared(case, view.occurred_at, weekday=True)}"
    pages.heading(title, attempt_key(number), SHEET, 2)
    pages.text(SHEET_TITLE, NOTE)
    pages.rule(0.8, 0)
    pages.space(4)
    _who(pages, numbered, view)
    _when(pages, numbered, view)
    _result(pages, dossier, numbered, view)
    corrections(pages, numbered, view.corrections)
    _environment(pages, view.attempt.environment or ())
    pages.text("Pièces", GROUP, keep=20)
    if not view.exhibits:
        pages.text("Aucune capture d’écran n’est jointe à cette tentative.", VALUE)
    for exhibit in view.exhibits:
        describe(pages, numbered, exhibit)
    place_in_ledger(pages, dossier, view.entry)
    for exhibit in view.exhibits:
        ocr_text(pages, numbered, exhibit)
    about = f"tentative n° {number}, {words.declared(case, view.occurred_at)}"
    for exhibit in view.exhibits:
        exhibit_pages(pages, dossier, numbered, exhibit, about)


def _who(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    case = numbered.case.case
    born = f"né(e) le {words.typed_date(case.born)}" if case.born else ""
    person = ", ".join(part for part in (case.applicant or words.UNKNOWN, born, case.nationality) if part)
    pages.fact("Demandeur", person)
    reached = " ; ".join(part for part in (case.address, case.email) if part)
    if reached:
        pages.fact("Adresse et courriel", reached)
    request = words.REQUESTS.get(case.request or "")
    purpose = " — ".join(part for part in (case.prefecture, case.procedure, request) if part)
    pages.fact("Préfecture et démarche", purpose or words.UNKNOWN)
    pages.fact("Opérateur", words.operator(view.attempt.operator, view.attempt.capacity))
    origin = {
        "log": "relevée lors de la tentative, selon l’opérateur",
        "import": "importée après coup, à partir de fichiers",
    }
    pages.fact("Origine du relevé", origin.get(view.attempt.origin or "", words.UNKNOWN))
    pages.fact("Plateforme", view.attempt.platform or words.UNKNOWN)
    pages.fact("Adresse (URL)", view.attempt.url or words.UNKNOWN, _QUOTED)
    if view.attempt.note:
        pages.fact("Note de l’opérateur", view.attempt.note)


def _when(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    case, time = numbered.case, view.occurred_at
    pages.text("Temps", GROUP, keep=40)
    pages.fact("Heure déclarée", words.declared(case, time, weekday=True))
    if time is not None:
        source = words.TIME_SOURCES.get(time.source, time.source)
        confirmed = words.CONFIRMED.get(time.confirmed_by, time.confirmed_by)
        pages.fact("Source de cette heure", f"{source} ; valeur d’origine « {time.text} » ; {confirmed}")
        pages.fact("Fuseau supposé", time.zone)
    pages.fact("Heure d’enregistrement", f"{words.recorded(case, view.entry.recorded_at)}, horloge de l’appareil")
    pages.fact("Intervalle attesté", UNBOUNDED)


def _result(pages: Pages, dossier: DossierInput, numbered: Numbered, view: AttemptView) -> None:
    pages.text("Résultat", GROUP, keep=30)
    confirmed = words.CONFIRMED.get(view.confirmed_by, view.confirmed_by)
    retained: Rich = ((Face.BOLD, words.outcome(view)), (Face.REGULAR, f" — {confirmed}"))
    pages.fact("Résultat retenu", retained)
    for exhibit in view.exhibits:
        if exhibit.reading is None:
            continue
        reading = exhibit.reading.reading
        number = numbered.exhibit_numbers[exhibit.entry.index]
        proposed = words.OUTCOMES.get(reading.outcome or "unclassified", reading.outcome or "")
        pages.fact(
            "Proposé par la machine", _proposal(proposed, number, [quote.text for quote in reading.quotes or ()])
        )
        if reading.platform_dates:
            quoted = " ; ".join(f"« {text} »" for text in reading.platform_dates)
            pages.fact("Dates affichées par la plateforme", f"{quoted} (lues par machine)")
        if reading.screen_clock:
            pages.fact("Horloge visible à l’écran", f"« {reading.screen_clock} » (lue par machine)")
    receipts = [exhibit for exhibit in view.exhibits if exhibit.exhibit.document == "receipt"]
    numbers = ", ".join(f"pièce n° {numbered.exhibit_numbers[exhibit.entry.index]}" for exhibit in receipts)
    pages.fact("Accusé de la plateforme", f"joint : {numbers}" if receipts else "aucun n’est joint à ce relevé")
    for exhibit in view.exhibits:
        excerpt(pages, dossier, numbered, exhibit)


def _proposal(proposed: str, number: int, quotes: Sequence[str]) -> list[Piece]:
    found = " ; ".join(f"« {text} »" for text in quotes)
    ground = f", d’après les mots lus : {found}" if found else ", sans phrase reconnue"
    return [(Face.REGULAR, f"{proposed} (pièce n° {number}){ground}")]


def corrections(pages: Pages, numbered: Numbered, found: Sequence[CorrectionView]) -> None:
    """Corrections in the order in which they were added; what they correct stays in the ledger."""
    if not found:
        return
    pages.text("Corrections ajoutées ensuite (l’inscription d’origine est conservée)", GROUP, keep=20)
    for view in found:
        correction = view.correction
        field = words.FIELDS.get(correction.field or "", correction.field or "note")
        value = correction.value or ""
        if correction.occurred_at is not None:
            value = words.declared(numbered.case, correction.occurred_at)
        elif correction.field == "outcome":
            value = words.OUTCOMES.get(value, value)
        reason = f" — motif : {correction.reason}" if correction.reason else ""
        author = f" — par {correction.operator}" if correction.operator else ""
        when = words.local(view.entry.recorded_at.astimezone(numbered.case.zone))
        pages.fact(field.capitalize(), f"{value}{reason}{author} (inscription n° {view.entry.index}, {when})")


def _environment(pages: Pages, items: Sequence[EnvironmentItem]) -> None:
    if not items:
        return
    pages.text("Environnement de la connexion", GROUP, keep=30)
    for basis, title in words.BASES.items():
        found = [item for item in items if item.basis == basis]
        if found:
            pages.fact(title.capitalize(), " ; ".join(map(_item, found)))


def _item(item: EnvironmentItem) -> str:
    name = words.ENVIRONMENT.get(item.name, item.name)
    return name if item.value is None else f"{name} : {item.value}"


def place_in_ledger(pages: Pages, dossier: DossierInput, entry: Entry) -> None:
    """Where an entry stands in the ledger: nothing can be put before or after it without changing these digests."""
    pages.text("Place dans le registre", GROUP, keep=40)
    pages.fact("Numéro d’ordre", f"inscription n° {entry.index} (la première porte le n° 0), sur {dossier.size}")
    pages.fact("Empreinte de chaînage", entry.digest, DIGEST)
    pages.fact("Empreinte précédente", entry.header.previous, DIGEST)
