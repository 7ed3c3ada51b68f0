"""Reading the screenshots of attempts already recorded, and stating what came of each attempt.

What the machine proposed and what a person said are both recorded; where nobody was asked, that is recorded too.
"""

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from evidence_vault import kinds, values
from evidence_vault.capture import times
from evidence_vault.casefile import AttemptView
from evidence_vault.errors import OcrError
from evidence_vault.kinds import OutcomeStated, Reading
from evidence_vault.messages import Message
from evidence_vault.ocr.engine import Engine
from evidence_vault.ocr.reader import read_many
from evidence_vault.proposals import Proposal, propose
from evidence_vault.recording import Piece, RecordedPiece, Recorder
from evidence_vault.values import DeclaredTime
from evidence_vault.words import ConfirmedBy, Outcome

READING_UNAVAILABLE = Reading(
    status="unavailable", reasons=(values.Reason(code="not_read", params={"status": "unavailable"}),)
)
"""Recorded where there is no OCR engine: the ledger says that nobody looked, never that there was no text."""


_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was retained about an attempt, and who said so."""

    outcome: Outcome
    detail: str | None
    confirmed_by: ConfirmedBy


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """An exhibit with what was read on it and where the reading stands in the ledger."""

    piece: RecordedPiece
    reading: Reading
    reading_index: int


def unasked(proposal: Proposal, outcome: Outcome | None = None) -> Decision:
    """What is retained where nobody is asked: the outcome of a flag, else what the machine proposes."""
    if outcome is not None:
        return Decision(outcome, None, "flag")
    return Decision(proposal.outcome, proposal.detail, "none")


def read_each(pictures: Iterable[tuple[_Key, bytes]], engine: Engine) -> Iterator[tuple[_Key, Reading]]:
    """Read pictures on every core and give each reading back with the key that its bytes came with, in order."""
    keys: deque[_Key] = deque()

    def bytes_alone() -> Iterator[bytes]:
        for key, data in pictures:
            keys.append(key)
            yield data

    for reading in read_many(bytes_alone(), engine):
        yield keys.popleft(), reading


def read_pieces(
    recorder: Recorder,
    pieces: Sequence[tuple[Piece, RecordedPiece]],
    engine: Engine | OcrError,
    tick: Callable[[], None] = lambda: None,
) -> tuple[ReadPiece, ...]:
    """Read the exhibits that are new and record the readings; one recorded before keeps the reading that it has.

    `tick` is called after each picture.
    """
    found = _earlier_readings(recorder) if any(mark.recorded_before for _, mark in pieces) else {}
    fresh = {mark.index: piece.data for piece, mark in pieces if mark.index not in found}
    readings: dict[int, Reading] = {}
    if isinstance(engine, OcrError):
        readings = dict.fromkeys(fresh, READING_UNAVAILABLE)
    else:
        for index, reading in read_each(fresh.items(), engine):
            readings[index] = reading
            tick()
    places = recorder.readings([kinds.replace(readings[index], exhibit=index) for index in fresh]) if fresh else ()
    found.update((index, (readings[index], place)) for index, place in zip(fresh, places, strict=True))
    return tuple(ReadPiece(mark, *found[mark.index]) for _, mark in pieces)


def _earlier_readings(recorder: Recorder) -> dict[int, tuple[Reading, int]]:
    """Exhibits that an engine has looked at already, with the reading and its place."""
    return {
        view.entry.index: (view.reading.reading, view.reading.entry.index)
        for view in recorder.case.read().exhibits
        if view.reading is not None and not view.waits
    }


def proposal_of(read: Sequence[ReadPiece]) -> Proposal:
    """What the screenshots of one attempt propose together."""
    return propose([(item.reading_index, item.reading) for item in read])


def stated(
    attempt: int, proposal: Proposal, decision: Decision, occurred_at: DeclaredTime | None = None
) -> OutcomeStated:
    """The entry that states the outcome of an attempt."""
    return OutcomeStated(
        attempt=attempt,
        reading=proposal.reading,
        proposed=proposal.outcome,
        outcome=decision.outcome,
        outcome_detail=decision.detail,
        confirmed_by=decision.confirmed_by,
        occurred_at=occurred_at,
    )


def remarks(
    pieces: Sequence[Piece],
    read: Sequence[ReadPiece],
    declared: DeclaredTime | None,
    zone: ZoneInfo,
    now: dt.datetime,
) -> tuple[Message, ...]:
    """Where files and screens contradict the declared time: said, never merged."""
    found: list[Message] = []
    for piece, item in zip(pieces, read, strict=True):
        exhibit = piece.exhibit
        for remark in times.disagreements(
            declared, exhibit.indications or (), exhibit.name or "", item.reading.screen_clock, zone, now
        ):
            if remark not in found:
                found.append(remark)
    return tuple(found)


def read_pending(recorder: Recorder, engine: Engine, now: dt.datetime) -> Iterator[tuple[Reading, int]]:
    """Read every screenshot of the case that has no reading yet, then state the outcomes that waited for one.

    Yields each reading with the index of its exhibit. This mends an import that was interrupted, and readings that
    failed because Tesseract was missing.
    """
    case = recorder.case.read()
    with recorder.case.reader() as reader:
        kept = {digest: found.kept for digest, found in reader.objects().items()}
    waiting = [view for view in case.unread if view.exhibit.sha256 in kept]
    jobs = ((view, recorder.case.store.get(kept[view.exhibit.sha256 or ""])) for view in waiting)
    for view, reading in read_each(jobs, engine):
        recorder.readings([kinds.replace(reading, exhibit=view.entry.index)])
        yield reading, view.entry.index
    case = recorder.case.read()
    outcomes = [item for view in case.attempts if (item := _missing_outcome(view, case.zone, now)) is not None]
    if outcomes:
        recorder.outcomes(outcomes)


def _missing_outcome(view: AttemptView, zone: ZoneInfo, now: dt.datetime) -> OutcomeStated | None:
    """The outcome to state for an attempt that nobody judged yet; None where somebody did."""
    if view.corrections or any(item.stated.outcome != "unclassified" for item in view.outcomes):
        return None
    latest = [(exhibit, item) for exhibit in view.exhibits if (item := exhibit.reading) is not None]
    proposal = propose([(item.entry.index, item.reading) for _, item in latest])
    if view.outcomes and proposal.outcome == "unclassified":
        return None
    clocks = (
        times.propose(None, (), exhibit.exhibit.name or "", item.reading.screen_clock, zone, now)
        for exhibit, item in latest
    )
    when = None if view.occurred_at else next((found for found in clocks if found), None)
    return stated(view.entry.index, proposal, unasked(proposal), when)
