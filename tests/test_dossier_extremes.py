"""A dossier at its edges: very many attempts, one or two, the night the clocks change, names that break layouts."""

import datetime as dt
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from builders import CaseBuilder, make_case
from test_dossier import bookmarks, flat, poppler, shot, texts, write

pytestmark = poppler


def test_a_thousand_attempts(tmp_path: Path) -> None:
    """Every number, digest and bookmark is there, and each bookmark leads to the sheet that it names."""
    case = make_case(1000, every=dt.timedelta(hours=7))
    pages = texts(write(case, tmp_path / "dossier.pdf"))
    pages = [re.sub(r"\s", "", page) for page in pages]
    whole = "".join(pages)
    with pikepdf.open(tmp_path / "dossier.pdf") as pdf:
        sheets = {title: page for _, title, page in bookmarks(pdf) if title.startswith("Tentative n°")}

    assert all(view.entry.digest in whole for view in case.file.attempts)
    assert len(sheets) == 1000
    for title, page in sheets.items():
        assert re.sub(r"\s", "", title) in pages[page - 1]


@pytest.mark.parametrize("attempts", [1, 2])
def test_words_agree_with_their_numbers(tmp_path: Path, attempts: int) -> None:
    """« 1 tentative », « 2 tentatives »: never « 1 tentatives », nor « 2 tentative »."""
    text = flat(write(make_case(attempts, [shot(300, 200)]), tmp_path / "dossier.pdf"))

    assert not re.search(r"(?<![\d ,])1 (?:tentatives|pièces|captures|jours|semaines|inscriptions)\b", text)
    # In the list of exhibits « tentative n° 2 » stands before the name of a file.
    assert not re.search(r"(?<!n° )\b[2-9] (?:tentative|pièce|capture|jour|inscription)\b", text)


def test_the_hour_that_comes_twice(tmp_path: Path) -> None:
    """In the night when clocks go back, 2 h 30 in summer time and 2 h 30 an hour later are told apart."""
    builder = CaseBuilder()
    builder.open()
    for hour in (0, 1, 2):
        builder.outcome(builder.attempt(dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC)))
    text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

    assert "Tentative n° 1 — dimanche 25 octobre 2026 à 2 h 30, heure d’été (heure déclarée)" in text
    assert "Tentative n° 2 — dimanche 25 octobre 2026 à 2 h 30, heure d’hiver (heure déclarée)" in text
    assert "Tentative n° 3 — dimanche 25 octobre 2026 à 3 h 30 (heure déclarée)" in text


@pytest.mark.parametrize(
    "name", ["Ô", "Marie-Ève-Anne d’Hauteville-N’Diaye", "عبد الرحمن محمد", "Nguyễn Thị Ánh", "Wolfeschlegelstein" * 5]
)
def test_no_name_breaks_a_page(tmp_path: Path, name: str) -> None:
    """Nothing is drawn beyond the edge of a page, and the summary stays one page."""
    case = make_case(1, [shot(300, 200)], applicant=name, operator=name, prefecture=f"Préfecture {name}")
    with pikepdf.open(write(case, tmp_path / "dossier.pdf")) as pdf:
        starts = {title: page for level, title, page in bookmarks(pdf) if level == 0}
        boxes = [[float(edge) for edge in page.mediabox] for page in pdf.pages]

    found = list(starts.values())
    assert found[1] - found[0] == 1
    for words, (_, _, width, height) in zip(_placed(tmp_path / "dossier.pdf"), boxes, strict=True):
        assert all(0 <= left < right <= width and 0 <= top < bottom <= height for left, top, right, bottom in words)


def _placed(pdf: Path) -> list[list[tuple[float, float, float, float]]]:
    """The rectangle of each word, page by page, from the top left."""
    drawn = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    word = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"')
    return [
        [(float(a), float(b), float(c), float(d)) for a, b, c, d in word.findall(page)]
        for page in drawn.split("<page ")[1:]
    ]
