"""Exhibits in words: what each is, whether it can be read, what the machine read on it."""

from evidence_vault.casefile import ExhibitView
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import DIGEST, GREY, OCR, Style
from evidence_vault.exports.dossier_text import Rich
from evidence_vault.i18n import render
from evidence_vault.messages import Message
from evidence_vault.reasons import sentence
from evidence_vault.values import Reason

_ONCE = " ; le même fichier a été remis de nouveau, il n’est imprimé et compté qu’une fois"
_LINE_END = " │ "
_OCR_TITLE = Style(size=9, leading=12, before=5, after=1)
_ENGINE = Style(size=8, leading=10, after=3, ink=GREY)
OCR_TITLE = "Lecture automatique (OCR), non corrigée, sans les marques où aucun mot n’a été reconnu — l’image prévaut"


def describe(
    pages: Pages, numbered: Numbered, view: ExhibitView, before: str | None = None, *, times: bool = True,
    title: str | None = None,
) -> None:  # fmt: skip
    """An exhibit in words: number, name, size, digest, legibility; `before` says for what it was produced already.

    Without `times`, those that the file claims for itself are left to the caller. `title` stands in the place of the
    number, where the exhibit is filed under another.
    """
    exhibit = view.exhibit
    number = numbered.exhibit_numbers[view.entry.index]
    facts = [words.size(exhibit.size)]
    if exhibit.width is not None and exhibit.height is not None:
        facts.insert(0, f"{exhibit.width} × {exhibit.height} pixels")
    if (exhibit.frames or 1) > 1:
        facts.append(f"image animée ou à plusieurs pages : la première des {exhibit.frames} vues est imprimée")
    nature = words.DOCUMENTS.get(exhibit.document or "", "Document")
    label = f" — {exhibit.label}" if exhibit.label else ""
    pages.fact(title or f"Pièce n° {number}", f"{nature}{label} : {exhibit.name or 'sans nom'} ({' ; '.join(facts)})")
    pages.fact("Empreinte SHA-256", exhibit.sha256 or words.UNKNOWN, DIGEST)
    if before is not None:
        again = f"capture déjà produite pour {before}" if exhibit.width is not None else f"déjà produite pour {before}"
        pages.fact("Même fichier", ((Face.BOLD, again), (Face.REGULAR, _ONCE)))
        return
    for indication in (exhibit.indications or ()) if times else ():
        source = words.TIME_SOURCES.get(indication.source, indication.source)
        pages.fact("Heure que le fichier indique", f"« {indication.text} » ({source} ; indication, non attestée)")
    if view.covered:
        pages.fact("Occultation", covered(view))
    if is_judged(view):
        pages.fact("Lisibilité", legibility(view))


def covered(view: ExhibitView) -> str:
    """How much of a picture is covered, by which entry and why; and where its original is."""
    assert view.redaction is not None
    reason = view.redaction.redaction.reason
    return (
        f"{words.count(len(view.covered), 'zone couverte', 'zones couvertes')} en noir par la partie (inscription "
        f"n° {view.redaction.entry.index}{f' ; motif : {reason}' if reason else ''}) ; l’original, dont l’empreinte "
        "est indiquée, n’est pas joint"
    )


def is_judged(view: ExhibitView) -> bool:
    """Whether legibility is a question: a permit or a letter is not read by the machine."""
    return view.exhibit.width is not None and (view.reading is not None or view.exhibit.document == "screenshot")


def legibility(view: ExhibitView) -> tuple[tuple[Face, str], ...]:
    """« Lisible » or « NON LISIBLE », and why."""
    reading = view.reading.reading if view.reading else None
    reasons = " ; ".join(map(_finding, reading.reasons or ())) if reading else ""
    if reading is None:
        return ((Face.BOLD, "NON LUE"), (Face.REGULAR, " : aucune lecture automatique n’a été enregistrée."))
    return (
        (Face.BOLD, "Lisible" if view.legible else "NON LISIBLE"),
        (Face.REGULAR, f" (appréciation de la machine) : {reasons}" if reasons else " (appréciation de la machine)"),
    )


def _finding(reason: Reason) -> str:
    known = words.FINDINGS.get(reason.code)
    return render(Message(known, reason.params), "fr") if known else render(sentence(reason), "fr")


def ocr_text(pages: Pages, numbered: Numbered, view: ExhibitView, *, whole: bool = False) -> bool:
    """What the machine read, as it read it; over pages where it is to be `whole`.

    False where it was not to go over pages and would not fit here: nothing was printed then.
    """
    reading = view.reading.reading if view.reading else None
    if reading is None:
        return True
    number = numbered.exhibit_numbers[view.entry.index]
    confidence = "" if reading.confidence is None else f" ; confiance annoncée : {reading.confidence} %"
    engine = f"Moteur : {reading.engine or words.UNKNOWN}{confidence} ; │ : fin de ligne"
    text = _LINE_END.join(line.strip() for line in (reading.text or "").splitlines() if line.strip())
    block: tuple[tuple[Rich, Style], ...] = (
        (((Face.BOLD, f"{OCR_TITLE} — pièce n° {number}"),), _OCR_TITLE),
        (engine, _ENGINE),
        (text or ("(non imprimé : l’image est occultée)" if view.covered else "(aucun texte lu)"), OCR),
    )
    height = sum(
        style.before + style.after + style.leading * len(pages.lines(part, style, pages.width - style.indent))
        for part, style in block
    )
    if not whole and pages.room < height - OCR.after:
        return False
    for place, (part, style) in enumerate(block):
        pages.text(part, style, keep=30 if place == 0 else 0)
    return True
