import datetime as dt
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import BuiltCase, make_case

from evidence_vault.exports.bundle import BundleInput, Original, write_bundle
from evidence_vault.exports.dossier import DossierInput, write_dossier
from evidence_vault.exports.verification import Checked, Command, guide, verification_commands

LONGEST = 100
"""Characters of the fixed-width face that a printed line holds."""

MISSING = [name for name in ("pdfdetach", "unzip", "openssl", "sha256sum", "bash") if shutil.which(name) is None]
tools = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def checked(case: BuiltCase, archive_sha256: str | None = None, *, in_dossier: bool = False) -> Checked:
    first = case.file.attempts[0].entry
    return Checked(len(case.signed), case.root, case.public_key, first.index, first.digest, archive_sha256, in_dossier)


def bundled(case: BuiltCase, out: Path) -> str:
    """Write the bundle of `case`; return its digest."""
    write_bundle(
        BundleInput(
            case=case.file.id,
            size=len(case.signed),
            entries=lambda: iter(case.signed),
            checkpoints=(case.checkpoint,),
            public_key=case.public_key,
            originals=tuple(Original(key, "image/png", lambda data=data: data) for key, data in case.originals.items()),
            left_out=False,
            guide=guide(checked(case)),
        ),
        out,
    )
    return hashlib.sha256(out.read_bytes()).hexdigest()


def run(commands: tuple[Command, ...], folder: Path) -> list[str]:
    """Type the commands into one shell, as a reader would; return what each printed."""
    lines = ["set -e"]
    for command in commands:
        lines += [*command.lines, "echo '<next>'"]
    done = subprocess.run(["bash"], input="\n".join(lines), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("<next>\n")


def test_lines_fit_on_paper() -> None:
    """A command that wrapped on the page could not be typed as printed."""
    case = make_case(1)

    commands = verification_commands(checked(case, "0" * 64, in_dossier=True))

    assert all(len(line) <= LONGEST for command in commands for line in command.lines)


@tools
def test_printed_commands_work(tmp_path: Path) -> None:
    """From the PDF alone, with tools that are not ours, every command prints what the page promises."""
    case = make_case(3)
    digest = bundled(case, tmp_path / "b.zip")
    write_dossier(
        DossierInput(
            case=case.file, checkpoint=case.checkpoint, size=len(case.signed), root=case.root,
            public_key=case.public_key, original=case.originals.get, bundle=tmp_path / "b.zip", bundle_sha256=digest,
            light=False, made_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        ),
        tmp_path / "dossier.pdf",
    )  # fmt: skip
    (tmp_path / "b.zip").unlink()
    commands = verification_commands(checked(case, digest, in_dossier=True))
    ours = [command for command in commands if command.program == "evidence-vault"]

    printed = run(tuple(command for command in commands if command not in ours), tmp_path)

    for command, output in zip(commands, printed, strict=False):
        assert command.expected in output
    assert len(ours) == 1


@tools
def test_an_altered_header_is_found_by_openssl(tmp_path: Path) -> None:
    """The printed signature check fails on a ledger where one attempt was moved to another day."""
    case = make_case(2)
    bundled(case, tmp_path / "archive-de-preuve.zip")
    commands = [command for command in verification_commands(checked(case)) if command.program == "openssl"]
    subprocess.run(["unzip", "-q", "archive-de-preuve.zip"], cwd=tmp_path, check=True)
    headers = tmp_path / "ledger/headers.jsonl"
    headers.write_bytes(headers.read_bytes().replace(b"2026-03-02", b"2026-02-02"))
    signature = next(command for command in commands if "inscription" in command.title)

    done = subprocess.run(
        ["bash"], input="\n".join(signature.lines), cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert signature.expected not in done.stdout
    assert done.returncode != 0


def test_guide_prints_the_same_commands() -> None:
    """VERIFIER.md and the dossier print one list."""
    case = make_case(1)
    given = checked(case)

    text = guide(given)

    for command in verification_commands(given):
        assert "\n".join(command.lines) in text
        assert command.expected in text


@tools
def test_program_accepts_the_archive(tmp_path: Path) -> None:
    """The last command of the list is the program's own; unstamped evidence is intact and not yet dated."""
    case = make_case(2)
    bundled(case, tmp_path / "archive-de-preuve.zip")
    last = verification_commands(checked(case))[-1]
    (program, *arguments) = last.lines[-1].split()

    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments], cwd=tmp_path, check=False, capture_output=True
    )

    assert done.returncode == 3, done.stderr
