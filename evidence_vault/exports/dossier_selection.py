"""What a dossier says of what it does not print, so that nobody takes a part for the whole."""

from collections import Counter

from evidence_vault.casefile import CaseFile
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_numbers import numbers
from evidence_vault.selection import Selection


def selection_told(dossier: DossierInput) -> str | None:
    """Which attempts are printed, how many are not, and what became of those; None where all are."""
    if dossier.whole is None:
        return None
    printed = {view.entry.index for view in dossier.case.attempts}
    left = Counter(view.outcome for view in dossier.whole.attempts if view.entry.index not in printed)
    total = len(dossier.whole.attempts)
    where = "dans le registre" if dossier.bundle is None else "dans l’archive jointe"
    told = f"{_criteria(dossier.selection)} : {words.thousands(len(printed))} sur {words.count(total, 'tentative')}"
    told += _exhibits(dossier, dossier.whole)
    if not left:
        return f"{told}. Aucune tentative n’est laissée de côté."
    rest = " ; ".join(f"{words.OUTCOMES[code].lower()} : {words.thousands(n)}" for code, n in left.most_common())
    return f"{told}. Les autres ne sont pas imprimées et ne sont pas comptées ; elles sont {where} ({rest})."


def _exhibits(dossier: DossierInput, whole: CaseFile) -> str:
    if not dossier.selection.exhibits:
        return ""
    printed, total = (
        len({exhibit.entry.index for view in case.attempts for exhibit in view.exhibits})
        for case in (dossier.case, whole)
    )
    return f", {words.thousands(printed)} sur {words.count(total, 'capture')}"


def redactions_told(numbered: Numbered) -> str | None:
    """How many pictures are covered and fields withheld, and by which entries; None where all is shown."""
    fields = sum(len(view.redaction.fields or ()) for view in numbered.case.redactions)
    parts = []
    if numbered.covered:
        parts.append(words.count(numbered.covered, "image est couverte en partie", "images sont couvertes en partie"))
    if fields:
        parts.append(words.count(fields, "mention n’est pas communiquée", "mentions ne sont pas communiquées"))
    if not parts:
        return None
    entries = [view.entry.index for view in numbered.case.redactions]
    noun = "inscription" if len(entries) == 1 else "inscriptions"
    return f"{' et '.join(parts)} ({noun} {numbers(entries)} du registre)"


def _criteria(selection: Selection) -> str:
    parts = []
    if selection.since is not None:
        parts.append(f"à partir du {dates.date(selection.since)}")
    if selection.until is not None:
        parts.append(f"jusqu’au {dates.date(selection.until)}")
    if selection.outcomes:
        named = sorted(words.OUTCOMES[code].lower() for code in selection.outcomes)
        parts.append(f"résultat : {' ou '.join(named)}")
    if selection.since is not None or selection.until is not None:
        parts.append("dates déclarées")
    if selection.exhibits:
        parts.append("celles des pièces choisies")
    return f"Sont imprimées les seules tentatives choisies ({', '.join(parts)})"
