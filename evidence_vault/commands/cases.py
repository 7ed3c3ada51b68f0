"""`init` and `case …`: the vault and its cases."""

from pathlib import Path
from typing import Annotated, Any

import typer

from evidence_vault.commands.attest import Authorities, Calendars, TsaRoots, TsaUrls
from evidence_vault.commands.help import Command, Group
from evidence_vault.commands.options import clean
from evidence_vault.commands.session import Session, now, session_of
from evidence_vault.errors import InputFileError, InvalidValueError, UsageError
from evidence_vault.i18n import _, render
from evidence_vault.messages import say
from evidence_vault.words import Capacity, RequestKind

case_app = typer.Typer(cls=Group, rich_markup_mode=None, help="The cases of the vault: open, list, show, update.")

Applicant = Annotated[str | None, typer.Option(metavar="NAME", help="First name and surname of the applicant.")]
Born = Annotated[str | None, typer.Option(metavar="DATE", help="Date of birth, as 1990-04-12 or 12/04/1990.")]
Birthplace = Annotated[str | None, typer.Option(metavar="PLACE", help="Place of birth.")]
Nationality = Annotated[str | None, typer.Option(metavar="NAME", help="Nationality.")]
Address = Annotated[str | None, typer.Option(metavar="TEXT", help="Postal address.")]
Email = Annotated[str | None, typer.Option(metavar="ADDRESS", help="E-mail address.")]
Phone = Annotated[str | None, typer.Option(metavar="NUMBER", help="Telephone number.")]
Agdref = Annotated[str | None, typer.Option(metavar="NUMBER", help="Foreigner's number (AGDREF).")]
Prefecture = Annotated[str | None, typer.Option(metavar="NAME", help="The prefecture whose appointment is sought.")]
Procedure = Annotated[str | None, typer.Option(metavar="NAME", help="The procedure, as the platform names it.")]
Request = Annotated[RequestKind | None, typer.Option("--request", help="Kind of request.")]
TitleHeld = Annotated[str | None, typer.Option("--title", metavar="NAME", help="Residence permit held today.")]
TitleExpiry = Annotated[str | None, typer.Option("--title-expiry", metavar="DATE", help="When that permit expires.")]
OnList = Annotated[
    bool | None,
    typer.Option("--r431-2/--not-r431-2", help="Whether the permit is on the list of art. R. 431-2 CESEDA, if known."),
]
OnlineOnly = Annotated[
    bool | None,
    typer.Option(
        "--online-only/--not-online-only", help="Whether an appointment can be had through the website alone."
    ),
]
FileReady = Annotated[
    bool | None, typer.Option("--file-ready/--file-not-ready", help="Whether the applicant's file is complete.")
]
PriorDecision = Annotated[
    bool | None,
    typer.Option(
        "--prior-decision/--no-prior-decision",
        help="Whether the administration has already refused anything about this residence.",
    ),
]
TimeZone = Annotated[
    str | None, typer.Option(metavar="NAME", help="Time zone in which days are counted (default: Europe/Paris).")
]


def init(
    context: typer.Context,
    operator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who operates the tool: first name and surname.")
    ] = None,
    capacity: Annotated[Capacity | None, typer.Option(help="In what capacity.")] = None,
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="Leave the private keys without a passphrase.")
    ] = False,
    offline: Annotated[
        bool | None,
        typer.Option("--offline/--online", help="Never contact third parties, or allow it to attest times."),
    ] = None,
    authority: Authorities = None,
    tsa: TsaUrls = None,
    tsa_root: TsaRoots = None,
    calendar: Calendars = None,
) -> None:
    """Create the vault and say who operates it.

    With --online, time-stamp authorities are sent a digest after each recording, and see the address of the connection:
    they attest when it existed. Those of --authority, --tsa and --calendar are asked and no others; without any, the
    default ones.
    """
    from evidence_vault.asking import require_address, require_known
    from evidence_vault.capture.files import read_file
    from evidence_vault.vault import VAULT_FORMAT, Settings, Vault

    session = session_of(context)
    name = operator or session.ask("First name and surname of the person who operates the tool", "--operator")
    settings = Settings(
        format=VAULT_FORMAT,
        operator=clean(name, "--operator"),
        capacity=capacity or "applicant",
        network=_agreed(session, offline),
        authorities=tuple(authority or ()),
        tsa_urls=tuple(require_address(url) for url in tsa or ()),
        calendars=tuple(require_address(url) for url in calendar or ()),
        tsa_roots=tuple(_pem(read_file(path), path) for path in tsa_root or ()),
    )
    require_known(settings.authorities)
    vault = Vault.create(session.folder(), settings, None if no_passphrase else session.new_passphrase(), now)
    session.say(say("The vault is ready: {path}", path=str(vault.folder)), bold=True)
    if no_passphrase:
        session.say(say("Its keys have no passphrase: whoever uses this computer can sign in your name."))
    session.say(say("Next: `evidence-vault case new`."))
    session.answer(
        {
            "vault": str(vault.folder),
            "operator": settings.operator,
            "capacity": settings.capacity,
            "passphrase": not no_passphrase,
            "network": settings.network,
        }
    )


def _agreed(session: Session, offline: bool | None) -> bool:
    """Whether third parties may be contacted: only if a flag or a person says so."""
    if offline is not None or not session.is_interactive():
        return offline is False
    from evidence_vault.signing.authorities import default_authorities

    names = ", ".join(found.name for found in default_authorities())
    session.say(say("Time-stamp authorities can attest when something was recorded: {names}.", names=names))
    session.say(say("They would be sent a digest, which tells nothing, and would see the address of your connection."))
    return session.confirm("May they be contacted after each recording?", default=False)


def _pem(data: bytes, path: Path) -> str:
    from evidence_vault.signing.tokens import read_certificates

    try:
        read_certificates(data)
        return data.decode("ascii")
    except ValueError as error:
        raise InputFileError("{path} holds no certificate in PEM; nothing was created.", path=str(path)) from error


def new(
    context: typer.Context,
    applicant: Applicant = None,
    born: Born = None,
    birthplace: Birthplace = None,
    nationality: Nationality = None,
    address: Address = None,
    email: Email = None,
    phone: Phone = None,
    agdref: Agdref = None,
    prefecture: Prefecture = None,
    procedure: Procedure = None,
    request: Request = None,
    title_held: TitleHeld = None,
    title_expiry: TitleExpiry = None,
    on_r431_2_list: OnList = None,
    online_only: OnlineOnly = None,
    file_ready: FileReady = None,
    prior_decision: PriorDecision = None,
    time_zone: TimeZone = None,
) -> None:
    """Open a case: one applicant, one procedure, one prefecture."""
    from evidence_vault.casefile import DEFAULT_ZONE
    from evidence_vault.kinds import CaseOpened

    session = session_of(context)
    fields = _fields(
        applicant=applicant or session.ask("First name and surname of the applicant", "--applicant"),
        born=born,
        birthplace=birthplace,
        nationality=nationality,
        address=address,
        email=email,
        phone=phone,
        agdref=agdref,
        prefecture=prefecture or session.ask("Prefecture", "--prefecture"),
        procedure=procedure or session.ask("Procedure", "--procedure"),
        request=request,
        title_held=title_held,
        title_expiry=title_expiry,
        on_r431_2_list=on_r431_2_list,
        online_only=online_only,
        file_ready=file_ready,
        prior_decision=prior_decision,
        time_zone=DEFAULT_ZONE if time_zone is None else time_zone,
    )
    case = session.vault().open_case(CaseOpened(**fields), session.passphrase)
    session.say(say("The case is open. Its number: {case}", case=case.id), bold=True)
    session.say(say("Next, after each attempt: `evidence-vault log` followed by the screenshot."))
    session.answer(_shown(case.read()))


def list_cases(context: typer.Context) -> None:
    """List the cases of the vault."""
    session = session_of(context)
    found = session.vault().summaries()
    for item in found:
        if item.problem is not None:
            session.warn(item.problem)
    rows = [
        {
            "id": item.id,
            "applicant": item.applicant,
            "prefecture": item.prefecture,
            "procedure": item.procedure,
            "attempts": item.attempts,
            "entries": item.entries,
            "problem": render(item.problem) if item.problem else None,
        }
        for item in found
    ]
    session.answer({"cases": rows}, lambda: _table(found))


def show_case(context: typer.Context) -> None:
    """Show what a case says of its applicant and procedure."""
    from evidence_vault.commands.render import pairs

    session = session_of(context)
    told = _shown(session.case().read())
    session.answer(told, lambda: pairs(told))


def update(
    context: typer.Context,
    applicant: Applicant = None,
    born: Born = None,
    birthplace: Birthplace = None,
    nationality: Nationality = None,
    address: Address = None,
    email: Email = None,
    phone: Phone = None,
    agdref: Agdref = None,
    prefecture: Prefecture = None,
    procedure: Procedure = None,
    request: Request = None,
    title_held: TitleHeld = None,
    title_expiry: TitleExpiry = None,
    on_r431_2_list: OnList = None,
    online_only: OnlineOnly = None,
    file_ready: FileReady = None,
    prior_decision: PriorDecision = None,
    time_zone: TimeZone = None,
) -> None:
    """Record that something about the case has changed; what it said before stays in the ledger."""
    from evidence_vault.case_folder import update_case

    session = session_of(context)
    changes = _fields(
        applicant=applicant,
        born=born,
        birthplace=birthplace,
        nationality=nationality,
        address=address,
        email=email,
        phone=phone,
        agdref=agdref,
        prefecture=prefecture,
        procedure=procedure,
        request=request,
        title_held=title_held,
        title_expiry=title_expiry,
        on_r431_2_list=on_r431_2_list,
        online_only=online_only,
        file_ready=file_ready,
        prior_decision=prior_decision,
        time_zone=time_zone,
    )
    if not changes:
        raise UsageError("Say what is to be changed, for instance with --address; nothing was recorded.")
    case = session.case()
    entry = update_case(case, changes, case.signer(session.passphrase))
    session.say(say("Recorded under number {index}.", index=entry.index))
    session.answer(_shown(case.read()) | {"index": entry.index})


def _fields(**given: Any) -> dict[str, Any]:
    """The fields that were given, checked: dates become ISO dates, the zone must exist, texts are cleaned."""
    import zoneinfo

    from evidence_vault.capture.times import parse_date

    fields: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name in {"born", "title_expiry"}:
            date = parse_date(value, f"--{name.replace('_', '-')}")
            if name == "born" and date > now().date():
                raise InvalidValueError(
                    "A date of birth cannot lie in the future: {date}. Nothing was recorded.", date=value
                )
            fields[name] = date.isoformat()
        elif name == "email" and "@" not in value:
            raise InvalidValueError(
                "{email} is not an e-mail address; nothing was recorded. Type it again.", email=value
            )
        elif name == "time_zone":
            try:
                zoneinfo.ZoneInfo(value)
            except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise InvalidValueError(
                    "There is no time zone {zone}; nothing was recorded. Write for instance Europe/Paris "
                    "or Indian/Mayotte.",
                    zone=value,
                ) from error
            fields[name] = value
        else:
            what = f"--{name.replace('_', '-')}"
            fields[name] = clean(value, what, lines=name == "address") if isinstance(value, str) else value
    return fields


def _shown(told: Any) -> dict[str, Any]:
    from evidence_vault.kinds import to_fields
    from evidence_vault.signing.public import fingerprint

    key = bytes.fromhex(told.case.public_key)
    return {"id": told.id, **to_fields(told.case), "key_fingerprint": fingerprint(key), "entries": len(told.entries)}


def _table(found: Any) -> Any:
    from evidence_vault.commands.render import table

    return table(
        (_("Number"), _("Applicant"), _("Prefecture"), _("Procedure"), _("Attempts"), _("Entries")),
        [
            (item.id[:8], item.applicant, item.prefecture, item.procedure, str(item.attempts), str(item.entries))
            for item in found
        ],
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(cls=Command)(init)
    case_app.command(cls=Command, name="new")(new)
    case_app.command(cls=Command, name="list")(list_cases)
    case_app.command(cls=Command, name="show")(show_case)
    case_app.command(cls=Command, name="update")(update)
    app.add_typer(case_app, name="case")
