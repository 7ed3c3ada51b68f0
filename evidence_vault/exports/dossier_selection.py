"""What a dossier says of the attempts that it does not print, so that nobody takes a part for the whole."""

from collections import Counter

from evidence_vault.casefile import CaseFile
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput
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
