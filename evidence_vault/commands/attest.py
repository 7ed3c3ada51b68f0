"""`stamp`, and the stamping that follows a recording: third parties asked to attest the time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.help import Command
from evidence_vault.commands.session import Session, session_of
from evidence_vault.errors import EvidenceVaultError, NetworkError
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from evidence_vault.asking import Asking
    from evidence_vault.recording import Recorder
    from evidence_vault.stamping import Stamped

Authorities = Annotated[
    list[str] | None,
    typer.Option("--authority", metavar="ID", help="A time-stamp authority of the list to ask (repeatable)."),
]
TsaUrls = Annotated[
    list[str] | None, typer.Option("--tsa", metavar="URL", help="Another time-stamp authority (repeatable).")
]
TsaRoots = Annotated[
    list[Path] | None,
    typer.Option("--tsa-root", metavar="FILE", help="Root certificate of that authority, in PEM (repeatable)."),
]

Calendars = Annotated[
    list[str] | None, typer.Option("--calendar", metavar="URL", help="An OpenTimestamps calendar to ask (repeatable).")
]


def stamp(
    context: typer.Context,
    authority: Authorities = None,
    tsa: TsaUrls = None,
    tsa_root: TsaRoots = None,
    calendar: Calendars = None,
    online: Annotated[
        bool, typer.Option("--online", help="Agree, this once, that the authorities set or default are contacted.")
    ] = False,
    timeout: Annotated[
        int | None,
        typer.Option(min=1, max=600, metavar="SECONDS", help="How long a third party may take, each time it is asked."),
    ] = None,
) -> None:
    """Have third parties attest the time of everything recorded so far; only a digest is sent to them.

    What waits from earlier is attested by the same answer. Exit code 22 while something still waits.
    """
    from evidence_vault.asking import agreed, require_address
    from evidence_vault.capture.files import read_file
    from evidence_vault.stamping import BACK_OFF_SECONDS

    session = session_of(context)
    settings = session.vault().settings
    asking = agreed(
        settings,
        ids=authority or (),
        urls=[require_address(url) for url in tsa or ()],
        calendars=[require_address(url) for url in calendar or ()],
        roots=[read_file(path) for path in tsa_root or ()],
        online=online,
    )
    done = _ask(session.recorder(), asking, timeout or settings.timeout_seconds, BACK_OFF_SECONDS, anchor=True)
    _tell(session, done)
    if tsa_root:
        session.say(
            say(
                "The root given here is not kept: give it to `export` and to `verify` too, with --tsa-root, or they "
                "will not count this time stamp."
            )
        )
    session.answer(stamped_answer(done))
    if done.waiting:
        raise typer.Exit(NetworkError.exit_code)


def authorities(context: typer.Context) -> None:
    """List the time-stamp authorities that can be asked, what their operators say of them, and what ships for each.

    Nobody is contacted. Under an authority whose root does not ship, tokens count only with --tsa-root.
    """
    from evidence_vault.commands.render import label, stack, table, title
    from evidence_vault.i18n import _, render
    from evidence_vault.labels import AUTHORITY_KINDS
    from evidence_vault.signing.authorities import load_authorities

    session = session_of(context)
    found = load_authorities()
    rows = [
        (
            one.id,
            one.name,
            one.country,
            label(AUTHORITY_KINDS, one.kind),
            _("asked by default") if one.default else None,
            _("root shipped") if one.roots else _("no root shipped"),
        )
        for one in found
    ]
    session.answer(
        {
            "authorities": [
                {
                    "id": one.id,
                    "name": one.name,
                    "url": one.url,
                    "country": one.country,
                    "kind": one.kind,
                    "default": one.default,
                    "root_shipped": bool(one.roots),
                }
                for one in found
            ]
        },
        lambda: stack(
            table((_("Identifier"), _("Authority"), _("Country"), _("Offer"), _("Asked"), _("Root")), rows),
            title(render(say("None of these addresses could be tried when the list was made."))),
        ),
    )


def stamp_if_agreed(session: Session, recorder: "Recorder") -> "Stamped | None":
    """After a recording: ask once those whom the person agreed to, and say what came of it; None where nobody was.

    Never fails: what was recorded is safe, and what could not be attested waits for `stamp`.
    """
    settings = session.vault().settings
    if not settings.network:
        return None
    try:
        from evidence_vault.asking import agreed

        # A calendar keeps its promise in a day: once a day is often enough, and that is for `stamp`.
        done = _ask(recorder, agreed(settings), settings.timeout_seconds, (), anchor=False)
    except EvidenceVaultError as error:  # another program writes, a setting names an unknown authority
        session.warn(say("No time was attested. {reason}", reason=error.message))
        return _unasked(recorder, error.message)
    except Exception as error:  # noqa: BLE001  # whatever it is, the attempt is recorded and must be answered for
        session.warn(say("No time was attested ({detail}). What was recorded is safe.", detail=type(error).__name__))
        return None
    _tell(session, done)
    return done


def _ask(
    recorder: "Recorder", asking: "Asking", timeout: int, back_off: tuple[float, ...], *, anchor: bool
) -> "Stamped":
    """Ask the calendars first, so that the tokens cover the promises too."""
    from evidence_vault.anchoring import Anchorer
    from evidence_vault.stamping import Stamped, Stamper

    anchored = Anchorer(recorder.case, recorder.signer, asking, timeout=timeout).anchor() if anchor else ()
    done = Stamper(recorder.case, recorder.signer, asking, timeout=timeout).stamp(back_off)
    return Stamped(done.size, (*anchored, *done.answers), done.waiting)


def stamped_answer(done: "Stamped | None") -> dict[str, Any] | None:
    """What third parties answered, for --json."""
    if done is None:
        return None
    from evidence_vault.entries import utc_text
    from evidence_vault.i18n import render

    return {
        "size": done.size,
        "answers": [
            {
                "authority": item.authority,
                "protocol": item.protocol,
                "status": item.status,
                "reason": render(item.reason),
                "time": utc_text(item.time) if item.time else None,
                "entry": item.index,
            }
            for item in done.answers
        ],
        "waiting": done.waiting,
    }


def _tell(session: Session, done: "Stamped") -> None:
    from evidence_vault.commands.render import label
    from evidence_vault.entries import utc_text
    from evidence_vault.labels import PROOF_STATES

    for item in done.answers:
        if item.status is None:
            session.warn(say("{authority}: {reason}", authority=item.authority, reason=item.reason))
        else:
            text = say(
                "{authority}: {status} ({time})",
                authority=item.authority,
                status=label(PROOF_STATES, item.status),
                time=utc_text(item.time) if item.time else "–",
            )
            session.say(text)
    session.say(state_sentence(done.waiting))


def state_sentence(waiting: int) -> Message:
    """How many entries wait to be attested, and what to do about it."""
    if waiting:
        return say(
            "Not yet attested: {count} entries wait. Nothing is lost; try `evidence-vault stamp` again later.",
            count=waiting,
        )
    return say("Everything recorded so far is attested.")


def _unasked(recorder: "Recorder", reason: Message) -> "Stamped | None":
    """The state where asking failed before anybody was asked; None where the ledger cannot even be read again."""
    from evidence_vault.attested import timeline_of, unattested
    from evidence_vault.stamping import Answer, Stamped

    try:
        told = recorder.case.read()
    except EvidenceVaultError:
        return None
    waiting = unattested(told, timeline_of(told))
    return Stamped(len(told.entries), (Answer("", "rfc3161", None, reason),), waiting)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(cls=Command)(stamp)
    app.command(cls=Command)(authorities)
