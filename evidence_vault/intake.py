"""The two ways in for attempts: `log`, one attempt as it is made, and `import`, screenshots taken elsewhere."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from evidence_vault import kinds
from evidence_vault.capture import times
from evidence_vault.capture.files import Skipped, Source
from evidence_vault.casefile import CaseFile
from evidence_vault.errors import InputFileError, OcrError
from evidence_vault.kinds import DeclaredTime, OutcomeStated, Reading
from evidence_vault.messages import Message
from evidence_vault.ocr.engine import Engine
from evidence_vault.ocr.reader import read_many
from evidence_vault.proposals import Proposal, propose
from evidence_vault.recording import Piece, Recorded, RecordedPiece, Recorder, picture_piece
from evidence_vault.words import ConfirmedBy, Outcome

BATCH_FILES = 50
BATCH_BYTES = 64 << 20
"""One transaction of an import; also what stands in memory at once."""

READING_UNAVAILABLE = Reading(
    status="unavailable", reasons=(kinds.Reason(code="not_read", params={"status": "unavailable"}),)
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was retained about an attempt, and who said so."""

    outcome: Outcome
    detail: str | None
    confirmed_by: ConfirmedBy


Decide = Callable[[Proposal], Decision]


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """An exhibit with what was read on it and where the reading stands in the ledger."""

    piece: RecordedPiece
    reading: Reading
    reading_index: int


@dataclass(frozen=True, slots=True)
class Logged:
    """One attempt, recorded and judged."""

    index: int
    occurred_at: DeclaredTime | None
    pieces: tuple[ReadPiece, ...]
    proposal: Proposal
    decision: Decision
    warnings: tuple[Message, ...] = ()


def log(
    recorder: Recorder,
    attempt: kinds.Attempt,
    pieces: Sequence[Piece],
    engine: Engine | OcrError,
    decide: Callable[[tuple[ReadPiece, ...], Proposal], Decision],
    now: dt.datetime,
) -> Logged:
    """Record one attempt with its screenshots, read them, and record the outcome that `decide` retains.

    The attempt and the bytes are safe before the first picture is read: a kill during OCR or at the question asked by
    `decide` loses neither.
    """
    (recorded,) = recorder.attempts([(attempt, pieces)])
    read = _read(recorder, [(piece.data, done) for piece, done in zip(pieces, recorded.pieces, strict=True)], engine)
    proposal = propose([(item.reading_index, item.reading) for item in read])
    decision = decide(read, proposal)
    recorder.outcomes([_stated(recorded.index, proposal, decision, None)])
    zone = recorder.case.read().zone
    warnings = [
        remark
        for piece, item in zip(pieces, read, strict=True)
        for remark in _remarks(piece, item.reading, attempt.occurred_at, zone, now)
    ]
    return Logged(recorded.index, attempt.occurred_at, read, proposal, decision, tuple(dict.fromkeys(warnings)))


@dataclass
class ImportResult:
    """What an import did so far."""

    attempts: list[Logged] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    """Names of files that the case held already."""


def import_files(
    recorder: Recorder,
    found: Iterable[Source | Skipped],
    template: kinds.Attempt,
    engine: Engine | OcrError | None,
    now: dt.datetime,
    *,
    group_minutes: int | None = None,
    outcome: Outcome | None = None,
) -> Iterator[ImportResult]:
    """Record one attempt per screenshot (or per group of screenshots taken close together); yield after each batch.

    `template` holds what all the attempts share. With `engine` None nothing is read now. A file that cannot be used
    is skipped and told; a file that the case holds already is not recorded again.
    """
    result = ImportResult()
    case = recorder.case.read()
    seen = {view.exhibit.sha256 for view in case.exhibits}
    decide = _decision_of(outcome)
    for batch in _batches(found, seen, result):
        dated = [(_time_of_file(piece, case.zone, now), piece) for piece in batch]
        groups = _groups(dated, group_minutes)
        attempts = [(kinds.replace(template, occurred_at=when), pieces) for when, pieces in groups]
        recorded = recorder.attempts(attempts)
        result.attempts.extend(_judge(recorder, recorded, groups, engine, decide, case.zone, now))
        yield result
    yield result


def read_pending(recorder: Recorder, engine: Engine) -> Iterator[tuple[kinds.Reading, int]]:
    """Read every screenshot of the case that has no reading yet, and state outcomes that still wait for one.

    Yields each reading with the index of its exhibit. This is what mends an import that was interrupted.
    """
    case = recorder.case.read()
    with recorder.case.reader() as reader:
        objects = reader.objects()
    store = recorder.case.store
    waiting = [
        (view, objects[view.exhibit.sha256])
        for view in case.exhibits
        if view.exhibit.width is not None and view.exhibit.sha256 in objects and not _was_read(view.readings)
    ]
    jobs = ((view, store.get(found.kept)) for view, found in waiting)
    for view, reading in read_many(jobs, engine):
        recorder.readings([kinds.replace(reading, exhibit=view.entry.index)])
        yield reading, view.entry.index
    _state_missing(recorder, recorder.case.read())


def _was_read(readings: Sequence[object]) -> bool:
    return any(view.reading.status == "read" for view in readings)


def _state_missing(recorder: Recorder, case: CaseFile) -> None:
    """State the outcome of attempts that have readings but were never judged."""
    stated = []
    for view in case.attempts:
        if any(outcome.stated.outcome != "unclassified" for outcome in view.outcomes) or view.corrections:
            continue
        readings = [(item.entry.index, item.reading) for exhibit in view.exhibits if (item := exhibit.reading)]
        proposal = propose(readings)
        if not view.outcomes or proposal.outcome != "unclassified":
            stated.append(_stated(view.entry.index, proposal, _decision_of(None)(proposal), None))
    if stated:
        recorder.outcomes(stated)


def _judge(
    recorder: Recorder,
    recorded: Sequence[Recorded],
    groups: Sequence[tuple[DeclaredTime | None, list[Piece]]],
    engine: Engine | OcrError | None,
    decide: Decide,
    zone: ZoneInfo,
    now: dt.datetime,
) -> Iterator[Logged]:
    """Read the screenshots of attempts just recorded and state their outcomes."""
    if engine is None:
        for done, (when, _) in zip(recorded, groups, strict=True):
            yield Logged(done.index, when, (), Proposal("unclassified"), Decision("unclassified", None, "none"))
        return
    flat = [
        (piece, mark)
        for done, (_, pieces) in zip(recorded, groups, strict=True)
        for piece, mark in zip(pieces, done.pieces, strict=True)
    ]
    read = iter(_read(recorder, [(piece.data, mark) for piece, mark in flat], engine))
    logged = []
    for done, (when, pieces) in zip(recorded, groups, strict=True):
        items = tuple(next(read) for _ in pieces)
        proposal = propose([(item.reading_index, item.reading) for item in items])
        from_screen = None if when else _time_on_screen(pieces, items, zone, now)
        remarks = [
            remark
            for piece, item in zip(pieces, items, strict=True)
            for remark in _remarks(piece, item.reading, when or from_screen, zone, now)
        ]
        logged.append(
            (
                Logged(
                    done.index, when or from_screen, items, proposal, decide(proposal), tuple(dict.fromkeys(remarks))
                ),
                from_screen,
            )
        )
    recorder.outcomes([_stated(item.index, item.proposal, item.decision, screen) for item, screen in logged])
    yield from (item for item, _ in logged)


def _read(
    recorder: Recorder, pieces: Sequence[tuple[bytes, RecordedPiece]], engine: Engine | OcrError
) -> tuple[ReadPiece, ...]:
    """Read the exhibits that are new, and record the readings; those recorded before keep the reading they have."""
    fresh = {mark.index: data for data, mark in pieces if not mark.recorded_before}
    if isinstance(engine, OcrError):
        readings = dict.fromkeys(fresh, READING_UNAVAILABLE)
    else:
        readings = dict(read_many(fresh.items(), engine))
    places = recorder.readings([kinds.replace(readings[index], exhibit=index) for index in fresh]) if fresh else ()
    found = {index: (readings[index], place) for index, place in zip(fresh, places, strict=True)}
    for view in recorder.case.read().exhibits if len(fresh) < len(pieces) else ():
        if view.reading is not None:
            found.setdefault(view.entry.index, (view.reading.reading, view.reading.entry.index))
    return tuple(ReadPiece(mark, *found.get(mark.index, (READING_UNAVAILABLE, mark.index))) for _, mark in pieces)


def _batches(found: Iterable[Source | Skipped], seen: set[str | None], result: ImportResult) -> Iterator[list[Piece]]:
    """Inspect what was found, a bounded number of bytes at a time."""
    batch: list[Piece] = []
    for item in found:
        if isinstance(item, Skipped):
            result.skipped.append(item)
            continue
        try:
            piece = picture_piece(item.read(), item.name)
        except InputFileError as error:
            result.skipped.append(Skipped(item.place, error.message))
            continue
        if piece.digest in seen:
            result.known.append(item.place)
            continue
        seen.add(piece.digest)
        batch.append(piece)
        if len(batch) == BATCH_FILES or sum(len(kept.data) for kept in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _groups(
    dated: list[tuple[DeclaredTime | None, Piece]], minutes: int | None
) -> list[tuple[DeclaredTime | None, list[Piece]]]:
    """One group per picture, or, with `minutes`, pictures whose times follow each other within that many minutes.

    Only pictures that follow each other in one batch are grouped; one without a time always stands alone.
    """
    groups: list[tuple[DeclaredTime | None, list[Piece]]] = []
    latest: dt.datetime | None = None
    for when, piece in dated:
        moment = dt.datetime.fromisoformat(when.instant) if when and when.precision != "day" else None
        close = minutes is not None and moment and latest and abs(moment - latest) <= dt.timedelta(minutes=minutes)
        if close:
            groups[-1][1].append(piece)
        else:
            groups.append((when, [piece]))
        latest = moment
    return groups


def _time_of_file(piece: Piece, zone: ZoneInfo, now: dt.datetime) -> DeclaredTime | None:
    return times.propose(None, piece.exhibit.indications or (), piece.exhibit.name or "", None, zone, now)


def _time_on_screen(
    pieces: Sequence[Piece], items: Sequence[ReadPiece], zone: ZoneInfo, now: dt.datetime
) -> DeclaredTime | None:
    for piece, item in zip(pieces, items, strict=True):
        found = times.propose(None, (), piece.exhibit.name or "", item.reading.screen_clock, zone, now)
        if found is not None:
            return found
    return None


def _remarks(
    piece: Piece, reading: Reading, declared: DeclaredTime | None, zone: ZoneInfo, now: dt.datetime
) -> tuple[Message, ...]:
    exhibit = piece.exhibit
    return times.disagreements(declared, exhibit.indications or (), exhibit.name or "", reading.screen_clock, zone, now)


def _decision_of(outcome: Outcome | None) -> Decide:
    """What to retain where nobody is asked: the outcome of the flag, else what the machine proposes."""

    def decide(proposal: Proposal) -> Decision:
        if outcome is not None:
            return Decision(outcome, None, "flag")
        return Decision(proposal.outcome, proposal.detail, "none")

    return decide


def _stated(attempt: int, proposal: Proposal, decision: Decision, occurred_at: DeclaredTime | None) -> OutcomeStated:
    return OutcomeStated(
        attempt=attempt,
        reading=proposal.reading,
        proposed=proposal.outcome,
        outcome=decision.outcome,
        outcome_detail=decision.detail,
        confirmed_by=decision.confirmed_by,
        occurred_at=occurred_at,
    )
