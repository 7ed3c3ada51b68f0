"""The generator of labelled screenshots: what its labels say is what its pictures show."""

import io
import json
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evaluation import corpus, degrade
from evaluation.legibility import Wear, judged, quality, smear
from evaluation.pages import LAYOUTS, Page, read
from evaluation.render import Shot, studio
from evaluation.scene import SYSTEMS, drawn
from evaluation.truth import dates

SAMPLE = Path(__file__).parent.parent / "evaluation" / "pages" / "sample.json"
FIELDS = {
    "file", "split", "base", "degradation", "tags", "outcome", "outcome_core", "outcome_accept", "outcome_forbid",
    "key", "legibility", "legibility_reason", "text_file", "boxes_file",
}  # fmt: skip
"""What the scorer of a corpus reads."""
KEYS = {"msg", "msg_visible", "dates", "url", "url_visible", "clock", "clock_visible"}
ORDER = ("legible", "borderline", "illegible")
BROWSER = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")


def choice(page: Page, system: str) -> corpus.Choice:
    """The page on that system, on the smallest of screens."""
    scene = drawn(page, system, random.Random(page.id))
    small = replace(scene, width=1100, height=700, dpr=1.0) if not scene.phone else scene
    return corpus.Choice(page, small, (), page.id)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[corpus.Choice, dict[str, Shot], Path]:
    """Two pages' corpus, and the three shots of another page, all in one browser."""
    pages = read([SAMPLE])
    out = tmp_path_factory.mktemp("corpus")
    dsfr = choice(pages[1], "win11")
    with studio() as taking:
        shots = taking.shots(dsfr.page, dsfr.scene, ("plain", "scrolled", "covered"))
        list(corpus.make(taking, [pages[0], pages[4]], out, 2, seed=5))
    return dsfr, shots, out


@BROWSER
@pytest.mark.parametrize(
    "way", ["clean", "down70", "rotated90", "rotated180", "rotated270", "tilted", "crop_around", "photo_mild"]
)
def test_words_are_where_the_truth_says(made: tuple[corpus.Choice, dict[str, Shot], Path], way: str) -> None:
    """Each word of the message has ink in its box, also after the picture was turned, bent, or cut."""
    dsfr, shots, _ = made
    done = corpus.picture(dsfr, way, shots)
    grey = np.asarray(Image.open(io.BytesIO(done.data)).convert("L"), dtype=np.float32)
    found = [word for word in done.boxes["words"] if word["key"] == ["msg"]]
    assert " ".join(word["t"] for word in found) == " ".join(dsfr.page.message)
    for word in found:
        left, top, right, bottom = (round(side) for side in word["box"])
        assert np.ptp(grey[top:bottom, left:right]) > 60, word


@BROWSER
def test_the_words_stand_nowhere_else(made: tuple[corpus.Choice, dict[str, Shot], Path]) -> None:
    """With the boxes of all words painted over, no ink is left in the rows of the message beside its alert."""
    _, shots, _ = made
    pixels = np.array(Image.open(io.BytesIO(shots["plain"].png)).convert("L"), dtype=np.float32)
    message = [word.box for word in shots["plain"].words if word.key == "msg"]
    left, right = round(min(b[0] for b in message)), round(max(b[2] for b in message))
    top, bottom = round(min(b[1] for b in message)), round(max(b[3] for b in message))
    for box in message:
        pixels[int(box[1]) : int(box[3]) + 1, int(box[0]) : int(box[2]) + 1] = np.nan
    assert np.nanmax(pixels[top:bottom, left:right]) - np.nanmin(pixels[top:bottom, left:right]) < 12


@BROWSER
@pytest.mark.parametrize(
    ("way", "label", "reason"),
    [
        ("clean", "legible", "quality"),
        ("crop_around", "legible", "quality"),
        ("rotated90", "legible", "quality"),
        ("faint4", "illegible", "quality"),
        ("local_blur", "illegible", "quality"),
        ("crop_through", "illegible", "message_cut"),
        ("crop_before", "illegible", "message_missing"),
        ("scrolled", "illegible", "message_missing"),
        ("covered", "illegible", "message_covered"),
        ("black_box", "illegible", "message_covered"),
    ],
)
def test_labels_follow_what_was_done(
    made: tuple[corpus.Choice, dict[str, Shot], Path], way: str, label: str, reason: str
) -> None:
    """A message that was cut, covered or scrolled away is labelled so; what leaves it whole is not."""
    dsfr, shots, _ = made
    labels = corpus.picture(dsfr, way, shots).labels
    assert (labels["legibility"], labels["legibility_reason"]) == (label, reason)
    shown = labels["key"]["msg_visible"]
    assert (shown == labels["key"]["msg"]) is (reason == "quality")
    assert bool(shown) is (reason in {"quality", "message_cut"}) or way == "black_box"


@BROWSER
def test_the_text_has_the_frame_too(made: tuple[corpus.Choice, dict[str, Shot], Path]) -> None:
    """Address, clock and message are in the text, a paragraph's line on a line of its own."""
    dsfr, shots, _ = made
    done = corpus.picture(dsfr, "clean", shots)
    lines = done.text.splitlines()
    moment = dsfr.scene.moment
    assert dsfr.page.message[1] in lines
    assert f"{moment:%H:%M}" in lines
    assert done.labels["key"]["clock"] == f"{moment:%H:%M} {moment:%d/%m/%Y}"
    assert done.labels["key"]["url"] in done.text
    assert done.labels["key"]["url"] != ""


@BROWSER
def test_a_corpus_has_what_the_scorer_reads(made: tuple[corpus.Choice, dict[str, Shot], Path]) -> None:
    """Every line has the scorer's fields, and names files that are there; pictures of nothing end the corpus."""
    _, _, out = made
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["base"] for line in lines if line["base"] != "special"] == ["s001"] * 3 + ["s005"] * 3
    for line in lines:
        assert line.keys() >= FIELDS
        assert line["key"].keys() == KEYS
        assert line["legibility"] in ORDER
        with Image.open(out / line["file"]) as picture:
            assert picture.size == (line["width"], line["height"])
        assert (out / line["text_file"]).exists()
        assert json.loads((out / line["boxes_file"]).read_text(encoding="utf-8"))["size"] == [
            line["width"],
            line["height"],
        ]
    assert {line["legibility_reason"] for line in lines if line["base"] == "special"} == {"no_text"}


def test_the_same_seed_makes_the_same_choices() -> None:
    """Scenes and degradations follow from the seed alone, and from nothing but the seed."""
    pages = read([SAMPLE])
    assert corpus.choices(pages, 4, 1) == corpus.choices(pages, 4, 1)
    assert corpus.choices(pages, 4, 1) != corpus.choices(pages, 4, 2)


def test_choices_are_balanced() -> None:
    """No degradation is met more than once more than another, none twice on a page, and every system is met."""
    page = read([SAMPLE])[0]
    pages = [replace(page, id=str(number)) for number in range(43)]
    found = corpus.choices(pages, 7, 3)
    counts = Counter(way for made in found for way in made.degradations)
    assert counts.keys() == degrade.ALL.keys()
    assert max(counts.values()) - min(counts.values()) <= 1
    assert all(len(set(made.degradations)) == 7 for made in found)
    assert {made.scene.system for made in found} == set(SYSTEMS)
    with pytest.raises(ValueError, match="only"):
        corpus.choices(pages, len(degrade.ALL) + 1, 3)


def test_a_page_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    """An unknown layout, a page that says nothing and an identifier used twice are named."""
    page = {"id": "x", "outcome": "none", "accept": [None], "layout": LAYOUTS[0], "message": ["Bonjour"]}
    for wrong, told in (
        ([{**page, "layout": "poster"}], "unknown layout 'poster'"),
        ([{**page, "message": [" "]}], "no message"),
        ([page, page], "used twice"),
    ):
        file = tmp_path / "pages.json"
        file.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(ValueError, match=told):
            read([file])


@given(
    height=st.floats(4, 40),
    wear=st.builds(
        Wear,
        scale=st.floats(0.1, 2),
        sigma=st.floats(0, 10),
        motion=st.floats(0, 30),
        noise=st.floats(0, 40),
        contrast=st.floats(0.02, 1),
        quality=st.integers(3, 100),
    ),
    worse=st.fixed_dictionaries(
        {},
        optional={
            "scale": st.just(0.5),
            "sigma": st.just(2.0),
            "motion": st.just(3.0),
            "contrast": st.just(0.5),
            "quality": st.just(0.5),
        },
    ),
)
def test_more_wear_never_reads_better(height: float, wear: Wear, worse: dict[str, float]) -> None:
    """Any wear that is added spreads ink as much or more, and never betters the label."""
    more = replace(
        wear,
        scale=wear.scale * worse.get("scale", 1),
        sigma=wear.sigma + worse.get("sigma", 0),
        motion=wear.motion + worse.get("motion", 0),
        contrast=wear.contrast * worse.get("contrast", 1),
        quality=round(wear.quality * worse.get("quality", 1)),
    )
    assert smear(height, 200, more) >= smear(height, 200, wear)
    assert ORDER.index(quality(height, 200, more).label) >= ORDER.index(quality(height, 200, wear).label)


@given(share=st.floats(0, 1), covered=st.booleans())
def test_a_message_in_parts_is_not_legible(share: float, covered: bool) -> None:
    """Only a message that is whole, or nearly, is legible on a perfect picture; else the reason is its content."""
    found = judged(8.0, 200, Wear(), share, covered)
    assert (found.label == "legible") is (share >= 0.97)
    assert (found.reason == "quality") is (found.label == "legible")


def test_dates_of_a_message() -> None:
    """Dates and times are found as French sites write them."""
    assert (
        dates("Le mardi 14 avril 2026 à 10h20, ou le 03/12/2025 à 9 h 05.")
        == "mardi 14 avril 2026 10h20 03/12/2025 9 h 05"
    )
    assert dates("Il reste 3 guichets sur 12.") == ""
