"""The facts of a case as French sentences, for letters that people go on writing: the same words in each of them."""

from collections.abc import Iterator

from evidence_vault.casefile import StepView
from evidence_vault.circumstances import circumstances
from evidence_vault.contradictions import count
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_numbers import hours, numbers
from evidence_vault.exports.dossier_text import Rich, french


def attempts_told(numbered: Numbered) -> Iterator[str]:
    """What the ledger holds of attempts: when, how often, with what result, and what third parties attest."""
    counts = numbered.counts
    if not counts.attempts:
        yield "Aucune tentative de connexion n’est inscrite au registre."
        return
    yield from map(french, _spread(numbered))
    yield from map(french, _results(numbered))


def _spread(numbered: Numbered) -> Iterator[str]:
    counts = numbered.counts
    dated = counts.attempts - counts.undated
    total = words.count(dated, "tentative de connexion", "tentatives de connexion")
    if counts.first is None or counts.last is None:
        total = words.count(counts.undated, "tentative de connexion", "tentatives de connexion")
        yield f"{total} {_are(counts.undated)} au registre, sans date déclarée."
        return
    if counts.first == counts.last:
        period = f"Le {dates.date(counts.first)}"
    else:
        period = f"Du {dates.date(counts.first)} au {dates.date(counts.last)}"
    yield (
        f"{period}, {total} {_are(dated)} au registre, sur "
        f"{words.count(len(counts.days), 'jour distinct', 'jours distincts')} et "
        f"{words.count(len(counts.weeks), 'semaine distincte', 'semaines distinctes')} (dates déclarées)."
    )
    if counts.longest_gap_days:
        gap = words.count(counts.longest_gap_days, "jour")
        yield f"Le plus long intervalle entre deux jours de tentative est de {gap}."
    if counts.hours:
        yield f"Heures déclarées, à l’heure entamée : {hours(counts.hours)}."
    yield words.confirmed_dates(numbered.attempts)
    if counts.undated:
        more = words.count(counts.undated, "tentative")
        yield f"En outre, {more} {_are(counts.undated)} au registre sans date déclarée."


def _are(number: int) -> str:
    return "est inscrite" if number == 1 else "sont inscrites"


def _results(numbered: Numbered) -> Iterator[str]:
    counts, found = numbered.counts, circumstances(numbered.case)
    rows = sorted(counts.outcomes.items(), key=lambda item: (-item[1], item[0]))
    told = " ; ".join(f"{words.OUTCOMES[code].lower()} : {words.thousands(number)}" for code, number in rows)
    yield f"Les résultats retenus sont les suivants : {told}."
    yield words.confirmed_results(numbered.attempts)
    if found.with_date:
        own = [numbered.attempt_numbers[view.entry.index] for view in found.with_date]
        told = words.count(len(own), "tentative")
        verb = "a montré" if len(own) == 1 else "ont montré"
        yield f"{told} {verb} un créneau proposé ou un rendez-vous obtenu ({numbers(own)})."
    else:
        yield "Aucun résultat retenu n’est un créneau proposé ni un rendez-vous obtenu."
    if unsaid := [numbered.attempt_numbers[view.entry.index] for view in found.silent]:
        told = words.count(len(unsaid), "tentative")
        yield f"Le résultat ne permet pas de le savoir pour {told} ({numbers(unsaid)})."
    shown, legible = numbered.pictures
    if shown:
        readable = words.count(legible, "lisible")
        unread = f" ; non lues par elle : {words.thousands(numbered.unread)}" if numbered.unread else ""
        yield f"Captures d’écran produites : {words.thousands(shown)}, dont {readable} selon la machine{unread}."
    else:
        yield "Aucune capture d’écran n’est produite."
    differing = count(numbered.case, numbered.timeline)
    if differing.contradictions:
        told = words.count(differing.contradictions, "contradiction")
        yield f"Le registre relève {told} entre ce que montrent les captures et ce qui est inscrit (voir le dossier)."
    for label, value in attested.summary(numbered):
        yield f"{label} : {plain(value)}."


def steps_told(numbered: Numbered) -> Iterator[tuple[int, str]]:
    """Each step taken elsewhere, with its number: what, when, to whom, and what was answered."""
    for view in numbered.case.steps:
        yield numbered.step_numbers[view.entry.index], french(_step(numbered, view))


def _step(numbered: Numbered, view: StepView) -> str:
    step, time = view.step, view.occurred_at
    undated = time is None or time.source == "now"
    day = "date non indiquée" if undated else f"le {dates.stated(numbered.case, time)}"
    to = f" à {step.recipient}" if step.recipient else ""
    reference = f", référence {step.reference}" if step.reference else ""
    about = f" ; objet : {step.summary.rstrip('.')}" if step.summary else ""
    on = f" (le {dates.typed_date(step.answered_on)})" if step.answered_on else ""
    answer = f"réponse{on} : {step.answer.rstrip('.')}" if step.answer else "aucune réponse inscrite à ce jour"
    return f"{words.STEPS.get(step.step or '', 'Démarche')}{to}, {day}{reference}{about} ; {answer}."


def plain(text: Rich) -> str:
    """A text without its faces."""
    return text if isinstance(text, str) else "".join(part for _, part in text)
