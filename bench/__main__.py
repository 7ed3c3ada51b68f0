"""Run every bench and print one table: `python -m bench`, or some of them by name."""

import shutil
import sys
from collections.abc import Callable

from bench.dossier import measure as measure_dossier
from bench.ledger import importing, recording
from bench.measure import Line
from bench.ocr import ocr
from bench.stamped import stamped
from bench.startup import startup
from bench.verification import verification


def dossier() -> list[Line]:
    """The dossier of 300 full-HD screenshots."""
    found = measure_dossier()
    return [
        Line(
            f"dossier of {found['pictures']:.0f} full-HD screenshots (CPU)",
            "img2pdf and attaching the same files",
            1,
            found["ratio"],
            f"peak {found['peak_mb']:.0f} MB, at half as many {found['peak_mb_at_half']:.0f} MB",
        ),
        Line("… judged as PDF/A before it is signed", "the same", None, found["checked_ratio"]),
    ]


BENCHES: dict[str, Callable[[], list[Line]]] = {
    "recording": recording,
    "importing": importing,
    "verification": verification,
    "stamped": stamped,
    "startup": startup,
    "ocr": ocr,
    "dossier": dossier,
}

NEEDS = {"ocr": "tesseract"}
"""The outside program without which a bench is left out."""


def main(names: list[str]) -> None:
    """Print a Markdown table, line by line as results come."""
    print("| what | floor | goal | measured (×) | | detail |\n|---|---|--:|--:|---|---|")
    for name in names or BENCHES:
        program = NEEDS.get(name)
        if program and not shutil.which(program):
            print(f"| {name} | | | | not measured | {program} is not installed |", flush=True)
            continue
        for line in BENCHES[name]():
            print("| " + " | ".join(line.cells()) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
