"""Read a labelled corpus of screenshots and write the predictions that its scorer takes.

    python bench/eval_ocr.py CORPUS [--out predictions.jsonl] [--workers N]

CORPUS holds `manifest.jsonl`, one JSON object a line with a `file` whose last parts name a picture under CORPUS.
An outcome that is `unclassified` is written as null: the tool abstains. Engine and catalogue go into each line, so
that a score can be traced to what produced it.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from evidence_vault.kinds import Reading
from evidence_vault.ocr.engine import probe
from evidence_vault.ocr.reader import read_many


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path("predictions.jsonl"))
    parser.add_argument("--workers", type=int, default=None)
    options = parser.parse_args()
    manifest = (options.corpus / "manifest.jsonl").read_text(encoding="utf-8")
    files = [json.loads(line)["file"] for line in manifest.splitlines()]
    readings = read_many((_find(options.corpus, file).read_bytes() for file in files), workers=options.workers)
    started = time.monotonic()
    with options.out.open("w", encoding="utf-8") as out:
        for file, reading in zip(files, readings, strict=True):
            out.write(json.dumps(_prediction(file, reading), ensure_ascii=False) + "\n")
    print(f"{len(files)} pictures in {time.monotonic() - started:.0f} s, {probe().describe()}", file=sys.stderr)


def _find(corpus: Path, file: str) -> Path:
    """The picture under `corpus`, whose name in the manifest may begin above it."""
    parts = Path(file).parts
    return next(found for found in _suffixes(corpus, parts) if found.is_file())


def _suffixes(corpus: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    for first in range(len(parts)):
        yield corpus.joinpath(*parts[first:])


def _prediction(file: str, reading: Reading) -> dict[str, object]:
    return {
        "file": file,
        "legible": bool(reading.legible),
        "score": (reading.score or 0) / 1000,
        "text": reading.text or "",
        "outcome": None if reading.outcome in {None, "unclassified"} else reading.outcome,
        "detail": reading.outcome_detail,
        "reasons": [reason.code for reason in reading.reasons or ()],
        "quotes": [quote.text for quote in reading.quotes or ()],
        "clock": reading.screen_clock,
        "address": reading.address,
        "dates": reading.platform_dates,
        "engine": reading.engine,
    }


if __name__ == "__main__":
    main()
