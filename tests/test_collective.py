"""Several applicants in one annex: every attempt counted, nobody named, nothing of one on the line of another."""

import re
import subprocess
from pathlib import Path

import pytest
from cli_runner import CASE, PERSON, Cli
from verapdf import broken_rules

PEOPLE = ("Awa Diallo", "Issa Traoré", "Mina Kerv")


@pytest.fixture
def program(tmp_path: Path) -> Cli:
    """Three cases: one with two attempts without a date, one that found a slot, one without any attempt."""
    program = Cli(tmp_path / "vault")
    program.done("init", *PERSON)
    for place, name in enumerate(PEOPLE):
        told = program.json("case", "new", *CASE, "--applicant", name, "--phone", f"+33 6 39 98 00 0{place}")
        for outcome in (("no_slot", "site_error"), ("slots_offered",), ())[place]:
            program.done("--case", told["id"], "log", "--outcome", outcome, "--note", f"note de {name}", "--yes")
    return program


def ids(program: Cli) -> dict[str, str]:
    return {item["applicant"]: item["id"] for item in program.json("case", "list")["cases"]}


def text_of(pdf: Path) -> str:
    drawn = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", drawn)


pytestmark = pytest.mark.needs("pdftotext")


def test_counts_every_attempt_and_names_nobody(program: Cli, tmp_path: Path) -> None:
    """The total is that of all ledgers, the slot that was found among them; no name, address or note."""
    program.done("export", "collective", "-o", tmp_path / "annex.pdf")
    text = text_of(tmp_path / "annex.pdf")

    assert "Seine-Saint-Denis Admission exceptionnelle au séjour 3 3 2 1 0" in text
    assert [f"Personne n° {place}" in text for place in (1, 2, 3, 4)] == [True, True, True, False]
    for private in (*PEOPLE, "Lilas", "awa@example.org", "39 98", "note de", "1990"):
        assert private not in text
        assert private.encode() not in (tmp_path / "annex.pdf").read_bytes()


def test_each_line_carries_its_own_root(program: Cli, tmp_path: Path) -> None:
    """The root that the ledger of each has, with its size; the export itself comes after it."""
    before = {name: program.json("--case", case, "checkpoint") for name, case in ids(program).items()}
    program.done("export", "collective", "-o", tmp_path / "annex.pdf")
    text = text_of(tmp_path / "annex.pdf")

    for told in before.values():
        assert f"{told['size']} inscriptions, racine {told['root']}" in text.replace(
            "1 inscription,", "1 inscriptions,"
        )


def test_is_recorded_in_each_and_tells_of_no_other(program: Cli, tmp_path: Path) -> None:
    """One entry in every ledger, with the digest of the annex and nothing of who else was in it."""
    told = program.json("export", "collective", "-o", tmp_path / "annex.pdf")

    for case in ids(program).values():
        index = program.json("--case", case, "case", "show")["entries"] - 1
        says = program.json("--case", case, "show", index)["entry"]["says"]
        assert (says["export"], says["sha256"]) == ("collective", told["sha256"])
        assert set(says) == {"export", "size", "root", "sha256"}


def test_some_cases_named(program: Cli, tmp_path: Path) -> None:
    """Those that were chosen, once each, with their names where they agreed; the others are not touched."""
    found = ids(program)
    chosen = [found["Awa Diallo"], found["Mina Kerv"], found["Awa Diallo"]]
    told = program.json("export", "collective", *chosen, "-o", tmp_path / "annex.pdf", "--named")
    text = text_of(tmp_path / "annex.pdf")

    assert sorted(told["cases"]) == sorted(set(chosen))
    assert ["Awa Diallo" in text, "Mina Kerv" in text, "Issa Traoré" in text] == [True, True, False]
    assert program.json("--case", found["Issa Traoré"], "case", "show")["entries"] == 3


def test_conforms(program: Cli, tmp_path: Path) -> None:
    program.done("export", "collective", "-o", tmp_path / "annex.pdf")

    assert broken_rules(tmp_path / "annex.pdf") == []


def test_a_vault_without_cases(tmp_path: Path) -> None:
    program = Cli(tmp_path / "vault")
    program.done("init", *PERSON)

    assert "holds no case yet" in program("export", "collective", "-o", tmp_path / "annex.pdf").err
    assert not (tmp_path / "annex.pdf").exists()
