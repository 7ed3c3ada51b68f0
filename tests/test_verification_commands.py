"""What a stranger types: commands of VERIFIER.md and of the dossier, word for word, where this program is absent."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_vault.attachment import embedded_bundle
from evidence_vault.casefile import read_entry
from evidence_vault.encoding import sha256
from evidence_vault.exports.bundle import verifier_page
from evidence_vault.exports.checked import ARCHIVE, DOSSIER, ROOT, Checked, PageSigner
from evidence_vault.exports.verification import verification_commands
from evidence_vault.signing.note import parse_note
from evidence_vault.unbundling import bundle_evidence
from tests.cli_runner import CASE, Cli, DictatedEngine, prepared
from tests.helpers import draw
from tests.tsa import Authority

PROGRAM = Path(sys.executable).with_name("evidence-vault")
NEXT = "<end of the step>"

needs_tools = pytest.mark.needs("bash", "unzip", "openssl", "sha256sum")


@dataclass(frozen=True)
class Step:
    """One numbered step as a person reads it: what to type, and what must appear."""

    lines: tuple[str, ...]
    expected: str


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A case with attempts, exported as a bundle and as a dossier beside its vault."""
    folder = tmp_path_factory.mktemp("handed-over")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        made = prepared(folder)
        for number in range(3):
            picture = folder / f"capture-{number}.png"
            picture.write_bytes(draw(size=(480 + number, 160)))
            made.done("log", picture, "--yes")
        made.done("export", "bundle", "-o", folder / ARCHIVE)
        made.done("export", "dossier", "-o", folder / DOSSIER)
    return made


@pytest.fixture(scope="module")
def attested(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A case whose attempts were attested as they were recorded, by an authority of the person's own choice."""
    folder = tmp_path_factory.mktemp("attested")
    authority = Authority.create("p384", intermediate=True)
    (folder / ROOT).write_bytes(authority.root_pem)
    made = Cli(folder / "vault")
    with pytest.MonkeyPatch.context() as patch, authority.serving() as served:
        patch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        served.gen_time = now()
        person = ("--operator", "Awa Diallo", "--capacity", "applicant", "--no-passphrase")
        made.done("init", *person, "--online", "--tsa", served.url, "--tsa-root", folder / ROOT)
        made.done("case", "new", *CASE)
        for number in range(2):
            picture = folder / f"capture-{number}.png"
            picture.write_bytes(draw(size=(480 + number, 160)))
            made.done("log", picture, "--yes")
        made.done("export", "bundle", "-o", folder / ARCHIVE)
        made.done("export", "dossier", "-o", folder / DOSSIER)
    return made


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def handed_over(program: Cli, name: str, folder: Path) -> Path:
    """An empty folder into which only this file was copied."""
    shutil.copy(program.vault.parent / name, folder)
    return folder


def without_this_program() -> Iterator[str]:
    """The folders of PATH in which neither this program nor its Python is."""
    for folder in os.get_exec_path():
        if shutil.which(PROGRAM.name, path=folder) is None and Path(folder) != PROGRAM.parent:
            yield folder


def typed(steps: list[Step], folder: Path) -> subprocess.CompletedProcess[str]:
    """Type the steps into one shell that knows nothing of this program."""
    script = "".join("\n".join(step.lines) + f"\necho '{NEXT}'\n" for step in steps)
    return subprocess.run(
        ["bash", "-e", "-s"],
        input=script,
        cwd=folder,
        env={"PATH": os.pathsep.join(without_this_program()), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def guide(archive: Path) -> list[Step]:
    """The steps of the VERIFIER.md inside a bundle, read as its reader sees them."""
    text = subprocess.run(["unzip", "-p", str(archive), "VERIFIER.md"], capture_output=True, check=True).stdout.decode()
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return [_step(section) for section in sections]


def _step(section: str) -> Step:
    block = re.search(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert block is not None
    expected = re.search(r"^Résultat attendu\u00a0: `(.*)`$", section, re.MULTILINE)
    return Step(tuple(block[1].splitlines()), expected[1] if expected else "")


def printed(dossier: Path) -> list[Step]:
    """The steps of the annex of a dossier, each line of which stands on the page as it is to be typed."""
    with bundle_evidence(dossier.with_name(ARCHIVE), ARCHIVE) as evidence:
        entries = [read_entry(signed) for signed in evidence.entries]
        head = parse_note(evidence.checkpoints[0]).checkpoint
        example = next(entry for entry in entries if entry.header.kind == "attempt")
        (named,) = (entry.index for entry in entries if entry.header.kind == "certificate")
        digest = re.search(r"\b[0-9a-f]{64}\b", _run("sha256sum", ARCHIVE, folder=dossier.parent))
        assert digest is not None
        checked = Checked(
            head.size, head.root.hex(), evidence.keys[0], example.index, example.digest, digest[0], in_dossier=True,
            page_sha256=sha256(verifier_page()), page_signer=PageSigner("self_issued", named),
        )  # fmt: skip
    page = [line.strip() for line in _run("pdftotext", "-layout", str(dossier), "-", folder=dossier.parent).split("\n")]
    steps = [Step(command.lines, command.expected) for command in verification_commands(checked)]
    for step in steps:
        for line in step.lines:
            assert line.strip() in page, f"not printed as it is to be typed: {line}"
        assert any(step.expected in line for line in page)
    return steps


def _run(*command: str, folder: Path) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@needs_tools
def test_the_guide_of_a_bundle_works_as_printed(program: Cli, tmp_path: Path) -> None:
    """From the bundle alone, each step of its VERIFIER.md prints what it says is expected."""
    folder = handed_over(program, ARCHIVE, tmp_path)
    *steps, last = guide(folder / ARCHIVE)

    done = typed(steps, folder)

    assert done.returncode == 0, done.stderr
    outputs = done.stdout.split(NEXT)[:-1]
    assert len(steps) == len(outputs) >= 5
    for step, output in zip(steps, outputs, strict=True):
        assert step.expected, step
        assert step.expected in output
    assert last.lines[-1].startswith("evidence-vault ")


@needs_tools
@pytest.mark.needs("pdfdetach", "pdftotext")
def test_the_annex_of_a_dossier_works_as_printed(program: Cli, tmp_path: Path) -> None:
    """From the PDF alone, each step printed in its annex gives what is printed under it."""
    folder = handed_over(program, DOSSIER, tmp_path)
    with embedded_bundle(folder / DOSSIER) as archive:
        (folder / ARCHIVE).write_bytes(archive.read())
    *steps, _ = printed(folder / DOSSIER)
    (folder / ARCHIVE).unlink()

    done = typed(steps, folder)

    assert done.returncode == 0, done.stderr
    outputs = done.stdout.split(NEXT)[:-1]
    assert len(steps) == len(outputs) >= 7
    for step, output in zip(steps, outputs, strict=True):
        assert step.expected
        assert step.expected in output


@needs_tools
@pytest.mark.needs("pdfdetach", "pdftotext")
def test_an_attested_time_is_checked_without_us(attested: Cli, tmp_path: Path) -> None:
    """With the root had from the authority, openssl confirms the token that bounds the first attempt, as printed."""
    folder = handed_over(attested, ARCHIVE, tmp_path)
    shutil.copy(attested.vault.parent / ROOT, folder)
    *steps, last = guide(folder / ARCHIVE)

    done = typed(steps, folder)

    assert done.returncode == 0, done.stderr
    for step, output in zip(steps, done.stdout.split(NEXT)[:-1], strict=True):
        assert step.expected in output
    verification = next(step for step in steps if step.expected == "Verification: OK")
    assert any("-attime" in line for line in verification.lines)
    page = _run("pdftotext", "-layout", str(attested.vault.parent / DOSSIER), "-", folder=folder)
    for line in verification.lines:
        assert line.strip() in page
    assert last.lines[-1] == f"evidence-vault verify --tsa-root {ROOT} {ARCHIVE}"


@needs_tools
@pytest.mark.needs("pdfdetach", "pdfsig", "pdftotext")
def test_pages_under_a_time_stamp_are_checked_without_us(attested: Cli, tmp_path: Path) -> None:
    """The steps about the pages work too where an archival time stamp follows the signature."""
    folder = handed_over(attested, DOSSIER, tmp_path)
    with embedded_bundle(folder / DOSSIER) as archive, bundle_evidence(archive, ARCHIVE) as evidence:
        kinds = [read_entry(signed).header.kind for signed in evidence.entries]
        signer = PageSigner("self_issued", kinds.index("certificate"))
        checked = Checked(len(kinds), "", evidence.keys[0], 0, "", None, in_dossier=True, page_signer=signer)
    commands = verification_commands(checked)
    steps = [
        Step(command.lines, command.expected)
        for command in commands
        if command.program in {"pdfsig", "pdfdetach", "unzip"}
    ]
    assert "Archivage" in _run("pdfsig", DOSSIER, folder=folder)

    done = typed(steps, folder)

    assert done.returncode == 0, done.stderr
    assert len(steps) == 4
    for step, output in zip(steps, done.stdout.split(NEXT)[:-1], strict=True):
        assert step.expected in output


@needs_tools
def test_without_the_root_nothing_is_confirmed(attested: Cli, tmp_path: Path) -> None:
    """The archive holds no root of any authority: until somebody gets it, the steps about the token fail."""
    folder = handed_over(attested, ARCHIVE, tmp_path)

    done = typed(guide(folder / ARCHIVE)[:-1], folder)

    assert done.returncode != 0
    assert "Verification: OK" not in done.stdout


@needs_tools
def test_every_file_is_confirmed(program: Cli, tmp_path: Path) -> None:
    """The step that unpacks the bundle reports every file of it, originals included, and complains of none."""
    folder = handed_over(program, ARCHIVE, tmp_path)
    unpack = next(step for step in guide(folder / ARCHIVE) if "sha256sum -c SHA256SUMS" in step.lines)

    done = typed([unpack], folder)

    found = {str(path.relative_to(folder / "archive")) for path in (folder / "archive").rglob("*") if path.is_file()}
    confirmed = set(re.findall(r"^(.+): OK$", done.stdout, re.MULTILINE))
    assert found - confirmed == {"SHA256SUMS"}
    assert len([name for name in confirmed if name.startswith("exhibits/")]) == 3
    assert not done.stderr


@needs_tools
@pytest.mark.parametrize("part", ["ledger/headers.jsonl", "ledger/bodies.jsonl", "exhibits", "checkpoints"])
def test_a_changed_file_stops_the_stranger(program: Cli, tmp_path: Path, part: str) -> None:
    """After a change of one byte in any part, a step of the guide fails or no longer prints what it should."""
    folder = handed_over(program, ARCHIVE, tmp_path)
    unpack, *steps = guide(folder / ARCHIVE)[:-1]
    typed([Step(tuple(line for line in unpack.lines if line.startswith("unzip")), "")], folder)
    victim = folder / "archive" / part
    victim = next(victim.iterdir()) if victim.is_dir() else victim
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)

    done = typed([Step(("cd archive", "sha256sum -c SHA256SUMS"), ""), *steps], folder)

    assert done.returncode != 0
    assert "FAILED" in done.stdout


@needs_tools
def test_the_program_is_really_absent(tmp_path: Path) -> None:
    """The shell of these tests finds neither the program nor its package: nothing above can lean on them."""
    done = typed([Step(("command -v evidence-vault || echo absent",), "absent")], tmp_path)

    assert done.stdout.split(NEXT)[0].strip() == "absent"


@pytest.mark.needs("unzip")
def test_the_last_command_is_the_program_itself(program: Cli, tmp_path: Path) -> None:
    """The last step calls this program, which agrees: intact and complete, but no key was given, hence exit code 3."""
    folder = handed_over(program, ARCHIVE, tmp_path)
    *_, last = guide(folder / ARCHIVE)
    (folder / "archive").mkdir()  # where the steps before it left off

    done = subprocess.run(
        ["bash", "-s"],
        input="\n".join(last.lines),
        cwd=folder / "archive",
        env={**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3, done.stderr
