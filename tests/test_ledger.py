"""The ledger on disk: it only grows, by one writer at a time, and a transaction is there whole or not at all."""

import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from helpers import OPENED, UNTRUSTED, CountingClock, new_vault, no_passphrase, verdicts, verified

from evidence_vault import database, kinds
from evidence_vault.case_folder import KEY, LEDGER, CaseFolder
from evidence_vault.casefile import read_entry
from evidence_vault.database import connect
from evidence_vault.errors import BusyError, LedgerError, StorageError, VaultError
from evidence_vault.ledger import Appender, Ledger, LedgerReader
from evidence_vault.recording import Recorder
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import parse_note

STEP = kinds.Step(step="email", summary="demande de rendez-vous")
posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of folders and signals as POSIX has them")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> CaseFolder:
    """A case of five entries and five checkpoints; made once, copied for each test."""
    case = new_vault(tmp_path_factory.mktemp("template") / "vault", CountingClock()).open_case(OPENED, no_passphrase)
    recorder = Recorder(case, case.signer(no_passphrase))
    for _ in range(4):
        recorder.step(STEP, ())
    return case


@pytest.fixture
def case(template: CaseFolder, tmp_path: Path) -> CaseFolder:
    shutil.copytree(template.folder, tmp_path / template.id)
    return CaseFolder(tmp_path / template.id, CountingClock(dt.datetime(2026, 3, 2, 8, 14, 20, tzinfo=dt.UTC)))


@pytest.fixture
def signer(case: CaseFolder) -> Signer:
    return case.signer(no_passphrase)


@pytest.fixture
def path(case: CaseFolder) -> Path:
    return case.folder / LEDGER


@pytest.fixture
def recorded(case: CaseFolder, signer: Signer) -> Recorder:
    return Recorder(case, signer)


def state(path: Path) -> tuple[list[bytes], tuple[bytes, ...]]:
    """Everything that is signed, as a reader sees it."""
    with LedgerReader(path) as reader:
        return [entry.header for entry in reader.entries()], reader.checkpoints()


def assert_sound(path: Path, entries: int) -> None:
    """Verify the whole ledger: nothing altered, nothing missing, so many entries."""
    report = verified(path.parent)
    assert (set(), UNTRUSTED) == verdicts(report)
    assert entries == report.entries == report.size


@contextmanager
def without_triggers(path: Path) -> Iterator[sqlite3.Connection]:
    """What somebody with the file can do: take the triggers away, and put them back afterwards as if nothing were."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in triggers:
            connection.execute(statement)


class TestAppending:
    def test_entries_follow_each_other(self, recorded: Recorder, path: Path) -> None:
        """Entries get the next index, the clock's time and the case, and the whole verifies."""
        with LedgerReader(path) as reader:
            entries = [read_entry(signed) for signed in reader.entries()]

        assert [entry.index for entry in entries] == [0, 1, 2, 3, 4]
        assert {recorded.case.id} == {entry.header.case for entry in entries}
        assert sorted(entry.recorded_at for entry in entries) == [entry.recorded_at for entry in entries]
        assert entries[4].said == STEP
        assert_sound(path, 5)

    def test_a_checkpoint_for_each_size(self, recorded: Recorder, path: Path) -> None:
        """Every transaction ends with a checkpoint; one over the same entries is not signed twice."""
        assert [parse_note(note).checkpoint.size for note in state(path)[1]] == [1, 2, 3, 4, 5]

        before = state(path)
        recorded.case.checkpoint(recorded.signer)
        assert before == state(path)

    def test_two_programs_in_turn(self, case: CaseFolder, signer: Signer, path: Path) -> None:
        """What one program knows of the tree is of no use once another has written: it is hashed again, and agrees."""
        first, second = (Recorder(CaseFolder(case.folder, CountingClock()), signer) for _ in range(2))

        for recorder in (first, first, second, first, second, second):
            recorder.step(STEP, ())

        assert [parse_note(note).checkpoint.size for note in state(path)[1]] == list(range(1, 12))
        assert_sound(path, 11)

    def test_first_entries_only(self, path: Path) -> None:
        """A reader gives the ledger as it stood at a smaller size."""
        with LedgerReader(path) as reader:
            assert [read_entry(signed).index for signed in reader.entries(2)] == [0, 1]
            assert reader.size() == 5

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, SystemExit])
    def test_an_interrupted_transaction_leaves_nothing(
        self, recorded: Recorder, path: Path, stop: type[BaseException]
    ) -> None:
        """An error or Ctrl-C between two entries: neither of them stays, and the next writer goes on as before."""
        before = state(path)

        def work() -> None:
            with recorded.case.appending(recorded.signer) as appender:
                appender.append(STEP)
                appender.append(STEP)
                raise stop

        with pytest.raises(stop):
            work()

        assert before == state(path)
        recorded.step(STEP, ())
        assert_sound(path, 6)

    def test_an_error_leaves_the_same_connection_usable(self, path: Path, case: CaseFolder, signer: Signer) -> None:
        """After a transaction that failed the same open ledger takes the next one."""
        clock = CountingClock()

        def fail(ledger: Ledger) -> None:
            with ledger.appending(signer, clock, case.id) as appender:
                appender.append(STEP)
                raise ValueError("stop")

        with Ledger(path) as ledger:
            with pytest.raises(ValueError, match="stop"):
                fail(ledger)
            with ledger.appending(signer, clock, case.id) as appender:
                assert appender.append(STEP) == 5
                appender.checkpoint()

        assert_sound(path, 6)

    def test_another_key_or_case_is_refused(self, path: Path, case: CaseFolder, signer: Signer) -> None:
        """A key or a case that is not the ledger's adds nothing to it."""
        before = state(path)

        for other, identifier in ((Signer.generate(), case.id), (signer, "0" * 32)):
            with (
                Ledger(path) as ledger,
                pytest.raises(LedgerError, match="another case or another key"),
                ledger.appending(other, CountingClock(), identifier) as appender,
            ):
                appender.append(STEP)

        assert before == state(path)

    def test_nothing_is_left_beside_the_file(self, recorded: Recorder, path: Path) -> None:
        """Once closed the ledger is one file, which a person can copy."""
        recorded.step(STEP, ())

        assert [path] == list(path.parent.glob(LEDGER + "*"))


class TestTriggers:
    """Accidents with the file, through a connection like ours."""

    @pytest.mark.parametrize(
        "statement",
        [
            """UPDATE entries SET header = X'00' WHERE "index" = 1""",
            """UPDATE entries SET "index" = 9 WHERE "index" = 4""",
            """UPDATE OR REPLACE entries SET "index" = 3 WHERE "index" = 4""",
            """DELETE FROM entries WHERE "index" = 4""",
            "DELETE FROM entries",
            """INSERT OR REPLACE INTO entries SELECT 4, header, signature FROM entries WHERE "index" = 3""",
            """INSERT OR REPLACE INTO entries SELECT 1, header, signature FROM entries WHERE "index" = 3""",
            """REPLACE INTO entries SELECT 0, header, signature FROM entries WHERE "index" = 3""",
            """INSERT INTO entries SELECT 6, header, signature FROM entries WHERE "index" = 3""",
            """INSERT INTO entries SELECT NULL, header, X'00' FROM entries WHERE "index" = 3""",
            "INSERT INTO entries VALUES (5, 'text', zeroblob(64))",
            "INSERT INTO entries VALUES (5, X'00', zeroblob(63))",
            """UPDATE bodies SET body = X'00' WHERE "index" = 1""",
            "INSERT INTO bodies VALUES (9, X'00')",
            "UPDATE checkpoints SET note = X'00'",
            "DELETE FROM checkpoints WHERE size = 5",
            "INSERT OR REPLACE INTO checkpoints SELECT 5, note FROM checkpoints WHERE size = 4",
            "INSERT INTO checkpoints VALUES (0, X'00')",
        ],
    )
    def test_they_hold(self, path: Path, statement: str) -> None:
        """Nothing that was recorded is changed, taken away or replaced, and no gap is made."""
        before = state(path)

        with closing(connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)

        assert before == state(path)
        assert_sound(path, 5)

    def test_a_body_may_be_erased(self, path: Path) -> None:
        """Erasing what an entry says is possible: the entry stays, counted as withheld, and the rest still agrees."""
        with closing(connect(path)) as connection:
            connection.execute("""DELETE FROM bodies WHERE "index" = 3""")

        assert verified(path.parent).withheld == 1
        assert_sound(path, 5)

    @pytest.mark.parametrize(
        "statement",
        [
            "DROP TRIGGER entries_stay",
            "DROP TRIGGER entries_follow",
            "CREATE TABLE more (x)",
            "CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM bodies; END",
            "CREATE INDEX more ON entries (header)",
            "ALTER TABLE bodies ADD COLUMN more TEXT",
            "DROP TABLE objects",
        ],
    )
    def test_an_altered_schema_is_refused(self, recorded: Recorder, path: Path, signer: Signer, statement: str) -> None:
        """Where another program changed tables or triggers nothing is added."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(statement)

        with pytest.raises(LedgerError, match="altered by another program; nothing was recorded"):
            recorded.case.checkpoint(signer)

        assert len(state(path)[0]) == 5


class TestForgedPast:
    def test_no_checkpoint_over_an_altered_past(self, recorded: Recorder, path: Path) -> None:
        """A ledger whose earlier entry was altered gets no new entry: no head is signed that denies an older one."""
        with without_triggers(path) as connection:
            connection.execute(
                """UPDATE entries SET header = (SELECT header FROM entries WHERE "index" = 2) WHERE "index" = 1"""
            )
        before = state(path)

        with pytest.raises(LedgerError, match="not the one that was signed earlier; nothing was recorded"):
            recorded.step(STEP, ())

        assert before == state(path)

    def test_no_checkpoint_over_a_tail_cut_off(self, recorded: Recorder, path: Path) -> None:
        """The same where the newest entries were taken away."""
        with without_triggers(path) as connection:
            connection.execute("""DELETE FROM bodies WHERE "index" = 4""")
            connection.execute("""DELETE FROM entries WHERE "index" = 4""")
        before = state(path)

        with (
            pytest.raises(LedgerError, match="not the one that was signed earlier"),
            recorded.case.appending(recorded.signer),
        ):
            pass

        assert before == state(path)

    def test_verification_sees_it(self, path: Path) -> None:
        """Whoever has the file can take the triggers away; the chain and the checkpoints then disagree."""
        with without_triggers(path) as connection:
            connection.execute("""DELETE FROM bodies WHERE "index" = 4""")
            connection.execute("""DELETE FROM entries WHERE "index" = 4""")

        assert {10} == verdicts(verified(path.parent))[0]


class TestOpening:
    def test_one_writer_at_a_time(
        self, recorded: Recorder, path: Path, monkeypatch: pytest.MonkeyPatch, case: CaseFolder, signer: Signer
    ) -> None:
        """A second writer is told to wait, and nothing of it is recorded."""
        monkeypatch.setattr(database, "BUSY_SECONDS", 0)

        with Ledger(path) as ledger, ledger.appending(signer, CountingClock(), case.id) as appender:
            appender.append(STEP)
            with pytest.raises(BusyError, match="nothing was recorded"):
                recorded.step(STEP, ())
            appender.checkpoint()

        assert_sound(path, 6)

    def test_readers_see_what_is_committed(self, recorded: Recorder, path: Path) -> None:
        """While a transaction is open readers are not held up and see the ledger before it."""
        before = state(path)

        with recorded.case.appending(recorded.signer) as appender:
            appender.append(STEP)
            assert before == state(path)

        assert len(state(path)[0]) == 6

    def test_a_reader_cannot_write(self, path: Path) -> None:
        """A ledger opened for reading has no way to change the file."""
        with (
            closing(database.open_read_only(path)) as connection,
            pytest.raises(sqlite3.OperationalError, match="readonly"),
        ):
            connection.execute("DELETE FROM bodies")

    def test_newer_format(self, path: Path) -> None:
        """A ledger of a newer program is neither read nor added to."""
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {database.FORMAT_VERSION + 1}")

        with pytest.raises(VaultError, match="newer version"):
            LedgerReader(path)
        with pytest.raises(VaultError, match="newer version"):
            Ledger(path)

    @pytest.mark.parametrize(
        ("data", "error", "words"),
        [
            (b"", LedgerError, "not a ledger"),
            (b"hello\n" * 1000, LedgerError, "damaged"),
            (b"SQLite format 3\0" + b"\xff" * 5000, LedgerError, "damaged"),
            (None, StorageError, "cannot be opened"),
        ],
        ids=["empty", "text", "header-only", "missing"],
    )
    def test_not_a_ledger(self, tmp_path: Path, data: bytes | None, error: type[Exception], words: str) -> None:
        """A file that is no ledger, or none, gives a sentence and is left as it is."""
        path = tmp_path / LEDGER
        if data is not None:
            path.write_bytes(data)

        with pytest.raises(error, match=words):
            LedgerReader(path)

        assert data == (path.read_bytes() if path.exists() else None)

    @posix_only
    def test_read_only_folder(self, plain_user: Path) -> None:
        """A vault on a disk or in a folder that cannot be written can still be read and verified."""
        case = new_vault(plain_user / "vault", CountingClock()).open_case(OPENED, no_passphrase)
        Recorder(case, case.signer(no_passphrase)).step(STEP, ())
        (case.folder / LEDGER).chmod(0o400)
        case.folder.chmod(0o500)

        assert_sound(case.folder / LEDGER, 2)
        with pytest.raises(StorageError):
            Recorder(case, case.signer(no_passphrase)).step(STEP, ())
        assert_sound(case.folder / LEDGER, 2)

    def test_create_once(self, path: Path) -> None:
        """A ledger is never made over another one."""
        before = state(path)

        with pytest.raises(StorageError, match="already exists"):
            Ledger.create(path)

        assert before == state(path)

    def test_full_disk(self, recorded: Recorder, path: Path) -> None:
        """A disk that fills up in the middle of a transaction: a sentence, and nothing of it stays."""
        before = state(path)

        with Ledger(path) as ledger:
            pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
            ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
            with (
                pytest.raises(StorageError, match="What was recorded until then stays recorded"),
                ledger.appending(recorded.signer, CountingClock(), recorded.case.id) as appender,
            ):
                append_much(appender)

        assert before == state(path)
        assert_sound(path, 5)


def append_much(appender: Appender) -> None:
    for _ in range(200):
        appender.append(kinds.Step(summary="x" * 1000))


CHILD = """
import datetime as dt, sys
from pathlib import Path
from evidence_vault.kinds import Step
from evidence_vault.ledger import Ledger
from evidence_vault.signing.keys import load_signer

folder, size = Path(sys.argv[1]), int(sys.argv[2])
signer = load_signer((folder / "key.pem").read_bytes(), None)
clock = lambda: dt.datetime(2026, 3, 2, 8, 14, 30, tzinfo=dt.UTC)

def wait(word):
    print(word, flush=True)
    sys.stdin.readline()
"""

APPEND = """
wait("ready")
for number in range(size):
    with Ledger(folder / "ledger.sqlite") as ledger, ledger.appending(signer, clock, folder.name) as appender:
        appender.append(Step(summary=str(number)))
        appender.checkpoint()
"""

DIE = """
ledger = Ledger(folder / "ledger.sqlite")
with ledger.appending(signer, clock, folder.name) as appender:
    appender.append(Step(summary="committed"))
    appender.checkpoint()
with ledger.appending(signer, clock, folder.name) as appender:
    for number in range(size):
        appender.append(Step(summary=str(number) * 1000))
    appender.checkpoint()
    wait("in the middle")
"""


def child(program: str, case: CaseFolder, size: int) -> subprocess.Popen[str]:
    """Another process that works on the ledger; it says where it is and waits for a line before it goes on."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + program, str(case.folder), str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class TestProcesses:
    @posix_only
    @pytest.mark.parametrize("size", [1, 3000], ids=["in-memory", "spilled-to-disk"])
    def test_killed_in_the_middle(self, recorded: Recorder, path: Path, size: int) -> None:
        """A kill inside a transaction: what was committed before stays, nothing of the open one does, work goes on."""
        with child(DIE, recorded.case, size) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "in the middle\n"
            process.kill()
            assert process.wait() == -signal.SIGKILL

        assert_sound(path, 6)
        assert (path.parent / KEY).is_file()
        assert recorded.step(STEP, ()).index == 6
        assert_sound(path, 7)

    def test_two_writers(self, recorded: Recorder, path: Path) -> None:
        """Two programs appending a hundred entries each at the same time make one valid chain, with none lost."""
        with child(APPEND, recorded.case, 100) as first, child(APPEND, recorded.case, 100) as second:
            for process in (first, second):
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            for process in (first, second):
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            assert (first.wait(), second.wait()) == (0, 0)

        assert_sound(path, 205)
        with LedgerReader(path) as reader:
            said = [read_entry(signed).said for signed in reader.entries()]
        summaries = [step.summary for step in said if isinstance(step, kinds.Step)]
        assert {str(number): 2 for number in range(100)} == {
            str(number): summaries.count(str(number)) for number in range(100)
        }
