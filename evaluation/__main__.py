"""Make a corpus of labelled screenshots.

python -m evaluation make --pages FILE… --out DIR [--per-page N] [--seed S]
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from evaluation.corpus import make
from evaluation.pages import read
from evaluation.render import studio


def main() -> None:
    """Make what the command line asks for, and tell how many pictures came out with which label."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description="Labelled screenshots of invented booking pages."
    )
    commands = parser.add_subparsers(required=True)
    maker = commands.add_parser("make", help="make a corpus")
    maker.add_argument("--pages", type=Path, nargs="+", required=True, help="files of pages, as JSON")
    maker.add_argument(
        "--out", type=Path, required=True, help="the corpus's directory; files of the same names are replaced"
    )
    maker.add_argument("--per-page", type=int, default=6, help="degraded pictures of each page, besides the clean one")
    maker.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    labels: Counter[str] = Counter()
    with studio() as taking:
        for line in make(taking, read(options.pages), options.out, options.per_page, options.seed):
            labels[line["legibility"]] += 1
    told = ", ".join(f"{many} {label}" for label, many in labels.most_common())
    print(f"{labels.total()} pictures in {time.monotonic() - started:.0f} s: {told}", file=sys.stderr)


if __name__ == "__main__":
    main()
