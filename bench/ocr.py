"""Reading one screenshot, against the tesseract command on the original with one thread."""

import os
import statistics
import subprocess
from pathlib import Path

from bench.measure import Line, cpu_of_children, cpu_with_children
from evidence_vault.ocr.engine import TESSDATA, probe
from evidence_vault.ocr.reader import read_picture

PICTURES = Path(__file__).parent.parent / "demo" / "screenshots"


def ocr(rounds: int = 3) -> list[Line]:
    """CPU with children, picture by picture, on the demonstration's screenshots.

    The goal is for pictures that one look settles; one that shows no known message is looked at again, and counted.
    """
    engine = probe()
    pictures = sorted(path for path in PICTURES.iterdir() if path.suffix in {".png", ".jpg"})
    once: list[float] = []
    again: list[float] = []
    read_picture(pictures[0].read_bytes(), engine)  # imports are not reading
    for picture in pictures:
        floor, ours = [], []
        for _ in range(rounds):
            before = cpu_of_children()
            _tesseract(picture)
            floor.append(cpu_of_children() - before)
            before = cpu_with_children()
            reading = read_picture(picture.read_bytes(), engine)
            ours.append(cpu_with_children() - before)
        looks = once if "looks 1;" in (reading.engine or "") else again
        looks.append(statistics.median(ours) / statistics.median(floor))
    detail = f"{len(once)} pictures, {min(once):.2f} to {max(once):.2f}"
    if again:
        detail += f"; {len(again)} looked at again, up to {max(again):.2f}"
    return [
        Line(
            "read one screenshot (CPU)",
            "OMP_THREAD_LIMIT=1 tesseract on the original",
            2,
            statistics.median(once),
            detail,
        )
    ]


def _tesseract(picture: Path) -> None:
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": str(TESSDATA)}
    subprocess.run(["tesseract", str(picture), "-", "-l", "fra"], env=alone, check=True, capture_output=True)
