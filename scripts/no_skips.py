"""Fail if a test was skipped, failed, or if none ran, as a JUnit report says: `no_skips.py REPORT.xml`.

A test whose outside program is missing skips, so that anybody can run the suite; where green is decided, a skip is a
test that did not run.
"""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main(report: Path) -> str | None:
    """What is wrong, or None."""
    cases = list(ET.parse(report).iter("testcase"))
    if not cases:
        return "No test ran."
    lines = []
    for case in cases:
        for kind in ("skipped", "failure", "error"):
            if (found := case.find(kind)) is not None:
                lines.append(f"{kind}: {case.get('classname')}::{case.get('name')}: {found.get('message')}")
    return "\n".join(lines) or None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
