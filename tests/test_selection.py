"""A dossier of some attempts: they keep their numbers, the others are counted, and offers are told all the same."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
from builders import START, BuiltCase, CaseBuilder
from cli_runner import Cli, prepared
from test_dossier import MADE_AT, flat, poppler, shot, texts, write

from evidence_vault.attachment import embedded_bundle
from evidence_vault.exports.dossier import write_dossier
from evidence_vault.exports.dossier_case import DossierInput
from evidence_vault.exports.dossier_selection import selection_told
from evidence_vault.selection import Selection, selected
from evidence_vault.words import Outcome

D = dt.date
OUTCOMES: tuple[Outcome, ...] = ("no_slot", "site_error", "slots_offered", "no_slot")


def case() -> BuiltCase:
    """Four attempts on the 2nd, 9th, 16th and 23rd of March, and one without a date."""
    builder = CaseBuilder()
    builder.open()
    for number, outcome in enumerate(OUTCOMES):
        attempt = builder.attempt(START + dt.timedelta(weeks=number))
        picture = shot(300, 200, number=number)
        builder.reading(builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt))
        builder.outcome(attempt, outcome)
    builder.outcome(builder.attempt(occurred_at=None))
    return builder.built()


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(), [1, 2, 3, 4, 5]),
        (Selection(since=D(2026, 3, 9)), [2, 3, 4]),
        (Selection(until=D(2026, 3, 9)), [1, 2]),
        (Selection(D(2026, 3, 9), D(2026, 3, 16)), [2, 3]),
        (Selection(outcomes=frozenset({"no_slot"})), [1, 4, 5]),
        (Selection(D(2026, 3, 9), None, frozenset({"no_slot"})), [4]),
        (Selection(since=D(2027, 1, 1)), []),
        (Selection(exhibits=frozenset({2, 10})), [1, 3]),
        (Selection(until=D(2026, 3, 9), exhibits=frozenset({2, 10})), [1]),
    ],
)
def test_what_is_chosen(selection: Selection, numbers: list[int]) -> None:
    """Both days belong to it; an attempt without a date lies in no period."""
    whole = case().file
    place = {view.entry.index: number for number, view in enumerate(whole.chronological(), start=1)}

    assert sorted(place[view.entry.index] for view in selected(whole, selection).attempts) == numbers


def printed(tmp_path: Path, selection: Selection, built: BuiltCase | None = None, first: int = 1) -> Path:
    built = built or case()
    dossier = DossierInput(
        case=selected(built.file, selection), checkpoint=built.checkpoint, size=len(built.signed), root=built.root,
        public_key=built.public_key, original=built.originals.get, bundle=None, bundle_sha256=None, light=False,
        made_at=MADE_AT, whole=built.file, selection=selection, first=first,
    )  # fmt: skip
    write_dossier(dossier, tmp_path / "dossier.pdf")
    return tmp_path / "dossier.pdf"


@poppler
class TestDossier:
    def test_numbers_stay(self, tmp_path: Path) -> None:
        """Attempt 2 is number 2 though it is the first printed; its exhibit too; no other sheet is there."""
        text = flat(printed(tmp_path, Selection(D(2026, 3, 9), D(2026, 3, 16))))

        assert [f"Tentative n° {number} —" in text for number in range(1, 6)] == [False, True, True, False, False]
        assert "Pièce n° 2 (tentative n° 2" in text
        assert "Pièce n° 1 (" not in text

    def test_what_is_left_out_is_told_first(self, tmp_path: Path) -> None:
        """On the cover and on the page that a judge reads: how many of how many, and what became of the others."""
        pages = texts(printed(tmp_path, Selection(outcomes=frozenset({"no_slot"}))))
        told = (
            "3 sur 5 tentatives. Les autres ne sont pas imprimées et ne sont pas comptées ; elles sont dans le registre"
        )

        for page in pages[:2]:
            assert told in re.sub(r"\s+", " ", page)
            assert "créneaux proposés : 1" in re.sub(r"\s+", " ", page)

    def test_offers_are_told_all_the_same(self, tmp_path: Path) -> None:
        """The page of conditions names the attempt that found a slot, though it was not chosen."""
        text = flat(printed(tmp_path, Selection(outcomes=frozenset({"no_slot"}))))

        assert "Avec créneau proposé ou rendez-vous obtenu 1 tentative : n° 3 pièce n° 3" in text

    def test_chosen_exhibits_alone_are_printed(self, tmp_path: Path) -> None:
        """Of an attempt with two screenshots one is chosen: it keeps its number, and the other is counted."""
        builder = CaseBuilder()
        builder.open()
        attempt = builder.attempt(START)
        pictures = [shot(300 + number, 200, number=number) for number in range(2)]
        indices = [builder.exhibit(one.data, one.width, one.height, attempt=attempt) for one in pictures]
        builder.outcome(builder.attempt(START + dt.timedelta(weeks=1)))
        text = flat(printed(tmp_path, Selection(exhibits=frozenset({indices[1]})), builder.built()))

        assert "Pièce n° 2 (tentative n° 1" in text
        assert "Pièce n° 1" not in text
        assert "1 sur 2 tentatives, 1 sur 2 captures" in text

    def test_numbers_begin_where_they_are_told_to(self, tmp_path: Path) -> None:
        text = flat(printed(tmp_path, Selection(since=D(2026, 3, 9)), first=7))

        assert "Pièce n° 8 (tentative n° 2" in text
        assert "Pièce n° 2 " not in text

    def test_nothing_chosen(self, tmp_path: Path) -> None:
        text = flat(printed(tmp_path, Selection(since=D(2027, 1, 1))))

        assert "0 sur 5 tentatives" in text
        assert "Tentative n°" not in text.replace("Tentatives n°", "")

    def test_everything_chosen_says_nothing(self, tmp_path: Path) -> None:
        assert "Sélection" not in flat(write(case(), tmp_path / "dossier.pdf"))


def test_none_left_out_is_said() -> None:
    built = case()
    chosen = Selection(outcomes=frozenset(OUTCOMES))
    told = selection_told(
        DossierInput(
            case=selected(built.file, chosen), checkpoint=built.checkpoint, size=1, root="", public_key=b"",
            original=lambda _digest: None, bundle=None, bundle_sha256=None, light=True, made_at=START,
            whole=built.file, selection=chosen,
        )
    )  # fmt: skip

    assert told is not None
    assert told.endswith("5 sur 5 tentatives. Aucune tentative n’est laissée de côté.")


INVERTED = ("--from", "2026-03-20", "--to", "2026-03-05")


class TestCommand:
    @pytest.fixture
    def program(self, tmp_path: Path) -> Cli:
        program = prepared(tmp_path)
        for day, outcome in (("02", "no_slot"), ("09", "slots_offered"), ("16", "site_error")):
            program.done("log", "--outcome", outcome, "--occurred-at", f"2026-03-{day}T10:00", "--yes")
        return program

    def test_archive_holds_them_all(self, program: Cli, tmp_path: Path) -> None:
        """A choice is one of printing: whoever verifies finds every attempt."""
        options = ("--from", "2026-03-05", "--to", "09/03/2026", "--no-print-check")
        program.done("export", "dossier", "-o", tmp_path / "d.pdf", *options)

        assert program("--json", "verify", tmp_path / "d.pdf").json()["attempts"] == 3
        with embedded_bundle(tmp_path / "d.pdf") as archive, zipfile.ZipFile(archive) as found:
            assert b"null" not in found.read("ledger/bodies.jsonl").splitlines()

    @pytest.mark.parametrize(
        "options",
        [
            ("--outcome", "none"),
            ("--from", "hier"),
            ("--to", "2026-13-01"),
            ("--exhibit", "0"),
            ("--first", "0"),
            INVERTED,
        ],
    )
    def test_senseless_choices_are_refused(self, program: Cli, tmp_path: Path, options: tuple[str, ...]) -> None:
        """What chooses nothing that there can be is refused: no file is left, and nothing is recorded."""
        before = program.json("case", "show")["entries"]

        assert program("export", "dossier", "-o", tmp_path / "d.pdf", *options).code in {2, 12, 15}
        assert not (tmp_path / "d.pdf").exists()
        assert program.json("case", "show")["entries"] == before

    def test_days_the_wrong_way_round(self, program: Cli, tmp_path: Path) -> None:
        """An end before the beginning is an error of usage that names both days; one day alone is a choice."""
        refused = program("--lang", "en", "export", "dossier", "-o", tmp_path / "d.pdf", *INVERTED)

        assert refused.code == 2
        assert "--to (2026-03-05) lies before --from (2026-03-20)" in refused.err
        one_day = ("--from", "2026-03-09", "--to", "2026-03-09", "--no-print-check")
        program.done("export", "dossier", "-o", tmp_path / "d.pdf", *one_day)
