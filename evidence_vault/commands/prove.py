"""`checkpoint` and `verify`: what others rely on."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from evidence_vault.commands.help import Command
from evidence_vault.commands.session import session_of
from evidence_vault.errors import InputFileError, InvalidValueError
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence_vault.evidence import Evidence, Report, Trust
    from evidence_vault.signing.tokens import Roots
    from evidence_vault.timeline import Attestation

_T = TypeVar("_T")

EXPLORER_SECONDS = 15
EXIT_CODES = {"passed": 0, "failed": 1, "indeterminate": 3}


def checkpoint(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the signed checkpoint to this file.")
    ] = None,
) -> None:
    """Sign the state of the ledger, in five lines (the fourth is empty) that can be sent to somebody else today.

    Whoever keeps them can tell later that nothing recorded until now was changed, removed or put in between.
    """
    from evidence_vault import durable
    from evidence_vault.attested import timeline_of, unattested
    from evidence_vault.commands.attest import state_sentence
    from evidence_vault.signing.note import parse_note

    session = session_of(context)
    recorder = session.recorder()
    note = recorder.case.checkpoint(recorder.signer)
    if output is not None:
        durable.write_file(output, note, mode=durable.ORDINARY_FILE)
        session.say(say("The checkpoint is in {path}.", path=str(output)))
    head = parse_note(note).checkpoint
    session.say(say("Signed at {size} entries.", size=head.size))
    told = recorder.case.read()
    session.say(state_sentence(unattested(told, timeline_of(told))))
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
    tsa_root: Annotated[
        list[Path] | None,
        typer.Option(
            "--tsa-root",
            metavar="FILE",
            help="Root certificates of the time-stamp authorities you trust, in PEM, instead of those shipped.",
        ),
    ] = None,
    trusted_list: Annotated[
        list[Path] | None,
        typer.Option(
            "--trusted-list", metavar="FILE", help="An EU trusted list (XML), to say which authorities stand on it."
        ),
    ] = None,
    received_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day you received the evidence: no proof of time can be later."),
    ] = None,
    block_headers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Bitcoin block headers, one a line: the height and 160 hexadecimal digits."),
    ] = None,
    block_explorer: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Fetch the headers that are needed from this explorer, and believe it."),
    ] = None,
) -> None:
    """Check evidence by the numbered procedure: intact, without a gap, dated, signed by the key you were given.

    Exit code 0 when everything passed, 1 when something failed, 3 when something cannot be determined yet.
    """
    from evidence_vault.answers import report_answer
    from evidence_vault.evidence import Trust
    from evidence_vault.opening import open_evidence
    from evidence_vault.signing.blocks import read_headers
    from evidence_vault.verify import verify as run_procedure

    session = session_of(context)
    if path is None:
        path = session.case().folder if session.case_id is not None else session.folder()
    opened = open_evidence(path)
    trust = Trust(
        key=_given_key(key) if key is not None else None,
        checkpoints=tuple(_given_note(path) for path in checkpoint or ()),
        roots=_given_roots(tsa_root),
        trusted_lists=tuple(_parsed(_trusted_list, path) for path in trusted_list or ()),
        block_headers=_parsed(read_headers, block_headers) if block_headers else {},
        received_on=_end_of_day(received_on) if received_on is not None else None,
    )
    reports = []
    for case in opened.cases:
        with case() as evidence, session.progress("Checking entries", None) as advance:
            believed = _with_headers(trust, evidence, block_explorer) if block_explorer is not None else trust
            reports.append(run_procedure(evidence, believed, advance))
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


def _given_roots(paths: list[Path] | None) -> "Roots":
    """The roots of --tsa-root, and no others; those that ship with the program where none is given."""
    from evidence_vault.signing.authorities import shipped_roots
    from evidence_vault.signing.tokens import Roots, read_certificates

    if paths is None:
        return shipped_roots()
    return Roots(tuple(found for path in paths for found in _parsed(read_certificates, path)), shipped=False)


def _given_note(path: Path) -> bytes:
    """The note of --checkpoint; a wrong file is the mistake of whoever gave it, and no finding about the ledger."""
    from evidence_vault.capture.files import read_file
    from evidence_vault.signing.note import as_written

    try:
        return as_written(read_file(path))
    except ValueError as error:
        raise InputFileError(
            "{path} is not a checkpoint; nothing was checked. Save the five lines in a file as they were sent, without "
            "marks of quotation.",
            path=str(path),
        ) from error


def _trusted_list(data: bytes) -> bytes:
    from evidence_vault.signing.trusted_list import is_trusted_list

    if not is_trusted_list(data):
        raise ValueError("not a trusted list")
    return data


def _with_headers(trust: "Trust", evidence: "Evidence", explorer: str) -> "Trust":
    """The same trust, with the block headers that the evidence leads to, those given by hand first."""
    from dataclasses import replace

    from evidence_vault.asking import require_address
    from evidence_vault.explorer import fetch_headers

    proofs = (proof.response for proof in evidence.proofs.values() if proof.request is None)
    fetched = fetch_headers(proofs, require_address(explorer), timeout=EXPLORER_SECONDS)
    return replace(trust, block_headers={**fetched, **trust.block_headers})


def _parsed(parse: "Callable[[bytes], _T]", path: Path) -> _T:
    from evidence_vault.capture.files import read_file

    try:
        return parse(read_file(path))
    except ValueError as error:
        raise InputFileError("{path} is not a file of the kind asked for. Check it.", path=str(path)) from error


def _end_of_day(text: str) -> dt.datetime:
    """The last moment of a day in Paris: what was received on that day existed by then."""
    from zoneinfo import ZoneInfo

    from evidence_vault.capture.times import parse_date

    try:
        after = parse_date(text, "--received-on") + dt.timedelta(days=1)
    except OverflowError as error:
        raise InvalidValueError("{text} is no day on which evidence can be received.", text=text) from error
    return dt.datetime.combine(after, dt.time(), ZoneInfo("Europe/Paris"))


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
        parts += [verdict("", render(_attested(found))) for found in _earliest(report.attestations)]
    for question in ("intact", "complete", "dated", "signer"):
        word = label(VERDICTS, answer[question])
        parts.append(verdict(answer[question], f"{word:<14} {label(QUESTIONS, question)}"))
    parts.append(verdict(answer["verdict"], _("Overall:") + " " + label(VERDICTS, answer["verdict"])))
    parts += [verdict("", f"· {note}") for note in answer["notes"]]
    return stack(*parts)


def _earliest(attestations: "tuple[Attestation, ...]") -> "list[Attestation]":
    """The first and the last attestation of each source: enough to see from when to when third parties attest."""
    by_source: dict[tuple[str, str], list[Attestation]] = {}
    for found in sorted(attestations, key=lambda one: one.size):
        by_source.setdefault((found.source, found.weight), []).append(found)
    return [one for found in by_source.values() for one in dict.fromkeys((found[0], found[-1]))]


def _attested(found: "Attestation") -> Message:
    from evidence_vault.commands.render import label
    from evidence_vault.entries import utc_text
    from evidence_vault.i18n import render
    from evidence_vault.labels import WEIGHTS

    if found.as_of is not None:
        weight = render(say("certificate on the list supplied, as of {date}", date=found.as_of.isoformat()))
    else:
        weight = label(WEIGHTS, found.weight)
    return say(
        "Entries 0 to {last}: recorded at the latest {time}, according to {source} ({weight}).",
        last=found.size - 1,
        time=utc_text(found.latest),
        source=found.source,
        weight=weight,
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(cls=Command)(checkpoint)
    app.command(cls=Command)(verify)
