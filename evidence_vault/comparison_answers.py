"""What `--json` answers of the facts that a picture shows, and of what they were compared with."""

from typing import Any

from evidence_vault.contradiction_words import sentences
from evidence_vault.contradictions import Comparison
from evidence_vault.entries import utc_text
from evidence_vault.i18n import render
from evidence_vault.values import Box, Fact


def box_answer(box: Box | None) -> list[int] | None:
    """Left, top, width, height in pixels of the original."""
    return [box.left, box.top, box.width, box.height] if box else None


def fact_answer(fact: Fact) -> dict[str, Any]:
    """Something that a picture shows, and where."""
    return {"fact": fact.fact, "text": fact.text, "box": box_answer(fact.box), "confidence": fact.confidence}


def comparison_answer(found: Comparison) -> dict[str, Any]:
    """What a picture shows beside what is recorded, each with the entries that it comes from."""
    recorded = found.recorded
    return {
        "shown": fact_answer(found.fact) | {"exhibit": found.exhibit, "reading": found.reading},
        "recorded": {
            "what": recorded.against,
            "time": utc_text(recorded.moment) if recorded.moment else None,
            "precision": recorded.precision if recorded.moment else None,
            "address": recorded.address,
            "entry": recorded.entry,
        },
        "verdict": found.verdict,
        "finding": found.finding,
        "doubts": list(found.doubts),
        "sentences": [render(sentence) for sentence in sentences(found)],
    }
