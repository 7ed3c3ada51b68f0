"""A photo of a screen: perspective, moiré, reflections, a hand that moves."""

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from evaluation.legibility import Wear
from evaluation.truth import Matrix


def warp(picture: Image.Image, matrix: Matrix, size: tuple[int, int], fill: str) -> Image.Image:
    """The picture through a matrix that maps its pixels to those of one of that size."""
    back = np.linalg.inv(matrix)
    back /= back[2, 2]
    return picture.transform(
        size, Image.Transform.PERSPECTIVE, tuple(back.ravel()[:8]), Image.Resampling.BICUBIC, fillcolor=fill
    )


def mild(picture: Image.Image, height: float, draw: random.Random) -> tuple[Image.Image, Matrix, Wear]:
    """A careful photo: close, nearly straight, nearly sharp."""
    scale = min(draw.uniform(0.9, 1.35), 2400 / max(picture.size))
    sigma = draw.uniform(0.04, 0.11) * height
    return _photo(
        picture, scale, 0.025, sigma, draw.uniform(2, 6), draw.uniform(0.75, 0.95), draw.choice((80, 88)), draw
    )


def hard(picture: Image.Image, height: float, draw: random.Random) -> tuple[Image.Image, Matrix, Wear]:
    """A hasty photo: from afar, from the side, out of focus, in bad light."""
    scale = min(draw.uniform(0.4, 0.9), 1600 / max(picture.size))
    sigma = draw.uniform(0.12, 0.7) * height
    return _photo(
        picture, scale, 0.09, sigma, draw.uniform(8, 18), draw.uniform(0.35, 0.7), draw.choice((30, 50, 70)), draw
    )


def _photo(
    picture: Image.Image,
    scale: float,
    slant: float,
    sigma: float,
    noise: float,
    light: float,
    quality: int,
    draw: random.Random,
) -> tuple[Image.Image, Matrix, Wear]:
    wide, high = round(picture.width * scale), round(picture.height * scale)
    edge = round(max(wide, high) * draw.uniform(0.03, 0.12))
    size = wide + 2 * edge, high + 2 * edge

    def corner(x: float, y: float) -> tuple[float, float]:
        return x + draw.uniform(-slant, slant) * wide, y + draw.uniform(-slant, slant) * high

    ends = [corner(edge, edge), corner(edge + wide, edge), corner(edge + wide, edge + high), corner(edge, edge + high)]
    matrix = _homography([(0, 0), (wide, 0), (wide, high), (0, high)], ends) @ np.diag(
        [wide / picture.width, high / picture.height, 1]
    )
    # Blurred and made small before it is bent: the bending takes single pixels.
    small = picture.filter(ImageFilter.GaussianBlur(sigma)).resize((wide, high), Image.Resampling.LANCZOS)
    framed = Image.new(
        "RGB", (wide + 2 * (rim := max(4, edge // 4)), high + 2 * rim), draw.choice(("#0b0b0c", "#17181a", "#2a2a2a"))
    )
    framed.paste(small, (rim, rim))
    onto = (
        matrix
        @ np.diag([picture.width / wide, picture.height / high, 1])
        @ np.array([[1, 0, -rim], [0, 1, -rim], [0, 0, 1]])
    )
    room = draw.choice(("#2b2622", "#8c8478", "#3a4048", "#c9c2b6"))
    bent = np.asarray(warp(framed, onto, size, room), dtype=np.float32)
    lit = _lit(bent, light, draw)
    chance = np.random.default_rng(draw.getrandbits(32))
    lit += chance.standard_normal((*lit.shape[:2], 1), dtype=np.float32) * noise
    final = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
    return final, matrix, Wear(scale=scale, sigma=sigma, noise=noise, contrast=light * 0.92, quality=quality)


def _lit(pixels: NDArray[np.float32], light: float, draw: random.Random) -> NDArray[np.float32]:
    """The light of the room on the picture: moiré, darker corners, a reflection, a tint."""
    high, wide = pixels.shape[:2]
    down, across = np.mgrid[0:high, 0:wide].astype(np.float32)
    turn, wave = draw.uniform(0, 3.14), draw.uniform(3, 11)
    along = across * np.cos(turn) + down * np.sin(turn)
    bow = 1 + draw.uniform(0, 0.3) * np.sin(down / high * 3)
    moire = 1 + draw.uniform(0.02, 0.07) * np.sin(6.283 * along * bow / wave)
    x, y = across / wide - 0.5, down / high - 0.5
    corners = 1 - draw.uniform(0.3, 0.9) * (x**2 + y**2)
    glare = draw.uniform(10, 50) * np.exp(
        -((x - draw.uniform(-0.4, 0.4)) ** 2 + (y - draw.uniform(-0.4, 0.4)) ** 2) / 0.03
    )
    tint = np.array([draw.uniform(0.9, 1), draw.uniform(0.93, 1), draw.uniform(0.82, 1)], dtype=np.float32)
    lit = pixels * (light * moire * corners)[..., None] * tint + 18 * (1 - light) + glare[..., None]
    return np.asarray(lit, dtype=np.float32)


def _homography(before: list[tuple[float, float]], after: list[tuple[float, float]]) -> Matrix:
    """The matrix that takes four points to four others."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(before, after, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    found = np.linalg.solve(np.array(rows, dtype=np.float64), np.array(after, dtype=np.float64).ravel())
    return np.append(found, 1.0).reshape(3, 3)
