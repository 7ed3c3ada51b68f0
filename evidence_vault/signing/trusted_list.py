"""Whether a trusted list that somebody supplied (ETSI TS 119 612) has the authority of a token as qualified.

The list is believed as it was supplied: its own signature, and the list of lists that names its signer, are not
checked here. So the answer is never "qualified", only that the certificate stands on that list.
"""

import base64
import binascii
import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from evidence_vault.signing.certificates import Certificate

MAX_LIST_BYTES = 16 * 1024 * 1024
"""The largest national lists hold some megabytes."""

_NS = "{http://uri.etsi.org/02231/v2#}"
_QUALIFIED_TIME_STAMPS = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
_GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"

ListState: TypeAlias = Literal["granted", "not_granted", "not_listed", "unreadable"]


@dataclass(frozen=True, slots=True)
class QualifiedFinding:
    """What a list says of the authority of a token, at the time of the token.

    granted: a service for qualified time stamps, with the status granted at that time. not_granted: such a service,
    with another status at that time. not_listed: no such service. unreadable: this is no such list.
    """

    state: ListState
    reason: Message
    service: str | None = None
    provider: str | None = None
    territory: str | None = None
    issued_at: dt.datetime | None = None
    """When the list was issued, by its own word."""


@dataclass(frozen=True, slots=True)
class _Status:
    """From when on a service was of a type and had a status."""

    since: dt.datetime
    kind: str
    status: str


@dataclass(frozen=True, slots=True)
class _Service:
    """A service that was for qualified time stamps at some time."""

    name: str
    provider: str
    certificates: tuple[bytes, ...]
    history: tuple[_Status, ...]
    """Oldest first."""

    def at(self, moment: dt.datetime) -> _Status | None:
        return next((each for each in reversed(self.history) if each.since <= moment), None)


@dataclass(frozen=True, slots=True)
class _TrustedList:
    territory: str
    issued_at: dt.datetime
    services: tuple[_Service, ...]


def is_trusted_list(data: bytes) -> bool:
    """Whether it is an XML list of the kind that can be looked into."""
    try:
        _read(data)
    except (ValueError, ET.ParseError, LookupError, RecursionError):
        return False
    return True


def qualification(
    certificate: bytes, chain: Sequence[bytes], gen_time: dt.datetime, trusted_list: bytes
) -> QualifiedFinding:
    """Look the signer `certificate` of a token, or a certificate above it in `chain`, up in an XML list. Never raises.

    All certificates are DER; what stands in `chain` without having issued anything on the way is passed over.
    """
    try:
        found = _read(trusted_list)
    except (ValueError, ET.ParseError, LookupError, RecursionError):
        return QualifiedFinding("unreadable", say("What was given is no trusted list of a Member State."))
    try:
        services = _services_of(certificate, tuple(chain), trusted_list)
    except (ValueError, TypeError):
        return QualifiedFinding("unreadable", say("The certificate of the token cannot be read."))
    issued = f"{found.issued_at:%Y-%m-%d}"
    if not services:
        reason = say("The certificate is not on the list supplied, as of {date}.", date=issued)
        return QualifiedFinding("not_listed", reason, territory=found.territory, issued_at=found.issued_at)
    granted = [each for each in services if _is_granted(each.at(gen_time))]
    service = (granted or services)[0]
    return QualifiedFinding(
        "granted" if granted else "not_granted",
        say("Certificate on the list supplied, as of {date}.", date=issued)
        if granted
        else say(
            "The certificate is on the list supplied, as of {date}, but was not granted at the time of the token.",
            date=issued,
        ),
        service.name,
        service.provider,
        found.territory,
        found.issued_at,
    )


@lru_cache(maxsize=64)
def _services_of(certificate: bytes, chain: tuple[bytes, ...], trusted_list: bytes) -> list[_Service]:
    """The services of a list that a certificate belongs to: the same for each of the many tokens of one authority."""
    path = _path(certificate, chain)
    return [each for each in _read(trusted_list).services if _stands_for(each, path)]


def _is_granted(status: _Status | None) -> bool:
    return status is not None and (status.kind, status.status) == (_QUALIFIED_TIME_STAMPS, _GRANTED)


def _path(certificate: bytes, chain: Sequence[bytes]) -> list["Certificate"]:
    """The certificate and those of `chain` that issued it, one after the other."""
    from evidence_vault.signing.certificates import load_certificate

    path = [load_certificate(certificate)]
    others = [load_certificate(each) for each in chain if each != certificate]
    while (issuer := next((each for each in others if each.issued(path[-1])), None)) is not None:
        path.append(issuer)
        others.remove(issuer)
    return path


def _stands_for(service: _Service, path: Sequence["Certificate"]) -> bool:
    """Whether one of the certificates of the service is on the path, or issued one that is."""
    from evidence_vault.signing.certificates import load_certificate

    for data in service.certificates:
        try:
            listed = load_certificate(data)
        except ValueError:
            continue  # one entry that no library reads must not hide the others
        if any(listed.is_same_holder(each) or listed.issued(each) for each in path):
            return True
    return False


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type: no list has one, and every bomb of entities needs it."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise ValueError("a document type")


@lru_cache(maxsize=4)
def _read(data: bytes) -> _TrustedList:
    if len(data) > MAX_LIST_BYTES:
        raise ValueError("too large")
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314  # no document type, hence no entities; size is bounded
    parser.feed(data)
    root = parser.close()
    if root.tag != f"{_NS}TrustServiceStatusList":
        raise ValueError("not a trusted list")
    information = root.find(f"{_NS}SchemeInformation")
    if information is None:
        raise ValueError("not a trusted list")
    return _TrustedList(
        _text(information, "SchemeTerritory"),
        _instant(_text(information, "ListIssueDateTime")),
        tuple(_services(root)),
    )


def _services(root: ET.Element) -> Iterator[_Service]:
    for provider in root.iterfind(f"{_NS}TrustServiceProviderList/{_NS}TrustServiceProvider"):
        name = _text(provider, "TSPInformation", "TSPName", "Name")
        for service in provider.iterfind(f"{_NS}TSPServices/{_NS}TSPService"):
            now = service.find(f"{_NS}ServiceInformation")
            if now is None:
                raise ValueError("a service without information")
            instances = [now, *service.iterfind(f"{_NS}ServiceHistory/{_NS}ServiceHistoryInstance")]
            history = [
                _Status(
                    _instant(_text(each, "StatusStartingTime")),
                    _text(each, "ServiceTypeIdentifier"),
                    _text(each, "ServiceStatus"),
                )
                for each in instances
            ]
            if any(each.kind == _QUALIFIED_TIME_STAMPS for each in history):
                yield _Service(
                    _text(now, "ServiceName", "Name"),
                    name,
                    tuple(_certificates(now)),
                    tuple(sorted(history, key=lambda each: each.since)),
                )


def _certificates(service: ET.Element) -> Iterator[bytes]:
    for each in service.iterfind(f"{_NS}ServiceDigitalIdentity/{_NS}DigitalId/{_NS}X509Certificate"):
        try:
            yield base64.b64decode("".join((each.text or "").split()), validate=True)
        except binascii.Error as error:
            raise ValueError("malformed base64") from error


def _text(parent: ET.Element, *path: str) -> str:
    found = parent.find("/".join(f"{_NS}{name}" for name in path))
    if found is None or not found.text:
        raise ValueError("a part is missing")
    return found.text.strip()


def _instant(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
