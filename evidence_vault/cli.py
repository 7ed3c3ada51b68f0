"""The program: global options, the commands, and errors turned into one sentence and an exit code.

Each command parses, makes one call and renders; what it calls is imported inside it, so that `--help` and `list`
start fast.
"""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from evidence_vault import __version__, i18n
from evidence_vault.commands import (
    attest,
    cases,
    collective,
    export,
    export_record,
    export_short,
    file,
    filing,
    importing,
    letters,
    look,
    prove,
    record,
    redact,
    standing,
)
from evidence_vault.commands.help import Group, usage_sentence
from evidence_vault.commands.session import Session, colours
from evidence_vault.errors import EvidenceVaultError, StorageError

INTERRUPTED = 130
ENDINGS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name))
"""What a system sends where a terminal is closed or a program is to end; the exit code is then 128 and its number."""
UNEXPECTED = 70
DEBUG_VARIABLE = "EVIDENCE_VAULT_DEBUG"

app = typer.Typer(cls=Group, rich_markup_mode=None, pretty_exceptions_enable=False, name="evidence-vault")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evidence-vault {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    vault: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The vault (default: EVIDENCE_VAULT, else the data folder of this system).",
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The case, by the beginning of its number; not needed if there is one."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON document on standard output.")] = False,
    lang: Annotated[
        Literal["fr", "en"] | None, typer.Option(metavar="fr|en", help="The language of this call.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but answers, warnings and errors.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Record attempts to book an appointment at a prefecture, and print them as a dossier a court can read.

    It records what a person does; it never books, never polls on its own and never solves a captcha.
    """
    del version  # its callback has answered
    if lang is not None:
        i18n.activate(lang)
    context.obj = Session(vault_folder=vault, case_id=case, json=json, quiet=quiet)
    if context.invoked_subcommand is None:
        _without_command(context, context.obj)


cases.register(app)
record.register(app)
importing.register(app)
file.register(app)
redact.register(app)
look.register(app)
standing.register(app)
prove.register(app)
attest.register(app)
export_record.register(export.export_app)
export_short.register(export.export_app)
filing.register(app, export.export_app)
letters.register(export.export_app)
collective.register(export.export_app)
export.register(app)


def _without_command(context: typer.Context, session: Session) -> None:
    """Guide a person who is there; print the help page for a script."""
    if not session.is_interactive():
        typer.echo(context.get_help())
        return
    from evidence_vault.commands.guided import Guide

    given = ["--vault", str(session.folder()), "--lang", i18n.current()]
    given += ["--case", session.case_id] if session.case_id else []
    Guide(session, lambda command: run([*given, *command])).start()


class _Ended(SystemExit):
    """The system asked the program to end, which it does as after Ctrl-C, whatever it was doing."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit."""
    # Matrices as small as ours gain nothing from threads of numpy's, which spin while they wait for the next.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign, or a file name that is not text, is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for number in ENDINGS:
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has one ignored, and means it
            signal.signal(number, _end)
    try:
        code = run(list(sys.argv[1:] if arguments is None else arguments))
    except _Ended:
        with contextlib.suppress(OSError):  # the terminal may be gone
            _interrupted()
        raise
    sys.exit(code)


def _end(number: int, _frame: object) -> None:
    """Let every context close: the system's own way of ending would leave clear text in temporary folders."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)  # a second one would cut the cleaning short
    raise _Ended(128 + number)


def run(arguments: Sequence[str]) -> int:
    """Run one call and return its exit code; every error becomes one sentence on stderr."""
    i18n.activate(_language(arguments))
    command = typer.main.get_command(app)
    try:
        code = command.main(list(arguments), prog_name="evidence-vault", standalone_mode=False)
    except EvidenceVaultError as error:
        return _refuse(i18n.render(error.message), error.exit_code)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except typer.TyperException as error:
        return _refuse(usage_sentence(error) + " " + i18n.translate("Add --help to see how it is used."), 2)
    except OSError as error:
        return _refuse(_told(error), StorageError.exit_code)
    except Exception as error:  # nobody should meet a traceback, nor take a crash for a verdict
        if os.environ.get(DEBUG_VARIABLE):
            raise
        sentence = i18n.translate(
            "You did nothing wrong: this is a fault of the program ({detail}). What was recorded before is safe. "
            "Please report it, with what EVIDENCE_VAULT_DEBUG=1 adds when the command is run again."
        )
        return _refuse(sentence.format(detail=f"{type(error).__name__}: {error}"), UNEXPECTED)
    if code == INTERRUPTED:  # typer turns Ctrl-C outside of a question into this value
        return _interrupted()
    return code if isinstance(code, int) else 0


def _told(error: OSError) -> str:
    """What is said of an error of the system that no room has put into words."""
    if error.filename is not None:
        sentence = i18n.translate(
            "{path} cannot be read or written ({detail}). What was recorded before is safe. "
            "Check its name and its rights."
        )
        return sentence.format(path=error.filename, detail=error.strerror or error)
    # It names no file: what reads our output has gone away, or the disk that takes it is full.
    sentence = i18n.translate("The answer could not be written ({detail}). What was recorded before is safe.")
    return sentence.format(detail=error.strerror or error)


def _interrupted() -> int:
    return _refuse(
        i18n.translate("Interrupted. What was recorded before is safe; nothing is half written."), INTERRUPTED
    )


def _refuse(sentence: str, code: int) -> int:
    typer.secho(sentence, err=True, fg=typer.colors.RED, color=colours())
    return code


def _language(arguments: Sequence[str]) -> i18n.Language:
    """The language asked for, known before anything is parsed: help pages and usage errors need it too."""
    for position, argument in enumerate(arguments):
        value = arguments[position + 1] if argument == "--lang" and position + 1 < len(arguments) else ""
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else value
        if value == "en":
            return "en"
        if value == "fr":
            return "fr"
    return i18n.preferred()
