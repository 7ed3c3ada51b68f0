"""What `export dossier` says of its pages once they were read again, and the report beside the PDF."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evidence_vault.commands.session import Session, now
from evidence_vault.errors import OcrError, StorageError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.exporting import Exported
    from evidence_vault.exports.print_check import CheckedPicture, Reason
    from evidence_vault.ocr.engine import Engine

_MOST = 10
"""Failures named one by one; the report has them all."""


def check_print(session: Session, done: "Exported", *, asked: bool) -> dict[str, Any]:
    """Read the pages of the dossier again, unless not `asked`, write the report, and say what it found.

    Returns what `--json` answers of it. Nothing that goes wrong here costs the dossier, which is made.
    """
    from evidence_vault import __version__
    from evidence_vault.entries import utc_text
    from evidence_vault.exports.print_check import counts
    from evidence_vault.proofreading import proofread, write_report

    engine = _engine() if asked else None
    with session.progress("Reading the printed pages again", len(done.printed)) as advance:
        ticks = iter(range(1, len(done.printed) + 1))
        proof = proofread(done.path, done.printed, engine, lambda: advance(next(ticks)))
    report: str | None = None
    try:
        path = write_report(
            done.path, proof, sha256=done.sha256, made_at=utc_text(now()), program=f"evidence-vault {__version__}"
        )
        report = str(path)
    except StorageError as error:
        session.warn(error.message)
        session.warn(say("The dossier itself is made; only the report on its printed pages is missing."))
    if asked and proof.pictures:
        _tell(session, proof.pictures, report, engine)
    return {"report": report} | dict(counts(proof.pictures).items())


def _engine() -> "Engine | OcrError":
    from evidence_vault.ocr.engine import probe

    try:
        return probe()
    except OcrError as error:
        return error


def _tell(
    session: Session, found: "Sequence[CheckedPicture]", report: str | None, engine: "Engine | OcrError | None"
) -> None:
    from evidence_vault.exports.print_check import counts

    if isinstance(engine, OcrError):
        session.warn(
            say(
                "The dossier is made, but nobody read its pages again: there is no OCR engine. "
                "Run `evidence-vault doctor` to see what to install, then export again."
            )
        )
        return
    number = counts(found)
    session.say(
        say(
            "Pictures read again as printed in grey: {passed}. Not read again, or printed too small: {failed}. "
            "Not checked: {skipped}.",
            passed=number["passed"],
            failed=number["failed"],
            skipped=number["not_checked"],
        )
    )
    failed = [each for each in found if each.result == "failed"]
    for each in failed[:_MOST]:
        _tell_failure(session, each)
    if len(failed) > _MOST:
        session.warn(say("Other pictures that fail, named in the report: {count}.", count=len(failed) - _MOST))
    if failed:
        session.warn(
            say(
                "The dossier is made all the same. Look at these pages on paper; if the message cannot be read there, "
                "add the original file of the screenshot instead of a copy, and next time enlarge the page (150 % or "
                "more) before you take it."
            )
        )
    _tell_unchecked(session, found)
    if report is not None:
        session.say(say("The report on the printed pages is in {path}.", path=report))


def _tell_failure(session: Session, checked: "CheckedPicture") -> None:
    from evidence_vault.exports.print_cuts import is_large_enough

    picture = checked.picture
    if checked.reason == "too_small":
        points = min(each.text.points for each in checked.texts if not is_large_enough(each.text.points))
        session.warn(
            say(
                "Exhibit {number} of the dossier, page {page}: its text prints at {points} points, under the 8 that "
                "paper needs.",
                number=picture.number,
                page=picture.pages[0],
                points=int(points),
            )
        )
        return
    unread = [each.text for each in checked.texts if each.result == "failed"]
    number, page = picture.number, unread[0].spots[0].page
    if any(text.kind == "message" for text in unread):
        session.warn(
            say(
                "Exhibit {number} of the dossier, page {page}: its message is no longer read once it is printed in "
                "grey.",
                number=number,
                page=page,
            )
        )
    else:
        session.warn(
            say(
                "Exhibit {number} of the dossier, page {page}: once it is printed in grey its message is still read, "
                "but not the address or the clock.",
                number=number,
                page=page,
            )
        )


def _tell_unchecked(session: Session, found: "Sequence[CheckedPicture]") -> None:
    def numbers(*reasons: "Reason") -> str:
        return ", ".join(str(each.picture.number) for each in found if each.reason in reasons)

    if named := numbers("no_key_text"):
        session.say(say("Not checked, because no message was recognised on them: exhibits {numbers}.", numbers=named))
    if named := numbers("withheld", "undecodable"):
        session.say(say("Not checked, because their picture is not printed: exhibits {numbers}.", numbers=named))
    if named := numbers("engine_failed"):
        session.warn(say("Not checked, because the OCR engine failed on them: exhibits {numbers}.", numbers=named))
    if named := numbers("no_renderer"):
        session.warn(
            say(
                "Not checked, because the pages could not be drawn: exhibits {numbers}. Install evidence-vault again, "
                "with its package pypdfium2.",
                numbers=named,
            )
        )
