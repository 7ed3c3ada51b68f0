"""What many tests need: a clock that counts up, small pictures, an invented person, a vault in a folder."""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from evidence_vault import kinds
from evidence_vault.entries import utc_text
from evidence_vault.ledger import Clock
from evidence_vault.vault import VAULT_FORMAT, Settings, Vault

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


def declared(text: str, zone: str = "Europe/Paris", precision: str = "minute") -> kinds.DeclaredTime:
    """A time as a person gives it: `text` is ISO 8601 with an offset."""
    return kinds.DeclaredTime(
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
