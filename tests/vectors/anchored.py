"""Cases with OpenTimestamps proofs. Unless said otherwise the block headers of `blocks.txt` were given.

The blocks are those of a chain of our own, with the difficulty of Bitcoin's "regtest"; no calendar was ever asked.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from calendar_server import FORK, SHA256, append, bitcoin, pending, prepend, proof, unknown
from test_bundle import Archive
from vectors.cases import Made, Trust, case
from vectors.packing import archive_of
from vectors.stamped import by
from vectors.world import CASE, MINUTE, Scene, begun, block_header, digest_of, fixed

from evidence_vault.encoding import sha256
from evidence_vault.signing.anchors import AnchorState

HEADERS = Trust(roots=(), block_headers="blocks.txt")
BOTH = Trust(block_headers="blocks.txt")
ADDRESS = "https://calendar.example"
BLOCKS: dict[int, bytes] = {}
"""The header of every block that a case leads to, by height; filled as the cases are made."""


def anchored(height: int, *, minutes: int = 60, root: bytes | None = None) -> Scene:
    """A ledger of two entries, anchored in a block."""
    scene = begun()
    scene.anchor(scene.confirmed(height, minutes=minutes, root=root), status="confirmed")
    BLOCKS.update(scene.blocks)
    return scene


STATES: dict[str, AnchorState] = {
    "confirmed": "confirmed",
    "without-its-header": "unchecked",
    "with-a-wrong-merkle-root": "unverifiable",
    "pending": "pending",
    "of-an-unknown-kind": "unknown",
    "about-other-bytes": "invalid",
    "by-sha-1": "unverifiable",
    "of-a-file-named-by-sha-1": "unverifiable",
    "cut-short": "unverifiable",
    "with-more-after-its-end": "unverifiable",
    "too-deep": "unverifiable",
}
"""What each proof that also stands alone in `anchors/` is worth."""
CHANCE = "anchor"
"""All are about the same checkpoint."""
MADE: dict[str, Callable[[], Made]] = {}


def anchor(note: str, **told: Any) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Enter a case about anchors."""

    def enter(make: Callable[[], Made]) -> Callable[[], Made]:
        MADE[make.__name__.removeprefix("anchor_").replace("_", "-")] = make
        return case(note, chance=CHANCE, **told)(make)

    return enter


@anchor(
    "A proof that leads to a block; its header was given. The block's time binds to within two hours.",
    trust=HEADERS,
    intervals=((1, None, "2026-03-02T11:14:00.000Z"),),
)
def anchor_confirmed() -> Scene:
    return anchored(800_000)


@anchor("The same, without the header.", undecided=[12], trust=Trust(roots=()))
def anchor_without_its_header() -> Scene:
    return anchored(800_000)


@anchor(
    "The same, and the header that was given for that height is another block's: it counts for nothing.",
    undecided=[12],
    trust=HEADERS,
)
def anchor_with_a_wrong_merkle_root() -> Scene:
    return anchored(800_001, root=digest_of("another root"))


@anchor("A calendar promises to anchor it: this proves no date yet.", undecided=[12], trust=HEADERS)
def anchor_pending() -> Scene:
    scene = begun()
    scene.anchor(append(bytes(16)) + SHA256 + pending(ADDRESS), status="pending")
    return scene


@anchor(
    "The pending proof was completed later; the new entry names the old one.",
    trust=HEADERS,
    intervals=((1, None, "2026-03-02T11:14:00.000Z"),),
)
def anchor_completed() -> Scene:
    scene = begun()
    first = scene.anchor(append(bytes(16)) + SHA256 + pending(ADDRESS), status="pending")
    message = hashlib.sha256(hashlib.sha256(scene.note(2)).digest() + digest_of("neighbour")).digest()
    scene.now += 90 * MINUTE
    rest = append(digest_of("neighbour")) + SHA256 + FORK + pending(ADDRESS) + bitcoin(800_002)
    BLOCKS[800_002] = block_header(message)
    scene.name(2, proof(scene.note(2), rest), status="confirmed", replaces=first)
    return scene


@anchor("An attestation of a kind that nobody knows here.", undecided=[12], trust=HEADERS)
def anchor_of_an_unknown_kind() -> Scene:
    scene = begun()
    scene.anchor(append(bytes(16)) + SHA256 + unknown(), status="unknown")
    return scene


@anchor("It is about other bytes than this checkpoint.", failed=[15], undecided=[12], trust=HEADERS)
def anchor_about_other_bytes() -> Scene:
    scene = begun()
    scene.anchor(append(bytes(16)) + SHA256 + pending(ADDRESS), status="pending", data=b"other bytes")
    return scene


@anchor("It takes a step by SHA-1, for which two messages of one digest can be made.", undecided=[12], trust=HEADERS)
def anchor_by_sha_1() -> Scene:
    scene = begun()
    BLOCKS[800_003] = block_header(digest_of("sha-1"))
    scene.anchor(b"\x02" + SHA256 + bitcoin(800_003), status="unverifiable")
    return scene


@anchor("It names its file by SHA-1.", undecided=[12], trust=HEADERS)
def anchor_of_a_file_named_by_sha_1() -> Scene:
    scene = begun()
    data = scene.note()
    response = proof(data, b"")[:32] + b"\x02" + hashlib.sha1(data, usedforsecurity=False).digest() + bitcoin(800_000)
    scene.name(2, response, status="unverifiable")
    return scene


@anchor("The proof breaks off.", undecided=[12], trust=HEADERS)
def anchor_cut_short() -> Scene:
    scene = begun()
    rest = append(digest_of("neighbour")) + SHA256 + prepend(bytes(32)) + SHA256 + bitcoin(800_000)
    scene.name(2, proof(scene.note(), rest)[:-3], status="unverifiable")
    return scene


@anchor("Something stands after the end of the proof.", undecided=[12], trust=HEADERS)
def anchor_with_more_after_its_end() -> Scene:
    scene = begun()
    scene.anchor(append(bytes(16)) + SHA256 + pending(ADDRESS) + b"\0", status="unverifiable")
    return scene


@anchor("257 steps: deeper than any proof of a calendar.", undecided=[12], trust=HEADERS)
def anchor_too_deep() -> Scene:
    scene = begun()
    scene.anchor(SHA256 * 257 + bitcoin(800_000), status="unverifiable")
    return scene


@anchor(
    "A block and a token attest the same checkpoint; the token, being exact, bounds.",
    trust=BOTH,
    intervals=((1, None, "2026-03-02T08:14:04.500Z"),),
)
def anchor_beside_a_token() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    data = scene.note(2)
    message = hashlib.sha256(hashlib.sha256(data).digest() + digest_of("neighbour")).digest()
    BLOCKS[800_004] = block_header(message)
    scene.anchor(append(digest_of("neighbour")) + SHA256 + bitcoin(800_004), status="confirmed", size=2)
    return scene


@anchor("The block is three hours older than the token that the anchored checkpoint holds.", failed=[16], trust=BOTH)
def anchor_older_than_a_token_that_it_covers() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    scene.anchor(scene.confirmed(800_005, minutes=-180), status="confirmed")
    BLOCKS.update(scene.blocks)
    return scene


@anchor("The block is less than two hours older than that token: blocks are no better dated than that.", trust=BOTH)
def anchor_older_than_a_token_by_less_than_its_tolerance() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    scene.anchor(scene.confirmed(800_006, minutes=-100), status="confirmed")
    BLOCKS.update(scene.blocks)
    return scene


@anchor(
    "A block bounds nothing from below: the attempt recorded after it was anchored has no lower bound.",
    undecided=[12],
    trust=HEADERS,
    intervals=((1, None, "2026-03-02T11:14:00.000Z"), (3, None, None)),
)
def anchor_bounds_only_from_above() -> Scene:
    scene = anchored(800_007)
    scene.now += 300 * MINUTE
    scene.attempt(live=True)
    return scene


@anchor(
    "The block is later than the evidence was received, by more than its tolerance.",
    failed=[16],
    trust=Trust(roots=(), block_headers="blocks.txt", received_on="2026-03-02"),
)
def anchor_later_than_received_on() -> Scene:
    return anchored(800_008, minutes=60 * 24)


@anchor("The entries were recorded, by their own clock, four hours after the block.", undecided=[16], trust=HEADERS)
def anchor_and_a_clock_ahead() -> Scene:
    return anchored(800_009, minutes=-240)


@anchor("A request stands beside a proof, which answers none.", failed=[1], undecided=[12, 15], trust=HEADERS)
def anchor_with_a_request() -> Archive:
    forgery = anchored(800_000).forgery()
    archive = archive_of(forgery, CASE)
    (digest,) = forgery.proofs
    archive.members.append((f"timestamps/{digest}.tsq", b"0"))
    return archive


@anchor("A proof lies there that no entry names.", failed=[14], trust=HEADERS)
def anchor_that_no_entry_names() -> Archive:
    scene = anchored(800_000)
    archive = archive_of(scene.forgery(), CASE)
    stray = proof(scene.note(2), append(bytes(16)) + SHA256 + pending(ADDRESS))
    archive.members.append((f"timestamps/{sha256(stray)}.ots", stray))
    return archive


def files() -> dict[str, bytes]:
    """The proofs alone, by the names of their files, and what they are about."""
    found: dict[str, bytes] = {}
    for name in STATES:
        with fixed(CHANCE):
            scene = MADE[name]()
        assert isinstance(scene, Scene)
        found["anchors/data.note"] = scene.note(2)
        (made,) = scene.proofs.values()
        found[f"anchors/{name}.ots"] = made.response
    return found


def listed() -> list[dict[str, object]]:
    """What `cases.json` says of them."""
    return [
        {
            "name": name,
            "data": "anchors/data.note",
            "proof": f"anchors/{name}.ots",
            "block_headers": None if state == "unchecked" else "blocks.txt",
            "state": state,
        }
        for name, state in STATES.items()
    ]


def blocks_file() -> bytes:
    """The headers of all blocks, as a verifier keeps them."""
    lines = ["# Block headers of a test chain: height, header in hexadecimal."]
    lines += [f"{height} {header.hex()}" for height, header in sorted(BLOCKS.items())]
    return "".join(f"{line}\n" for line in lines).encode()
