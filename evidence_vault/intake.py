"""The two ways in for attempts: `log`, one attempt as it is made, and `import`, screenshots taken elsewhere."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from evidence_vault import kinds
from evidence_vault.capture import times
from evidence_vault.capture.files import Skipped, Source
from evidence_vault.errors import InputFileError, OcrError
from evidence_vault.judging import Decision, ReadPiece, proposal_of, read_pieces, remarks, stated, unasked
from evidence_vault.messages import Message
from evidence_vault.ocr.engine import Engine
from evidence_vault.proposals import Proposal
from evidence_vault.recording import Piece, Recorded, Recorder, picture_piece
from evidence_vault.values import DeclaredTime
from evidence_vault.words import Outcome

BATCH_FILES = 50
BATCH_BYTES = 64 << 20
"""One transaction of an import; also what stands in memory at once."""

Dated = tuple[DeclaredTime | None, list[Piece]]
"""The screenshots of one attempt and its declared time, if any file states one."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One attempt, recorded and judged."""

    index: int
    occurred_at: DeclaredTime | None
    pieces: tuple[ReadPiece, ...]
    decision: Decision
    warnings: tuple[Message, ...] = ()


def log(
    recorder: Recorder,
    attempt: kinds.Attempt,
    pieces: Sequence[Piece],
    engine: Engine | OcrError,
    decide: Callable[[tuple[ReadPiece, ...], Proposal], Decision],
    now: dt.datetime,
    outcome: Outcome | None = None,
    recorded_as: Callable[[int], None] = lambda _index: None,
) -> Taken:
    """Record one attempt with its screenshots, read them, and record the outcome that `decide` retains.

    The attempt, the bytes and an `outcome` stated beforehand are safe before the first picture is read: a kill during
    OCR or at the question asked by `decide` loses none of them. `recorded_as` is told the number of the attempt as
    soon as it has one, so that whoever is stopped later can name it.
    """
    (recorded,) = recorder.attempts([(attempt, pieces)], outcome)
    recorded_as(recorded.index)
    read = read_pieces(recorder, list(zip(pieces, recorded.pieces, strict=True)), engine)
    proposal = proposal_of(read)
    decision = decide(read, proposal)
    if pieces or outcome is None:  # what was stated is recorded already; reading adds what the machine proposes
        recorder.outcomes([stated(recorded.index, proposal, decision)])
    found = remarks(pieces, read, attempt.occurred_at, recorder.case.read().zone, now)
    return Taken(recorded.index, attempt.occurred_at, read, decision, found)


@dataclass
class ImportResult:
    """What an import did so far."""

    attempts: list[Taken] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    """Names of files that the case held already."""
    recorded: int = 0
    """How many attempts are in the ledger, those that wait to be read and judged included."""


class Import:
    """One import into one case: the screenshots of a folder, one attempt for each or for each group.

    `template` holds what all the attempts share. With `engine` None nothing is read now. A file that cannot be used
    is skipped and told; a file that the case holds already is not recorded again, so that an import which was
    interrupted can be run again.
    """

    def __init__(
        self,
        recorder: Recorder,
        template: kinds.Attempt,
        engine: Engine | OcrError | None,
        now: dt.datetime,
        *,
        group_minutes: int | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        case = recorder.case.read()
        self.result = ImportResult()
        self._recorder = recorder
        self._template = template
        self._engine = engine
        self._now = now
        self._zone: ZoneInfo = case.zone
        self._group_minutes = group_minutes
        self._outcome = outcome
        self._seen = {view.exhibit.sha256 for view in case.exhibits}

    def run(self, found: Iterable[Source | Skipped], tick: Callable[[], None] = lambda: None) -> ImportResult:
        """Record what was found, batch by batch; `tick` is called once for every file."""
        for batch in self._batches(found, tick):
            groups = _groups([(self._time_of_file(piece), piece) for piece in batch], self._group_minutes)
            attempts = [(kinds.replace(self._template, occurred_at=when), pieces) for when, pieces in groups]
            recorded = self._recorder.attempts(attempts, self._outcome)
            self.result.recorded += len(recorded)
            self.result.attempts.extend(self._judge(recorded, groups, tick))
        return self.result

    def _batches(self, found: Iterable[Source | Skipped], tick: Callable[[], None]) -> Iterator[list[Piece]]:
        """Inspect what was found, a bounded number of bytes at a time."""
        batch: list[Piece] = []
        weight = 0
        for item in found:
            piece = self._inspect(item)
            if piece is None:
                tick()
                continue
            self._seen.add(piece.digest)
            batch.append(piece)
            weight += len(piece.data)
            if len(batch) == BATCH_FILES or weight >= BATCH_BYTES:
                yield batch
                batch, weight = [], 0
        if batch:
            yield batch

    def _inspect(self, item: Source | Skipped) -> Piece | None:
        if isinstance(item, Skipped):
            self.result.skipped.append(item)
            return None
        try:
            piece = picture_piece(item.read(), item.name)
        except InputFileError as error:
            self.result.skipped.append(Skipped(item.place, error.message))
            return None
        if piece.digest in self._seen:
            self.result.known.append(item.place)
            return None
        return piece

    def _judge(
        self, recorded: Sequence[Recorded], groups: Sequence[Dated], tick: Callable[[], None]
    ) -> Iterator[Taken]:
        """Read the screenshots of attempts just recorded and state their outcomes."""
        if self._engine is None:
            for done, (when, pieces) in zip(recorded, groups, strict=True):
                for _ in pieces:
                    tick()
                yield Taken(done.index, when, (), unasked(Proposal("unclassified"), self._outcome))
            return
        flat = [
            (piece, mark)
            for done, (_, pieces) in zip(recorded, groups, strict=True)
            for piece, mark in zip(pieces, done.pieces, strict=True)
        ]
        read = iter(read_pieces(self._recorder, flat, self._engine, tick))
        taken: list[Taken] = []
        outcomes: list[kinds.OutcomeStated] = []
        for done, (when, pieces) in zip(recorded, groups, strict=True):
            items = tuple(next(read) for _ in pieces)
            proposal = proposal_of(items)
            decision = unasked(proposal, self._outcome)
            on_screen = None if when else self._time_on_screen(pieces, items)
            outcomes.append(stated(done.index, proposal, decision, on_screen))
            found = remarks(pieces, items, when or on_screen, self._zone, self._now)
            taken.append(Taken(done.index, when or on_screen, items, decision, found))
        self._recorder.outcomes(outcomes)
        yield from taken

    def _time_of_file(self, piece: Piece) -> DeclaredTime | None:
        exhibit = piece.exhibit
        return times.propose(None, exhibit.indications or (), exhibit.name or "", None, self._zone, self._now)

    def _time_on_screen(self, pieces: Sequence[Piece], read: Sequence[ReadPiece]) -> DeclaredTime | None:
        clocks = (
            times.propose(None, (), piece.exhibit.name or "", item.reading.screen_clock, self._zone, self._now)
            for piece, item in zip(pieces, read, strict=True)
        )
        return next((found for found in clocks if found), None)


def _groups(dated: list[tuple[DeclaredTime | None, Piece]], minutes: int | None) -> list[Dated]:
    """One group per picture, or, with `minutes`, pictures whose times follow each other within that many minutes.

    Only pictures that follow each other in one batch are grouped; one without a time always stands alone.
    """
    groups: list[Dated] = []
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
