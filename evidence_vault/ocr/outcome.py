"""What a picture says became of an attempt. Pure: what was read goes in, a proposal and its grounds come out.

The order of the questions is the point of this room. Where the page stands is asked before what it says, refusals
are asked for before offers, and two messages that cannot both be true give no outcome at all. What neither holds a
phrase of the catalogue nor surely resembles a message is `unclassified`; a quotation says which of the two it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_vault.ocr.canonical import Canonical, Finding
from evidence_vault.ocr.catalogue import DATE_PATTERN, DAYS, TIME_PATTERN, Catalogue
from evidence_vault.ocr.concepts import concepts_in
from evidence_vault.ocr.folding import TIME, fold, stem
from evidence_vault.ocr.lines import Paragraph
from evidence_vault.ocr.matching import Findings, find
from evidence_vault.ocr.resembling import GRAVE, resembling
from evidence_vault.ocr.whereabouts import Whereabouts, whereabouts
from evidence_vault.values import Quote
from evidence_vault.words import Outcome

_ORDER: tuple[Outcome, ...] = (
    "captcha_failure",
    "session_expired",
    "waiting_room",
    "maintenance",
    "site_error",
    "cancelled",
    "closed_until",
    "no_slot",
    "slots_offered",
    "in_progress",
    "login",
)
"""Which message prevails where a page shows several: obstacles first, refusals before offers, forms last."""
DETAILS = (
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "http_5xx",
    "rate_limited",
    "blocked",
    "blocked_procedure",
    "timeout",
    "refused",
    "reset",
    "offline",
    "certificate",
    "overload",
    "not_found",
    "unreachable",
    "closed",
    "unavailable",
    "error",
)
"""Details of an error, the most telling first."""
_CONTRADICTIONS: tuple[frozenset[Outcome], ...] = (
    frozenset({"no_slot", "slots_offered"}),
    frozenset({"no_slot", "appointment_obtained"}),
    frozenset({"closed_until", "appointment_obtained"}),
    frozenset({"captcha_failure", "appointment_obtained"}),
    frozenset({"session_expired", "appointment_obtained"}),
    frozenset({"site_error", "appointment_obtained"}),
    frozenset({"waiting_room", "appointment_obtained"}),
    frozenset({"maintenance", "appointment_obtained"}),
    frozenset({"in_progress", "appointment_obtained"}),
)
_FORMS: frozenset[Outcome] = frozenset({"in_progress", "login"})
_BESIDE: dict[Outcome, float] = {"in_progress": 0.1, "login": 0.1, "closed_until": 0.05}
"""Forms, and the hours at which slots are released, stand on a page beside its message as often as in its place: by so
much surer must they be than a message."""
_AS_SURE_AS_A_PHRASE = 0.8
"""From this probability on, what resembles a message can gainsay a phrase of a platform."""
_HARDLY_SURE, _SURE = 0.85, 0.9
"""Below the first probability, an obstacle or an appointment gives way to what contradicts it from the second on."""
_PROSE = 60
"""From this many words on, a page that only cites a message is a text about it."""
_APPOINTED = re.compile(f"{DATE_PATTERN}|{TIME_PATTERN}| numero")
_DAYS = frozenset(map(stem, DAYS))
_NEAR = 40
"""Words around a message among which the day, the hour or the number of an appointment is looked for."""
_ENOUGH = 15
"""Fewer words than this do not tell that a page is about something else…"""
_ENOUGH_WITHOUT_SIGN = 40
"""…nor fewer than this, where nothing but the absence of known words says so."""
_TRUSTED = 60
"""Below this mean confidence what was read may be noise, and noise looks like no booking site."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An outcome, its detail where it has one, and the words it rests on."""

    outcome: Outcome
    detail: str | None
    quotes: tuple[Quote, ...]


UNCLASSIFIED = Proposal("unclassified", None, ())


def propose(
    page: Sequence[Paragraph], catalogue: Catalogue, address: str | None = None, confidence: int = 100
) -> Proposal:
    """The outcome that `page` shows.

    `page` is in reading order; `address` is the address bar as read, if it was; `confidence` is the mean that the
    engine states, below which a page is not called unrelated for want of known words.
    """
    found = find(page, catalogue)
    place = whereabouts(page, found, address, catalogue)
    said = [finding for finding in found.phrases if not finding.spoken_of]
    strong = [finding for finding in said if finding.phrase.weight == "strong"]
    if place.gallery:
        return UNCLASSIFIED
    if place.elsewhere:
        # The message of a booking site on a page that is not one: cited, or about some other appointment. Where
        # only the address says so, the page may still be a booking site that we do not know.
        if strong and not place.cited_elsewhere:
            return _undecided(strong)
        likely = resembling(page, found.read, catalogue.classifier)
        if place.named and not place.cited_elsewhere and _only_queues(likely):
            return _proposal("waiting_room", likely)  # a queue stands on the host of whoever keeps it
        if place.official is None and (grave := _grave(likely)):
            return _undecided(grave)  # without an address, a word of mail or of a forum is not enough
        legibly = found.words >= _ENOUGH and confidence >= _TRUSTED
        return Proposal("unrelated", None, ()) if legibly else UNCLASSIFIED
    sourced = [finding for finding in strong if finding.phrase.source != "own"]
    outcomes = {finding.phrase.outcome for finding in sourced}
    decisive = bool(outcomes) and not outcomes <= _FORMS
    likely = [] if place.answers else resembling(page, found.read, catalogue.classifier)
    # What is explained is not given; and a table, a show and a train are fully booked too.
    doubtful = likely if place.informs else [] if place.administration else _grave(likely)
    likely = [finding for finding in likely if finding not in doubtful]
    if decisive:
        beside = [
            finding
            for finding in likely
            if finding.phrase.outcome not in outcomes | _BESIDE.keys() and finding.probability >= _AS_SURE_AS_A_PHRASE
        ]
        return _decide(strong + beside, said + beside, found, place)
    if strong or likely:
        return _decide(strong + _surest(likely), said + likely, found, place)
    cited = [finding for finding in found.phrases if finding.spoken_of and finding.phrase.weight == "strong"]
    if cited:
        about = found.words >= _PROSE and not place.official
        return Proposal("unrelated", None, _quotes(cited)) if about else _undecided(cited)
    if weak := _from_weak(said, found):
        return weak
    if doubtful:
        return _undecided(doubtful)
    foreign = not place.administration and not said
    if (
        foreign
        and found.words >= _ENOUGH_WITHOUT_SIGN
        and confidence >= _TRUSTED
        and found.known_words * 2 < found.words
    ):
        return Proposal("unrelated", None, ())
    return UNCLASSIFIED


def _grave(likely: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in likely if finding.phrase.outcome in GRAVE]


def _only_queues(likely: Sequence[Finding]) -> bool:
    """Whether a page says twice that one has to queue, and resembles nothing else."""
    return len(likely) >= 2 and all(finding.phrase.outcome == "waiting_room" for finding in likely)


def _surest(likely: Sequence[Finding]) -> list[Finding]:
    """The findings of the kind that is surest, and of those that cannot be true beside it."""
    surest: dict[Outcome, float] = {}
    for one in likely:
        outcome = one.phrase.outcome
        surest[outcome] = max(surest.get(outcome, 0), one.probability - _BESIDE.get(outcome, 0))
    best = max(surest, key=lambda outcome: surest[outcome], default=None)
    return [
        one
        for one in likely
        if one.phrase.outcome == best or any(pair == {best, one.phrase.outcome} for pair in _CONTRADICTIONS)
    ]


def _decide(strong: list[Finding], said: list[Finding], found: Findings, place: Whereabouts) -> Proposal:
    strong = _without_overlaps(strong)
    strong = _without_the_weaker(_without_bare_offers(strong, found.read))
    outcomes = {finding.phrase.outcome for finding in strong}
    if any(pair <= outcomes for pair in _CONTRADICTIONS):
        return _undecided(strong)
    if "no_slot" in outcomes and found.slots >= 2:
        return _undecided(strong)  # a refusal beside a row of times: one of the two concerns something else
    if "cancelled" in outcomes:
        outcomes.discard("appointment_obtained")
    if "appointment_obtained" in outcomes:
        # Confirmed appointments exist with everybody; only the administration's own page is taken at its word.
        named = any(_names_it(found.read, finding) for finding in strong)
        return _proposal("appointment_obtained", said) if place.administration and named else _undecided(strong)
    if outcomes == {"site_error", "no_slot"} and _only_closed(strong):
        outcomes.discard("site_error")
    if "closed_until" in outcomes and _only_closed(strong):
        outcomes.discard("site_error")
    chosen = next(outcome for outcome in _ORDER if outcome in outcomes)
    return _proposal(chosen, said)


def _without_bare_offers(strong: list[Finding], read: Canonical) -> list[Finding]:
    """Drop « choisissez un jour » beside a refusal of everything, where the page shows no times to choose among."""
    refused = any(
        one.phrase.outcome == "no_slot" and one.probability >= _AS_SURE_AS_A_PHRASE and not _names_any(read, one)
        for one in strong
    )
    if not refused or read.tokens.count(TIME) > 1:
        return strong
    return [one for one in strong if not _only_invites(one) or _names_any(read, one)]


def _only_invites(one: Finding) -> bool:
    """Whether what was found invites to choose and does not say that anything is left."""
    concepts = concepts_in(re.findall("[a-z]+", fold(one.quote.text)))
    return one.phrase.outcome == "slots_offered" and "choose" in concepts and "free" not in concepts


def _names_any(read: Canonical, one: Finding) -> bool:
    """Whether the sentence of what was found names a day, a number or a counter."""
    return any(token[0].isdigit() or token in _DAYS for token in read.near(one.start, one.end))


def _without_the_weaker(strong: list[Finding]) -> list[Finding]:
    """Drop an obstacle that is hardly sure beside a sure appointment, and the other way round."""
    surest: dict[Outcome, float] = {}
    for one in strong:
        surest[one.phrase.outcome] = max(surest.get(one.phrase.outcome, 0), one.probability)
    for pair in _CONTRADICTIONS:
        if pair <= surest.keys() and "no_slot" not in pair:
            weak, sure = sorted(pair, key=lambda outcome: surest[outcome])
            if surest[weak] < _HARDLY_SURE and surest[sure] >= _SURE:
                strong = [one for one in strong if one.phrase.outcome != weak]
    return strong


def _names_it(read: Canonical, found: Finding) -> bool:
    """Whether a day, an hour or a number stands near an appointment that only likeness tells, as with any real one."""
    near = read.tokens[max(0, found.start - _NEAR) : found.end + _NEAR]
    return not found.quote.resembles or bool(_APPOINTED.search("".join(f" {token}" for token in near)))


def _undecided(findings: Sequence[Finding]) -> Proposal:
    """No outcome, with the words that would support one: looking again would not settle it."""
    return Proposal("unclassified", None, _quotes(findings))


def _without_overlaps(strong: list[Finding]) -> list[Finding]:
    """Drop an offer that lies inside a refusal: « créneau disponible » in « aucun créneau disponible »."""
    refusals = [finding for finding in strong if finding.phrase.outcome == "no_slot"]
    return [
        finding
        for finding in strong
        if finding.phrase.outcome != "slots_offered" or not any(_overlaps(finding, refusal) for refusal in refusals)
    ]


def _overlaps(offer: Finding, refusal: Finding) -> bool:
    """Whether the two share words, and the refusal is more than a sentence of a longer offer."""
    one, other = (offer.start, offer.end), (refusal.start, refusal.end)
    sentence = one != other and one[0] <= other[0] and other[1] <= one[1]
    return one[0] < other[1] and other[0] < one[1] and not sentence


def _only_closed(strong: list[Finding]) -> bool:
    return all(f.phrase.detail in {"closed", "unavailable"} for f in strong if f.phrase.outcome == "site_error")


def _from_weak(said: list[Finding], found: Findings) -> Proposal | None:
    """What two weak phrases say together, or weak phrases beside a grid of times."""
    if any(f.phrase.outcome == "slots_offered" for f in said) and found.slots >= 2:
        return _proposal("slots_offered", said)
    for outcome in _ORDER:
        if outcome in {"no_slot", "slots_offered"}:
            continue
        if len({f.phrase.id for f in said if f.phrase.outcome == outcome}) >= 2:
            return _proposal(outcome, said)
    return None


def _proposal(outcome: Outcome, said: Sequence[Finding]) -> Proposal:
    grounds = [finding for finding in said if finding.phrase.outcome == outcome]
    details = {finding.phrase.detail for finding in grounds}
    return Proposal(outcome, next((d for d in DETAILS if d in details), None), _quotes(grounds))


def _quotes(findings: Sequence[Finding]) -> tuple[Quote, ...]:
    """The longest quotation of each place, in reading order."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start - f.end, f.start)):
        if not any(finding.start < other.end and other.start < finding.end for other in kept):
            kept.append(finding)
    return tuple(finding.quote for finding in sorted(kept, key=lambda f: f.start))
