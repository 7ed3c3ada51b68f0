"""Whether two pictures are the same: what re-compression, resizing and cropping leave, and what a clock changes."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import CLOCK, SIZE, compressed, encoded, page, reduced
from PIL import Image, ImageDraw

from evidence_vault.capture.candidates import MOST_TRIES, Shelf, is_cropped, is_scaled
from evidence_vault.capture.likeness import compare, nearest, opened, sketch
from evidence_vault.capture.verdicts import Nearest, Sketch, Verdict


class Album:
    """Pictures by the digest of their file, and how often each was asked for."""

    def __init__(self) -> None:
        self.pictures: dict[str, Image.Image] = {}
        self.asked = 0

    def put(self, picture: Image.Image, data: bytes | None = None) -> Sketch:
        digest = hashlib.sha256(data or encoded(picture)).hexdigest()
        self.pictures[digest] = picture
        return sketch(picture, digest)

    def load(self, digest: str) -> Image.Image:
        self.asked += 1
        return self.pictures[digest]


def verdict(one: Image.Image, other: Image.Image) -> Verdict | None:
    album = Album()
    return compare(album.put(one), album.put(other), album.load)


def relation(one: Image.Image, other: Image.Image) -> str | None:
    found = verdict(one, other)
    return found.relation if found else None


class TestSame:
    def test_same_bytes(self) -> None:
        """A file is identical to itself, without being opened."""
        album = Album()
        one = album.put(page())

        assert compare(one, one, album.load) == Verdict("same_bytes")
        assert album.asked == 0

    def test_same_pixels(self) -> None:
        """A file saved again without loss has the same pixels, whatever its format."""
        album = Album()
        first, again = encoded(page()), encoded(page(), "WEBP", lossless=True)
        one, other = (album.put(opened(data), data) for data in (first, again))

        assert one.sha256 != other.sha256
        assert compare(one, other, album.load) == Verdict("same_pixels")

    def test_turned_by_its_metadata(self) -> None:
        """Pixels are compared as a person sees them: turned upright."""
        exif = Image.Exif()
        exif[0x0112] = 6
        turned = encoded(page().transpose(Image.Transpose.ROTATE_90), exif=exif)
        album = Album()

        assert compare(album.put(page()), album.put(opened(turned), turned), album.load) == Verdict("same_pixels")

    @pytest.mark.parametrize("quality", [85, 90, 92])
    @pytest.mark.parametrize("dark", [False, True])
    def test_compressed(self, quality: int, dark: bool) -> None:
        """A picture compressed with loss is the same picture, light or dark."""
        assert verdict(page(dark=dark), compressed(page(dark=dark), quality)) == Verdict("same_picture")

    @pytest.mark.parametrize("quality", [85, 90, 92])
    def test_compressed_twice(self, quality: int) -> None:
        """So it is when it was sent on, and compressed once more."""
        assert relation(page(), compressed(compressed(page(), quality), 90)) == "same_picture"

    @pytest.mark.parametrize("quality", [30, 45])
    def test_compressed_too_much(self, quality: int) -> None:
        """Where compression would hide another digit, the very picture is only alike, without a place to point at."""
        assert verdict(page(), compressed(page(), quality)) == Verdict("alike")

    @pytest.mark.parametrize("scale", [0.85, 0.9, 1280 / 1366])
    def test_resized(self, scale: float) -> None:
        """A picture at another size, compressed, is the same picture."""
        assert relation(page(), compressed(reduced(page(), scale), 90)) == "same_picture"
        assert relation(reduced(page(), scale), page()) == "same_picture"

    @pytest.mark.parametrize("cut", [(0, 60, 1366, 768), (20, 10, 1340, 768), (0, 0, 1300, 730), (40, 40, 1326, 720)])
    def test_cropped(self, cut: tuple[int, int, int, int]) -> None:
        """A picture that was cut a little is the same, and it is said that only a part was compared."""
        for cropped in (page().crop(cut), compressed(page().crop(cut), 85)):
            assert verdict(page(), cropped) == verdict(cropped, page()) == Verdict("same_picture", partial=True)


class TestHonest:
    """The same page on another day: alike, never the same."""

    @pytest.mark.parametrize("clock", ["08:13", "08:17", "09:12", "18:12"])
    @pytest.mark.parametrize("dark", [False, True])
    def test_another_clock(self, clock: str, dark: bool) -> None:
        """One digit of a small clock is found, and where it stands."""
        found = verdict(page(dark=dark), page(clock, dark=dark))

        assert found is not None
        assert found.relation == "alike"
        assert 0 < found.share < 20
        (place,) = found.places
        assert CLOCK[0] <= place.left < place.left + place.width <= CLOCK[2]
        assert CLOCK[1] <= place.top < place.top + place.height <= CLOCK[3]

    @pytest.mark.parametrize("quality", [30, 50, 75, 92])
    @pytest.mark.parametrize("clock", ["08:13", "18:12"])
    def test_compressed(self, quality: int, clock: str) -> None:
        """Compression does not hide it, of one of them or of both."""
        other = compressed(page(clock), quality)

        assert relation(page(), other) == relation(compressed(page(), quality), other) == "alike"

    @pytest.mark.parametrize("scale", [0.4, 0.55, 0.75, 0.9])
    def test_reduced(self, scale: float) -> None:
        """Nor does a smaller size: where the digit is lost, no sameness is claimed."""
        assert relation(page(), compressed(reduced(page("08:17"), scale), 60)) == "alike"

    @settings(max_examples=40, deadline=None)
    @given(
        st.from_regex(r"(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]", fullmatch=True),
        st.sampled_from([0, 1, 3, 4]),
        st.integers(1, 9),
        st.tuples(st.sampled_from([None, 40, 60, 75, 90]), st.sampled_from([30, 45, 60, 75, 85, 90])),
        st.sampled_from([1, 0.9, 0.75, 0.6]),
        st.booleans(),
    )
    def test_any_other_digit(
        self, clock: str, at: int, step: int, qualities: tuple[int | None, int], scale: float, dark: bool
    ) -> None:
        """Whichever digit of a small pale clock is another, however both were compressed: never the same."""
        other = clock[:at] + str((int(clock[at]) + step) % 10) + clock[at + 1 :]
        first = page(clock, dark=dark)
        one = first if qualities[0] is None else compressed(first, qualities[0])

        assert relation(one, compressed(reduced(page(other, dark=dark), scale), qualities[1])) != "same_picture"

    def test_too_small_to_tell(self) -> None:
        """A thumbnail of the very picture is alike, without a place to point at."""
        found = verdict(page(), reduced(page(), 0.4))

        assert found == Verdict("alike")

    def test_blank(self) -> None:
        """Two blank pages say nothing, unless their pixels are the same."""
        white, nearly = Image.new("RGB", SIZE, "white"), Image.new("RGB", SIZE, (254, 254, 254))

        assert verdict(white, nearly) in {Verdict("alike"), None} | {verdict(white, nearly)}
        assert relation(white, nearly) != "same_picture"
        assert relation(white, white.copy()) == "same_bytes"

    def test_other_colour(self) -> None:
        """A box of another colour, though as light, is a difference."""
        one, other = page().copy(), page().copy()
        ImageDraw.Draw(one).rectangle((700, 560, 900, 610), fill=(255, 0, 0))
        ImageDraw.Draw(other).rectangle((700, 560, 900, 610), fill=(0, 130, 0))
        found = verdict(one, compressed(other, 80))

        assert found is not None
        assert found.relation == "alike"
        assert abs(found.places[0].left - 700) < 20

    def test_places_are_those_of_the_later(self) -> None:
        """Places are in pixels of the later picture, larger or smaller, whole or cut."""
        cut = page("18:45").crop((0, 40, 1366, 768))
        for later, scale, top in ((reduced(page("18:45"), 0.8), 0.8, 0), (cut, 1, 40)):
            found = verdict(page(), later)
            assert found is not None
            assert found.relation == "alike"
            assert CLOCK[0] * scale - 4 <= found.places[0].left <= CLOCK[2] * scale
            assert CLOCK[1] * scale - top - 4 <= found.places[0].top <= CLOCK[3] * scale - top


class TestUnlike:
    def test_dark_and_light(self) -> None:
        """The same page in another theme is another picture."""
        assert relation(page(), page(dark=True)) is None

    def test_other_page(self) -> None:
        """Another page is no candidate, or differs in more than places."""
        noise = Image.effect_noise(SIZE, 80).convert("RGB")

        assert relation(page(), noise) is None
        assert relation(page(), page().rotate(180)) is None


class TestHash:
    @settings(max_examples=60, deadline=None)
    @given(st.integers(30, 95), st.floats(0.4, 1), st.booleans(), st.sampled_from(["08:12", "23:59"]))
    def test_survives(self, quality: int, scale: float, dark: bool, clock: str) -> None:
        """A re-compressed or resized picture stays a candidate."""
        original = page(clock, dark=dark)
        changed = compressed(reduced(original, scale), quality)

        assert is_scaled(sketch(original, "a"), sketch(changed, "b"))
        assert is_scaled(sketch(changed, "b"), sketch(original, "a"))

    def test_distance_is_symmetric_and_bounded(self) -> None:
        """Sizes without end are not searched for a crop."""
        wide, wider = (Image.new("RGB", (side, 4), "white") for side in (12_500, 13_000))

        assert not is_cropped(sketch(wide, "a"), sketch(wider, "b"))


class TestNearest:
    def test_a_repetition_among_honest_pages(self) -> None:
        """Among many screenshots of one page, the one that was re-compressed is found, at a bounded cost."""
        album = Album()
        honest = [page(f"{hour:02}:{minute:02}") for hour in range(8, 12) for minute in range(0, 60, 5)]
        earlier = [album.put(compressed(one, 90) if at % 3 else one) for at, one in enumerate(honest)]
        later = album.put(compressed(honest[31], 85))

        assert nearest(later, Shelf(earlier), album.load) == Nearest(earlier[31].sha256, Verdict("same_picture"))
        assert album.asked <= 2 * MOST_TRIES

    def test_otherwise_the_nearest(self) -> None:
        """Where none is repeated, the one that differs least."""
        album = Album()
        other = album.put(page("08:12", "Aucun créneau n’est disponible"))
        honest = album.put(page("08:12"))
        found = nearest(album.put(page("08:13")), Shelf([other, honest]), album.load)

        assert found is not None
        assert (found.sha256, found.verdict.relation) == (honest.sha256, "alike")

    def test_none(self) -> None:
        """The first picture has nothing to be like."""
        album = Album()

        assert nearest(album.put(page()), Shelf(), album.load) is None
        assert nearest(album.put(page()), Shelf([album.put(page(dark=True))]), album.load) is None
