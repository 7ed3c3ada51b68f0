"""What many tests need: a clock that counts up, small pictures, an invented person, a vault in a folder."""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from evidence_vault import kinds, values
from evidence_vault.casefile import Entry
from evidence_vault.entries import GENESIS, Header, chain_digest, utc_text
from evidence_vault.evidence import Report, Trust
from evidence_vault.ledger import Clock
from evidence_vault.opening import open_evidence
from evidence_vault.vault import VAULT_FORMAT, Settings, Vault
from evidence_vault.verify import verify

SETTINGS = Settings(format=VAULT_FORMAT, operator="Awa Diallo", capacity="applicant", network=False)

OPENED = kinds.CaseOpened(
    applicant="Awa Diallo",
    born="1990-04-12",
    nationality="Sénégal",
    address="12 rue des Lilas, 93200 Saint-Denis",
    email="awa@example.org",
    phone="+33 6 39 98 00 00",
    prefecture="Seine-Saint-Denis",
    procedure="Admission exceptionnelle au séjour",
    request="first",
    time_zone="Europe/Paris",
)


@dataclass
class CountingClock:
    """A clock that only counts up: one second at each look, or where a test sets it."""

    now: dt.datetime = dt.datetime(2026, 3, 2, 8, 14, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now


def draw(text: str = "Aucun créneau disponible", size: tuple[int, int] = (480, 160), colour: str = "white") -> bytes:
    """A PNG of a page that says `text`; the same arguments give the same bytes."""
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).text((20, 60), text, fill="black", font=ImageFont.load_default(26))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def declared(text: str, zone: str = "Europe/Paris", precision: str = "minute") -> values.DeclaredTime:
    """A time as a person gives it: `text` is ISO 8601 with an offset."""
    return values.DeclaredTime(
        text=text,
        instant=utc_text(dt.datetime.fromisoformat(text)),
        zone=zone,
        source="flag",
        precision=precision,  # type: ignore[arg-type]
        confirmed_by="flag",
    )


def new_vault(folder: Path, clock: Clock, passphrase: str | None = None) -> Vault:
    """An empty vault of the invented person."""
    return Vault.create(folder, SETTINGS, passphrase, clock)


def no_passphrase() -> None:
    """What is answered where a passphrase is asked for and there is none."""
    return


def verified(path: Path, public_key: bytes | None = None) -> Report:
    """The report over the one case at `path`: a vault, a case folder, a bundle or a dossier."""
    (opened,) = open_evidence(path).cases
    with opened() as evidence:
        return verify(evidence, Trust(public_key))


def verdicts(report: Report) -> tuple[set[int], set[int]]:
    """The numbers of the checks that failed and of those that are indeterminate."""
    failed = {check.number for check in report.checks if check.verdict == "failed"}
    return failed, {check.number for check in report.checks if check.verdict == "indeterminate"}


UNTRUSTED = {12, 13}
"""What is indeterminate for untouched evidence: no third party, and no key to compare with."""


def told(*said: kinds.Said | None) -> tuple[Entry, ...]:
    """Entries as a reader of a ledger sees them, one for each of `said`; the first should open the case."""
    entries = []
    previous = GENESIS
    for index, each in enumerate(said):
        header = Header(
            body="0" * 64,
            case="0" * 32,
            index=index,
            key="0" * 16,
            kind=kinds.kind_of(each) if each is not None else "attempt",
            previous=previous,
            recorded_at=f"2026-03-02T08:14:{index % 60:02d}.000Z",
        )
        previous = chain_digest(header.encode())
        entries.append(Entry(header, each, 0, previous))
    return tuple(entries)
