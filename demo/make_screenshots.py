"""Draw the screenshots of the demonstration: invented pages in a drawn browser, rendered by a headless Chromium.

Run by hand when a page changes (`.venv/bin/python demo/make_screenshots.py`); the pictures are kept with the source, so
that `make demo` needs no browser. Nothing here comes from a real site: pages, hosts and names are made up.
"""

import datetime as dt
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from PIL import Image, ImageFilter

HERE = Path(__file__).parent
SCREENSHOTS = HERE / "screenshots"
HOST = "rdv.prefecture-demo.example"
BOOKING = f"{HOST}/booking/create/14520/2"
SLOTS = f"{HOST}/rdvpref/reservation/demarche/2043/creneau/"
TERMS = f"{HOST}/rdvpref/reservation/demarche/2043/cgu/"

DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
LAPTOP = ("desktop", 1366, 768, 1)
LIBRARY = ("desktop", 1920, 1080, 1)
PHONE = ("phone", 360, 800, 3)


@dataclass(frozen=True, slots=True)
class Shot:
    """One screenshot: the page, where and when it was seen, and the file name the system would have given it."""

    name: str
    at: str
    page: str
    title: str
    address: str
    device: tuple[str, int, int, int] = LAPTOP
    released: str = ""
    """The platform's own words for when it last put appointments online."""
    week: str = ""


FULL = "Demande de rendez-vous"
SHOTS = (
    Shot("Capture d’écran 2026-09-07 081233.png", "2026-09-07T08:12:33", "portal-full", FULL, BOOKING),
    Shot(
        "Screenshot 2026-09-09 124105.png",
        "2026-09-09T12:41:05",
        "service-full",
        "Choix du créneau",
        SLOTS,
        LIBRARY,
        "08/09/2026 à 16:02",
        "21/09/2026",
    ),
    Shot("Capture d’écran 2026-09-15 000318.png", "2026-09-15T00:03:18", "gateway", "502 Bad Gateway", BOOKING),
    Shot(
        "Screenshot_20260919-221045.png",
        "2026-09-19T22:10:45",
        "service-full",
        "Choix du créneau",
        SLOTS,
        PHONE,
        "18/09/2026 à 11:58",
        "28/09/2026",
    ),
    Shot("Capture d’écran 2026-09-21 090027.png", "2026-09-21T09:00:27", "portal-overload", "Erreur", BOOKING),
    Shot(
        "Capture d’écran 2026-09-25 173852.png",
        "2026-09-25T17:38:52",
        "service-captcha",
        "Vérification",
        f"{TERMS}?error=invalidCaptcha",
    ),
    Shot(
        "Screenshot 2026-09-30 080041.png",
        "2026-09-30T08:00:41",
        "service-full",
        "Choix du créneau",
        SLOTS,
        LIBRARY,
        "29/09/2026 à 17:30",
        "12/10/2026",
    ),
    Shot(
        "Capture d’écran 2026-10-05 142210.png",
        "2026-10-05T14:22:10",
        "service-session",
        "Session expirée",
        f"{TERMS}?error=errorSessionInvalide",
    ),
    Shot(
        "Capture d’écran 2026-10-08 075956.png",
        "2026-10-08T07:59:56",
        "service-waiting",
        "File d’attente",
        f"{HOST}/rdvpref/reservation/demarche/2043/attente",
    ),
    # As a messaging app hands it on: small, blurred, and no time of day left in its name.
    Shot("IMG-20261012-WA0003.jpg", "2026-10-12T19:47:00", "portal-full", FULL, BOOKING),
    Shot(
        "Screenshot_20261017-112609.png",
        "2026-10-17T11:26:09",
        "portal-maintenance",
        "Site indisponible",
        f"{HOST}/booking/create/14520",
        PHONE,
    ),
    Shot("Capture d’écran 2026-10-22 083014.png", "2026-10-22T08:30:14", "portal-full", FULL, BOOKING),
)


def chromium() -> str:
    """The browser that renders; leave with a sentence where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    sys.exit("No Chromium found: install it (Debian, Ubuntu: apt-get install chromium), then run this again.")


def render(browser: str, shot: Shot, work: Path) -> Image.Image:
    """The screenshot as a picture, `work` being a folder to draw in."""
    frame, width, height, scale = shot.device
    at = dt.datetime.fromisoformat(shot.at)
    values = {
        "title": escape(shot.title),
        "address": escape(shot.address),
        "time": f"{at:%H:%M}",
        "date": f"{at:%d/%m/%Y}",
        "day": f"{DAYS[at.weekday()]} {at:%d/%m}",
        "released": shot.released,
        "week": shot.week,
    }
    shutil.copytree(HERE / "pages", work, dirs_exist_ok=True)
    for source, target in ((f"pages/{shot.page}.html", "page.html"), (f"frames/{frame}.html", "frame.html")):
        text = Template((HERE / source).read_text(encoding="utf-8")).substitute(values)
        (work / target).write_text(text, encoding="utf-8")
    picture = work / "picture.png"
    subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={work / 'profile'}",
            f"--force-device-scale-factor={scale}",
            f"--window-size={width},{height}",
            f"--screenshot={picture}",
            (work / "frame.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    with Image.open(picture) as image:
        drawn = image.convert("RGB")
    if drawn.size != (width * scale, height * scale):
        sys.exit(f"{shot.name}: drawn at {drawn.size}, not at {(width * scale, height * scale)}")
    return drawn


def main() -> None:
    """Draw every screenshot anew."""
    browser = chromium()
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir()
    for shot in SHOTS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            image = render(browser, shot, Path(folder))
        path = SCREENSHOTS / shot.name
        if path.suffix == ".jpg":
            image = image.resize((image.width // 3, image.height // 3)).filter(ImageFilter.GaussianBlur(0.8))
            image.save(path, quality=18)
        else:
            image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.stat().st_size:>8} {path.name}")


if __name__ == "__main__":
    main()
