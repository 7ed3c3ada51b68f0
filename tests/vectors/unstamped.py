"""Cases without any proof of time: untouched, withheld, and every corruption of `test_verify` and `test_bundle`."""

from collections.abc import Callable

import test_bundle
import test_verify
from forgery import CORRECTION, EXHIBIT, STEP, Forgery
from helpers import UNTRUSTED
from test_bundle import Archive
from vectors.cases import NOBODY, Trust, add, case
from vectors.packing import archive_of, pack
from vectors.world import CASE, Scene, ledger_signer, plain

from evidence_vault import kinds, values
from evidence_vault.encoding import sha256

OPEN = frozenset(UNTRUSTED)
GIVEN = Trust(roots=())
FINGERPRINT = Trust(key=sha256(ledger_signer().public_key), roots=())


# Untouched


@case("Untouched; the verifier was given nothing.", undecided=OPEN, trust=NOBODY)
def unstamped() -> Scene:
    return plain()


@case("Untouched; every field of every entry is written, as the program does.", undecided=OPEN, trust=NOBODY)
def unstamped_with_every_field() -> Scene:
    return plain(whole=True)


@case("Untouched; the verifier was given the signer's key.", undecided=[12], trust=GIVEN)
def unstamped_with_the_key() -> Scene:
    return plain()


@case("Untouched; the verifier was given the fingerprint of the key.", undecided=[12], trust=FINGERPRINT)
def unstamped_with_the_fingerprint() -> Scene:
    return plain()


@case(
    "The verifier was given the key of somebody else.",
    failed=[13],
    undecided=[12],
    trust=Trust(key=ledger_signer("somebody else").public_key.hex(), roots=()),
)
def unstamped_with_another_key() -> Scene:
    return plain()


@case("The originals travel apart, and the bundle says so.", undecided=[7, *OPEN], trust=NOBODY)
def light() -> Forgery:
    forgery = plain().forgery()
    test_verify.exhibits_left_out(forgery)
    return forgery


@case(
    "A field, another entry's whole body, and an exhibit with the body that names it are withheld.",
    undecided=OPEN,
    trust=NOBODY,
)
def withheld() -> Forgery:
    forgery = plain().forgery()
    forgery.withhold(STEP, "summary", "operator")
    forgery.put_body(CORRECTION, None)
    test_verify.body_of_an_exhibit_withheld_with_its_file(forgery)
    return forgery


@case("A part of a picture is covered, and its original withheld.", undecided=OPEN, trust=NOBODY)
def covered() -> Forgery:
    return _covered(shown_again=False)


@case(
    "A part of a picture was covered and is shown again, and its original is absent all the same.",
    undecided=[7, *OPEN],
    trust=NOBODY,
)
def covered_and_shown_again() -> Forgery:
    return _covered(shown_again=True)


def _covered(*, shown_again: bool) -> Forgery:
    scene = plain()
    scene.add(kinds.Redaction(target=EXHIBIT, boxes=(values.Box(left=1, top=2, width=3, height=4),), fields=()))
    if shown_again:
        scene.add(kinds.Redaction(target=EXHIBIT, boxes=(), fields=()))
    forgery = scene.forgery()
    del forgery.exhibits[test_verify.exhibit_digest(forgery, EXHIBIT)]
    return forgery


@case(
    "The verifier kept an earlier checkpoint, and it still holds.",
    undecided=OPEN,
    chance="plain",
    trust=Trust(key=None, roots=(), checkpoints=("checkpoints/plain-5.note",)),
)
def earlier_checkpoint_that_holds() -> Scene:
    return plain()


# The tables of the tests, as files

IN_A_FILE: dict[str, tuple[set[int], set[int]]] = {
    # A header or a body with a line feed too many, a signature of another length: seen while the lines are read.
    "signature-too-short": ({1, 4}, set()),
    "signature-too-long": ({1, 4}, set()),
    "signature-missing": ({1, 4}, set()),
    # SHA256SUMS lists the altered bytes, the name of the exhibit another digest: they cannot both be right.
    "flip-one-exhibit-bit": ({1, 7}, set()),
    "exhibit-of-another-entry": ({1, 7}, set()),
    "exhibit-emptied": ({1, 7}, set()),
    "exhibit-missing-and-another-altered": ({1, 7}, set()),
    # The container says the same thing: a note that cannot be named, another number of entries, another case.
    "malformed-note": ({1, 9}, set()),
    "note-with-crlf": ({1, 9}, set()),
}
"""Corruptions of which a file shows more than the values alone: the checks that fail, and those left open."""
REFUSED = {"something-before-the-bundle"}
"""Files that do not begin as a bundle does are refused before they are opened."""
NOT_IN_A_FILE = {
    "problem-of-the-container": "a file has its own",
}


def _corrupted(corrupt: Callable[[Forgery], None]) -> Callable[[], Forgery]:
    def make() -> Forgery:
        forgery = plain().forgery(every_checkpoint=True)
        needless = [forgery.checkpoints[number] for number in (0, 1, 3, 5)]
        corrupt(forgery)
        forgery.checkpoints = [note for note in forgery.checkpoints if note not in needless]
        return forgery

    return make


def _unpacked(corrupt: Callable[[Archive, Forgery], None]) -> Callable[[], Archive]:
    def make() -> Archive:
        good = plain().forgery()
        good.checkpoints = good.checkpoints[-1:]
        archive = archive_of(good, CASE)
        pack(archive)  # which puts the sums right, for those who corrupt them
        corrupt(archive, good)
        return archive

    return make


def _words(corrupt: Callable[..., None], name: str) -> str:
    return corrupt.__doc__ or f"{name.replace('-', ' ').capitalize()}."


for _one in test_verify.CORRUPTIONS:
    if _one.name not in NOT_IN_A_FILE:
        _failed, _open = IN_A_FILE.get(_one.name, (_one.failed, _one.open))
        add(
            f"ledger-{_one.name}",
            _words(_one.corrupt, _one.name),
            _corrupted(_one.corrupt),
            NOBODY,
            _failed,
            OPEN | _open,
            chance="ledger",
        )
for _name, _corrupt, _failed, _open in test_bundle.CORRUPTIONS:
    add(
        f"bundle-{_name}",
        _words(_corrupt, _name),
        _unpacked(_corrupt),
        NOBODY,
        _failed,
        OPEN | _open,
        chance="bundle",
        refused=_name in REFUSED,
    )
