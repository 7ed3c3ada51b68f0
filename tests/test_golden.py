"""Pages look as they did when somebody last looked at them, and a page that does not is told from them."""

import datetime as dt
from pathlib import Path

import golden_pages as golden
import pytest
from PIL import Image
from test_dossier import MADE_AT

SEEN = Path(__file__).parent.parent / "build" / "golden"
"""Where what differs is left to be looked at."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Image.Image]:
    return golden.pictures(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("name", golden.NAMES)
def test_looks_as_it_should(pages: dict[str, Image.Image], name: str) -> None:
    """A page that is meant to look otherwise: look at the picture, then `make golden`."""
    found = golden.difference(golden.kept(name), pages[name])
    if not found.is_small:
        SEEN.mkdir(parents=True, exist_ok=True)
        found.shown.save(SEEN / f"{name}.png")

    assert found.is_small, f"mean {found.mean:.2f}, local {found.local:.1f}: see {SEEN / name}.png"


def test_pictures_are_of_these_pages_and_small() -> None:
    """No picture is left behind by a page that is drawn no more, and a clone stays light."""
    kept = list(golden.FOLDER.iterdir())

    assert {path.name for path in kept} == {f"{name}.png" for name in golden.NAMES}
    assert sum(path.stat().st_size for path in kept) < 400_000


@pytest.mark.parametrize("name", golden.NAMES)
def test_a_line_that_moved_is_seen(name: str) -> None:
    """What is below the first fifth of a page moved by one pixel, half a millimetre."""
    expected = golden.kept(name)
    moved = expected.copy()
    moved.paste(expected.crop((0, expected.height // 5, *expected.size)), (0, expected.height // 5 + 1))

    assert not golden.difference(expected, moved).is_small


@pytest.mark.parametrize("name", ["cover", "summary"])
def test_another_word_is_seen(tmp_path: Path, name: str) -> None:
    """One word of small print is enough: the day on which the dossier was made, and nothing else, is another."""
    later = golden.pictures(tmp_path, made_at=MADE_AT + dt.timedelta(days=100))

    assert not golden.difference(golden.kept(name), later[name]).is_small


def test_another_size_is_seen(pages: dict[str, Image.Image]) -> None:
    """A page that has more below its last line is not compared as far as the old one went."""
    longer = Image.new("L", (pages["card"].width, pages["card"].height + 30), 255)
    longer.paste(pages["card"])
    longer.paste(0, (20, longer.height - 20, 60, longer.height - 10))

    assert not golden.difference(golden.kept("card"), longer).is_small
