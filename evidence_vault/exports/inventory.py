"""The detailed inventory of exhibits (art. R. 412-2 CJA), as a PDF for people and as a table for machines."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import NOTE, SECTION, Style
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.exports.short_document import write_short

PDF, CSV = "Inventaire-detaille.pdf", "Inventaire-detaille.csv"
HEADINGS = (
    "piece", "libelle", "fichier", "premiere_page", "pages", "octets", "sha256", "inscription", "sha256_original"
)  # fmt: skip
_ROW = Style(size=8, leading=10)
_BOM = "\ufeff"
_NUMERO = "n° "
"""Before every number: without it, spreadsheets take « 2-1 » for a day of January."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the inventory: an exhibit, in which file and from which page of it."""

    called: str
    label: str
    file: str
    first_page: int
    pages: int
    size: int
    """Octets of the file, which several exhibits of a series share."""
    sha256: str
    """Of the file."""
    index: int
    """Entry of the ledger that names the original."""
    original: str
    """SHA-256 of the original."""


def write_csv(folder: Path, listed: Sequence[Listed]) -> str:
    """Write the table, which carries the digest of every file; returns its own digest (SHA-256)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(
        tuple(map(_cell, astuple(replace(line, called=f"{_NUMERO}{line.called}")))) for line in listed
    )  # fmt: skip
    # Spreadsheets take a table for UTF-8 only behind this mark.
    data = (_BOM + text.getvalue()).encode()
    (folder / CSV).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def read_csv(data: bytes) -> tuple[Listed, ...]:
    """Read a table written by `write_csv`, perhaps saved again by a spreadsheet; `ValueError` where it is none."""
    text = _decoded(data)
    for separator in ";,\t":
        try:
            head, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) or [[]]
        except csv.Error as error:
            raise ValueError("not an inventory") from error
        rows = [row for row in rows if any(row)]
        if tuple(head) == HEADINGS and all(len(row) == len(HEADINGS) for row in rows):
            return tuple(map(_listed, rows))
    raise ValueError("not an inventory")


def _decoded(data: bytes) -> str:
    """In the codings in which spreadsheets save tables."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _listed(row: Sequence[str]) -> Listed:
    called, label, file, first, pages, size, digest, index, original = row
    return Listed(
        called.removeprefix(_NUMERO), label, file, int(first), int(pages), int(size), digest, int(index), original
    )  # fmt: skip


def write_inventory(dossier: DossierInput, folder: Path, listed: Sequence[Listed]) -> None:
    """Write the PDF: every exhibit with its number, its label, its file and its pages."""

    def draw(pages: Pages, _dossier: DossierInput, numbered: Numbered) -> None:
        pages.new_page(bare=True)
        pages.heading("Inventaire détaillé des pièces", "inventory", SECTION)
        case = numbered.case.case
        pages.text(" — ".join(part for part in (case.applicant, case.prefecture, case.procedure) if part))
        width = pages.width
        columns = (
            Column("Pièce", width * 0.09, _ROW),
            Column("Libellé", width * 0.44, _ROW),
            Column("Fichier", width * 0.37, _ROW),
            Column("Pages", width * 0.1, _ROW),
        )
        draw_table(pages, columns, ((f"n° {line.called}", line.label, line.file, str(line.pages)) for line in listed))
        files = len({line.file for line in listed})
        pages.text(
            f"{words.count(len(listed), 'pièce')}, {words.count(files, 'fichier')}. L’empreinte SHA-256 de chaque "
            f"fichier est dans {CSV}.",
            NOTE,
        )

    write_short("Inventaire détaillé des pièces", dossier, folder / PDF, draw)


def _cell(value: object) -> object:
    """A cell as it is, but for what a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} else value
