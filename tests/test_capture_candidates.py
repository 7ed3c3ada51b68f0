"""Which earlier pictures are worth opening for a new one: a few, however many there are, and the right ones first."""

import random
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_vault.capture.candidates import MOST_TRIES, Shelf, is_cropped, is_scaled
from evidence_vault.capture.verdicts import THUMB, Sketch

PLAIN = bytes(THUMB * THUMB)


def sketch(
    name: str, bits: int = 0, size: tuple[int, int] = (1366, 768), thumb: bytes = PLAIN, pixels: str | None = None
) -> Sketch:
    return Sketch(name, pixels or name, *size, f"{bits:032x}", zlib.compress(thumb))


def marked(at: int, level: int = 60) -> bytes:
    """A thumb on which one cell is darker, as a digit of a clock makes it."""
    return PLAIN[:at] + bytes([level]) + PLAIN[at + 1 :]


def noisy(thumb: bytes, seed: int) -> bytes:
    """A thumb as compression leaves it: every cell a little different."""
    noise = random.Random(seed)
    return bytes(min(255, level + noise.randrange(3)) for level in thumb)


def names(found: tuple[Sketch, ...]) -> list[str]:
    return [each.sha256 for each in found]


sketches = st.builds(
    lambda bits, size, pixels: sketch("x", bits, size, pixels=pixels),
    st.integers(0, 2**30 - 1),
    st.sampled_from([(1366, 768), (1350, 768), (683, 384), (768, 1366), (12_500, 700), (12_400, 700), (1, 1)]),
    st.sampled_from("abc"),
)


class TestShelf:
    def test_the_right_one_among_thousands(self) -> None:
        """Of 3,000 pages that differ by one cell, a compressed copy leads to its original first, and to few."""
        shelf = Shelf(sketch(str(at), thumb=marked(at)) for at in range(3000))
        found = shelf.near(sketch("copy", thumb=noisy(marked(1234), 1)))

        assert names(found.scaled)[0] == "1234"
        assert (len(found.scaled), found.cropped, found.same) == (MOST_TRIES, (), None)

    def test_crops(self) -> None:
        """Of pictures that may be cut out of one another, those nearest by their hash are named."""
        shelf = Shelf(sketch(str(bits), (1 << bits) - 1) for bits in range(30, -1, -1))
        found = shelf.near(sketch("cut", 0, (1366, 700)))

        assert (names(found.cropped), found.scaled) == (["0", "1", "2"], ())

    def test_same_pixels(self) -> None:
        """The first picture with the same pixels is named, whatever else is near."""
        shelf = Shelf([sketch("a", pixels="p"), sketch("b", pixels="p"), sketch("c")])
        same = shelf.near(sketch("d", pixels="p")).same

        assert same is not None
        assert same.sha256 == "a"

    def test_damaged_thumb(self) -> None:
        """A thumb that was kept badly costs the order, not the candidate."""
        for thumb in (b"", b"not deflated", zlib.compress(b"short")):
            broken = Sketch("broken", "broken", 1366, 768, "0" * 32, thumb)
            assert names(Shelf([broken]).near(sketch("later")).scaled) == ["broken"]
            assert names(Shelf([sketch("sound")]).near(broken).scaled) == ["sound"]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(sketches, max_size=40), sketches)
    def test_agrees_with_one_by_one(self, earlier: list[Sketch], later: Sketch) -> None:
        """Over arrays the answer is the one that each pair gives by itself, and a few are named."""
        found = Shelf(earlier).near(later)
        scaled = [one for one in earlier if is_scaled(one, later)]
        cropped = [one for one in earlier if is_cropped(one, later) and not is_scaled(one, later)]

        assert len(found.scaled) == min(MOST_TRIES, len(scaled))
        assert len(found.cropped) == min(MOST_TRIES, len(cropped))
        assert all(any(one is each for each in scaled) for one in found.scaled)
        assert all(any(one is each for each in cropped) for one in found.cropped)
        assert (found.same is None) == all(one.pixels != later.pixels for one in earlier)

    @settings(max_examples=60, deadline=None)
    @given(sketches, sketches)
    def test_symmetric(self, one: Sketch, other: Sketch) -> None:
        """Which of two pictures was recorded first changes nothing."""
        assert is_scaled(one, other) == is_scaled(other, one)
        assert is_cropped(one, other) == is_cropped(other, one)
