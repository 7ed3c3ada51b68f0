"""One attempt shown without the others: it verifies as the whole does, and tells nothing of the rest."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest
from cli_runner import Cli, DictatedEngine, prepared
from helpers import draw
from verapdf import broken_rules

from evidence_vault import merkle
from evidence_vault.attachment import embedded_bundle
from evidence_vault.entries import parse_header

NOTE = "Une note que personne d'autre ne doit lire"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Three attempts with a screenshot each, the second corrected, a step and a document."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    program = prepared(tmp_path)
    for number in range(3):
        picture = tmp_path / f"{number}.png"
        picture.write_bytes(draw(size=(500 + number, 160)))
        note = () if number == 1 else ("--note", f"{NOTE} {number}")
        program.done("log", picture, "--outcome", "no_slot", "--yes", *note)
    index = attempts(program)[1]
    program.done("correct", index, "--outcome", "site_error", "--reason", "relu")
    letter = tmp_path / "lettre.txt"
    letter.write_text(NOTE)
    program.done("step", "letter", letter, "--summary", NOTE)
    program.done("case", "update", "--phone", "+33 6 39 98 00 00")
    return program


def attempts(program: Cli) -> list[int]:
    return [item["index"] for item in program.json("list")["attempts"]]


def unpacked(pdf: Path) -> dict[str, bytes]:
    with embedded_bundle(pdf) as archive, zipfile.ZipFile(archive) as found:
        return {name: found.read(name) for name in found.namelist()}


def pages(pdf: Path) -> str:
    drawn = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", drawn)


def test_verifies_and_counts_what_is_withheld(program: Cli, tmp_path: Path) -> None:
    """Signatures, chain, checkpoint and the pages' own signature hold; the others are counted as withheld."""
    index = attempts(program)[1]
    told = program.json("export", "record", index, "-o", tmp_path / "record.pdf")
    answer = program("--json", "verify", tmp_path / "record.pdf")
    found = answer.json()

    assert (answer.code, found["verdict"]) == (3, "indeterminate")
    assert (found["intact"], found["complete"], found["dated"]) == ("passed", "passed", "indeterminate")
    assert found["entries"] == told["size"]
    assert found["withheld"] >= 6
    assert {check["name"]: check["verdict"] for check in found["checks"]}["document"] == "passed"


@pytest.mark.needs("pdftotext")
def test_tells_nothing_of_the_others(program: Cli, tmp_path: Path) -> None:
    """Neither on the pages nor in the archive: no note, no picture, no digest of a picture, no step."""
    one, shown, other = attempts(program)
    program.done("export", "record", shown, "-o", tmp_path / "record.pdf")
    files = unpacked(tmp_path / "record.pdf")
    held = b"".join(files.values())

    assert NOTE.encode() not in held
    assert NOTE not in pages(tmp_path / "record.pdf")
    for index in (one, other):
        (exhibit,) = program.attempt(index)["exhibits"]
        assert exhibit["sha256"].encode() not in held
        assert exhibit["sha256"] not in pages(tmp_path / "record.pdf")
    (own,) = program.attempt(shown)["exhibits"]
    assert [name for name in files if name.startswith("exhibits/")] == [f"exhibits/{own['sha256']}.png"]


@pytest.mark.needs("pdftotext")
def test_the_attempt_is_told_whole(program: Cli, tmp_path: Path) -> None:
    """With its correction, under the number that it has in the dossier."""
    index = attempts(program)[1]
    program.done("export", "record", index, "-o", tmp_path / "record.pdf")
    text = pages(tmp_path / "record.pdf")

    for said in (
        "Relevé de tentative de connexion (établi par l’usager)",
        "Tentative n° 2 — ",
        "Pièce n° 2",
        "Erreur ou refus du site",
        "relu",
        "12 rue des Lilas",
    ):
        assert said in text.replace("\u00a0", " ")


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("fields", [["address"], ["address", "email", "born", "phone", "applicant"]])
def test_fields_of_the_case_can_be_withheld(program: Cli, tmp_path: Path, fields: list[str]) -> None:
    """They are in no byte of the archive and on no page, and what is left still verifies."""
    index = attempts(program)[1]
    options = [word for field in fields for word in ("--withhold", field)]
    program.done("export", "record", index, "-o", tmp_path / "record.pdf", *options)
    held = b"".join(unpacked(tmp_path / "record.pdf").values())
    text = pages(tmp_path / "record.pdf")
    values = {"address": "Lilas", "email": "awa@example.org", "born": "1990-04-12", "phone": "39 98 00 00"}

    for field in set(fields) & values.keys():
        assert values[field].encode() not in held
        assert values[field] not in text
    assert program("--json", "verify", tmp_path / "record.pdf").json()["intact"] == "passed"


@pytest.mark.needs("pdftotext")
def test_proof_of_inclusion_leads_to_the_root(program: Cli, tmp_path: Path) -> None:
    """The digests that are printed, joined in their order, give the root that is signed."""
    index = attempts(program)[1]
    told = program.json("export", "record", index, "-o", tmp_path / "record.pdf")
    drawn = subprocess.run(["pdftotext", "-layout", str(tmp_path / "record.pdf"), "-"], capture_output=True, check=True)
    chapter = drawn.stdout.decode().split("Preuve d’inclusion")[1].split("\f")[0]
    proof = [bytes.fromhex(node) for node in re.findall(r"^\s*([0-9a-f]{64})$", chapter, re.MULTILINE)]
    header = unpacked(tmp_path / "record.pdf")["ledger/headers.jsonl"].splitlines()[index]

    assert parse_header(header).index == index
    leaf = merkle.leaf_hash(header)
    assert merkle.root_from_inclusion(leaf, index, told["size"], proof).hex() == told["root"]


@pytest.mark.parametrize("how", ["body", "exhibit", "other header"])
def test_a_harmed_archive_fails(program: Cli, tmp_path: Path, how: str) -> None:
    """What is shown cannot be changed, nor what is not."""
    index = attempts(program)[1]
    program.done("export", "record", index, "-o", tmp_path / "record.pdf", "--unsigned")
    files = unpacked(tmp_path / "record.pdf")
    if how == "body":
        files["ledger/bodies.jsonl"] = files["ledger/bodies.jsonl"].replace(b"site_error", b"captcha_failure")
    elif how == "exhibit":
        (name,) = [name for name in files if name.startswith("exhibits/")]
        files[name] = draw("Autre chose")
    else:
        lines = files["ledger/headers.jsonl"].splitlines()
        lines[1] = lines[2]
        files["ledger/headers.jsonl"] = b"\n".join(lines) + b"\n"
    with zipfile.ZipFile(tmp_path / "harmed.zip", "w") as made:
        for name, data in files.items():
            made.writestr(name, data)

    assert program("--json", "verify", tmp_path / "harmed.zip").json()["intact"] == "failed"


@pytest.mark.needs("javac")
@pytest.mark.parametrize("options", [(), ("--unsigned",)])
def test_conforms(program: Cli, tmp_path: Path, options: tuple[str, ...]) -> None:
    program.done("export", "record", attempts(program)[1], "-o", tmp_path / "record.pdf", *options)

    assert broken_rules(tmp_path / "record.pdf") == []


def test_is_recorded(program: Cli, tmp_path: Path) -> None:
    """As an export of its kind; the title names no person."""
    told = program.json("export", "record", attempts(program)[0], "-o", tmp_path / "record.pdf")
    last = json.loads(program.done("--json", "show", told["size"]).out)["entry"]

    assert (last["says"]["export"], last["says"]["sha256"]) == ("record", told["sha256"])
    with pikepdf.open(tmp_path / "record.pdf") as pdf:
        assert "Awa" not in str(pdf.docinfo["/Title"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("0",), 12, "is no attempt"),
        (("999",), 12, "is no attempt"),
        (("1", "--withhold", "colour"), 2, "A case has no field colour"),
        (("1", "--withhold", "public_key"), 2, "A case has no field public_key"),
    ],
)
def test_refusals(program: Cli, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    """Nothing is written, nothing recorded."""
    before = program.json("case", "show")["entries"]
    answer = program("export", "record", *arguments, "-o", tmp_path / "record.pdf", "--unsigned")

    assert (answer.code, words in answer.err) == (code, True), answer
    assert not (tmp_path / "record.pdf").exists()
    assert program.json("case", "show")["entries"] == before
