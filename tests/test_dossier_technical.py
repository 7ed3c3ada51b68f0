"""The technical annex: every item of the list in its order, over the attempts that are printed."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pikepdf
import pytest
from builders import ENVIRONMENT, BuiltCase, CaseBuilder, make_case
from test_dossier import bookmarks, poppler, write

from evidence_vault import values
from evidence_vault.exports.dossier_technical import GRID, TECHNICAL
from evidence_vault.exports.legal import legal_block
from evidence_vault.selection import Selection, selected
from evidence_vault.words import Basis

BESIDE = "Autres éléments inscrits, hors de cette liste"
UNKNOWN_OF_TWO = "0 0 2 inconnu : n° 1 et 2"


def item(name: str, value: str | None, basis: Basis = "measured") -> values.EnvironmentItem:
    return values.EnvironmentItem(name=name, value=value, basis=basis)


def case_of(*environments: Iterable[values.EnvironmentItem] | None) -> BuiltCase:
    """A case with one attempt for each environment."""
    builder = CaseBuilder()
    builder.open()
    for environment in environments:
        builder.attempt(environment=None if environment is None else tuple(environment))
    return builder.built()


def annex(pdf: Path) -> str:
    """All of the annex in one line, cell after cell."""
    with pikepdf.open(pdf) as found:
        page_of = {title.replace("\u00a0", " "): page for _, title, page in bookmarks(found)}
    starts = page_of[TECHNICAL]
    ends = min(page for page in page_of.values() if page > starts)
    command = ["pdftotext", "-raw", "-f", str(starts), "-l", str(ends), str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    line = re.sub(r"\s+", " ", text.replace("\u00a0", " "))
    return line[line.index(TECHNICAL) : line.index("Annexe : vérifier")]


def printed(tmp_path: Path, *environments: Iterable[values.EnvironmentItem] | None) -> str:
    return annex(write(case_of(*environments), tmp_path / "dossier.pdf"))


@poppler
class TestTechnical:
    def test_follows_the_list_and_puts_the_rest_at_the_end(self, tmp_path: Path) -> None:
        """Machine, system, browser, address, connection, proxy, cleaning, clock, first pages, network; then others."""
        text = printed(tmp_path, [item("coffee", "noir"), item("screen", "1366 × 768"), *ENVIRONMENT[:1]])
        places = [text.index(f"{label} ", text.index("Valeurs inscrites")) for label in GRID.values()]

        assert list(GRID) == [
            "machine", "os", "browser", "ip_address", "connection", "proxy", "cleaned", "clock_check",
            "first_visited", "dns", "router", "network_card",
        ]  # fmt: skip
        assert places == sorted(places)
        assert text.count("Debian GNU/Linux 12") == 1
        assert places[-1] < text.index(BESIDE) < text.index("coffee 1 0 0 « noir »") < text.index("Écran 1 0 0 « 1366")

    def test_two_machines(self, tmp_path: Path) -> None:
        """How many on each basis, and which value at which attempts; the same value on two bases stays apart."""
        first = [item("os", "Debian 12"), item("browser", "Firefox 128", "declared")]
        second = [item("os", "Windows 11"), item("browser", "Firefox 128"), item("proxy", "aucun", "declared")]
        text = printed(tmp_path, first, second, first, first, first, [item("os", None, "unknown")])

        for said in (
            "version 5 0 1 « Debian 12 », mesuré : n° 1 et 3 à 5 « Windows 11 », mesuré : n° 2 inconnu : n° 6",
            "version 1 4 1 « Firefox 128 », déclaré : n° 1 et 3 à 5 « Firefox 128 », mesuré : n° 2 inconnu : n° 6",
            "(proxy) 0 1 5 « aucun », déclaré : n° 2 inconnu : n° 1 et 3 à 6",
        ):
            assert said in text
        assert "porte sur les 6 tentatives imprimées" in text
        assert "Aucun environnement" not in text

    def test_no_environment_at_all(self, tmp_path: Path) -> None:
        """Everything is said to be unknown, of every item of the list and of nothing else."""
        text = printed(tmp_path, None, ())

        assert text.count(UNKNOWN_OF_TWO) == len(GRID)
        assert "Aucun environnement n’a été relevé pour 2 tentatives (n° 1 et 2)" in text
        assert BESIDE not in text

    def test_no_attempt(self, tmp_path: Path) -> None:
        """An empty ledger has no table, and says why."""
        text = annex(write(make_case(0), tmp_path / "dossier.pdf"))

        assert "Aucune tentative n’est imprimée" in text
        assert GRID["proxy"] not in text

    @pytest.mark.parametrize("found", [item("os", None), item("os", ""), item("os", "Debian", "unknown")])
    def test_a_basis_without_a_value_is_unknown(self, tmp_path: Path, found: values.EnvironmentItem) -> None:
        """Nothing counts as measured of which there is no measure."""
        assert f"{GRID['os']} 0 0 1 inconnu : n° 1" in printed(tmp_path, [found])

    def test_many_values(self, tmp_path: Path) -> None:
        """A long list is cut and says so, clocks are left to the sheets, a long value is shortened."""
        environments = [[item("os", f"Système {n}"), item("clock", f"2026-03-0{n}T08:00:00.000Z")] for n in range(1, 9)]
        environments[0].append(item("machine", "M" * 900))
        text = printed(tmp_path, *environments)

        assert "« Système 6 », mesuré : n° 6 et 2 autres valeurs, sur les relevés" in text
        assert "« Système 7 »" not in text
        assert "8 0 0 une heure par tentative, imprimée sur son relevé, mesuré : n° 1 à 8" in text
        assert "2026-03-01" not in text
        assert "[…] », mesuré : n° 1 inconnu : n° 2 à 8" in text

    def test_a_selection_keeps_its_numbers(self, tmp_path: Path) -> None:
        """Only the attempts that are printed count, under the numbers that they have in the whole case."""
        builder = CaseBuilder()
        builder.open()
        for outcome, system in (("no_slot", "Debian 12"), ("site_error", "Windows 11"), ("no_slot", "Debian 12")):
            builder.outcome(builder.attempt(environment=(item("os", system),)), outcome)
        case = builder.built()
        chosen = Selection(outcomes=frozenset({"no_slot"}))
        part = selected(case.file, chosen)
        text = annex(write(case, tmp_path / "dossier.pdf", case=part, whole=case.file, selection=chosen))

        assert "version 2 0 0 « Debian 12 », mesuré : n° 1 et 3" in text
        assert "Windows" not in text

    def test_claims_no_conformity(self, tmp_path: Path) -> None:
        """It names its sources as the data file does, and denies to be what they speak of."""
        text = printed(tmp_path, ENVIRONMENT)

        for said in (
            legal_block("TGI-PARIS-2003").title,
            legal_block("NF-Z67-147").title,
            "grille de lecture, et rien de plus",
            "n’est pas un constat et n’affirme la conformité à aucune norme",
            "une copie d’écran, non la page elle-même",
            "il n’est pas établi que la connexion a été faite depuis cet appareil",
            "porte sur la seule tentative imprimée",
        ):
            assert said in text
        assert text.count("conform") == text.count("constat") == 1

    def test_stands_in_the_contents(self, tmp_path: Path) -> None:
        """The table of contents and the bookmarks lead to it, before the commands."""
        with pikepdf.open(write(case_of(ENVIRONMENT), tmp_path / "dossier.pdf")) as pdf:
            titles = [title.replace("\u00a0", " ") for level, title, _ in bookmarks(pdf) if level == 0]

        assert titles[titles.index(TECHNICAL) + 1] == "Annexe : vérifier ce dossier soi-même"
