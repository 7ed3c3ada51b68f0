"""What happens to screenshots between the screen and the file: recompression, blur, crops, covers."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from evaluation.legibility import Wear
from evaluation.photo import hard, mild, warp
from evaluation.truth import Box, Matrix

HERE = np.eye(3)


@dataclass(frozen=True)
class Source:
    """The picture of a screen and where its message is."""

    picture: Image.Image
    message: Box
    height: float
    """Of the message's x, in pixels."""


@dataclass(frozen=True)
class Degraded:
    """A picture after something was done to it, with what is needed to say what it still shows."""

    picture: Image.Image
    wear: Wear = field(default_factory=Wear)
    matrix: Matrix = field(default_factory=lambda: HERE)
    hidden: tuple[Box, ...] = ()
    """Boxes of the screen that are covered."""
    tags: tuple[str, ...] = ()
    png: bool = True
    """Whether the picture is stored as PNG, else as JPEG of the wear's quality."""

    def stored(self) -> bytes:
        """The bytes of the file."""
        out = io.BytesIO()
        if self.png:
            self.picture.save(out, "PNG", compress_level=4)
        else:
            self.picture.save(out, "JPEG", quality=min(self.wear.quality, 92))
        return out.getvalue()


Degradation = Callable[[Source, random.Random], Degraded]


def clean(source: Source, draw: random.Random) -> Degraded:
    """Nothing at all."""
    return Degraded(source.picture)


def _scaled(picture: Image.Image, scale: float) -> tuple[Image.Image, Matrix]:
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS), np.diag(
        [size[0] / picture.width, size[1] / picture.height, 1.0]
    )


def _jpeg(quality: int) -> Degradation:
    return lambda source, _: Degraded(source.picture, Wear(quality=quality), png=False)


def _chat(side: int) -> Degradation:
    """What a messenger makes of a picture: no side longer than that, and JPEG."""

    def degraded(source: Source, draw: random.Random) -> Degraded:
        scale = min(1.0, side / max(source.picture.size))
        picture, matrix = _scaled(source.picture, scale)
        return Degraded(picture, Wear(scale=scale, quality=draw.choice((65, 70, 75))), matrix, png=False)

    return degraded


def _down(scale: float) -> Degradation:
    def degraded(source: Source, _: random.Random) -> Degraded:
        picture, matrix = _scaled(source.picture, scale)
        return Degraded(picture, Wear(scale=scale), matrix)

    return degraded


def down_to_eye(source: Source, draw: random.Random) -> Degraded:
    """Smaller until the letters are near the limit of what an eye reads."""
    scale = min(1.0, draw.uniform(1.0, 5.5) / source.height)
    picture, matrix = _scaled(source.picture, scale)
    return Degraded(picture, Wear(scale=scale), matrix)


def thumbnail(source: Source, draw: random.Random) -> Degraded:
    """A small preview, alone or among others in a gallery."""
    scale = draw.uniform(180, 420) / max(source.picture.size)
    picture, matrix = _scaled(source.picture, scale)
    if draw.random() < 0.5:
        return Degraded(picture, Wear(scale=scale), matrix, tags=("thumbnail",))
    wall = Image.new("RGB", (1366, 768), draw.choice(("#f3f3f3", "#1f1f1f", "#dfe3e8")))
    pen = ImageDraw.Draw(wall)
    for n in range(draw.randint(2, 6)):
        left, top = 40 + n % 3 * 440, 40 + n // 3 * 350
        pen.rectangle(
            (left, top, left + draw.randint(200, 400), top + draw.randint(150, 300)),
            fill=f"hsl({draw.randrange(360)},25%,60%)",
        )
    at = draw.randint(0, wall.width - picture.width), draw.randint(0, wall.height - picture.height)
    wall.paste(picture, at)
    moved = np.array([[1, 0, at[0]], [0, 1, at[1]], [0, 0, 1]]) @ matrix
    return Degraded(wall, Wear(scale=scale), moved, tags=("thumbnail",))


def _down_and_up(scale: float) -> Degradation:
    def degraded(source: Source, draw: random.Random) -> Degraded:
        small, _ = _scaled(source.picture, scale)
        way = draw.choice((Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.NEAREST))
        return Degraded(small.resize(source.picture.size, way), Wear(scale=scale, quality=85), png=False)

    return degraded


def _blur(sigma: float) -> Degradation:
    return lambda source, _: Degraded(source.picture.filter(ImageFilter.GaussianBlur(sigma)), Wear(sigma=sigma))


def blur_to_eye(source: Source, draw: random.Random) -> Degraded:
    """As much blur as it takes for letters of that height to be near the limit."""
    sigma = source.height * draw.uniform(0.08, 0.85)
    blurred = source.picture.filter(ImageFilter.GaussianBlur(sigma))
    return Degraded(blurred, Wear(sigma=sigma, quality=90), tags=(f"sigma{sigma:.1f}",), png=False)


def _motion(low: float, high: float) -> Degradation:
    """A blur along a line, as long as that many heights of the letters."""

    def degraded(source: Source, draw: random.Random) -> Degraded:
        length = max(3, round(source.height * draw.uniform(low, high)))
        slope = draw.choice(((1, 0), (0, 1), (0.7, 0.7), (0.9, 0.4)))
        pixels = np.asarray(source.picture, dtype=np.float32)
        total = np.zeros_like(pixels)
        steps = min(length, 24)
        for n in range(steps):
            away = (n / (steps - 1) - 0.5) * length
            total += np.roll(pixels, (round(away * slope[1]), round(away * slope[0])), (0, 1))
        blurred = Image.fromarray((total / steps).astype(np.uint8))
        return Degraded(blurred, Wear(motion=length, quality=90), tags=(f"len{length}",), png=False)

    return degraded


def _noise(deviation: float) -> Degradation:
    def degraded(source: Source, draw: random.Random) -> Degraded:
        chance = np.random.default_rng(draw.getrandbits(32))
        shape = (source.picture.height, source.picture.width, 1)
        grain = chance.standard_normal(shape, dtype=np.float32) * deviation
        pixels = np.clip(np.asarray(source.picture, dtype=np.float32) + grain, 0, 255)
        return Degraded(Image.fromarray(pixels.astype(np.uint8)), Wear(noise=deviation, quality=85), png=False)

    return degraded


def _faint(contrast: float) -> Degradation:
    def degraded(source: Source, draw: random.Random) -> Degraded:
        grey = draw.randint(90, 200)
        faded = Image.blend(Image.new("RGB", source.picture.size, (grey, grey, grey)), source.picture, contrast)
        return Degraded(faded, Wear(contrast=contrast, quality=90), png=False)

    return degraded


def _dark(light: float) -> Degradation:
    return lambda source, _: Degraded(
        ImageEnhance.Brightness(source.picture).enhance(light), Wear(contrast=light, quality=90), png=False
    )


def night(source: Source, draw: random.Random) -> Degraded:
    """The warm filter that screens have at night, or inverted colours."""
    pixels = np.asarray(source.picture, dtype=np.float32)
    tint = (255 - pixels) if draw.random() < 0.4 else pixels * np.array([1.0, 0.82, 0.55], dtype=np.float32)
    return Degraded(Image.fromarray(tint.astype(np.uint8)))


def _turned(turns: int) -> Degradation:
    """Turned by that many quarters, against the clock."""

    def degraded(source: Source, _: random.Random) -> Degraded:
        wide, high = source.picture.size
        way = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}[turns]
        rows = {1: [[0, 1, 0], [-1, 0, wide]], 2: [[-1, 0, wide], [0, -1, high]], 3: [[0, -1, high], [1, 0, 0]]}[turns]
        matrix = np.array([*rows, [0, 0, 1]], dtype=np.float64)
        return Degraded(source.picture.transpose(way), matrix=matrix, tags=("rotated",))

    return degraded


def tilted(source: Source, draw: random.Random) -> Degraded:
    """Not quite straight, as a scan."""
    angle = np.radians(draw.choice((-1, 1)) * draw.uniform(1.5, 4))
    wide, high = source.picture.size
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    size = round(wide * cos + high * abs(sin)), round(high * cos + wide * abs(sin))
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
    middle = matrix @ np.array([wide / 2, high / 2, 1])
    matrix[:2, 2] = np.array(size) / 2 - middle[:2]
    fill = draw.choice(("#ffffff", "#202020", "#c8c0b4"))
    return Degraded(
        warp(source.picture, matrix, size, fill), Wear(sigma=0.4, quality=88), matrix, tags=("tilted",), png=False
    )


def _photo(make: Callable[[Image.Image, float, random.Random], tuple[Image.Image, Matrix, Wear]]) -> Degradation:
    def degraded(source: Source, draw: random.Random) -> Degraded:
        picture, matrix, wear = make(source.picture, source.height, draw)
        return Degraded(picture, wear, matrix, tags=("photo",), png=False)

    return degraded


def _cropped(source: Source, box: Box, *tags: str) -> Degraded:
    left, top, right, bottom = (round(side) for side in box)
    matrix = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], dtype=np.float64)
    return Degraded(source.picture.crop((left, top, right, bottom)), matrix=matrix, tags=tags)


def crop_through(source: Source, draw: random.Random) -> Degraded:
    """Cut through the message, from a side or from below."""
    left, top, right, bottom = source.message
    wide, high = source.picture.size
    part = draw.uniform(0.2, 0.6)
    way = draw.choice(("left", "right", "top")) if bottom - top > 6 * source.height else draw.choice(("left", "right"))
    if way == "left":
        return _cropped(source, (0, 0, left + part * (right - left), high))
    if way == "right":
        return _cropped(source, (right - part * (right - left), 0, wide, high))
    return _cropped(source, (0, 0, wide, top + part * (bottom - top)))


def crop_before(source: Source, draw: random.Random) -> Degraded:
    """Cut before the message, or after it where there is more room."""
    _, top, _, bottom = source.message
    wide, high = source.picture.size
    if top > 0.6 * (high - bottom) or draw.random() < 0.3:
        return _cropped(source, (0, 0, wide, max(top - 2, min(40.0, high))))
    return _cropped(source, (0, min(bottom + 2, high - 40), wide, high))


def crop_around(source: Source, draw: random.Random) -> Degraded:
    """Cut down to the message and something around it: all is there that counts."""
    left, top, right, bottom = source.message
    wide, high = source.picture.size
    near = [draw.uniform(0.03, 0.5) for _ in range(4)]
    box = (
        left * (1 - near[0]),
        top * (1 - near[1]),
        right + (wide - right) * near[2],
        bottom + (high - bottom) * near[3],
    )
    return _cropped(source, box)


def local_blur(source: Source, draw: random.Random) -> Degraded:
    """The message alone blurred, as with a finger in an editor."""
    left, top, right, bottom = (round(side) for side in source.message)
    edge = round(source.height)
    box = (
        max(left - edge, 0),
        max(top - edge, 0),
        min(right + edge, source.picture.width),
        min(bottom + edge, source.picture.height),
    )
    sigma = source.height * draw.uniform(0.65, 1.1)
    picture = source.picture.copy()
    picture.paste(source.picture.filter(ImageFilter.GaussianBlur(sigma)).crop(box), box)
    return Degraded(picture, Wear(sigma=sigma), tags=("local",))


def black_box(source: Source, draw: random.Random) -> Degraded:
    """A bar drawn over most of the message or all of it."""
    left, top, right, bottom = source.message
    box = (left - 4, top - 4, left + (right - left) * draw.choice((0.5, 0.7, 1.0, 1.0)) + 4, bottom + 4)
    picture = source.picture.copy()
    ImageDraw.Draw(picture).rectangle(box, fill=draw.choice(("#000000", "#000000", "#ffffff", "#d0021b")))
    return Degraded(picture, hidden=(box,), tags=("covered",))


ALL: dict[str, Degradation] = {
    **{f"jpeg{quality}": _jpeg(quality) for quality in (60, 30, 15, 5)},
    **{f"chat{side}": _chat(side) for side in (1600, 800)},
    **{f"down{round(100 * scale)}": _down(scale) for scale in (0.7, 0.5, 0.35, 0.25)},
    "down_to_eye": down_to_eye,
    "thumbnail": thumbnail,
    **{f"updown{round(100 * scale)}": _down_and_up(scale) for scale in (0.5, 0.3)},
    **{f"blur{sigma}": _blur(sigma) for sigma in (1, 2, 3, 5)},
    "blur_to_eye": blur_to_eye,
    "motion_mild": _motion(0.3, 0.9),
    "motion_hard": _motion(0.9, 2.5),
    "noise12": _noise(12),
    "noise30": _noise(30),
    "faint35": _faint(0.35),
    "faint15": _faint(0.15),
    "faint4": _faint(0.04),
    "dark25": _dark(0.25),
    "dark6": _dark(0.06),
    "night": night,
    "rotated90": _turned(1),
    "rotated180": _turned(2),
    "rotated270": _turned(3),
    "tilted": tilted,
    "photo_mild": _photo(mild),
    "photo_hard": _photo(hard),
    "crop_through": crop_through,
    "crop_before": crop_before,
    "crop_around": crop_around,
    "local_blur": local_blur,
    "black_box": black_box,
    "covered": clean,
    "scrolled": clean,
}
"""Every degradation but none; `covered` and `scrolled` are taken from shots of that name and then left alone."""
