"""Verifying a long ledger against hashing and Ed25519 of the same bytes on every core.

`python -m bench.verification LEDGER ours|floor` is one contestant in a process of its own.
"""

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from bench.ledger import fill
from bench.measure import Line, child, peak_megabytes
from evidence_vault.casefile import read_entry
from evidence_vault.entries import SignedEntry
from evidence_vault.evidence import Evidence, Trust
from evidence_vault.kinds import CaseOpened
from evidence_vault.ledger import LedgerReader
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.public import load_public
from evidence_vault.verify import verify

LONG, SHORT = 100_000, 10_000
BATCH = 256


def verification(rounds: int = 3) -> list[Line]:
    """Ratio to the floor at 100,000 entries, growth from 10,000, and memory at both."""
    with tempfile.TemporaryDirectory() as name:
        paths = {count: Path(name) / f"{count}.sqlite" for count in (LONG, SHORT)}
        for count, path in paths.items():
            fill(path, Signer.generate(), count)
        runs: dict[tuple[str, int], list[dict[str, float]]] = {}
        for _ in range(rounds):
            for key in (("ours", LONG), ("floor", LONG), ("ours", SHORT)):
                runs.setdefault(key, []).append(child("bench.verification", str(paths[key[1]]), key[0]))
    wall = {key: sorted(run["wall"] for run in found)[len(found) // 2] for key, found in runs.items()}
    peak = {key: max(run["peak"] for run in found) for key, found in runs.items()}
    each = wall["ours", LONG] / LONG
    return [
        Line(
            f"verify {LONG} entries",
            "SHA-256 and Ed25519 of the same bytes, every core",
            1.3,
            wall["ours", LONG] / wall["floor", LONG],
            f"{each * 1e6:.0f} µs an entry",
        ),
        Line("… time an entry, 100,000 to 10,000", "1 is linear", None, each / (wall["ours", SHORT] / SHORT)),
        Line(
            "… peak memory, 100,000 to 10,000",
            "1 is flat",
            None,
            peak["ours", LONG] / peak["ours", SHORT],
            f"{peak['ours', LONG]:.0f} MB to {peak['ours', SHORT]:.0f} MB",
        ),
    ]


def _floor(reader: LedgerReader, key: bytes) -> None:
    loaded = load_public(key)

    def check(batch: list[SignedEntry]) -> None:
        for entry in batch:
            hashlib.sha256(entry.header).digest()
            hashlib.sha256(entry.body or b"").digest()
            loaded.verify(entry.signature, entry.header)

    entries = reader.entries()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(check, _batches(entries)):
            assert done is None


def _batches(entries: Iterable[SignedEntry]) -> Iterable[list[SignedEntry]]:
    source = iter(entries)
    while batch := list(islice(source, BATCH)):
        yield batch


def _run(path: Path, contestant: str) -> dict[str, float]:
    with LedgerReader(path) as reader:
        said = read_entry(next(reader.entries(1))).said
        assert isinstance(said, CaseOpened)
        key = bytes.fromhex(said.public_key or "")
        started = time.perf_counter()
        if contestant == "floor":
            _floor(reader, key)
        else:
            report = verify(Evidence(reader.entries(), reader.checkpoints(), (key,), {}), Trust(key))
            assert report.answer("intact") == report.answer("complete") == "passed"
        return {"wall": time.perf_counter() - started, "peak": peak_megabytes()}


if __name__ == "__main__":
    print(json.dumps(_run(Path(sys.argv[1]), sys.argv[2])))
