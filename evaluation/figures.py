"""Learn the reader of figures of `evidence_vault.ocr.figures` from lines that are drawn for it, and write its file.

    python -m evaluation.figures [--out FILE] [--without FAMILY]...

Each line is drawn in one of many fonts, then made smaller, blurred, compressed and dirtied as screenshots are, and cut
out a little inexactly, as strips are. `--without` leaves families of fonts out and tells how lines in those are read.
The fonts are those that `evaluation/README.md` names; other ones give another reader.
"""

import argparse
import io
import os
import random
import string
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from evidence_vault.ocr.figures import GAP, OTHER, SIGNS, FigureReader, Numbers, dump, is_clock, line_of, windows_of
from evidence_vault.ocr.segments import Patch

TARGET = Path(__file__).parent.parent / "evidence_vault" / "ocr" / "figures.npz"
FAMILIES = frozenset(
    {"Cantarell", "Carlito", "DejaVu Sans", "Inter", "Lato", "Liberation Sans", "Noto Sans", "Open Sans", "Roboto"}
)
"""The fonts of systems and browsers, or what stands in for those that are not free."""
_STYLES = frozenset({"Book", "Regular", "Medium", "Semibold", "SemiBold", "Bold", "Light"})
_SIZES = (11, 12, 12, 12, 13, 14, 15, 16, 18, 20, 24, 30, 36, 42)
_SHRINKING = tuple(getattr(Image.Resampling, name) for name in ("LANCZOS", "BICUBIC", "BILINEAR", "BOX", "HAMMING"))
_LETTERS = string.ascii_letters + "éàù°%(){}|'&@#+=*"
_BATCHES, _LINES = 100, 1000
_HIDDEN, _ROUNDS = 192, 16
_SIGNS_OF_A_LINE, _GAPS_OF_A_LINE = 8, 4
_CERTAIN, _BELONGING = 0.22, 0.34
"""Shares of a sign's breadth, on either side of its middle, where it must be seen and where it may be."""
_UNTOLD = -1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line as it is cut from a screenshot: the picture, the strip, its text, and the middle of each sign."""

    grey: Image.Image
    strip: Patch
    text: str
    signs: tuple[tuple[float, float, int], ...]
    """Middle and breadth in pixels, and the class."""


def fonts() -> dict[str, list[str]]:
    """The files of each of `FAMILIES` that this machine has, as fontconfig lists them."""
    listed = subprocess.run(
        ["fc-list", "--format", "%{family[0]}\t%{style[0]}\t%{file}\n"], capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, list[str]] = {}
    for line in sorted(listed.splitlines()):
        family, style, file = line.split("\t")
        if family in FAMILIES and style in _STYLES:
            found.setdefault(family, []).append(file)
    return found


def draw(chance: random.Random, files: Sequence[Sequence[str]]) -> Drawn:
    """One line, all of it by `chance`; each of `files` is a family."""
    size, text = chance.choice(_SIZES), _text(chance)
    font = ImageFont.truetype(chance.choice(chance.choice(files)), size, layout_engine=ImageFont.Layout.BASIC)
    ink, paper = _shades(chance)
    grey = Image.new("L", (int(font.getlength(text)) + 2 * size, int(1.3 * size) + 2 * size), paper)
    pen = ImageDraw.Draw(grey)
    left, base = size + (chance.random() if chance.random() < 0.5 else 0), 2 * size
    pen.text((left, base), text, font=font, fill=ink, anchor="ls")
    above = font.getbbox("0123456789", anchor="ls")[1]
    if chance.random() < 0.3:  # the other line of the clock
        at = left + chance.uniform(-0.3, 0.3) * size, base + size * chance.uniform(1.15, 1.6) * chance.choice((-1, 1))
        pen.text(at, _text(chance), font=font, fill=ink, anchor="ls")
    if chance.random() < 0.12:  # the edge of the bar
        edge = base + above - chance.randrange(2, 4)
        pen.rectangle((0, edge - chance.randrange(3, 24), grey.width, edge), fill=chance.randrange(256))
    signs = [
        (
            (left + font.getlength(text[:at]) + left + font.getlength(text[: at + 1])) / 2,
            font.getlength(sign),
            _class(sign),
        )
        for at, sign in enumerate(text)
        if sign != " "
    ]
    x0, y0, x1, y1 = font.getbbox(text, anchor="ls")
    box = (left + x0, base + y0, left + x1, base + y1)
    grey, across, down = _worn(chance, grey, -above, abs(ink - paper))
    height = -above * down
    strip = _cut(chance, (box[0] * across, box[1] * down, box[2] * across, box[3] * down), height)
    return Drawn(grey, strip, text, tuple((middle * across, broad * across, name) for middle, broad, name in signs))


def _class(sign: str) -> int:
    return SIGNS.index(sign) + 1 if sign in SIGNS else OTHER


def _text(chance: random.Random) -> str:
    """Mostly a time or a date; rows of figures and marks, and of letters, so that these are told apart."""
    time = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"
    kind = chance.random()
    if kind < 0.42:
        return time if chance.random() < 0.9 else time.removeprefix("0")
    if kind < 0.75:
        day, month = f"{chance.randrange(1, 32):02d}", f"{chance.randrange(1, 13):02d}"
        year = str(chance.randrange(2018, 2040))
        return chance.choice("///./-").join((day, month, year)) if chance.random() < 0.92 else f"{year}-{month}-{day}"
    if kind < 0.85:
        return "".join(chance.choice(2 * string.digits + ":/.-") for _ in range(chance.randrange(3, 11)))
    if kind < 0.9:
        hour, minute, number = chance.randrange(24), chance.randrange(60), chance.randrange(101)
        others = (f"{number} %", f"{number % 35}°C", f"{number % 31 + 1} sept.", "4G", "LTE")
        return chance.choice((*others, f"{time} AM", f"{time} PM", f"{hour}h{minute:02d}"))
    return "".join(chance.choice(_LETTERS) for _ in range(chance.randrange(2, 9)))


def _shades(chance: random.Random) -> tuple[int, int]:
    ink, paper = chance.randrange(256), chance.randrange(256)
    return (ink, paper) if abs(ink - paper) >= 25 else chance.choice(((230, 20), (20, 240), (255, 30), (0, 200)))


def _worn(chance: random.Random, grey: Image.Image, height: float, contrast: int) -> tuple[Image.Image, float, float]:
    """What happens to screenshots on their way; and by how much the picture was made smaller, across and down."""
    if chance.random() < 0.2:
        grey = _compressed(grey, chance.randint(8, 80))
    across = down = 1.0
    least = chance.uniform(4.5, max(5, height)) / height
    if chance.random() < 0.6 and least < 0.97:
        size = max(4, round(grey.width * least)), max(4, round(grey.height * least))
        across, down = size[0] / grey.width, size[1] / grey.height
        grey = grey.resize(size, chance.choice(_SHRINKING))
    if chance.random() < 0.25:
        grey = grey.filter(ImageFilter.GaussianBlur(chance.uniform(0.02, 0.13) * height * down))
    if chance.random() < 0.3:
        grey = _compressed(grey, chance.randint(15, 90))
    if chance.random() < 0.2:
        grain = np.random.default_rng(chance.randrange(1 << 30))
        noise = grain.normal(0, chance.uniform(1, contrast / 14 + 1.5), (grey.height, grey.width))
        grey = Image.fromarray((np.asarray(grey) + noise).clip(0, 255).astype(np.uint8))
    return grey, across, down


def _compressed(grey: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    grey.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def _cut(chance: random.Random, box: tuple[float, float, float, float], height: float) -> Patch:
    """The strip around `box`, a pixel and a tenth of the height more or less, at times with something beside it."""
    more = [chance.choice((-1, 0, 0, 0, 0, 1, 1)) + chance.uniform(-0.1, 0.1) * height for _ in box]
    beside = [chance.uniform(0, 0.8) * height if chance.random() < 0.2 else 0 for _ in range(2)]
    top = max(0, int(np.floor(box[1] - more[1])))
    left = max(0, int(np.floor(box[0] - more[0] - beside[0])))
    bottom = max(top + 3, int(np.ceil(box[3] + more[3])))
    return Patch(left, top, max(left + 3, int(np.ceil(box[2] + more[2] + beside[1]))), bottom)


def _classes(drawn: Drawn, count: int, scale: float, left: int) -> npt.NDArray[np.int64]:
    """For each of `count` columns the sign in its middle; `_UNTOLD` at the edges of one."""
    classes = np.full(count, GAP)
    columns = np.arange(count)
    for share, certain in ((_BELONGING, False), (_CERTAIN, True)):
        for middle, broad, name in drawn.signs:
            near = np.abs(columns - (middle - left) * scale) <= share * broad * scale + 0.3
            classes[near] = name if certain else _UNTOLD
    return classes


def examples(seed: int, files: Sequence[Sequence[str]]) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int64]]:
    """Windows of `_LINES` lines, and what stands in the middle of each."""
    chance = random.Random(seed)
    seen, names = [], []
    for _ in range(_LINES):
        drawn = draw(chance, files)
        line, scale, left = line_of(drawn.grey, drawn.strip)
        windows = windows_of(line)
        classes = _classes(drawn, len(windows), scale, left)
        signs, gaps = np.nonzero(classes > GAP)[0], np.nonzero(classes == GAP)[0]
        kept = [
            *chance.sample(list(signs), min(len(signs), _SIGNS_OF_A_LINE)),
            *chance.sample(list(gaps), min(len(gaps), _GAPS_OF_A_LINE)),
        ]
        seen.append(windows[kept].astype(np.float16))
        names.append(classes[kept])
    return np.concatenate(seen), np.concatenate(names)


def learn(files: Sequence[Sequence[str]]) -> bytes:
    """The file of a reader that was learned from lines in these fonts."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(partial(examples, files=files), range(_BATCHES)))
    windows = np.concatenate([windows for windows, _ in parts]).astype(np.float32)
    classes = np.concatenate([classes for _, classes in parts])
    model = MLPClassifier(
        (_HIDDEN,), batch_size=512, max_iter=_ROUNDS, learning_rate_init=2e-3, alpha=1e-5, random_state=1
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many rounds are enough, and bound the time
        model.fit(windows, classes)
    layers: list[tuple[Numbers, Numbers]] = list(zip(model.coefs_, model.intercepts_, strict=True))
    return dump(layers)


def told(reader: FigureReader, files: Sequence[Sequence[str]], count: int = 2000) -> Iterator[tuple[str, str | None]]:
    """The text of each of `count` lines drawn in `files`, and what the reader gives for it."""
    chance = random.Random(-1)
    for _ in range(count):
        drawn = draw(chance, files)
        word = reader.read(drawn.grey, drawn.strip)
        yield drawn.text, word.text if word else None


def main() -> None:
    """Learn, write and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--without", action="append", default=[], choices=sorted(FAMILIES))
    arguments = parser.parse_args()
    found = fonts()
    left_out = [found.pop(family) for family in arguments.without]
    data = learn(list(found.values()))
    arguments.out.write_bytes(data)
    print(f"{len(data)} octets, from {', '.join(found)}")
    results = list(told(FigureReader.of(data), left_out or list(found.values())))
    given = [(text, word) for text, word in results if word]
    clocks = sum(is_clock(text) for text, _ in results)
    print(
        f"{clocks} times and dates: {sum(text == word for text, word in given)} read rightly, "
        f"{sum(text != word for text, word in given)} given wrongly or for something else"
    )


if __name__ == "__main__":
    main()
