"""A real browser for tests: the Chromium of the system, headless, with a fresh profile and without any network."""

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "chromium"
_FLAGS = [
    "--no-sandbox",  # containers run tests as root, and Chromium wants no sandbox there
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
_PATIENCE = 120_000
"""Milliseconds after which something that should have happened did not: far more than it takes on a busy machine."""
_ANSWER = """async ([encoded, options]) => {
    const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
    try {
        return await window.evidenceVault.verify(new Blob([bytes]), options);
    } catch (error) {
        if (error.name !== "RefusedError") throw error;
        return { refused: error.message };
    }
}"""


@dataclass
class Verifier:
    """`verify.html` opened from disk as a clerk does, with everything that it did wrong or asked for."""

    page: Page
    faults: list[str] = field(default_factory=list)
    """Errors of scripts, and what the console complains of."""
    requests: list[str] = field(default_factory=list)
    """The addresses of everything that the page asked for."""

    def answer(self, data: bytes, **options: Any) -> dict[str, Any]:
        """What `window.evidenceVault.verify` answers about a file."""
        found: dict[str, Any] = self.page.evaluate(_ANSWER, [base64.b64encode(data).decode("ascii"), options])
        return found

    def check(self, path: Path) -> None:
        """Choose a file as a person does, and wait for what comes of it."""
        self.page.set_input_files("#file", path)
        self.page.wait_for_selector("#overall, #refused")

    def verdicts(self) -> dict[str, str]:
        """The verdicts shown, by the number of the check."""
        rows = self.page.locator("tr[data-check]")
        shown = rows.evaluate_all("rows => rows.map(row => [row.dataset.check, row.dataset.verdict])")
        return dict(shown)


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser, running; it ends with the block."""
    program = shutil.which(CHROMIUM)
    assert program is not None
    with sync_playwright() as playwright:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS, env=environment)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Any, page_file: Path) -> Iterator[Verifier]:
    """The page, opened from disk in a profile of its own."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.set_default_timeout(_PATIENCE)
    verifier = Verifier(context.new_page())
    verifier.page.on("pageerror", lambda error: verifier.faults.append(str(error)))
    verifier.page.on(
        "console",
        lambda message: verifier.faults.append(message.text) if message.type in {"error", "warning"} else None,
    )
    context.on("request", lambda request: verifier.requests.append(request.url))
    verifier.page.goto(page_file.as_uri())
    try:
        yield verifier
    finally:
        context.close()
