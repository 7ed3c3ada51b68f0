"""What is drawn at random about a page before it is rendered: its look, its frame, its screen and its clock."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from evaluation.pages import Page

FONTS = (
    "Open Sans",
    "Roboto",
    "Lato",
    "Inter",
    "Noto Sans",
    "Liberation Sans",
    "Liberation Sans",
    "DejaVu Sans",
    "Carlito",
    "Cantarell",
    "Noto Serif",
    "Liberation Serif",
    "Liberation Sans Narrow",
)
ARABIC = ("Noto Naskh Arabic", "Noto Kufi Arabic", "Noto Sans Arabic")
ALERTS = ("bar", "filled", "fieldset", "plain", "red", "centred", "icon", "outlined", "toast", "bold")
DESKTOP = ("win11", "win10", "mac", "gnome")
BROWSERS = {
    "win11": ("chrome", "edge", "firefox"),
    "win10": ("chrome", "edge", "firefox"),
    "mac": ("safari", "chrome", "firefox"),
    "gnome": ("firefox", "chrome"),
    "android": ("chrome", "chrome", "firefox"),
    "samsung": ("samsung",),
    "iphone": ("safari", "safari", "chrome"),
    "bare": ("none",),
    "bare_phone": ("none",),
}
SYSTEMS = (
    "win11",
    "win10",
    "android",
    "iphone",
    "mac",
    "gnome",
    "samsung",
    "win11",
    "android",
    "win10",
    "bare",
    "bare_phone",
)
"""Where pages are seen, as often as each is met; a corpus deals them out in turn."""

_DESKTOP_SCREENS = (
    (1280, 720, 1.0),
    (1280, 800, 1.0),
    (1366, 768, 1.0),
    (1366, 768, 1.0),
    (1440, 900, 1.0),
    (1600, 900, 1.0),
    (1680, 1050, 1.0),
    (1920, 1080, 1.0),
    (1920, 1080, 1.0),
    (1920, 1080, 1.25),
    (1920, 1080, 1.5),
    (1920, 1200, 1.25),
    (2560, 1440, 1.0),
    (2560, 1440, 1.5),
)
_MAC_SCREENS = ((1440, 900, 1.0), (1280, 800, 1.0), (1920, 1080, 1.0), (2560, 1600, 2.0), (2880, 1800, 2.0))
_PHONES = {
    "android": ((1080, 2400, 3.0), (1080, 2340, 2.6), (720, 1600, 2.0), (1080, 1920, 3.0), (1080, 2400, 2.6)),
    "samsung": ((1080, 2340, 3.0), (1080, 2400, 2.6), (720, 1560, 2.0)),
    "iphone": ((1170, 2532, 3.0), (1179, 2556, 3.0), (750, 1334, 2.0), (828, 1792, 2.0)),
}

_LIGHT = (
    ("#ffffff", "#161616", "#000091", "#f5f5fe", "#dddddd"),
    ("#e6eaf0", "#222222", "#1d4f91", "#ffffff", "#c3cad5"),
    ("#fafafa", "#212121", "#00695c", "#ffffff", "#e0e0e0"),
    ("#ffffff", "#333333", "#8a1538", "#f6f1ee", "#d8ccc6"),
    ("#f4f1ea", "#3a3a3a", "#2e7d32", "#fffdf8", "#d9d3c5"),
    ("#f8f9fa", "#212529", "#0d6efd", "#ffffff", "#dee2e6"),
    ("#eef2f7", "#37474f", "#5e35b1", "#ffffff", "#cfd8dc"),
    ("#ffffff", "#4a4a4a", "#c75000", "#fff7f0", "#e5d5c8"),
    ("#f0f0f0", "#000000", "#005a9c", "#ffffff", "#b5b5b5"),
)
_DARK = (
    ("#161616", "#ececec", "#8585f6", "#242424", "#3a3a3a"),
    ("#202124", "#e8eaed", "#8ab4f8", "#292a2d", "#3c4043"),
    ("#0f172a", "#cbd5e1", "#38bdf8", "#1e293b", "#334155"),
    ("#121212", "#e0e0e0", "#80cbc4", "#1e1e1e", "#333333"),
)


@dataclass(frozen=True)
class Look:
    """How a site dresses its pages."""

    font: str
    arabic: str
    size: int
    """Of the running text, in CSS pixels."""
    colours: tuple[str, str, str, str, str]
    """Background, text, accent, cards, borders."""
    dark: bool
    alert: str
    headed: bool
    """Whether the first paragraph of the message is its heading."""
    menu: str
    banner: str
    width: int
    rounded: int
    header: str
    variant: int
    """For what each layout chooses by itself."""


@dataclass(frozen=True)
class Scene:
    """A page's surroundings: system, browser, screen and moment."""

    system: str
    browser: str
    dark: bool
    """The frame; a page may be light in a dark frame."""
    width: int
    height: int
    dpr: float
    """Device pixels for one CSS pixel; `width` and `height` are CSS pixels."""
    moment: datetime
    battery: int
    variant: int
    look: Look

    @property
    def phone(self) -> bool:
        """Whether the screen is a phone's."""
        return self.system in {"android", "samsung", "iphone", "bare_phone"}

    @property
    def frame(self) -> str:
        """The name of the frame, for the manifest."""
        if self.browser == "none":
            return "none"
        return f"{self.system}_{self.browser}" + ("_dark" if self.dark else "")


def drawn(page: Page, system: str, draw: random.Random) -> Scene:
    """A scene for the page on that system, the same for the same state of `draw`."""
    if page.layout == "chat" and system not in _PHONES:
        system = draw.choice(("android", "iphone", "samsung"))
    if page.layout == "document" and system not in DESKTOP:
        system = draw.choice(DESKTOP)
    if system in _PHONES:
        width, height, dpr = draw.choice(_PHONES[system])
    elif system == "bare_phone":
        width, height, dpr = draw.choice(_PHONES["android"])
        height = round(height * draw.uniform(0.5, 0.9))
    else:
        width, height, dpr = draw.choice(_MAC_SCREENS if system == "mac" else _DESKTOP_SCREENS)
        if system == "bare":
            width, height = round(width * draw.uniform(0.6, 1)), round(height * draw.uniform(0.55, 0.9))
    browser = draw.choice(BROWSERS[system])
    dark = draw.random() < 0.3
    now = datetime(2023, 1, 2, tzinfo=UTC) + timedelta(seconds=draw.randrange(4 * 365 * 86400))
    return Scene(
        system=system,
        browser="app" if page.layout == "chat" else browser,
        dark=dark,
        width=round(width / dpr),
        height=round(height / dpr),
        dpr=dpr,
        moment=now,
        battery=draw.randrange(7, 101),
        variant=draw.randrange(1000),
        look=_look(page, dark, draw),
    )


def _look(page: Page, dark_frame: bool, draw: random.Random) -> Look:
    dark = draw.random() < (0.5 if dark_frame else 0.06) and page.layout not in {"ezpublish", "document"}
    return Look(
        font=draw.choice(FONTS),
        arabic=draw.choice(ARABIC),
        size=draw.choice((12, 13, 14, 14, 15, 16, 16, 17, 18)),
        colours=draw.choice(_DARK if dark else _LIGHT),
        dark=dark,
        alert=draw.choice(ALERTS),
        headed=len(page.message) > 1 and len(page.message[0]) < 70 and draw.random() < 0.6,
        menu=draw.choice(("left", "right", "none")),
        banner=draw.choice(("bottom", "corner", "modal")),
        width=draw.choice((620, 760, 900, 1040, 1160)),
        rounded=draw.choice((0, 0, 4, 8, 16)),
        header=draw.choice(("plain", "band", "centred", "shadow")),
        variant=draw.randrange(1000),
    )
