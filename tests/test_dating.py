"""What third parties attest (checks 12 and 14 to 16), with real tokens: one cause each for passed, failed, left open.

Whoever holds the key of the ledger is the adversary: they can sign any entry, name any file, and withhold what they
like. They hold no key of the authority.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import calendar_server as calendar
import pytest
import tsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from helpers import OPENED, verdicts
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_vault import kinds, merkle, values
from evidence_vault.encoding import sha256
from evidence_vault.entries import GENESIS, Header, SignedEntry, chain_digest, parse_body, seal, utc_text
from evidence_vault.evidence import Evidence, Proof, Report, Trust
from evidence_vault.kinds import Said
from evidence_vault.signing import tokens
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, origin_of, write_note
from evidence_vault.signing.public import key_id
from evidence_vault.signing.tokens import Roots
from evidence_vault.timeline import Interval
from evidence_vault.verify import verify

CASE = "00112233445566778899aabbccddeeff"
KEY = Signer.generate()
BEGAN = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
"""Minute 0 of every story."""
AUTHORITY = tsa.Authority.create("p256")
OTHER = tsa.Authority.create("p256", name="Autre horloge", intermediate=True)
NOW = values.DeclaredTime(
    text="2026-03-02T09:00", instant="2026-03-02T08:00:00.000Z", zone="Europe/Paris", source="now"
)
LIVE = kinds.Attempt(origin="log", occurred_at=NOW)
DECLARED = kinds.Attempt(origin="log", occurred_at=kinds.replace(NOW, source="flag"))
IMPORTED = kinds.Attempt(origin="import", occurred_at=kinds.replace(NOW, source="exif"))
OPENING = kinds.replace(OPENED, public_key=KEY.public_key.hex())


def minute(number: float) -> dt.datetime:
    return BEGAN + dt.timedelta(minutes=number)


@dataclass
class Story:
    """A ledger told entry by entry, each at a minute of its own, and the proofs of time that it names."""

    entries: list[SignedEntry] = field(default_factory=list)
    notes: dict[int, bytes] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    headers: dict[int, bytes] = field(default_factory=dict)
    """What a verifier's own node would give."""

    def entry(self, said: Said, at: float) -> int:
        """Add an entry, recorded at a minute; return its index."""
        body = seal(kinds.to_fields(said))
        header = Header(
            body=body.digest(),
            case=CASE,
            index=len(self.entries),
            key=key_id(KEY.public_key),
            kind=kinds.kind_of(said),
            previous=chain_digest(self.entries[-1].header) if self.entries else GENESIS,
            recorded_at=utc_text(minute(at)),
        ).encode()
        self.entries.append(SignedEntry(header, KEY.sign(header), body.encode()))
        return len(self.entries) - 1

    def note(self) -> bytes:
        """The checkpoint over everything so far: the bytes that are stamped."""
        root = merkle.root(merkle.leaf_hash(entry.header) for entry in self.entries)
        head = Checkpoint(origin_of(CASE), len(self.entries), root)
        self.notes[head.size] = write_note(head, KEY.public_key, KEY.sign(head.text()))
        return self.notes[head.size]

    def name(self, response: bytes, request: bytes | None, at: float, **changes: object) -> int:
        """Keep a proof of the newest checkpoint and the entry that names it."""
        size = max(self.notes)
        said = kinds.Timestamp(
            size=size,
            protocol="rfc3161",
            authority="tsa.example",
            status="valid",
            sha256=sha256(response),
            request=sha256(request) if request is not None else None,
        )
        self.proofs[sha256(response)] = Proof(response, request)
        return self.entry(kinds.replace(said, **changes), at)

    def token(
        self,
        at: float,
        *,
        recorded: float | None = None,
        authority: tsa.Authority = AUTHORITY,
        seconds: int = 1,
        data: bytes | None = None,
        **how: object,
    ) -> int:
        """Have everything so far stamped at a minute, the token as accurate as some seconds; return its entry."""
        note = self.note()
        request = tokens.make_request(note if data is None else data)
        response = authority.stamp(b"", request, gen_time=minute(at), accuracy=(seconds, 0, 0), **how)
        return self.name(response, request, at if recorded is None else recorded)

    def anchor(self, rest: bytes, at: float, **changes: object) -> int:
        """Keep an OpenTimestamps proof about everything so far that ends in `rest`."""
        proof = calendar.proof(self.note(), rest)
        return self.name(proof, None, at, **{"protocol": "opentimestamps", "status": "pending", **changes})

    def block(self, height: int, at: float, data: bytes | None = None) -> None:
        """Mine a block over everything so far, or over `data`."""
        root = hashlib.sha256(self.note() if data is None else data).digest()
        self.headers[height] = calendar.header(root, int(minute(at).timestamp()))

    def withhold(self, index: int, *names: str) -> None:
        body = parse_body(self.entries[index].body or b"").without(names) if names else None
        self.entries[index] = replace(self.entries[index], body=body and body.encode())

    def evidence(self) -> Evidence:
        return Evidence(
            entries=list(self.entries),
            checkpoints=tuple(self.notes.values()),
            keys=(KEY.public_key,),
            exhibits={},
            proofs=dict(self.proofs),
        )

    def verified(self, *, roots: Roots = AUTHORITY.roots, headers: bool = True, **trust: object) -> Report:
        """Close the ledger with a checkpoint and verify it under a key, roots and headers."""
        self.note()
        given = Trust(KEY.public_key, roots=roots, block_headers=self.headers if headers else {}, **trust)  # type: ignore[arg-type]
        return verify(self.evidence(), given)


def story(*attempts: kinds.Attempt) -> Story:
    """A case opened at minute 0, and attempts at the minutes after."""
    told = Story()
    told.entry(OPENING, 0)
    for number, attempt in enumerate(attempts, start=1):
        told.entry(attempt, number)
    return told


def detail(report: Report, number: int) -> str:
    (found,) = (check for check in report.checks if check.number == number)
    return str(found.detail)


def findings(report: Report, number: int) -> int:
    (found,) = (check for check in report.checks if check.number == number)
    return found.findings


def interval(report: Report, index: int) -> Interval:
    (found,) = (each.interval for each in report.intervals if each.index == index)
    return found


def bounds(report: Report, index: int) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The moments between which an attempt was recorded."""
    found = interval(report, index)
    return (
        found.not_before.earliest if found.not_before else None,
        found.not_after.latest if found.not_after else None,
    )


class TestGood:
    def test_everything_under_one_token(self) -> None:
        """With the signer's key and the authority's root, evidence that was stamped passes in everything."""
        told = story(LIVE)
        index = told.token(5)
        report = told.verified()

        assert verdicts(report) == (set(), set())
        assert report.verdict == "passed"
        (attested,) = report.attestations
        assert (attested.size, attested.index, attested.weight) == (2, index, "given_root")
        assert attested.source == "Horodatage, Horloge d’essai, FR"
        assert "could have made it again" in " ".join(map(str, report.notes))

    @pytest.mark.parametrize("kind", ["rsa", "p384"])
    def test_kinds_of_keys(self, kind: str) -> None:
        """RSA and P-384 authorities count, with or without a certificate between."""
        authority = tsa.Authority.create(kind, intermediate=kind == "p384")
        told = story(LIVE)
        told.token(5, authority=authority)

        assert verdicts(told.verified(roots=authority.roots)) == (set(), set())

    @pytest.mark.parametrize("count", [0, 1, 5])
    def test_not_stamped(self, count: int) -> None:
        """Without a token nothing is dated, whatever is recorded; nothing fails."""
        report = story(*[LIVE] * count).verified()

        assert verdicts(report) == (set(), {12})
        assert report.attestations == ()
        assert all(found.interval == Interval() for found in report.intervals)
        assert "could have made the whole ledger again" in " ".join(map(str, report.notes))

    def test_without_roots(self) -> None:
        """Without a root no token counts: it is said, and nothing fails."""
        told = story(LIVE)
        told.token(5)
        report = told.verified(roots=Roots(()))

        assert verdicts(report) == (set(), {12})
        assert bounds(report, 1) == (None, None)
        assert "that do not: 1" in detail(report, 14)

    def test_roots_of_somebody_else(self) -> None:
        """The root that a token encloses is no root: who verifies says whom to believe."""
        told = story(LIVE)
        told.token(5, certificates=[AUTHORITY.signer, AUTHORITY.root])
        report = told.verified(roots=OTHER.roots)

        assert verdicts(report) == (set(), {12})
        assert report.attestations == ()

    def test_roots_that_ship(self) -> None:
        """A root that came with the program counts, and the report says that it is trusted because shipped."""
        told = story(LIVE)
        told.token(5)
        report = told.verified(roots=replace(AUTHORITY.roots, shipped=True))

        assert verdicts(report) == (set(), set())
        assert report.attestations[0].weight == "shipped_root"

    def test_roots_listed(self) -> None:
        """An authority on the trusted list given says so, with the date of the list; another list changes nothing."""
        told = story(LIVE)
        told.token(5)
        listed = told.verified(trusted_lists=(trusted_list(OTHER), trusted_list(AUTHORITY)))
        unlisted = told.verified(trusted_lists=(trusted_list(OTHER),))

        assert (listed.attestations[0].weight, listed.attestations[0].as_of) == ("listed", dt.date(2026, 2, 1))
        assert (unlisted.attestations[0].weight, unlisted.attestations[0].as_of) == ("given_root", None)
        assert verdicts(listed) == verdicts(unlisted) == (set(), set())

    def test_a_list_is_no_root(self) -> None:
        """Standing on a list is not enough: the chain must end in a root that was given."""
        told = story(LIVE)
        told.token(5)

        assert verdicts(told.verified(roots=OTHER.roots, trusted_lists=(trusted_list(AUTHORITY),))) == (set(), {12})

    def test_two_authorities_one_unknown(self) -> None:
        """One authority that is believed is enough; the other is counted apart."""
        told = story(LIVE)
        told.token(5, authority=OTHER)
        told.token(6)
        report = told.verified()

        assert verdicts(report) == (set(), set())
        assert [found.index for found in report.attestations] == [3]
        assert "Proofs that count: 1; that do not: 1, for instance that of entry 2" in detail(report, 14)

    def test_two_authorities_of_one_checkpoint(self) -> None:
        """The earlier of two tokens over the same checkpoint is the bound."""
        told = story(LIVE)
        told.token(7, authority=OTHER)
        told.notes.pop(3, None)
        request = tokens.make_request(told.notes[2])
        response = AUTHORITY.stamp(b"", request, gen_time=minute(6), accuracy=(1, 0, 0))
        told.name(response, request, 7, size=2)
        report = told.verified(roots=Roots((*AUTHORITY.roots.certificates, *OTHER.roots.certificates)))

        assert verdicts(report) == (set(), set())
        assert bounds(report, 1) == (None, minute(6) + dt.timedelta(seconds=1))


TAILS: dict[str, Said] = {
    "export": kinds.ExportMade(export="dossier", size=2),
    "certificate": kinds.Certificate(use="document", origin="self_issued"),
    "timestamp": kinds.Timestamp(size=2, protocol="rfc3161", sha256="0" * 64),
}


class TestAttestation:
    """Check 12."""

    @pytest.mark.parametrize("tail", [name for name in TAILS if name != "timestamp"])
    def test_tail_that_needs_no_proof(self, tail: str) -> None:
        """A stamp calls for no stamp: stamps, exports and certificates at the end are left out."""
        told = story(LIVE)
        told.token(5)
        told.entry(TAILS[tail], 6)
        told.token(7, authority=OTHER)

        assert verdicts(told.verified()) == (set(), set())

    @pytest.mark.parametrize("said", [LIVE, IMPORTED, kinds.Step(step="email"), kinds.Correction(target=1)])
    def test_tail_that_needs_one(self, said: Said) -> None:
        """Anything else after the newest token leaves the answer open, and says how many entries."""
        told = story(LIVE)
        told.token(5)
        told.entry(said, 6)
        report = told.verified()

        assert verdicts(report) == (set(), {12})
        assert "the last 2 entries" in detail(report, 12)

    def test_one_entry_that_came_while_the_authority_thought(self) -> None:
        """What was recorded between the checkpoint and its stamp waits, be it a single entry."""
        told = story(LIVE)
        note, size = told.note(), len(told.entries)
        request = tokens.make_request(note)
        told.entry(LIVE, 5)
        told.note()
        told.name(AUTHORITY.stamp(b"", request, gen_time=minute(5)), request, 5, size=size)
        report = told.verified()

        assert verdicts(report) == (set(), {12})
        assert "the last 1 entries" in detail(report, 12)

    def test_an_export_in_between_needs_one(self) -> None:
        """Only a tail is left out: what stands before another entry lies under its proof."""
        told = story(LIVE)
        told.token(5)
        told.entry(TAILS["export"], 6)
        told.entry(LIVE, 7)
        assert "the last 3 entries" in detail(told.verified(), 12)
        told.token(8)
        assert verdicts(told.verified()) == (set(), set())

    def test_a_bad_proof_covers_nothing(self) -> None:
        """An invalid token neither attests nor hides that nothing is attested."""
        told = story(LIVE)
        told.token(5, key=tsa.private_key("p256", "nobody"))

        assert verdicts(told.verified()) == ({14}, {12})

    def test_a_checkpoint_of_the_verifier(self) -> None:
        """A note that only the verifier kept serves as well as one enclosed."""
        told = story(LIVE)
        told.token(5)
        kept = told.notes.pop(2)

        assert verdicts(told.verified()) == (set(), {12, 14})
        assert verdicts(told.verified(checkpoints=(kept,))) == (set(), set())

    def test_cosignatures_change_nothing(self) -> None:
        """A witness that adds its line to a note leaves the stamped bytes as they are."""
        told = story(LIVE)
        told.token(5)
        told.notes[2] += "— witness.example AAAAAWZvbw==\n".encode()

        assert verdicts(told.verified()) == (set(), set())


class TestIntervals:
    def test_one_token_over_many(self) -> None:
        """A token over five entries bounds each from above and none from below."""
        told = story(*[LIVE] * 5)
        told.token(9)
        report = told.verified()

        assert [bounds(report, index) for index in range(1, 6)] == [(None, minute(9) + dt.timedelta(seconds=1))] * 5

    def test_between_two_tokens(self) -> None:
        """What was recorded as it was made lies after the token before it and before the token over it."""
        told = story(LIVE)
        told.token(5)
        second = told.entry(LIVE, 6)
        told.token(8, seconds=30)
        report = told.verified()

        half = dt.timedelta(seconds=30)
        assert bounds(report, second) == (minute(5) - dt.timedelta(seconds=1), minute(8) + half)
        found = interval(report, second)
        assert found.not_before is not None
        assert found.not_after is not None
        assert (found.not_before.index, found.not_after.index) == (2, 4)

    @pytest.mark.parametrize(
        "attempt",
        [IMPORTED, DECLARED, kinds.Attempt(origin="log"), kinds.Attempt(), kinds.Attempt(occurred_at=NOW)],
        ids=["imported", "declared", "undated", "nothing said", "no origin"],
    )
    def test_not_observed(self, attempt: kinds.Attempt) -> None:
        """What was not recorded as it was made has no lower bound: it may be older than every token."""
        told = story(LIVE)
        told.token(5)
        second = told.entry(attempt, 6)
        told.token(8)
        report = told.verified()

        assert bounds(report, second) == (None, minute(8) + dt.timedelta(seconds=1))

    @pytest.mark.parametrize("names", [(), ("origin",), ("occurred_at",)])
    def test_withheld(self, names: tuple[str, ...]) -> None:
        """An attempt that does not disclose that it was recorded as it was made has no lower bound."""
        told = story(LIVE)
        told.token(5)
        second = told.entry(LIVE, 6)
        told.token(8)
        told.withhold(second, *names)

        assert bounds(told.verified(), second) == (None, minute(8) + dt.timedelta(seconds=1))

    def test_between_stamps_of_others(self) -> None:
        """Tokens that do not count bound nothing, on either side."""
        told = story(LIVE)
        told.token(5, authority=OTHER)
        second = told.entry(LIVE, 6)
        told.token(8, key=tsa.private_key("p256", "nobody"))

        assert bounds(told.verified(), second) == (None, None)

    def test_a_later_token_never_narrows_from_above(self) -> None:
        """Stamping again later leaves the first bound."""
        told = story(LIVE)
        told.token(5)
        told.token(500)

        assert bounds(told.verified(), 1) == (None, minute(5) + dt.timedelta(seconds=1))

    def test_named_late(self) -> None:
        """A token counts as a lower bound from the entry that names it on, not from the checkpoint it stamps."""
        told = story(LIVE)
        note, size = told.note(), len(told.entries)
        request = tokens.make_request(note)
        second = told.entry(LIVE, 6)
        told.note()
        response = AUTHORITY.stamp(b"", request, gen_time=minute(5), accuracy=(1, 0, 0))
        told.name(response, request, 7, size=size)
        third = told.entry(LIVE, 8)
        told.token(9)
        report = told.verified()

        assert bounds(report, second)[0] is None
        assert bounds(report, third)[0] == minute(5) - dt.timedelta(seconds=1)

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("LIT"), st.integers(0, 90)), max_size=9))
    def test_definition(self, acts: list[tuple[str, int]]) -> None:
        """Whatever is recorded and stamped in whatever order, bounds are those of the definition in the contract."""
        told = story()
        stamped: list[tuple[int, int, dt.datetime, dt.timedelta]] = []
        attempts: list[tuple[int, bool]] = []
        for number, (act, seconds) in enumerate(acts, start=1):
            if act == "T":
                size = len(told.entries)
                stamped.append(
                    (told.token(number, seconds=seconds), size, minute(number), dt.timedelta(seconds=seconds))
                )
            else:
                attempts.append((told.entry(LIVE if act == "L" else IMPORTED, number), act == "L"))
        report = told.verified()

        assert report.verdict == ("passed" if stamped and acts[-1][0] == "T" else "indeterminate")
        for index, live in attempts:
            lower = [moment - about for named, _, moment, about in stamped if named <= index and live]
            upper = [moment + about for _, size, moment, about in stamped if size > index]
            assert bounds(report, index) == (max(lower, default=None), min(upper, default=None))


# --- check 14: one cause each ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cause:
    make: Callable[[Story], None]
    failed: frozenset[int]
    open: frozenset[int]
    counts: int


CAUSES: dict[str, Cause] = {}


def leads_to(
    *failed: int, indeterminate: tuple[int, ...] = (), counts: int = 0
) -> Callable[[Callable[[Story], None]], Callable[[Story], None]]:
    """Enter a story in the table: the checks that it fails, those it leaves open, and how many proofs count."""

    def enter(make: Callable[[Story], None]) -> Callable[[Story], None]:
        CAUSES[make.__name__.replace("_", " ")] = Cause(make, frozenset(failed), frozenset(indeterminate), counts)
        return make

    return enter


def swapped(told: Story, index: int, response: bytes) -> None:
    """Other bytes under the name of the proof that an entry names."""
    digest = str(parse_body(told.entries[index].body or b"").fields()["sha256"])
    told.proofs[digest] = replace(told.proofs[digest], response=response)


@leads_to(14, indeterminate=(12,))
def one_bit_of_a_token_flipped(told: Story) -> None:
    index = told.token(5)
    (proof,) = told.proofs.values()
    swapped(told, index, proof.response[:-1] + bytes((proof.response[-1] ^ 1,)))


@leads_to(14, counts=1)
def a_file_that_no_entry_names(told: Story) -> None:
    told.token(5)
    response = AUTHORITY.stamp(told.notes[2], gen_time=minute(-500))
    told.proofs[sha256(response)] = Proof(response)


@leads_to(14, indeterminate=(12,))
def tokens_of_two_entries_swapped(told: Story) -> None:
    first, second = told.token(5), told.token(6)
    one, two = (proof.response for proof in told.proofs.values())
    swapped(told, first, two)
    swapped(told, second, one)


@leads_to(14, indeterminate=(12,))
def request_altered(told: Story) -> None:
    told.token(5)
    told.proofs = {name: replace(proof, request=b"0" + (proof.request or b"")) for name, proof in told.proofs.items()}


@leads_to(14, indeterminate=(12,))
def request_enclosed_that_no_entry_names(told: Story) -> None:
    request = tokens.make_request(told.note())
    response = AUTHORITY.stamp(b"", request, gen_time=minute(5))
    told.name(response, None, 5)
    told.proofs[sha256(response)] = Proof(response, request)


@leads_to(14, indeterminate=(12,))
def token_of_another_ledger(told: Story) -> None:
    told.token(5, data=b"another checkpoint")


@leads_to(14, indeterminate=(12,))
def token_of_another_size_of_this_ledger(told: Story) -> None:
    """The oldest token of the ledger, named again as if it covered everything."""
    old = told.note()
    told.entry(LIVE, 5)
    told.note()
    told.name(AUTHORITY.stamp(old, gen_time=minute(5)), None, 5)


@leads_to(14, indeterminate=(12,))
def token_over_the_checkpoint_without_its_signature(told: Story) -> None:
    told.token(5, data=told.note().split(b"\n\n")[0] + b"\n")


@leads_to(14, indeterminate=(12,))
def nonce_of_another_request(told: Story) -> None:
    told.token(5, nonce=1)


@leads_to(14, indeterminate=(12,))
def signed_by_nobody(told: Story) -> None:
    told.token(5, key=tsa.private_key("p256", "nobody"))


@leads_to(14, indeterminate=(12,))
def time_moved(told: Story) -> None:
    told.token(5, shown_time=minute(-60 * 24 * 30))


@leads_to(14, indeterminate=(12,))
def dated_before_the_certificate_began(told: Story) -> None:
    told.token(5, authority=tsa.Authority.create(began=minute(6)))


@leads_to(14, indeterminate=(12,))
def dated_after_the_certificate_ended(told: Story) -> None:
    told.token(5, authority=tsa.Authority.create(ended=minute(4)))


@leads_to(14, indeterminate=(12,))
def certificate_for_another_use(told: Story) -> None:
    told.token(5, authority=tsa.Authority.create(purposes=[ExtendedKeyUsageOID.CODE_SIGNING]))


@leads_to(14, indeterminate=(12,))
def signature_that_points_to_another_certificate(told: Story) -> None:
    told.token(5, pointed=tsa.twin_of(AUTHORITY))


@leads_to(14, indeterminate=(12,))
def signed_by_somebody_of_the_same_name(told: Story) -> None:
    told.token(5, key=tsa.private_key("p256", "spoofer"), certificates=[tsa.twin_of(AUTHORITY), AUTHORITY.signer])


@leads_to(14, counts=1)
def one_bad_beside_one_good(told: Story) -> None:
    told.token(5)
    told.token(6, key=tsa.private_key("p256", "nobody"))


@leads_to(indeterminate=(12, 14))
def proof_missing(told: Story) -> None:
    told.token(5)
    told.proofs.clear()


@leads_to(indeterminate=(14,), counts=1)
def one_proof_of_two_missing(told: Story) -> None:
    told.token(5)
    told.token(6)
    told.proofs.pop(next(iter(told.proofs)))


@leads_to(indeterminate=(12, 14))
def request_missing(told: Story) -> None:
    told.token(5)
    told.proofs = {name: replace(proof, request=None) for name, proof in told.proofs.items()}


@leads_to(indeterminate=(12, 14))
def stamped_checkpoint_missing(told: Story) -> None:
    told.token(5)
    del told.notes[2]


@leads_to(indeterminate=(12, 14))
def stamp_withheld_with_its_proof(told: Story) -> None:
    told.withhold(told.token(5))
    told.proofs.clear()


@leads_to(14, indeterminate=(12,))
def stamp_withheld_without_its_proof(told: Story) -> None:
    told.withhold(told.token(5))


@leads_to(indeterminate=(12, 14))
def digest_withheld_with_the_proof(told: Story) -> None:
    told.withhold(told.token(5), "sha256")
    told.proofs.clear()


@leads_to(indeterminate=(12, 14))
def protocol_withheld_to_hide_a_bad_token(told: Story) -> None:
    told.withhold(told.token(5, key=tsa.private_key("p256", "nobody")), "protocol")


@leads_to(indeterminate=(12, 14))
def protocol_withheld_of_a_good_token(told: Story) -> None:
    told.withhold(told.token(5), "protocol")


@leads_to(indeterminate=(12, 14))
def size_withheld(told: Story) -> None:
    told.withhold(told.token(5), "size")


@leads_to(indeterminate=(12,))
def authority_that_nobody_knows(told: Story) -> None:
    told.token(5, authority=OTHER)


@leads_to(indeterminate=(12,))
def token_without_certificates(told: Story) -> None:
    told.token(5, certificates=[])


@leads_to(indeterminate=(12,))
def two_certificates_of_one_name(told: Story) -> None:
    twin = tsa.twin_of(AUTHORITY)
    told.token(5, key=tsa.private_key("p256", "spoofer"), pointed=twin, certificates=[twin, AUTHORITY.signer])


@leads_to(indeterminate=(12,))
def refusal(told: Story) -> None:
    told.token(5, status=2)


@leads_to(indeterminate=(12,))
def web_page(told: Story) -> None:
    told.note()
    told.name(b"<html>", None, 5)


@leads_to(indeterminate=(12,))
def larger_than_any_token(told: Story) -> None:
    told.note()
    told.name(b"\x30\x84\x00\xa0\x00\x00" + bytes(10 << 20), None, 5)


@leads_to(counts=1)
def injected_certificates(told: Story) -> None:
    unknown = tsa.certificate("Inconnu", tsa.private_key("p256", "unknown"))
    told.token(5, certificates=[AUTHORITY.signer, unknown])


@leads_to(counts=2)
def the_same_proof_named_twice(told: Story) -> None:
    told.token(5)
    ((digest, proof),) = told.proofs.items()
    told.name(proof.response, proof.request, 6, size=2)
    assert list(told.proofs) == [digest]


@leads_to(counts=1)
def token_without_a_request(told: Story) -> None:
    told.note()
    told.name(AUTHORITY.stamp(told.notes[2], gen_time=minute(5)), None, 5)


@pytest.mark.parametrize("name", CAUSES)
def test_cause(name: str) -> None:
    """Each story fails the checks it should, leaves open those it should, and as many proofs count as should."""
    told, cause = story(LIVE), CAUSES[name]
    cause.make(told)
    report = told.verified()

    assert verdicts(report) == (set(cause.failed), set(cause.open))
    assert len(report.attestations) == cause.counts
    assert str(report.checks[13].detail)


def test_findings_are_counted() -> None:
    """Several bad tokens are one failed check with as many findings, the first of them told."""
    told = story(LIVE)
    for number in range(5, 8):
        told.token(number, key=tsa.private_key("p256", "nobody"))
    report = told.verified()

    assert findings(report, 14) == 3
    assert "entry 2" in detail(report, 14)
    assert "signature of the authority is wrong" in detail(report, 14)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4095), st.integers(1, 255))
def test_whoever_holds_the_key_cannot_move_the_time(place: int, mask: int) -> None:
    """A token changed in any byte and named anew in the ledger counts with its own time, or does not count at all."""
    told = story(LIVE)
    request = tokens.make_request(told.note())
    response = bytearray(AUTHORITY.stamp(b"", request, gen_time=minute(5), accuracy=(1, 0, 0)))
    response[place % len(response)] ^= mask
    told.name(bytes(response), request, 5)
    report = told.verified()

    assert report.verdict != "passed" or bounds(report, 1) == (None, minute(5) + dt.timedelta(seconds=1))
    assert {(found.earliest, found.latest, found.size) for found in report.attestations} <= {
        (minute(5) - dt.timedelta(seconds=1), minute(5) + dt.timedelta(seconds=1), 2)
    }


# --- check 15 --------------------------------------------------------------------------------------------------------

HEIGHT = 800_000


class TestAnchors:
    """Check 15; an anchor whose block is known attests as a token does, from above only."""

    def test_confirmed(self) -> None:
        """A proof that leads to the root of a header given attests, within the two hours that a block is allowed."""
        told = story(LIVE)
        told.block(HEIGHT, 60)
        told.anchor(calendar.bitcoin(HEIGHT), 5)
        report = told.verified()

        assert verdicts(report) == (set(), set())
        assert bounds(report, 1) == (None, minute(60) + dt.timedelta(hours=2))
        assert report.attestations[0].weight == "block"
        assert str(HEIGHT) in report.attestations[0].source

    def test_no_lower_bound(self) -> None:
        """A block never bounds from below: its proof was named before there was a block."""
        told = story(LIVE)
        told.block(HEIGHT, 60)
        told.anchor(calendar.bitcoin(HEIGHT), 5)
        second = told.entry(LIVE, 600)
        told.token(601)

        assert bounds(told.verified(), second) == (None, minute(601) + dt.timedelta(seconds=1))

    @pytest.mark.parametrize(
        ("rest", "word"),
        [
            (calendar.pending("https://calendar.example"), "promises"),
            (calendar.bitcoin(HEIGHT), "header was not supplied"),
            (calendar.unknown(), "kinds that are not known"),
            (b"\x02" + calendar.bitcoin(HEIGHT), "SHA-1"),
            (b"", "damaged"),
        ],
        ids=["pending", "unchecked", "unknown", "sha1", "damaged"],
    )
    def test_does_not_count(self, rest: bytes, word: str) -> None:
        """What is promised, not looked up, or not understood, is said and counts for nothing; nothing fails."""
        told = story(LIVE)
        told.anchor(rest, 5)
        report = told.verified()

        assert verdicts(report) == (set(), {12})
        assert report.attestations == ()
        assert word in detail(report, 15)

    def test_without_headers(self) -> None:
        """The same proof counts or not by what the verifier brings, never by what stands in the evidence."""
        told = story(LIVE)
        told.block(HEIGHT, 60)
        told.anchor(calendar.bitcoin(HEIGHT), 5, status="confirmed", time=utc_text(minute(1)))

        assert verdicts(told.verified(headers=False)) == (set(), {12})
        assert verdicts(told.verified(headers=True)) == (set(), set())

    def test_block_that_does_not_contain_it(self) -> None:
        """A proof that the block given contradicts counts for nothing: a calendar must not make a ledger fail."""
        told = story(LIVE)
        told.block(HEIGHT, 60, data=b"other bytes")
        told.anchor(calendar.bitcoin(HEIGHT), 5)
        report = told.verified()

        assert verdicts(report) == (set(), {12})
        assert report.attestations == ()
        assert "does not contain this checkpoint" in detail(report, 15)

    def test_about_other_bytes(self) -> None:
        """A proof about another file fails."""
        told = story(LIVE)
        told.note()
        proof = calendar.proof(b"other bytes", calendar.pending("https://calendar.example"))
        told.name(proof, None, 5, protocol="opentimestamps")

        assert verdicts(told.verified()) == ({15}, {12})

    def test_altered(self) -> None:
        """A proof that is not the one named fails."""
        told = story(LIVE)
        index = told.anchor(calendar.pending("https://calendar.example"), 5)
        swapped(told, index, calendar.proof(told.notes[2], calendar.bitcoin(HEIGHT)))

        assert verdicts(told.verified()) == ({15}, {12})

    def test_missing(self) -> None:
        """A proof that is named and absent leaves the check open."""
        told = story(LIVE)
        told.anchor(calendar.pending("https://calendar.example"), 5)
        told.proofs.clear()

        assert verdicts(told.verified()) == (set(), {12, 15})

    def test_unnamed(self) -> None:
        """A proof that no entry names fails, as a token does."""
        told = story(LIVE)
        told.token(5)
        proof = calendar.proof(told.notes[2], calendar.pending("https://calendar.example"))
        told.proofs[sha256(proof)] = Proof(proof)

        assert verdicts(told.verified()) == ({14}, set())

    def test_upgraded(self) -> None:
        """A promise that was kept later stands beside what replaced it, and does no harm."""
        told = story(LIVE)
        told.block(HEIGHT, 60)
        first = told.anchor(calendar.pending("https://calendar.example"), 5)
        proof = calendar.proof(told.notes[2], calendar.bitcoin(HEIGHT))
        told.name(proof, None, 90, protocol="opentimestamps", size=2, replaces=first)
        report = told.verified()

        assert verdicts(report) == (set(), set())
        assert [found.index for found in report.attestations] == [3]

    @pytest.mark.parametrize("protocol", ["rfc3161", "opentimestamps"])
    def test_named_as_the_other_protocol(self, protocol: str) -> None:
        """Each proof is read as what its entry says that it is."""
        told = story(LIVE)
        note = told.note()
        made = calendar.proof(note, calendar.bitcoin(HEIGHT)) if protocol == "rfc3161" else AUTHORITY.stamp(note)
        told.block(HEIGHT, 60)
        told.name(made, None, 5, protocol=protocol)

        assert verdicts(told.verified()) == (set(), {12})


# --- check 16 --------------------------------------------------------------------------------------------------------


class TestOrder:
    """Check 16."""

    def test_older_than_what_it_covers(self) -> None:
        """A token cannot be older than one that stands committed under it: somebody lies."""
        told = story(LIVE)
        told.token(10)
        told.token(5, recorded=11)
        report = told.verified()

        assert verdicts(report) == ({16}, set())
        assert "entry 3 is older than the one of entry 2" in detail(report, 16)

    @pytest.mark.parametrize(("seconds", "failed"), [(29, {16}), (30, set()), (31, set())])
    def test_accuracies_overlap(self, seconds: int, failed: set[int]) -> None:
        """Within the accuracies that both authorities state, nothing is contradicted."""
        told = story(LIVE)
        told.token(6, seconds=30)
        told.token(5, recorded=6, seconds=seconds)

        assert verdicts(told.verified()) == (failed, set())

    def test_side_by_side(self) -> None:
        """Tokens over the same checkpoint may come in any order: neither stands committed under the other."""
        told = story(LIVE)
        told.token(10)
        request = tokens.make_request(told.notes[2])
        response = AUTHORITY.stamp(b"", request, gen_time=minute(5))
        told.name(response, request, 10, size=2)

        assert verdicts(told.verified()) == (set(), set())

    @pytest.mark.parametrize("bad", ["first", "second"])
    def test_what_does_not_count_contradicts_nothing(self, bad: str) -> None:
        """An untrusted token says nothing about time, in either direction."""
        told = story(LIVE)
        told.token(10, authority=OTHER if bad == "first" else AUTHORITY)
        told.token(5, recorded=11, authority=OTHER if bad == "second" else AUTHORITY)
        failed, _ = verdicts(told.verified())

        assert failed == set()

    def test_newest_of_several(self) -> None:
        """Of several tokens under it, a token is compared with the newest, whichever came last."""
        told = story(LIVE)
        told.token(10)
        told.token(20)
        told.token(15, recorded=21)
        report = told.verified()

        assert verdicts(report) == ({16}, set())
        assert "entry 4 is older than the one of entry 3" in detail(report, 16)

    def test_old_token_named_late(self) -> None:
        """A token that waited is compared with what it covers, not with what was named before it."""
        told = story(LIVE)
        note, size = told.note(), len(told.entries)
        request = tokens.make_request(note)
        told.entry(LIVE, 6)
        told.token(10)
        told.token(11)
        told.name(AUTHORITY.stamp(b"", request, gen_time=minute(5)), request, 12, size=size)

        assert verdicts(told.verified()) == (set(), set())

    def test_far_apart(self) -> None:
        """The contradiction is found however many entries and tokens lie between."""
        told = story(LIVE)
        told.token(1000)
        for number in range(1001, 1006):
            told.entry(LIVE, number)
            told.token(number)
        told.token(500, recorded=1010)
        report = told.verified()

        assert verdicts(report) == ({16}, set())
        assert findings(report, 16) == 1

    def test_block_older_than_what_it_covers(self) -> None:
        """A block that was mined long before a token that it covers contradicts it too."""
        told = story(LIVE)
        told.token(1000)
        told.block(HEIGHT, 5)
        told.anchor(calendar.bitcoin(HEIGHT), 1001)

        assert 16 in verdicts(told.verified())[0]

    @pytest.mark.parametrize(
        ("received", "failed"), [(4, {16}), (5 - 2 / 60, {16}), (5 - 1 / 60, set()), (5, set()), (6, set())]
    )
    def test_received_on(self, received: float, failed: set[int]) -> None:
        """No token can be later than the day on which the evidence was received, its accuracy apart."""
        told = story(LIVE)
        told.token(5)

        assert verdicts(told.verified(received_on=minute(received))) == (failed, set())

    def test_received_before_a_later_stamp(self) -> None:
        """One token among many that is too late is enough: what was received then is not this."""
        told = story(LIVE)
        told.token(5)
        told.token(500)

        assert verdicts(told.verified(received_on=minute(100))) == ({16}, set())

    def test_received_before_a_block(self) -> None:
        """The same of a block, within its two hours."""
        told = story(LIVE)
        told.block(HEIGHT, 600)
        told.anchor(calendar.bitcoin(HEIGHT), 5)

        assert verdicts(told.verified(received_on=minute(470))) == ({16}, set())
        assert verdicts(told.verified(received_on=minute(490))) == (set(), set())

    def test_untrusted_later_than_received(self) -> None:
        """A token that nobody vouches for cannot fail what is beside it."""
        told = story(LIVE)
        told.token(5)
        told.token(500, authority=OTHER)

        assert verdicts(told.verified(received_on=minute(100))) == (set(), set())

    @pytest.mark.parametrize(("seconds", "opened"), [(0, set()), (121, set()), (122, {16}), (7200, {16})])
    def test_clock_ahead(self, seconds: int, opened: set[int]) -> None:
        """An entry that was recorded after the token over it: the clock was ahead, by more than a tolerance."""
        told = story()
        told.entry(LIVE, 5 + seconds / 60)
        told.token(5, recorded=5 + seconds / 60)
        report = told.verified()

        assert verdicts(report) == (set(), opened)
        assert ("ahead" in detail(report, 16)) == bool(opened)

    def test_clock_ahead_and_set_right(self) -> None:
        """The latest entry under a token counts, not the last: a clock set back afterwards hides nothing."""
        told = story()
        told.entry(LIVE, 600)
        told.entry(LIVE, 4)
        told.token(5)

        assert verdicts(told.verified()) == (set(), {11, 16})

    @pytest.mark.parametrize(("seconds", "opened"), [(0, set()), (121, set()), (122, {16}), (7200, {16})])
    def test_clock_behind(self, seconds: int, opened: set[int]) -> None:
        """A stamp that was recorded before the time that it names: the clock was behind."""
        told = story()
        told.entry(LIVE, 1)
        told.token(200, recorded=200 - seconds / 60)
        report = told.verified()

        assert verdicts(report) == (set(), opened)
        assert ("behind" in detail(report, 16)) == bool(opened)

    def test_stamped_late(self) -> None:
        """A token asked for days later is no contradiction: it bounds, from above, days later."""
        told = story(LIVE)
        told.token(60 * 24 * 9)

        assert verdicts(told.verified()) == (set(), set())

    def test_named_long_after(self) -> None:
        """A token that waited before an entry named it is no contradiction either."""
        told = story(LIVE)
        told.token(5, recorded=60 * 24 * 9)

        assert verdicts(told.verified()) == (set(), set())

    def test_backdated_ledger(self) -> None:
        """Entries dated months before the first token stay possible for whoever holds the key: the bound says it."""
        told = story(*[LIVE] * 3)
        told.token(60 * 24 * 90)
        report = told.verified()

        assert verdicts(report) == (set(), set())
        assert bounds(report, 1) == (None, minute(60 * 24 * 90) + dt.timedelta(seconds=1))


@pytest.mark.parametrize("accuracy", [(2**31 - 1, 0, 0), (2**40, 0, 0), (8 * 10**13, 0, 0)])
def test_accuracy_without_end(accuracy: tuple[int, int, int]) -> None:
    """An authority that claims an accuracy of ages dates nothing, and stops nothing."""
    told = story(LIVE)
    request = tokens.make_request(told.note())
    told.name(AUTHORITY.stamp(b"", request, gen_time=minute(5), accuracy=accuracy), request, 5)
    report = told.verified(received_on=minute(6))

    assert verdicts(report) == (set(), {12})
    assert bounds(report, 1) == (None, None)


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00", "9999-12-31T23:59:58", "9999-12-31T23:59:59"])
def test_time_at_the_end_of_the_calendar(end: str) -> None:
    """An authority that states the first or the last moment that can be written stops nothing."""
    moment = dt.datetime.fromisoformat(end).replace(tzinfo=dt.UTC)
    last = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    root_key, key = tsa.private_key("p256", "root of ages"), tsa.private_key("p256", "ages")
    root = tsa.certificate("Racine", root_key, authority=True, ended=last)
    signer = tsa.certificate("Horloge", key, (root, root_key), purposes=[ExtendedKeyUsageOID.TIME_STAMPING], ended=last)
    told = story(LIVE)
    request = tokens.make_request(told.note())
    authority = tsa.Authority("p256", key, signer, (), root)
    told.name(authority.stamp(b"", request, gen_time=moment, accuracy=(60, 0, 0)), request, 5)
    report = told.verified(roots=authority.roots, received_on=minute(6))

    assert report.verdict != "passed"
    assert verdicts(report)[0] <= {16}


def trusted_list(authority: tsa.Authority) -> bytes:
    """A trusted list of 1 February 2026 on which an authority stands."""
    import base64

    certificate = base64.b64encode(tsa.der((authority.between or (authority.root,))[0])).decode()
    return f"""<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><SchemeInformation>
<SchemeTerritory>FR</SchemeTerritory><ListIssueDateTime>2026-02-01T00:00:00Z</ListIssueDateTime></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName><Name>Horloge</Name></TSPName></TSPInformation>
<TSPServices><TSPService><ServiceInformation>
<ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST</ServiceTypeIdentifier>
<ServiceName><Name>Horodatage</Name></ServiceName><ServiceDigitalIdentity><DigitalId>
<X509Certificate>{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>
<StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime>
</ServiceInformation></TSPService></TSPServices></TrustServiceProvider></TrustServiceProviderList>
</TrustServiceStatusList>""".encode()
