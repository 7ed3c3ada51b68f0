"""What whole pages in somebody else's wordings are taken for: seldom for nothing, and never for the opposite."""

import json
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest
from ocr_pages import page

from evidence_vault.ocr.catalogue import load
from evidence_vault.ocr.outcome import propose

FOLDER = Path(__file__).parent.parent / "evaluation" / "pages"
PAGES: list[dict[str, Any]] = json.loads((FOLDER / "wordings.json").read_text("utf-8"))
NOT_RECOGNISED = frozenset(
    ["b007", "b048", "b059", "b084", "b086", "b087", "b090", "b097", "b101", "b104", "b106", "b108"]
)
"""Pages for which nothing is proposed, or less than the whole: known losses, none of them dangerous."""
DANGEROUS = {"no_slot", "appointment_obtained"}


def proposed(content: dict[str, Any]) -> str | None:
    """The outcome proposed for a page of which every word was read."""
    rows = [" ".join(str(cell) for cell in row) for row in content["rows"]]
    parts = [content["title"], content["site"], content["tagline"], *content["nav"], content["heading"]]
    parts += [*content["before"], *content["message"], *rows, *content["after"], *content["buttons"]]
    parts += [" ".join(content["footer"]), content["cookie"], content["foreign"]]
    text = "\n\n".join("\n".join(wrap(part, 70)) for part in parts if part)
    found = propose(page(text), load(), content["url"].split("//")[-1], 95).outcome
    return None if found == "unclassified" else found


@pytest.mark.parametrize("content", PAGES, ids=lambda content: str(content["id"]))
def test_a_page_is_taken_for_what_it_is(content: dict[str, Any]) -> None:
    found = proposed(content)

    assert found not in content["forbid"]
    assert found in content["accept"] or (content["id"] in NOT_RECOGNISED and found not in DANGEROUS)


@pytest.mark.parametrize(("name", "recognised"), [("free", 64), ("short", 63)])
def test_pages_in_free_wordings_are_seldom_recognised_and_never_for_the_opposite(name: str, recognised: int) -> None:
    """Wordings as free as people make them: what is lost is said in `docs/legibility.md`, and nothing is dangerous."""
    contents: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    found = {content["id"]: proposed(content) for content in contents}

    assert [content["id"] for content in contents if found[content["id"]] in content["forbid"]] == []
    assert [c["id"] for c in contents if found[c["id"]] in DANGEROUS and found[c["id"]] not in c["accept"]] == []
    right = sum(found[c["id"]] in [None if o == "unclassified" else o for o in c["accept"]] for c in contents)
    assert right >= recognised
