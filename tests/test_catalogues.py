"""The French and English catalogues: complete, up to date, in clean French, with the same gaps as the sentences."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from evidence_vault import i18n, labels
from evidence_vault.cli import app
from evidence_vault.exports import dossier_words
from evidence_vault.ocr import outcome
from scripts import catalogues

SENTENCES = tuple(catalogues.sentences())
LANGUAGES = catalogues.LANGUAGES
CODE = re.compile(r"`[^`]*`")

FORBIDDEN = (
    r"\bconstat(s|ation|ations)?\b",
    r"procès-verba",
    r"accusés? de réception",
    r"acknowledgements? of receipt",
    r"certifiée?s?\b",
    r"\bcertified\b",
    r"\bqualifiée?s?\b",
    r"\bqualified\b",
)
"""What our output never calls itself (see the README, "What it proves"), in either language."""

DENIALS = re.compile(r"\bnot checked as qualified\b|\bnon vérifiée comme qualifiée\b")
"""What must be said of an authority that nobody found on a trusted list: the one place for such a word."""

# Pattern of what is wrong -> why. Code in backticks is taken out first.
TYPOGRAPHY = {
    r"'": "straight apostrophe",
    r'"': "straight quotation mark",
    r"\.\.\.": "three full stops for …",
    r"\S {2,}": "two blanks",
    r"(?<!\u202f)[;!?]": "no narrow non-breaking space before ; ! ?",
    r"(?<!\u00a0)[:»](?!\d)": "no non-breaking space before : or »",
    r"(?<!\u00a0)%": "no non-breaking space before %",
    r"«(?!\u00a0)": "no non-breaking space after «",
    r"n°(?!\u00a0)": "no non-breaking space after n°",
    r"\s[,.](?!\w)": "a blank before a comma or a full stop",
}


def french() -> Iterator[tuple[str, str]]:
    """Each sentence with its French."""
    for sentence in SENTENCES:
        yield sentence, i18n.translate(sentence, "fr")


def commands_of(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for child, found in getattr(command, "commands", {}).items():
        yield from commands_of(found, f"{name} {child}")


COMMANDS = dict(commands_of(typer.main.get_command(app), "evidence-vault"))


class TestCompleteness:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_sentences_of_the_code_and_of_the_catalogue_are_the_same(self, language: i18n.Language) -> None:
        """Nothing is missing from a catalogue, and nothing stands in it that the code no longer says."""
        kept = {item.id for item in catalogues.stored(language) if item.id}

        assert kept == set(SENTENCES)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_sentence_is_translated_with_its_gaps_and_commands(self, language: i18n.Language) -> None:
        """No translation is empty or only guessed; gaps, options and commands are those of the English."""
        assert list(catalogues.faults(catalogues.stored(language))) == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_files_are_as_the_tool_writes_them(self, language: i18n.Language) -> None:
        """The catalogues, the compiled ones included, are what `scripts/catalogues.py` would write now."""
        catalog = catalogues.merged(language, catalogues.sentences())

        for name, data in catalogues.written(catalog).items():
            assert (catalogues.folder(language) / name).read_bytes() == data, name

    def test_english_is_the_sentence_itself(self) -> None:
        """The English catalogue says what the code says."""
        assert [text for text in SENTENCES if i18n.translate(text, "en") != text] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_compiled_catalogue_is_read_by_gettext(self, language: i18n.Language) -> None:
        """The compiled file holds every sentence and names its language and its encoding."""
        compiled = gettext.translation("messages", i18n.CATALOGUES, [language])

        assert compiled.charset() == "utf-8"
        assert compiled.info()["language"] == language
        assert [text for text in SENTENCES if compiled.gettext(text) == ""] == []

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_of_every_command_and_option_is_in_french(self, name: str) -> None:
        """Every command, argument and option has a help text, and its French is another text."""
        command = COMMANDS[name]
        holders = [command, *(item for item in command.params if item.name not in catalogues.TYPERS_OWN)]

        assert [item.name for item in holders if not item.help] == []
        assert [item.name for item in holders if i18n.translate(item.help, "fr") == item.help] == []


class TestFrench:
    @pytest.mark.parametrize(("pattern", "fault"), TYPOGRAPHY.items(), ids=TYPOGRAPHY.values())
    def test_typography(self, pattern: str, fault: str) -> None:
        """Apostrophes, quotation marks and non-breaking spaces are those of French."""
        assert [text for _english, text in french() if re.search(pattern, CODE.sub("…", text))] == [], fault

    def test_accents(self) -> None:
        """French is written with composed letters, so that searching and cutting lines work."""
        assert [text for _english, text in french() if re.search(r"[\u0300-\u036f]", text)] == []

    @pytest.mark.parametrize("pattern", FORBIDDEN)
    def test_words_that_are_never_used(self, pattern: str) -> None:
        """Our output is never called by the name of an act that it is not."""
        said = ((pair, DENIALS.sub("", " ".join(pair))) for pair in french())

        assert [pair for pair, text in said if re.search(pattern, text, re.IGNORECASE)] == []

    def test_blanks_around_a_sentence(self) -> None:
        """A translation begins and ends with the same blanks as the sentence, so that columns stay in line."""
        for english, text in french():
            assert len(text) - len(text.lstrip()) == len(english) - len(english.lstrip()), english
            assert text == text.rstrip(), english

    def test_paragraphs(self) -> None:
        """A help text has as many paragraphs in French: the list of commands shows the first."""
        assert [text for english, text in french() if text.count("\n\n") != english.count("\n\n")] == []

    def test_full_stops(self) -> None:
        """A sentence that ends with a full stop ends with one in French, and a label does not gain one."""
        assert [
            text for english, text in french() if text.endswith(".") != english.endswith(".") and english != "No."
        ] == []

    @pytest.mark.parametrize(
        ("typed", "written"),
        [
            ("L'affaire : n° 3 ; « oui » ?", "L\u2019affaire\u00a0: n°\u00a03\u202f; «\u00a0oui\u00a0»\u202f?"),
            ("Tapez `pip install 'x' : y` !", "Tapez `pip install 'x' : y`\u202f!"),
            ("de 08:12 à 150 %", "de 08:12 à 150\u00a0%"),
            ("  Lu : « {text} »", "  Lu\u00a0: «\u00a0{text}\u00a0»"),
        ],
    )
    def test_what_is_typed_becomes_clean(self, typed: str, written: str) -> None:
        """Whoever translates may type plain apostrophes and blanks; doing it twice changes nothing more."""
        assert catalogues.typography(typed) == written
        assert catalogues.typography(written) == written


SOURCE = '''
from evidence_vault.errors import CaseError

def say(text: str, /, **params: str) -> Message:
    return Message(text, params)

TABLE = {"a": say("In a table.")}

def tell(name: str, text: str, size: int) -> Message:
    return Message(text)

def tell_more(text: str) -> Message:
    return tell("x", text, 1)

def work(context) -> None:
    """Not a sentence."""
    tell("not one", "Handed on.", 2)
    tell_more("Handed on " "twice.")
    progress("Working", 3)
    say("First." if context else "Second.")
    print("Not one either.")
    raise CaseError("{name} is lost.", name="x")
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one module, read in place of ours, with catalogues of its own."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "room.py").write_text(SOURCE)
    monkeypatch.setattr(catalogues, "SOURCE", folder)
    monkeypatch.setattr(catalogues, "_in_help", lambda *_: iter([("Help.", "--help")]))
    monkeypatch.setattr(i18n, "CATALOGUES", folder / "locale")
    return folder


def edit(package: Path, old: str, new: str, name: str = "locale/fr/LC_MESSAGES/messages.po") -> None:
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))


def answers(package: Path) -> None:
    """Translate: every empty sentence gets some French."""
    path = package / "locale/fr/LC_MESSAGES/messages.po"
    text = re.sub(r'msgid "(.+)"\nmsgstr ""', r'msgid "\1"\nmsgstr "FR \1"', path.read_text())
    path.write_text(text)
    assert catalogues.main(check=False) is None


class TestTool:
    def test_sentences_that_are_found(self, package: Path) -> None:
        """Texts of messages and errors, through any function that hands them on; nothing else."""
        (package / "progress.py").write_text("def progress(text: str, total: int):\n    return gettext(text)\n")

        assert set(catalogues.sentences()) == {
            "In a table.",
            "Handed on.",
            "Handed on twice.",
            "Working",
            "First.",
            "Second.",
            "{name} is lost.",
            "Help.",
        }

    @pytest.mark.parametrize("argument", ['f"{name} is lost."', '"Lost: " + name', '"Lost: %s" % name'])
    def test_sentence_put_together_at_run_time(self, package: Path, argument: str) -> None:
        """A sentence without a fixed text could never be translated: the tool names the place and writes nothing."""
        edit(package, '"{name} is lost.", name="x"', argument, "room.py")

        assert "package/room.py:22: a sentence put together at run time" in str(catalogues.main(check=False))
        assert not (package / "locale").exists()

    @pytest.mark.usefixtures("package")
    def test_new_sentences_are_named(self) -> None:
        """What has no French yet is listed, and what is listed is what `--check` refuses."""
        wrong = catalogues.main(check=False)

        assert wrong is not None
        assert "fr: no translation: {name} is lost." in wrong
        assert catalogues.main(check=True) == wrong

    def test_check_passes_once_translated(self, package: Path) -> None:
        """Translated and written, nothing is wrong; a second run changes no byte."""
        catalogues.main(check=False)
        answers(package)
        before = {path: path.read_bytes() for path in package.rglob("messages.*")}

        assert catalogues.main(check=True) is None
        assert catalogues.main(check=False) is None
        assert len(before) == 4
        assert {path: path.read_bytes() for path in package.rglob("messages.*")} == before

    def test_reworded_sentence_keeps_its_french_as_a_guess(self, package: Path) -> None:
        """The French of a sentence that was reworded is kept, marked, and not shown until somebody looked at it."""
        catalogues.main(check=False)
        answers(package)
        edit(package, "{name} is lost.", "{name} is quite lost.", "room.py")

        assert catalogues.main(check=False) == "fr: only guessed: {name} is quite lost."
        compiled = (package / "locale/fr/LC_MESSAGES/messages.mo").read_bytes()
        assert b"quite lost" not in compiled

    def test_sentence_that_is_gone(self, package: Path) -> None:
        """A sentence that the code no longer says leaves the catalogues; until then `--check` refuses them."""
        catalogues.main(check=False)
        answers(package)
        edit(package, 'print("Not one either.")', "pass", "room.py")
        edit(package, '    progress("Working", 3)\n', "", "room.py")
        edit(package, '    tell_more("Handed on " "twice.")\n', "", "room.py")

        assert "out of date" in str(catalogues.main(check=True))
        assert catalogues.main(check=False) is None
        assert "twice" not in (package / "locale/fr/LC_MESSAGES/messages.po").read_text()

    @pytest.mark.parametrize(
        ("sentence", "translation", "fault"),
        [
            ("{name} is lost.", "Perdu.", "other gaps"),
            ("{name} is lost.", "{nom} est perdu.", "other gaps"),
            ("First.", "", "no translation"),
        ],
    )
    def test_faulty_translation(self, package: Path, sentence: str, translation: str, fault: str) -> None:
        """A translation that would lose a value, or is not there, is refused."""
        catalogues.main(check=False)
        answers(package)
        edit(package, f'msgstr "FR {sentence}"', f'msgstr "{translation}"')

        assert fault in str(catalogues.main(check=True))

    def test_lost_command(self, package: Path) -> None:
        """A command or an option that is to be typed stands in the translation as it is."""
        edit(package, "In a table.", "Run `evidence-vault list` or add --yes.", "room.py")
        catalogues.main(check=False)
        answers(package)
        edit(
            package,
            'msgstr "FR Run `evidence-vault list` or add --yes."',
            'msgstr "Lancez `evidence-vault liste` ou --oui."',
        )

        assert catalogues.main(check=True) is not None
        assert "without --yes, `evidence-vault list`" in str(catalogues.main(check=False))

    def test_compiled_file_left_behind(self, package: Path) -> None:
        """A catalogue whose compiled file is another one is out of date."""
        catalogues.main(check=False)
        answers(package)
        (package / "locale/fr/LC_MESSAGES/messages.mo").write_bytes(b"")

        assert "messages.mo is out of date" in str(catalogues.main(check=True))


def test_every_detail_of_an_outcome_has_a_name() -> None:
    """No code of ours is shown to people, neither in a terminal nor in the dossier."""
    assert labels.DETAILS.keys() == dossier_words.DETAILS.keys() == set(outcome.DETAILS)
    shown = {code: i18n.render(name, "fr") for code, name in labels.DETAILS.items()}
    assert shown == dossier_words.DETAILS
