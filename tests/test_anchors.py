"""OpenTimestamps proofs: made with calendars on loopback, judged against blocks, and every hostile shape refused."""

import datetime as dt
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from calendar_server import (
    FIRST_HEIGHT,
    FIRST_TIME,
    FORK,
    MAGIC,
    SHA256,
    CalendarServer,
    Mode,
    append,
    bitcoin,
    header,
    merkle,
    name_of,
    number,
    pending,
    prepend,
    proof,
    sha256,
    string,
    unknown,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

import evidence_vault
from evidence_vault.signing.anchors import (
    MAX_ATTESTATIONS,
    MAX_DEPTH,
    MAX_PROOF_BYTES,
    AnchorState,
    heights,
    judge_anchor,
    read_answer,
    read_proof,
)
from evidence_vault.signing.blocks import (
    UnreadableError,
    block_hash,
    block_hash_url,
    block_time,
    header_url,
    is_sound,
    merkle_root,
    read_block_hash,
    read_header,
    read_headers,
)
from evidence_vault.signing.calendars import (
    ACCEPT,
    MAX_ANSWER_BYTES,
    NO_EXTRA,
    Commitment,
    check_answer,
    commit,
    is_available,
    load_calendars,
    make_proof,
    promises,
    submit_url,
    upgrade,
)
from evidence_vault.transport import FetchError, fetch

otskit = pytest.importorskip("otskit.proof", reason="the extra `ots` is not installed")

DATA = b"evidence-vault.invalid/00\n5\nroot\n\nsignature\n"
DIGEST = sha256(DATA)
ADDRESS = "https://alice.btc.calendar.opentimestamps.org"
PENDING = proof(DATA, append(bytes(16)) + SHA256 + pending(ADDRESS))
ROOT = sha256(sha256(DIGEST + bytes(16)))
ANCHORED = proof(DATA, append(bytes(16)) + SHA256 + SHA256 + bitcoin(FIRST_HEIGHT))
HEADER = header(ROOT)

# Block 0 of Bitcoin, as every node knows it, and the hash that everybody prints.
GENESIS = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3"
    "888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)
GENESIS_NAME = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


@pytest.fixture
def calendar() -> Iterator[CalendarServer]:
    with CalendarServer() as server:
        yield server


def submit(calendar: CalendarServer, commitment: Commitment) -> bytes:
    return fetch(submit_url(calendar.url), data=commitment.submitted, accept=ACCEPT, timeout=30, limit=MAX_ANSWER_BYTES)


def stamped(calendar: CalendarServer) -> bytes:
    commitment = commit(DATA)
    return make_proof(commitment, [submit(calendar, commitment)])


def upgraded(calendar: CalendarServer, made: bytes) -> bytes:
    for promise in promises(made, [calendar.url]):
        made = upgrade(made, promise, fetch(promise.url, timeout=30, limit=MAX_ANSWER_BYTES))
    return made


def state(data: bytes, headers: dict[int, bytes] | None = None) -> AnchorState:
    return judge_anchor(data, DATA, headers or {}).state


def damaged(data: bytes) -> str:
    assert heights(data) == ()
    judged = judge_anchor(data, DATA, {FIRST_HEIGHT: HEADER})
    assert (judged.state, judged.height, judged.time) == ("unverifiable", None, None)
    return str(judged.reason)


# A proof from the first request to the block.


def test_from_the_checkpoint_to_the_block(calendar: CalendarServer) -> None:
    """Stamped, it is pending; once mined and asked again, unchecked; with the block's header, confirmed at its time."""
    made = stamped(calendar)
    assert state(made) == "pending"
    assert heights(made) == ()
    with pytest.raises(FetchError) as caught:
        upgraded(calendar, made)
    assert caught.value.status == 404

    height = calendar.mine()
    complete = upgraded(calendar, made)

    assert promises(complete, [calendar.url]) == ()
    assert state(complete) == "unchecked"
    assert heights(complete) == (height,)
    judged = judge_anchor(complete, DATA, calendar.blocks)
    assert (judged.state, judged.height) == ("confirmed", height)
    assert judged.time == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert str(judged.reason) == f"Bitcoin block {height} contains this checkpoint."


def test_the_calendar_sees_neither_file_nor_digest(calendar: CalendarServer) -> None:
    """What is handed in is blinded by a nonce that is new each time and stays in the proof."""
    first, second = commit(DATA), commit(DATA)
    made = make_proof(first, [submit(calendar, first)])

    assert first.digest == second.digest == DIGEST
    assert len(first.nonce) == 16
    assert first.nonce != second.nonce
    assert calendar.submitted == [sha256(DIGEST + first.nonce)]
    assert made.startswith(MAGIC + b"\x01\x08" + DIGEST + append(first.nonce) + SHA256)


def test_two_calendars_in_one_proof(calendar: CalendarServer) -> None:
    """Each answers for itself: one completes, the other goes on promising, and one block is enough."""
    with CalendarServer() as other:
        commitment = commit(DATA)
        made = make_proof(commitment, [submit(one, commitment) for one in (calendar, other)])
        assert {one.calendar for one in promises(made, [calendar.url, other.url])} == {calendar.url, other.url}

        calendar.mine()
        made = upgraded(calendar, made)

        assert state(made, calendar.blocks) == "confirmed"
        assert [one.calendar for one in promises(made, [calendar.url, other.url])] == [other.url]
        other.mine()
        complete = upgraded(other, made)
        assert state(complete, calendar.blocks) == "confirmed"
        assert state(complete, other.blocks) == "confirmed"


def test_many_messages_in_one_block(calendar: CalendarServer) -> None:
    """Whatever its place in the block's tree, each message leads to the same root."""
    made = [stamped(calendar) for _ in range(7)]
    calendar.mine()

    assert {state(upgraded(calendar, one), calendar.blocks) for one in made} == {"confirmed"}


def both(first: bytes, second: bytes) -> bytes:
    """One proof that says what two say about the same file, as the programs of others make it."""
    stamp = otskit.merge([otskit.parse(first).stamp, otskit.parse(second).stamp])
    made: bytes = otskit.serialize(otskit.Detached(hash_op=otskit.OP_SHA256, stamp=stamp))
    return made


def test_a_proof_of_two_calendars(calendar: CalendarServer) -> None:
    """A proof that others merged is read whole: one promise left does not hide the block."""
    first, second = stamped(calendar), stamped(calendar)
    calendar.mine()
    anchored = upgraded(calendar, second)

    merged = both(first, anchored)

    assert set(read_proof(merged)[1]) == set(read_proof(first)[1]) | set(read_proof(anchored)[1])
    assert state(merged, calendar.blocks) == "confirmed"


def test_only_listed_calendars_are_ever_asked() -> None:
    """The address in a promise is the proof's word: an unlisted one is not given out to be contacted."""
    evil = proof(DATA, FORK + pending("http://127.0.0.1:9/admin") + pending(f"{ADDRESS}/"))

    assert promises(evil, []) == ()
    assert promises(evil, ["https://b.pool.opentimestamps.org"]) == ()
    (promise,) = promises(evil, [one.address for one in load_calendars()])
    assert promise.url == f"{ADDRESS}/timestamp/{DIGEST.hex()}"
    assert promises(evil, ["https://a.pool.opentimestamps.org/"]) == (promise,)


def test_the_public_calendars() -> None:
    """Each has two https addresses, its own name and a source; none is there twice."""
    listed = load_calendars()

    assert [one.id for one in listed] == ["alice", "bob", "finney", "catallaxy"]
    addresses = [address for one in listed for address in (one.submit, one.address)]
    assert len(set(addresses)) == 8
    assert all(address.startswith("https://") and not address.endswith("/") for address in addresses)
    assert all(one.source.startswith("https://") and one.operator for one in listed)


# Calendars that misbehave.


@pytest.mark.parametrize("mode", ["garbage", "html", "empty"])
def test_a_calendar_that_answers_with_something_else(calendar: CalendarServer, mode: Mode) -> None:
    """Bytes that are no part of a proof are refused, and make none; at an upgrade they leave the proof as it was."""
    made = stamped(calendar)
    calendar.mine()
    calendar.mode = mode
    commitment = commit(DATA)
    answer = submit(calendar, commitment)

    with pytest.raises(UnreadableError):
        make_proof(commitment, [answer])
    with pytest.raises(UnreadableError):
        upgraded(calendar, made)


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("huge", "answers with more than 10000 bytes."),
        ("slow", "did not answer within 0.3 s."),
        ("error", "answers with the error 500."),
        ("redirect", "points to another address, which is not followed."),
    ],
)
def test_a_calendar_that_cannot_be_used(calendar: CalendarServer, mode: Mode, sentence: str) -> None:
    """Too much, too slow, broken, elsewhere: a sentence."""
    calendar.mode = mode

    with pytest.raises(FetchError) as caught:
        fetch(submit_url(calendar.url), data=bytes(32), timeout=0.3, limit=MAX_ANSWER_BYTES)

    assert str(caught.value).endswith(sentence)
    assert calendar.asked == ["/digest"]


def test_a_calendar_that_anchors_somebody_elses_message(calendar: CalendarServer) -> None:
    """Its answer is well-formed and proves nothing: the header tells it from an honest one."""
    made = stamped(calendar)
    stamped(calendar)
    calendar.mine()
    honest = upgraded(calendar, made)
    calendar.mode = "other"
    lying = upgraded(calendar, stamped(calendar))

    judged = judge_anchor(lying, DATA, calendar.blocks)

    assert (judged.state, judged.height) == ("unverifiable", FIRST_HEIGHT)
    assert state(lying) == "unchecked"
    assert state(both(honest, lying), calendar.blocks) == "confirmed"


def test_answers_that_make_no_proof() -> None:
    """No answer, one without promise or block, one too long, and one about a promise that the proof does not hold."""
    commitment = commit(DATA)
    (promise,) = promises(PENDING, [ADDRESS])
    with pytest.raises(UnreadableError, match="No calendar"):
        make_proof(commitment, [])
    with pytest.raises(UnreadableError, match="neither promises"):
        make_proof(commitment, [pending(ADDRESS), unknown()])
    with pytest.raises(UnreadableError, match="more than 10000"):
        check_answer(bytes(MAX_ANSWER_BYTES + 1), bytes(32))
    with pytest.raises(UnreadableError, match="no such promise"):
        upgrade(ANCHORED, promise, bitcoin(7))
    with pytest.raises(UnreadableError, match="steps deep"):
        make_proof(commitment, [SHA256 * (MAX_DEPTH - 1) + pending(ADDRESS)])
    with pytest.raises(UnreadableError, match="larger than 65536"):
        read_answer(bytes(MAX_PROOF_BYTES + 1), bytes(32))


def test_the_deepest_proof_is_made_and_read() -> None:
    """At the very limit of depth, the library that writes proofs still works, even from deep inside a program."""
    commitment = commit(DATA)
    made = make_proof(commitment, [SHA256 * (MAX_DEPTH - 2) + pending(ADDRESS)])
    (promise,) = promises(made, [ADDRESS])

    again = otskit.serialize(otskit.parse(upgrade(made, promise, bitcoin(9))))
    assert upgrade(made, promise, bitcoin(9)) == again
    assert heights(again) == (9,)


# What a judgement says.


def test_states() -> None:
    """Six words for six states of knowledge."""
    assert state(PENDING) == "pending"
    assert state(ANCHORED) == "unchecked"
    assert state(ANCHORED, {FIRST_HEIGHT: HEADER}) == "confirmed"
    assert state(proof(DATA, unknown())) == "unknown"
    assert state(proof(b"other", bitcoin(1))) == "invalid"
    assert state(b"") == "unverifiable"


def test_a_proof_about_other_bytes() -> None:
    """One more line feed in the file is another file."""
    judged = judge_anchor(ANCHORED, DATA + b"\n", {FIRST_HEIGHT: HEADER})

    assert (judged.state, str(judged.reason)) == ("invalid", "The proof is about other bytes than this checkpoint.")


def test_a_header_with_another_root() -> None:
    """The block that the proof names does not contain it; a promise or another unchecked block does not mend that."""
    other = {FIRST_HEIGHT: header(sha256(b"other"))}
    more = proof(
        DATA, FORK + pending(ADDRESS) + FORK + bitcoin(5) + append(bytes(16)) + SHA256 * 2 + bitcoin(FIRST_HEIGHT)
    )

    assert state(ANCHORED, other) == "unverifiable"
    assert judge_anchor(more, DATA, other).height == FIRST_HEIGHT
    assert state(more, other) == "unverifiable"
    assert state(more) == "unchecked"


def test_reversed_root() -> None:
    """The root in the order in which explorers print it is another root."""
    assert state(ANCHORED, {FIRST_HEIGHT: header(ROOT[::-1])}) == "unverifiable"


def test_a_header_for_another_height_only() -> None:
    """The right header under the wrong height is not looked at."""
    assert state(ANCHORED, {FIRST_HEIGHT + 1: HEADER}) == "unchecked"


@pytest.mark.parametrize(
    "supplied",
    [
        pytest.param(header(ROOT, sound=False), id="work-not-done"),
        pytest.param(header(sha256(b"other"), sound=False), id="other-root-without-work"),
        pytest.param(HEADER[:72] + bytes(4) + HEADER[76:], id="target-of-zero"),
        pytest.param(HEADER[:72] + b"\xff\xff\xff\x20" + HEADER[76:], id="negative-target"),
        pytest.param(HEADER[:72] + b"\xff\xff\x7f\xff" + HEADER[76:], id="target-beyond-all-hashes"),
        pytest.param(HEADER[:72] + b"\xff\xff\x7f\x02" + HEADER[76:], id="target-of-two-bytes"),
        pytest.param(HEADER[:-1], id="short"),
        pytest.param(HEADER + b"\x00", id="long"),
        pytest.param(b"", id="empty"),
    ],
)
def test_an_unsound_header_decides_nothing(supplied: bytes) -> None:
    """What is no header, or whose work was not done, neither confirms a proof nor refutes it."""
    judged = judge_anchor(ANCHORED, DATA, {FIRST_HEIGHT: supplied})

    assert judged.state == "unchecked"
    assert str(judged.reason) == f"What was supplied for Bitcoin block {FIRST_HEIGHT} is not the header of a block."


def test_the_earliest_of_several_blocks() -> None:
    """The time is that of the earliest confirmed block, which is not always the lowest."""
    two = proof(DATA, FORK + bitcoin(10) + append(b"x") + SHA256 + bitcoin(11))
    headers = {10: header(DIGEST, FIRST_TIME + 50), 11: header(sha256(DIGEST + b"x"), FIRST_TIME)}

    judged = judge_anchor(two, DATA, headers)

    assert (judged.height, judged.time) == (11, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert heights(two) == (10, 11)
    assert judge_anchor(two, DATA, {10: headers[10]}).height == 10


@given(st.integers(0, 2**256 - 1), st.integers(0, len(HEADER) * 8 - 1))
@settings(max_examples=200)
def test_no_changed_bit_confirms(message: int, bit: int) -> None:
    """A header with one bit changed, or of a root that is not the proof's, never confirms, except in time and nonce."""
    place, mask = bit // 8, 1 << bit % 8
    changed = HEADER[:place] + bytes([HEADER[place] ^ mask]) + HEADER[place + 1 :]

    assert state(ANCHORED, {FIRST_HEIGHT: header(message.to_bytes(32, "big"))}) != "confirmed"
    if 36 <= place < 68:
        assert state(ANCHORED, {FIRST_HEIGHT: changed}) != "confirmed"


@given(st.integers(0, len(ANCHORED) - 1), st.integers(0, 7))
def test_no_changed_bit_of_a_proof_confirms(place: int, bit: int) -> None:
    """A proof with one bit changed is never confirmed."""
    changed = ANCHORED[:place] + bytes([ANCHORED[place] ^ (1 << bit)]) + ANCHORED[place + 1 :]

    assert state(changed, {FIRST_HEIGHT: HEADER}) != "confirmed"


# Hostile proofs.


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "This is not an OpenTimestamps proof.", id="nothing"),
        pytest.param(b"<!doctype html>", "This is not an OpenTimestamps proof.", id="html"),
        pytest.param(b"PK\x03\x04" + bytes(90), "This is not an OpenTimestamps proof.", id="zip"),
        pytest.param(MAGIC, f"The proof is damaged at byte {len(MAGIC)}.", id="magic-alone"),
        pytest.param(MAGIC + b"\x01\x09", f"The proof is damaged at byte {len(MAGIC) + 2}.", id="unknown-digest"),
        pytest.param(MAGIC + b"\x02", "The proof is of version 2, which is not known here.", id="version-2"),
        pytest.param(
            MAGIC + b"\x01\x02" + bytes(20) + bitcoin(1),
            "The proof names its file by SHA-1, which is not accepted.",
            id="sha-1",
        ),
        pytest.param(
            MAGIC + b"\x01\x03" + bytes(20) + bitcoin(1),
            "The proof names its file by RIPEMD-160, which is not accepted.",
            id="ripemd-160",
        ),
        pytest.param(
            MAGIC + b"\x01\x67" + bytes(32) + bitcoin(1),
            "The proof names its file by Keccak-256, which is not accepted.",
            id="keccak",
        ),
        pytest.param(
            proof(DATA, b"\x02" + bitcoin(1)),
            "The proof takes a step by SHA-1, which is not accepted.",
            id="sha-1-inside",
        ),
        pytest.param(
            proof(DATA, b"\xf3" * 200 + bitcoin(1)),
            "The proof takes a step by hexlify, which is not accepted.",
            id="hexlify-bomb",
        ),
        pytest.param(bytes(MAX_PROOF_BYTES + 1), "The proof is larger than 65536 bytes.", id="too-large"),
        pytest.param(
            proof(DATA, SHA256 * (MAX_DEPTH + 1) + bitcoin(1)), "The proof is more than 256 steps deep.", id="too-deep"
        ),
        pytest.param(proof(DATA, SHA256 * 60_000), "The proof is more than 256 steps deep.", id="recursion-bomb"),
    ],
)
def test_named_refusals(data: bytes, sentence: str) -> None:
    """What is refused for a reason of its own says which."""
    assert damaged(data) == sentence


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"", id="nothing-follows"),
        pytest.param(bitcoin(1) + b"\x00", id="one-more-byte"),
        pytest.param(ANCHORED[: -len(bitcoin(1))], id="a-proof-inside"),
        pytest.param(bitcoin(1)[:-1], id="cut-in-the-attestation"),
        pytest.param(bitcoin(1)[:5], id="cut-in-the-kind"),
        pytest.param(FORK + bitcoin(1), id="nothing-after-the-fork"),
        pytest.param(FORK, id="fork-alone"),
        pytest.param(FORK + FORK + bitcoin(1) + bitcoin(2), id="two-forks"),
        pytest.param(SHA256, id="step-without-end"),
        pytest.param(b"\x09" + bitcoin(1), id="unknown-step"),
        pytest.param(append(b"") + bitcoin(1), id="empty-append"),
        pytest.param(append(bytes(4096)) + bitcoin(1), id="message-too-long"),
        pytest.param(b"\xf0\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + bitcoin(1), id="length-near-2^63"),
        pytest.param(b"\xf0" + b"\xff" * 5000, id="number-without-end"),
        pytest.param(b"\xf0\x81\x00x" + bitcoin(1), id="number-in-another-spelling"),
        pytest.param(FORK + bitcoin(1) + bitcoin(1), id="the-same-attestation-twice"),
        pytest.param(FORK + SHA256 + bitcoin(1) + SHA256 + bitcoin(2), id="the-same-step-twice"),
        pytest.param(b"\x00" + bytes.fromhex("0588960d73d71901") + string(b""), id="no-height"),
        pytest.param(b"\x00" + bytes.fromhex("0588960d73d71901") + string(b"\x01\x01"), id="height-and-more"),
        pytest.param(bitcoin(2**31), id="height-too-large"),
        pytest.param(bitcoin(2**63), id="height-of-64-bits"),
        pytest.param(unknown(bytes(8193)), id="payload-too-long"),
        pytest.param(pending(""), id="empty-address"),
        pytest.param(pending("a" * 1001), id="address-too-long"),
        pytest.param(pending("http://user@host/"), id="address-with-user"),
        pytest.param(pending("http://host/?question"), id="address-with-question"),
        pytest.param(pending("http://host/\nX: y"), id="address-with-line"),
        pytest.param(
            b"\x00" + bytes.fromhex("83dfe30d2ef90c8e") + string(string(b"http://a") + b"x"), id="address-and-more"
        ),
        pytest.param(b"\x00" + bytes.fromhex("83dfe30d2ef90c8e") + string(b"\x09http"), id="address-cut"),
        pytest.param(
            b"".join(FORK + append(number(n)) + bitcoin(1) for n in range(1, MAX_ATTESTATIONS + 1)) + bitcoin(2),
            id="too-many-attestations",
        ),
    ],
)
def test_damaged_proofs(rest: bytes) -> None:
    """Whatever does not follow the format from the first byte to the last is damaged, and its place is told."""
    assert damaged(proof(DATA, rest)).startswith("The proof is damaged at byte ")


@pytest.mark.parametrize("length", range(len(ANCHORED)))
def test_cut_anywhere(length: int) -> None:
    """No beginning of a proof is a proof."""
    damaged(ANCHORED[:length])


@given(st.binary(max_size=400))
@example(b"\xff" * 300)
@settings(max_examples=400)
def test_nothing_makes_the_judge_raise(rest: bytes) -> None:
    """Any bytes after a good beginning are judged, and never confirmed by chance."""
    assert state(proof(DATA, rest), {FIRST_HEIGHT: HEADER}) != "confirmed"


STEP = st.one_of(
    st.just(SHA256), st.binary(min_size=1, max_size=40).map(append), st.binary(min_size=1, max_size=40).map(prepend)
)
LEAF = st.one_of(
    st.integers(0, 2**31 - 1).map(bitcoin),
    st.sampled_from([ADDRESS, "http://127.0.0.1:80", "https://b.example/x"]).map(pending),
    st.binary(max_size=30).map(unknown),
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(STEP, inner).map(b"".join), st.tuples(st.just(FORK), LEAF, STEP, inner).map(b"".join)
    ),
    max_leaves=12,
)


@given(TREE)
def test_the_two_readers_agree(rest: bytes) -> None:
    """Our reader and the library's find the same attestations of the same messages, and write the same bytes back."""
    from otskit.proof import evidence, parse

    theirs = {
        (one.kind if one.kind in {"pending", "bitcoin"} else "unknown", one.msg, one.uri, one.height or 0)
        for one in evidence(parse(proof(DATA, rest)))
    }

    digest, ours = read_proof(proof(DATA, rest))

    assert digest == DIGEST
    assert {(one.kind, one.message, one.calendar, one.height) for one in ours} == theirs
    assert set(read_answer(rest, DIGEST)) == set(ours)


def test_memory_stays_small() -> None:
    """A file of the largest size that makes thousands of long messages is read with memory for one path alone."""
    branch = append(b"x") * 200 + bitcoin(1)
    wide = append(bytes(3000)) + b"".join(FORK + append(number(n)) + branch for n in range(1, 95)) + branch
    assert 60_000 < len(wide) < MAX_PROOF_BYTES

    tracemalloc.start()
    try:
        assert state(proof(DATA, wide)) == "unchecked"
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


# Block headers.


def test_the_first_block_of_bitcoin() -> None:
    """A real header: its hash, root and time are those that everybody knows, and its work was done."""
    assert is_sound(GENESIS)
    assert block_hash(GENESIS) == GENESIS_NAME == name_of(GENESIS)
    assert merkle_root(GENESIS)[::-1].hex() == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    assert block_time(GENESIS) == dt.datetime(2009, 1, 3, 18, 15, 5, tzinfo=dt.UTC)


def test_a_file_of_headers() -> None:
    """Heights and headers, comments and empty lines, the same line twice."""
    text = (
        f"# from my node\n\n0 {GENESIS.hex()}\r\n{FIRST_HEIGHT}\t {HEADER.hex().upper()}  # mine\n0 {GENESIS.hex()}\n"
    )

    assert read_headers(text.encode()) == {0: GENESIS, FIRST_HEIGHT: HEADER}
    assert read_headers(b"") == {}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(f"0 {GENESIS.hex()[:-2]}", "is not the height", id="short"),
        pytest.param(f"0 {GENESIS.hex()}00", "is not the height", id="long"),
        pytest.param(GENESIS.hex(), "is not the height", id="no-height"),
        pytest.param(f"-1 {GENESIS.hex()}", "is not the height", id="negative"),
        pytest.param(f"{2**31} {GENESIS.hex()}", "is not the height", id="too-high"),
        pytest.param(f"٣ {GENESIS.hex()}", "is not the height", id="arabic-digits"),
        pytest.param(f"0 {GENESIS.hex()[:-2]}00", "is not the height", id="work-not-done"),
        pytest.param('{"0": ""}', "is not the height", id="json"),
        pytest.param(f"7 {GENESIS.hex()}", "gives a second header", id="second"),
    ],
)
def test_a_file_of_something_else(line: str, sentence: str) -> None:
    """The first line that is wrong is named."""
    with pytest.raises(UnreadableError, match=f"Line 2 {sentence}"):
        read_headers(f"7 {HEADER.hex()}\n{line}\n".encode())


def test_an_explorer(calendar: CalendarServer) -> None:
    """The header of a height is had in two questions, and confirms the proof."""
    made = stamped(calendar)
    calendar.mine()
    complete = upgraded(calendar, made)
    (height,) = heights(complete)

    name = read_block_hash(fetch(block_hash_url(f"{calendar.url}/", height), timeout=30, limit=1024))
    found = read_header(fetch(header_url(calendar.url, name), timeout=30, limit=1024), name)

    assert calendar.asked[-2:] == [f"/block-height/{height}", f"/block/{name}/header"]
    assert state(complete, {height: found}) == "confirmed"


def test_an_explorer_that_lies_or_breaks() -> None:
    """What is no hash, no header, or the header of another block than was named, is refused."""
    assert read_block_hash(f"{GENESIS_NAME}\n".encode()) == GENESIS_NAME
    assert read_header(f"{GENESIS.hex()}\n".encode(), GENESIS_NAME) == GENESIS
    for answer in (b"", b"Block not found", GENESIS_NAME.upper().encode(), b"../../etc/passwd", b"\xff" * 64):
        with pytest.raises(UnreadableError):
            read_block_hash(answer)
    for answer in (b"", b"<html>", GENESIS, HEADER.hex().encode(), GENESIS.hex()[:-2].encode(), b"\xff" * 160):
        with pytest.raises(UnreadableError):
            read_header(answer, GENESIS_NAME)


# Without the extra.


def test_checking_needs_no_extra() -> None:
    """Judging loads neither the library that makes proofs nor anything that opens connections."""
    banned = ("otskit", "socket", "ssl", "http", "urllib.request")
    program = (
        "import sys, json\n"
        "sys.modules['otskit'] = None\n"
        "from evidence_vault.signing import anchors, calendars\n"
        f"state = anchors.judge_anchor({ANCHORED!r}, {DATA!r}, {{{FIRST_HEIGHT}: {HEADER!r}}}).state\n"
        f"print(json.dumps([state, [name for name in {banned} if sys.modules.get(name)]]))"
    )

    quiet = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # it imports more
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=quiet)

    assert json.loads(answer.stdout) == ["confirmed", []]


def test_the_sentence_for_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library, making proofs is not available, and the sentence says how to get it."""
    assert is_available()
    monkeypatch.setitem(sys.modules, "otskit", None)

    assert not is_available()
    assert "evidence-vault[ots]" in str(NO_EXTRA)


def test_the_rooms_stay_apart() -> None:
    """Reading and judging name no outside package at all."""
    folder = Path(evidence_vault.__file__).parent / "signing"
    for room in ("anchors.py", "blocks.py"):
        assert "otskit" not in folder.joinpath(room).read_text("utf-8")


def test_the_helpers_own_tree() -> None:
    """The test calendar's tree gives a root to which every way leads."""
    leaves = [sha256(bytes([n])) for n in range(5)]
    root, ways = merkle(leaves)

    for leaf, way in zip(leaves, ways, strict=True):
        (attestation,) = read_answer(way + bitcoin(1), leaf)
        assert attestation.message == root
