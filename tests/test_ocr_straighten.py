"""Photos of a screen: lines are made level, and every word is laid back where it stood."""

from itertools import pairwise

import pytest
from ocr_pages import picture
from PIL import Image, ImageFilter

from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.straighten import Straightened, straightened
from evidence_vault.values import Box, Word

ROWS = [
    "Les services de l’État dans le Val-de-Brume",
    "Prendre un rendez-vous en préfecture : renouvellement",
    "Étape 3 sur 6 : vérification de disponibilité",
    "Il ne reste aucun créneau pour votre demande",
    "Merci de vous reconnecter dans quelques jours",
    "Mentions légales, plan du site, accessibilité, contact",
    "Préfecture du Val-de-Brume, démarche numéro 2778",
    "Données personnelles et gestion des cookies du site",
    "Service des étrangers, guichets numéros douze et treize",
    "Carte de séjour temporaire, premier renouvellement",
    "Vos droits et vos obligations pendant la procédure",
    "Retour à l’accueil du portail des services de l’État",
]


def page() -> Image.Image:
    return picture(*ROWS, size=(1000, 660)).convert("L")


def seen_from_the_side(upper: float, lower: float) -> Image.Image:
    """The page as if its lines fell by `upper` and `lower` pixels for each pixel to the right."""
    level, (width, height) = page(), page().size
    rise, fall = upper * width / 2, lower * width / 2
    corners = (0, rise, 0, height + fall, width, height - fall, width, -rise)
    return level.transform(level.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)


@pytest.mark.parametrize("slopes", [(0.012, 0.012), (-0.03, -0.03), (0.02, 0.04), (-0.02, -0.006)])
def test_lines_that_run_up_or_down_are_made_level(slopes: tuple[float, float]) -> None:
    found = straightened(seen_from_the_side(*slopes))

    middle = sum(slopes) / 2
    assert abs((found.upper + found.lower) / 2 - middle) < 0.2 * abs(middle)
    again = straightened(found.image)
    assert max(abs(again.upper), abs(again.lower)) <= 0.004


def test_a_level_page_is_left_as_it_is() -> None:
    for image in (page(), page().filter(ImageFilter.GaussianBlur(2)), Image.new("L", (1, 1)), Image.new("L", (900, 9))):
        found = straightened(image)
        assert found.image is image
        assert (found.upper, found.lower) == (0, 0)


def test_few_lines_do_not_tell_how_they_run() -> None:
    turned = picture(*ROWS[:2], size=(1000, 300)).rotate(0.6, fillcolor="white", resample=Image.Resampling.BICUBIC)

    assert straightened(turned.convert("L")).upper == 0


def test_words_are_laid_back_where_they_stood() -> None:
    slope = 0.03
    found = Straightened(page(), straightened(page()).marks, slope, slope)
    boxes = [Box(left=left, top=300, width=80, height=20) for left in (0, 460, 920)]

    line = found.restore(Line(tuple(Word(text="mot", box=box, confidence=90) for box in boxes)))

    middles = [word.box.top + word.box.height / 2 for word in line.words]
    assert [round(after - before) for before, after in pairwise(middles)] == [round(460 * slope)] * 2
    assert abs(middles[1] - 310) <= 1


def test_a_word_at_the_edge_stays_on_the_picture() -> None:
    found = Straightened(page(), straightened(page()).marks, 0.06, 0.06)

    for left in (0, 900):
        [word] = found.restore(
            Line((Word(text="x", box=Box(left=left, top=0, width=9, height=9), confidence=1),))
        ).words
        assert word.box.top >= 0
        assert word.box.height >= 1
