"""Recording and importing entries against what SQLite and the signature cost by themselves."""

import datetime as dt
import hashlib
import io
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterable
from itertools import islice, repeat
from pathlib import Path

from PIL import Image

from bench.measure import Line, interleaved
from evidence_vault import kinds, values
from evidence_vault.encoding import canonical
from evidence_vault.ledger import Ledger
from evidence_vault.recording import Recorder, picture_piece
from evidence_vault.signing.keys import Signer
from evidence_vault.vault import VAULT_FORMAT, Settings, Vault

CASE = "ab" * 16
ITEMS = ("machine", "os", "browser", "screen", "time_zone", "clock", "clock_check", "program")
ATTEMPT = kinds.Attempt(
    origin="log",
    operator="Awa Diallo",
    capacity="applicant",
    url="https://rdv.prefecture-demo.example/booking/create/14520/2",
    environment=tuple(values.EnvironmentItem(name=name, value="x" * 20, basis="measured") for name in ITEMS),
)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def fill(path: Path, count: int, said: Iterable[kinds.Said]) -> Signer:
    """Make a ledger of an opening entry and the first `count` of `said`, under a checkpoint; return its key."""
    signer = Signer.generate()
    with Ledger.create(path) as ledger, ledger.appending(signer, now, CASE) as appender:
        appender.append(kinds.CaseOpened(public_key=signer.public_key.hex(), applicant="Awa Diallo"))
        for item in islice(said, count):
            appender.append(item)
        appender.checkpoint()
    return signer


def recording(rounds: int = 200) -> list[Line]:
    """One entry a transaction, against the commit of as many bytes; then with the checkpoint that commands add."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledgers, signers = {}, {}
        for contestant in ("entry", "checkpoint", "tree"):
            signers[contestant] = fill(folder / contestant, 1000, repeat(ATTEMPT))
            ledgers[contestant] = Ledger(folder / contestant)
        raw = sqlite3.connect(folder / "raw.sqlite", isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("CREATE TABLE entries (position INTEGER PRIMARY KEY, header BLOB, signature BLOB)")
        raw.execute("CREATE TABLE bodies (position INTEGER PRIMARY KEY, body BLOB)")
        sizes = (
            ledgers["entry"]
            ._connection.execute(  # the very bytes that ours writes
                'SELECT length(header), length(signature), length(body) FROM entries JOIN bodies USING ("index") '
                'ORDER BY "index" DESC LIMIT 1'
            )
            .fetchone()
        )
        header, signature, body = (secrets.token_bytes(size) for size in sizes)
        known = None

        def commit() -> None:
            raw.execute("BEGIN IMMEDIATE")
            cursor = raw.execute("INSERT INTO entries (header, signature) VALUES (?, ?)", (header, signature))
            raw.execute("INSERT INTO bodies VALUES (?, ?)", (cursor.lastrowid, body))
            raw.execute("COMMIT")

        def entry() -> None:
            with ledgers["entry"].appending(signers["entry"], now, CASE) as appender:
                appender.append(ATTEMPT)

        def checkpoint() -> None:
            nonlocal known
            with ledgers["checkpoint"].appending(signers["checkpoint"], now, CASE) as appender:
                appender.append(ATTEMPT)
                known = appender.checkpoint(known)

        def tree() -> None:
            with ledgers["tree"].appending(signers["tree"], now, CASE) as appender:
                appender.append(ATTEMPT)
                appender.checkpoint()

        contestants = {"raw": commit, "entry": entry, "checkpoint": checkpoint, "tree": tree}
        taken = interleaved(contestants, rounds)
        for ledger in ledgers.values():
            ledger.close()
        raw.close()
    floor = "SQLite WAL FULL commit of the same bytes"
    return [
        Line("record one entry", floor, 2, taken["entry"] / taken["raw"], f"{taken['entry'] * 1e3:.1f} ms"),
        Line("… and a checkpoint", floor, None, taken["checkpoint"] / taken["raw"], "the process knows the tree"),
        Line(
            "… and the whole tree",
            floor,
            None,
            taken["tree"] / taken["raw"],
            "the first of a process, 1,100 entries",
        ),
    ]


def importing(count: int = 10_000) -> list[Line]:
    """Ten thousand entries in one transaction, and ten thousand tiny pictures as `import --no-ocr` records them."""
    signer = Signer.generate()
    fields = kinds.to_fields(ATTEMPT)
    started = time.process_time()
    for _ in range(count):
        for field, value in fields.items():
            hashlib.sha256(canonical([secrets.token_hex(16), field, value])).hexdigest()
        hashlib.sha256(signer.sign(canonical(fields))).digest()
    floor = time.process_time() - started
    with tempfile.TemporaryDirectory() as name:
        started = time.process_time()
        fill(Path(name) / "ours", count, repeat(ATTEMPT))
        ours = time.process_time() - started
    return [
        Line(
            f"import {count} entries in one transaction (CPU)",
            "canonical JSON, salts, digests and Ed25519 of the same",
            None,
            ours / floor,
            f"{ours / count * 1e6:.0f} µs an entry",
        ),
        _pictures(count),
    ]


def _pictures(count: int) -> Line:
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(format=VAULT_FORMAT, operator="Awa Diallo", capacity="applicant", network=False)
        vault = Vault.create(Path(name) / "vault", settings, None, now)
        case = vault.open_case(kinds.CaseOpened(applicant="Awa Diallo"), lambda: None)
        recorder = Recorder(case, case.signer(lambda: None))
        data = [_tiny(number) for number in range(count)]
        started = time.perf_counter()
        for start in range(0, count, 50):
            batch = [(ATTEMPT, [picture_piece(item, "capture.png")]) for item in data[start : start + 50]]
            recorder.attempts(batch)
        ours = time.perf_counter() - started
        plain = Path(name) / "plain"
        plain.mkdir()
        started = time.perf_counter()
        for number, item in enumerate(data):
            (plain / str(number)).write_bytes(item)
        floor = time.perf_counter() - started
    return Line(
        f"import {count} pictures without reading (wall)",
        "writing the same files, not even synced",
        None,
        ours / floor,
        f"{ours:.1f} s, each picture inspected, encrypted and fsynced, {count // 50} transactions",
    )


def _tiny(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number & 255, number >> 8 & 255, 77)).save(out, "PNG")
    return out.getvalue()
