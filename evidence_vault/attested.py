"""A case's times as far as third parties bound them, each proof as it was judged when it was received.

For whoever keeps the case: `verify` judges every proof again, under the trust of whoever verifies.
"""

import datetime as dt

from evidence_vault import kinds
from evidence_vault.casefile import AttemptView, CaseFile, Entry
from evidence_vault.entries import parse_utc
from evidence_vault.timeline import Attestation, Interval, Timeline


def timeline_of(case: CaseFile) -> Timeline:
    """What bounds each entry of the case."""
    return Timeline(found for entry in case.stamps if (found := _as_received(entry)) is not None)


def entries_to_attest(case: CaseFile) -> int:
    """How many entries, from the first on, need a proof: all but a tail of stamps, certificates and exports."""
    needing = (entry.index + 1 for entry in reversed(case.entries) if entry.header.kind not in kinds.UNATTESTED_TAIL)
    return next(needing, 0)


def unattested(case: CaseFile, timeline: Timeline) -> int:
    """How many of them lie under no proof yet."""
    return max(0, entries_to_attest(case) - timeline.covered)


def interval_of(timeline: Timeline, view: AttemptView) -> Interval:
    """What third parties say of an attempt: a lower bound only where it was recorded as it was made."""
    interval = timeline.of_entry(view.entry.index)
    return interval if kinds.is_live(view.attempt) else interval.without_lower()


def _as_received(entry: Entry) -> Attestation | None:
    """The time that a proof attests, where it was judged valid when it was received."""
    match entry.said:
        case kinds.Timestamp(status="valid" | "confirmed", protocol=protocol, size=int(size), time=str(time)) as said:
            if protocol is None:
                return None
            accuracy = dt.timedelta(milliseconds=said.accuracy_ms or 0)
            try:
                stated = parse_utc(time)
                earliest, latest = stated - accuracy, stated + accuracy
            except OverflowError:  # an accuracy of ages, which stands in no token that we received
                return None
            return Attestation(
                protocol=protocol,
                source=said.authority or "",
                weight="when_received",
                size=size,
                index=entry.index,
                earliest=earliest,
                latest=latest,
            )
        case _:
            return None
