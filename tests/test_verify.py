"""Verification: one good case, then one named corruption after the other, each failing exactly the checks it should.

The numbers are those of the procedure: 1 format, 2 case, 3 key, 4 signatures, 5 bodies, 6 links, 7 exhibits, 8 chain,
9 checkpoints, 10 coverage, 11 clock, 12 attestation, 13 trusted key.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest
from forgery import (
    ATTEMPT,
    CORRECTION,
    EXHIBIT,
    LAST,
    LAST_ATTEMPT,
    OPENING,
    OUTCOME,
    READING,
    SECOND_EXHIBIT,
    STEP,
    Forgery,
    forgery_of,
    record_good_case,
)
from helpers import OPENED, UNTRUSTED, CountingClock, new_vault, no_passphrase, verdicts

from evidence_vault import kinds
from evidence_vault.encoding import sha256
from evidence_vault.entries import SignedEntry, parse_body
from evidence_vault.errors import LedgerError
from evidence_vault.evidence import Evidence, Report, Trust, combine
from evidence_vault.findings import STEPS
from evidence_vault.messages import say
from evidence_vault.recording import Recorder
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.public import is_valid, key_id, load_public
from evidence_vault.verify import verify

OTHER = Signer.generate()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Forgery:
    """The good case, made once; every test that changes it takes a copy."""
    return made(tmp_path_factory)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Forgery:
    """The same case again, with another number and another key."""
    return made(tmp_path_factory)


def made(tmp_path_factory: pytest.TempPathFactory) -> Forgery:
    case = new_vault(tmp_path_factory.mktemp("good") / "vault", CountingClock()).open_case(OPENED, no_passphrase)
    signer = case.signer(no_passphrase)
    record_good_case(Recorder(case, signer))
    return forgery_of(case, signer)


@pytest.fixture
def forgery(good: Forgery) -> Forgery:
    return good.copy()


class TestGood:
    def test_without_a_key(self, good: Forgery) -> None:
        """Untouched, unstamped evidence: intact and complete, and everything else left open."""
        report = good.verified()

        assert (set(), UNTRUSTED) == verdicts(report)
        assert (report.answer("intact"), report.answer("complete")) == ("passed", "passed")
        assert (report.answer("dated"), report.answer("signer")) == ("indeterminate", "indeterminate")
        assert report.verdict == "indeterminate"

    def test_with_the_right_key(self, good: Forgery) -> None:
        """With the key that the signer gave, the signer is known too; the date still is not."""
        report = good.verified(good.signer.public_key)

        assert (set(), {12}) == verdicts(report)
        assert (report.answer("signer"), report.verdict) == ("passed", "indeterminate")

    def test_with_its_fingerprint(self, good: Forgery) -> None:
        """The fingerprint, which can be read out on the telephone, does as well as the key."""
        assert (set(), {12}) == verdicts(good.verified(hashlib.sha256(good.signer.public_key).digest()))

    @pytest.mark.parametrize(
        "key",
        [OTHER.public_key, hashlib.sha256(OTHER.public_key).digest(), bytes(32), b""],
        ids=["key", "print", "0", "-"],
    )
    def test_with_another_key(self, good: Forgery, key: bytes) -> None:
        """A ledger of somebody else fails on the one check of the signer, and only there."""
        report = good.verified(key)

        assert ({13}, {12}) == verdicts(report)
        assert (report.answer("intact"), report.answer("signer"), report.verdict) == ("passed", "failed", "failed")

    def test_what_is_reported(self, good: Forgery) -> None:
        """The report counts what it saw, names the state that it saw, and says what it does not prove."""
        report = good.verified()

        assert (report.entries, report.attempts, report.exhibits, report.withheld) == (11, 2, 4, 0)
        assert (11, good.signer.public_key) == (report.size, report.public_key)
        assert report.root == parse_note(good.checkpoints[-1]).checkpoint.root.hex()
        assert report.case == good.header(0).case
        assert len(report.notes) == 4
        assert any("could have made the whole ledger again" in str(note) for note in report.notes)
        assert any("Intact does not mean true" in str(note) for note in report.notes)

    def test_numbers_and_names(self, good: Forgery) -> None:
        """The checks come in the order of the procedure, numbered from 1; that of a PDF only where there is one."""
        checks = good.verified().checks

        assert list(range(1, 17)) == [check.number for check in checks]
        assert [name for name, _ in STEPS][:-1] == [check.name for check in checks]
        assert all(str(check.detail) for check in checks)

    def test_progress(self, good: Forgery) -> None:
        """The one who waits hears of the beginning and of the end."""
        heard: list[int] = []
        verify(good.evidence(), Trust(), heard.append)

        assert heard == [0, 11]


# --- one corruption each -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corruption:
    name: str
    corrupt: Callable[[Forgery], None]
    failed: frozenset[int]
    open: frozenset[int]
    """Checks that become indeterminate, beside those that always are without a key."""


CORRUPTIONS: list[Corruption] = []


def fails(
    *failed: int, indeterminate: Iterable[int] = ()
) -> Callable[[Callable[[Forgery], None]], Callable[[Forgery], None]]:
    """Enter a corruption in the table, under its own name, with the checks that it must fail and no other."""

    def enter(corrupt: Callable[[Forgery], None]) -> Callable[[Forgery], None]:
        name = corrupt.__name__.replace("_", "-")
        CORRUPTIONS.append(Corruption(name, corrupt, frozenset(failed), frozenset(indeterminate)))
        return corrupt

    return enter


def exhibit_digest(forgery: Forgery, index: int) -> str:
    return str(parse_body(forgery.entries[index].body or b"").fields()["sha256"])


def fields_of(forgery: Forgery, index: int) -> dict[str, object]:
    return dict(parse_body(forgery.entries[index].body or b"").fields())


# Exhibits


@fails(7)
def flip_one_exhibit_bit(forgery: Forgery) -> None:
    digest = exhibit_digest(forgery, EXHIBIT)
    data = forgery.exhibits[digest]
    forgery.exhibits[digest] = data[:50] + bytes([data[50] ^ 1]) + data[51:]


@fails(7)
def exhibit_of_another_entry(forgery: Forgery) -> None:
    forgery.exhibits[exhibit_digest(forgery, EXHIBIT)] = forgery.exhibits[exhibit_digest(forgery, SECOND_EXHIBIT)]


@fails(7)
def exhibit_emptied(forgery: Forgery) -> None:
    forgery.exhibits[exhibit_digest(forgery, EXHIBIT)] = b""


@fails(7)
def extra_exhibit(forgery: Forgery) -> None:
    forgery.exhibits[sha256(b"extra")] = b"extra"


@fails(indeterminate=[7])
def exhibit_missing(forgery: Forgery) -> None:
    del forgery.exhibits[exhibit_digest(forgery, EXHIBIT)]


@fails(indeterminate=[7])
def exhibits_left_out(forgery: Forgery) -> None:
    forgery.exhibits.clear()
    forgery.left_out = True


@fails(7)
def exhibit_missing_and_another_altered(forgery: Forgery) -> None:
    flip_one_exhibit_bit(forgery)
    del forgery.exhibits[exhibit_digest(forgery, LAST)]


# Entries, by somebody without the key


@fails(10)
def drop_last_entry(forgery: Forgery) -> None:
    del forgery.exhibits[exhibit_digest(forgery, LAST)]
    del forgery.entries[LAST]


@fails(2, 6, 8, 9, 10)
def drop_first_entry(forgery: Forgery) -> None:
    del forgery.entries[OPENING]


@fails(6, 8, 9, 10)
def drop_middle_entry(forgery: Forgery) -> None:
    del forgery.entries[STEP]


@fails(8, 9, indeterminate=[10])
def swap_two_entries(forgery: Forgery) -> None:
    entries = forgery.entries
    entries[STEP], entries[CORRECTION] = entries[CORRECTION], entries[STEP]


@fails(6, 8, 9, indeterminate=[10])
def duplicate_entry(forgery: Forgery) -> None:
    forgery.entries.insert(STEP, forgery.entries[STEP])


@fails(8, indeterminate=[10])
def last_entry_twice(forgery: Forgery) -> None:
    forgery.entries.append(forgery.entries[LAST])


@fails(4, indeterminate=[10])
def entry_appended_without_the_key(forgery: Forgery) -> None:
    forgery.entries.append(forgery.entries[STEP])
    signature = forgery.entries[STEP].signature
    forgery.rebuild(checkpoint=False)
    forgery.entries[-1] = replace(forgery.entries[-1], signature=signature)


@fails(4)
def re_sign_with_other_key(forgery: Forgery) -> None:
    forgery.sign(STEP, OTHER)


@fails(3, 8, 9, indeterminate=[10])
def re_sign_with_other_key_and_say_so(forgery: Forgery) -> None:
    forgery.put_header(STEP, replace(forgery.header(STEP), key=key_id(OTHER.public_key)))
    forgery.sign(STEP, OTHER)


@fails(4)
def signature_of_zeros(forgery: Forgery) -> None:
    forgery.entries[STEP] = replace(forgery.entries[STEP], signature=bytes(64))


@fails(4)
def signature_too_short(forgery: Forgery) -> None:
    forgery.entries[STEP] = replace(forgery.entries[STEP], signature=forgery.entries[STEP].signature[:63])


@fails(4)
def signature_too_long(forgery: Forgery) -> None:
    forgery.entries[STEP] = replace(forgery.entries[STEP], signature=forgery.entries[STEP].signature + b"\0")


@fails(4)
def signature_missing(forgery: Forgery) -> None:
    forgery.entries[STEP] = replace(forgery.entries[STEP], signature=b"")


@fails(4)
def signature_of_another_entry(forgery: Forgery) -> None:
    forgery.entries[STEP] = replace(forgery.entries[STEP], signature=forgery.entries[CORRECTION].signature)


@fails(4, 8, 9, indeterminate=[10, 11])
def recorded_at_backdated(forgery: Forgery) -> None:
    header = forgery.header(STEP)
    forgery.put_header(STEP, replace(header, recorded_at=header.recorded_at.replace("2026", "2025")))


@fails(4, 9, indeterminate=[10])
def last_recorded_at_postdated(forgery: Forgery) -> None:
    header = forgery.header(LAST)
    forgery.put_header(LAST, replace(header, recorded_at=header.recorded_at.replace("2026", "2027")))


@fails(1, 4, 8, 9, indeterminate=[10])
def kind_changed(forgery: Forgery) -> None:
    forgery.put_header(STEP, replace(forgery.header(STEP), kind="correction"))


@fails(4, 5, 8, 9, indeterminate=[10])
def body_digest_changed(forgery: Forgery) -> None:
    forgery.put_header(STEP, replace(forgery.header(STEP), body="0" * 64))


@fails(4, 8, 9, indeterminate=[10])
def body_rewritten_with_its_digest(forgery: Forgery) -> None:
    forgery.say(STEP, {**fields_of(forgery, STEP), "summary": "rien"})  # type: ignore[dict-item]


@fails(1, 8, 9, indeterminate=[10])
def header_with_a_blank(forgery: Forgery) -> None:
    forgery.put_header(STEP, forgery.entries[STEP].header.replace(b",", b", ", 1))


@fails(1, 8, 9, indeterminate=[10])
def header_with_keys_in_another_order(forgery: Forgery) -> None:
    said = json.loads(forgery.entries[STEP].header)
    forgery.put_header(STEP, json.dumps(dict(reversed(said.items())), separators=(",", ":")).encode())


@fails(1, 8, 9, indeterminate=[10])
def header_emptied(forgery: Forgery) -> None:
    forgery.put_header(STEP, b"")


@fails(1)
def blank_in_a_signed_header(forgery: Forgery) -> None:
    del forgery.exhibits[exhibit_digest(forgery, LAST)]
    forgery.put_header(LAST, forgery.entries[LAST].header.replace(b",", b", ", 1))
    forgery.sign(LAST)
    forgery.checkpoints = [forgery.note(11)]


# Bodies, by somebody without the key


@fails(5)
def body_value_changed(forgery: Forgery) -> None:
    forgery.edit_body(STEP, lambda stored: stored["disclosed"]["summary"].__setitem__(1, "rien"))


@fails(5)
def body_salt_changed(forgery: Forgery) -> None:
    forgery.edit_body(STEP, lambda stored: stored["disclosed"]["summary"].__setitem__(0, "0" * 32))


@fails(5)
def body_field_renamed(forgery: Forgery) -> None:
    forgery.edit_body(
        STEP,
        lambda stored: stored["disclosed"].update(
            answer=stored["disclosed"]["summary"], summary=stored["disclosed"]["answer"]
        ),
    )


@fails(1)
def body_field_renamed_to_an_unknown_one(forgery: Forgery) -> None:
    forgery.edit_body(STEP, lambda stored: stored["disclosed"].update(later=stored["disclosed"].pop("summary")))


@fails(5)
def body_field_removed(forgery: Forgery) -> None:
    forgery.edit_body(STEP, lambda stored: stored["disclosed"].pop("summary"))


@fails(5)
def commitment_of_a_withheld_field_changed(forgery: Forgery) -> None:
    forgery.withhold(STEP, "summary")
    forgery.edit_body(STEP, lambda stored: stored["withheld"].update(summary="0" * 64))


@fails(5)
def everything_withheld_with_commitments_made_up(forgery: Forgery) -> None:
    forgery.put_body(STEP, b'{"disclosed":{},"withheld":{}}')


@fails(5)
def body_of_another_entry(forgery: Forgery) -> None:
    forgery.put_body(ATTEMPT, forgery.entries[LAST_ATTEMPT].body)


@fails(1)
def body_of_another_kind(forgery: Forgery) -> None:
    forgery.put_body(STEP, forgery.entries[CORRECTION].body)


@fails(1)
def body_with_a_blank(forgery: Forgery) -> None:
    forgery.put_body(STEP, (forgery.entries[STEP].body or b"").replace(b",", b", ", 1))


@fails(1)
def body_with_keys_in_another_order(forgery: Forgery) -> None:
    said = json.loads(forgery.entries[STEP].body or b"")
    forgery.put_body(STEP, json.dumps(dict(reversed(said.items())), separators=(",", ":"), ensure_ascii=False).encode())


@fails(1)
def body_with_a_field_told_twice(forgery: Forgery) -> None:
    body = forgery.entries[STEP].body or b""
    forgery.put_body(STEP, body.replace(b'{"disclosed":{', b'{"disclosed":{"answer":["' + b"0" * 32 + b'",1],', 1))


@fails(1)
def body_emptied(forgery: Forgery) -> None:
    forgery.put_body(STEP, b"")


@fails(1)
def body_nested_without_end(forgery: Forgery) -> None:
    forgery.put_body(STEP, b"[" * 200_000)


@fails()
def body_withheld(forgery: Forgery) -> None:
    forgery.put_body(STEP, None)


@fails()
def field_withheld(forgery: Forgery) -> None:
    forgery.withhold(STEP, "summary", "operator")


@fails()
def body_of_an_exhibit_withheld_with_its_file(forgery: Forgery) -> None:
    del forgery.exhibits[exhibit_digest(forgery, EXHIBIT)]
    forgery.put_body(EXHIBIT, None)


@fails(7)
def body_of_an_exhibit_withheld_without_its_file(forgery: Forgery) -> None:
    forgery.put_body(EXHIBIT, None)


@fails(indeterminate=[3])
def key_of_the_opening_withheld(forgery: Forgery) -> None:
    forgery.withhold(OPENING, "public_key")


@fails(indeterminate=[3])
def opening_withheld(forgery: Forgery) -> None:
    forgery.put_body(OPENING, None)


# Keys


@fails(3, 9, indeterminate=[10])
def key_swapped(forgery: Forgery) -> None:
    forgery.keys = [OTHER.public_key]


@fails(3, 9, indeterminate=[10])
def second_key_enclosed(forgery: Forgery) -> None:
    forgery.keys.append(OTHER.public_key)


@fails(3, 9, indeterminate=[10])
def no_key_enclosed(forgery: Forgery) -> None:
    forgery.keys.clear()


class AnybodysKey:
    """The neutral point as a key: one signature, made of a one and zeros, fits every message."""

    public_key = b"\x01" + bytes(31)

    def sign(self, _data: bytes) -> bytes:
        return b"\x01" + bytes(63)


@fails(3, 9, indeterminate=[10])
def key_that_anybody_could_sign_with(forgery: Forgery) -> None:
    forgery.rebuild(AnybodysKey())  # type: ignore[arg-type]


# Checkpoints


@fails(9, indeterminate=[10])
def checkpoint_other_root(forgery: Forgery) -> None:
    forgery.checkpoints[-1] = forgery.note(11, root=bytes(32))


@fails(9)
def earlier_checkpoint_other_root(forgery: Forgery) -> None:
    forgery.checkpoints[2] = forgery.note(5, root=bytes(32))


@fails(9, indeterminate=[10])
def checkpoint_other_key(forgery: Forgery) -> None:
    forgery.checkpoints[-1] = forgery.note(11, signer=OTHER)


@fails(9, indeterminate=[10])
def checkpoint_other_origin(forgery: Forgery) -> None:
    forgery.checkpoints[-1] = forgery.note(11, origin="evidence-vault.invalid/" + "0" * 32)


@fails(9, indeterminate=[10])
def checkpoint_signature_altered(forgery: Forgery) -> None:
    note = forgery.checkpoints[-1]
    forgery.checkpoints[-1] = note[:-10] + (b"A" if note[-10:-9] != b"A" else b"B") + note[-9:]


@fails(9, indeterminate=[10])
def checkpoint_of_another_size(forgery: Forgery) -> None:
    forgery.checkpoints = [forgery.checkpoints[-1].replace(b"\n11\n", b"\n10\n")]


@fails(10)
def checkpoint_beyond_entries(forgery: Forgery) -> None:
    forgery.checkpoints.append(forgery.note(20, root=bytes(32)))


@fails(10)
def tail_cut_off_with_its_checkpoints_but_one(forgery: Forgery) -> None:
    for index in (LAST, EXHIBIT):
        del forgery.exhibits[exhibit_digest(forgery, index)]
    forgery.put_body(EXHIBIT, None)
    forgery.entries = forgery.entries[:STEP]
    forgery.checkpoints = [forgery.checkpoints[4], forgery.checkpoints[-1]]


@fails(indeterminate=[9, 10])
def checkpoint_missing(forgery: Forgery) -> None:
    forgery.checkpoints.clear()


@fails(indeterminate=[10])
def newest_checkpoint_missing(forgery: Forgery) -> None:
    forgery.checkpoints.pop()


@fails(9)
def malformed_note(forgery: Forgery) -> None:
    forgery.checkpoints.append(b"hello\n")


@fails(9)
def note_with_crlf(forgery: Forgery) -> None:
    forgery.checkpoints.append(forgery.checkpoints[-1].replace(b"\n", b"\r\n"))


@fails(9)
def checkpoint_over_nothing(forgery: Forgery) -> None:
    forgery.checkpoints.append(forgery.note(0))


# What only the keeper of the key can do: everything is signed anew, and one new checkpoint covers it


@fails(1)
def unknown_kind(forgery: Forgery) -> None:
    forgery.say(STEP, {}, kind="beacon")
    forgery.rebuild()


@fails(1)
def unknown_kind_with_its_body_withheld(forgery: Forgery) -> None:
    unknown_kind(forgery)
    forgery.put_body(STEP, None)


@fails(1)
def unknown_field(forgery: Forgery) -> None:
    forgery.say(STEP, {"later": 1})
    forgery.rebuild()


@fails(1)
def value_of_another_type(forgery: Forgery) -> None:
    forgery.say(STEP, {"summary": 7})
    forgery.rebuild()


@fails(1)
def impossible_date(forgery: Forgery) -> None:
    forgery.put_header(STEP, replace(forgery.header(STEP), recorded_at="2026-02-30T00:00:00.000Z"))
    forgery.rebuild()


@fails(1)
def impossible_date_of_what_it_says(forgery: Forgery) -> None:
    said = {"text": "x", "instant": "2026-19-39T29:59:59.999Z", "zone": "Europe/Paris", "source": "flag"}
    forgery.say(STEP, {"occurred_at": said})
    forgery.rebuild()


@fails(1)
def impossible_day_of_what_it_says(forgery: Forgery) -> None:
    said = {"text": "x", "instant": "2026-02-30T08:14:00.000Z", "zone": "Europe/Paris", "source": "flag"}
    forgery.say(STEP, {"occurred_at": said})
    forgery.rebuild()


@fails(6)
def link_to_later_entry(forgery: Forgery) -> None:
    forgery.say(READING, {"exhibit": LAST})
    forgery.rebuild()


@fails(6)
def link_to_itself(forgery: Forgery) -> None:
    forgery.say(CORRECTION, {"target": CORRECTION})
    forgery.rebuild()


@fails(6)
def link_to_nothing(forgery: Forgery) -> None:
    forgery.say(CORRECTION, {"target": 2**53 - 1})
    forgery.rebuild()


@fails(6)
def link_to_wrong_kind(forgery: Forgery) -> None:
    forgery.say(READING, {"exhibit": ATTEMPT})
    forgery.rebuild()


@fails(6)
def outcome_of_an_exhibit(forgery: Forgery) -> None:
    forgery.say(OUTCOME, {"attempt": EXHIBIT})
    forgery.rebuild()


@fails(6)
def attempt_that_reuses_an_attempt(forgery: Forgery) -> None:
    forgery.say(LAST_ATTEMPT, {"reuses": [ATTEMPT]})
    forgery.rebuild()


@fails(2)
def opened_twice(forgery: Forgery) -> None:
    forgery.say(STEP, fields_of(forgery, OPENING), kind="case_opened")  # type: ignore[arg-type]
    forgery.rebuild()


@fails(2)
def entry_of_another_case(forgery: Forgery) -> None:
    forgery.put_header(STEP, replace(forgery.header(STEP), case="0" * 32))
    forgery.rebuild()


@fails(2)
def never_opened(forgery: Forgery) -> None:
    forgery.say(OPENING, {"step": "email"}, kind="step")
    forgery.rebuild()


@fails(3)
def opening_names_another_key(forgery: Forgery) -> None:
    forgery.say(OPENING, {**fields_of(forgery, OPENING), "public_key": OTHER.public_key.hex()})  # type: ignore[dict-item]
    forgery.rebuild()


@fails(9, indeterminate=[10])
def checkpoint_of_before_the_rewriting(forgery: Forgery) -> None:
    forgery.say(STEP, {"summary": "rien"})
    forgery.rebuild(checkpoint=False)
    forgery.checkpoints = forgery.checkpoints[-1:]


@fails(indeterminate=[11])
def clock_runs_back(forgery: Forgery) -> None:
    for index in range(STEP, LAST + 1):
        header = forgery.header(index)
        forgery.put_header(index, replace(header, recorded_at="2026-03-02T08:11:00.000Z"))
    forgery.rebuild()


@fails()
def clock_steps_back_a_little(forgery: Forgery) -> None:
    forgery.put_header(STEP, replace(forgery.header(STEP), recorded_at="2026-03-02T08:13:00.000Z"))
    forgery.rebuild()


@fails()
def whole_ledger_rebuilt_with_another_key(forgery: Forgery) -> None:
    forgery.rebuild(OTHER)


# Containers


@fails(1)
def problem_of_the_container(forgery: Forgery) -> None:
    forgery.problems.append(say("{name} is malformed.", name="bundle.json"))


@fails(1, 10)
def all_entries_dropped(forgery: Forgery) -> None:
    forgery.entries.clear()
    forgery.exhibits.clear()


@fails(1, indeterminate=[9, 10])
def nothing_at_all(forgery: Forgery) -> None:
    all_entries_dropped(forgery)
    forgery.checkpoints.clear()
    forgery.keys.clear()


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda each: each.name)
def test_corruption(forgery: Forgery, corruption: Corruption) -> None:
    """Each corruption fails the checks it should, leaves open those it should, and every other one passes."""
    corruption.corrupt(forgery)

    report = forgery.verified()

    assert (corruption.failed, corruption.open | UNTRUSTED) == verdicts(report)
    assert ("failed" if corruption.failed else "indeterminate") == report.verdict


def test_every_check_is_failed_by_some_corruption() -> None:
    """The table above tries every check that can fail without a key; the last one has tests of its own."""
    tried = set().union(*(corruption.failed for corruption in CORRUPTIONS))

    assert tried == set(range(1, 11))
    assert {11} <= set().union(*(corruption.open for corruption in CORRUPTIONS))


# --- what the table cannot say -------------------------------------------------------------------------------------


def check(report: Report, number: int) -> tuple[dict[str, int | str], int]:
    """The values in the sentence of a check, and how many findings stand behind it."""
    found = report.checks[number - 1]
    return dict(found.detail.params), found.findings


def test_a_foreign_entry(forgery: Forgery, foreign: Forgery) -> None:
    """An entry of another ledger, put at the end, belongs neither to the case nor to the key nor to the chain."""
    forgery.entries.append(foreign.entries[STEP])

    assert ({2, 3, 8}, {10} | UNTRUSTED) == verdicts(forgery.verified())


def test_a_foreign_checkpoint(forgery: Forgery, foreign: Forgery) -> None:
    """A checkpoint of another ledger is none of this one."""
    forgery.checkpoints.append(foreign.checkpoints[-1])

    assert ({9}, UNTRUSTED) == verdicts(forgery.verified())


def test_a_ledger_rebuilt_with_another_key(forgery: Forgery, good: Forgery) -> None:
    """A forger with a key of his own makes a ledger that agrees with itself; only the true key shows that it is his."""
    forgery.say(STEP, {"summary": "rien"})
    forgery.rebuild(OTHER)

    assert (set(), UNTRUSTED) == verdicts(forgery.verified())
    assert ({13}, {12}) == verdicts(forgery.verified(good.signer.public_key))
    assert forgery.verified(good.signer.public_key).answer("signer") == "failed"


def test_a_ledger_rewritten_by_its_keeper(forgery: Forgery, good: Forgery) -> None:
    """The keeper of the key can rewrite everything and sign it anew; a checkpoint given out earlier shows it."""
    forgery.say(STEP, {"summary": "rien"})
    forgery.rebuild()
    key = good.signer.public_key

    assert (set(), {12}) == verdicts(forgery.verified(key))
    assert ({9}, {12}) == verdicts(forgery.verified(key, [good.checkpoints[-1]]))


def test_a_ledger_cut_back_by_its_keeper(forgery: Forgery, good: Forgery) -> None:
    """The same where the newest entries and their checkpoints were taken away together."""
    del forgery.exhibits[exhibit_digest(forgery, LAST)]
    forgery.entries = forgery.entries[:LAST_ATTEMPT]
    forgery.checkpoints = forgery.checkpoints[:-1]

    assert (set(), UNTRUSTED) == verdicts(forgery.verified())
    assert ({10}, UNTRUSTED) == verdicts(forgery.verified(None, [good.checkpoints[-1]]))


@pytest.mark.parametrize("which", range(8))
def test_an_earlier_checkpoint_that_still_holds(good: Forgery, which: int) -> None:
    """A checkpoint that was given out earlier and is still contained changes nothing."""
    assert (set(), UNTRUSTED) == verdicts(good.verified(None, [good.checkpoints[which]]))


@pytest.mark.parametrize("size", [1000, 11, 5, 0])
def test_an_earlier_checkpoint_that_nobody_signed(good: Forgery, size: int) -> None:
    """A note made up to frame the keeper, under an old signature or by another key, fails no check and never counts."""
    text, _, tail = good.checkpoints[-1].partition(b"\n\n")
    origin = text.split(b"\n")[0]
    root = base64.b64encode(bytes(32))
    pasted = b"\n".join([origin, str(size).encode(), root]) + b"\n\n" + tail

    for note in (pasted, good.note(size, root=bytes(32), signer=OTHER)):
        report = good.verified(None, [note])
        assert (set(), {9} | UNTRUSTED) == verdicts(report)
        assert "not one of this ledger" in str(report.checks[8].detail)
        assert "covers every entry" in str(report.checks[9].detail)


def test_an_earlier_checkpoint_of_another_ledger(good: Forgery, foreign: Forgery) -> None:
    """A sound checkpoint of another case says nothing about this one, whatever its size."""
    for note in (foreign.checkpoints[-1], foreign.note(1000)):
        assert (set(), {9} | UNTRUSTED) == verdicts(good.verified(None, [note]))


def test_an_earlier_checkpoint_that_is_malformed(good: Forgery) -> None:
    """What was given as an earlier checkpoint and is none leaves the check open: it is not passed over."""
    assert (set(), {9} | UNTRUSTED) == verdicts(good.verified(None, [b"hello"]))


@pytest.mark.parametrize("size", [5, 1000])
def test_an_enclosed_checkpoint_that_the_ledger_did_not_sign(forgery: Forgery, size: int) -> None:
    """It shows that the container was altered, and nothing about how many entries there were."""
    forgery.checkpoints.append(forgery.note(size, root=bytes(32), signer=OTHER))

    assert ({9}, UNTRUSTED) == verdicts(forgery.verified())


def test_only_checkpoints_that_agree_are_counted(forgery: Forgery, good: Forgery) -> None:
    """One over entries that are not here agrees with nothing."""
    counted = str(good.verified().checks[8].detail)
    forgery.checkpoints.append(forgery.note(20))

    assert counted == str(forgery.verified().checks[8].detail)


def test_the_key_that_anybody_could_sign_with() -> None:
    """The corruption of that name is a real one: to the library its signature is valid over anything."""
    key = AnybodysKey()

    assert is_valid(load_public(key.public_key), key.sign(b"anything"), b"anything at all")


@pytest.mark.parametrize("raw", [b"\x07" * 31, b"\x07" * 33, b"", bytes(32)], ids=["short", "long", "empty", "zeros"])
def test_keys_that_are_none(forgery: Forgery, raw: bytes) -> None:
    """Bytes that are no key are a failure of the evidence, not of the program."""
    header = replace(forgery.header(OPENING), key=key_id(raw))
    forgery.put_header(OPENING, header)
    forgery.keys = [raw]

    assert {3} <= verdicts(forgery.verified())[0]


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("damaged"), LedgerError("altered")])
def test_an_exhibit_that_cannot_be_read(forgery: Forgery, error: Exception) -> None:
    """An exhibit that is there and cannot be read back counts as altered."""

    def unreadable() -> bytes:
        raise error

    evidence = replace(forgery.evidence(), exhibits={**forgery.evidence().exhibits})
    exhibits = {**evidence.exhibits, exhibit_digest(forgery, EXHIBIT): unreadable}

    assert ({7}, UNTRUSTED) == verdicts(verify(replace(evidence, exhibits=exhibits), Trust()))


class TestCounting:
    def test_withheld(self, forgery: Forgery) -> None:
        """Withheld bodies and withheld fields are counted together; the exhibits they name stay counted."""
        forgery.withhold(STEP, "summary", "operator")
        forgery.put_body(CORRECTION, None)
        forgery.withhold(EXHIBIT, "sha256")
        forgery.put_body(SECOND_EXHIBIT, None)
        for index in (EXHIBIT, SECOND_EXHIBIT):
            del forgery.exhibits[exhibit_digest_of_good(forgery, index)]
        report = forgery.verified()

        assert (set(), UNTRUSTED) == verdicts(report)
        assert (report.withheld, report.exhibits) == (5, 4)

    def test_first_finding_and_how_many(self, forgery: Forgery) -> None:
        """A check that fails names the first entry concerned and how many findings there are."""
        for index in (STEP, ATTEMPT, LAST):
            forgery.entries[index] = replace(forgery.entries[index], signature=bytes(64))
        params, findings = check(forgery.verified(), 4)

        assert (params, findings) == ({"index": ATTEMPT}, 3)

    def test_where_the_chain_breaks(self, forgery: Forgery) -> None:
        """The chain breaks at the entry after the gap."""
        drop_middle_entry(forgery)
        params, findings = check(forgery.verified(), 8)

        assert (params, findings) == ({"index": STEP}, 3)

    def test_how_many_are_missing(self, forgery: Forgery) -> None:
        """A tail cut off is told in numbers: how many entries were covered and how many are here."""
        drop_last_entry(forgery)

        assert check(forgery.verified(), 10) == ({"size": 11, "count": 10}, 1)

    def test_how_far_the_clock_ran_back(self, forgery: Forgery) -> None:
        """A clock that ran back is told in seconds, once for each entry behind the latest time so far."""
        clock_runs_back(forgery)
        params, findings = check(forgery.verified(), 11)

        assert params["index"] == STEP
        assert 120 < int(params["seconds"]) < 240
        assert findings == 4


def exhibit_digest_of_good(forgery: Forgery, index: int) -> str:
    """The digest of an exhibit whose entry no longer tells it: that of the picture drawn for it."""
    from helpers import draw

    return sha256(draw({EXHIBIT: "a", SECOND_EXHIBIT: "b"}[index]))


def altered_bytes(data: bytes, step: int) -> Iterable[bytes]:
    for place in range(0, len(data), step):
        yield data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]


def test_no_bit_changes_unnoticed(good: Forgery) -> None:
    """Wherever one bit of a header, a signature, a body or a checkpoint is changed, intact or complete fails."""
    tried = 0
    for index, entry in enumerate(good.entries):
        for part in ("header", "signature", "body"):
            for data in altered_bytes(getattr(entry, part), 29):
                forgery = good.copy()
                forgery.entries[index] = replace(entry, **{part: data})
                report = forgery.verified()
                assert "failed" in (report.answer("intact"), report.answer("complete")), (index, part, data)
                tried += 1
    for data in altered_bytes(good.checkpoints[-1], 3):
        forgery = good.copy()
        forgery.checkpoints[-1] = data
        assert forgery.verified().answer("complete") == "failed", data
        tried += 1

    assert tried > 300


def test_endless_rubbish(good: Forgery) -> None:
    """A file of millions of lines that are no entries is given up early; what it holds is a failure."""
    rubbish = (SignedEntry(b"x", b"", None) for _ in range(10**9))
    report = verify(replace(good.evidence(), entries=rubbish), Trust())

    assert report.answer("intact") == "failed"
    assert report.entries < 20_000


def test_no_verdict_is_a_failure() -> None:
    """A question without a check that answers it is never passed."""
    assert combine([]) == "failed"
    assert combine(["passed", "failed", "indeterminate"]) == "failed"
    assert combine(["passed", "indeterminate"]) == "indeterminate"
    assert combine(["passed"]) == "passed"


def test_nothing_passes_for_evidence() -> None:
    """Evidence without entries fails whatever else is enclosed."""
    report = verify(Evidence(entries=(), checkpoints=(), keys=(), exhibits={}), Trust())

    assert (report.answer("intact"), report.verdict) == ("failed", "failed")
    assert (report.case, report.root, report.size) == (None, None, 0)


def test_fields_that_links_are_made_of(good: Forgery) -> None:
    """The good case has links of every kind but reuse, or the corruptions of links would try nothing."""
    linked = {
        kind
        for entry in good.entries
        for _, kind in kinds.links(
            kinds.from_fields(good.header(good.entries.index(entry)).kind, parse_body(entry.body or b"").fields())
        )
    }

    assert {"attempt", "exhibit", "reading", None} == linked
