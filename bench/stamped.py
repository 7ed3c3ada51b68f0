"""Verifying a bundle with exhibits and time-stamp tokens against hashing and checking signatures of the same bytes.

`python -m bench.stamped FOLDER ours|floor` is one contestant in a process of its own. The floor has entries, tokens and
certificates in memory, parsed, before its clock starts; it reads each exhibit from the bundle, hashes it, hashes every
header and body once, and checks every signature once, on every core.
"""

import hashlib
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

from bench.ledger import CASE, now
from bench.measure import Line, child, peak_megabytes
from bench.verification import attempts_with_readings
from evidence_vault import kinds
from evidence_vault.encoding import sha256
from evidence_vault.evidence import Trust
from evidence_vault.exports.bundle import BundleInput, Original, Stamped, write_bundle
from evidence_vault.ledger import Ledger, LedgerReader
from evidence_vault.signing import cms
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.public import is_valid, load_public
from evidence_vault.signing.tokens import Roots, make_request, read_certificates
from evidence_vault.unbundling import bundle_evidence
from evidence_vault.verify import verify
from tests.tsa import Authority

ENTRIES, EVERY = 10_000, 40
"""A token after each tenth attempt: attempt, exhibit, reading and outcome are four entries."""
SMALL, LARGE = 20_000, 200_000
"""Bytes of an exhibit: a light one, and a full-HD screenshot."""
BATCH = 256
FLOOR = "SHA-256, Ed25519 and token signatures alone, every core"


def stamped(rounds: int = 3) -> list[Line]:
    """Ratio to the floor, by the clock and by CPU, and the growth of memory when exhibits are ten times as large."""
    with tempfile.TemporaryDirectory() as name:
        runs: dict[tuple[str, int], list[dict[str, float]]] = {}
        for size in (LARGE, SMALL):
            make(Path(name) / str(size), size)
        for _ in range(rounds):
            for size in (LARGE, SMALL):
                for contestant in ("floor", "ours"):
                    run = child("bench.stamped", str(Path(name) / str(size)), contestant)
                    runs.setdefault((contestant, size), []).append(run)

    def middle(what: str, contestant: str, size: int) -> float:
        return statistics.median(run[what] for run in runs[contestant, size])

    def ratio(what: str) -> float:
        return middle(what, "ours", LARGE) / middle(what, "floor", LARGE)

    cores = middle("cpu", "ours", LARGE) / middle("wall", "ours", LARGE)
    high, low = middle("peak", "ours", LARGE), middle("peak", "ours", SMALL)
    return [
        Line(f"verify a bundle of {ENTRIES} entries, exhibits and tokens (clock)", FLOOR, 1.3, ratio("wall")),
        Line("… CPU", FLOOR, 1.3, ratio("cpu"), f"{cores:.1f} cores used"),
        Line("… peak memory, to that with exhibits a tenth as large", "1 is flat", 1.1, high / low, f"{high:.0f} MB"),
    ]


def make(folder: Path, size: int) -> None:
    """A bundle of a case of `ENTRIES` entries whose exhibits have `size` bytes, stamped as it grew; and its roots."""
    folder.mkdir()
    authorities = [Authority.create(kind) for kind in ("rsa", "p256", "p384")]  # type: ignore[arg-type]
    (folder / "roots.pem").write_bytes(b"".join(one.root_pem for one in authorities))
    signer = Signer.generate()
    exhibits = {}
    with Ledger.create(folder / "ledger") as ledger:
        source = _with_exhibits(attempts_with_readings(), size, exhibits)
        with ledger.appending(signer, now, CASE) as appender:
            appender.append(kinds.CaseOpened(public_key=signer.public_key.hex(), applicant="Awa Diallo"))
            frontier = appender.checkpoint()
        done = 1
        while batch := list(islice(source, min(EVERY, ENTRIES - done))):
            with ledger.appending(signer, now, CASE) as appender:
                for said in batch:
                    appender.append(said)
                frontier = appender.checkpoint(frontier)
            done += len(batch)
            with LedgerReader(folder / "ledger") as reader:
                note = parse_note(reader.checkpoints()[-1])
            data = note.stamped_bytes(signer.public_key) or b""
            request = make_request(data)
            response = authorities[done % 3].stamp(data, request, gen_time=now().replace(microsecond=0))
            with ledger.appending(signer, now, CASE) as appender:
                appender.append_proof(
                    kinds.Timestamp(
                        size=note.checkpoint.size,
                        protocol="rfc3161",
                        status="valid",
                        sha256=sha256(response),
                        request=sha256(request),
                    ),
                    response,
                    request,
                )
                frontier = appender.checkpoint(frontier)
    with LedgerReader(folder / "ledger") as reader:
        proofs = reader.proofs()
        write_bundle(
            BundleInput(
                case=CASE,
                size=reader.size(),
                entries=reader.entries,
                checkpoints=reader.checkpoints(),
                public_key=signer.public_key,
                originals=tuple(Original(digest, "image/png", give) for digest, give in exhibits.items()),
                left_out=False,
                guide="",
                proofs=tuple(Stamped(one.digest, "rfc3161", one.response, one.request) for one in proofs),
            ),
            folder / "bundle.zip",
        )


def _with_exhibits(
    said: Iterator[kinds.Said], size: int, exhibits: dict[str, Callable[[], bytes]]
) -> Iterator[kinds.Said]:
    """The same entries, each exhibit with bytes of its own; entries that name tokens shift later indices."""
    for number, item in enumerate(said):
        shift = number // EVERY
        match item:
            case kinds.Exhibit(attempt=int(attempt)):
                seed = secrets.token_bytes(1024)
                give = partial(_bytes, seed, size)
                digest = sha256(give())
                exhibits[digest] = give
                yield kinds.replace(item, attempt=attempt + shift, sha256=digest, size=size, media_type="image/png")
            case kinds.Reading(exhibit=int(exhibit)):
                yield kinds.replace(item, exhibit=exhibit + shift)
            case kinds.OutcomeStated(attempt=int(attempt), reading=int(reading)):
                yield kinds.replace(item, attempt=attempt + shift, reading=reading + shift)
            case _:
                yield item


def _bytes(seed: bytes, size: int) -> bytes:
    return (seed * (size // len(seed) + 1))[:size]


class _Floor:
    """Everything read and parsed; `run` only hashes and checks signatures."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "bundle.zip"
        with LedgerReader(folder / "ledger") as reader:
            self._entries = list(reader.entries())
            self._tokens = [cms.read_token(proof.response) for proof in reader.proofs()]
        with bundle_evidence(self._path, "bundle") as evidence:
            self._key = load_public(evidence.keys[0])
        with zipfile.ZipFile(self._path) as archive:
            self._exhibits = [
                (info.header_offset + 30 + len(info.filename), info.file_size)
                for info in archive.infolist()
                if info.filename.startswith("exhibits/")
            ]

    def run(self) -> None:
        starts = range(0, len(self._entries), BATCH)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for work, items in ((self._check, starts), (self._hash, self._exhibits), (self._look, self._tokens)):
                for done in pool.map(work, items):  # type: ignore[var-annotated, call-overload]
                    assert done is None

    def _check(self, start: int) -> None:
        for entry in self._entries[start : start + BATCH]:
            hashlib.sha256(entry.header).digest()
            hashlib.sha256(entry.body or b"").digest()
            assert is_valid(self._key, entry.signature, entry.header)

    def _hash(self, place: tuple[int, int]) -> None:
        with self._path.open("rb") as file:
            file.seek(place[0])
            hashlib.sha256(file.read(place[1])).digest()

    def _look(self, token: cms.Token) -> None:
        cms.signer_of(token)


def _ours(folder: Path) -> None:
    roots = Roots(read_certificates((folder / "roots.pem").read_bytes()))
    with bundle_evidence(folder / "bundle.zip", "bundle") as evidence:
        report = verify(evidence, Trust(evidence.keys[0], roots=roots))
    assert report.verdict == "passed", [check for check in report.checks if check.verdict != "passed"]


def _run(folder: Path, contestant: str) -> dict[str, float]:
    floor = _Floor(folder) if contestant == "floor" else None
    wall, cpu = time.perf_counter(), time.process_time()
    if floor is not None:
        floor.run()
    else:
        _ours(folder)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak": peak_megabytes()}


if __name__ == "__main__":
    print(json.dumps(_run(Path(sys.argv[1]), sys.argv[2])))
