"""Make a corpus of labelled screenshots, and score what was read on one.

python -m evaluation make --pages FILE… --out DIR [--per-page N] [--seed S]
python -m evaluation score CORPUS PREDICTIONS [--into PAGE]
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from evaluation.corpus import make
from evaluation.pages import read
from evaluation.render import studio
from evaluation.report import markdown, replaced
from evaluation.score import load


def main() -> None:
    """Do what the command line asks for."""
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
    maker.set_defaults(run=_make)
    scorer = commands.add_parser("score", help="score the predictions that bench/eval_ocr.py wrote")
    scorer.add_argument("corpus", type=Path)
    scorer.add_argument("predictions", type=Path)
    scorer.add_argument(
        "--into",
        type=Path,
        help="a page of Markdown: what it says between its marks is replaced, with pictures beside it",
    )
    scorer.set_defaults(run=_score)
    options = parser.parse_args()
    options.run(options)


def _score(options: argparse.Namespace) -> None:
    rows = load(options.corpus, options.predictions)
    print(markdown(rows, options.corpus))
    if page := options.into:
        found = markdown(rows, options.corpus, page.with_suffix(""), page.parent)
        page.write_text(replaced(page.read_text("utf-8"), found), encoding="utf-8")


def _make(options: argparse.Namespace) -> None:
    """Make a corpus, and tell how many pictures came out with which label."""
    started = time.monotonic()
    labels: Counter[str] = Counter()
    with studio() as taking:
        for line in make(taking, read(options.pages), options.out, options.per_page, options.seed):
            labels[line["legibility"]] += 1
    told = ", ".join(f"{many} {label}" for label, many in labels.most_common())
    print(f"{labels.total()} pictures in {time.monotonic() - started:.0f} s: {told}", file=sys.stderr)


if __name__ == "__main__":
    main()
