"""The words of a reading as hOCR: what the entry says, where an XML parser finds it, and the same bytes each time."""

import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from builders import CaseBuilder
from cli_runner import Cli, DictatedEngine, prepared
from helpers import draw
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault import kinds, values
from evidence_vault.casefile import ExhibitView, ReadingView
from evidence_vault.exports.hocr import CAPABILITIES, hocr

X = "{http://www.w3.org/1999/xhtml}"
LINES = (("Aucun", "créneau", "disponible"), ("pour", "le", "moment."), ("Mentions", "légales"))
TOPS = (100, 130, 600)


def word(text: str, left: int, top: int, confidence: int = 91) -> values.Word:
    return values.Word(text=text, box=values.Box(left=left, top=top, width=80, height=20), confidence=confidence)


WORDS = tuple(
    word(text, 40 + 90 * n, top, 90 + n) for line, top in zip(LINES, TOPS, strict=True) for n, text in enumerate(line)
)
TEXT = "\n".join(" ".join(line) for line in LINES)


def read(words: tuple[values.Word, ...] = WORDS, text: str = TEXT, **fields: str) -> tuple[ExhibitView, ReadingView]:
    builder = CaseBuilder(id="00" * 16)
    builder.open()
    exhibit = builder.exhibit(b"a picture", 1366, 768, attempt=builder.attempt())
    builder.reading(exhibit, words=words, text=text, **fields)
    (view,) = builder.built().file.exhibits
    return view, view.readings[-1]


def tree(data: bytes) -> ET.Element:
    return ET.fromstring(data)


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("class") == name]


def test_every_word_stands_where_it_was_read() -> None:
    """Text, box and confidence of each word, in the order of the reading; nothing is added."""
    found = of_class(tree(hocr(*read())), "ocrx_word")

    assert [(one.text, one.get("title")) for one in found] == [
        (
            one.text,
            f"bbox {one.box.left} {one.box.top} {one.box.left + 80} {one.box.top + 20}; x_wconf {one.confidence}",
        )
        for one in WORDS
    ]


def test_lines_are_those_of_the_text_and_paragraphs_those_that_follow_one_another() -> None:
    """A page holds paragraphs, a paragraph lines, a line words; each box is around what it holds."""
    root = tree(hocr(*read()))
    (page,) = of_class(root, "ocr_page")

    assert [[len(line) for line in paragraph] for paragraph in page] == [[3, 3], [2]]
    assert ["".join(line.itertext()) for line in of_class(root, "ocr_line")] == TEXT.split("\n")
    assert [one.get("title") for one in of_class(root, "ocr_par")] == ["bbox 40 100 300 150", "bbox 40 600 210 620"]
    assert {one.get("class") for one in root.iter() if one.get("class")} == {*CAPABILITIES.split()} - {"ocrp_wconf"}


def test_the_page_names_what_it_was_made_from() -> None:
    """The picture by its digest and size, the entry by its index and chain digest, the engine, the capabilities."""
    exhibit, reading = read(engine='tesseract "5" <fra>')
    root = tree(hocr(exhibit, reading))
    stated = {one.get("name"): one.get("content") for one in root.iter(f"{X}meta") if one.get("name")}

    assert of_class(root, "ocr_page")[0].get("title") == (
        f'image "exhibits/{exhibit.exhibit.sha256}.png"; bbox 0 0 1366 768; ppageno 0'
    )
    assert stated["ocr-system"] == 'tesseract "5" <fra>'
    assert stated["ocr-capabilities"] == CAPABILITIES
    assert stated["evidence-vault-entry"] == str(reading.entry.index)
    assert stated["evidence-vault-chain-digest"] == reading.entry.digest


def test_identifiers_are_used_once() -> None:
    ids = [one.get("id") for one in tree(hocr(*read())).iter() if one.get("id")]

    assert len(ids) == len(set(ids)) == 1 + 2 + 3 + 8


@given(st.lists(st.text(st.characters(exclude_categories=["Zs", "Cs", "Cc", "Zl", "Zp"]), min_size=1), max_size=6))
def test_whatever_was_read_is_well_formed(texts: list[str]) -> None:
    """Marks of XML, hostile signs and every script go through a parser; what is harmless comes back unchanged."""
    words = tuple(word(text, 10, 30 * n) for n, text in enumerate(texts))

    found = of_class(tree(hocr(*read(words, "\n".join(texts)))), "ocrx_word")

    assert len(found) == len(texts)
    for one, text in zip(found, texts, strict=True):
        assert one.text == text or "\ufffd" in str(one.text)


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\ufffe"])
def test_no_sign_turns_the_line_around(sign: str) -> None:
    """A sign that commands stands as a visible mark, and each word is isolated from its neighbours."""
    data = hocr(*read((word(f"a{sign}b", 10, 10),), f"a{sign}b"))
    (found,) = of_class(tree(data), "ocrx_word")

    assert (found.text, found.get("dir")) == ("a\ufffdb", "auto")
    assert sign not in data.decode()


def test_words_that_the_text_does_not_say_are_still_all_there() -> None:
    """Where an entry's text and words do not agree, lines are unknown, and no word is lost."""
    root = tree(hocr(*read(text="Something else")))

    assert len(of_class(root, "ocr_line")) == 1
    assert len(of_class(root, "ocrx_word")) == len(WORDS)


def test_a_picture_without_words_is_a_page_without_a_paragraph() -> None:
    (page,) = of_class(tree(hocr(*read((), ""))), "ocr_page")

    assert list(page) == []


class TestCommand:
    @pytest.fixture
    def recorded(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
        monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        program = prepared(tmp_path)
        (tmp_path / "shot.png").write_bytes(draw())
        program.done("log", tmp_path / "shot.png", "--yes")
        return program

    def test_the_same_file_for_the_picture_and_its_reading(self, recorded: Cli, tmp_path: Path) -> None:
        """Named by the picture or by the reading, it has the digest that is printed, and the ledger does not grow."""
        before = recorded.json("list")["size"]
        answers = [recorded.json("export", "words", index, "-o", tmp_path / f"{index}.hocr") for index in (2, 3)]
        files = [Path(answer["path"]).read_bytes() for answer in answers]

        assert files[0] == files[1]
        assert {answer["sha256"] for answer in answers} == {hashlib.sha256(files[0]).hexdigest()}
        assert [one.text for one in of_class(tree(files[0]), "ocrx_word")] == ["Aucun", "créneau", "disponible"]
        assert recorded.json("list")["size"] == before
        printed = recorded.done("export", "words", 2, "-o", tmp_path / "again.hocr").out
        assert re.match(rf"{answers[0]['sha256']}  \S+again\.hocr\n", printed)

    @pytest.mark.parametrize("index", [1, 99])
    def test_what_is_no_reading_writes_nothing(self, recorded: Cli, tmp_path: Path, index: int) -> None:
        answer = recorded("export", "words", index, "-o", tmp_path / "no.hocr")

        assert answer.code == 12
        assert "nothing was written" in answer.err
        assert not (tmp_path / "no.hocr").exists()

    @pytest.mark.parametrize("status", ["failed", "timeout", "unavailable"])
    def test_a_failure_is_said_and_never_written_as_an_empty_page(
        self, recorded: Cli, tmp_path: Path, status: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "evidence_vault.judging.read_many",
            lambda jobs, _engine: (kinds.Reading(status=status) for _ in jobs),  # type: ignore[arg-type]
        )
        (tmp_path / "other.png").write_bytes(draw(size=(500, 160)))
        index = recorded.json("log", tmp_path / "other.png", "--yes")["exhibits"][0]["index"]

        answer = recorded("export", "words", index, "-o", tmp_path / "no.hocr")

        assert answer.code == 12
        assert status in answer.err
        assert not (tmp_path / "no.hocr").exists()
