"""The draft of a request for useful measures (art. L. 521-3 CJA), as a text for a lawyer to go on with (python-docx).

It holds the facts and the numbers of the exhibits that show them. What only a lawyer can write is a highlighted blank,
and no law is quoted that is not in the data file of the dossier.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from evidence_vault import __version__
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.archival import plain
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_conditions import NOTHING, TITLES, facts_by_condition
from evidence_vault.exports.dossier_text import french
from evidence_vault.exports.exhibit_plan import items_of
from evidence_vault.exports.legal import legal_block, legal_texts
from evidence_vault.exports.told_facts import attempts_told, steps_told
from evidence_vault.words import Condition

_CITED: dict[Condition, Sequence[str]] = {
    "urgency": ("CE-453391",),
    "utility": ("CE-435594", "CE-448178"),
    "no_obstacle": (),
}


def _said(text: str) -> str:
    """French as it is printed, without the signs that the format cannot hold."""
    return french(plain(text))


_FONT = "Times New Roman"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def petition(dossier: DossierInput, counsel: str | None) -> bytes:
    """The draft as a .docx; the same input gives the same bytes."""
    numbered = Numbered(dossier.case, dossier.attestations, first=dossier.first)
    paper = _Paper(dossier.made_at)
    _head(paper, numbered, counsel)
    _facts(paper, numbered)
    paper.heading("Discussion", 1)
    paper.quote("L521-3")
    for condition, facts in facts_by_condition(numbered, dossier.made_at):
        paper.heading(TITLES[condition], 2)
        rows = [(fact.about, None if fact.held == NOTHING else fact.held, fact.shown_by or "—") for fact in facts]
        paper.table(("Fait", "Au dossier", "Pièces"), (4, 8, 4), rows)
        for block in _CITED[condition]:
            paper.quote(block)
        paper.blank("à compléter par l’avocat : ce que ces faits établissent au regard de cette condition")
    paper.blank("à compléter par l’avocat, s’il y a lieu : compétence, autres conditions, autres moyens")
    _claims(paper, numbered)
    _exhibits(paper, numbered)
    return paper.data()


def _head(paper: "_Paper", numbered: Numbered, counsel: str | None) -> None:
    case = numbered.case.case
    paper.note(
        f"Projet à relire et à compléter avant tout dépôt. {legal_texts().status} ; les textes sont à vérifier par un "
        "avocat. Les faits sont tirés du registre ; rien n’y dit qu’une condition est remplie."
    )
    paper.title("Requête en référé mesures utiles")
    paper.text("Article L. 521-3 du code de justice administrative")
    paper.text("Au juge des référés du tribunal administratif de ", blank="à compléter : tribunal compétent")
    paper.heading("Parties", 1)
    paper.text(f"Pour : {case.applicant or ''}", blank=None if case.applicant else "à compléter : nom")
    born = f"le {dates.typed_date(case.born)}" if case.born else "date non indiquée"
    place = f" à {case.birthplace}" if case.birthplace else ""
    paper.text(f"Naissance : {born}{place} ; nationalité : {case.nationality or 'non indiquée'}")
    reached = " ; ".join(part for part in (case.address, case.email, case.phone) if part)
    paper.text(f"Adresse, courriel, téléphone : {reached}", blank=None if reached else "à compléter")
    paper.text("Avocat : " + (counsel or ""), blank=None if counsel else "à compléter, s’il y en a un")
    paper.text(f"Contre : le préfet compétent ({case.prefecture or ''}) ", blank="dénomination exacte à vérifier")
    request = words.REQUESTS.get(case.request or "")
    paper.text(f"Objet de la demande de titre : {case.procedure or ''}{f' ({request})' if request else ''}")


def _facts(paper: "_Paper", numbered: Numbered) -> None:
    paper.heading("Faits", 1)
    paper.blank("à compléter : situation du demandeur, en quelques lignes")
    paper.heading("Tentatives de connexion", 2)
    for sentence in attempts_told(numbered):
        paper.text(sentence)
    paper.heading("Autres démarches", 2)
    told = list(steps_told(numbered))
    for number, sentence in told:
        paper.text(f"Démarche n° {number}. {sentence}")
    if not told:
        paper.text("Aucune démarche hors de la plateforme n’est inscrite au registre.")


def _claims(paper: "_Paper", numbered: Numbered) -> None:
    paper.heading("Par ces motifs", 1)
    paper.text("Il est demandé au juge des référés :")
    paper.text(
        f"– d’enjoindre au préfet compétent ({numbered.case.case.prefecture or ''}) de communiquer à "
        f"{numbered.case.case.applicant or 'l’intéressé(e)'} une "
        "date de rendez-vous dans un délai de ",
        blank="à compléter par l’avocat : délai",
    )
    paper.text("– ", blank="à compléter par l’avocat : autres demandes, frais du litige")
    paper.text("Fait à ", blank="à compléter : lieu, date, signature")


def _exhibits(paper: "_Paper", numbered: Numbered) -> None:
    paper.heading("Pièces", 1)
    paper.text("Les numéros sont ceux du dossier de preuve et de l’inventaire détaillé.")
    rows = [
        (str(numbered.exhibit_numbers[item.view.entry.index]), item.label, item.view.exhibit.name or "")
        for item in items_of(numbered)
    ]
    paper.table(("N°", "Libellé", "Fichier d’origine"), (1.5, 9.5, 5), rows)


class _Paper:
    """A text processor's document in French, in ordinary styles."""

    def __init__(self, made_at: dt.datetime) -> None:
        from docx import Document
        from docx.shared import Cm, Pt

        self._document: Any = Document()
        self._made_at = made_at
        for name, size in (("Normal", 11), ("Title", 18), ("Heading 1", 14), ("Heading 2", 12)):
            style = self._document.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = None
            self._plain(style)
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        self._number_pages(section.footer.paragraphs[0])

    def title(self, text: str) -> None:
        self._document.add_paragraph(_said(text), style="Title")

    def heading(self, text: str, level: int) -> None:
        self._document.add_heading(_said(text), level)

    def text(self, text: str, *, blank: str | None = None) -> None:
        """A paragraph; `blank` says at its end what is to be filled in."""
        paragraph = self._document.add_paragraph(_said(text))
        if blank is not None:
            self._blank(paragraph, blank)

    def blank(self, text: str) -> None:
        """A paragraph that is to be written."""
        self._blank(self._document.add_paragraph(), text)

    def note(self, text: str) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.add_run(_said(text)).italic = True

    def quote(self, block: str) -> None:
        """A text or decision of the data file, with what it is and where it was found."""
        found = legal_block(block)
        paragraph = self._document.add_paragraph()
        paragraph.add_run(_said(f"{found.title} ({found.nature}) : ")).bold = True
        paragraph.add_run(_said(found.text))
        paragraph.add_run(_said(f" [{found.source}]")).italic = True

    def table(self, headings: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str | None]]) -> None:
        """A table with its headings, `widths` in centimetres; None is a cell that somebody has to fill in."""
        from docx.shared import Cm

        table = self._document.add_table(rows=1, cols=len(headings), style="Table Grid")
        table.autofit = False
        for cell, text in zip(table.rows[0].cells, headings, strict=True):
            cell.paragraphs[0].add_run(_said(text)).bold = True
        table.rows[0]._tr.get_or_add_trPr().append(self._element("w:tblHeader"))
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                if value is None:
                    self._blank(cell.paragraphs[0], "à compléter, ou ligne à supprimer")
                else:
                    cell.text = _said(value)
        for row_made in table.rows:
            row_made._tr.get_or_add_trPr().append(self._element("w:cantSplit"))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)  # LibreOffice heeds the grid, Word the cells
            for cell in column.cells:
                cell.width = Cm(width)
        self._document.add_paragraph()

    def data(self) -> bytes:
        """The file, with no time in it but the one that was given."""
        properties = self._document.core_properties
        moment = self._made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
        properties.created = properties.modified = moment
        properties.author, properties.language = f"evidence-vault {__version__}", "fr-FR"
        properties.title, properties.comments = "Requête en référé mesures utiles (projet)", ""
        properties.last_modified_by, properties.revision = "", 1
        made, out = io.BytesIO(), io.BytesIO()
        self._document.save(made)
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(zipfile.ZipInfo(name, _ZIP_TIME), source.read(name), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _blank(self, paragraph: Any, text: str) -> None:
        from docx.enum.text import WD_COLOR_INDEX

        paragraph.add_run(_said(f"[{text}]")).font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _plain(self, style: Any) -> None:
        """The same face for every alphabet, and French for who checks the spelling."""
        from docx.oxml.ns import qn

        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), _FONT)
        properties.append(self._element("w:lang", {"w:val": "fr-FR"}))

    def _number_pages(self, paragraph: Any) -> None:
        run = paragraph.add_run()
        for kind in ("begin", None, "end"):
            if kind is None:
                instruction = self._element("w:instrText")
                instruction.text = "PAGE"
                run._r.append(instruction)
            else:
                run._r.append(self._element("w:fldChar", {"w:fldCharType": kind}))

    @staticmethod
    def _element(tag: str, attributes: dict[str, str] | None = None) -> Any:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        element = OxmlElement(tag)
        for name, value in (attributes or {}).items():
            element.set(qn(name), value)
        return element
