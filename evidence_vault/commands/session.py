"""What every command shares: where the vault is, how to answer, whom to ask.

Rules of the terminal. Data go to stdout, words and progress to stderr. With --json exactly one JSON document goes to
stdout. Questions are asked only of a person at a terminal, and every answer has a flag. --quiet silences words, never
errors.
"""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from evidence_vault.errors import PassphraseError, UsageError
from evidence_vault.i18n import render, translate
from evidence_vault.messages import Message

if TYPE_CHECKING:
    from rich.console import RenderableType

    from evidence_vault.case_folder import CaseFolder
    from evidence_vault.recording import Recorder
    from evidence_vault.vault import Vault

PASSPHRASE_VARIABLE = "EVIDENCE_VAULT_PASSPHRASE"  # noqa: S105  # the name of a variable
VAULT_VARIABLE = "EVIDENCE_VAULT"


def now() -> dt.datetime:
    """The machine's clock."""
    return dt.datetime.now(dt.UTC)


@dataclass
class Session:
    """The global options of one call, and the few things that depend on them."""

    vault_folder: Path | None = None
    case_id: str | None = None
    json: bool = False
    quiet: bool = False
    _passphrase: list[str | None] = field(default_factory=list)

    def folder(self) -> Path:
        """Where the vault is: --vault, else the variable, else the platform's folder for data."""
        if self.vault_folder is not None:
            return self.vault_folder
        if stated := os.environ.get(VAULT_VARIABLE):
            return Path(stated)
        import platformdirs

        return platformdirs.user_data_path("evidence-vault", appauthor=False) / "vault"

    def vault(self) -> "Vault":
        """The vault; it must exist."""
        from evidence_vault.vault import Vault

        return Vault(self.folder(), now)

    def case(self) -> "CaseFolder":
        """The case named by --case, or the only one."""
        return self.vault().case(self.case_id)

    def recorder(self) -> "Recorder":
        """The case opened for recording; asks for the passphrase where there is one."""
        from evidence_vault.recording import Recorder

        case = self.case()
        return Recorder(case, case.signer(self.passphrase))

    def passphrase(self) -> str | None:
        """The passphrase of the vault, asked for once; None where nobody can be asked."""
        if not self._passphrase:
            stated = os.environ.get(PASSPHRASE_VARIABLE)
            if stated is None and self.is_interactive():
                stated = typer.prompt(translate("Passphrase of the vault"), hide_input=True, err=True)
            self._passphrase.append(stated)
        return self._passphrase[0]

    def secret(self, variable: str, question: str) -> str | None:
        """A secret that is not the vault's: from the variable, or asked for; None where nobody can be asked."""
        stated = os.environ.get(variable)
        if stated is None and self.is_interactive():
            stated = str(typer.prompt(translate(question), hide_input=True, err=True))
        return stated

    def new_passphrase(self) -> str:
        """A passphrase for a new vault, typed twice or taken from the variable."""
        stated = os.environ.get(PASSPHRASE_VARIABLE)
        if stated is None and self.is_interactive():
            stated = typer.prompt(
                translate("Choose a passphrase (if you forget it, nobody can recover it)"),
                hide_input=True,
                confirmation_prompt=translate("Type it again"),
                err=True,
            )
        if not stated:
            raise PassphraseError(
                "No passphrase was given; nothing was created. Put one in the variable EVIDENCE_VAULT_PASSPHRASE, "
                "or add --no-passphrase."
            )
        self._passphrase[:] = [stated]
        return stated

    def is_interactive(self) -> bool:
        """Whether a person is there to be asked."""
        return not self.json and sys.stdin.isatty() and sys.stderr.isatty()

    def require_answers(self, flags: str, *, given: bool) -> None:
        """Find out before anything is recorded that an answer, not `given` by `flags`, could be asked of nobody."""
        if not given and not self.is_interactive():
            raise UsageError(
                "An answer will be needed and nobody can be asked; nothing was recorded. Add {flags}.", flags=flags
            )

    def ask(self, question: str, flag: str) -> str:
        """Ask a person; where there is none, say which flag answers."""
        if not self.is_interactive():
            raise UsageError("This question needs an answer and nobody can be asked. Add {flag}.", flag=flag)
        return str(typer.prompt(translate(question), err=True)).strip()

    def confirm(self, question: str, *, default: bool) -> bool:
        """Ask a person for yes or no, in the letters of their language or in English."""
        yes, no = translate("yes"), translate("no")
        shown = f"[{yes}/{no}]" if default else f"[{no}/{yes}]"
        while True:
            typed = str(typer.prompt(f"{translate(question)} {shown}", default="", show_default=False, err=True))
            typed = typed.strip().lower()
            if not typed:
                return default
            for word, meant in ((yes, True), ("yes", True), (no, False), ("no", False)):
                if word.startswith(typed):
                    return meant

    def say(self, message: Message | str, **style: Any) -> None:
        """Words for the person, on stderr."""
        if not self.quiet and not self.json:
            text = render(message) if isinstance(message, Message) else message
            typer.secho(text, err=True, color=colours(), **style)

    def warn(self, message: Message) -> None:
        """A warning: shown even when quiet, unless the answer is JSON, which carries it itself."""
        if not self.json:
            typer.secho(render(message), err=True, fg=typer.colors.YELLOW, color=colours())

    @contextmanager
    def telling_if_stopped(self, kept: Callable[[], Message | None]) -> Iterator[None]:
        """Say what is `kept` already where the body does not come to its end, whatever stops it: Ctrl-C, a full disk.

        Shown even with --json and --quiet: the answer that would have told it never comes.
        """
        try:
            yield
        except BaseException:
            if (message := kept()) is not None:
                typer.secho("\n" + render(message), err=True, fg=typer.colors.YELLOW, color=colours())
            raise

    def answer(self, data: Any, human: "Callable[[], RenderableType | str] | None" = None) -> None:
        """The answer of the command, on stdout: `data` as JSON, or what `human` makes of it.

        A reader that goes away early (`| head`) changes neither what was done nor the exit code.
        """
        shown: RenderableType | str | None = human() if human is not None and not self.json else None
        text = _document(data) if self.json else _plain(shown)
        try:
            if text is not None:
                typer.echo(text)
                sys.stdout.flush()
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # Python flushes it at exit

    @contextmanager
    def progress(self, text: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """A progress bar on stderr; the value is called with how much is done."""
        if self.json or self.quiet or not sys.stderr.isatty() or total == 0:
            yield lambda _done: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(translate(text), total=total)
            yield lambda done: bar.update(task, completed=done)


def colours() -> bool | None:
    """False where the person or the terminal wants none; None lets the library look at the stream."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def _document(data: Any) -> str:
    """JSON in letters that the output can carry, else in escapes, which say the same."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(data, indent=2)
    return text


def _plain(shown: "RenderableType | str | None") -> str | None:
    """What is to be printed as text, in colours where the terminal takes them."""
    if shown is None or isinstance(shown, str):
        return shown
    from rich.console import Console

    # Not a terminal: wide enough to keep the columns of a table whole.
    console = Console() if sys.stdout.isatty() else Console(width=120, color_system=None)
    with console.capture() as captured:
        console.print(shown)
    return captured.get().rstrip("\n")


def session_of(context: typer.Context) -> Session:
    """The session that the callback of the program made."""
    found = context.find_root().obj
    assert isinstance(found, Session)
    return found
