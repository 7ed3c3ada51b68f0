"""The interval of an entry: what tokens bound, from below and from above, compared with the definition itself."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.timeline import UNBOUNDED, Attestation, Interval, Timeline
from evidence_vault.words import Protocol

START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


def attestation(size: int, index: int, minute: int, *, seconds: int = 0, protocol: Protocol = "rfc3161") -> Attestation:
    stated, accuracy = START + dt.timedelta(minutes=minute), dt.timedelta(seconds=seconds)
    return Attestation(protocol, "T", "given_root", size, index, stated - accuracy, stated + accuracy)


attestations = st.builds(
    lambda size, after, minute, seconds, protocol: attestation(
        size, size + after, minute, seconds=seconds, protocol=protocol
    ),
    st.integers(1, 12),
    st.integers(0, 4),
    st.integers(0, 600),
    st.integers(0, 90),
    st.sampled_from(("rfc3161", "opentimestamps")),
)


@given(st.lists(attestations, max_size=8), st.integers(0, 20))
def test_bounds_are_those_of_the_definition(found: list[Attestation], index: int) -> None:
    """Not before: the newest token named at or before the entry; not after: the oldest attestation that covers it."""
    interval = Timeline(found).of_entry(index)

    lower = [one.earliest for one in found if one.protocol == "rfc3161" and one.index <= index]
    upper = [one.latest for one in found if one.size > index]
    assert (interval.not_before and interval.not_before.earliest) == max(lower, default=None)
    assert (interval.not_after and interval.not_after.latest) == min(upper, default=None)


def test_no_attestation_bounds_nothing() -> None:
    """Without third parties there is no interval, and nothing is covered."""
    assert Timeline([]).of_entry(0) == UNBOUNDED
    assert Timeline([]).covered == 0


def test_one_token_over_three_entries_bounds_none_of_them_from_below() -> None:
    """Only what names a token is younger than it: entries under the token existed before it."""
    token = attestation(size=3, index=3, minute=10)
    timeline = Timeline([token])

    assert [timeline.of_entry(index) for index in range(5)] == [
        Interval(None, token),
        Interval(None, token),
        Interval(None, token),
        Interval(token, None),
        Interval(token, None),
    ]
    assert timeline.covered == 3


def test_accuracy_widens_the_interval() -> None:
    """The accuracy that an authority states is taken off below and added above."""
    first, second = attestation(1, 1, 0, seconds=30), attestation(3, 3, 10, seconds=30)
    interval = Timeline([first, second]).of_entry(2)

    assert interval.not_before is first
    assert interval.not_after is second
    assert first.earliest == START - dt.timedelta(seconds=30)
    assert second.latest == START + dt.timedelta(minutes=10, seconds=30)


def test_a_block_is_no_lower_bound() -> None:
    """A proof is named while it is pending, before its block: the block says nothing of what names it."""
    block = attestation(1, 1, 0, protocol="opentimestamps")

    assert Timeline([block]).of_entry(1) == UNBOUNDED
    assert Timeline([block]).of_entry(0) == Interval(None, block)


def test_what_was_not_recorded_as_it_was_made_has_no_lower_bound() -> None:
    """An imported screenshot may be older than every token."""
    first, second = attestation(1, 1, 0), attestation(3, 3, 10)

    assert Timeline([first, second]).of_entry(2).without_lower() == Interval(None, second)
