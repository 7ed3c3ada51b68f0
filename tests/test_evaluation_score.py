"""The scorer of readings, on four pictures whose score can be counted by hand."""

import json
from pathlib import Path

import pytest

from evaluation.score import load, markdown, table


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two legible pictures, one unreadable, one without its message."""
    (tmp_path / "text.txt").write_text("Aucun créneau disponible 09:41", "utf-8")
    key = {"msg": "Aucun créneau disponible", "clock_visible": "09:41", "url_visible": ""}
    common = {"text_file": "text.txt", "key": key, "outcome": "no_slot", "outcome_accept": ["no_slot"]}
    rows = [("a", "legible", "quality"), ("b", "legible", "quality"), ("c", "illegible", "quality")]
    rows.append(("d", "illegible", "message_missing"))
    lines = [
        {"file": f"img/{name}.png", "degradation": "clean", "legibility": label, "legibility_reason": why, **common}
        for name, label, why in rows
    ]
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
    lines = markdown(load(corpus, corpus / "told.jsonl")).splitlines()

    assert next(line for line in lines if line.startswith("- ")).startswith("- img/d.png")
    assert "| no_slot | 1 | 1 |" in lines
