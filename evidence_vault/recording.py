"""Recording into a case: attempts with their screenshots, readings, outcomes, steps, documents, corrections.

The order of writing is the same everywhere. First the bytes of the exhibits become durable; then one transaction adds
the entries that name them; readings and outcomes follow in later transactions, linked by index. So a power cut, a
kill during OCR or a person who walks away from a question loses nothing that they handed in.
"""

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence_vault import kinds
from evidence_vault.capture.formats import may_be_picture
from evidence_vault.capture.pictures import inspect
from evidence_vault.case_folder import CaseFolder
from evidence_vault.encoding import sha256
from evidence_vault.errors import CaseError, InputFileError
from evidence_vault.ledger import Appender
from evidence_vault.signing.keys import Signer
from evidence_vault.store import Kept
from evidence_vault.words import Condition, DocumentKind, Outcome


@dataclass(frozen=True, slots=True)
class Piece:
    """A file handed in, inspected and ready to be recorded as an exhibit."""

    data: bytes
    digest: str
    exhibit: kinds.Exhibit
    """All but the entry that it belongs to."""


@dataclass(frozen=True, slots=True)
class RecordedPiece:
    """An exhibit as it was recorded: its index, and whether it had been recorded before."""

    index: int
    digest: str
    name: str
    recorded_before: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """An attempt or a step as it was recorded, with its exhibits in the order handed in."""

    index: int
    pieces: tuple[RecordedPiece, ...]


def picture_piece(data: bytes, name: str, *, document: DocumentKind = "screenshot") -> Piece:
    """Inspect a picture; raise `InputFileError` where it cannot be an exhibit."""
    picture = inspect(data, name)
    return Piece(
        data,
        digest := sha256(data),
        kinds.Exhibit(
            document=document,
            sha256=digest,
            size=len(data),
            media_type=picture.media_type,
            name=name,
            width=picture.width,
            height=picture.height,
            frames=picture.frames,
            indications=picture.indications,
        ),
    )


def document_piece(
    data: bytes, name: str, document: DocumentKind, label: str | None, shows: tuple[Condition, ...] | None = None
) -> Piece:
    """A document of any kind: a picture is inspected as one, anything else is kept as it is."""
    if may_be_picture(data[:16]):
        piece = picture_piece(data, name, document=document)
        return Piece(piece.data, piece.digest, kinds.replace(piece.exhibit, label=label, shows=shows))
    if not data:
        raise InputFileError("{name} is empty (0 bytes); nothing was recorded. Choose the right file.", name=name)
    digest = sha256(data)
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Piece(
        data,
        digest,
        kinds.Exhibit(
            document=document,
            label=label,
            shows=shows,
            sha256=digest,
            size=len(data),
            media_type="application/pdf" if data.startswith(b"%PDF-") else guessed,
            name=name,
        ),
    )


class Recorder:
    """The open end of one case, with the key that signs it."""

    def __init__(self, case: CaseFolder, signer: Signer) -> None:
        self.case = case
        self.signer = signer

    def attempts(
        self, attempts: Sequence[tuple[kinds.Attempt, Sequence[Piece]]], outcome: Outcome | None = None
    ) -> tuple[Recorded, ...]:
        """Record attempts, each with its screenshots, in one transaction.

        `outcome`, where a person stated one when recording, is in the same transaction: nothing that happens while
        the screenshots are read can lose it.
        """
        with _Keeping(self.case) as keeping:
            keeping.keep(piece for _, pieces in attempts for piece in pieces)
            with self.case.appending(self.signer) as appender:
                recorded = tuple(_add_attempt(appender, keeping, attempt, pieces) for attempt, pieces in attempts)
                for done in recorded if outcome is not None else ():
                    appender.append(kinds.OutcomeStated(attempt=done.index, outcome=outcome, confirmed_by="flag"))
        return recorded

    def step(self, step: kinds.Step, pieces: Sequence[Piece]) -> Recorded:
        """Record a step with its documents."""
        return self._with_pieces(step, pieces)

    def documents(self, pieces: Sequence[Piece]) -> tuple[RecordedPiece, ...]:
        """Record documents of the case itself."""
        return self._with_pieces(None, pieces).pieces

    def readings(self, readings: Sequence[kinds.Reading]) -> tuple[int, ...]:
        """Record what a machine read on exhibits recorded before."""
        with self.case.appending(self.signer) as appender:
            return tuple(appender.append(reading) for reading in readings)

    def outcomes(self, outcomes: Sequence[kinds.OutcomeStated]) -> tuple[int, ...]:
        """Record the outcomes of attempts recorded before."""
        with self.case.appending(self.signer) as appender:
            return tuple(appender.append(outcome) for outcome in outcomes)

    def correct(self, correction: kinds.Correction) -> int:
        """Record a correction of an earlier entry, which stays as it is."""
        with self.case.reader() as reader:
            size = reader.size()
        if correction.target is None or not 0 <= correction.target < size:
            raise CaseError(
                "There is no entry {index} in this case; nothing was recorded. "
                "`evidence-vault list` shows the numbers.",
                index=str(correction.target),
            )
        with self.case.appending(self.signer) as appender:
            return appender.append(correction)

    def redact(self, redaction: kinds.Redaction) -> int:
        """Record what is kept from others of an earlier entry, which stays as it is."""
        with self.case.appending(self.signer) as appender:
            return appender.append(redaction)

    def _with_pieces(self, step: kinds.Step | None, pieces: Sequence[Piece]) -> Recorded:
        with _Keeping(self.case) as keeping:
            keeping.keep(pieces)
            with self.case.appending(self.signer) as appender:
                index = None
                if step is not None:
                    index = appender.append(kinds.replace(step, reuses=_recorded_before(appender, pieces)))
                recorded = tuple(keeping.add(appender, piece, step=index) for piece in pieces)
        return Recorded(-1 if index is None else index, recorded)


def _add_attempt(appender: Appender, keeping: "_Keeping", attempt: kinds.Attempt, pieces: Sequence[Piece]) -> Recorded:
    index = appender.append(kinds.replace(attempt, reuses=_recorded_before(appender, pieces)))
    return Recorded(index, tuple(keeping.add(appender, piece, attempt=index) for piece in pieces))


def _recorded_before(appender: Appender, pieces: Sequence[Piece]) -> tuple[int, ...] | None:
    """The exhibits handed in again: an attempt or a step names them itself; a new one gets an entry after it."""
    known = {found.index for piece in pieces if (found := appender.object(piece.digest))}
    return tuple(sorted(known)) or None


class _Keeping:
    """Bytes made durable for one recording; at its end those that no entry names are taken away again."""

    def __init__(self, case: CaseFolder) -> None:
        self._store = case.store
        self._case = case
        self._kept: dict[str, Kept] = {}

    def __enter__(self) -> "_Keeping":
        return self

    def __exit__(self, *_: object) -> None:
        """Ask the ledger, not our memory: an interruption right after the commit must not cost an exhibit its bytes."""
        if self._kept:
            with self._case.reader() as reader:
                named = {digest: found.kept for digest in self._kept if (found := reader.object(digest))}
            for digest, kept in self._kept.items():
                if named.get(digest) != kept:
                    self._store.discard(kept)

    def keep(self, pieces: Iterable[Piece]) -> None:
        """Make the bytes durable; those that the case holds already are left alone."""
        with self._case.reader() as reader:
            for piece in pieces:
                if piece.digest not in self._kept and reader.object(piece.digest) is None:
                    self._kept[piece.digest] = self._store.put(piece.data)

    def add(
        self, appender: Appender, piece: Piece, attempt: int | None = None, step: int | None = None
    ) -> RecordedPiece:
        """Add the entry of one exhibit, unless one names the very same bytes already."""
        name = piece.exhibit.name or ""
        if found := appender.object(piece.digest):
            return RecordedPiece(found.index, piece.digest, name, recorded_before=True)
        said = kinds.replace(piece.exhibit, attempt=attempt, step=step)
        index = appender.append_exhibit(said, self._kept[piece.digest])
        return RecordedPiece(index, piece.digest, name, recorded_before=False)
