"""The one place where a declared time is taken, in one fixed order, each with its source and the zone assumed.

The order: what the person states, then the time that the picture claims (EXIF, PNG), then the date in the file's
name, then the clock read on the screen. The date at which a file was last written is never used: copying changes
it. Sources that contradict each other are told (`disagreements`), never merged.

A local time that occurs twice, on the night when clocks go back, is refused from a person, who can add an offset.
From a file nobody can be asked: the first of the two (summer time) is taken and `disagreements` says so; a local
time that does not exist is read with the offset before the change, and said too. A date without a time stands at
noon, so that no zone moves it to another day; its precision says that this noon means nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from evidence_vault.capture import dates
from evidence_vault.capture.dates import Stamp
from evidence_vault.entries import parse_utc, utc_text
from evidence_vault.errors import InvalidValueError
from evidence_vault.messages import Message, say
from evidence_vault.values import DeclaredTime, Indication
from evidence_vault.words import TimeSource

TOLERANCE = dt.timedelta(minutes=5)
"""What two clocks may differ by before it is worth saying, and what ours may be late by."""

OLDEST = dt.date(2000, 1, 1)
_AHEAD = dt.timedelta(days=1)
_NOON = dt.time(12)
_LONGEST = 200

_IN_PICTURE = say("The picture itself states {found}; the time retained is {retained}. Both are kept.")
_CONTRADICTIONS: dict[TimeSource, Message] = {
    "exif": _IN_PICTURE,
    "png": _IN_PICTURE,
    "file_name": say("The name of the file states {found}; the time retained is {retained}. Both are kept."),
    "screen_clock": say("The clock on the screen shows {found}; the time retained is {retained}. Both are kept."),
}

_Fault: TypeAlias = Literal["none", "twice", "gap"]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A time that a file or a screen states, and what is wrong with it as a local time."""

    time: DeclaredTime
    fault: _Fault


def from_now(now: dt.datetime, zone: ZoneInfo) -> DeclaredTime:
    """The time of an attempt that is recorded as it is made, read on our own clock."""
    return DeclaredTime(
        text=now.astimezone(zone).isoformat(timespec="seconds"),
        instant=utc_text(now),
        zone=str(zone),
        source="now",
        precision="second",
    )


def from_flag(text: str, zone: ZoneInfo, now: dt.datetime) -> DeclaredTime:
    """The time that a person states, such as `2026-09-07T08:12`, `07/09/2026 à 8h12` or a date alone.

    Without an offset (`+02:00`, `Z`) it is a local time of `zone`. Raises `InvalidValueError` for what is no date,
    for a time in the future or before 2000, and for a local time that does not exist or occurs twice.
    """
    stamp = dates.typed(text)
    if stamp is None:
        raise InvalidValueError(
            "This is not a date and time: {text}. Nothing was recorded. Write it as 2026-09-07T08:12, "
            "or 07/09/2026 08:12, or the date alone.",
            text=text[:60],
        )
    claim = _claim(stamp, text, "flag", zone)
    if claim.fault == "gap":
        raise InvalidValueError(
            "{text} does not exist in {zone}: that night the clocks went forward over it. Nothing was recorded. "
            "Check the time, or add its offset, such as {first}.",
            text=text,
            zone=str(zone),
            first=_offsets(stamp, zone)["first"],
        )
    if claim.fault == "twice":
        raise InvalidValueError(
            "{text} occurred twice in {zone}: that night the clocks went back. Nothing was recorded. "
            "Add the offset to say which: {first} for the first, {second} for the second.",
            text=text,
            zone=str(zone),
            **_offsets(stamp, zone),
        )
    if _is_after(claim.time, now, zone):
        raise InvalidValueError(
            "{text} is in the future. Nothing was recorded. Check the date, and the clock of this computer.", text=text
        )
    if stamp.date < OLDEST:
        raise InvalidValueError("{text} is before the year 2000. Nothing was recorded. Check the date.", text=text)
    return claim.time


def from_indications(indications: Iterable[Indication], zone: ZoneInfo) -> DeclaredTime | None:
    """The first of the times that a picture claims for itself which can be read; None where there is none."""
    return _first(_of_indications(indications, zone))


def from_file_name(name: str, zone: ZoneInfo) -> DeclaredTime | None:
    """The time in the name that a phone, a computer or a messaging app gave to a screenshot; None where none is."""
    return _first(_of_file_name(name, zone))


def from_screen_clock(text: str | None, zone: ZoneInfo) -> DeclaredTime | None:
    """The time displayed in the picture, where a whole date and a time were read; a bare `08:12` gives None."""
    return _first(_of_screen_clock(text, zone))


def propose(
    flag: str | None,
    indications: Iterable[Indication],
    name: str,
    screen_clock: str | None,
    zone: ZoneInfo,
    now: dt.datetime,
) -> DeclaredTime | None:
    """The declared time of an attempt, from the first source of the order that has one; None where none has.

    `flag` is refused as in `from_flag`. Times of files and screens before 2000 or later than tomorrow are passed
    over. Whether a person confirmed the proposal is for the caller to say.
    """
    if flag is not None:
        return from_flag(flag, zone, now)
    for claim in _claims(indications, name, screen_clock, zone):
        if _is_plausible(claim.time, now, zone):
            return claim.time
    return None


def disagreements(
    declared: DeclaredTime | None,
    indications: Iterable[Indication],
    name: str,
    screen_clock: str | None,
    zone: ZoneInfo,
    now: dt.datetime,
) -> tuple[Message, ...]:
    """What a reader must know about the sources of a time: those that contradict it, were passed over, or are unsure.

    Times are compared to `TOLERANCE`; days where one of the two is only a day. The sentences give local times of
    `zone`. An empty answer does not prove the time: every source may be set by whoever made the file.
    """
    found: list[Message] = []
    for claim in _claims(indications, name, screen_clock, zone):
        message = _remark(claim, declared, zone, now)
        if message is not None and message not in found:
            found.append(message)
    if declared is None or declared.precision == "day" or from_screen_clock(screen_clock, zone) is not None:
        return tuple(found)
    clock = dates.clock_in_text(screen_clock or "")
    if clock is not None and _clock_differs(clock, _local(declared, zone)):
        found.append(_contradiction("screen_clock", f"{clock:%H:%M}", _local_text(declared, zone)))
    return tuple(found)


def lies_before(one: DeclaredTime, other: DeclaredTime, zone: ZoneInfo) -> bool:
    """Whether `one` is surely before `other`, as far as the coarser of the two tells: a day says nothing of hours."""
    if "day" in {one.precision, other.precision}:
        return _local(one, zone).date() < _local(other, zone).date()
    first, second = parse_utc(one.instant), parse_utc(other.instant)
    if "minute" in {one.precision, other.precision}:
        first, second = first.replace(second=0), second.replace(second=0)
    return first < second


def parse_date(text: str, what: str) -> dt.date:
    """A day that a person states for `what`, such as a birth or an expiry: `1990-04-12`, `12/04/1990`, `12 avril 1990`.

    Raises `InvalidValueError` for anything else, a time of day included.
    """
    stamp = dates.typed(text)
    if stamp is None or stamp.time is not None:
        raise InvalidValueError(
            "{what} is not a date: {text}. Nothing was recorded. Write it as 1990-04-12 or 12/04/1990.",
            what=what,
            text=text[:60],
        )
    return stamp.date


def _claims(indications: Iterable[Indication], name: str, screen_clock: str | None, zone: ZoneInfo) -> Iterator[_Claim]:
    """Everything but the person's word, in the order in which it is believed."""
    yield from _of_indications(indications, zone)
    yield from _of_file_name(name, zone)
    yield from _of_screen_clock(screen_clock, zone)


def _of_indications(indications: Iterable[Indication], zone: ZoneInfo) -> Iterator[_Claim]:
    # `exif` before `png`; within each, as the file gives them.
    for indication in sorted(indications, key=lambda item: item.source):
        if (stamp := dates.in_text(indication.text)) is not None:
            yield _claim(stamp, indication.text, indication.source, zone)


def _of_file_name(name: str, zone: ZoneInfo) -> Iterator[_Claim]:
    if (stamp := dates.in_file_name(name)) is not None:
        yield _claim(stamp, name, "file_name", zone)


def _of_screen_clock(text: str | None, zone: ZoneInfo) -> Iterator[_Claim]:
    if text and (stamp := dates.in_text(text)) is not None:
        yield _claim(stamp, text, "screen_clock", zone)


def _first(claims: Iterator[_Claim]) -> DeclaredTime | None:
    return next((claim.time for claim in claims), None)


def _claim(stamp: Stamp, text: str, source: TimeSource, zone: ZoneInfo) -> _Claim:
    naive = dt.datetime.combine(stamp.date, stamp.time or _NOON)
    moment = naive.replace(tzinfo=stamp.offset or zone)
    return _Claim(
        DeclaredTime(
            text=text[:_LONGEST],
            instant=utc_text(moment),
            zone=str(zone),
            source=source,
            precision=stamp.precision,
            confirmed_by="flag" if source == "flag" else "none",
        ),
        "none" if stamp.offset or stamp.time is None else _fault(naive, zone),
    )


def _fault(naive: dt.datetime, zone: ZoneInfo) -> _Fault:
    """Whether the clocks of `zone` show `naive` once, twice or never (PEP 495)."""
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return "none"
    exists = first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == naive
    return "twice" if exists else "gap"


def _offsets(stamp: Stamp, zone: ZoneInfo) -> dict[str, str]:
    """The offsets before and after the change of clocks, as a person types them."""
    naive = dt.datetime.combine(stamp.date, stamp.time or _NOON)
    first, second = (naive.replace(tzinfo=zone, fold=fold).isoformat()[-6:] for fold in (0, 1))
    return {"first": first, "second": second}


def _local(time: DeclaredTime, zone: ZoneInfo) -> dt.datetime:
    return parse_utc(time.instant).astimezone(zone)


def _local_text(time: DeclaredTime, zone: ZoneInfo) -> str:
    return _local(time, zone).strftime("%Y-%m-%d" if time.precision == "day" else "%Y-%m-%d %H:%M")


def _is_after(time: DeclaredTime, now: dt.datetime, zone: ZoneInfo) -> bool:
    if time.precision == "day":
        return _local(time, zone).date() > now.astimezone(zone).date()
    return parse_utc(time.instant) > now + TOLERANCE


def _is_plausible(time: DeclaredTime, now: dt.datetime, zone: ZoneInfo) -> bool:
    return _local(time, zone).date() >= OLDEST and parse_utc(time.instant) <= now + _AHEAD


def _differ(one: DeclaredTime, other: DeclaredTime, zone: ZoneInfo) -> bool:
    if "day" in {one.precision, other.precision}:
        return _local(one, zone).date() != _local(other, zone).date()
    return abs(parse_utc(one.instant) - parse_utc(other.instant)) > TOLERANCE


def _clock_differs(clock: dt.time, local: dt.datetime) -> bool:
    shown = dt.timedelta(hours=clock.hour, minutes=clock.minute)
    retained = dt.timedelta(hours=local.hour, minutes=local.minute)
    apart = abs(shown - retained)
    return min(apart, dt.timedelta(days=1) - apart) > TOLERANCE


def _remark(claim: _Claim, declared: DeclaredTime | None, zone: ZoneInfo, now: dt.datetime) -> Message | None:
    if not _is_plausible(claim.time, now, zone):
        return say("A time given by the file was passed over, for it is not possible: {text}.", text=claim.time.text)
    if declared is None:
        return None
    if _differ(claim.time, declared, zone):
        return _contradiction(claim.time.source, _local_text(claim.time, zone), _local_text(declared, zone))
    if claim.fault != "none" and claim.time.source == declared.source:
        return _unsure(claim)
    return None


def _contradiction(source: TimeSource, found: str, retained: str) -> Message:
    return Message(_CONTRADICTIONS[source].text, {"found": found, "retained": retained})


def _unsure(claim: _Claim) -> Message:
    if claim.fault == "twice":
        return say(
            "{text} occurred twice in {zone}, the night the clocks went back; the first is retained. "
            "State the time with its offset if it was the second.",
            text=claim.time.text,
            zone=claim.time.zone,
        )
    return say(
        "{text} does not exist in {zone}: the clocks went forward over it. The clock that gave it may be wrong.",
        text=claim.time.text,
        zone=claim.time.zone,
    )
