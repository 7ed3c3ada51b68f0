"""Reading one screenshot, against the tesseract command on the original with one thread."""

import os
import statistics
import subprocess
from pathlib import Path

from bench.measure import Line, cpu_with_children
from evidence_vault.ocr.engine import TESSDATA, probe
from evidence_vault.ocr.reader import read_picture

PICTURES = Path(__file__).parent.parent / "demo" / "screenshots"


def ocr() -> list[Line]:
    """CPU with children, picture by picture, on the demonstration's screenshots that need no second look."""
    engine = probe()
    ratios = []
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": str(TESSDATA)}
    read_picture(next(PICTURES.glob("*.png")).read_bytes(), engine)  # imports are not reading
    for picture in sorted(PICTURES.glob("*.png")):
        before = cpu_with_children()
        subprocess.run(["tesseract", str(picture), "-", "-l", "fra"], env=alone, check=True, capture_output=True)
        between = cpu_with_children()
        read_picture(picture.read_bytes(), engine)
        ratios.append((cpu_with_children() - between) / (between - before))
    return [
        Line(
            "read one screenshot (CPU, median)",
            "OMP_THREAD_LIMIT=1 tesseract on the original",
            2,
            statistics.median(ratios),
            f"{len(ratios)} pictures, {min(ratios):.2f} to {max(ratios):.2f}",
        )
    ]
