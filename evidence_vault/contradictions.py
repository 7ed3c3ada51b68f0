"""What a picture shows set beside what is recorded: the two values, where each comes from, and whether they agree.

Pure. Nothing is merged and nobody is accused: a clock may be badly read or badly set, and each finding says so. What
is compared with what:

- the clock with the declared time, to `TOLERANCE`, and only by day where only a day is declared; not where the
  declared time was itself taken from that clock;
- the clock with the moment at which the entry of the picture was recorded, and with that by which third parties
  attest it: it must not be later;
- the last release of appointments that the page announces with the declared time: it must not be later;
- the reopening that the page announces with the declared day: it must not be earlier;
- the host of the address with that of the address declared for the attempt.

Times are those of the zone of the case. Where a clock shows the declared time of another French zone, that is said: the
screen may have been there, or set so.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from evidence_vault.capture.times import TOLERANCE
from evidence_vault.casefile import AttemptView, CaseFile, ExhibitView
from evidence_vault.displayed import Display, display_of, host_of
from evidence_vault.entries import parse_utc
from evidence_vault.kinds import Reading
from evidence_vault.ocr.folding import edits
from evidence_vault.timeline import Timeline
from evidence_vault.values import Fact

Against: TypeAlias = Literal["declared", "recorded", "attested", "address"]
Finding: TypeAlias = Literal[
    "agrees",
    "clock_differs",
    "day_differs",
    "after_recorded",
    "after_attested",
    "release_after",
    "reopening_before",
    "host_differs",
]
Doubt: TypeAlias = Literal["little_confidence", "confidence_unknown", "nearly_same", "in_part", "other_zone"]
Verdict: TypeAlias = Literal["agrees", "contradicts", "unsure"]

SURE, SURE_OF_ADDRESS = 85, 70
"""Below this confidence of the engine in its least sure word, what was read contradicts nothing by itself.

On 103 drawn pictures, half of them degraded, 56 of 59 clocks rightly read had 92 or more; of an address, which is one
long word, the engine is never as sure: 44 of 45 rightly read had 65 or more, and the three read in part 65 or less.
"""
ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "Indian/Reunion",
    "Indian/Mayotte",
)
"""The time of mainland France and of the overseas departments."""
_FEW_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the ledger says, and in which entry."""

    against: Against
    entry: int
    moment: dt.datetime | None = None
    """Aware; None for an address."""
    precision: Literal["second", "minute", "day"] = "second"
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values side by side, and what was found of them."""

    fact: Fact
    """What the picture shows, as a machine read it."""
    exhibit: int
    reading: int
    """The entries that it comes from."""
    recorded: Recorded
    finding: Finding
    doubts: tuple[Doubt, ...] = ()
    """Why a difference may be none; empty where they agree."""
    zone: str | None = None
    """The other French zone in which they would agree."""

    @property
    def verdict(self) -> Verdict:
        """`unsure` where they differ and there is a doubt about it."""
        if self.finding == "agrees":
            return "agrees"
        return "unsure" if self.doubts else "contradicts"


@dataclass(frozen=True, slots=True)
class Counted:
    """How often what pictures show contradicts what is recorded, over a case."""

    contradictions: int
    unsure: int
    """Differences of which the reading is not sure enough to say so."""
    attempts: int
    """Attempts with one of either."""


def compare(view: AttemptView, timeline: Timeline, zone: ZoneInfo) -> tuple[Comparison, ...]:
    """Everything that the pictures of an attempt show and the ledger has a word on, in the order of the pictures."""
    return tuple(
        _with_doubts(found)
        for exhibit in view.exhibits
        if exhibit.reading is not None and exhibit.exhibit.document in {None, "screenshot"}
        for fact in facts_of(exhibit.reading.reading)
        for found in _Beside(view, exhibit, exhibit.reading.entry.index, timeline, zone).of(fact)
    )


def count(case: CaseFile, timeline: Timeline) -> Counted:
    """Count over all the attempts of a case."""
    found = [[one.verdict for one in compare(view, timeline, case.zone)] for view in case.attempts]
    return Counted(
        contradictions=sum(verdicts.count("contradicts") for verdicts in found),
        unsure=sum(verdicts.count("unsure") for verdicts in found),
        attempts=sum(set(verdicts) - {"agrees"} != set() for verdicts in found),
    )


def facts_of(reading: Reading) -> tuple[Fact, ...]:
    """What a reading says that its picture shows; from an entry older than `facts`, the text alone."""
    if reading.facts is not None:
        return reading.facts
    clock = [Fact(fact="screen_clock", text=reading.screen_clock)] if reading.screen_clock else []
    address = [Fact(fact="address", text=reading.address)] if reading.address else []
    return (*clock, *address, *(Fact(fact="platform_date", text=text) for text in reading.platform_dates or ()))


def _with_doubts(found: Comparison) -> Comparison:
    """The same, with what makes a difference doubtful."""
    if found.finding == "agrees":
        return replace(found, zone=None)
    doubts: list[Doubt] = []
    if found.fact.confidence is None:
        doubts.append("confidence_unknown")
    elif found.fact.confidence < (SURE_OF_ADDRESS if found.fact.fact == "address" else SURE):
        doubts.append("little_confidence")
    if found.finding == "host_differs":
        shown, declared = host_of(found.fact.text) or "", host_of(found.recorded.address or "") or ""
        if edits(shown, declared) <= _FEW_LETTERS:
            doubts.append("nearly_same")
        elif declared.endswith(shown):
            doubts.append("in_part")
    if found.zone is not None:
        doubts.append("other_zone")
    return replace(found, doubts=tuple(doubts))


@dataclass(frozen=True, slots=True)
class _Beside:
    """The ledger's side of the facts of one picture."""

    view: AttemptView
    exhibit: ExhibitView
    reading: int
    timeline: Timeline
    zone: ZoneInfo

    def of(self, fact: Fact) -> Iterator[Comparison]:
        match fact.fact:
            case "screen_clock":
                yield from self._clock(fact, display_of(fact.text))
            case "last_release":
                yield from self._release(fact, display_of(fact.text))
            case "reopening":
                yield from self._reopening(fact, display_of(fact.text))
            case "address":
                yield from self._address(fact)
            case _:
                return

    def _found(self, fact: Fact, recorded: Recorded, finding: Finding, zone: str | None = None) -> Comparison:
        return Comparison(fact, self.exhibit.entry.index, self.reading, recorded, finding, zone=zone)

    def _declared(self) -> Recorded | None:
        declared = self.view.occurred_at
        if declared is None:
            return None
        stated = [(item.entry.index, item.correction.occurred_at) for item in reversed(self.view.corrections)]
        stated += [(item.entry.index, item.stated.occurred_at) for item in reversed(self.view.outcomes)]
        entry = next((index for index, time in stated if time is declared), self.view.entry.index)
        return Recorded("declared", entry, parse_utc(declared.instant), declared.precision)

    def _clock(self, fact: Fact, shown: Display) -> Iterator[Comparison]:
        declared = self._declared()
        other: str | None = None
        if declared is not None and declared.moment is not None:
            finding = self._differs(shown, declared, declared.moment)
            if finding in {"clock_differs", "day_differs"}:
                other = self._other_zone(shown, declared.moment) if declared.precision != "day" else None
            own = self.view.occurred_at is not None and self.view.occurred_at.source == "screen_clock"
            if finding is not None and not own:
                yield self._found(fact, declared, finding, other)
        for recorded in self._recordings():
            moments = self._moments(shown, declared, recorded)
            if moments and recorded.moment is not None:
                later = min(moments) > recorded.moment + TOLERANCE
                finding = ("after_attested" if recorded.against == "attested" else "after_recorded") if later else None
                yield self._found(fact, recorded, finding or "agrees", other)

    def _differs(self, shown: Display, declared: Recorded, moment: dt.datetime) -> Finding | None:
        """How a clock differs from the declared time; None where it shows nothing that could be compared."""
        day = moment.astimezone(self.zone).date()
        if declared.precision != "day" and (moments := shown.moments(moment, self.zone)):
            if any(abs(found - moment) <= TOLERANCE for found in moments):
                return "agrees"
            return "day_differs" if shown.days and day not in shown.dates(day) else "clock_differs"
        if shown.days:
            return "agrees" if day in shown.dates(day) else "day_differs"
        return None

    def _other_zone(self, shown: Display, moment: dt.datetime) -> str | None:
        """Another French zone whose clocks show this at the declared moment."""
        for name in ZONES:
            there = shown.moments(moment, ZoneInfo(name)) if name != self.zone.key else ()
            if any(abs(found - moment) <= TOLERANCE for found in there):
                return name
        return None

    def _recordings(self) -> Iterator[Recorded]:
        """When the entry of the picture was recorded: by the machine's clock, and as third parties attest."""
        entry = self.exhibit.entry
        yield Recorded("recorded", entry.index, entry.recorded_at)
        if (attested := self.timeline.of_entry(entry.index).not_after) is not None:
            yield Recorded("attested", attested.index, attested.latest)

    def _moments(self, shown: Display, declared: Recorded | None, recorded: Recorded) -> tuple[dt.datetime, ...]:
        """The moments that a clock can mean; a clock without a date needs a declared day."""
        if shown.days:
            return shown.moments(recorded.moment, self.zone) if recorded.moment is not None else ()
        if declared is None or declared.moment is None:
            return ()
        if declared.precision != "day":
            return shown.moments(declared.moment, self.zone)
        day = declared.moment.astimezone(self.zone).date()
        return tuple(dt.datetime.combine(day, time, self.zone) for time in shown.times)

    def _release(self, fact: Fact, shown: Display) -> Iterator[Comparison]:
        declared = self._declared()
        if declared is None or declared.moment is None or not any(day.year for day in shown.days):
            return
        day = declared.moment.astimezone(self.zone).date()
        if shown.times and declared.precision != "day":
            later = min(shown.moments(declared.moment, self.zone)) > declared.moment + TOLERANCE
        else:
            later = min(shown.dates(day)) > day
        yield self._found(fact, declared, "release_after" if later else "agrees")

    def _reopening(self, fact: Fact, shown: Display) -> Iterator[Comparison]:
        declared = self._declared()
        if declared is None or declared.moment is None or not any(day.year for day in shown.days):
            return
        day = declared.moment.astimezone(self.zone).date()
        yield self._found(fact, declared, "reopening_before" if max(shown.dates(day)) < day else "agrees")

    def _address(self, fact: Fact) -> Iterator[Comparison]:
        url = self.view.attempt.url
        shown, declared = host_of(fact.text), host_of(url or "")
        if url is None or shown is None or declared is None:
            return
        recorded = Recorded("address", self.view.entry.index, address=url)
        yield self._found(fact, recorded, "agrees" if shown == declared else "host_differs")
