"""Attacks on the times that tokens attest: on the files, on the ledger by the keeper of its key, on what entries say.

Unless said otherwise the verifier was given the signer's key and the root of the authority that stamped.
"""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from forgery import Forgery
from test_bundle import Archive
from vectors.cases import Trust, add, case
from vectors.packing import archive_of
from vectors.stamped import BOUNDS, LAST, LIVE, OTHERS, by
from vectors.world import (
    CASE,
    MINUTE,
    MORNING,
    SECOND,
    Scene,
    begun,
    digest_of,
    ledger_signer,
    picture,
    request_for,
    stamped,
)

from evidence_vault import kinds
from evidence_vault.encoding import sha256
from evidence_vault.entries import parse_body
from evidence_vault.evidence import Proof
from evidence_vault.signing.note import Checkpoint, origin_of, write_note

# What happens to the files


def _proofs(forgery: Forgery) -> list[str]:
    return list(forgery.proofs)


def _resaid(forgery: Forgery, index: int, **changes: object) -> None:
    """Let an entry say something else, for `rebuild`."""
    forgery.say(index, {**parse_body(forgery.entries[index].body or b"").fields(), **changes})  # type: ignore[dict-item]


@case("The last token and its request were taken out.", undecided=[12, 14], chance="stamped")
def seal_dropped() -> Forgery:
    forgery = stamped().forgery()
    del forgery.proofs[_proofs(forgery)[-1]]
    return forgery


@case("The last token was taken out, and what its entry says is withheld.", undecided=[12, 14], chance="stamped")
def seal_dropped_and_withheld() -> Forgery:
    forgery = seal_dropped()
    assert isinstance(forgery, Forgery)
    forgery.put_body(LAST, None)
    return forgery


@case(
    "All tokens were taken out, and all that the entries say of them is withheld.", undecided=[12, 14], chance="stamped"
)
def every_seal_dropped_and_withheld() -> Forgery:
    forgery = stamped().forgery()
    forgery.proofs.clear()
    for index in (1, 4, LAST):
        forgery.put_body(index, None)
    return forgery


@case(
    "What the entry of the last token says is withheld, while its file is there: a file that no entry names.",
    failed=[14],
    undecided=[12],
    chance="stamped",
)
def seal_withheld_without_its_file() -> Forgery:
    forgery = stamped().forgery()
    forgery.put_body(LAST, None)
    return forgery


@case(
    "The field `protocol` of a stamp whose token is about other bytes is withheld, to hide the failure.",
    undecided=[12, 14],
)
def seal_of_a_withheld_protocol() -> Forgery:
    scene = begun()
    scene.stamp(by("p256"), imprint=digest_of("other"))
    forgery = scene.forgery()
    forgery.withhold(2, "protocol")
    return forgery


@case("The checkpoint that the last token is about is missing.", undecided=[12, 14], chance="stamped")
def stamped_checkpoint_missing() -> Forgery:
    forgery = stamped().forgery()
    del forgery.checkpoints[-2]
    return forgery


@case("Only the request was taken out: the nonce cannot be compared.", undecided=[12, 14], chance="stamped")
def request_dropped() -> Forgery:
    forgery = stamped().forgery()
    digest = _proofs(forgery)[-1]
    forgery.proofs[digest] = Proof(forgery.proofs[digest].response)
    return forgery


@case("The request is that of another token.", failed=[14], undecided=[12], chance="stamped")
def request_swapped() -> Forgery:
    forgery = stamped().forgery()
    first, *_, last = _proofs(forgery)
    forgery.proofs[last] = replace(forgery.proofs[last], request=forgery.proofs[first].request)
    return forgery


@case("Two tokens change places under their names.", failed=[14], undecided=[12], chance="stamped")
def tokens_swapped_between_files() -> Forgery:
    forgery = stamped().forgery()
    _, second, last = _proofs(forgery)
    forgery.proofs[second], forgery.proofs[last] = forgery.proofs[last], forgery.proofs[second]
    return forgery


@case("The keeper of the key lets two entries name each other's token.", failed=[14], undecided=[12])
def tokens_swapped_between_checkpoints() -> Scene:
    scene = begun()
    data, later = scene.note(), None
    request = request_for(data, 7)
    scene.name(2, by("p256").stamp(data, request, gen_time=scene.now), request, time=scene.now)
    scene.attempt(live=True)
    later = scene.note()
    request = request_for(later, 8)
    response = by("p256").stamp(later, request, gen_time=scene.now)
    scene.name(2, response, request, time=scene.now)
    scene.name(4, by("p256").stamp(data, request_for(data, 9), gen_time=scene.now), request_for(data, 9))
    return scene


@case("A genuine token of this ledger lies beside the others, and no entry names it.", failed=[14], chance="stamped")
def token_that_no_entry_names() -> Forgery:
    forgery = stamped().forgery()
    response = by("p256").stamp(forgery.checkpoints[-1], gen_time=MORNING + 80 * MINUTE)
    forgery.proofs[sha256(response)] = Proof(response)
    return forgery


@case("A request lies there without the response that it would answer.", failed=[1], chance="stamped")
def request_without_its_token() -> Archive:
    archive = archive_of(stamped().forgery(), CASE)
    archive.members.append((f"timestamps/{'0' * 64}.tsq", request_for(b"", 1)))
    return archive


@case("A token and an OpenTimestamps proof stand under one digest.", failed=[1], undecided=[12, 14], chance="stamped")
def token_and_proof_under_one_digest() -> Archive:
    forgery = stamped().forgery()
    archive = archive_of(forgery, CASE)
    digest = _proofs(forgery)[-1]
    archive.members.append((f"timestamps/{digest}.ots", archive[f"timestamps/{digest}.tsr"]))
    return archive


@case("A token of more than 256 KiB.", failed=[1, 14], undecided=[12])
def token_too_large() -> Scene:
    scene = begun()
    scene.name(2, bytes(256 * 1024 + 1), status="unverifiable")
    return scene


@case("The same, and no entry names it.", failed=[1, 14], chance="stamped")
def token_too_large_that_no_entry_names() -> Forgery:
    forgery = stamped().forgery()
    data = bytes(256 * 1024 + 1)
    forgery.proofs[sha256(data)] = Proof(data)
    return forgery


@case("A note of more than 16 KiB.", failed=[1, 9], chance="stamped")
def note_too_large() -> Archive:
    archive = archive_of(stamped().forgery(), CASE)
    archive.members.append(("checkpoints/000000003.note", archive["checkpoints/000000004.note"] + b"a" * 16384))
    return archive


# What the keeper of the key can do to the ledger


@case(
    "An earlier entry says something else, everything was signed anew, and the old tokens stay.",
    failed=[14],
    undecided=[12],
    chance="stamped",
)
def ledger_rebuilt_under_the_old_tokens() -> Forgery:
    forgery = stamped().forgery()
    _resaid(forgery, LIVE, note="une autre page")
    forgery.rebuild()
    forgery.checkpoints = [forgery.note(size) for size in (1, 4, 6, 7)]
    return forgery


@case(
    "The same, and the old checkpoints stay too: they have other roots.",
    failed=[9],
    undecided=[12, 14],
    chance="stamped",
)
def ledger_rebuilt_under_the_old_checkpoints() -> Forgery:
    forgery = stamped().forgery()
    old = list(forgery.checkpoints)
    _resaid(forgery, LIVE, note="une autre page")
    forgery.rebuild()
    forgery.checkpoints += old[:3]
    return forgery


@case(
    "The whole ledger was made again with the same key, other dates, and no token: it agrees with itself.",
    undecided=[12],
)
def ledger_rebuilt_without_tokens() -> Scene:
    scene = begun()
    scene.exhibit(picture(9), attempt=1)
    return scene


@case(
    "The same; the verifier kept a checkpoint of the ledger as it was.",
    failed=[9],
    undecided=[12],
    trust=Trust(checkpoints=("checkpoints/stamped-2.note",)),
    chance="ledger-rebuilt-without-tokens",
)
def ledger_rebuilt_and_an_earlier_checkpoint_kept() -> Scene:
    return ledger_rebuilt_without_tokens()  # type: ignore[return-value]


def cut_back(forgery: Forgery) -> Forgery:
    """Without what was recorded after the second token."""
    forgery.checkpoints = [*forgery.checkpoints[:2], forgery.note(5)]
    forgery.entries = forgery.entries[:5]
    del forgery.proofs[_proofs(forgery)[-1]]
    return forgery


@case(
    "The last entries, their checkpoints and their token were taken away together: nothing in the file shows it.",
    chance="stamped",
    intervals=BOUNDS[:1],
)
def tail_cut_off() -> Forgery:
    return cut_back(stamped().forgery())


@case(
    "The same; the verifier kept a later checkpoint.",
    failed=[10],
    trust=Trust(checkpoints=("checkpoints/stamped-7.note",)),
    chance="stamped",
)
def tail_cut_off_and_a_later_checkpoint_kept() -> Forgery:
    return cut_back(stamped().forgery())


def made_up_notes(scene: Scene) -> dict[str, bytes]:
    """Checkpoints over entries that never were: one under a signature that was pasted, one of another ledger."""
    lines = scene.note(7).split(b"\n")
    lines[1:3] = b"1000", base64.b64encode(bytes(32))
    head = Checkpoint(origin_of("f" * 32), 1000, bytes(32))
    other = ledger_signer("somebody else")
    return {"pasted": b"\n".join(lines), "foreign": write_note(head, other.public_key, other.sign(head.text()))}


@case(
    "Untouched; somebody gave the verifier a note over 1000 entries, under a signature that is not about it.",
    undecided=[9],
    trust=Trust(checkpoints=("checkpoints/pasted-1000.note",)),
    chance="stamped",
)
def a_checkpoint_that_nobody_signed_kept() -> Scene:
    return stamped()


@case(
    "Untouched; the verifier gave a checkpoint of another ledger.",
    undecided=[9],
    trust=Trust(checkpoints=("checkpoints/foreign-1000.note",)),
    chance="stamped",
)
def a_checkpoint_of_another_ledger_kept() -> Scene:
    return stamped()


@case("The same, but the token over what is gone was left, with its checkpoint.", failed=[10, 14], chance="stamped")
def tail_cut_off_but_its_token_left() -> Forgery:
    whole = stamped().forgery()
    forgery = cut_back(whole.copy())
    forgery.checkpoints.append(whole.checkpoints[2])
    forgery.proofs = whole.proofs
    return forgery


@case(
    "An attempt claims to have been recorded an hour after the token that covers it: the clock was ahead.",
    undecided=[16],
)
def clock_ahead() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), at=scene.now - 60 * MINUTE)
    return scene


@case(
    "The entry that names a token claims to have been recorded an hour before it: the clock was behind.", undecided=[16]
)
def clock_behind() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), at=scene.now + 60 * MINUTE)
    return scene


@case(
    "Recorded all at once in April, with claims about March: nothing contradicts what is claimed between two tokens. "
    "The interval says no more than that.",
    intervals=((1, None, "2026-03-02T08:14:04.500Z"), (3, "2026-03-02T08:14:01.500Z", "2026-04-01T08:15:02.500Z")),
)
def claimed_between_distant_tokens() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    scene.now = MORNING + dt.timedelta(days=2)
    scene.attempt(live=True)
    scene.now = MORNING + dt.timedelta(days=30, minutes=1)
    scene.stamp(by("p256"))
    return scene


@case("An attempt claims to have been recorded two days before the token that stands before it.", undecided=[11, 16])
def backdated() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    scene.now = MORNING - dt.timedelta(days=2)
    scene.attempt(live=True)
    scene.stamp(by("p256"), at=MORNING + MINUTE)
    return scene


@case("120 seconds of difference between the clock and the authority are borne.")
def clock_ahead_within_the_tolerance() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), at=scene.now - 2 * MINUTE, accuracy=None)
    return scene


@case("One millisecond more than 120 seconds.", undecided=[16])
def clock_ahead_beyond_the_tolerance() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), at=scene.now - 2 * MINUTE - dt.timedelta(milliseconds=1), accuracy=None)
    return scene


@case("The newer token is dated earlier than the older one that its checkpoint holds.", failed=[16])
def tokens_in_contradictory_order() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    scene.attempt(live=True)
    scene.stamp(by("p256"), at=MORNING - MINUTE)
    return scene


@case("The same by less than the accuracies that both state: no contradiction.", trust=OTHERS)
def tokens_out_of_order_within_their_accuracy() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), at=scene.now + 2 * SECOND)
    scene.attempt(live=True)
    scene.stamp(by("rsa"), at=scene.now - SECOND)
    return scene


@case("An entry names a token over more entries than there were before it.", failed=[6, 14], undecided=[12])
def stamp_over_entries_to_come() -> Scene:
    scene = begun()
    response = by("p256").stamp(b"", imprint=digest_of("to come"), gen_time=scene.now)
    scene.name(3, response)
    return scene


@case(
    "A forger's own ledger with his own key and tokens of a trusted authority: only the key shows whose it is.",
    failed=[13],
)
def another_ledger_stamped() -> Scene:
    scene = Scene(signer=ledger_signer("somebody else"))
    scene.open()
    scene.attempt(live=True)
    scene.stamp(by("p256"))
    return scene


@case("The key in the bundle was replaced by another.", failed=[3, 9, 13], undecided=[10, 12, 14], chance="stamped")
def key_replaced() -> Forgery:
    forgery = stamped().forgery()
    forgery.keys = [ledger_signer("somebody else").public_key]
    return forgery


# What entries may say of proofs


@case("Two entries name the same token: it counts once more, and harms nothing.")
def token_named_twice() -> Scene:
    scene = begun()
    scene.stamp(by("p256"))
    ((_, proof),) = scene.proofs.items()
    scene.name(2, proof.response, proof.request, time=scene.now)
    return scene


@case(
    "The entry calls its token an OpenTimestamps proof: as such it cannot be read, and does not count.", undecided=[12]
)
def token_named_as_an_anchor() -> Scene:
    scene = begun()
    response = by("p256").stamp(scene.note(), gen_time=scene.now)
    scene.name(2, response, protocol="opentimestamps")
    return scene


@case("The entry does not disclose which checkpoint its token is about.", undecided=[12, 14], chance="stamped-begun")
def stamp_of_a_withheld_size() -> Forgery:
    scene = begun()
    scene.stamp(by("p256"))
    forgery = scene.forgery()
    forgery.withhold(2, "size")
    return forgery


@case(
    "The entry withholds the digest of the request, whose file is there all the same.",
    failed=[14],
    undecided=[12],
    chance="stamped-begun",
)
def stamp_of_a_withheld_request() -> Forgery:
    scene = begun()
    scene.stamp(by("p256"))
    forgery = scene.forgery()
    forgery.withhold(2, "request")
    return forgery


@case("The same, and the file of the request was taken out too: its nonce is not compared.", chance="stamped-begun")
def stamp_of_a_withheld_request_without_its_file() -> Forgery:
    forgery = stamp_of_a_withheld_request()
    assert isinstance(forgery, Forgery)
    forgery.proofs = {digest: Proof(proof.response) for digest, proof in forgery.proofs.items()}
    return forgery


def resaid(name: str, note: str, failed: Sequence[int], undecided: Sequence[int] = (12,), **changes: object) -> None:
    """A case in which the entry of a stamp says something that no entry may say."""

    def make() -> Forgery:
        scene = begun()
        scene.stamp(by("stranger"))
        forgery = scene.forgery()
        _resaid(forgery, 2, **changes)
        forgery.rebuild(checkpoint=False)
        forgery.checkpoints = [forgery.note(2), forgery.note(3)]
        return forgery

    add(f"stamp-{name}", note, make, Trust(), failed, undecided)


resaid(
    "of-an-unknown-status",
    "A status that no proof has: nobody reads on, and its file has no name.",
    [1, 14],
    status="genuine",
)
resaid("of-an-unknown-protocol", "A protocol that nobody knows.", [1, 14], protocol="roughtime")
resaid("that-replaces-an-attempt", "It replaces an entry that names no proof.", [6], replaces=1)
resaid("that-replaces-itself", "It replaces itself.", [6], replaces=2)
resaid("over-nothing", "It is over no entry.", [6], (12, 14), size=0)


@case("The certificate of an entry is not base64.", failed=[1])
def certificate_that_is_not_base64() -> Scene:
    scene = stamped()
    scene.add(kinds.Certificate(use="document", certificate="hello!", origin="self_issued"))
    return scene


@case("The certificate of an entry is base64 of something that is no certificate: it signs nothing.")
def certificate_that_is_none() -> Scene:
    scene = stamped()
    scene.add(kinds.Certificate(use="document", certificate="aGVsbG8=", origin="self_issued"))
    return scene
