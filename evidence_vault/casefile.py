"""A case as people see it: the entries replayed into attempts, exhibits, steps and outcomes.

A pure function of the ledger. Later entries add to earlier ones and never replace them: the history stays visible.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import cast
from zoneinfo import ZoneInfo

from evidence_vault import kinds, values
from evidence_vault.entries import Header, SignedEntry, chain_digest, parse_body, parse_header, parse_utc
from evidence_vault.kinds import Said
from evidence_vault.words import ConfirmedBy, Outcome

DEFAULT_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its header read and its disclosed fields as a value."""

    header: Header
    said: Said | None
    """None where the whole body is withheld or erased."""
    withheld: int
    """How many fields of the body are withheld."""
    digest: str
    """The chain digest of the header."""

    @property
    def index(self) -> int:
        return self.header.index

    @property
    def recorded_at(self) -> dt.datetime:
        """The machine's clock when it was recorded (a claim)."""
        return parse_utc(self.header.recorded_at)


def read_entry(signed: SignedEntry) -> Entry:
    """Read a stored entry; raise `ValueError` where its bytes are malformed. No signature is checked here."""
    header = parse_header(signed.header)
    if signed.body is None:
        return Entry(header, None, 0, chain_digest(signed.header))
    body = parse_body(signed.body)
    said = kinds.from_fields(header.kind, body.fields(), body.withheld)
    return Entry(header, said, len(body.withheld), chain_digest(signed.header))


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A reading with its place in the ledger."""

    entry: Entry
    reading: kinds.Reading


@dataclass(frozen=True, slots=True)
class RedactionView:
    """A redaction with its place in the ledger."""

    entry: Entry
    redaction: kinds.Redaction


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """An exhibit with every reading made of it, oldest first."""

    entry: Entry
    exhibit: kinds.Exhibit
    readings: tuple[ReadingView, ...] = ()
    redaction: RedactionView | None = None
    """The one that stands."""

    @property
    def covered(self) -> tuple[values.Box, ...]:
        """The parts of the picture that are not shown to others."""
        return (self.redaction.redaction.boxes or ()) if self.redaction else ()

    @property
    def reading(self) -> ReadingView | None:
        """The latest reading."""
        return self.readings[-1] if self.readings else None

    @property
    def legible(self) -> bool:
        """Whether the latest reading judged the picture legible; unread is not legible."""
        return bool(self.readings and self.readings[-1].reading.legible)

    @property
    def waits(self) -> bool:
        """Whether it is a picture that was never read, or only by an engine that was not there."""
        return self.exhibit.width is not None and all(item.reading.status == "unavailable" for item in self.readings)


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """A stated outcome with its place in the ledger."""

    entry: Entry
    stated: kinds.OutcomeStated


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction with its place in the ledger."""

    entry: Entry
    correction: kinds.Correction


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt with all that was later recorded about it."""

    entry: Entry
    attempt: kinds.Attempt
    exhibits: tuple[ExhibitView, ...] = ()
    outcomes: tuple[OutcomeView, ...] = ()
    corrections: tuple[CorrectionView, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The outcome last stated or corrected; `unclassified` where none was."""
        return self._latest_outcome()[0]

    @property
    def outcome_detail(self) -> str | None:
        """The detail that goes with `outcome`."""
        return self._latest_outcome()[1]

    @property
    def confirmed_by(self) -> ConfirmedBy:
        """Who confirmed `outcome`."""
        return self._latest_outcome()[2]

    def _latest_outcome(self) -> tuple[Outcome, str | None, ConfirmedBy]:
        corrected = [view for view in self.corrections if view.correction.field == "outcome"]
        stated = [view for view in self.outcomes if view.stated.outcome is not None]
        if corrected and (not stated or corrected[-1].entry.index > stated[-1].entry.index):
            return cast(Outcome, corrected[-1].correction.value), None, "person"
        if stated:
            last = stated[-1].stated
            return last.outcome or "unclassified", last.outcome_detail, last.confirmed_by or "none"
        return "unclassified", None, "none"

    @property
    def occurred_at(self) -> values.DeclaredTime | None:
        """The declared time: the one last corrected, else stated with an outcome, else of the attempt itself."""
        if corrected := _corrected_time(self.corrections):
            return corrected
        for view in reversed(self.outcomes):
            if view.stated.occurred_at is not None:
                return view.stated.occurred_at
        return self.attempt.occurred_at

    @property
    def legible(self) -> bool:
        """Whether at least one of its screenshots is legible."""
        return any(exhibit.legible for exhibit in self.exhibits)

    def local_time(self, zone: ZoneInfo) -> dt.datetime | None:
        """The declared time in `zone`; None where no time is known."""
        declared = self.occurred_at
        return parse_utc(declared.instant).astimezone(zone) if declared else None


def _corrected_time(corrections: tuple[CorrectionView, ...]) -> values.DeclaredTime | None:
    """The declared time that was corrected last, or None."""
    times = [view.correction.occurred_at for view in corrections if view.correction.occurred_at is not None]
    return times[-1] if times else None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its documents."""

    entry: Entry
    step: kinds.Step
    exhibits: tuple[ExhibitView, ...] = ()
    corrections: tuple[CorrectionView, ...] = ()

    @property
    def occurred_at(self) -> values.DeclaredTime | None:
        """The declared time: the one last corrected, else of the step itself."""
        return _corrected_time(self.corrections) or self.step.occurred_at


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case at one size of its ledger."""

    opened: Entry
    case: kinds.CaseOpened
    """As it stands after every `case_updated` entry."""
    entries: tuple[Entry, ...]
    attempts: tuple[AttemptView, ...]
    steps: tuple[StepView, ...]
    documents: tuple[ExhibitView, ...]
    """Exhibits that belong to the case itself: a title, a contract, a letter."""
    exports: tuple[Entry, ...] = ()
    stamps: tuple[Entry, ...] = ()
    """Entries that name a proof of time."""
    redactions: tuple[RedactionView, ...] = ()
    """Those that stand, in the order of the entries that they are about."""

    @property
    def id(self) -> str:
        return self.opened.header.case

    @property
    def untold(self) -> tuple[Entry, ...]:
        """The entries whose whole body is withheld or erased: they stand in no other list here."""
        return tuple(entry for entry in self.entries if entry.said is None)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days and weeks are counted."""
        return ZoneInfo(self.case.time_zone or DEFAULT_ZONE)

    @property
    def exhibits(self) -> tuple[ExhibitView, ...]:
        """Every exhibit of the case, once each, in the order of the ledger."""
        found = {view.entry.index: view for view in self.documents}
        owned = [*(view.exhibits for view in self.attempts), *(view.exhibits for view in self.steps)]
        found.update((view.entry.index, view) for views in owned for view in views)
        return tuple(found[index] for index in sorted(found))

    @property
    def unread(self) -> tuple[ExhibitView, ...]:
        """The screenshots of attempts that wait to be read, once each."""
        shown = {view.entry.index: view for attempt in self.attempts for view in attempt.exhibits}
        return tuple(view for view in shown.values() if view.waits)

    def attempt(self, index: int) -> AttemptView | None:
        """The attempt recorded at `index`, or None."""
        return next((view for view in self.attempts if view.entry.index == index), None)

    def chronological(self) -> tuple[AttemptView, ...]:
        """The attempts by declared time; those without one come last, in the order of the ledger."""
        never = dt.datetime.max.replace(tzinfo=dt.UTC)
        utc = ZoneInfo("UTC")
        return tuple(sorted(self.attempts, key=lambda view: (view.local_time(utc) or never, view.entry.index)))


@dataclass
class _Gathered:
    """What is gathered while the entries are replayed, by index."""

    attempts: dict[int, AttemptView] = field(default_factory=dict)
    steps: dict[int, StepView] = field(default_factory=dict)
    exhibits: dict[int, ExhibitView] = field(default_factory=dict)
    exports: list[Entry] = field(default_factory=list)
    stamps: list[Entry] = field(default_factory=list)
    changes: dict[str, str | bool | None] = field(default_factory=dict)
    redactions: dict[int, RedactionView] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        match entry.said:
            case kinds.Attempt() as said:
                self.attempts[entry.index] = AttemptView(entry, said)
            case kinds.Step() as said:
                self.steps[entry.index] = StepView(entry, said)
            case kinds.Exhibit() as said:
                self.exhibits[entry.index] = ExhibitView(entry, said)
            case kinds.Reading(exhibit=int(index)) as said if index in self.exhibits:
                view = self.exhibits[index]
                self.exhibits[index] = replace(view, readings=(*view.readings, ReadingView(entry, said)))
            case kinds.OutcomeStated(attempt=int(index)) as said if index in self.attempts:
                owner = self.attempts[index]
                self.attempts[index] = replace(owner, outcomes=(*owner.outcomes, OutcomeView(entry, said)))
            case kinds.Correction(target=int(index)) as said:
                self._correct(index, CorrectionView(entry, said))
            case kinds.Redaction(target=int(index)) as said if said.boxes or said.fields:
                self.redactions[index] = RedactionView(entry, said)
            case kinds.Redaction(target=int(index)):
                self.redactions.pop(index, None)
            case kinds.CaseUpdated() as said:
                self.changes.update(said.changes or {})
            case kinds.ExportMade():
                self.exports.append(entry)
            case kinds.Timestamp():
                self.stamps.append(entry)
            case _:
                pass

    def _correct(self, index: int, view: CorrectionView) -> None:
        if index in self.attempts:
            attempt = self.attempts[index]
            self.attempts[index] = replace(attempt, corrections=(*attempt.corrections, view))
        elif index in self.steps:
            step = self.steps[index]
            self.steps[index] = replace(step, corrections=(*step.corrections, view))

    def exhibits_by_owner(self) -> dict[int | None, list[ExhibitView]]:
        """Exhibits by the attempt or step they belong to; None for those of the case itself."""
        owned: dict[int | None, list[ExhibitView]] = defaultdict(list)
        exhibits = {index: replace(view, redaction=self.redactions.get(index)) for index, view in self.exhibits.items()}
        for view in exhibits.values():
            owned[view.exhibit.attempt if view.exhibit.attempt is not None else view.exhibit.step].append(view)
        reused = [(index, view.attempt.reuses) for index, view in self.attempts.items()]
        reused += [(index, view.step.reuses) for index, view in self.steps.items()]
        for index, again in reused:
            owned[index].extend(exhibits[seen] for seen in again or () if seen in exhibits)
        return owned


def replay(entries: Iterable[Entry]) -> CaseFile:
    """Replay the entries of one case; raise `ValueError` where the first does not open a case."""
    kept = tuple(entries)
    if not kept or not isinstance(kept[0].said, kinds.CaseOpened):
        raise ValueError("the ledger does not begin by opening a case")
    gathered = _Gathered()
    for entry in kept:
        gathered.add(entry)
    owned = gathered.exhibits_by_owner()
    return CaseFile(
        opened=kept[0],
        case=updated_case(kept[0].said, gathered.changes),
        entries=kept,
        attempts=tuple(replace(view, exhibits=tuple(owned[index])) for index, view in gathered.attempts.items()),
        steps=tuple(replace(view, exhibits=tuple(owned[index])) for index, view in gathered.steps.items()),
        documents=tuple(owned[None]),
        exports=tuple(gathered.exports),
        stamps=tuple(gathered.stamps),
        redactions=tuple(view for _, view in sorted(gathered.redactions.items())),
    )


def updated_case(case: kinds.CaseOpened, changes: dict[str, str | bool | None]) -> kinds.CaseOpened:
    """`case` with `changes` laid over it; raise `ValueError` for a field it does not have."""
    said = kinds.from_fields("case_opened", {**kinds.to_fields(case), **changes})
    assert isinstance(said, kinds.CaseOpened)
    return said
