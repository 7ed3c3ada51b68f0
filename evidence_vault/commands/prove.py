"""`checkpoint` and `verify`: what others rely on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.help import Command
from evidence_vault.commands.session import session_of
from evidence_vault.errors import InvalidValueError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.evidence import Report

EXIT_CODES = {"passed": 0, "failed": 1, "indeterminate": 3}


def checkpoint(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the signed checkpoint to this file.")
    ] = None,
) -> None:
    """Sign the state of the ledger, in three lines that can be sent to somebody else today.

    Whoever keeps them can tell later that nothing recorded until now was changed, removed or put in between.
    """
    from evidence_vault import durable
    from evidence_vault.signing.note import parse_note

    session = session_of(context)
    recorder = session.recorder()
    note = recorder.case.checkpoint(recorder.signer)
    if output is not None:
        durable.write_file(output, note, mode=durable.ORDINARY_FILE)
        session.say(say("The checkpoint is in {path}.", path=str(output)))
    head = parse_note(note).checkpoint
    session.say(say("Signed at {size} entries; not yet attested by a third party.", size=head.size))
    session.answer(
        {"size": head.size, "root": head.root.hex(), "note": note.decode()}, lambda: note.decode().rstrip("\n")
    )


def verify(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="A vault, a case, a bundle or a dossier (default: the vault).")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="FILE|HEX", help="The public key that the signer gave you, or its fingerprint."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help="A signed checkpoint that you were given earlier."),
    ] = None,
) -> None:
    """Check evidence by the numbered procedure: intact, complete, dated, and by whom.

    Exit code 0 when everything passed, 1 when something failed, 3 when something cannot be determined yet.
    """
    from evidence_vault.answers import report_answer
    from evidence_vault.capture.files import read_file
    from evidence_vault.evidence import Trust
    from evidence_vault.opening import open_evidence
    from evidence_vault.verify import verify as run_procedure

    session = session_of(context)
    if path is None:
        path = session.case().folder if session.case_id is not None else session.folder()
    opened = open_evidence(path)
    trust = Trust(_given_key(key) if key is not None else None, tuple(read_file(note) for note in checkpoint or ()))
    reports = []
    for case in opened.cases:
        with case() as evidence, session.progress("Checking entries", None) as advance:
            reports.append(run_procedure(evidence, trust, advance))
    answer = report_answer(opened.kind, reports)
    session.answer(answer, lambda: _shown(answer, reports))
    raise typer.Exit(EXIT_CODES[answer["verdict"]])


def _given_key(given: str) -> bytes:
    """The key of --key: a PEM file, or the 64 hexadecimal digits of the key or of its fingerprint."""
    from evidence_vault.signing.public import KEY_BYTES, from_pem

    try:
        if Path(given).is_file():
            return from_pem(Path(given).read_bytes())
        raw = bytes.fromhex(given)
    except (ValueError, OSError) as error:
        raise _no_key(given) from error
    if len(raw) != KEY_BYTES:
        raise _no_key(given)
    return raw


def _no_key(given: str) -> InvalidValueError:
    return InvalidValueError(
        "{given} is no public key of a ledger. Give a .pem file, or the 64 hexadecimal digits of the key.", given=given
    )


def _shown(answer: dict[str, Any], reports: "list[Report]") -> Any:
    from evidence_vault.commands.render import label, stack, table, title, verdict
    from evidence_vault.i18n import _, render
    from evidence_vault.labels import CHECKS, QUESTIONS, VERDICTS
    from evidence_vault.signing.public import fingerprint

    parts: list[Any] = []
    for report in reports:
        rows = [
            (
                str(check.number),
                label(CHECKS, check.name),
                verdict(check.verdict, label(VERDICTS, check.verdict)),
                render(check.detail) + (f" (+{check.findings - 1})" if check.findings > 1 else ""),
            )
            for check in report.checks
        ]
        counts = say(
            "Case {case}: {entries} entries, {attempts} attempts, {exhibits} exhibits, {withheld} withheld.",
            case=(report.case or "?")[:8],
            entries=report.entries,
            attempts=report.attempts,
            exhibits=report.exhibits,
            withheld=report.withheld,
        )
        parts += [title(render(counts)), table((_("No."), _("Check"), _("Verdict"), _("Finding")), rows)]
        if report.public_key:
            parts.append(verdict("", _("Key of the ledger:") + " " + fingerprint(report.public_key)))
    for question in ("intact", "complete", "dated", "signer"):
        word = label(VERDICTS, answer[question])
        parts.append(verdict(answer[question], f"{word:<14} {label(QUESTIONS, question)}"))
    parts.append(verdict(answer["verdict"], _("Overall:") + " " + label(VERDICTS, answer["verdict"])))
    if answer["kind"] == "dossier":
        parts.append(verdict("", _("This is about the archive inside the PDF; the printed pages are not signed.")))
    parts += [verdict("", f"· {note}") for note in answer["notes"]]
    return stack(*parts)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(cls=Command)(checkpoint)
    app.command(cls=Command)(verify)
