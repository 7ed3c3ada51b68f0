"""The justification and the card: what they say, what they refuse, and how few pages they take."""

import datetime as dt
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from builders import START, BuiltCase, CaseBuilder, declared, make_case
from cli_runner import Cli, prepared
from test_dossier import MADE_AT, poppler, texts
from verapdf import broken_rules

from evidence_vault import kinds
from evidence_vault.exports.archival import require_archival
from evidence_vault.exports.card import write_card
from evidence_vault.exports.dossier_case import DossierInput
from evidence_vault.exports.justification import write_justification
from evidence_vault.resident_card import outside

RENEWAL = {"request": "renewal", "title_held": "Carte de résident", "title_expiry": "2026-06-30"}
WRITERS = {"justification": write_justification, "card": write_card}


def printed(case: BuiltCase, out: Path, kind: str) -> Path:
    dossier = DossierInput(
        case=case.file, checkpoint=case.checkpoint, size=len(case.signed), root=case.root,
        public_key=case.public_key, original=lambda _digest: None, bundle=None, bundle_sha256=None, light=True,
        made_at=MADE_AT,
    )  # fmt: skip
    WRITERS[kind](dossier, out)
    return out


def flat(pdf: Path) -> str:
    drawn = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", drawn)


@poppler
class TestJustification:
    @pytest.mark.parametrize("attempts", [0, 1, 2, 24, 25, 1000])
    def test_takes_two_pages_at_most(self, tmp_path: Path, attempts: int) -> None:
        """However many attempts there are; the page says how many."""
        case = make_case(attempts, every=dt.timedelta(hours=20), **RENEWAL)
        pages = texts(printed(case, tmp_path / "out.pdf", "justification"))

        assert 1 <= len(pages) <= 2
        assert "n’est pas une attestation de dépôt et ne prolonge aucun titre" in pages[0]

    @pytest.mark.parametrize(
        ("listed", "inside"), [(True, "du 2 mars 2026 au 1er mai 2026"), (False, "du 30 avril 2026 au 30 juin 2026")]
    )
    def test_each_attempt_inside_or_outside(self, tmp_path: Path, *, listed: bool, inside: str) -> None:
        """The period is computed, and every attempt is set before it, inside it or after it."""
        builder = CaseBuilder()
        builder.open(**RENEWAL, on_r431_2_list=listed)
        for day in ("2026-03-01", "2026-03-02", "2026-05-01", "2026-05-02", "2026-07-01"):
            builder.outcome(builder.attempt(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")))
        text = flat(printed(builder.built(), tmp_path / "out.pdf", "justification"))

        assert inside in text
        found = re.findall(r"2026 à 1[34] h 00 (avant|dans la période|après) ", text)
        expected = ["avant", "dans la période", "dans la période", "après", "après"]
        if not listed:
            expected = ["avant", "avant", "dans la période", "dans la période", "après"]
        assert found == expected

    def test_many_attempts_are_counted_by_month(self, tmp_path: Path) -> None:
        """Nothing is dropped: the numbers of the months add up."""
        case = make_case(60, every=dt.timedelta(days=1), **RENEWAL, on_r431_2_list=True)
        text = flat(printed(case, tmp_path / "out.pdf", "justification"))

        assert re.findall(r"(Mars|Avril) 2026 (\d+) (\d+) dans la période", text) == [
            ("Mars", "30", "30"),
            ("Avril", "30", "30"),
        ]

    def test_an_unconfirmed_list_shows_both_periods(self, tmp_path: Path) -> None:
        """Nobody said whether the permit is on the list: both are told, for each attempt."""
        text = flat(printed(make_case(1, **RENEWAL), tmp_path / "out.pdf", "justification"))

        assert "liste : dans la période hors liste : avant" in text

    def test_steps_and_their_answers(self, tmp_path: Path) -> None:
        """The newest steps, each with its answer, and how many more there are."""
        builder = CaseBuilder()
        builder.open(**RENEWAL)
        for number in range(8):
            builder.add(
                kinds.Step(step="email", answer=f"Non {number}." if number % 2 else None, occurred_at=declared(START))
            )
        text = flat(printed(builder.built(), tmp_path / "out.pdf", "justification"))

        assert "réponse : Non 7." in text
        assert "Non 1" not in text
        assert "Et 2 autres, dans le dossier." in text

    def test_article_with_its_source(self, tmp_path: Path) -> None:
        """The words of the law are quoted, dated, and their number is left to a lawyer."""
        text = flat(printed(make_case(2, **RENEWAL), tmp_path / "out.pdf", "justification"))

        assert "Cette attestation est délivrée par les services qui ont reçu la demande." in text
        assert "ancien art. R. 311-9 du CESEDA (numérotation actuelle à vérifier par un avocat)" in text
        assert "R. 433-3" not in text


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, None),
        ({"title_held": "CARTE DE RÉSIDENT permanent"}, None),
        ({"title_held": "carte de resident longue durée-UE"}, None),
        ({"request": "first"}, "renewal"),
        ({"request": None}, "renewal"),
        ({"title_held": "Certificat de résidence"}, "Certificat de résidence"),
        ({"title_held": "carte de séjour pluriannuelle"}, "pluriannuelle"),
        ({"title_held": None}, "?"),
        ({"title_expiry": None}, "--title-expiry"),
        ({"title_expiry": "bientôt"}, "--title-expiry"),
    ],
)
def test_of_whom_the_article_speaks(fields: dict[str, Any], word: str | None) -> None:
    """The carte de résident alone, its renewal, and a day on which it expires; else the reason."""
    reason = outside(make_case(0, **{**RENEWAL, **fields}).file.case)

    assert (reason is None) == (word is None)
    assert word is None or word in str(reason)


@poppler
class TestCard:
    @pytest.mark.parametrize("name", ["Awa Diallo", "O", "عائشة ديالو", "Jean-Marie " * 30])
    def test_is_one_page_without_address(self, tmp_path: Path, name: str) -> None:
        """An employer sees who, what and how often, not where the person lives nor how to reach them."""
        case = make_case(40, **{**RENEWAL, "applicant": name}, phone="+33 6 39 98 00 00")
        pages = texts(printed(case, tmp_path / "out.pdf", "card"))

        assert len(pages) == 1
        assert "n’est pas une attestation de dépôt et ne prolonge aucun titre" in pages[0]
        assert not any(private in pages[0] for private in ("Lilas", "awa@example.org", "39 98", "h 14"))


@pytest.mark.parametrize("kind", WRITERS)
class TestBoth:
    @pytest.mark.needs("javac")
    @pytest.mark.parametrize("name", ["Awa Diallo", "محمد", "A" * 80])
    def test_conforms(self, tmp_path: Path, kind: str, name: str) -> None:
        """An archive in the sense of the standard, for every name."""
        path = printed(make_case(3, **{**RENEWAL, "applicant": name}), tmp_path / "out.pdf", kind)

        assert broken_rules(path) == []
        require_archival(path)

    def test_same_case_same_bytes(self, tmp_path: Path, kind: str) -> None:
        """Nothing of the moment goes in but the moment that is printed."""
        case = make_case(3, **RENEWAL)
        one, other = (printed(case, tmp_path / f"{n}.pdf", kind).read_bytes() for n in "ab")

        assert one == other

    @poppler
    def test_claims_nothing(self, tmp_path: Path, kind: str) -> None:
        """No name of another's act, nor of a right, as our own label."""
        text = flat(printed(make_case(3, **RENEWAL), tmp_path / "out.pdf", kind)).lower()

        for name in ("constat", "procès-verbal", "accusé", "certifié", "récépissé"):
            assert name not in text


class TestCommand:
    @pytest.fixture
    def program(self, tmp_path: Path) -> Cli:
        return prepared(tmp_path)

    def test_refuses_what_the_article_does_not_cover(self, program: Cli, tmp_path: Path) -> None:
        """With the reason; no file, no entry."""
        entries = len(program.json("list")["attempts"]), program.json("case", "show")["entries"]
        answer = program("export", "justification", "-o", tmp_path / "j.pdf")

        assert answer.code == 12
        assert "not recorded as a renewal" in answer.err
        assert not (tmp_path / "j.pdf").exists()
        assert (len(program.json("list")["attempts"]), program.json("case", "show")["entries"]) == entries

    @pytest.mark.parametrize("kind", WRITERS)
    def test_is_recorded(self, program: Cli, tmp_path: Path, kind: str) -> None:
        """Its digest goes into the ledger, as an export of its kind; the title of the file names the person."""
        program.done(
            "case", "update", "--request", "renewal", "--title", "carte de résident", "--title-expiry", "2026-06-30"
        )
        told = program.json("export", kind, "-o", tmp_path / "out.pdf")
        said = program.json("show", told["size"])["entry"]["says"]

        assert (said["export"], said["sha256"]) == (kind, told["sha256"])
        with pikepdf.open(tmp_path / "out.pdf") as pdf:
            assert "Awa Diallo" in str(pdf.docinfo["/Title"])


def test_where_a_document_is_set_is_recorded(tmp_path: Path) -> None:
    """`--shows` is recorded as it was said, once each; another word is refused before anything is."""
    program = prepared(tmp_path)
    paper = tmp_path / "promesse.txt"
    paper.write_text("Promesse d’embauche\n")

    refused = program("exhibit", paper, "--shows", "everything")
    (found,) = program.json("exhibit", paper, "--shows", "urgency", "--shows", "urgency")["exhibits"]

    assert (refused.code, "--shows takes" in refused.err) == (2, True)
    assert program.json("show", found["index"])["entry"]["says"]["shows"] == ["urgency"]
