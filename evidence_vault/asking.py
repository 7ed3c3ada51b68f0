"""Whom the program may ask to attest a time, and whom it believes: what was agreed to, and what a flag adds.

Nobody is contacted unless the person agreed when the vault was made, or says so on the command line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from evidence_vault.errors import InputFileError, InvalidValueError, UsageError
from evidence_vault.signing.authorities import Authority, default_authorities, load_authorities, shipped_roots
from evidence_vault.signing.calendars import is_available, load_calendars
from evidence_vault.signing.tokens import Roots, read_certificates
from evidence_vault.vault import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """An authority that may be asked: the name that the ledger records, and its address."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Asking:
    """The authorities and calendars to ask, and the roots under which tokens are judged when they are received."""

    authorities: tuple[Asked, ...]
    calendars: tuple[Asked, ...]
    roots: Roots


def agreed(
    settings: Settings,
    *,
    ids: Sequence[str] = (),
    urls: Sequence[str] = (),
    calendars: Sequence[str] = (),
    roots: Sequence[bytes] = (),
    online: bool = False,
) -> Asking:
    """Whom to ask: those that flags name, else those agreed to; raise `UsageError` where nobody was.

    Who is named is asked, and nobody else: `ids`, `urls` and `calendars` by flag for this once, else those of the
    settings. Where none is named, the default authorities and the listed calendars are asked, if it was agreed that
    anybody is, or is for this once (`online`).
    """
    trusted = (*shipped_roots().certificates, *own_roots(settings), *readable_roots(roots))
    named = (ids, urls, calendars)
    if not any(named):
        if not settings.network and not online:
            raise UsageError(
                "It was not agreed that anybody is contacted; nobody was. To ask the default time-stamp authorities "
                "this once, add --online; to choose one, add --authority."
            )
        named = (settings.authorities, settings.tsa_urls, settings.calendars)
    if not any(named):
        named = (
            tuple(found.id for found in default_authorities()),
            (),
            tuple(found.submit for found in load_calendars()) if is_available() else (),
        )
    listed, addresses, submits = named
    return Asking(
        (*_listed(listed), *(Asked(host_of(url), url) for url in dict.fromkeys(addresses))),
        tuple(Asked(host_of(url), url) for url in dict.fromkeys(submits)),
        Roots(trusted, shipped=False),
    )


def require_known(ids: Sequence[str]) -> None:
    """Raise `InvalidValueError` where an identifier stands on no list."""
    _listed(ids)


def require_address(url: str) -> str:
    """`url` where it is an address that can be asked; raise `InvalidValueError` otherwise."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        shown = url.rpartition("@")[2].partition("?")[0]  # what stands before or after may be secret
        raise InvalidValueError(
            "{url} is no address of a server; nothing was asked. It begins with https://.", url=shown
        )
    return url


def host_of(url: str) -> str:
    """The name under which an address given by hand is recorded: its host, never a password."""
    return urlsplit(require_address(url)).hostname or ""


def _listed(ids: Sequence[str]) -> tuple[Asked, ...]:
    known = {found.id: found for found in load_authorities()}
    return tuple(_asked(name, known) for name in dict.fromkeys(ids))


def _asked(name: str, known: dict[str, Authority]) -> Asked:
    found = known.get(name)
    if found is None:
        raise InvalidValueError(
            "{name} is no authority of the list; nobody was asked. The list: {known}.",
            name=name,
            known=", ".join(known),
        )
    return Asked(found.id, found.url)


def own_roots(settings: Settings) -> tuple[bytes, ...]:
    """The certificates, in DER, of the authorities that stand on no list."""
    return readable_roots(text.encode() for text in settings.tsa_roots)


def readable_roots(files: Iterable[bytes]) -> tuple[bytes, ...]:
    """The certificates in these files, in DER; raise `InputFileError` where one holds none."""
    try:
        return tuple(found for data in files for found in read_certificates(data))
    except ValueError as error:
        raise InputFileError(
            "A root that was given or set holds no certificate that can be read; nobody was asked. Give it in PEM."
        ) from error
