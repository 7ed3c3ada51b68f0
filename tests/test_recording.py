"""Recording: bytes first, entries after, and nothing left over when it fails."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import UNTRUSTED, CountingClock, draw, verdicts, verified

from evidence_vault import kinds
from evidence_vault.case_folder import EXHIBITS, CaseFolder
from evidence_vault.encoding import sha256
from evidence_vault.entries import utc_text
from evidence_vault.errors import CaseError, InputFileError, LedgerError, StorageError
from evidence_vault.ledger import Appender
from evidence_vault.recording import Piece, Recorded, Recorder, document_piece, picture_piece
from evidence_vault.signing.keys import Signer
from evidence_vault.store import ObjectStore

ATTEMPT = kinds.Attempt(origin="log", operator="Awa Diallo")
LETTER = b"Madame, Monsieur,\n"


def shot(text: str, name: str = "capture.png") -> Piece:
    return picture_piece(draw(text), name)


def objects(case: CaseFolder) -> list[Path]:
    """The files in which exhibits are kept."""
    return [path for path in (case.folder / EXHIBITS).rglob("*") if path.is_file()]


def assert_sound(case: CaseFolder) -> None:
    """The case verifies whole: every exhibit that an entry names is there and hashes to its digest."""
    report = verified(case.folder)
    assert (set(), UNTRUSTED) == verdicts(report)
    assert report.exhibits == len(objects(case))


class TestPieces:
    def test_picture(self) -> None:
        """A picture is inspected, named by the digest of its very bytes, and belongs to nothing yet."""
        data = draw(size=(300, 100))
        piece = picture_piece(data, "capture.png")

        assert (data, sha256(data)) == (piece.data, piece.digest)
        assert kinds.Exhibit(
            document="screenshot",
            sha256=piece.digest,
            size=len(data),
            media_type="image/png",
            name="capture.png",
            width=300,
            height=100,
            frames=1,
            indications=(),
        ) == kinds.replace(piece.exhibit, indications=piece.exhibit.indications or ())

    @pytest.mark.parametrize(
        ("data", "name", "media_type"),
        [
            (LETTER, "lettre.txt", "text/plain"),
            (b"%PDF-1.7\n...", "lettre.pdf", "application/pdf"),
            (b"%PDF-1.7\n...", "lettre.txt", "application/pdf"),
            (b"\0\1\2", "sans-extension", "application/octet-stream"),
        ],
    )
    def test_document(self, data: bytes, name: str, media_type: str) -> None:
        """A document of any kind is kept as it is; its bytes speak louder than its name."""
        exhibit = document_piece(data, name, "letter", "Lettre du 2 mars").exhibit

        assert ("letter", "Lettre du 2 mars", media_type, None) == (
            exhibit.document,
            exhibit.label,
            exhibit.media_type,
            exhibit.width,
        )

    def test_a_picture_among_the_documents(self) -> None:
        """A photographed title is inspected as a picture and labelled as a document."""
        exhibit = document_piece(draw(), "titre.png", "title", "Titre de séjour").exhibit

        assert (exhibit.document, exhibit.label, exhibit.width) == ("title", "Titre de séjour", 480)

    def test_empty_document(self) -> None:
        """An empty file is refused."""
        with pytest.raises(InputFileError, match="0 bytes"):
            document_piece(b"", "vide.txt", "letter", None)


class TestAttempts:
    def test_attempt_with_screenshots(self, recorder: Recorder) -> None:
        """An attempt and its screenshots, in the order handed in; their bytes are kept to the last."""
        pieces = [shot("a"), shot("b")]

        (recorded,) = recorder.attempts([(ATTEMPT, pieces)])
        (attempt,) = recorder.case.read().attempts

        assert recorded.index == attempt.entry.index == 1
        assert [piece.index for piece in recorded.pieces] == [2, 3]
        assert [piece.digest for piece in pieces] == [view.exhibit.sha256 for view in attempt.exhibits]
        assert attempt.attempt.reuses is None
        with recorder.case.reader() as reader:
            kept = reader.objects()
        assert [piece.data for piece in pieces] == [
            recorder.case.store.get(kept[piece.digest].kept) for piece in pieces
        ]
        assert_sound(recorder.case)

    def test_attempt_without_a_screenshot(self, recorder: Recorder) -> None:
        """An attempt may have none."""
        assert (Recorded(1, ()),) == recorder.attempts([(ATTEMPT, ())])

    def test_several_at_once(self, recorder: Recorder) -> None:
        """Several attempts in one transaction, under one checkpoint."""
        recorded = recorder.attempts([(ATTEMPT, [shot("a")]), (ATTEMPT, [shot("b")])])

        assert [each.index for each in recorded] == [1, 3]
        with recorder.case.reader() as reader:
            assert len(reader.checkpoints()) == 2  # of the opening and of this
        assert_sound(recorder.case)

    def test_the_same_bytes_in_a_later_attempt(self, recorder: Recorder) -> None:
        """Bytes recorded before make no second exhibit: the later attempt names the earlier one."""
        recorder.attempts([(ATTEMPT, [shot("a", "first.png")])])

        (recorded,) = recorder.attempts([(ATTEMPT, [shot("a", "second.png"), shot("b")])])
        first, second = recorder.case.read().attempts

        assert [(piece.index, piece.recorded_before) for piece in recorded.pieces] == [(2, True), (4, False)]
        assert (first.attempt.reuses, second.attempt.reuses) == (None, (2,))
        assert {2, 4} == {view.entry.index for view in second.exhibits}
        assert len(objects(recorder.case)) == 2
        assert_sound(recorder.case)

    def test_the_same_bytes_twice_in_one_attempt(self, recorder: Recorder) -> None:
        """The same picture handed in twice at once is one exhibit."""
        (recorded,) = recorder.attempts([(ATTEMPT, [shot("a"), shot("a", "copy.png")])])

        assert [(piece.index, piece.recorded_before) for piece in recorded.pieces] == [(2, False), (2, True)]
        assert 1 == len(objects(recorder.case)) == len(recorder.case.read().exhibits)
        assert_sound(recorder.case)

    def test_the_same_bytes_in_two_attempts_of_one_transaction(self, recorder: Recorder) -> None:
        """The same within one import: the second attempt names the exhibit of the first."""
        recorder.attempts([(ATTEMPT, [shot("a")]), (ATTEMPT, [shot("a")])])
        first, second = recorder.case.read().attempts

        assert (first.attempt.reuses, second.attempt.reuses) == (None, (2,))
        assert len(objects(recorder.case)) == 1
        assert_sound(recorder.case)


class TestTheRest:
    def test_step_with_a_document(self, recorder: Recorder) -> None:
        """A step has its documents."""
        recorded = recorder.step(kinds.Step(step="letter"), [document_piece(LETTER, "lettre.txt", "letter", None)])
        (step,) = recorder.case.read().steps

        assert (recorded.index, [view.entry.index for view in step.exhibits]) == (1, [2])
        assert_sound(recorder.case)

    def test_step_with_a_document_of_before(self, recorder: Recorder) -> None:
        """A document recorded before is named by the step, not kept twice."""
        letter = document_piece(LETTER, "lettre.txt", "letter", None)
        recorder.documents([letter])

        recorder.step(kinds.Step(step="letter"), [letter])
        (step,) = recorder.case.read().steps

        assert step.step.reuses == (1,)
        assert [view.entry.index for view in step.exhibits] == [1]
        assert len(objects(recorder.case)) == 1
        assert_sound(recorder.case)

    def test_documents(self, recorder: Recorder) -> None:
        """Documents of the case itself belong to no attempt and no step."""
        (piece,) = recorder.documents([document_piece(LETTER, "lettre.txt", "contract", None)])

        assert piece.index == 1
        assert [view.entry.index for view in recorder.case.read().documents] == [1]

    def test_readings_and_outcomes(self, recorder: Recorder) -> None:
        """What was read and what was retained follow as entries of their own."""
        recorder.attempts([(ATTEMPT, [shot("a")])])
        readings = recorder.readings([kinds.Reading(exhibit=2, legible=True, outcome="no_slot")])
        outcomes = recorder.outcomes([kinds.OutcomeStated(attempt=1, reading=3, outcome="no_slot")])

        assert (readings, outcomes) == ((3,), (4,))
        assert recorder.case.read().attempts[0].outcome == "no_slot"
        assert_sound(recorder.case)

    def test_correction(self, recorder: Recorder) -> None:
        """A correction is added, and what it corrects stays."""
        recorder.attempts([(ATTEMPT, ())])
        index = recorder.correct(kinds.Correction(target=1, field="outcome", value="maintenance"))
        (attempt,) = recorder.case.read().attempts

        assert (index, attempt.outcome) == (2, "maintenance")
        assert attempt.attempt == ATTEMPT

    @pytest.mark.parametrize("target", [None, -1, 1, 99])
    def test_correction_of_nothing(self, recorder: Recorder, target: int | None) -> None:
        """A correction of an entry that is not there is refused."""
        with pytest.raises(CaseError, match=f"no entry {target} in this case; nothing was recorded"):
            recorder.correct(kinds.Correction(target=target))

        assert len(recorder.case.read().entries) == 1

    def test_the_clock_is_the_one_given(self, recorder: Recorder, clock: CountingClock) -> None:
        """Entries carry the time of the clock at the moment they are made."""
        before = clock.now
        recorder.attempts([(ATTEMPT, ())])

        header = recorder.case.read().entries[1].header
        assert utc_text(before) < header.recorded_at <= utc_text(clock.now)


def disk_full_at(turn: int) -> Callable[[int], None]:
    """An fsync that fails at the turn-th file, and only there."""
    used = 0
    fsync = os.fsync

    def full(handle: int) -> None:
        nonlocal used
        used += stat.S_ISREG(os.fstat(handle).st_mode)
        if used == turn:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    return full


class TestFailing:
    """After every failure: the ledger as before, no bytes that nobody names, and the same call works next time."""

    PIECES = (("a", "1.png"), ("b", "2.png"), ("c", "3.png"))

    def record(self, recorder: Recorder) -> None:
        recorder.attempts([(ATTEMPT, [shot(text, name) for text, name in self.PIECES])])

    def assert_untouched(self, recorder: Recorder) -> None:
        assert objects(recorder.case) == []
        assert len(recorder.case.read().entries) == 1
        self.record(recorder)
        assert len(objects(recorder.case)) == 3
        assert_sound(recorder.case)

    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_full_disk(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
        """The disk fills up while the bytes are kept, at the first piece or at the last."""
        monkeypatch.setattr(os, "fsync", disk_full_at(turn))

        with pytest.raises(StorageError, match="disk is full"):
            self.record(recorder)

        monkeypatch.undo()
        self.assert_untouched(recorder)

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
    def test_interrupted_in_the_transaction(
        self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
    ) -> None:
        """An interruption between two entries of one attempt."""
        append = Appender.append

        def interrupted(self: Appender, said: kinds.Said) -> int:
            if isinstance(said, kinds.Exhibit) and said.name == "2.png":
                raise stop
            return append(self, said)

        monkeypatch.setattr(Appender, "append", interrupted)

        with pytest.raises(stop):
            self.record(recorder)

        monkeypatch.undo()
        self.assert_untouched(recorder)

    def test_interrupted_while_bytes_are_kept(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """An interruption after some pieces were kept and before any entry was made."""
        put = ObjectStore.put

        def interrupted(self: ObjectStore, data: bytes) -> object:
            if data == draw("c"):
                raise KeyboardInterrupt
            return put(self, data)

        monkeypatch.setattr(ObjectStore, "put", interrupted)

        with pytest.raises(KeyboardInterrupt):
            self.record(recorder)

        monkeypatch.undo()
        self.assert_untouched(recorder)

    def test_interrupted_right_after_the_commit(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Failed but persisted: an interruption after the commit costs no exhibit its bytes."""
        appending = CaseFolder.appending

        @contextlib.contextmanager
        def interrupted(self: CaseFolder, signer: Signer) -> Iterator[Appender]:
            with appending(self, signer) as appender:
                yield appender
            raise KeyboardInterrupt

        monkeypatch.setattr(CaseFolder, "appending", interrupted)

        with pytest.raises(KeyboardInterrupt):
            self.record(recorder)

        monkeypatch.undo()
        assert len(recorder.case.read().entries) == 5
        assert len(objects(recorder.case)) == 3
        assert_sound(recorder.case)

    def test_refused_ledger(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the ledger refuses the entries the bytes do not stay."""

        def refuse(self: Appender, known: object = None) -> None:
            raise LedgerError("The ledger on disk is not the one that was signed earlier; nothing was recorded.")

        monkeypatch.setattr(Appender, "checkpoint", refuse)

        with pytest.raises(LedgerError):
            self.record(recorder)

        monkeypatch.undo()
        self.assert_untouched(recorder)

    def test_bytes_are_there_before_any_entry_names_them(
        self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whenever an entry of an exhibit is made its bytes can already be read back: no power cut parts them."""
        seen: list[str] = []
        append_exhibit = Appender.append_exhibit

        def checked(self: Appender, said: kinds.Exhibit, kept) -> int:
            seen.append(sha256(recorder.case.store.get(kept)))
            return append_exhibit(self, said, kept)

        monkeypatch.setattr(Appender, "append_exhibit", checked)
        self.record(recorder)

        assert [shot(text).digest for text, _ in self.PIECES] == seen
