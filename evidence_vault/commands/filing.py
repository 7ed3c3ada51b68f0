"""`export exhibits` and `check-exhibits`: the folder that is filed with a court."""

from pathlib import Path
from typing import Annotated

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.export import OwnRoots, roots_of, told_of
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import optional
from evidence_vault.commands.session import now, session_of
from evidence_vault.errors import InputFileError, UsageError
from evidence_vault.messages import say

_MEGABYTE = 1_000_000
_LIMIT = 32
_MOST_FIRST = 9999

MaxSize = Annotated[
    int,
    typer.Option(
        "--max-size",
        metavar="MB",
        help="Largest file, in millions of octets. Télérecours citoyens has stated 32, on an undated page.",
    ),
]


def exhibits(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The folder to make.")] = Path(
        "exhibits"
    ),
    series: Annotated[
        bool,
        typer.Option(
            "--series/--one-per-file",
            help="The screenshots of a month in one file, each listed by itself, or one file an exhibit (the default).",
        ),
    ] = False,
    first: Annotated[int, typer.Option(metavar="NUMBER", help="The number of the first exhibit.")] = 1,
    prefix: Annotated[str | None, typer.Option(metavar="TEXT", help="Put after the number in every name.")] = None,
    max_size: MaxSize = _LIMIT,
    tsa_root: OwnRoots = None,
) -> None:
    """Make a folder of numbered exhibits for Télérecours or Télérecours citoyens, with a detailed inventory.

    One PDF an exhibit (art. R. 414-5 CJA), or one for the screenshots of a month, each page with its number. A series
    larger than the limit is parted between exhibits; no picture is ever made poorer to fit.
    """
    from evidence_vault.exporting import export_exhibits
    from evidence_vault.exports.exhibit_files import Filing

    if not 1 <= first <= _MOST_FIRST or max_size < 1:
        raise UsageError("--first takes a number from 1 to 9999, and --max-size one of at least 1; nothing was made.")
    session = session_of(context)
    recorder = session.recorder()
    stamp_if_agreed(session, recorder)
    filing = Filing(first, optional(prefix, "--prefix") or "", series, max_size * _MEGABYTE)
    with session.progress("Making the exhibits", None) as advance:
        done, filed = export_exhibits(
            recorder.case, recorder.signer, output, now(), filing, lambda n, _all: advance(n),
            roots_of(session, tsa_root),
        )  # fmt: skip
    for name in filed.too_large:
        session.warn(
            say(
                "{name} is larger than {limit} MB: it holds one exhibit, which was not made poorer. Ask the registry "
                "of the court how to file it.",
                name=name,
                limit=max_size,
            )
        )
    session.say(say("The exhibits are in {path}.", path=str(output)), bold=True)
    files = list(dict.fromkeys(line.file for line in filed.listed))
    session.answer(told_of(done) | {"files": files, "exhibits": len(filed.listed), "too_large": list(filed.too_large)})


def check_exhibits(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of exhibits.")],
    max_size: MaxSize = _LIMIT,
) -> None:
    """Check a folder of exhibits against the rules for filing them, and list these rules.

    Exit code 1 where one is broken. That none is does not say that a court will take the folder.
    """
    from evidence_vault.commands.render import stack, title, verdict
    from evidence_vault.folder_check import RULES, check_folder
    from evidence_vault.i18n import _, render
    from evidence_vault.labels import VERDICTS

    session = session_of(context)
    try:
        found = check_folder(folder, max_size * _MEGABYTE)
    except OSError as error:
        raise InputFileError("{path} is not a folder that can be read.", path=str(folder)) from error
    rows = [
        {
            "rule": item.rule,
            "verdict": item.state,
            "says": render(RULES[item.rule]),
            "detail": [render(message) for message in item.detail],
        }
        for item in found
    ]
    session.answer(
        {"folder": str(folder), "checks": rows},
        lambda: stack(
            title(_("Checked against these rules, and no others:")),
            *(
                line
                for item, row in zip(found, rows, strict=True)
                for line in (
                    verdict(item.state, f"{render(VERDICTS[item.state])} {row['says']}"),
                    *(verdict("", f"    {detail}") for detail in row["detail"]),
                )
            ),
        ),
    )
    if any(item.state == "failed" for item in found):
        raise typer.Exit(1)


def register(app: typer.Typer, exports: typer.Typer) -> None:
    """Add these commands to the program and to `export`."""
    exports.command(cls=Command)(exhibits)
    app.command(cls=Command, name="check-exhibits")(check_exhibits)
