"""The kinds of entry: what each says, as frozen values.

A field that was withheld, or not known when the entry was made, is None. Values in other languages are translated
where they are shown; what is stored are the codes below and the words that people and platforms wrote.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias, TypeVar, cast

import msgspec

from evidence_vault.encoding import Json
from evidence_vault.values import (
    Box,
    DeclaredTime,
    Digest,
    EnvironmentItem,
    Fact,
    Index,
    Indication,
    Instant,
    Number,
    Quote,
    Reason,
    Value,
    Word,
    require_moment,
)
from evidence_vault.words import (
    Capacity,
    CertificateOrigin,
    Condition,
    ConfirmedBy,
    DocumentKind,
    Outcome,
    ProofStatus,
    Protocol,
    ReadingStatus,
    RequestKind,
    StepKind,
)


class CaseOpened(Value, frozen=True, kw_only=True):
    """The first entry: who the case is about, before which prefecture, and which key keeps the ledger."""

    public_key: Digest | None = None
    """The raw Ed25519 public key of the ledger, 64 hexadecimal digits."""
    operator: str | None = None
    capacity: Capacity | None = None
    applicant: str | None = None
    born: str | None = None
    birthplace: str | None = None
    nationality: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    agdref: str | None = None
    prefecture: str | None = None
    procedure: str | None = None
    request: RequestKind | None = None
    title_held: str | None = None
    title_expiry: str | None = None
    on_r431_2_list: bool | None = None
    """Whether the title is on the list of art. R. 431-2 CESEDA (teleservice), as declared."""
    online_only: bool | None = None
    """Whether an appointment can be had through the website alone, as declared."""
    file_ready: bool | None = None
    """Whether the applicant's file is complete, as declared."""
    prior_decision: bool | None = None
    """Whether the administration has refused anything that the request would run into, as declared."""
    time_zone: str | None = None


class CaseUpdated(Value, frozen=True, kw_only=True):
    """Fields of the case that changed; those absent stay as they were."""

    changes: dict[str, str | bool | None] | None = None


class Attempt(Value, frozen=True, kw_only=True):
    """One connection attempt, with or without a screenshot."""

    origin: Literal["log", "import"] | None = None
    """`log`: recorded when it was made, as its operator says; `import`: recorded later from files."""
    operator: str | None = None
    capacity: Capacity | None = None
    occurred_at: DeclaredTime | None = None
    ended_at: DeclaredTime | None = None
    """When it ended, as its operator says."""
    reached: str | None = None
    """The step of the site that was reached, in the operator's words."""
    url: str | None = None
    platform: str | None = None
    note: str | None = None
    environment: tuple[EnvironmentItem, ...] | None = None
    reuses: tuple[Index, ...] | None = None
    """Indices of earlier exhibits whose very bytes were handed in again for this attempt."""


class Exhibit(Value, frozen=True, kw_only=True):
    """Original bytes, kept untouched under their digest."""

    attempt: Index | None = None
    step: Index | None = None
    document: DocumentKind | None = None
    label: str | None = None
    shows: tuple[Condition, ...] | None = None
    """The conditions beside which whoever handed it in wants it set; nobody judges whether it meets them."""
    sha256: Digest | None = None
    size: Number | None = None
    media_type: str | None = None
    name: str | None = None
    """The file's name as it was handed in; a claim about itself."""
    width: Number | None = None
    height: Number | None = None
    frames: Number | None = None
    indications: tuple[Indication, ...] | None = None


class Reading(Value, frozen=True, kw_only=True):
    """What a machine read on an exhibit: derived, dated by its entry, never the evidence itself."""

    exhibit: Index | None = None
    status: ReadingStatus | None = None
    engine: str | None = None
    """Engine, version, model and preparation, enough to repeat the reading."""
    text: str | None = None
    words: tuple[Word, ...] | None = None
    confidence: Number | None = None
    """Mean confidence over the words, 0 to 100, as the engine states it."""
    legible: bool | None = None
    score: Number | None = None
    """Thousandths, 0 to 1000; rises with legibility."""
    reasons: tuple[Reason, ...] | None = None
    outcome: Outcome | None = None
    """What the machine proposes; a person may say otherwise."""
    outcome_detail: str | None = None
    quotes: tuple[Quote, ...] | None = None
    screen_clock: str | None = None
    """Date and time displayed in the picture, as read."""
    address: str | None = None
    """The address bar, as read."""
    platform_dates: tuple[str, ...] | None = None
    """Dates that the platform itself displays, quoted as read."""
    facts: tuple[Fact, ...] | None = None
    """The clock, the address and those dates again, each with its place; None in entries older than this field."""


class OutcomeStated(Value, frozen=True, kw_only=True):
    """The outcome of an attempt: what the machine proposed, what was retained, and who said so."""

    attempt: Index | None = None
    reading: Index | None = None
    """Index of the reading that the proposal came from, if any."""
    proposed: Outcome | None = None
    outcome: Outcome | None = None
    outcome_detail: str | None = None
    confirmed_by: ConfirmedBy | None = None
    occurred_at: DeclaredTime | None = None
    """Set where the time of an imported attempt could only be read on the picture."""


class Step(Value, frozen=True, kw_only=True):
    """Something done outside the platform: an e-mail, a registered letter, a call, a visit."""

    step: StepKind | None = None
    occurred_at: DeclaredTime | None = None
    recipient: str | None = None
    reference: str | None = None
    """Registered-letter number, helpline ticket, or the like."""
    summary: str | None = None
    answer: str | None = None
    answered_on: str | None = None
    operator: str | None = None
    reuses: tuple[Index, ...] | None = None
    """Indices of earlier exhibits that are documents of this step too."""


class Correction(Value, frozen=True, kw_only=True):
    """A statement added about an earlier entry; the earlier entry stays as it is."""

    target: Index | None = None
    field: str | None = None
    value: str | None = None
    occurred_at: DeclaredTime | None = None
    """Set where the field corrected is the time of an attempt or a step."""
    reason: str | None = None
    operator: str | None = None


class Redaction(Value, frozen=True, kw_only=True):
    """What is kept from others of an earlier entry, which stays as it is; the last one about an entry stands."""

    target: Index | None = None
    boxes: tuple[Box, ...] | None = None
    """Parts of its picture, upright, that are covered wherever it is shown."""
    fields: tuple[str, ...] | None = None
    """Names of its fields that are withheld; with neither boxes nor fields nothing is kept back any more."""
    reason: str | None = None
    operator: str | None = None


class ExportMade(Value, frozen=True, kw_only=True):
    """A dossier or a bundle was made: of which size of the ledger, and its digest."""

    export: str | None = None
    size: Number | None = None
    root: Digest | None = None
    sha256: Digest | None = None


class Timestamp(Value, frozen=True, kw_only=True):
    """A proof of time that a third party gave for a checkpoint; naming it here shows what was recorded after it."""

    size: Number | None = None
    """How many entries the stamped checkpoint covers; 1 to the index of this entry."""
    protocol: Protocol | None = None
    authority: str | None = None
    """Who was asked: a name of the list of authorities, or a host."""
    status: ProofStatus | None = None
    sha256: Digest | None = None
    """Digest of the file kept: the whole TimeStampResp (RFC 3161), or the OpenTimestamps proof."""
    request: Digest | None = None
    """Digest of the TimeStampReq that it answers."""
    time: Instant | None = None
    """The time that it states, as read when it was received."""
    accuracy_ms: Number | None = None
    replaces: Index | None = None
    """The entry of the earlier state of the same proof."""

    def __post_init__(self) -> None:
        require_moment(self.time)


class Certificate(Value, frozen=True, kw_only=True):
    """The certificate that signs the pages of dossiers from here on: naming it ties those pages to this ledger."""

    use: Literal["document"] | None = None
    certificate: str | None = None
    """X.509 in DER, in base64."""
    origin: CertificateOrigin | None = None


KINDS: dict[str, type[Value]] = {
    "case_opened": CaseOpened,
    "case_updated": CaseUpdated,
    "attempt": Attempt,
    "exhibit": Exhibit,
    "reading": Reading,
    "outcome": OutcomeStated,
    "step": Step,
    "correction": Correction,
    "redaction": Redaction,
    "export": ExportMade,
    "timestamp": Timestamp,
    "certificate": Certificate,
}
Said: TypeAlias = (
    CaseOpened
    | CaseUpdated
    | Attempt
    | Exhibit
    | Reading
    | OutcomeStated
    | Step
    | Correction
    | Redaction
    | ExportMade
    | Timestamp
    | Certificate
)

UNATTESTED_TAIL = frozenset({"timestamp", "export", "certificate"})
"""Kinds that need no proof of time of their own where they stand last: a stamp would call for another without end."""

CHANGEABLE = frozenset(CaseOpened.__struct_fields__) - {"public_key", "operator", "capacity"}
"""What `case_updated` may change: never the key that the ledger is checked with, nor who kept it."""

_NAMES = {kind: name for name, kind in KINDS.items()}
_T = TypeVar("_T", bound=Value)


def is_live(attempt: Attempt) -> bool:
    """Whether an attempt was recorded as it was made, which its operator says and no machine observed."""
    return attempt.origin == "log" and attempt.occurred_at is not None and attempt.occurred_at.source == "now"


def kind_of(said: Said) -> str:
    """The name that a header gives to this kind of entry."""
    return _NAMES[type(said)]


def to_fields(said: Said) -> dict[str, Json]:
    """The fields of an entry, one commitment each."""
    return cast(dict[str, Json], msgspec.to_builtins(said))


def from_fields(kind: str, fields: dict[str, Json], withheld: Iterable[str] = ()) -> Said:
    """Read the fields of an entry of this `kind`; raise `ValueError` for an unknown kind, field or type.

    `withheld` are the names of the fields that are not disclosed: they too must be those of the kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of entry: {kind}")
    if not set(withheld) <= set(KINDS[kind].__struct_fields__):
        raise ValueError("an unknown field is withheld")
    said = cast(Said, msgspec.convert(fields, KINDS[kind]))
    if isinstance(said, CaseUpdated) and said.changes is not None:
        if not said.changes.keys() <= CHANGEABLE:
            raise ValueError("a field that cannot change")
        msgspec.convert(said.changes, CaseOpened)
    return said


def links(said: Said) -> Iterator[tuple[int, str | None]]:
    """The indices of the entries that `said` speaks of, each with the kind it must be of (None: any)."""
    found: list[tuple[int | None, str | None]] = []
    match said:
        case Exhibit():
            found = [(said.attempt, "attempt"), (said.step, "step")]
        case Reading():
            found = [(said.exhibit, "exhibit")]
        case OutcomeStated():
            found = [(said.attempt, "attempt"), (said.reading, "reading")]
        case Attempt() | Step():
            found = [(index, "exhibit") for index in said.reuses or ()]
        case Correction() | Redaction():
            found = [(said.target, None)]
        case Timestamp():
            # A stamp over `size` entries speaks of the last of them.
            found = [(None if said.size is None else said.size - 1, None), (said.replaces, "timestamp")]
        case _:
            pass
    return ((index, kind) for index, kind in found if index is not None)


def replace(said: _T, **changes: Any) -> _T:
    """The same entry with some fields changed; for use before it is recorded."""
    return msgspec.structs.replace(said, **changes)
