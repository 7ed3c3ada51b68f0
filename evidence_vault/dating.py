"""What third parties attest about the times of a ledger: the checks 12 and 14 to 16 of `verify`.

Fed while the entries are read, decided when all are. A time counts only if its proof is about a checkpoint of this
ledger that passed, is named by an entry, and is valid under the roots or block headers that the verifier trusts.
"""

import datetime as dt
from collections import deque
from concurrent.futures import Executor
from dataclasses import dataclass

from evidence_vault.encoding import sha256
from evidence_vault.entries import parse_utc
from evidence_vault.evidence import AttemptInterval, Evidence, Proof, Trust
from evidence_vault.findings import Findings
from evidence_vault.kinds import UNATTESTED_TAIL, Timestamp
from evidence_vault.messages import Message, say
from evidence_vault.signing.anchors import judge_anchor
from evidence_vault.signing.tokens import TokenJudgement, judge
from evidence_vault.signing.trusted_list import qualification
from evidence_vault.timeline import BLOCK_TOLERANCE, Attestation, Timeline, Weight

CLOCK_TOLERANCE = dt.timedelta(seconds=120)
"""A machine that synchronises its clock may differ a little from a third party's, or step back between two entries."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """An entry that names a proof of time."""

    index: int
    recorded_at: str
    said: Timestamp


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a proof turned out to be: a time that counts, a fault, or a reason why it does not count."""

    stamp: _Stamp
    attestation: Attestation | None = None
    fault: Message | None = None
    doubt: Message | None = None
    uncounted: Message | None = None


class Dating:
    """Gathers what bears on time while a ledger is verified."""

    def __init__(self, evidence: Evidence, trust: Trust, found: Findings) -> None:
        self._evidence = evidence
        self._trust = trust
        self._found = found
        self._stamps: list[_Stamp] = []
        self._named: set[str] = set()
        """The digests of the files that entries name."""
        self._unnamed = 0
        self._notes: dict[int, bytes] = {}
        """By size, the stamped bytes of each checkpoint that passed."""
        self._latest_at: dict[int, str] = {}
        """By size, the latest time of recording among the entries that it covers."""
        self._attempts: list[tuple[int, bool]] = []
        self._to_attest = 0
        """How many entries, from the first on, need a proof: all but a tail of stamps and exports."""

    def entry(self, index: int, kind: str) -> None:
        """An entry was read."""
        if kind not in UNATTESTED_TAIL:
            self._to_attest = index + 1

    def attempt(self, index: int, *, live: bool) -> None:
        """It is an attempt; `live` if it was recorded as it was made, as its operator says."""
        self._attempts.append((index, live))

    def stamp(self, index: int, recorded_at: str, said: Timestamp | None) -> None:
        """It names a proof of time, or does not disclose which."""
        if said is not None and said.sha256 is not None:
            self._named.add(said.sha256)
        # Without its kind a proof would be judged under neither check, however false it is.
        if said is None or said.sha256 is None or said.protocol is None:
            self._unnamed += 1
        else:
            self._stamps.append(_Stamp(index, recorded_at, said))

    def checkpoint(self, size: int, stamped: bytes, latest_recorded: str) -> None:
        """A checkpoint of this ledger agrees with the entries."""
        self._notes[size] = stamped
        self._latest_at[size] = latest_recorded

    def close(self, pool: Executor) -> tuple[tuple[Attestation, ...], tuple[AttemptInterval, ...]]:
        """Judge every proof, decide the checks, and say what bounds each attempt."""
        judged = list(pool.map(self._judge, self._stamps))
        for protocol, step in (("rfc3161", "tokens"), ("opentimestamps", "anchors")):
            self._report(step, [one for one in judged if one.stamp.said.protocol == protocol])
        self._require_names()
        attested = [one for one in judged if one.attestation is not None]
        self._compare_order(attested)
        attestations = tuple(one.attestation for one in attested if one.attestation is not None)
        timeline = Timeline(attestations)
        self._attest(timeline)
        return attestations, tuple(self._intervals(timeline))

    def _judge(self, stamp: _Stamp) -> _Judged:
        said = stamp.said
        proof = self._evidence.proofs.get(said.sha256 or "")
        data = self._notes.get(said.size or 0)
        if proof is None:
            return _Judged(
                stamp, doubt=say("The proof of time that entry {index} names is missing.", index=stamp.index)
            )
        if sha256(proof.response) != said.sha256 or (
            proof.request is not None and sha256(proof.request) != said.request
        ):
            return _Judged(
                stamp, fault=say("The proof of time that entry {index} names was altered.", index=stamp.index)
            )
        if data is None:
            return _Judged(
                stamp, doubt=say("The checkpoint that entry {index} is a stamp of is missing.", index=stamp.index)
            )
        if said.protocol == "opentimestamps":
            return self._judge_anchor(stamp, proof, data)
        return self._judge_token(stamp, proof, data)

    def _judge_token(self, stamp: _Stamp, proof: Proof, data: bytes) -> _Judged:
        if stamp.said.request is not None and proof.request is None:
            return _Judged(
                stamp, doubt=say("The request that the token of entry {index} answers is missing.", index=stamp.index)
            )
        token = judge(proof.response, data, proof.request, self._trust.roots)
        if token.state == "valid" and token.gen_time is not None:
            weight, as_of = self._weight(token)
            earliest, latest = _around(token.gen_time, token.accuracy)
            attestation = Attestation(
                protocol="rfc3161",
                source=token.authority or stamp.said.authority or "",
                weight=weight,
                size=stamp.said.size or 0,
                index=stamp.index,
                earliest=earliest,
                latest=latest,
                as_of=as_of,
            )
            return _Judged(stamp, attestation)
        return _Judged(
            stamp,
            fault=token.reason if token.state == "invalid" else None,
            uncounted=token.reason if token.state != "invalid" else None,
        )

    def _weight(self, token: TokenJudgement) -> tuple[Weight, dt.date | None]:
        if token.certificate is not None and token.gen_time is not None:
            for trusted in self._trust.trusted_lists:
                found = qualification(token.certificate, token.chain, token.gen_time, trusted)
                if found.state == "granted" and found.issued_at is not None:
                    return "listed", found.issued_at.date()
        return "shipped_root" if self._trust.roots.shipped else "given_root", None

    def _judge_anchor(self, stamp: _Stamp, proof: Proof, data: bytes) -> _Judged:
        anchor = judge_anchor(proof.response, data, self._trust.block_headers)
        if anchor.state == "confirmed" and anchor.time is not None:
            attestation = Attestation(
                protocol="opentimestamps",
                source=f"Bitcoin, {anchor.height}",
                weight="block",
                size=stamp.said.size or 0,
                index=stamp.index,
                earliest=anchor.time - BLOCK_TOLERANCE,
                latest=anchor.time + BLOCK_TOLERANCE,
            )
            return _Judged(stamp, attestation)
        return _Judged(
            stamp,
            fault=anchor.reason if anchor.state == "invalid" else None,
            uncounted=anchor.reason if anchor.state != "invalid" else None,
        )

    def _report(self, step: str, judged: list[_Judged]) -> None:
        for one in judged:
            if one.fault is not None:
                self._found.fail(step, _of(one.stamp, one.fault))
            if one.doubt is not None:
                self._found.doubt(step, one.doubt)
        replaced = {one.stamp.said.replaces for one in judged}
        uncounted = [one for one in judged if one.uncounted is not None and one.stamp.index not in replaced]
        valid = sum(one.attestation is not None for one in judged)
        if uncounted and uncounted[0].uncounted is not None:
            passed = say(
                "Proofs that count: {valid}; that do not: {others}, for instance that of entry {index}. {reason}",
                valid=valid,
                others=len(uncounted),
                index=uncounted[0].stamp.index,
                reason=uncounted[0].uncounted,
            )
        else:
            passed = say("Proofs that count: {valid}.", valid=valid)
        self._found.passed(step, passed)

    def _require_names(self) -> None:
        """A proof that no entry names was put there later, by anybody: it is no part of this ledger."""
        for digest in self._evidence.proofs:
            if digest not in self._named:
                self._found.fail("tokens", say("A file is enclosed that no entry names: {digest}.", digest=digest))
        if self._unnamed:
            self._found.doubt("tokens", say("Stamps that are withheld: {count}.", count=self._unnamed))

    def _compare_order(self, judged: list[_Judged]) -> None:
        """What third parties attest must agree with itself; where it contradicts the machine's clock, that is said."""
        tokens = deque(sorted((one for one in judged if one.stamp.said.protocol == "rfc3161"), key=_index))
        newest: Attestation | None = None
        for one in sorted(judged, key=_size):
            while tokens and _index(tokens[0]) < _size(one):
                named = tokens.popleft().attestation
                if named is not None and (newest is None or named.earliest > newest.earliest):
                    newest = named
            if one.attestation is not None:
                self._compare_one(one.stamp, one.attestation, newest)
        if judged:
            passed = say("What third parties attest agrees with itself and with the clock.")
        else:
            passed = say("No third party attests a time: there is nothing to compare.")
        self._found.passed("order", passed)

    def _compare_one(self, stamp: _Stamp, attested: Attestation, newest: Attestation | None) -> None:
        if newest is not None and attested.latest < newest.earliest:
            self._found.fail(
                "order",
                say(
                    "The proof of entry {index} is older than the one of entry {other}, which it covers.",
                    index=stamp.index,
                    other=newest.index,
                ),
            )
        received = self._trust.received_on
        if received is not None and attested.earliest > received:
            self._found.fail(
                "order", say("The proof of entry {index} is later than the evidence was received.", index=stamp.index)
            )
        covered = parse_utc(self._latest_at[attested.size])
        if covered - attested.latest > CLOCK_TOLERANCE:
            self._found.doubt(
                "order",
                say(
                    "The clock was ahead: entries were recorded {seconds} s after the third party attested them "
                    "(entry {index}).",
                    index=stamp.index,
                    seconds=int((covered - attested.latest).total_seconds()),
                ),
            )
        recorded = parse_utc(stamp.recorded_at)
        if attested.protocol == "rfc3161" and attested.earliest - recorded > CLOCK_TOLERANCE:
            self._found.doubt(
                "order",
                say(
                    "The clock was behind: entry {index} was recorded {seconds} s before the time that it names.",
                    index=stamp.index,
                    seconds=int((attested.earliest - recorded).total_seconds()),
                ),
            )

    def _attest(self, timeline: Timeline) -> None:
        missing = self._to_attest - timeline.covered
        if timeline.covered == 0:
            self._found.doubt("attestation", say("Not yet attested: no proof that counts here covers any entry."))
        elif missing > 0:
            self._found.doubt(
                "attestation", say("Not yet attested: the last {count} entries are under no proof.", count=missing)
            )
        self._found.passed(
            "attestation",
            say(
                "Third parties attest a latest time for entries 0 to {last}; what comes after only names a proof, a "
                "certificate or an export.",
                last=timeline.covered - 1,
            ),
        )

    def _intervals(self, timeline: Timeline) -> list[AttemptInterval]:
        found = []
        for index, live in self._attempts:
            interval = timeline.of_entry(index)
            found.append(AttemptInterval(index, interval if live else interval.without_lower()))
        return found


def _around(moment: dt.datetime, accuracy: dt.timedelta) -> tuple[dt.datetime, dt.datetime]:
    """The moments between which it lies; an authority may state one at the very end of the calendar."""
    first, last = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
    return max(moment, first + accuracy) - accuracy, min(moment, last - accuracy) + accuracy


def _index(judged: _Judged) -> int:
    return judged.stamp.index


def _size(judged: _Judged) -> int:
    return judged.stamp.said.size or 0


def _of(stamp: _Stamp, reason: Message) -> Message:
    return say("The proof of entry {index} is refused. {reason}", index=stamp.index, reason=reason)
