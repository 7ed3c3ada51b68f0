"""Verifying a long ledger against hashing and Ed25519 of the same bytes on every core.

`python -m bench.verification LEDGER ours|floor` is one contestant in a process of its own. The floor has the entries
in memory before its clock starts, and hashes each header and each body once.
"""

import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

from bench.ledger import ATTEMPT, fill
from bench.measure import Line, child, peak_megabytes
from evidence_vault import kinds, values
from evidence_vault.casefile import read_entry
from evidence_vault.entries import SignedEntry
from evidence_vault.evidence import Evidence, Trust
from evidence_vault.ledger import LedgerReader
from evidence_vault.signing.public import load_public
from evidence_vault.verify import verify

LONG, SHORT = 100_000, 10_000
WORDS = 80
"""Words of a reading: the middle of what is read on the screenshots of the demonstration."""
BATCH = 256
FLOOR = "SHA-256 and Ed25519 of the same bytes, every core"


def verification(rounds: int = 3) -> list[Line]:
    """Ratio to the floor, by the clock and by CPU; growth from 10,000 entries to 100,000; then with readings."""
    with tempfile.TemporaryDirectory() as name:
        kept: dict[str, tuple[int, Iterable[kinds.Said]]] = {
            "long": (LONG, repeat(ATTEMPT)),
            "short": (SHORT, repeat(ATTEMPT)),
            "read": (SHORT, attempts_with_readings()),
        }
        for ledger, (count, said) in kept.items():
            fill(Path(name) / ledger, count, said)
        runs: dict[tuple[str, str], list[dict[str, float]]] = {}
        for _ in range(rounds):
            for ledger in kept:
                for contestant in ("floor", "ours"):
                    run = child("bench.verification", str(Path(name) / ledger), contestant)
                    runs.setdefault((contestant, ledger), []).append(run)

    def middle(what: str, contestant: str, ledger: str) -> float:
        return statistics.median(run[what] for run in runs[contestant, ledger])

    def ratio(what: str, ledger: str) -> float:
        return middle(what, "ours", ledger) / middle(what, "floor", ledger)

    long, short = ratio("cpu", "long"), ratio("cpu", "short")
    high, low = middle("peak", "ours", "long"), middle("peak", "ours", "short")
    wall, cpu = (middle(what, "ours", "long") / LONG * 1e6 for what in ("wall", "cpu"))
    return [
        Line(f"verify {LONG} attempts (clock)", FLOOR, 1.3, ratio("wall", "long"), f"{wall:.0f} µs an entry"),
        Line("… CPU", FLOOR, 1.3, long, f"{cpu:.0f} µs an entry"),
        Line(f"… that ratio, to the one at {SHORT}", "1 is linear", 1.1, long / short),
        Line(f"… peak memory, to that at {SHORT}", "1 is flat", 1.1, high / low, f"{high:.0f} MB"),
        Line(f"verify {SHORT}, each fourth a reading of {WORDS} words (CPU)", FLOOR, 1.3, ratio("cpu", "read")),
    ]


def attempts_with_readings() -> Iterator[kinds.Said]:
    """What an import with OCR leaves: attempt, exhibit, reading, outcome, and again."""
    words = tuple(
        values.Word(
            text="créneau" if number % 4 == 0 else "disponible",
            box=values.Box(left=17 * number, top=400 + number, width=81, height=22),
            confidence=93,
        )
        for number in range(WORDS)
    )
    text = " ".join(word.text for word in words)
    index = 1
    while True:
        yield ATTEMPT
        yield kinds.Exhibit(attempt=index, document="screenshot", size=35_000, name="capture.png", width=1366)
        yield kinds.Reading(
            exhibit=index + 1, status="read", engine="tesseract", text=text, words=words, legible=True, score=900
        )
        yield kinds.OutcomeStated(attempt=index, reading=index + 2, proposed="no_slot", outcome="no_slot")
        index += 4


def _floor(entries: list[SignedEntry], key: bytes) -> None:
    loaded = load_public(key)

    def check(start: int) -> None:
        for entry in entries[start : start + BATCH]:
            hashlib.sha256(entry.header).digest()
            hashlib.sha256(entry.body or b"").digest()
            loaded.verify(entry.signature, entry.header)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(check, range(0, len(entries), BATCH)):
            assert done is None


def _ours(reader: LedgerReader, key: bytes) -> None:
    report = verify(Evidence(reader.entries(), reader.checkpoints(), (key,), {}), Trust(key))
    assert report.answer("complete") == "passed"
    assert report.answer("intact") != "failed"  # the exhibits are not there; that is told, and no failure


def _run(path: Path, contestant: str) -> dict[str, float]:
    with LedgerReader(path) as reader:
        said = read_entry(next(reader.entries(1))).said
        assert isinstance(said, kinds.CaseOpened)
        key = bytes.fromhex(said.public_key or "")
        entries = list(reader.entries()) if contestant == "floor" else []
        wall, cpu = time.perf_counter(), time.process_time()
        if contestant == "floor":
            _floor(entries, key)
        else:
            _ours(reader, key)
        return {
            "wall": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
            "peak": peak_megabytes(),
        }


if __name__ == "__main__":
    print(json.dumps(_run(Path(sys.argv[1]), sys.argv[2])))
