"""Cases made up for tests: entries sealed, chained and signed with a fresh key, exactly as the ledger does it."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence_vault import kinds, merkle, values
from evidence_vault.casefile import CaseFile, read_entry, replay
from evidence_vault.encoding import sha256
from evidence_vault.entries import GENESIS, Header, SignedEntry, chain_digest, seal, utc_text
from evidence_vault.signing.note import Checkpoint, origin_of, write_note
from evidence_vault.signing.public import key_id

START = dt.datetime(2026, 3, 2, 8, 14, tzinfo=dt.UTC)


@dataclass
class BuiltCase:
    """A case as values, with its originals and its checkpoint."""

    signed: tuple[SignedEntry, ...]
    originals: dict[str, bytes]
    public_key: bytes
    checkpoint: bytes
    root: str

    @property
    def file(self) -> CaseFile:
        return replay(map(read_entry, self.signed))


@dataclass
class CaseBuilder:
    """Appends entries one by one; its clock only counts up."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    clock: dt.datetime = START
    signed: list[SignedEntry] = field(default_factory=list)
    originals: dict[str, bytes] = field(default_factory=dict)

    @property
    def public_key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def add(self, said: kinds.Said) -> int:
        """Append one entry; return its index."""
        body = seal(kinds.to_fields(said))
        header = Header(
            body=body.digest(),
            case=self.id,
            index=len(self.signed),
            key=key_id(self.public_key),
            kind=kinds.kind_of(said),
            previous=chain_digest(self.signed[-1].header) if self.signed else GENESIS,
            recorded_at=utc_text(self.clock),
        ).encode()
        self.signed.append(SignedEntry(header, self.private.sign(header), body.encode()))
        self.clock += dt.timedelta(seconds=1)
        return len(self.signed) - 1

    def open(self, **fields: object) -> int:
        """Append the entry that opens the case; `fields` replace those of an invented person."""
        said = {
            "public_key": self.public_key.hex(),
            "operator": "Awa Diallo",
            "capacity": "applicant",
            "applicant": "Awa Diallo",
            "born": "1990-04-12",
            "birthplace": "Thiès",
            "nationality": "Sénégal",
            "address": "12 rue des Lilas, 93200 Saint-Denis",
            "email": "awa@example.org",
            "prefecture": "Seine-Saint-Denis",
            "procedure": "Admission exceptionnelle au séjour",
            "request": "first",
            "time_zone": "Europe/Paris",
        }
        return self.add(kinds.CaseOpened(**{**said, **fields}))  # type: ignore[arg-type]

    def attempt(self, at: dt.datetime | None = None, **fields: object) -> int:
        """Append an attempt made `at`."""
        said = {
            "origin": "log",
            "operator": "Awa Diallo",
            "capacity": "applicant",
            "occurred_at": declared(at or self.clock),
            "url": "https://www.rdv.example.org/rdvpref/reservation/demarche/4442/creneau/",
            "platform": "RDV-Préfecture",
            "environment": ENVIRONMENT,
        }
        return self.add(kinds.Attempt(**{**said, **fields}))  # type: ignore[arg-type]

    def exhibit(self, data: bytes, width: int | None, height: int | None, **fields: object) -> int:
        """Append an exhibit and keep its bytes."""
        digest = sha256(data)
        self.originals[digest] = data
        said = {
            "document": "screenshot",
            "sha256": digest,
            "size": len(data),
            "media_type": "image/png",
            "name": "capture.png",
            "width": width,
            "height": height,
            "frames": 1,
        }
        return self.add(kinds.Exhibit(**{**said, **fields}))  # type: ignore[arg-type]

    def reading(self, exhibit: int, *, legible: bool = True, **fields: object) -> int:
        """Append what a machine read on an exhibit."""
        said = {
            "exhibit": exhibit,
            "status": "read",
            "engine": "tesseract 5.3.0, fra (fast), psm 11",
            "text": "Aucun créneau disponible\nAucun créneau n'est disponible pour le moment.",
            "confidence": 91 if legible else 38,
            "legible": legible,
            "score": 930 if legible else 210,
            "reasons": (values.Reason(code="message_read" if legible else "blurred"),),
            "outcome": "no_slot" if legible else "unclassified",
            "quotes": (values.Quote(phrase="rdvpref.full", text="Aucun créneau disponible"),) if legible else (),
        }
        return self.add(kinds.Reading(**{**said, **fields}))  # type: ignore[arg-type]

    def outcome(self, attempt: int, outcome: str = "no_slot", **fields: object) -> int:
        """Append the outcome that was retained."""
        said = {"attempt": attempt, "proposed": outcome, "outcome": outcome, "confirmed_by": "person"}
        return self.add(kinds.OutcomeStated(**{**said, **fields}))  # type: ignore[arg-type]

    def built(self) -> BuiltCase:
        """The case as it stands, under a signed checkpoint."""
        root = merkle.root(merkle.leaf_hash(entry.header) for entry in self.signed)
        checkpoint = Checkpoint(origin_of(self.id), len(self.signed), root)
        note = write_note(checkpoint, self.public_key, self.private.sign(checkpoint.text()))
        return BuiltCase(tuple(self.signed), self.originals, self.public_key, note, root.hex())


ENVIRONMENT = (
    values.EnvironmentItem(name="os", value="Debian GNU/Linux 12", basis="measured"),
    values.EnvironmentItem(name="time_zone", value="Europe/Paris", basis="measured"),
    values.EnvironmentItem(name="browser", value="Firefox 128", basis="declared"),
    values.EnvironmentItem(name="screen", value=None, basis="unknown"),
)


def declared(moment: dt.datetime, zone: str = "Europe/Paris", **fields: object) -> values.DeclaredTime:
    """A declared time as the command line records it."""
    said = {"text": moment.isoformat(), "instant": utc_text(moment), "zone": zone, "source": "flag"}
    return values.DeclaredTime(**{**said, **fields})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Shot:
    """A screenshot for `make_case`: its bytes, its size upright, and what to record of it."""

    data: bytes
    width: int
    height: int
    media_type: str = "image/png"
    name: str = "capture.png"
    legible: bool = True


def make_case(
    attempts: int = 6,
    shots: Sequence[Shot] | Callable[[int], Iterable[Shot]] = (),
    every: dt.timedelta = dt.timedelta(days=3, hours=5),
    **opened: object,
) -> BuiltCase:
    """A case of so many attempts, `every` so often; `shots` are taken in turn, or given by a function of the number.

    `opened` replaces fields of the entry that opens the case.
    """
    builder = CaseBuilder()
    builder.open(**opened)
    moment = START
    for number in range(attempts):
        builder.clock = max(builder.clock, moment) + dt.timedelta(seconds=40)
        index = builder.attempt(moment)
        found = shots(number) if callable(shots) else _in_turn(shots, number)
        legible = True
        for shot in found:
            exhibit = builder.exhibit(
                shot.data, shot.width, shot.height, attempt=index, media_type=shot.media_type, name=shot.name
            )
            builder.reading(exhibit, legible=shot.legible)
            legible = legible and shot.legible
        builder.outcome(index, "no_slot" if legible else "unclassified")
        moment += every
    return builder.built()


def _in_turn(shots: Sequence[Shot], number: int) -> Iterator[Shot]:
    if shots:
        yield shots[number % len(shots)]
