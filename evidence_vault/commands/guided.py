"""The guided mode: what a person meets who types `evidence-vault` alone.

It asks plain questions and runs the ordinary commands, showing each before it runs, so that it teaches them.
"""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import typer

from evidence_vault.commands.session import Session
from evidence_vault.i18n import _
from evidence_vault.messages import say

Run = Callable[[list[str]], int]


class Guide:
    """One guided session; `run` runs a command of the program and returns its exit code."""

    def __init__(self, session: Session, run: Run) -> None:
        self._session = session
        self._run = run

    def start(self) -> None:
        """Make what is missing, then offer the menu until the person leaves."""
        self._session.say(say("This program keeps a trace of your attempts to get an appointment."), bold=True)
        self._session.say(
            say("Nothing is sent anywhere unless you agree. Leave at any moment with Ctrl-C: what is recorded is safe.")
        )
        if self._ensure_vault() and self._ensure_case():
            self._menu()

    def _ensure_vault(self) -> bool:
        if self._session.folder().exists():
            self._session.vault()  # says what is wrong, if anything is
            return True
        self._session.say(say("You have no vault yet: let us create one."))
        command = ["init", "--operator", self._ask(_("Your first name and surname"))]
        if not self._session.confirm("Is the appointment for yourself?", default=True):
            command += ["--capacity", "helper"]
        if not self._session.confirm("Protect your signature with a passphrase?", default=False):
            command += ["--no-passphrase"]
        return self._do(*command)  # `init` asks by itself whether third parties may be contacted

    def _ensure_case(self) -> bool:
        if self._session.vault().cases():
            return True
        self._session.say(say("Now the case: who seeks an appointment, where, and for what."))
        command = ["case", "new", "--applicant", self._ask(_("First name and surname of the applicant"))]
        command += ["--prefecture", self._ask(_("Prefecture")), "--procedure", self._ask(_("Procedure"))]
        for flag, question in (
            ("--born", _("Date of birth, or Enter to leave it out")),
            ("--nationality", _("Nationality, or Enter to leave it out")),
            ("--address", _("Postal address, or Enter to leave it out")),
            ("--email", _("E-mail address, or Enter to leave it out")),
        ):
            if answer := self._ask(question, default=""):
                command += [flag, answer]
        return self._do(*command)

    def _menu(self) -> None:
        choices: list[tuple[str, Callable[[], object]]] = [
            (_("I have just made an attempt"), self._log),
            (_("I have screenshots to add"), self._import),
            (_("I sent a letter, an e-mail, or called"), self._step),
            (_("Where do I stand?"), lambda: self._do("status")),
            (_("See everything that is recorded"), lambda: self._do("list")),
            (_("Make the dossier (PDF)"), self._dossier),
            (
                _("Have third parties attest the time of all this; they see a digest and your connection"),
                lambda: self._do("stamp", "--online"),
            ),
        ]
        while True:
            typer.echo(err=True)
            for number, (text, _action) in enumerate(choices, start=1):
                typer.echo(f"  {number}  {text}", err=True)
            typer.echo(f"  0  {_('Leave')}", err=True)
            typed = self._ask(_("Your choice"))
            if typed == "0":
                return
            if typed.isdecimal() and 1 <= int(typed) <= len(choices):
                choices[int(typed) - 1][1]()

    def _log(self) -> None:
        command = ["log"]
        shot = self._ask(_("Where is the screenshot? Drag the file here, or Enter if you have none"), default="")
        if url := self._ask(_("Address of the page, or Enter to leave it out"), default=""):
            command += ["--url", url]
        if note := self._ask(_("A remark, or Enter to leave it out"), default=""):
            command += ["--note", note]
        self._do(*command, *(["--", _path(shot)] if shot else []))

    def _import(self) -> None:
        self._do("import", "--yes", "--", _path(self._ask(_("Where are they? Drag the folder or the file here"))))

    def _step(self) -> None:
        kinds = ("email", "letter", "registered_letter", "phone", "visit", "helpline", "online_form", "other")
        kind = self._ask(_("Which kind: {kinds}").format(kinds=", ".join(kinds)), default="email")
        command = ["step", kind, "--to", self._ask(_("To whom")), "--summary", self._ask(_("What was asked"))]
        if when := self._ask(_("When, as 28/09/2026 10:05, or Enter to leave it out"), default=""):
            command += ["--occurred-at", when]
        self._do(*command)

    def _dossier(self) -> None:
        self._do("export", "dossier", "-o", _path(self._ask(_("Name of the file"), default="dossier.pdf")))

    def _do(self, *command: str) -> bool:
        """Show a command and run it; an error is said by the program itself, and the session goes on."""
        typer.secho("$ evidence-vault " + shlex.join(command), err=True, fg=typer.colors.CYAN)
        return self._run(list(command)) == 0

    def _ask(self, question: str, default: str | None = None) -> str:
        return str(typer.prompt(question, default=default, show_default=bool(default), err=True)).strip()


def _path(typed: str) -> str:
    """A path as a terminal writes it when a file is dragged onto it: in quotes, or with its blanks escaped."""
    if Path(typed).exists():
        return typed
    try:
        parts = shlex.split(typed, posix=os.name == "posix")
    except ValueError:  # an apostrophe that opens no quotation
        return typed
    return parts[0].strip('"') if len(parts) == 1 else typed
