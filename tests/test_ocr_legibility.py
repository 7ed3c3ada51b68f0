"""Judging a picture from its measures: what each fault does to the verdict and to the reasons."""

from dataclasses import replace

import numpy as np
import pytest
from ocr_pages import picture
from PIL import Image, ImageDraw, ImageFilter

from evidence_vault.ocr.legibility import Measures, judge, measure
from evidence_vault.ocr.lines import Line
from evidence_vault.values import Box, Word

GOOD = Measures(text_height=16, edge=1.2, contrast=220, confidence=94, words=30, cut=False)
SIZE = (1366, 768)


def codes(measures: Measures, *, recognised: bool = True, turned: bool = False) -> list[str]:
    return [r.code for r in judge(measures, recognised=recognised, turned=turned, size=SIZE).reasons]


def test_a_good_picture_is_legible_with_nothing_to_mend() -> None:
    judged = judge(GOOD, recognised=True, turned=False, size=SIZE)

    assert judged.legible
    assert judged.score > 900
    assert codes(GOOD) == ["message_read"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param({"text_height": 4, "confidence": 40}, "text_too_small", id="small"),
        pytest.param({"edge": 12, "confidence": 30}, "blurred", id="blurred"),
        pytest.param({"contrast": 10, "confidence": 30}, "low_contrast", id="faint"),
        pytest.param({"confidence": 20}, "low_confidence", id="unsure"),
    ],
)
def test_each_fault_is_named(fault: dict[str, int], reason: str) -> None:
    judged = judge(replace(GOOD, **fault), recognised=True, turned=False, size=SIZE)

    assert not judged.legible
    assert reason in [found.code for found in judged.reasons]


@pytest.mark.parametrize("worse", [{"confidence": 80}, {"text_height": 6}, {"edge": 8}, {"contrast": 40}])
def test_the_score_rises_with_each_measure(worse: dict[str, int]) -> None:
    better = judge(GOOD, recognised=True, turned=False, size=SIZE).score

    assert judge(replace(GOOD, **worse), recognised=True, turned=False, size=SIZE).score < better


def test_sharp_without_its_message_is_not_legible() -> None:
    judged = judge(GOOD, recognised=False, turned=False, size=SIZE)

    assert not judged.legible
    assert judged.reasons[0].code == "no_message"


@pytest.mark.parametrize(
    ("told", "quoted", "code"),
    [(True, False, "message_unknown"), (False, True, "message_undecided"), (True, True, "message_undecided")],
)
def test_words_that_may_be_a_message_make_a_sharp_picture_legible(told: bool, quoted: bool, code: str) -> None:
    judged = judge(GOOD, recognised=False, turned=False, size=SIZE, told=told, quoted=quoted)

    assert judged.legible
    assert judged.reasons[0].code == code


def test_what_only_a_machine_can_tell_from_its_paper_is_not_legible() -> None:
    """However sure the engine is: it stretches contrast, and a judge reads paper."""
    judged = judge(replace(GOOD, contrast=12), recognised=True, turned=False, size=SIZE)

    assert not judged.legible
    assert [found.code for found in judged.reasons] == ["low_contrast"]
    assert judge(replace(GOOD, contrast=37), recognised=True, turned=False, size=SIZE).legible


def test_sharp_with_a_line_blurred_out_is_not_legible() -> None:
    judged = judge(GOOD, recognised=True, turned=False, size=SIZE, blurred=True)

    assert not judged.legible
    assert judged.reasons[-1].code == "part_blurred"


def test_a_message_that_runs_off_the_picture_is_not_legible() -> None:
    judged = judge(replace(GOOD, cut=True), recognised=True, turned=False, size=SIZE)

    assert not judged.legible
    assert "cut" in [found.code for found in judged.reasons]


def test_a_turned_picture_is_legible_and_told() -> None:
    assert codes(GOOD, turned=True) == ["message_read", "rotated"]


def test_a_small_picture_says_its_size() -> None:
    tiny = replace(GOOD, confidence=20)

    (reason,) = [r for r in judge(tiny, recognised=True, turned=False, size=(300, 200)).reasons if r.params]

    assert (reason.code, reason.params) == ("picture_too_small", {"width": 300, "height": 200})


def test_nothing_read_is_no_text() -> None:
    nothing = Measures(0, 0, 0, 0, 0, cut=False)

    assert codes(nothing) == ["no_text"]


def test_measures_are_taken_where_the_message_stands() -> None:
    """Elsewhere on the picture may be as blurred as it likes."""
    page = picture("Aucun créneau")
    boxes = [Box(left=40, top=44, width=60, height=20), Box(left=700, top=300, width=60, height=40)]
    lines = [Line((Word(text="Aucun", box=box, confidence=sure),)) for box, sure in zip(boxes, (95, 5), strict=True)]

    of_message, of_page = measure(page, lines, boxes[:1]), measure(page, lines, ())

    assert (of_message.text_height, of_message.confidence) == (20, 95)
    assert of_page.confidence == 50


def test_blur_widens_edges_and_lowers_contrast() -> None:
    page = picture("Aucun créneau")
    line = Line((Word(text="Aucun", box=Box(left=40, top=44, width=60, height=20), confidence=90),))

    sharp, blurred = (measure(image, [line], ()) for image in (page, page.filter(ImageFilter.GaussianBlur(4))))

    assert blurred.edge > 2 * sharp.edge
    assert blurred.contrast < sharp.contrast


class TestCutAcross:
    """A message of three lines, 22 points, the first 40 pixels down and 48 apart."""

    PAGE = picture(
        "Il n'existe plus de plage horaire", "libre pour votre demande", "de rendez-vous, revenez plus tard."
    )
    MESSAGE = Box(left=40, top=40, width=420, height=76)
    """Its first two lines, as they are read where the third is cut through."""

    def cut(self, height: int, place: Box = MESSAGE) -> bool:
        line = Line((Word(text="existe", box=Box(left=40, top=44, width=60, height=22), confidence=95),))
        return measure(self.PAGE.crop((0, 0, self.PAGE.width, height)), [line], [place]).cut

    def test_a_next_line_that_the_lower_edge_cuts_through_is_seen(self) -> None:
        assert self.cut(149)

    def test_a_message_that_ends_above_the_edge_is_whole(self) -> None:
        assert not self.cut(128)  # between two lines
        assert not self.cut(420)

    def test_what_an_edge_cuts_through_far_below_the_message_is_another_text(self) -> None:
        first = Box(left=40, top=40, width=420, height=28)

        assert not self.cut(149, first)

    def test_a_border_is_no_text(self) -> None:
        framed = self.PAGE.crop((0, 0, 1000, 140))
        draw = ImageDraw.Draw(framed)
        draw.rectangle((0, 0, 1000, 30), fill="white")
        draw.rectangle((30, 20, 500, 138), outline="black", width=3)
        draw.rectangle((0, 118, 1000, 135), fill="white")
        line = Line((Word(text="existe", box=Box(left=40, top=44, width=60, height=22), confidence=95),))

        assert not measure(framed, [line], [self.MESSAGE]).cut

    def test_a_line_cut_through_above_the_message_is_seen_too(self) -> None:
        lower = self.PAGE.crop((0, 102, 1000, 300))
        line = Line((Word(text="rendez", box=Box(left=40, top=34, width=60, height=22), confidence=95),))

        assert measure(lower, [line], [Box(left=40, top=34, width=420, height=28)]).cut

    def test_grain_is_no_text(self) -> None:
        """Noise changes between light and dark as often as letters do, on both sides of the paper."""
        grain = np.random.default_rng(1).normal(0, 40, (128, 1000, 1))
        noisy = np.clip(np.asarray(self.PAGE.crop((0, 0, 1000, 128))) * 0.6 + 60 + grain, 0, 255).astype(np.uint8)
        line = Line((Word(text="existe", box=Box(left=40, top=44, width=60, height=22), confidence=95),))

        assert not measure(Image.fromarray(noisy), [line], [self.MESSAGE]).cut
