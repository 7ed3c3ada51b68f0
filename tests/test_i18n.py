"""Which language is spoken, and how a sentence is shown in it."""

import locale
import os
from collections.abc import Iterator

import pytest

from evidence_vault import i18n
from evidence_vault.messages import Message, say

KNOWN = "The dossier is in {path}."
FRENCH = "Le dossier est prêt\u00a0: {path}."


@pytest.fixture(autouse=True)
def language_restored() -> Iterator[None]:
    before = i18n.current()
    yield
    i18n.activate(before)


class TestPreferred:
    @pytest.mark.parametrize(
        ("environ", "language"),
        [
            ({"LANG": "fr_FR.UTF-8"}, "fr"),
            ({"LANG": "fr_CA"}, "fr"),
            ({"LANG": "C"}, "fr"),
            ({"LANG": "C.UTF-8"}, "fr"),
            ({"LANG": "POSIX"}, "fr"),
            ({"LANG": "ar_MA.UTF-8"}, "fr"),
            ({"LANG": "no-such-locale"}, "fr"),
            ({"LANG": "en_GB.UTF-8"}, "en"),
            ({"LANG": "en_US"}, "en"),
            ({"LANG": "en"}, "en"),
            ({"LANG": "EN_us"}, "en"),
            # the first that is set and not empty decides, in the order of gettext
            ({"LC_ALL": "en_GB.UTF-8", "LC_MESSAGES": "fr_FR", "LANG": "fr_FR"}, "en"),
            ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_GB"}, "fr"),
            ({"LC_MESSAGES": "en_GB.UTF-8", "LANG": "fr_FR"}, "en"),
            ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_GB"}, "en"),
            ({"LC_ALL": "C", "LANG": "en_GB"}, "fr"),
        ],
        ids=str,
    )
    def test_stated(self, environ: dict[str, str], language: i18n.Language) -> None:
        """The variables decide; English only where they say English."""
        assert i18n.preferred(environ) == language

    @pytest.mark.parametrize(
        ("found", "language"),
        [
            ((None, None), "fr"),
            (("fr_FR", "UTF-8"), "fr"),
            (("en_US", "UTF-8"), "en"),
            (("English_United Kingdom", "1252"), "en"),
            (("French_France", "1252"), "fr"),
            (("pt_PT", "UTF-8"), "fr"),
        ],
        ids=str,
    )
    def test_windows(
        self, found: tuple[str | None, str | None], language: i18n.Language, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without variables, Windows says which locale it is set to; French where that cannot be told."""
        with monkeypatch.context() as patch:
            patch.setattr(locale, "getlocale", lambda: found)
            patch.setattr(os, "name", "nt")
            spoken = i18n.preferred({})

        assert spoken == language

    def test_nothing_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Elsewhere nobody asked for English where no variable says so, whatever Python makes up."""
        with monkeypatch.context() as patch:
            patch.setattr(locale, "getlocale", lambda: ("en_US", "UTF-8"))
            patch.setattr(os, "name", "posix")
            spoken = i18n.preferred({})

        assert spoken == "fr"


class TestTranslate:
    def test_language_in_use(self) -> None:
        """A sentence is shown in the language in use, or in the one that is named."""
        i18n.activate("fr")
        assert i18n.translate(KNOWN) == i18n._(KNOWN) == FRENCH
        assert i18n.translate(KNOWN, "en") == KNOWN

        i18n.activate("en")
        assert i18n.translate(KNOWN) == i18n._(KNOWN) == KNOWN
        assert i18n.translate(KNOWN, "fr") == FRENCH

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_unknown_sentence(self, language: i18n.Language) -> None:
        """A sentence that no catalogue holds is shown in English, as it is."""
        assert i18n.translate("Nobody translated this.", language) == "Nobody translated this."

    def test_nothing(self) -> None:
        """An empty text stays empty: gettext keeps the header of the catalogue under it."""
        assert i18n.translate("", "fr") == ""


class TestRender:
    def test_gaps(self) -> None:
        """Gaps are filled in both languages; what fills them is never read as a template."""
        message = say(KNOWN, path="/tmp/{odd} é.pdf")

        assert i18n.render(message, "en") == "The dossier is in /tmp/{odd} é.pdf."
        assert i18n.render(message, "fr") == "Le dossier est prêt\u00a0: /tmp/{odd} é.pdf."

    def test_language_in_use(self) -> None:
        """Where no language is named, the one in use."""
        message = say(KNOWN, path="d.pdf")

        i18n.activate("fr")
        assert i18n.render(message) == i18n.render(message, "fr")
        i18n.activate("en")
        assert i18n.render(message) == str(message) == i18n.render(message, "en")

    def test_unknown_message(self) -> None:
        """A message that no catalogue holds falls back to English, its gaps filled."""
        message = Message("{count} lost translations", {"count": 3})

        assert i18n.render(message, "fr") == "3 lost translations"


def test_decimals_are_written_as_the_language_writes_them() -> None:
    i18n.activate("fr")
    assert i18n.decimal(0.494) == "0,49"
    i18n.activate("en")
    assert i18n.decimal(12.5, 1) == "12.5"
