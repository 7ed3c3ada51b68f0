"""`show` and `check`: one entry, or files that are not recorded, looked at closely."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.session import session_of
from evidence_vault.errors import CaseError, EvidenceVaultError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.capture.origin import Origin
    from evidence_vault.case_folder import CaseFolder
    from evidence_vault.casefile import CaseFile, ExhibitView


def show(
    context: typer.Context,
    index: Annotated[int, typer.Argument(metavar="INDEX", help="Number in the ledger.")],
) -> None:
    """Show one entry whole: what it says, its place in the ledger, and the proof that it is there.

    Of pictures it also tells what the file claims about where it comes from beside what is established, and which
    other pictures of the case are the same or alike.
    """
    from evidence_vault.alike import alike
    from evidence_vault.answers import attempt_answer, entry_answer, origin_answer
    from evidence_vault.attested import timeline_of
    from evidence_vault.commands.beside import comparisons
    from evidence_vault.commands.found import alike_lines, origin_lines
    from evidence_vault.commands.render import pairs, stack, title, verdict
    from evidence_vault.picture_answers import pair_answer
    from evidence_vault.sketchbook import compared

    session = session_of(context)
    folder = session.case()
    case = folder.read()
    if not 0 <= index < len(case.entries):
        raise CaseError(
            "There is no entry {index}: the ledger runs from 0 to {last}.", index=index, last=len(case.entries) - 1
        )
    timeline = timeline_of(case)
    entry = entry_answer(case.entries[index], timeline)
    view = case.attempt(index)
    found = alike(case, compared(folder))
    attempt = attempt_answer(view, timeline, case.zone, found) if view else None
    proof = folder.proof(index)
    origins = [origin_answer(exhibit, origin, timeline) for exhibit, origin in _origins(folder, case, index)]
    apart = {"attested", "repeats", "comparisons"}
    related = [pair_answer(pair) for pair in found.of_entry(index)]
    session.answer(
        {"entry": entry, "attempt": attempt, "origins": origins, "alike": related, "proof": proof},
        lambda: stack(
            title(f"{entry['kind']} {index}"),
            pairs(entry["says"] or {}),
            pairs({name: value for name, value in entry.items() if name not in {"says", "attested"}}),
            *([pairs({name: value for name, value in attempt.items() if name not in apart})] if attempt else []),
            *(comparisons(view, timeline, case) if view else []),
            pairs(_bounds((attempt or entry)["attested"])),
            *(verdict("", line) for origin in origins for line in origin_lines(origin)),
            *(verdict("", line) for line in alike_lines(related)),
            pairs(proof),
        ),
    )


def _origins(folder: "CaseFolder", case: "CaseFile", index: int) -> Iterator[tuple["ExhibitView", "Origin | None"]]:
    """The pictures that an entry is about, each with what its file claims; None where its bytes are not kept."""
    from evidence_vault.capture.origin import origin_of

    owners = {view.entry.index: view.exhibits for view in case.attempts}
    owners |= {view.entry.index: view.exhibits for view in case.steps}
    views = owners.get(index) or tuple(view for view in case.exhibits if view.entry.index == index)
    with folder.reader() as reader:
        objects = reader.objects()
    for view in views:
        said = view.exhibit
        if said.width is not None:
            kept = objects.get(said.sha256 or "")
            data = folder.store.get(kept.kept) if kept else None
            yield view, None if data is None else origin_of(data, said.name or "", said.width, said.height)


def check(
    context: typer.Context,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Screenshots to judge.")],
) -> None:
    """Judge screenshots without recording anything: legible or not and why, what is read, what it says.

    Also tells what each file claims about where it comes from, which proves nothing, and what is established of it.
    """
    from evidence_vault.answers import reading_answer
    from evidence_vault.capture.files import display_name, printable, read_file
    from evidence_vault.capture.origin import origin_of
    from evidence_vault.capture.pictures import inspect
    from evidence_vault.i18n import render
    from evidence_vault.judging import read_each
    from evidence_vault.ocr.engine import probe
    from evidence_vault.picture_answers import checked_answer

    session = session_of(context)
    engine = probe()
    refused: list[tuple[Path, EvidenceVaultError]] = []
    origins: dict[Path, dict[str, Any]] = {}

    def jobs() -> Any:
        for path in images:
            try:
                data = read_file(path)
                picture = inspect(data, path.name)
            except EvidenceVaultError as error:
                refused.append((path, error))
                session.warn(error.message)
            else:
                origin = origin_of(data, display_name(path), picture.width, picture.height)
                origins[path] = checked_answer(data, picture.media_type, origin)
                yield path, data

    results = []
    with session.progress("Reading screenshots", len(images)) as advance:
        for path, reading in read_each(jobs(), engine):
            answer = reading_answer(printable(str(path)), reading) | {"origin": origins[path]}
            results.append(answer)
            advance(len(results) + len(refused))
            if not session.json:
                session.answer(None, functools.partial(_judged, answer))
    if session.json:
        errors = [{"file": printable(str(path)), "error": render(error.message)} for path, error in refused]
        session.answer({"results": results, "errors": errors} if refused else {"results": results})
    if refused:
        raise typer.Exit(refused[0][1].exit_code)


def _bounds(answer: dict[str, Any]) -> dict[str, Any]:
    """The attested interval whole: each bound with its source and what it rests on."""
    from evidence_vault.commands.render import label
    from evidence_vault.i18n import _, render
    from evidence_vault.labels import WEIGHTS

    def shown(bound: dict[str, Any] | None, none: str) -> str:
        if bound is None:
            return none
        return render(
            say(
                "{time}, according to {source} (entry {entry}; {weight})",
                time=bound["time"],
                source=bound["source"],
                entry=bound["entry"],
                weight=label(WEIGHTS, bound["weight"]),
            )
        )

    return {
        _("Not before"): shown(answer["not_before"], _("no lower bound")),
        _("Not after"): shown(answer["not_after"], _("not yet attested")),
    }


def _judged(answer: dict[str, Any]) -> Any:
    from evidence_vault.commands.found import claimed_lines
    from evidence_vault.commands.render import label, stack, verdict
    from evidence_vault.i18n import _, decimal, render
    from evidence_vault.labels import OUTCOMES

    word = _("legible") if answer["legible"] else _("NOT LEGIBLE")
    lines = [
        verdict("passed" if answer["legible"] else "failed", f"{answer['file']}: {word} ({decimal(answer['score'])})"),
        *(verdict("", f"  {reason}") for reason in answer["reasons"]),
        verdict("", "  " + render(say("Proposed: {outcome}", outcome=label(OUTCOMES, answer["outcome"])))),
        *(verdict("", f"  « {quote['text']} »") for quote in answer["outcome_evidence"]),
        *(verdict("", f"  {line}") for line in claimed_lines(answer["origin"]["claimed"])),
    ]
    return stack(*lines)
