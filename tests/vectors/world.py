"""What every vector is made from: fixed keys, fixed chance, authorities, blocks, and ledgers that grow entry by entry.

The private keys stand in `keys/` for everybody to read: they are for tests and sign nothing that matters.
"""

import contextlib
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

import calendar_server
import test_bundle
import test_verify
import tsa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from forgery import Forgery

from evidence_vault import kinds, merkle, values
from evidence_vault.encoding import sha256
from evidence_vault.entries import GENESIS, Header, SignedEntry, chain_digest, seal, utc_text
from evidence_vault.evidence import Proof
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, origin_of, write_note
from evidence_vault.words import ProofStatus

HERE = Path(__file__).parent
KEYS = HERE / "keys"
MAKING_KEYS = False
"""Whether a key that is missing is made: only by whoever adds one, never by a test."""
PUBLIC = b"A key for tests that everybody may read: it protects nothing.\n\n"
CASE = "00112233445566778899aabbccddeeff"
MORNING = dt.datetime(2026, 3, 2, 8, 14, tzinfo=dt.UTC)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def digest_of(*words: object) -> bytes:
    """What stands for chance: SHA-256 of a few words."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).digest()


def ledger_signer(who: str = "ledger") -> Signer:
    """The Ed25519 key of a ledger, or that of a forger."""
    return Signer(_kept(f"ed25519 {who}"))  # type: ignore[arg-type]


@cache
def _kept(name: str) -> Ed25519PrivateKey | tsa.Key:
    """A private key that everybody may read; made once, then kept for ever."""
    path = KEYS / f"{re.sub('[^a-z0-9]+', '-', name.lower().replace('é', 'e'))}.pem"
    if not path.exists() and MAKING_KEYS:
        kind = name.partition(" ")[0]
        made: Ed25519PrivateKey | tsa.Key
        if kind == "ed25519":
            made = Ed25519PrivateKey.generate()
        elif kind == "rsa":
            made = rsa.generate_private_key(65537, 2048)
        else:
            made = ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(PUBLIC + made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return load_pem_private_key(path.read_bytes(), None)  # type: ignore[return-value]


@contextlib.contextmanager
def fixed(label: str) -> Iterator[None]:
    """While this lasts nothing is random: salts, serial numbers and keys follow from `label` and from `keys/`."""
    counts = {"salt": 0, "serial": 0}

    def salt(size: int) -> str:
        counts["salt"] += 1
        return digest_of("salt", label, counts["salt"]).hex()[: 2 * size]

    def serial() -> int:
        counts["serial"] += 1
        return int.from_bytes(digest_of("serial", label, counts["serial"])[:15], "big") | 1

    other = ledger_signer("somebody else")
    with (
        mock.patch("evidence_vault.entries.secrets.token_hex", salt),
        mock.patch.object(x509, "random_serial_number", serial),
        mock.patch.object(tsa, "private_key", lambda kind, role: _kept(f"{kind} {role}")),
        mock.patch.object(test_verify, "OTHER", other),
        mock.patch.object(test_bundle, "OTHER", other),
    ):
        yield


@cache
def authority(kind: str = "p256", name: str = "Horloge", *, ended: dt.datetime = tsa.ENDED) -> tsa.Authority:
    """A time-stamp authority: `kind` is "rsa", "p256" or "p384"; the elliptic ones have a certificate between."""
    with fixed(f"authority {kind} {name}"):
        return tsa.Authority.create(kind, name=f"{name} {kind.upper()}", intermediate=kind != "rsa", ended=ended)


def authorities() -> dict[str, tsa.Authority]:
    """Every authority whose root stands in `roots/`, by the name of that file."""
    return {
        "rsa": authority("rsa"),
        "p256": authority("p256"),
        "p384": authority("p384"),
        "expired": authority("p256", "Ancienne horloge", ended=MORNING + dt.timedelta(days=20)),
        "stranger": authority("p256", "Horloge inconnue"),
    }


def request_for(data: bytes, nonce: int) -> bytes:
    """A TimeStampReq as the program makes it, with a nonce of our choice."""
    imprint = tsa.sequence(tsa.algorithm(tsa.SHA256), tsa.tlv(0x04, hashlib.sha256(data).digest()))
    return tsa.sequence(tsa.integer(1), imprint, tsa.integer(nonce), tsa.tlv(0x01, b"\xff"))


def picture(shade: int) -> bytes:
    """A PNG of one grey dot, packed without compression so that every machine writes the same bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib_crc(kind + data)

    row = bytes((0, shade))
    stored = b"\x78\x01\x01" + len(row).to_bytes(2, "little") + (0xFFFF - len(row)).to_bytes(2, "little") + row
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", bytes((0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)))
        + chunk(b"IDAT", stored + adler(row))
        + chunk(b"IEND", b"")
    )


def zlib_crc(data: bytes) -> bytes:
    import zlib

    return zlib.crc32(data).to_bytes(4, "big")


def adler(data: bytes) -> bytes:
    import zlib

    return zlib.adler32(data).to_bytes(4, "big")


def block_header(root: bytes, minutes: int = 60) -> bytes:
    """A header over `root` with the difficulty of a test chain, `minutes` after the ledger was begun."""
    return calendar_server.header(root, int((MORNING + minutes * MINUTE).timestamp()))


OPENED = kinds.CaseOpened(
    operator="Awa Diallo",
    capacity="applicant",
    applicant="Awa Diallo",
    born="1990-04-12",
    nationality="Sénégal",
    address="12 rue des Lilas, 93200 Saint-Denis",
    prefecture="Seine-Saint-Denis",
    procedure="Admission exceptionnelle au séjour",
    time_zone="Europe/Paris",
)


@dataclass
class Scene:
    """A ledger that grows: its clock counts up by a second at each entry, or is set."""

    signer: Signer = field(default_factory=ledger_signer)
    case: str = CASE
    now: dt.datetime = MORNING
    entries: list[SignedEntry] = field(default_factory=list)
    checkpoints: list[tuple[int, bytes]] = field(default_factory=list)
    """Each with its size."""
    exhibits: dict[str, bytes] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    blocks: dict[int, bytes] = field(default_factory=dict)
    stamped: set[int] = field(default_factory=set)
    """The sizes of the checkpoints that a proof is about."""
    whole: bool = False
    """Whether fields that say nothing are written too, as the program does; left out, the files are half as large."""

    def add(self, said: kinds.Said, checkpoint: bool = True) -> int:
        """Append one entry, and sign a checkpoint over all unless it is to be left out; return its index."""
        self.now += SECOND
        fields = kinds.to_fields(said)
        body = seal({name: value for name, value in fields.items() if self.whole or value is not None})
        header = Header(
            body=body.digest(),
            case=self.case,
            index=len(self.entries),
            key=self.signer.key_id,
            kind=kinds.kind_of(said),
            previous=chain_digest(self.entries[-1].header) if self.entries else GENESIS,
            recorded_at=utc_text(self.now),
        ).encode()
        self.entries.append(SignedEntry(header, self.signer.sign(header), body.encode()))
        if checkpoint:
            self.checkpoints.append((len(self.entries), self.note()))
        return len(self.entries) - 1

    def note(self, size: int | None = None) -> bytes:
        """The checkpoint over the first `size` entries, or over all: the bytes that are stamped."""
        covered = self.entries[:size]
        root = merkle.root(merkle.leaf_hash(entry.header) for entry in covered)
        head = Checkpoint(origin_of(self.case), len(covered), root)
        return write_note(head, self.signer.public_key, self.signer.sign(head.text()))

    def open(self) -> int:
        return self.add(kinds.replace(OPENED, public_key=self.signer.public_key.hex()))

    def exhibit(self, data: bytes, *, attempt: int | None = None, checkpoint: bool = True) -> int:
        picture = data.startswith(b"\x89PNG")
        self.exhibits[sha256(data)] = data
        said = kinds.Exhibit(
            attempt=attempt,
            document="screenshot" if picture else "contract",
            sha256=sha256(data),
            size=len(data),
            media_type="image/png" if picture else "text/plain",
            name="capture.png" if picture else "contrat.txt",
        )
        return self.add(said, checkpoint)

    def attempt(self, *, live: bool, checkpoint: bool = True) -> int:
        """An attempt recorded as it was made, or imported later from files."""
        when = self.now if live else self.now - dt.timedelta(days=9)
        declared = values.DeclaredTime(
            text=when.isoformat(),
            instant=utc_text(when),
            zone="Europe/Paris",
            source="now" if live else "file_name",
            precision="second",
        )
        origin = "log" if live else "import"
        return self.add(kinds.Attempt(origin=origin, operator="Awa Diallo", occurred_at=declared), checkpoint)  # type: ignore[arg-type]

    def stamp(
        self,
        by: tsa.Authority,
        *,
        size: int | None = None,
        at: dt.datetime | None = None,
        said: ProofStatus = "valid",
        asked: bool = True,
        **false: object,
    ) -> int:
        """Have the checkpoint at `size` (the newest) stamped a second from now, and name the token in an entry.

        `at`: the time that the token states · `said`: what the entry says of it · `asked`: whether a request is sent
        and kept · `false`: as in `tsa.Authority.stamp`.
        """
        size = size or len(self.entries)
        data = self.note(size)
        self.now += SECOND
        request = request_for(data, int.from_bytes(digest_of("nonce", size, by.signer.subject)[:8], "big"))
        moment = at or self.now
        response = by.stamp(data, request if asked else None, gen_time=moment, **false)  # type: ignore[arg-type]
        return self.name(size, response, request if asked else None, status=said, time=moment)

    def name(
        self,
        size: int,
        response: bytes,
        request: bytes | None = None,
        *,
        status: ProofStatus = "valid",
        time: dt.datetime | None = None,
        **changes: object,
    ) -> int:
        """Append the entry that names a proof of time, and keep the proof."""
        digest = sha256(response)
        self.stamped.add(size)
        self.proofs[digest] = Proof(response, request)
        said = kinds.Timestamp(
            size=size,
            protocol="opentimestamps" if response.startswith(calendar_server.MAGIC) else "rfc3161",
            authority="essai",
            status=status,
            sha256=digest,
            request=None if request is None else sha256(request),
            time=None if time is None else utc_text(time),
            accuracy_ms=1500 if time is not None else None,
        )
        return self.add(kinds.replace(said, **changes))

    def anchor(self, rest: bytes, *, status: ProofStatus, size: int | None = None, data: bytes | None = None) -> int:
        """Name an OpenTimestamps proof about the checkpoint at `size`, of which `rest` follows the digest."""
        size = size or len(self.entries)
        return self.name(size, calendar_server.proof(data or self.note(size), rest), status=status)

    def confirmed(self, height: int, *, minutes: int = 60, root: bytes | None = None) -> bytes:
        """The end of a proof about the newest checkpoint that leads to a block, which is made."""
        leaf = hashlib.sha256(self.note()).digest()
        neighbour = digest_of("neighbour")
        message = hashlib.sha256(leaf + neighbour).digest()
        self.blocks[height] = block_header(root or message, minutes)
        return calendar_server.append(neighbour) + calendar_server.SHA256 + calendar_server.bitcoin(height)

    def forgery(self, *, every_checkpoint: bool = False) -> Forgery:
        """The whole, to be corrupted: with the newest checkpoint and those that were stamped, as in a bundle."""
        kept = [
            note for size, note in self.checkpoints if every_checkpoint or size in {*self.stamped, len(self.entries)}
        ]
        return Forgery(
            list(self.entries),
            kept,
            [self.signer.public_key],
            dict(self.exhibits),
            self.signer,
            proofs=dict(self.proofs),
        )


def begun() -> Scene:
    """A ledger of two entries, not stamped yet."""
    scene = Scene()
    scene.open()
    scene.attempt(live=True)
    return scene


def plain(*, whole: bool = False) -> Scene:
    """The case of `forgery.record_good_case`, entry for entry, so that its corruptions fit."""
    scene = Scene(whole=whole)
    scene.open()
    scene.exhibit(b"Contrat de travail\n")
    attempt = scene.attempt(live=True, checkpoint=False)
    first = scene.exhibit(picture(1), attempt=attempt, checkpoint=False)
    scene.exhibit(picture(2), attempt=attempt)
    reading = scene.add(
        kinds.Reading(exhibit=first, status="read", legible=True, outcome="no_slot", text="Aucun créneau")
    )
    scene.add(
        kinds.OutcomeStated(
            attempt=attempt, reading=reading, proposed="no_slot", outcome="no_slot", confirmed_by="person"
        )
    )
    scene.add(kinds.Step(step="email", summary="demande de rendez-vous", answer="aucune", operator="Awa Diallo"))
    scene.add(kinds.Correction(target=attempt, field="note", value="depuis la bibliothèque"))
    last = scene.attempt(live=True, checkpoint=False)
    scene.exhibit(picture(3), attempt=last)
    return scene


def stamped(kind: str = "p256") -> Scene:
    """A case stamped three times: at its opening, after a live attempt, after one that was imported."""
    by = authorities()[kind]
    scene = Scene()
    scene.open()
    scene.stamp(by)
    scene.now = MORNING + 6 * MINUTE
    attempt = scene.attempt(live=True, checkpoint=False)
    scene.exhibit(picture(1), attempt=attempt)
    scene.stamp(by)
    scene.now = MORNING + 76 * MINUTE
    scene.attempt(live=False)
    scene.stamp(by)
    return scene
