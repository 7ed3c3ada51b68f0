"""The scorer of readings, on four pictures whose score can be counted by hand."""

import json
from pathlib import Path

import pytest
from PIL import Image

from evaluation.report import BEGIN, END, markdown, replaced
from evaluation.score import cuts, load, table, worst


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two legible pictures, one unreadable, one without its message."""
    (tmp_path / "text.txt").write_text("Aucun créneau disponible 09:41", "utf-8")
    key = {"msg": "Aucun créneau disponible", "clock_visible": "09:41", "url_visible": ""}
    common = {"text_file": "text.txt", "key": key, "outcome": "no_slot", "outcome_accept": ["no_slot"]}
    rows = [("a", "legible", "quality"), ("b", "legible", "quality"), ("c", "illegible", "quality")]
    rows.append(("d", "illegible", "message_missing"))
    lines = [
        {"file": f"img/{name}.png", "base": f"p{number}", "degradation": "clean", **common}
        | {"legibility": label, "legibility_reason": why}
        for number, (name, label, why) in enumerate(rows, start=1)
    ]
    (tmp_path / "img").mkdir()
    for name, _, _ in rows:
        Image.new("RGB", (800, 600), "white").save(tmp_path / "img" / f"{name}.png")
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    told = [
        {
            "file": "a.png",
            "legible": True,
            "score": 0.9,
            "text": "Aucun creneau disponible 09:41",
            "outcome": "no_slot",
        },
        {"file": "b.png", "legible": False, "score": 0.4, "text": "Aucun disponible 09:47", "outcome": None},
        {"file": "c.png", "legible": False, "score": 0.5, "text": "", "outcome": None},
        {"file": "d.png", "legible": True, "score": 0.8, "text": "", "outcome": "appointment_obtained"},
    ]
    (tmp_path / "told.jsonl").write_text("\n".join(map(json.dumps, told)), "utf-8")
    return tmp_path


def test_what_is_measured(corpus: Path) -> None:
    rows = load(corpus, corpus / "told.jsonl")

    assert [(value, count) for _, value, count in table(rows)] == [
        ("50.0%", 2),
        ("1", 2),
        ("0.500", 3),
        ("83.3%", 2),
        ("50.0%", 2),
        ("–", 0),
        ("16.7%", 2),
        ("50.0%", 2),
        ("1", 4),
    ]


def test_the_worst_comes_first(corpus: Path) -> None:
    """A message-less picture that passes for an appointment stands above everything else."""
    assert worst(load(corpus, corpus / "told.jsonl"))[0].label["file"] == "img/d.png"


def test_the_best_cuts_accept_the_legible_and_the_fewest_others(corpus: Path) -> None:
    rows = load(corpus, corpus / "told.jsonl")

    assert cuts(rows) == (0.0, 0.4)
    assert cuts(rows, least=0.5) == (0.8, 0.9)


def test_the_report_parts_the_pages_and_shows_what_went_worst(corpus: Path, tmp_path: Path) -> None:
    page = tmp_path / "docs" / "legibility.md"
    rows = load(corpus, corpus / "told.jsonl")

    found = markdown(rows, corpus, page.with_suffix(""), page.parent)

    assert "| legible pictures accepted | 100.0% | 0.0% | 50.0% | 2 |" in found.splitlines()
    assert "| no_slot | 1 | 1 |" in found.splitlines()
    assert "(legibility/worst-01.webp)" in found
    with Image.open(page.with_suffix("") / "worst-01.webp") as copy:
        assert max(copy.size) <= 420


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    assert replaced(f"above\n{BEGIN}\nold\n{END}\nbelow\n", "new\n") == f"above\n{BEGIN}\n\nnew\n\n{END}\nbelow\n"
    with pytest.raises(ValueError, match="no <!-- measured"):
        replaced("above\nbelow\n", "new\n")
