"""The catalogue of platform messages: data that is checked before it judges anything."""

import json
import re
from importlib.resources import files

import pytest
from ocr_pages import ADDRESS, HEADER, page

from evidence_vault.ocr import outcome
from evidence_vault.ocr.catalogue import Phrase, compile_phrase, load

VERBATIM = [phrase for phrase, _, _ in load().phrases if phrase.source != "own" and phrase.weight == "strong"]


def test_the_version_names_the_data() -> None:
    """The same files give the same name, so that a reading says which catalogue judged it."""
    assert load().version == load.__wrapped__().version
    assert len(load().version) == 12


def test_every_file_says_which_platform_it_is_for() -> None:
    for file in files("evidence_vault.ocr").joinpath("catalogue").iterdir():
        if file.name not in {"general.json", "setting.json", "statements.json"} and file.name.endswith(".json"):
            content = json.loads(file.read_text(encoding="utf-8"))
            assert f"{content['platform']}.json" == file.name
            assert all(phrase["source"] for phrase in content["phrases"])


@pytest.mark.parametrize("phrase", VERBATIM, ids=lambda phrase: phrase.id)
def test_each_message_known_from_a_source_is_found_where_it_stands_alone(phrase: Phrase) -> None:
    first_choices = re.sub(r"\(([^|)]*)[^)]*\)", r"\1", phrase.text.replace("…", "5"))

    assert outcome.propose(page(HEADER + first_choices), load(), ADDRESS, 95).outcome == phrase.outcome


def test_a_choice_that_folds_to_nothing_is_refused() -> None:
    """« dès » is left out by folding; without an empty choice beside it, the phrase would say less than it shows."""
    with pytest.raises(ValueError, match="folds to nothing"):
        compile_phrase("ouvert (des|partir) {date}")


@pytest.mark.parametrize(
    ("phrase", "tokens"),
    [
        ("aucun créneau (disponible|libre)", " aucun creneau libre"),
        ("aucun créneau", " aucun _ creneau"),
        ("fermé … {date}", " ferme jusqu lundi 3 juin 2026"),
        ("{n} créneaux", " 12 creneau"),
        ("à {time}", " #t"),
    ],
)
def test_signs_of_a_phrase(phrase: str, tokens: str) -> None:
    assert compile_phrase(phrase).search(tokens)


@pytest.mark.parametrize(
    ("phrase", "tokens"),
    [
        ("aucun créneau", " aucun autre creneau"),
        ("aucun créneau", " aucun _ _ creneau"),
        ("fermé … {date}", " ferme . lundi 3 juin"),
        ("libre", " librement"),
    ],
)
def test_a_phrase_does_not_reach_further(phrase: str, tokens: str) -> None:
    """Not over a known word, not over two unknown ones, not into the next sentence, not into a longer word."""
    assert compile_phrase(phrase).search(tokens) is None
