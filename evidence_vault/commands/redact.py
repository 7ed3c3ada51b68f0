"""`redact`: what of an entry is kept from others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import operator_of, optional
from evidence_vault.commands.session import session_of
from evidence_vault.errors import CaseError, UsageError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.casefile import CaseFile, ExhibitView
    from evidence_vault.kinds import Redaction
    from evidence_vault.recording import Recorder
    from evidence_vault.values import Box


def redact(
    context: typer.Context,
    index: Annotated[
        int, typer.Argument(metavar="INDEX", help="Number of the screenshot, attempt, step, document or correction.")
    ],
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="Cover these words wherever they were read on the picture. Repeatable."),
    ] = None,
    box: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LEFT,TOP,WIDTH,HEIGHT", help="Cover this part of the picture, in its pixels. Repeatable."
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Withhold this field, such as note or email. Repeatable."),
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it is printed.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Show all of this entry again.")] = False,
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the picture as it will be printed, in PNG.")
    ] = None,
) -> None:
    """Keep personal data of an entry from others: parts of a picture, or fields. The original stays as it is.

    Everything exported from then on shows the parts in black, and leaves out the original, the fields named and what
    was read on the picture, but for its message and its dates where they stand clear of those parts. What is withheld
    keeps its place and its digest, so that `verify` still checks the rest; a page says how much it is. What was
    covered before stays covered. Number 0 is the case itself. The name of a file that an attempt takes its time from
    cannot be withheld.

    Without any option, the answer says what is kept back of this entry.
    """
    from evidence_vault import durable

    session = session_of(context)
    recorder = session.recorder()
    case = recorder.case.read()
    picture = _picture(case, index, asked=bool(text or box or preview))
    target = picture.entry.index if picture is not None else index
    before = next((view.redaction for view in case.redactions if view.redaction.target == target), None)
    if lift and (text or box or field):
        raise UsageError("--lift shows all of the entry again: it goes with no other choice. Nothing was recorded.")
    boxes = _boxes(picture, text or [], box or []) if picture is not None else ()
    fields = _fields(case, target, field or [])
    said = before
    if lift or boxes or fields:
        why = optional(reason, "--reason")
        said = _said(target, None if lift else before, boxes, fields, why, operator_of(session)["operator"])
        done = recorder.redact(said)
        session.say(say("Recorded under number {index}.", index=done), bold=True)
        stamp_if_agreed(session, recorder)
    if boxes or fields:
        session.say(say("Every export made from now on leaves this out. What you handed over before still shows it."))
    if preview is not None and picture is not None:
        durable.write_file(preview, _covered(recorder, picture, said), mode=durable.ORDINARY_FILE)
        session.say(say("The picture as it will be printed is in {path}.", path=str(preview)))
    session.answer(_told(target, said), lambda: _sentence(target, said))


def _said(
    target: int,
    before: "Redaction | None",
    boxes: "tuple[Box, ...]",
    fields: tuple[str, ...],
    reason: str | None,
    operator: str | None,
) -> "Redaction":
    """What is to be recorded: all that is kept back of the entry, from before and now."""
    from evidence_vault import kinds

    kept_boxes = (*(before.boxes or ()), *boxes) if before else boxes
    kept_fields = (*(before.fields or ()), *fields) if before else fields
    return kinds.Redaction(
        target=target,
        boxes=tuple(dict.fromkeys(kept_boxes)),
        fields=tuple(dict.fromkeys(kept_fields)),
        reason=reason or (before.reason if before else None),
        operator=operator,
    )


def _picture(case: "CaseFile", index: int, *, asked: bool) -> "ExhibitView | None":
    """The picture that is meant: of that number, or the only one of the attempt or step of that number."""
    if not 0 <= index < len(case.entries):
        raise CaseError(
            "There is no entry {index} in this case; nothing was recorded. `evidence-vault list` shows the numbers.",
            index=index,
        )
    pictures = [view for view in case.exhibits if view.exhibit.width is not None]
    found = [view for view in pictures if view.entry.index == index]
    if found or not asked:
        return found[0] if found else None
    owned = [view for view in pictures if index in {view.exhibit.attempt, view.exhibit.step}]
    if len(owned) != 1:
        raise UsageError(
            "Entry {index} is not one picture; nothing was recorded. Its pictures: {numbers}.",
            index=index,
            numbers=", ".join(str(view.entry.index) for view in owned) or "—",
        )
    return owned[0]


def _boxes(picture: "ExhibitView", texts: list[str], typed: list[str]) -> "tuple[Box, ...]":
    from evidence_vault.redacting import clipped, places_of

    width, height = picture.exhibit.width or 0, picture.exhibit.height or 0
    found: list[Box] = []
    for text in texts:
        places = places_of(picture.reading.reading, text) if picture.reading else ()
        if not places:
            raise UsageError(
                "« {text} » was not read on picture {index}; nothing was recorded. The machine may have misread it: "
                "give its place with --box, and look at the result with --preview.",
                text=text,
                index=picture.entry.index,
            )
        found.extend(places)
    found.extend(_typed(text) for text in typed)
    inside = [clipped(box, width, height) for box in found]
    if None in inside:
        raise UsageError(
            "A box lies outside of the picture, which has {width} × {height} pixels; nothing was recorded.",
            width=width,
            height=height,
        )
    return tuple(box for box in inside if box is not None)


def _typed(text: str) -> "Box":
    from evidence_vault.values import Box

    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise UsageError(
            "--box takes four whole numbers, LEFT,TOP,WIDTH,HEIGHT, not « {text} »; nothing was recorded.", text=text
        )
    left, top, width, height = map(int, parts)
    return Box(left=left, top=top, width=width, height=height)


def _fields(case: "CaseFile", target: int, given: list[str]) -> tuple[str, ...]:
    from evidence_vault.redacting import withholdable

    known = withholdable(case, target)
    named = [name.replace("-", "_") for name in given]
    if unknown := [name for name in named if name not in known]:
        raise UsageError(
            "{name} cannot be withheld of entry {index}; nothing was recorded. Fields that can: {known}.",
            name=unknown[0],
            index=target,
            known=", ".join(sorted(known)) or "—",
        )
    return tuple(named)


def _covered(recorder: "Recorder", picture: "ExhibitView", said: "Redaction | None") -> bytes:
    """The picture as it is printed, in PNG."""
    from evidence_vault.capture.pictures import covered_png

    with recorder.case.reader() as reader:
        found = reader.object(picture.exhibit.sha256 or "")
    if found is None:
        raise CaseError("The original of picture {index} is no longer kept.", index=picture.entry.index)
    return covered_png(recorder.case.store.get(found.kept), (said.boxes or ()) if said else ())


def _told(target: int, said: "Redaction | None") -> dict[str, Any]:
    boxes, fields = ((said.boxes or ()), (said.fields or ())) if said else ((), ())
    return {
        "target": target,
        "boxes": [[box.left, box.top, box.width, box.height] for box in boxes],
        "fields": list(fields),
        "reason": said.reason if said else None,
    }


def _sentence(target: int, said: "Redaction | None") -> str:
    from evidence_vault.i18n import render

    told = _told(target, said)
    if not told["boxes"] and not told["fields"]:
        return render(say("Nothing of entry {index} is kept back.", index=target))
    return render(
        say(
            "Kept back of entry {index}: covered parts: {boxes}; withheld fields: {fields}.",
            index=target,
            boxes=len(told["boxes"]),
            fields=", ".join(told["fields"]) or "—",
        )
    )


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(cls=Command)(redact)
