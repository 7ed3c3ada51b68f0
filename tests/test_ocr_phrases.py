"""Every phrase of the catalogue recognises its example, and `scripts/phrase.py` adds a phrase with its example."""

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from evidence_vault.ocr.catalogue import Phrase, load, read
from evidence_vault.ocr.outcome import propose

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "phrases"
EXAMPLES: dict[str, dict[str, dict[str, list[str]]]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("*.json"))
}
STATED = {name: sentences for platform in EXAMPLES.values() for name, sentences in platform.items()}


def script() -> Any:
    spec = importlib.util.spec_from_file_location("phrase_script", ROOT / "scripts" / "phrase.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


phrase_script = script()


def as_displayed(phrase: Phrase) -> str:
    """The phrase with the first of its choices, as a page could show it."""
    text = re.sub(r"\(([^|)]*)[^)]*\)", r"\1", phrase.text)
    for sign, shown in {"…": "5", "{n}": "3", "{date}": "12/05/2026", "{time}": "9h30"}.items():
        text = text.replace(sign, shown)
    return " ".join(text.split()) + "."


def said(sentence: str) -> set[str]:
    return {phrase.id for phrase in phrase_script.recognised(sentence, load())}


@pytest.mark.parametrize("phrase", [phrase for phrase, _, _ in load().phrases], ids=lambda phrase: phrase.id)
def test_every_phrase_recognises_its_example(phrase: Phrase) -> None:
    """The sentences that were given with it, each taken for its outcome where it decides alone; else its own words."""
    given = STATED.get(phrase.id, {}).get("match", [])

    for sentence in given or [as_displayed(phrase)]:
        assert phrase.id in said(sentence)
    for sentence in given if phrase.weight == "strong" else []:
        assert propose(phrase_script.page(sentence), load(), phrase_script.OFFICIAL, 95).outcome == phrase.outcome


@pytest.mark.parametrize("name", [name for name, given in STATED.items() if given["no_match"]])
def test_what_must_not_match_does_not(name: str) -> None:
    assert [sentence for sentence in STATED[name]["no_match"] if name in said(sentence)] == []


def test_examples_are_of_phrases_that_exist() -> None:
    """Each file is about the phrases of the platform of its name: an example outlives no phrase unnoticed."""
    for platform, given in EXAMPLES.items():
        content = json.loads((phrase_script.CATALOGUE / f"{platform}.json").read_text("utf-8"))
        assert set(given) <= {phrase["id"] for phrase in content["phrases"]}


class TestAdding:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A copy of the catalogue, with its examples beside it."""
        shutil.copytree(phrase_script.CATALOGUE, tmp_path / "catalogue")
        shutil.copytree(DATA, tmp_path / "phrases")
        return tmp_path

    def add(self, folder: Path, *arguments: str) -> Any:
        wanted = phrase_script.wanted_from(arguments, load())
        added = phrase_script.add(wanted, folder / "catalogue", folder / "phrases")
        for path, data in added.files.items():
            path.write_bytes(data)
        return added

    GIVEN = (
        "anef",
        "Le portail des licornes est (verrouillé|suspendu)",
        *("--outcome", "site_error", "--detail", "blocked_procedure", "--confidence", "high"),
        *("--source", "https://www.example.org/, seen on 2026-11-26"),
        *("--example", "Le portail des licornes est suspendu.", "--not", "Le portail des licornes est ouvert."),
    )

    def test_the_phrase_and_its_sentences_are_written(self, folder: Path) -> None:
        """One line more in the catalogue, the others byte for byte as they were; the sentences in the tests' data."""
        before = (folder / "catalogue/anef.json").read_text("utf-8")

        added = self.add(folder, *self.GIVEN)

        after = (folder / "catalogue/anef.json").read_text("utf-8")
        line = (
            '    {"id": "anef-portail-des-licornes-est", "text": "Le portail des licornes est (verrouillé|suspendu)", '
            '"outcome": "site_error", "detail": "blocked_procedure", '
            '"source": "https://www.example.org/, seen on 2026-11-26", "confidence": "high"}'
        )
        assert after == before.removesuffix("\n  ]\n}\n") + f",\n{line}\n  ]\n}}\n"
        assert json.loads((folder / "phrases/anef.json").read_text("utf-8"))["anef-portail-des-licornes-est"] == {
            "match": ["Le portail des licornes est suspendu."],
            "no_match": ["Le portail des licornes est ouvert."],
        }
        assert added.told == ()

    def test_the_catalogue_with_it_recognises_it(self, folder: Path) -> None:
        """What was written loads, has another version, and takes the example for its outcome."""
        self.add(folder, *self.GIVEN)
        extended = read({path.name: path.read_bytes() for path in (folder / "catalogue").iterdir()})

        proposed = propose(
            phrase_script.page("Le portail des licornes est verrouillé."), extended, phrase_script.OFFICIAL, 95
        )

        assert (proposed.outcome, proposed.detail) == ("site_error", "blocked_procedure")
        assert extended.version != load().version

    def changed(self, **changes: str) -> list[str]:
        """The same with other values, by the names of the options."""
        given = list(self.GIVEN)
        for name, value in changes.items():
            place = {"platform": 0, "text": 1}
            given[place[name] if name in place else given.index(f"--{name}") + 1] = value
        return given

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            pytest.param({"platform": "nowhere"}, "There is no platform nowhere. Known: anef", id="platform"),
            pytest.param({"platform": "setting"}, "There is no platform setting", id="not-a-platform"),
            pytest.param({"text": "Demandes invalides"}, "already: anef-invalid", id="duplicate"),
            pytest.param({"source": " "}, "needs a source", id="source"),
            pytest.param({"example": "Bonjour."}, "not recognised by the phrase: Bonjour.", id="example"),
            pytest.param({"example": " "}, "needs an example", id="no-example"),
            pytest.param(
                {"not": "Le portail des licornes est verrouillé."}, "must not match, and does", id="counterexample"
            ),
            pytest.param({"text": "le"}, "This is no phrase of the catalogue", id="nothing"),
            pytest.param(
                {"example": "Le portail des licornes est suspendu. Aucun créneau disponible.", "outcome": "login"},
                "taken for no_slot, not login; ",
                id="other-outcome",
            ),
        ],
    )
    def test_what_cannot_be_right_is_refused(self, folder: Path, changes: dict[str, str], why: str) -> None:
        """Nothing is written, and one sentence says why."""
        before = {path: path.read_bytes() for path in folder.rglob("*.json")}

        with pytest.raises(phrase_script.RefusedError, match=re.escape(why)):
            self.add(folder, *self.changed(**changes))

        assert {path: path.read_bytes() for path in folder.rglob("*.json")} == before

    def test_phrases_that_match_already_are_told(self, folder: Path) -> None:
        """One that says the same is told as such, one that says something else with both outcomes."""
        overlapping = self.changed(text="Demande invalide (ce jour|)", example="Demande invalide ce jour.")

        assert self.add(folder, *overlapping).told == (
            "anef-invalid matches the example already (site_error): Demande invalide",
        )

    def test_identifiers_are_made_and_never_used_twice(self) -> None:
        known = load()

        assert phrase_script.identifier("anef", "Accès (refusé|bloqué) {date}", known) == "anef-acces"
        assert phrase_script.identifier("rdvp", "full", known) == "rdvp-full-2"
