"""The words of a reading as hOCR 1.2: where each stands on the picture, and how sure the engine was of it.

A rendering of one entry of the ledger and of nothing else: the same entry gives the same bytes, so that the digest of
the file names it, and the entry, which is signed, stands behind it. Lines are those of the text that was recorded;
paragraphs are lines that continue one another downwards, as the reader puts them together.
"""

from collections.abc import Iterator, Sequence
from html import escape

from evidence_vault.casefile import ExhibitView, ReadingView
from evidence_vault.exports.bundle import exhibit_path
from evidence_vault.messages import visible
from evidence_vault.ocr.lines import Line, around, wrapped
from evidence_vault.values import Box, Word

CAPABILITIES = "ocr_page ocr_par ocr_line ocrx_word ocrp_wconf"


def hocr(exhibit: ExhibitView, reading: ReadingView) -> bytes:
    """A reading as XHTML in UTF-8; `reading` is one of `exhibit`, and its status is `read`.

    Every word is escaped and isolated, so that none turns the line around; signs that would command or that XML cannot
    hold stand as U+FFFD. Nothing else of a word is changed. A reading in which no word was found gives a page without
    a paragraph.
    """
    shown = exhibit.exhibit
    about = {
        "ocr-system": reading.reading.engine or "",
        "ocr-capabilities": CAPABILITIES,
        "ocr-number-of-pages": "1",
        "evidence-vault-case": reading.entry.header.case,
        "evidence-vault-entry": str(reading.entry.index),
        "evidence-vault-chain-digest": reading.entry.digest,
        "evidence-vault-exhibit-sha256": shown.sha256 or "",
    }
    image = exhibit_path(shown.sha256 or "", shown.media_type)
    page = f'image "{image}"; {_bbox(Box(left=0, top=0, width=shown.width or 0, height=shown.height or 0))}; ppageno 0'
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!DOCTYPE html>",
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr" lang="fr">',
        "<head>",
        "<title>hOCR</title>",
        '<meta charset="utf-8" />',
        *(f'<meta name="{name}" content="{_text(value)}" />' for name, value in about.items()),
        "</head>",
        "<body>",
        f'<div class="ocr_page" id="page_1" title="{_text(page)}">',
        *_paragraphs(tuple(_lines(reading.reading.text or "", reading.reading.words or ()))),
        "</div>",
        "</body>",
        "</html>",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _lines(text: str, words: Sequence[Word]) -> Iterator[Line]:
    """The words line by line as the text gives them; all in one line where the text is another."""
    rows = [row.split(" ") for row in text.split("\n") if row]
    if [piece for row in rows for piece in row] != [word.text for word in words]:
        rows = [[word.text for word in words]] if words else []
    at = 0
    for row in rows:
        yield Line(tuple(words[at : at + len(row)]))
        at += len(row)


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    line_number = word_number = 0
    for number, paragraph in enumerate(wrapped(lines), start=1):
        box = around(word for line in paragraph for word in line.words)
        yield f'<p class="ocr_par" id="par_1_{number}" title="{_bbox(box)}">'
        for line in paragraph:
            line_number += 1
            spans = []
            for word in line.words:
                word_number += 1
                title = f"{_bbox(word.box)}; x_wconf {word.confidence}"
                spans.append(
                    f'<span class="ocrx_word" id="word_1_{word_number}" title="{title}" dir="auto">'
                    f"{_text(word.text)}</span>"
                )
            yield f'<span class="ocr_line" id="line_1_{line_number}" title="{_bbox(line.box)}">{" ".join(spans)}</span>'
        yield "</p>"


def _bbox(box: Box) -> str:
    return f"bbox {box.left} {box.top} {box.left + box.width} {box.top + box.height}"


def _text(text: str) -> str:
    """Escaped for text and for attributes, without signs that turn a line around or that XML refuses."""
    return escape("".join("\ufffd" if sign in "\ufffe\uffff" else sign for sign in visible(text)), quote=True)
