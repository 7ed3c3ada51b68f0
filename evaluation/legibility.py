"""How legible a message is for the human eye, from what was done to its picture."""

import math
from dataclasses import dataclass

PIXELS = 0.75
"""How much a grid of pixels smears what is drawn on it, in its own pixels."""
MOTION = 0.45
"""How much a motion over one pixel smears."""
NOISE = 0.03
"""How much noise of one level smears, in pixels of the picture, at full contrast."""
FADING = 24.0
"""How fast blur takes contrast from letters, with the square of its share of their height; noise then weighs more."""
COMPRESSION = {60: 0.2, 30: 0.4, 15: 0.7, 10: 1.0, 5: 1.35}
"""How much JPEG smears at a quality or below, in pixels of the picture."""
LEGIBLE, ILLEGIBLE = 0.21, 0.535
"""Of the height of an x: what a smear below the one leaves legible, and above the other destroys.

Both, and the constants above, were set on pictures that people had labelled, not the other way round.
"""
FAINT, INVISIBLE = 34.0, 12.0
"""Levels of grey between ink and paper: below the one borderline, below the other illegible."""
WHOLE, ENOUGH = 0.97, 0.8
"""Shares of the message's letters that are in the picture."""


@dataclass(frozen=True)
class Wear:
    """What a picture went through; lengths are in pixels of the screen that it shows."""

    scale: float = 1.0
    """Pixels that are left for one pixel of the screen, at the worst moment."""
    sigma: float = 0.0
    """Of a Gaussian blur."""
    motion: float = 0.0
    """Length of a blur along a line."""
    noise: float = 0.0
    """Standard deviation, in levels of 255."""
    contrast: float = 1.0
    """What is left of the distance between ink and paper."""
    quality: int = 100
    """Of JPEG, the worst that was used."""


@dataclass(frozen=True)
class Verdict:
    """A label and what it rests on."""

    label: str
    """`legible`, `borderline` or `illegible`."""
    reason: str
    """`quality`, `message_missing`, `message_cut`, `message_covered` or `no_text`."""
    smear: float | None = None


def smear(height: float, contrast: float, wear: Wear) -> float:
    """How far ink is spread, as a share of the height of an x (in pixels of the screen)."""
    seen = max(contrast * wear.contrast * math.exp(-FADING * (wear.sigma / height) ** 2), 1.0)
    pixel = 1 / wear.scale
    compression = max((much for quality, much in COMPRESSION.items() if wear.quality <= quality), default=0.0)
    spread = (
        wear.sigma,
        PIXELS * max(pixel, 1.0),
        MOTION * wear.motion,
        NOISE * wear.noise * 255 / seen * pixel,
        compression * pixel,
    )
    return math.hypot(*spread) / height


def quality(height: float, contrast: float, wear: Wear) -> Verdict:
    """The label of a message that is whole in the picture."""
    spread = smear(height, contrast, wear)
    left = contrast * wear.contrast
    if spread > ILLEGIBLE or left < INVISIBLE:
        return Verdict("illegible", "quality", spread)
    if spread > LEGIBLE or left < FAINT:
        return Verdict("borderline", "quality", spread)
    return Verdict("legible", "quality", spread)


def judged(height: float | None, contrast: float, wear: Wear, share: float, covered: bool) -> Verdict:
    """The label of a picture with that share of the message in sight; `covered` says that something lies on it."""
    if height is None or share == 0:
        return Verdict("illegible", "message_covered" if covered else "message_missing")
    found = quality(height, contrast, wear)
    if share >= WHOLE:
        return found
    reason = "message_covered" if covered else "message_cut"
    label = "borderline" if share >= ENOUGH and found.label != "illegible" else "illegible"
    return Verdict(label, reason, found.smear)
