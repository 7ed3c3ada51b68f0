"""What is said of a comparison between a picture and the ledger: the finding, the doubts, the possible causes.

The values stand beside these sentences and not in them, so that each output gives times in its own way. No sentence
says that somebody lied: what a machine read may be wrong, and a clock may be badly set.
"""

from evidence_vault.capture.times import TOLERANCE
from evidence_vault.contradictions import Comparison, Doubt, Finding
from evidence_vault.messages import Message, Param, say

_MINUTES = int(TOLERANCE.total_seconds()) // 60
_FINDINGS: dict[Finding, Message] = {
    "agrees": say("Nothing here contradicts what is recorded."),
    "clock_differs": say(
        "Contradiction: the clock shown and the declared time differ by more than {minutes} minutes.", minutes=_MINUTES
    ),
    "day_differs": say("Contradiction: the day shown is not the declared day."),
    "after_recorded": say("Contradiction: the time shown is later than that at which the picture was recorded."),
    "after_attested": say(
        "Contradiction: the time shown is later than that by which a third party attests the picture was recorded."
    ),
    "release_after": say("Contradiction: the last release announced by the page is later than the declared time."),
    "reopening_before": say("Contradiction: the reopening announced by the page is earlier than the declared day."),
    "host_differs": say("Contradiction: the site shown is not the site declared."),
}
_UNSURE: dict[Finding, Message] = {
    "clock_differs": say(
        "To be checked: the clock shown and the declared time seem to differ by more than {minutes} minutes.",
        minutes=_MINUTES,
    ),
    "day_differs": say("To be checked: the day shown does not seem to be the declared day."),
    "after_recorded": say("To be checked: the time shown seems later than that at which the picture was recorded."),
    "after_attested": say(
        "To be checked: the time shown seems later than that by which a third party attests the picture was recorded."
    ),
    "release_after": say("To be checked: the last release announced by the page seems later than the declared time."),
    "reopening_before": say("To be checked: the reopening announced by the page seems earlier than the declared day."),
    "host_differs": say("To be checked: the site shown does not seem to be the site declared."),
}
_OF_CLOCK = say("Possible causes: a clock badly read by the machine, or not set right. The picture prevails.")
_OF_PAGE = say("Possible causes: a date badly read by the machine, or out of date on the page. The picture prevails.")
_OF_HOST = say(
    "Possible causes: an address badly read by the machine, or a site that sent the visitor to another. "
    "The picture prevails."
)
_CAUSES = {"screen_clock": _OF_CLOCK, "last_release": _OF_PAGE, "reopening": _OF_PAGE, "address": _OF_HOST}
_DOUBTS: dict[Doubt, Message] = {
    "little_confidence": say("Read with little confidence ({confidence} %)."),
    "confidence_unknown": say("How surely it was read was not recorded."),
    "nearly_same": say("The two differ by a letter or two, which may be badly read."),
    "in_part": say("It is the end of what is declared, and may have been read in part."),
    "other_zone": say("It is the declared time in {zone}: the screen may have shown the time of that place."),
}


def sentences(comparison: Comparison) -> tuple[Message, ...]:
    """The finding, what makes it doubtful, and what may have caused it; the values stand beside it, not in it."""
    if comparison.finding == "agrees":
        return (_FINDINGS["agrees"],)
    told = (_UNSURE if comparison.doubts else _FINDINGS)[comparison.finding]
    gaps: dict[str, Param] = {"confidence": comparison.fact.confidence or 0, "zone": comparison.zone or ""}
    doubts = (Message(_DOUBTS[doubt].text, gaps) for doubt in comparison.doubts)
    return (told, *doubts, _CAUSES[comparison.fact.fact])
