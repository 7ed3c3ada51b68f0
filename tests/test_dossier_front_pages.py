"""The two pages that a judge reads first: the case on one page, and its facts beside the conditions of L. 521-3."""

import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from builders import START, CaseBuilder, declared, make_case
from cli_runner import prepared
from test_dossier import bookmarks, chapter, poppler, texts, write

from evidence_vault import kinds, values
from evidence_vault.exports.dossier_case import Heading
from evidence_vault.exports.dossier_conditions import NOTHING
from evidence_vault.exports.dossier_numbers import hours, numbers
from evidence_vault.exports.legal import legal_texts
from evidence_vault.merkle import roots_from_consistency

CONDITIONS = "Faits en regard des conditions de l’article L.\u00a0521-3"
LONG = "Un texte qu’une personne a écrit sans s’arrêter " * 20


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def read(pdf: Path, title: str) -> str:
    """The page to which the bookmark `title` leads, cell after cell."""
    with pikepdf.open(pdf) as found:
        (page,) = [page for _, named, page in bookmarks(found) if named == title]
    command = ["pdftotext", "-raw", "-f", str(page), "-l", str(page), str(pdf), "-"]
    return flat(subprocess.run(command, capture_output=True, check=True).stdout.decode())


def full_case(long: str) -> CaseBuilder:
    """A case in which everything that the pages print is there, typed by somebody who writes `long`."""
    builder = CaseBuilder()
    builder.open(
        applicant=long, nationality=long, prefecture=long, procedure=long, title_held=long, request="renewal",
        title_expiry="2026-06-30", on_r431_2_list=True, online_only=True, file_ready=False, prior_decision=True,
    )  # fmt: skip
    refusals = ("no_slot", "site_error", "maintenance", "waiting_room")
    offers = ("slots_offered", "appointment_obtained")
    for outcome in (
        *refusals,
        *offers,
        "captcha_failure",
        "session_expired",
        "closed_until",
        "login",
        "unrelated",
        "cancelled",
    ):
        attempt = builder.attempt()
        exhibit = builder.exhibit(f"{attempt}".encode(), 800, 600, attempt=attempt)
        facts = tuple(values.Fact(fact=fact, text=long) for fact in ("last_release", "reopening", "platform_date"))
        builder.reading(exhibit, facts=facts)
        builder.outcome(attempt, outcome)
    for answer in (None, long, None, long):
        builder.add(kinds.Step(step="registered_letter", recipient=long, answer=answer, occurred_at=declared(START)))
    builder.exhibit(b"contract", None, None, document="contract", label=long, name=long)
    builder.exhibit(b"refusal", None, None, document="decision", label=long, name=long)
    return builder


@poppler
class TestSummary:
    @pytest.mark.parametrize("long", ["Awa Diallo", LONG, "W" * 400, "عائشة ديالو " * 40])
    def test_is_one_page(self, tmp_path: Path, long: str) -> None:
        """Whatever people typed: what is too long is cut, and the page after it is the next chapter."""
        pdf = write(full_case(long).built(), tmp_path / "dossier.pdf", original=lambda _digest: None)
        with pikepdf.open(pdf) as found:
            page_of = {title: page for _, title, page in bookmarks(found)}
        summary = chapter(pdf, "Résumé")

        assert page_of["Table des matières"] == page_of["Résumé"] + 1
        assert "aucune condition n’est jugée" in flat(summary)
        assert ("[…]" in summary) is (len(long) > 170)

    def test_says_what_a_judge_decides_from(self, tmp_path: Path) -> None:
        """Who, which prefecture, span, days, weeks, gap, hours, outcomes, steps, dates of the platform, attestation."""
        pdf = write(full_case("Awa Diallo").built(), tmp_path / "dossier.pdf", original=lambda _digest: None)
        page = flat(chapter(pdf, "Résumé"))

        for said in (
            "échéance le 30 juin 2026",
            "Rendez-vous obtenu : 1",
            "Créneaux proposés : 1",
            "4, dont 2 avec réponse inscrite",
            "Lettre recommandée, 2 mars 2026 à 9 h 14 (heure déclarée), à Awa Diallo ; réponse : Awa Diallo",
            "« Awa Diallo » (pièce n° 12, lecture automatique)",
            "aucune à ce jour (aucune contremarque de temps)",
        ):
            assert said in page

    def test_an_empty_case(self, tmp_path: Path) -> None:
        """Nothing is made up where nothing was recorded."""
        page = flat(chapter(write(make_case(0), tmp_path / "dossier.pdf"), "Résumé"))

        assert "Tentatives aucune" in page
        assert "Démarches aucune inscrite" in page
        assert "Période" not in page


@poppler
class TestConditions:
    def test_each_fact_has_its_exhibits(self, tmp_path: Path) -> None:
        """Attempts, steps and documents stand beside a condition with their numbers; offers are not hidden."""
        pdf = write(full_case("Awa Diallo").built(), tmp_path / "dossier.pdf", original=lambda _digest: None)
        page = read(pdf, CONDITIONS)

        for said in (
            "renouvellement (déclaré)",
            "30 juin 2026 (déclaré), 147 jours avant l’établissement du dossier",
            "du 2 mars 2026 au 1er mai 2026",
            "12 tentatives sur 12 dans cette période",
            "Objet de la demande Awa Diallo (déclaré)",
            "Première tentative 2 mars 2026 (date déclarée), 267 jours avant l’établissement du dossier",
            "Dates indiquées ou confirmées par une personne : 12 sur 12",
            "Aucun créneau, ou fermeture annoncée 2 tentatives : n° 1 et 9",
            "Parcours interrompu 5 tentatives : n° 2 à 4, 7 et 8",
            "2 tentatives : n° 5 et 6",
            "3 tentatives : n° 10 à 12",
            "2 démarches : n° 1 et 3",
            "pièce n° 13",
            "pièce n° 14",
            "Dossier de demande complet non (déclaré)",
            "une décision de l’administration existe ; à examiner avec un avocat (déclaré)",
        ):
            assert said in page

    def test_where_nothing_is_held(self, tmp_path: Path) -> None:
        """« Rien au dossier » stands where a judge looks for something that is not there."""
        pdf = write(make_case(0, request=None), tmp_path / "dossier.pdf")

        assert chapter(pdf, CONDITIONS).count(NOTHING) == 12

    def test_both_periods_where_the_list_is_not_known(self, tmp_path: Path) -> None:
        """Nobody said whether the permit is on the list: both periods are printed, each as what it is."""
        pdf = write(make_case(2, request="renewal", title_expiry="2026-06-30"), tmp_path / "dossier.pdf")
        page = read(pdf, CONDITIONS)

        assert "du 2 mars 2026 au 1er mai 2026 (titre de la liste de l’art. R. 431-2" in page
        assert "du 30 avril 2026 au 30 juin 2026 (titre hors de cette liste" in page

    def test_no_condition_is_said_to_be_met(self, tmp_path: Path) -> None:
        """The page says whose business that is; the article it names is among the texts that are printed."""
        pdf = write(make_case(6), tmp_path / "dossier.pdf")
        page = read(pdf, CONDITIONS)

        assert "il appartient au juge de l’apprécier" in page
        assert not re.search(r"condition (?:est )?remplie\b(?! ;)|suffi(?:t|sent|sant)|établit l’urgence", page)
        assert "L521-3" in {block.id for block in legal_texts().blocks}


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ([], ""),
        ([3], "n° 3"),
        ([2, 1], "n° 1 et 2"),
        ([5, 1, 2, 2], "n° 1, 2 et 5"),
        ([1, 2, 3, 4, 7], "n° 1 à 4 et 7"),
        (range(1, 99, 2), "n° 1, 3, …, 97"),
        (range(1, 301), "n° 1 à 300"),
    ],
)
def test_numbers(found: list[int], shown: str) -> None:
    """Runs are drawn together, and a long list is told by its ends."""
    assert numbers(found) == shown


def test_hours() -> None:
    """Whole hours of the day."""
    assert hours([9, 10, 11, 14]) == "9 h, 10 h, 11 h et 14 h"
    assert hours([0, 23]) == "0 h et 23 h"


@poppler
class TestHeading:
    def test_what_whoever_files_it_puts_on_it(self, tmp_path: Path) -> None:
        """Letterhead and lawyer on the cover, the number on every page; nothing where nothing was given."""
        heading = Heading(("Cabinet Kerv", "1 place de la Paix, 93000 Bobigny"), "Me Jeanne Kerv", "3")
        headed = texts(write(make_case(2), tmp_path / "headed.pdf", heading=heading))
        plain = texts(write(make_case(2), tmp_path / "plain.pdf"))

        assert all(line in headed[0] for line in ("Cabinet Kerv", "93000 Bobigny", "Me Jeanne Kerv", "Pièce n° 3"))
        assert all("Pièce n° 3 — Dossier de preuve" in page for page in headed[1:])
        assert "Avocat" not in plain[0]
        assert not any("Pièce n° 3 —" in page for page in plain)

    def test_the_fullest_cover_stays_one_page(self, tmp_path: Path) -> None:
        """With every line of a letterhead that the command takes."""
        heading = Heading(tuple(f"Ligne {n} du papier à en-tête" for n in range(4)), "Me Jeanne Kerv", "12")
        case = make_case(3, title_held="Carte de résident", title_expiry="2026-06-30", agdref="9312345678", phone="06")
        pages = texts(write(case, tmp_path / "dossier.pdf", heading=heading))

        assert "Ses limites sont exposées" in flat(pages[0])
        assert "Résumé" in pages[1]


@pytest.mark.needs("pdftotext")
def test_a_later_dossier_proves_that_it_extends_the_one_before(tmp_path: Path) -> None:
    """The digests that are printed lead from the root of the one to the root of the other; the first has none."""
    program = prepared(tmp_path)
    program.done("log", "--outcome", "no_slot", "--yes")
    first = program.json("export", "dossier", "-o", tmp_path / "1.pdf", "--no-print-check", "--unsigned")
    program.done("log", "--outcome", "site_error", "--yes")
    second = program.json("export", "dossier", "-o", tmp_path / "2.pdf", "--no-print-check", "--unsigned")
    earlier, later = (" ".join(texts(tmp_path / f"{n}.pdf")) for n in (1, 2))
    chapter = later.split("Cohérence avec le dossier antérieur")[1].split("\f")[0].split("Glossaire")[0]
    proof = [bytes.fromhex(node) for node in re.findall(r"^ *([0-9a-f]{64})$", chapter, re.MULTILINE)]

    assert "Cohérence avec le dossier antérieur" not in earlier
    assert f"établi à {first['size']} inscriptions" in later
    old, new = roots_from_consistency(first["size"], second["size"], bytes.fromhex(first["root"]), proof)
    assert (old.hex(), new.hex()) == (first["root"], second["root"])
