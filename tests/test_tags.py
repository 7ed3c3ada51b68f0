"""The dossier read aloud: every part tagged, in the order of the pages, and nothing drawn outside a tag or an artifact.

veraPDF judges the standards in `test_pdfa`; here is what no rule can tell: that what is read is right.
"""

import datetime as dt
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from builders import BuiltCase, CaseBuilder, make_case
from test_dossier import shot, write

pytestmark = pytest.mark.needs("pdfinfo")


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuiltCase, Path]:
    case = make_case(30, lambda number: [shot(number=number)], capacity="delegate")
    return case, write(case, tmp_path_factory.mktemp("tagged") / "dossier.pdf")


def read_aloud(pdf: Path) -> str:
    """What a screen reader is given: the text of the structure, in its order."""
    command = ["pdfinfo", "-struct-text", str(pdf)]
    drawn = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", drawn.replace("\u00a0", " "))


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure, a parent before what it holds."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop(0)
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            continue
        yield element
        waiting[:0] = list(element.get("/K", []))


def test_every_attempt_is_read_in_order(tagged: tuple[BuiltCase, Path]) -> None:
    """Each sheet with its number and the digest of its entry, one after the other, as on paper."""
    case, pdf = tagged
    text = read_aloud(pdf)
    places = [text.index(f"Tentative n° {number} — ") for number in range(1, 31)]

    assert places == sorted(places)
    for view, begin, end in zip(case.file.attempts, places, [*places[1:], len(text)], strict=True):
        sheet = re.sub(r"(?<=[0-9a-f]) (?=[0-9a-f])", "", text[begin:end])
        assert view.entry.digest in sheet
        for exhibit in view.exhibits:
            assert str(exhibit.exhibit.sha256) in sheet


def test_words_of_two_lines_are_two_words(tagged: tuple[BuiltCase, Path]) -> None:
    """A line that ends a word ends it for the ear too; labels and values are apart."""
    text = read_aloud(tagged[1])

    assert "aucun tiers n’a vérifié les faits qu’il rapporte" in text
    assert "Nationalité Sénégal" in text


def test_ranks_of_headings_are_never_skipped(tagged: tuple[BuiltCase, Path]) -> None:
    """From the first, which is of rank 1, each is at most one rank below the one before."""
    with pikepdf.open(tagged[1]) as pdf:
        ranks = [int(str(one.S)[2:]) for one in elements(pdf) if re.fullmatch(r"/H[1-6]", str(one.S))]

    assert ranks[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(ranks))
    assert {1, 2, 3} <= set(ranks)


def test_tables_have_headings_once_and_even_rows(tagged: tuple[BuiltCase, Path]) -> None:
    """A table that goes over pages is one table; headings that come again are for the eye alone."""
    with pikepdf.open(tagged[1]) as pdf:
        tables = [one for one in elements(pdf) if pikepdf.Name.Table == one.S]
        shapes = [[[str(cell.S) for cell in row.K] for row in table.K] for table in tables]
        scopes = {str(one.A.Scope) for one in elements(pdf) if one.S == pikepdf.Name.TH}

    assert shapes
    assert scopes == {"/Column"}
    for head, *rows in shapes:
        assert set(head) == {"/TH"}
        assert all(set(row) == {"/TD"} and len(row) == len(head) for row in rows)
    assert max(len(rows) for rows in shapes) == 31


def test_pictures_and_charts_are_described(tagged: tuple[BuiltCase, Path]) -> None:
    """Each with what it is and its number; the chart with its numbers; none with what a machine read."""
    with pikepdf.open(tagged[1]) as pdf:
        described = [str(one.Alt) for one in elements(pdf) if pikepdf.Name.Figure == one.S]

    for number in range(1, 31):
        assert any(f"Pièce n° {number} (tentative n° {number}," in words for words in described)
    assert sum("par heure de la journée" in words for words in described) == 1


def test_figures_say_where_they_stand(tagged: tuple[BuiltCase, Path]) -> None:
    """Each has words, and a rectangle on its page."""
    with pikepdf.open(tagged[1]) as pdf:
        for figure in (one for one in elements(pdf) if pikepdf.Name.Figure == one.S):
            left, bottom, right, top = map(float, figure.A.BBox)
            _, _, width, height = map(float, figure.Pg.MediaBox)
            assert str(figure.Alt).strip()
            assert 0 <= left < right <= width
            assert 0 <= bottom < top <= height


def test_weeks_of_the_calendar_are_said_in_words(tagged: tuple[BuiltCase, Path]) -> None:
    """Days and numbers of attempts are told apart; the names of the days, drawn above them, are for the eye alone."""
    case, pdf = tagged
    with pikepdf.open(pdf) as opened:
        weeks = [str(one.Alt) for one in elements(opened) if str(one.get("/Alt", "")).startswith("Semaine ")]
    totals = [int(re.findall(r" : (\d+) tentatives?\.", week)[0]) for week in weeks]
    days = [[int(number) for number in re.findall(r" : (\d+) \(", week)] for week in weeks]

    assert weeks[0].startswith("Semaine 10 de 2026, du 2 au 8 mars : 3 tentatives. Lundi 2 : 1 (aucun créneau")
    assert sum(totals) == len(case.file.attempts)
    assert totals == [sum(numbers) for numbers in days]
    assert "Mercredi Jeudi" not in read_aloud(pdf)


def test_a_week_without_attempts_says_so(tmp_path: Path) -> None:
    """It is no gap in what is read."""
    builder = CaseBuilder()
    builder.open()
    for days in (0, 14):
        builder.outcome(builder.attempt(builder.clock + dt.timedelta(days=days)))
    with pikepdf.open(write(builder.built(), tmp_path / "dossier.pdf")) as pdf:
        weeks = [str(one.Alt) for one in elements(pdf) if str(one.get("/Alt", "")).startswith("Semaine ")]

    assert [week.endswith(" : aucune tentative.") for week in weeks] == [False, True, False]


def test_the_table_of_contents_is_made_of_references(tagged: tuple[BuiltCase, Path]) -> None:
    """Each line is one link, of its title and its page."""
    with pikepdf.open(tagged[1]) as pdf:
        (contents,) = (one for one in elements(pdf) if pikepdf.Name.TOC == one.S)
        for line in contents.K:
            (reference,) = line.K
            (link,) = reference.K
            assert [str(one.S) for one in (line, reference, link)] == ["/TOCI", "/Reference", "/Link"]
            assert len(link.K) == 2


def test_headers_and_footers_say_what_they_are(tagged: tuple[BuiltCase, Path]) -> None:
    """Every page has a footer, and all but the cover a header, as artifacts of pagination (ISO 14289-1, 7.8)."""
    with pikepdf.open(tagged[1]) as pdf:
        furniture = [
            [
                (str(operands[1].Type), str(operands[1].Subtype))
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC" and operands[0] == pikepdf.Name.Artifact
            ]
            for page in pdf.pages
        ]

    header, footer = ("/Pagination", "/Header"), ("/Pagination", "/Footer")
    assert furniture == [[footer], *[[header, footer]] * (len(furniture) - 1)]


def test_everything_drawn_is_marked_once(tagged: tuple[BuiltCase, Path]) -> None:
    """On every page marks open and close in turn, and each number of content leads to its element and back."""
    with pikepdf.open(tagged[1]) as pdf:
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        by_key = {int(parents[place]): parents[place + 1] for place in range(0, len(parents), 2)}
        found: Counter[Any] = Counter()
        for page in pdf.pages:
            depth, numbers = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in {"BMC", "BDC"}:
                    depth += 1
                    numbers += [int(operands[1].MCID)] if str(operator) == "BDC" and "/MCID" in operands[1] else []
                elif str(operator) == "EMC":
                    depth -= 1
                elif str(operator) in {"Tj", "TJ", "S", "f", "Do", "re"}:
                    assert depth == 1
                assert depth in {0, 1}
            assert depth == 0
            assert numbers == list(range(len(by_key[int(page.obj.StructParents)])))
            assert page.obj.Tabs == pikepdf.Name.S
            found.update(one.objgen for one in by_key[int(page.obj.StructParents)])
        held = Counter(
            one.objgen
            for one in elements(pdf)
            for kid in one.get("/K", [])
            if isinstance(kid, int) or (isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == pikepdf.Name.MCR)
        )

    assert found == held


def test_links_lead_back_to_their_element(tagged: tuple[BuiltCase, Path]) -> None:
    """Each annotation is said in words, and stands in an element that stands in the tree."""
    with pikepdf.open(tagged[1]) as pdf:
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        by_key = {int(parents[place]): parents[place + 1] for place in range(0, len(parents), 2)}
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]

        assert len(links) > 30
        assert len({str(link.Contents) for link in links}) == len(links)
        for link in links:
            element = by_key[int(link.StructParent)]
            assert pikepdf.Name.Link == element.S
            assert str(link.Contents)
            assert any(
                isinstance(kid, pikepdf.Dictionary) and kid.get("/Obj", link).objgen == link.objgen for kid in element.K
            )


def test_keys_are_in_order(tagged: tuple[BuiltCase, Path]) -> None:
    """A number tree is searched by halves: its keys rise, and the next one is free."""
    with pikepdf.open(tagged[1]) as pdf:
        root = pdf.Root.StructTreeRoot
        keys = [int(root.ParentTree.Nums[place]) for place in range(0, len(root.ParentTree.Nums), 2)]

        assert keys == sorted(set(keys))
        assert int(root.ParentTreeNextKey) > keys[-1]
        assert bool(pdf.Root.MarkInfo.Marked)
