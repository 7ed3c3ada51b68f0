"""Screens as pictures, with every word that they show: headless Chromium, without any network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from evaluation import frames, markup
from evaluation.pages import Page
from evaluation.scene import Scene

_FLAGS = [
    "--no-sandbox",  # containers run as root, and Chromium wants no sandbox there
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
_SCRIPT = (Path(__file__).parent / "extract.js").read_text(encoding="utf-8")
_DIALOG = markup.dialog(
    ["Nous respectons votre vie privée", "Nous utilisons des cookies pour mesurer l'audience de ce site."],
    ["Tout accepter", "Tout refuser"],
)


@dataclass(frozen=True)
class Word:
    """A word of the screen, in device pixels."""

    text: str
    box: tuple[float, float, float, float]
    """Left, top, right, bottom."""
    seen: float
    """The share of the box that nothing hides, from 0 to 1."""
    height: float
    """Of a lower-case x in its font."""
    key: str
    """`msg`, `url`, `clock`, or empty."""
    block: int
    """Words of one paragraph or table row have the same number."""


@dataclass(frozen=True)
class Shot:
    """One picture of a screen, as PNG, and its words in reading order."""

    png: bytes
    words: tuple[Word, ...]


class Studio:
    """Takes pictures of pages in a running browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def shots(self, page: Page, scene: Scene, kinds: tuple[str, ...] = ("plain",)) -> dict[str, Shot]:
        """The page's pictures: `plain`, `scrolled` past its message, with its message `covered` by a dialog."""
        size = {"width": scene.width, "height": scene.height}
        context = self._browser.new_context(viewport=size, device_scale_factor=scene.dpr)  # type: ignore[arg-type]
        try:
            tab = context.new_page()
            found: dict[str, Shot] = {}
            for kind in kinds:
                tab.set_content(frames.document(page, scene))
                tab.evaluate(_SCRIPT)
                tab.evaluate("() => { evaluation.fit(); evaluation.show(); }")
                if kind == "scrolled":
                    tab.evaluate("() => evaluation.scroll()")
                elif kind == "covered":
                    tab.evaluate("(dialog) => evaluation.cover(dialog)", _DIALOG)
                words = tab.evaluate("(scale) => evaluation.words(scale)", scene.dpr)
                found[kind] = Shot(tab.screenshot(), tuple(_word(word) for word in words))
            return found
        finally:
            context.close()


@contextmanager
def studio() -> Iterator[Studio]:
    """A studio with a browser of its own, which ends with the block.

    Raises RuntimeError where no Chromium is installed.
    """
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("chromium is not installed")
    with sync_playwright() as playwright:
        environment: dict[str, str | float | bool] = {**os.environ, "LC_ALL": "C.UTF-8"}
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS, env=environment)
        try:
            yield Studio(browser)
        finally:
            browser.close()


def _word(found: dict[str, Any]) -> Word:
    left, top, right, bottom = found["box"]
    return Word(found["text"], (left, top, right, bottom), found["seen"], found["height"], found["key"], found["block"])
