"""The documents say what the program does: commands, options, exit codes, outcomes, sessions and links."""

import hashlib
import importlib.util
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from evidence_vault import cli, errors, words
from tests.cli_runner import call

ROOT = Path(__file__).parent.parent
README, LISEZMOI, COMMANDS = ROOT / "README.md", ROOT / "LISEZMOI.md", ROOT / "docs" / "commands.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/**/*.md"), *ROOT.glob("bench/*.md")])
GUIDES = [README, LISEZMOI]

FOREIGN_OPTIONS = {"--user", "--version", "--check"}
"""Options of other programs that the guides name."""


def test_the_digest_of_the_page_is_published() -> None:
    """Whoever has a bundle can compare its verify.html with what the release says: the changelog names it."""
    digest = hashlib.sha256((ROOT / "evidence_vault/exports/verify.html").read_bytes()).hexdigest()

    assert f"SHA-256 of `verify.html`: `{digest}`" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands() -> dict[str, Any]:
    """Every command by its whole name, as `export dossier`, without the groups themselves."""

    def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        children = getattr(command, "commands", {})
        if not children:
            yield name, command
        for child, found in children.items():
            yield from walk(found, f"{name} {child}".strip())

    return dict(walk(typer.main.get_command(cli.app), ""))


def options() -> set[str]:
    """Every option that the program or a command of it takes."""
    program = typer.main.get_command(cli.app)
    taken = [parameter for command in [program, *commands().values()] for parameter in command.params]
    return {name for parameter in taken for name in [*parameter.opts, *parameter.secondary_opts]} | {"--help"}


def session_of(page: Path) -> list[tuple[list[str], int]]:
    """The commands of the console blocks of a page, each with the exit code that it announces."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", text_of(page), re.DOTALL):
        for line in block.splitlines():
            assert line.startswith("$ evidence-vault "), f"{page.name}: {line}"
            command, _, comment = line.removeprefix("$ ").partition("   # ")
            announced = re.search(r"(?:exit code|code de sortie) (\d+)", comment)
            found.append((shlex.split(command)[1:], int(announced[1]) if announced else 0))
    return found


def table_of(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading."""
    section = text_of(page).split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_readme_is_short() -> None:
    """The README stays within 200 lines."""
    assert len(text_of(README).splitlines()) <= 200


def test_every_command_is_in_the_table() -> None:
    """The table of the README has every command, and no other."""
    listed = [
        re.match(r"[a-z -]*?(?= [A-Z[]|$)", code)[0].strip()  # type: ignore[index]  # the empty match at least
        for row in table_of(README, "## Every command")
        for code in re.findall(r"`([^`]+)`", row[0])
    ]

    assert sorted(listed) == sorted(commands())


def test_pages_of_commands() -> None:
    """`docs/commands.md` is what `scripts/commands_page.py` writes from the help pages, all of them."""
    location = ROOT / "scripts" / "commands_page.py"
    spec = importlib.util.spec_from_file_location("commands_page", location)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert text_of(COMMANDS) == module.page()
    for name in commands():
        assert f"## `evidence-vault {name}`" in text_of(COMMANDS)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_names_every_option(language: str) -> None:
    """Every help page answers with exit code 0, names each of its options once, and describes each."""
    for name, command in commands().items():
        answer = call("--lang", language, *name.split(), "--help")
        assert (answer.code, answer.err) == (0, "")
        for parameter in command.params:
            if parameter.param_type_name == "option":
                (line,) = re.findall(rf"^  {re.escape(parameter.opts[0])}\b(?!-).*(?:\n {{10,}}.*)*", answer.out, re.M)
                assert len(line.split()) > 2, line


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("step", get_args(words.StepKind)),
        ("exhibit", set(get_args(words.DocumentKind)) - {"screenshot"}),
        ("init", get_args(words.Capacity)),
        ("case new", get_args(words.RequestKind)),
    ],
)
def test_help_names_every_code(command: str, codes: tuple[str, ...]) -> None:
    """Where a code is to be typed, its help page lists them all."""
    shown = call("--lang", "en", *command.split(), "--help").out

    assert [code for code in codes if not re.search(rf"\b{code}\b", shown)] == []


def test_exit_codes() -> None:
    """The table of exit codes has one row for each class of error, for the verdicts, a fault, Ctrl-C and its like."""
    listed = [int(row[0]) for row in table_of(README, "## Exit codes")]
    raised = {
        found.exit_code
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, errors.EvidenceVaultError)
    } - {errors.EvidenceVaultError.exit_code}

    ended = {128 + number for number in (1, 15)}  # SIGHUP and SIGTERM
    assert listed == sorted(raised | {0, 1, 3, cli.UNEXPECTED, cli.INTERRUPTED} | ended)


def test_outcomes() -> None:
    """The README lists every outcome, in the order of the program."""
    (sentence,) = re.findall(r"^Outcomes are (.*?)\.$", text_of(README), re.DOTALL | re.MULTILINE)

    assert re.findall(r"`(\w+)`", sentence) == list(words.OUTCOMES)


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_options_exist(page: Path) -> None:
    """Every option that a guide names is one of the program's."""
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text_of(page)))

    assert named - options() <= FOREIGN_OPTIONS
    assert named & options()


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """So is every command."""
    named = re.findall(r"evidence-vault ([a-z][^`\n]*)", text_of(page))

    assert named
    for line in named:
        assert any(f"{line} ".startswith((f"{name} ", f"{name}`")) for name in commands()), line


@pytest.mark.needs("tesseract")
@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_session(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of a guide work in their order, on screenshots of the demonstration, with the codes announced."""
    shots = sorted((ROOT / "demo" / "screenshots").iterdir())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVIDENCE_VAULT", str(tmp_path / "vault"))
    (tmp_path / "captures").mkdir()
    shutil.copy(shots[0], tmp_path / "capture.png")
    for shot in shots[1:4]:
        shutil.copy(shot, tmp_path / "captures")
    session = session_of(page)

    assert len(session) > 6
    for arguments, announced in session:
        answer = call(*arguments)
        assert answer.code == announced, (arguments, answer)
    assert len(call("--json", "list").json()["attempts"]) >= 4
    assert (tmp_path / "dossier.pdf").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page: Path) -> None:
    """Every relative link leads to a file, and to a heading of it where it names one."""
    prose = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), f"{page.name} leads to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(found), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
