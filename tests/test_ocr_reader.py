"""Reading whole pictures with the real Tesseract: text, legibility, outcome, and every way in which it can fail."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from ocr_pages import ADDRESS, FONT, picture, png
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence_vault.capture import pictures
from evidence_vault.errors import InputFileError
from evidence_vault.kinds import Reading
from evidence_vault.ocr import reader
from evidence_vault.ocr.engine import Engine, Look, probe
from evidence_vault.ocr.reader import read_many, read_picture
from evidence_vault.ocr.ways import MAX_WORDS
from evidence_vault.reasons import REASONS
from evidence_vault.values import Box

MESSAGE = (
    "Préfecture du Val-de-Brume",
    "Prendre un rendez-vous",
    "Aucun créneau disponible",
    "Veuillez renouveler votre demande ultérieurement.",
)


class Noting(Engine):
    """An engine that keeps the segmentation modes that it was run with."""

    modes: ClassVar[list[int]] = []

    def look(self, picture: Path, psm: int, timeout: float, *, dark_on_white: bool = False) -> Look:
        self.modes.append(psm)
        return super().look(picture, psm, timeout, dark_on_white=dark_on_white)


def codes(reading: Reading) -> list[str]:
    return [reason.code for reason in reading.reasons or ()]


@pytest.mark.needs("tesseract")
class TestOnePicture:
    def test_a_sharp_message_is_read_and_legible(self) -> None:
        reading = read_picture(png(picture(*MESSAGE)))

        assert reading.status == "read"
        assert reading.text == "\n".join(MESSAGE)
        assert (reading.outcome, reading.legible, codes(reading)) == ("no_slot", True, ["message_read"])
        assert [quote.text for quote in reading.quotes or ()] == ["Aucun créneau disponible"]
        assert reading.exhibit is None

    def test_the_engine_line_says_how_to_read_it_again(self) -> None:
        reading = read_picture(png(picture(*MESSAGE)))

        for part in (probe().describe(), "preparation 7", "strips", "looks 1", "catalogue ", "figures "):
            assert part in str(reading.engine)

    def test_boxes_are_in_the_pixels_of_the_original(self) -> None:
        """The word « Aucun » begins where it was drawn, although the picture was enlarged to be read."""
        reading = read_picture(png(picture(*MESSAGE)))

        (word,) = [word for word in reading.words or () if word.text == "Aucun"]
        assert abs(word.box.left - 40) <= 4
        assert abs(word.box.top - (40 + 2 * 48)) <= 12

    def test_a_clock_of_seven_pixels_in_the_corner_is_read(self) -> None:
        screen = picture(*MESSAGE, size=(1000, 900))
        clock = picture("10:01", "20/06/2024", size=(400, 180)).crop((20, 30, 220, 130))
        corner = Image.eval(clock.resize((100, 50), Image.Resampling.LANCZOS), lambda level: 255 - level * 9 // 10)
        screen.paste(corner, (900, 850))

        reading = read_picture(png(screen))

        assert reading.screen_clock == "10:01 20/06/2024"
        assert reading.outcome == "no_slot"

    def test_light_on_dark_reads_as_well(self) -> None:
        dark = Image.eval(picture(*MESSAGE), lambda level: 255 - level * 9 // 10)

        assert read_picture(png(dark)).outcome == "no_slot"

    @pytest.mark.parametrize(
        "turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180]
    )
    def test_a_turned_picture_is_read_upright_and_says_so(self, turn: Image.Transpose) -> None:
        turned = picture(*MESSAGE).transpose(turn)

        reading = read_picture(png(turned))

        assert (reading.outcome, reading.legible) == ("no_slot", True)
        assert "rotated" in codes(reading)
        boxes = [word.box for word in reading.words or ()]
        assert all(box.left + box.width <= turned.width and box.top + box.height <= turned.height for box in boxes)
        assert reading.quotes
        assert isinstance(reading.quotes[0].box, Box)
        box = reading.quotes[0].box
        assert (box.height > box.width) == (turn is not Image.Transpose.ROTATE_180)

    def test_a_message_that_is_left_to_the_person_is_seen_on_a_turned_picture_too(self) -> None:
        """Words of the administration are lacking, so that the refusal is not proposed; it can be read all the same."""
        turned = picture("Agenda", "", "Il ne reste plus une seule place à vous proposer.").transpose(
            Image.Transpose.ROTATE_90
        )

        reading = read_picture(png(turned))

        assert (reading.outcome, reading.legible) == ("unclassified", True)
        assert codes(reading) == ["message_undecided", "rotated"]

    def test_a_turned_picture_tells_its_address_with_its_place(self) -> None:
        turned = picture("rdv.val-de-brume.gouv.fr/booking/1", *MESSAGE).transpose(Image.Transpose.ROTATE_90)

        reading = read_picture(png(turned))

        assert reading.address == "rdv.val-de-brume.gouv.fr/booking/1"
        [box] = [fact.box for fact in reading.facts or () if fact.fact == "address"]
        assert isinstance(box, Box)
        assert box.height > 5 * box.width
        assert box.left < 100
        assert box.top + box.height > turned.height - 60

    def test_a_blank_picture_has_no_text_and_says_so(self) -> None:
        reading = read_picture(png(Image.new("RGB", (800, 500), "white")))

        assert (reading.status, reading.text, reading.words) == ("read", "", ())
        assert (reading.legible, reading.outcome, codes(reading)[0]) == (False, "unclassified", "no_text")
        assert "looks 1" in str(reading.engine)

    def test_noise_is_not_searched_for_scattered_words(self) -> None:
        """The engine takes minutes for that, and finds none."""
        grain = np.random.default_rng(1).integers(0, 256, (400, 700, 3), dtype=np.uint8)
        found = probe()
        engine = Noting(found.name, found.version, found.model_sha256)

        reading = read_picture(png(Image.fromarray(grain)), engine)

        assert (reading.status, reading.legible, reading.words) == ("read", False, ())
        assert engine.modes
        assert 11 not in engine.modes

    @pytest.mark.parametrize(
        ("spoilt", "reason"),
        [
            pytest.param(picture(*MESSAGE).resize((180, 76)), "picture_too_small", id="thumbnail"),
            pytest.param(picture(*MESSAGE).filter(ImageFilter.GaussianBlur(9)), None, id="blurred"),
        ],
    )
    def test_an_unreadable_picture_is_kept_apart(self, spoilt: Image.Image, reason: str | None) -> None:
        """Not legible, no outcome, and a reason that a person can act on."""
        reading = read_picture(png(spoilt))

        assert (reading.legible, reading.outcome) == (False, "unclassified")
        assert codes(reading)
        assert reason is None or reason in codes(reading)

    def test_a_sharp_picture_without_its_message_is_not_legible(self) -> None:
        reading = read_picture(png(picture("Préfecture du Val-de-Brume", "Prendre un rendez-vous", "Étape 3 sur 6")))

        assert (reading.legible, reading.outcome) == (False, "unclassified")
        assert "no_message" in codes(reading)

    def test_a_message_cut_by_the_edge_is_not_legible(self) -> None:
        whole = picture(*MESSAGE, points=30)
        reading = read_picture(png(whole.crop((0, 0, 480, whole.height))))

        assert reading.legible is False
        assert {"cut", "no_message"}.intersection(codes(reading))

    def test_what_only_a_tab_says_is_no_message_on_the_page(self) -> None:
        """A page scrolled past its message keeps the title of it in the bar above."""
        tab = ("Serveur introuvable", "https://www.val-de-brume.gouv.fr/booking/1", "Signets", "", "", "")
        scrolled = picture(*tab, "Réessayer", size=(1000, 1000))
        whole = picture(*tab, "Impossible de se connecter au serveur.", size=(1000, 1000))

        assert (read_picture(png(whole)).outcome, read_picture(png(whole)).legible) == ("site_error", True)
        assert read_picture(png(scrolled)).legible is False
        assert codes(read_picture(png(scrolled))) == ["no_message"]

    def test_a_message_that_the_first_look_saw_only_in_a_tab_is_looked_for_on_the_page(self) -> None:
        """Servers set the title of an error flush with the edge of a dark band, which hides it from the first look."""
        tab = ("502 Bad Gateway", "https://www.val-de-brume.gouv.fr/booking/1", "Signets", "", "", "")
        page = picture(*tab, size=(1000, 1000))
        draw = ImageDraw.Draw(page)
        draw.rectangle((8, 420, 999, 451), fill="#525d76")
        draw.text((8, 422), "502 Bad Gateway", fill="white", font=ImageFont.truetype(FONT, 20))

        reading = read_picture(png(page))

        assert (reading.outcome, reading.legible) == ("site_error", True)
        assert any(quote.box and quote.box.top >= 420 for quote in reading.quotes or ())

    def test_a_sentence_that_may_be_a_message_is_told_to_be_none_that_we_know(self) -> None:
        told = "Nous vous dirons la suite par la poste."
        reading = read_picture(png(picture(ADDRESS, "Préfecture du Val-de-Brume", "", told)))

        assert (reading.outcome, reading.legible) == ("unclassified", True)
        assert codes(reading) == ["message_unknown"]

    def test_a_message_that_is_quoted_and_left_to_the_person_is_there_all_the_same(self) -> None:
        """Nothing on the picture tells whose agenda it is."""
        reading = read_picture(png(picture("Planning complet.", size=(800, 300))))

        assert (reading.outcome, reading.legible) == ("unclassified", True)
        assert [quote.text for quote in reading.quotes or ()] == ["Planning complet."]
        assert codes(reading) == ["message_undecided"]

    def test_an_address_that_the_page_names_is_no_bar_above_which_tabs_stand(self) -> None:
        page = picture("Ce site est inaccessible", "Vérifiez www.val-de-brume.gouv.fr/booking/1.", size=(1000, 420))

        reading = read_picture(png(page))

        assert (reading.outcome, reading.legible) == ("site_error", True)
        assert [fact.text for fact in reading.facts or () if fact.fact == "address"]

    def test_scores_fall_as_a_picture_gets_worse(self) -> None:
        scores = [
            read_picture(png(picture(*MESSAGE).filter(ImageFilter.GaussianBlur(radius)))).score for radius in (0, 9)
        ]

        assert scores == sorted(scores, reverse=True)
        assert scores[0] != scores[1]

    def test_a_very_tall_picture_keeps_its_words_within_bounds(self) -> None:
        tall = picture(*("Aucun créneau disponible pour le moment",) * 450, size=(700, 22_000))

        reading = read_picture(png(tall), timeout=600)

        assert reading.status == "read"
        assert 1000 < len(reading.words or ()) <= MAX_WORDS
        assert max(word.box.top for word in reading.words or ()) > 15_000


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(InputFileError):
        read_picture(b"no picture", Engine("tesseract", "0", "0"))


class Failing(Engine):
    """An engine of which every run ends with the status that its version names."""

    def look(self, *_: object, dark_on_white: bool = False) -> Look:
        return Look("timeout" if self.version == "timeout" else "failed")


@pytest.mark.parametrize("status", ["failed", "timeout"])
def test_a_failure_of_the_engine_is_a_status_and_never_an_empty_text(status: str) -> None:
    reading = read_picture(png(picture(*MESSAGE)), Failing("tesseract", status, "0" * 64))

    assert reading.status == status
    assert (reading.text, reading.words, reading.legible, reading.score, reading.outcome) == (None,) * 5
    assert codes(reading) == ["not_read"]


class AtOnce:
    """How many pictures are being read at the same time, and the most there ever were."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = self.most = 0

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.now -= 1


AT_ONCE = AtOnce()


class Counting(Engine):
    """An engine whose runs fail, two at a time: each waits for another to be under way."""

    meeting = threading.Barrier(2)

    def look(self, *_: object, dark_on_white: bool = False) -> Look:
        with AT_ONCE:
            self.meeting.wait(timeout=60)
        return Look("failed")


class TestMany:
    def test_readings_come_in_the_order_of_the_files(self) -> None:
        """Two are read at the same time, on two cores; one that is no picture fails in its place."""
        jobs = [png(picture(*MESSAGE)), b"no picture", png(picture(*MESSAGE))]

        readings = list(read_many(jobs, Counting("tesseract", "0", "0"), workers=2))

        assert [reading.status for reading in readings] == ["failed"] * 3
        assert ["looks" in str(reading.engine) for reading in readings] == [True, False, True]
        assert AT_ONCE.most == 2

    def test_files_are_taken_as_they_are_needed(self) -> None:
        """A folder of ten thousand screenshots is not loaded into memory."""
        taken = 0

        def jobs() -> Iterator[bytes]:
            nonlocal taken
            for _ in range(50):
                taken += 1
                yield b"no picture"

        readings = read_many(jobs(), Counting("tesseract", "0", "0"), workers=2)
        next(readings)

        assert taken <= 4
        assert len(list(readings)) == 49

    @pytest.mark.parametrize("large", [True, False])
    def test_a_very_large_picture_is_read_alone(self, monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
        """While one that takes much memory is being read, no other such one is; ordinary ones hold nobody up."""
        monkeypatch.setattr(pictures, "LARGE_PIXELS", 1 if large else 10**9)
        held: list[bool] = []

        class Watching(Engine):
            def look(self, *_: object, dark_on_white: bool = False) -> Look:
                held.append(reader._large.locked())
                return Look("failed")

        readings = list(read_many([png(picture(*MESSAGE))] * 2, Watching("tesseract", "0", "0"), workers=2))

        assert [reading.status for reading in readings] == ["failed"] * 2
        assert set(held) == {large}

    def test_leaving_early_ends_the_work(self) -> None:
        readings = read_many([b"no picture"] * 20, Counting("tesseract", "0", "0"), workers=2)
        next(readings)
        readings.close()  # type: ignore[attr-defined]

        assert not [thread for thread in threading.enumerate() if thread.name.startswith("reading")]


def test_every_reason_that_is_given_has_a_sentence() -> None:
    given = {"message_read", "no_text", "no_message", "cut", "text_too_small", "picture_too_small", "blurred"}
    assert given | {"low_contrast", "rotated", "low_confidence", "not_read", "part_blurred", "part_covered"} <= set(
        REASONS
    )
