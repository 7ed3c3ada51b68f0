"""Steps taken outside the platform, and the documents of the case."""

from evidence_vault.casefile import StepView
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_exhibits import describe, ocr_text
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_prints import exhibit_pages
from evidence_vault.exports.dossier_sheets import SOURCE, corrections, place_in_ledger, recorded, source_of
from evidence_vault.exports.dossier_styles import MM, SHEET


def steps(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Every step, with its answer where one came, and its documents."""
    pages.section("Autres démarches", "steps", 90 * MM)
    found = numbered.case.steps
    if not found:
        pages.text("Aucune démarche hors de la plateforme n’a été inscrite dans ce registre.")
        return
    pages.text(
        "Ce qui a été fait hors de la plateforme : courriels, lettres, appels, passages sur place, tels que "
        f"l’opérateur les a inscrits. {_printed(dossier, numbered)}"
    )
    for number, view in enumerate(found, start=1):
        _step(pages, dossier, numbered, number, view)
    for number, view in enumerate(found, start=1):
        for exhibit in view.exhibits:
            if numbered.produced_before(view.entry, exhibit) is None:
                exhibit_pages(pages, dossier, numbered, exhibit, f"démarche n° {number}")


def _printed(dossier: DossierInput, numbered: Numbered) -> str:
    but = ", sauf ceux des images occultées" if numbered.covered else ""
    kept = "ne sont pas joints à ce PDF" if dossier.light else f"sont dans l’archive jointe à ce PDF{but}"
    return f"Seules les images sont imprimées ici ; les fichiers d’origine {kept}."


def _step(pages: Pages, dossier: DossierInput, numbered: Numbered, number: int, view: StepView) -> None:
    step = view.step
    nature = words.STEPS.get(step.step or "", "Démarche")
    pages.space(8)
    pages.heading(f"Démarche n° {number} — {nature}", f"step-{number}", SHEET, 1, keep=90)
    time = view.occurred_at
    if time is not None and time.source == "now":
        time = None  # when it was recorded, which says nothing of when it was done
        entered = dates.local(view.entry.recorded_at.astimezone(numbered.case.zone))
        pages.fact("Date de la démarche", f"non indiquée (inscrite le {entered}, à l’horloge de l’appareil)")
    else:
        pages.fact("Heure déclarée", dates.declared(numbered.case, time, weekday=True))
    if time is not None:
        pages.fact(SOURCE, source_of(time))
    for label, value in (
        ("Destinataire", step.recipient),
        ("Référence", step.reference),
        ("Objet", step.summary),
        ("Inscrite par", step.operator),
    ):
        if value:
            pages.fact(label, value)
    answered = f" (le {dates.typed_date(step.answered_on)})" if step.answered_on else ""
    pages.fact("Réponse", f"{step.answer}{answered}" if step.answer else "aucune réponse inscrite à ce jour")
    pages.fact("Attesté : pas après", attested.upper(numbered, view.entry))
    pages.fact("Heure d’enregistrement", recorded(numbered, view.entry, time))
    for exhibit in view.exhibits:
        describe(pages, numbered, exhibit, numbered.produced_before(view.entry, exhibit))
    corrections(pages, numbered, view.corrections)
    place_in_ledger(pages, dossier, view.entry)


def documents(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """The documents that belong to the case itself."""
    pages.section("Autres pièces", "documents", 60 * MM)
    found = numbered.case.documents
    if not found:
        pages.text("Aucune autre pièce (titre, contrat, lettre) n’a été inscrite dans ce registre.")
        return
    pages.text(
        "Les pièces qui ne se rattachent ni à une tentative ni à une démarche (titre, contrat, lettre). "
        f"{_printed(dossier, numbered)}"
    )
    for view in found:
        pages.space(8)
        pages.need(90)
        describe(pages, numbered, view)
        pages.fact("Attesté : pas après", attested.upper(numbered, view.entry))
        pages.fact("Heure d’enregistrement", recorded(numbered, view.entry, None))
        place_in_ledger(pages, dossier, view.entry)
    for view in found:
        exhibit_pages(pages, dossier, numbered, view, "pièce du dossier")
        if view.reading and view.reading.reading.text:
            ocr_text(pages, numbered, view, whole=True)
