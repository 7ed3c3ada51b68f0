"""The result of a scored corpus as Markdown: both halves, the confusions, and the pictures that went worst.

Pages are parted by their number: what is set by looking at a corpus is set on the odd ones and reported on the even.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from evaluation.score import Scored, confusion, cuts, table, worst

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
"""What stands between these lines of a page is replaced by what was measured."""
_WIDEST = 420


def markdown(rows: Sequence[Scored], corpus: Path, pictures: Path | None = None, beside: Path | None = None) -> str:
    """The whole result; with `pictures`, small copies of the worst ones are put there, linked as seen from `beside`."""
    odd, even = ([row for row in rows if _number(row) % 2 == rest] for rest in (1, 0))
    parts = ["| measure | odd pages | even pages | all | pictures |", "|---|---|---|---|---|"]
    for (name, value, count), (_, first, _), (_, second, _) in zip(table(rows), table(odd), table(even), strict=True):
        parts.append(f"| {name} | {first} | {second} | {value} | {count} |")
    if found := cuts(odd):
        parts += [
            "",
            f"On the odd pages every cut on the score above {found[0]:.2f} and up to {found[1]:.2f} is as good.",
        ]
    answers = sorted({answer for _, given in confusion(rows) for answer in given})
    parts += ["", "| shown, legible | " + " | ".join(answers) + " |", "|---" * (len(answers) + 1) + "|"]
    parts += [
        f"| {name} | " + " | ".join(str(given[answer] or "·") for answer in answers) + " |"
        for name, given in confusion(rows)
    ]
    parts += ["", "The ten that went worst, the most dangerous first:", ""]
    for place, row in enumerate(worst(rows), start=1):
        parts.append(f"{place}. {_told(row)}")
        if pictures is not None:
            copy = _small(row, corpus, pictures, place)
            parts += ["", f"   ![{_told(row)}]({copy.relative_to(beside or pictures).as_posix()})", ""]
    return "\n".join(parts).rstrip() + "\n"


def replaced(page: str, measured: str) -> str:
    """`page` with what stands between its two marks replaced; raises `ValueError` where it has no such marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} followed by {END}")
    return f"{before}{BEGIN}\n\n{measured}\n{END}{after}"


def _number(row: Scored) -> int:
    return int(re.sub(r"\D", "", str(row.label["base"])) or 0)


def _told(row: Scored) -> str:
    legible = "legible" if row.told.get("legible") else "not legible"
    return (
        f"{row.label['degradation']} picture of “{row.label['outcome']}”, labelled {row.label['legibility']}: "
        f"told {legible}, “{row.outcome}”"
    )


def _small(row: Scored, corpus: Path, pictures: Path, place: int) -> Path:
    file = next(path for path in (corpus / row.label["file"], corpus.parent / row.label["file"]) if path.exists())
    pictures.mkdir(parents=True, exist_ok=True)
    copy = pictures / f"worst-{place:02}.webp"
    with Image.open(file) as image:
        small = image.convert("RGB")
        small.thumbnail((_WIDEST, 2 * _WIDEST))
        small.save(copy, quality=60)
    return copy
