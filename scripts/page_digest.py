"""Write the SHA-256 of the browser verifier where it is published, outside any bundle: the changelog of the release."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHANGELOG = ROOT / "CHANGELOG.md"
PAGE = ROOT / "evidence_vault" / "exports" / "verify.html"
# Only the first such line, that of the newest release: those of earlier ones stay.
LINE = re.compile(r"^SHA-256 of `verify.html`: `[0-9a-f]{64}`$", re.MULTILINE)


def main() -> None:
    """Put the digest of the page as it is into the changelog."""
    text = CHANGELOG.read_text("utf-8")
    line = f"SHA-256 of `verify.html`: `{hashlib.sha256(PAGE.read_bytes()).hexdigest()}`"
    written, count = LINE.subn(line, text, count=1)
    assert count == 1, "the changelog has no line for the digest"
    CHANGELOG.write_text(written, "utf-8")


if __name__ == "__main__":
    main()
