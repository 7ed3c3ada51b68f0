"""One attempt shown without the others: it verifies as the whole does, and tells nothing of the rest."""

import base64
import datetime as dt
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from cli_runner import CASE, PERSON, Answer, Cli, DictatedEngine, prepared
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from helpers import draw
from test_verification_commands import NEXT, guide, typed
from tsa import Authority
from verapdf import broken_rules

from evidence_vault.attachment import embedded_bundle
from evidence_vault.encoding import sha256
from evidence_vault.entries import parse_header
from evidence_vault.exports.bundle import BODIES, HEADERS, SIGNATURES
from evidence_vault.exports.checked import ARCHIVE, ROOT
from evidence_vault.exports.dossier_words import CASE_FIELDS
from evidence_vault.exports.verification import INCLUSION
from evidence_vault.signing.public import key_id, to_pem

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


def zipped(files: dict[str, bytes], path: Path) -> Path:
    """An archive of these files, with sums that agree."""
    held = {name: data for name, data in files.items() if name != "SHA256SUMS"}
    held["SHA256SUMS"] = b"".join(f"{sha256(data)}  {name}\n".encode() for name, data in held.items())
    with zipfile.ZipFile(path, "w") as made:
        for name, data in held.items():
            made.writestr(name, data)
    return path


def withholding(fields: list[str]) -> list[str]:
    return [word for field in fields for word in ("--withhold", field)]


def certificates(files: dict[str, bytes]) -> list[bytes]:
    """The certificates that the archive tells, decoded: a name stands in them."""
    bodies = (json.loads(line) for line in files["ledger/bodies.jsonl"].splitlines())
    told = [body["disclosed"]["certificate"][1] for body in bodies if body and "use" in body["disclosed"]]
    return [base64.b64decode(text) for text in told]


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
@pytest.mark.parametrize("fields", [["address"], ["address", "email", "born", "phone"]])
def test_fields_of_the_case_can_be_withheld(program: Cli, tmp_path: Path, fields: list[str]) -> None:
    """They are in no byte of the archive and on no page, which says so; what is left still verifies."""
    index = attempts(program)[1]
    program.done("export", "record", index, "-o", tmp_path / "record.pdf", *withholding(fields))
    held = b"".join(unpacked(tmp_path / "record.pdf").values())
    text = pages(tmp_path / "record.pdf")
    values = {"address": "Lilas", "email": "awa@example.org", "born": "1990-04-12", "phone": "39 98 00 00"}

    for field in fields:
        assert values[field].encode() not in held
        assert values[field] not in text
        assert CASE_FIELDS[field] in text.split("Non communiqué")[1].split("Opérateur")[0]
    assert program("--json", "verify", tmp_path / "record.pdf").json()["intact"] == "passed"


@pytest.mark.needs("pdftotext")
def test_a_withheld_name_is_nowhere(program: Cli, tmp_path: Path) -> None:
    """The applicant who keeps the ledger stands in it as operator, in its certificate and in the PDF's description."""
    index = attempts(program)[1]
    program.done("export", "record", index, "-o", tmp_path / "signed.pdf")  # the ledger names a certificate
    program.done("export", "record", index, "-o", tmp_path / "record.pdf", "--withhold", "applicant", "--unsigned")
    files = unpacked(tmp_path / "record.pdf")
    held = b"".join([*files.values(), *certificates(files), (tmp_path / "record.pdf").read_bytes()])
    text = pages(tmp_path / "record.pdf").replace("\u00a0", " ")
    found = program("--json", "verify", tmp_path / "record.pdf").json()

    # The family name is long enough not to stand among compressed octets by chance, as three letters do.
    assert b"Diallo" in b"".join(certificates(unpacked(tmp_path / "signed.pdf")))
    assert b"Diallo" not in held
    assert "Awa" not in text
    assert "Opérateur non communiqué, en qualité de demandeur" in text
    assert {found[answer] for answer in ("intact", "complete")} == {"indeterminate", "passed"}
    assert [check["name"] for check in found["checks"] if check["verdict"] == "failed"] == []


def test_a_signature_would_tell_the_name(program: Cli, tmp_path: Path) -> None:
    """Pages that withhold it are not signed with a certificate that bears it; nothing is written or recorded."""
    before = program.json("case", "show")["entries"]
    answer = program("export", "record", attempts(program)[1], "-o", tmp_path / "r.pdf", "--withhold", "applicant")

    assert (answer.code, "names the applicant" in answer.err) == (2, True)
    assert not (tmp_path / "r.pdf").exists()
    assert program.json("case", "show")["entries"] == before


@pytest.mark.needs("pdftotext")
def test_nothing_outdated_is_told(program: Cli, tmp_path: Path) -> None:
    """An update that tells a withheld field is withheld whole, and what it changed besides with it."""
    program.done("case", "update", "--phone", "+33 6 39 98 00 01", "--address", "5 rue des Saules, 93200 Saint-Denis")
    program.done("case", "update", "--address", "7 rue du Port, 93200 Saint-Denis", "--birthplace", "Dakar")
    index = attempts(program)[1]
    program.done("export", "record", index, "-o", tmp_path / "record.pdf", "--withhold", "phone")
    held = b"".join(unpacked(tmp_path / "record.pdf").values())
    text = pages(tmp_path / "record.pdf")

    for value in ("Lilas", "Saules", "Port", "Dakar", "39 98"):
        assert value.encode() not in held
        assert value not in text
    assert "lieu de naissance ; adresse ; téléphone" in text.replace("\u00a0", " ")


@pytest.mark.needs("pdftotext")
def test_fields_of_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that stands for one attempt: among them its signature and when the permit expires."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    program = prepared(tmp_path)
    program.done("case", "update", "--request", "renewal", "--title-expiry", "2026-09-30")
    (tmp_path / "a.png").write_bytes(draw())
    program.done("log", tmp_path / "a.png", "--yes", "--url", "https://www.example.org/booking/create/1")
    (index,) = attempts(program)
    program.done("export", "record", index, "-o", tmp_path / "record.pdf")
    text = pages(tmp_path / "record.pdf").replace("\u00a0", " ")
    signature = unpacked(tmp_path / "record.pdf")["ledger/signatures.txt"].splitlines()[index].decode()

    address = "https://www.example.org/booking/create/1"
    for said in ("renouvellement", "30 septembre 2026", address, "Fait à", "Signature"):
        assert said in text
    assert signature in text.replace(" ", "")


@pytest.mark.needs("bash", "sha256sum")
def test_proof_of_inclusion_leads_to_the_root(program: Cli, tmp_path: Path) -> None:
    """The commands of the guide show the root that is signed, and another root for another header."""
    index = attempts(program)[1]
    told = program.json("export", "record", index, "-o", tmp_path / "record.pdf")
    files = unpacked(tmp_path / "record.pdf")
    block = files["VERIFIER.md"].decode().split(INCLUSION.replace(" ?", "\u00a0?"))[1]
    commands = block.split("```sh\n")[1].split("```")[0]

    assert fold(tmp_path, commands, files["ledger/headers.jsonl"].splitlines()[index]) == told["root"]
    assert fold(tmp_path, commands, files["ledger/headers.jsonl"].splitlines()[index - 1]) != told["root"]


def fold(folder: Path, commands: str, header: bytes) -> str:
    (folder / "entete.bin").write_bytes(header)
    done = subprocess.run(["bash", "-e"], input=commands, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def salted(files: dict[str, bytes], index: int) -> None:
    lines = files[BODIES].splitlines()
    salt = json.loads(lines[index])["disclosed"]["note"][0].encode()
    files[BODIES] = files[BODIES].replace(salt, salt[::-1])


def swap(files: dict[str, bytes], name: str, index: int, line: bytes) -> None:
    lines = files[name].splitlines()
    lines[index] = line
    files[name] = b"\n".join(lines) + b"\n"


def other_key(files: dict[str, bytes]) -> None:
    (name,) = [name for name in files if name.startswith("keys/")]
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    del files[name]
    files[f"keys/{key_id(key)}.pem"] = to_pem(key)


def other_picture(files: dict[str, bytes]) -> None:
    (name,) = [name for name in files if name.startswith("exhibits/")]
    files[name] = draw("Autre chose")


def checkpoints(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name.startswith("checkpoints/")}


def attempt_of(files: dict[str, bytes]) -> bytes:
    """What the first attempt says."""
    kinds = [parse_header(line).kind for line in files[HEADERS].splitlines()]
    return files[BODIES].splitlines()[kinds.index("attempt")]


def of_another_case(folder: Path, size: int) -> dict[str, bytes]:
    """The files of the bundle of another case, whose newest checkpoint covers as many entries."""
    (folder / "other").mkdir()
    another = prepared(folder / "other")
    (folder / "other" / "a.png").write_bytes(draw())
    another.done("log", folder / "other" / "a.png", "--yes")
    while (held := another.json("case", "show")["entries"]) < size:
        another.done("case", "update", "--phone", f"+33 6 39 98 00 {held:02d}")
    assert held == size
    another.done("export", "bundle", "-o", folder / "other.zip")
    with zipfile.ZipFile(folder / "other.zip") as found:
        return {name: found.read(name) for name in found.namelist()}


HARMS: dict[str, tuple[Callable[[dict[str, bytes], int, dict[str, bytes]], None], str]] = {
    "other body": (lambda files, index, other: swap(files, BODIES, index, attempt_of(other)), "bodies"),
    "word changed": (lambda files, _i, _o: files.update({BODIES: files[BODIES].replace(b"relu", b"rela")}), "bodies"),
    "other salt": (lambda files, index, _o: salted(files, index), "bodies"),
    "other header": (lambda files, _i, _o: swap(files, HEADERS, 1, files[HEADERS].splitlines()[2]), "chain"),
    "entry of another case": (
        lambda files, index, other: swap(files, HEADERS, index, other[HEADERS].splitlines()[index]),
        "case",
    ),
    "other signature": (
        lambda files, index, _o: swap(files, SIGNATURES, index, files[SIGNATURES].splitlines()[0]),
        "signatures",
    ),
    "other key": (lambda files, _i, _o: other_key(files), "key"),
    "other picture": (lambda files, _i, _o: other_picture(files), "exhibits"),
    "other checkpoint": (lambda files, _i, other: files.update(checkpoints(other)), "checkpoints"),
    "header taken out": (
        lambda files, index, _o: files.update(
            {
                name: b"".join(line for n, line in enumerate(files[name].splitlines(True)) if n != index)
                for name in (HEADERS, SIGNATURES, BODIES)
            }
        ),
        "chain",
    ),
    "no entries": (lambda files, _i, _o: files.update({HEADERS: b"", SIGNATURES: b"", BODIES: b""}), "format"),
}


@pytest.mark.parametrize("how", HARMS)
def test_a_harmed_archive_fails(program: Cli, tmp_path: Path, how: str) -> None:
    """What is shown cannot be changed, nor what is not, although every digest of a file is made to agree."""
    index = attempts(program)[1]
    program.done("export", "record", index, "-o", tmp_path / "record.pdf", "--unsigned")
    files = unpacked(tmp_path / "record.pdf")
    other = of_another_case(tmp_path, len(files[HEADERS].splitlines()))
    harm, check = HARMS[how]
    harm(files, index, other)
    answer = program("--json", "verify", zipped(files, tmp_path / "harmed.zip"))

    assert (answer.code, answer.json()["verdict"]) == (1, "failed")
    assert check in [found["name"] for found in answer.json()["checks"] if found["verdict"] == "failed"]


@pytest.fixture
def stamped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Two attempts, each attested when it was recorded, and the record of the first."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    authority = Authority.create("p384", intermediate=True)
    (tmp_path / ROOT).write_bytes(authority.root_pem)
    program = Cli(tmp_path / "vault")
    with authority.serving() as served:
        served.gen_time = dt.datetime.now(dt.UTC)
        program.done("init", *PERSON[:-1], "--online", "--tsa", served.url, "--tsa-root", tmp_path / ROOT)
        program.done("case", "new", *CASE)
        for number in range(2):
            (tmp_path / f"{number}.png").write_bytes(draw(size=(500 + number, 160)))
            program.done("log", tmp_path / f"{number}.png", "--yes")
        program.done("export", "record", attempts(program)[0], "-o", tmp_path / "record.pdf")
    return program


def judged(program: Cli, path: Path) -> Answer:
    key = program.json("case", "show")["public_key"]
    return program("--json", "verify", path, "--tsa-root", path.parent / ROOT, "--key", key)


def test_attested_without_the_others(stamped: Cli, tmp_path: Path) -> None:
    """With the key of the signer and the root of the authority, a record passes; without its tokens it does not."""
    answer = judged(stamped, tmp_path / "record.pdf")
    found = answer.json()
    files = unpacked(tmp_path / "record.pdf")
    bare = {name: data for name, data in files.items() if not name.startswith("timestamps/")}

    assert (answer.code, found["verdict"]) == (0, "passed"), answer
    assert found["withheld"] > 0
    assert found["intervals"][0]["not_after"]["source"] == "Horodatage, Horloge d’essai, FR"
    answer = judged(stamped, zipped(bare, tmp_path / "bare.zip"))
    assert (answer.code, answer.json()["dated"]) == (3, "indeterminate")


def test_a_token_of_another_checkpoint_fails(stamped: Cli, tmp_path: Path) -> None:
    """Put under the name of the one that an entry names, or beside it."""
    files = unpacked(tmp_path / "record.pdf")
    first, second, *_ = sorted(name for name in files if name.endswith(".tsr"))
    answer = judged(stamped, zipped(files | {first: files[second]}, tmp_path / "swapped.zip"))

    assert (answer.code, answer.json()["dated"]) == (1, "failed")
    strange = f"timestamps/{sha256(b'strange')}.tsr"
    answer = judged(stamped, zipped(files | {strange: files[second]}, tmp_path / "strange.zip"))
    assert (answer.code, answer.json()["dated"]) == (1, "failed")


@pytest.mark.needs("bash", "unzip", "openssl", "sha256sum")
def test_the_guide_of_a_record_works_as_printed(stamped: Cli, tmp_path: Path) -> None:
    """From the archive and the authority's root alone, each step of VERIFIER.md prints what it says is expected."""
    folder = tmp_path / "stranger"
    folder.mkdir()
    (folder / ROOT).write_bytes((tmp_path / ROOT).read_bytes())
    with embedded_bundle(tmp_path / "record.pdf") as archive:
        (folder / ARCHIVE).write_bytes(archive.read())
    *steps, _ = guide(folder / ARCHIVE)
    done = typed(steps, folder)

    assert done.returncode == 0, done.stderr
    for step, output in zip(steps, done.stdout.split(NEXT)[:-1], strict=True):
        assert step.expected
        assert step.expected in output
    assert {"Verification: OK", "Signature Verified Successfully"} <= {step.expected for step in steps}


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
