"""Pictures in which there is nothing to read, drawn without any text."""

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Size = tuple[int, int]


def _plain(colour: str) -> Callable[[Size, random.Random], Image.Image]:
    return lambda size, _: Image.new("RGB", size, colour)


def icons(size: Size, draw: random.Random) -> Image.Image:
    """A home screen without names: coloured tiles in rows."""
    picture = Image.new("RGB", size, _colour(draw, 30))
    pen = ImageDraw.Draw(picture)
    step = max(size) // draw.randint(9, 14)
    for left in range(step // 2, size[0] - step // 2, step):
        for top in range(step // 2, size[1] - step // 2, step):
            box = (left, top, left + step * 0.6, top + step * 0.6)
            pen.rounded_rectangle(box, radius=step * 0.14, fill=_colour(draw, 55))
            pen.ellipse(
                (left + step * 0.15, top + step * 0.15, left + step * 0.45, top + step * 0.45), fill=_colour(draw, 80)
            )
    return picture


def animal(size: Size, draw: random.Random) -> Image.Image:
    """Something like a cat on a sofa: round shapes, fur, no edge that is straight."""
    wide, high = size
    picture = Image.new("RGB", size, draw.choice(("#9c8f80", "#6d7a86", "#b9a58c", "#7c8a6f")))
    pen = ImageDraw.Draw(picture)
    coat = draw.choice(("#3b3733", "#a8642f", "#8a8582", "#d8d0c4"))
    x, y, r = wide * draw.uniform(0.4, 0.6), high * draw.uniform(0.4, 0.55), min(size) * 0.22
    pen.ellipse((x - 1.6 * r, y, x + 1.6 * r, y + 3 * r), fill=coat)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=coat)
    for side in (-1, 1):
        pen.polygon(
            [(x + side * 0.9 * r, y - 1.5 * r), (x + side * 0.2 * r, y - 0.9 * r), (x + side * r, y - 0.4 * r)],
            fill=coat,
        )
        pen.ellipse(
            (x + side * 0.4 * r - 0.16 * r, y - 0.3 * r, x + side * 0.4 * r + 0.16 * r, y + 0.1 * r), fill="#c9d66b"
        )
        for n in range(3):
            pen.line(
                (x + side * 0.2 * r, y + 0.4 * r, x + side * 1.3 * r, y + (0.25 + 0.15 * n) * r),
                fill="#f0f0f0",
                width=3,
            )
    chance = np.random.default_rng(draw.getrandbits(32))
    fur = chance.standard_normal((high, wide, 1), dtype=np.float32) * 26
    pixels = np.clip(np.asarray(picture.filter(ImageFilter.GaussianBlur(4)), dtype=np.float32) + fur, 0, 255)
    return Image.fromarray(pixels.astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))


def landscape(size: Size, draw: random.Random) -> Image.Image:
    """A wallpaper: sky, hills, light."""
    wide, high = size
    down, across = np.mgrid[0:high, 0:wide].astype(np.float32)
    sky = np.stack([90 + 120 * down / high, 130 + 80 * down / high, 200 - 30 * down / high], axis=2)
    for n in range(4):
        edge = high * (0.45 + 0.14 * n) + high * 0.08 * np.sin(across / wide * draw.uniform(4, 11) + draw.uniform(0, 6))
        sky[down > edge] = [70 - 14 * n, 110 - 18 * n + draw.randrange(20), 80 - 15 * n]
    return Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))


def grain(size: Size, draw: random.Random) -> Image.Image:
    """A photo taken in a pocket: dark, and nothing but noise."""
    chance = np.random.default_rng(draw.getrandbits(32))
    pixels = 22 + chance.standard_normal((size[1], size[0], 3), dtype=np.float32) * 14
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.5))


def _colour(draw: random.Random, light: int) -> str:
    return f"hsl({draw.randrange(360)},{draw.randint(15, 75)}%,{light}%)"


ALL: dict[str, Callable[[Size, random.Random], Image.Image]] = {
    "black": _plain("#000000"),
    "white": _plain("#ffffff"),
    "grey": _plain("#7d8085"),
    "icons": icons,
    "animal": animal,
    "landscape": landscape,
    "grain": grain,
}
SIZES: tuple[Size, ...] = ((1366, 768), (1280, 800), (900, 1600), (1080, 1920), (1920, 1080))
