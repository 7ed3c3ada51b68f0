"""Cases with RFC 3161 tokens: honest ones, and every attack on the times that they attest.

Unless said otherwise the verifier was given the signer's key and the root of the authority that stamped.
"""

import test_verify
import tsa
from forgery import Forgery
from test_bundle import Archive
from vectors.cases import Trust, case
from vectors.packing import archive_of
from vectors.world import (
    CASE,
    Scene,
    authorities,
    begun,
    stamped,
)

from evidence_vault import kinds
from evidence_vault.exports.bundle import PAGE

LIVE, IMPORTED, LAST = 2, 5, 6
"""In `stamped`: the attempt recorded as it was made, the one imported later, the entry of the last token."""
BOUNDS = (
    (LIVE, "2026-03-02T08:14:00.500Z", "2026-03-02T08:20:04.500Z"),
    (IMPORTED, None, "2026-03-02T09:30:03.500Z"),
)
OTHERS = Trust(roots=("roots/p256.pem", "roots/rsa.pem"))


def by(name: str) -> tsa.Authority:
    return authorities()[name]


# Honest


@case("Stamped at the opening, after a live attempt, and after one imported later.", intervals=BOUNDS)
def _stamped() -> Scene:
    return stamped()


@case(
    "The same, by an authority that signs with RSA and SHA-256.",
    trust=Trust(roots=("roots/rsa.pem",)),
    intervals=BOUNDS,
)
def stamped_by_rsa() -> Scene:
    return stamped("rsa")


@case(
    "The same, by an authority that signs with P-384 and SHA-384.",
    trust=Trust(roots=("roots/p384.pem",)),
    intervals=BOUNDS,
)
def stamped_by_p384() -> Scene:
    return stamped("p384")


@case(
    "The same, by an authority whose certificate ended 20 days later: what counts is the time of the token.",
    trust=Trust(roots=("roots/expired.pem",)),
    intervals=BOUNDS,
)
def stamped_by_an_authority_whose_certificate_ended_since() -> Scene:
    return stamped("expired")


def twice_stamped() -> Scene:
    """Each checkpoint stamped by two authorities."""
    scene = begun()
    scene.stamp(by("p256"))
    scene.stamp(by("rsa"), size=2, at=scene.now)
    return scene


@case(
    "One checkpoint, stamped by two authorities; both roots were given. The earlier time bounds.",
    trust=OTHERS,
    intervals=((1, None, "2026-03-02T08:14:04.500Z"),),
)
def stamped_by_two_authorities() -> Scene:
    return twice_stamped()


@case(
    "The same, but only one root was given: the other token does not count and harms nothing.",
    chance="stamped-by-two-authorities",
)
def stamped_by_two_authorities_of_which_one_is_trusted() -> Scene:
    return twice_stamped()


@case(
    "Stamped, and the verifier was not given the signer's key.", undecided=[13], trust=Trust(key=None), chance="stamped"
)
def stamped_without_the_key() -> Scene:
    return stamped()


@case(
    "Stamped, and the verifier trusts no authority: no token counts, and none fails.",
    undecided=[12],
    trust=Trust(roots=()),
    chance="stamped",
    intervals=((LIVE, None, None), (IMPORTED, None, None)),
)
def stamped_without_a_root() -> Scene:
    return stamped()


@case("Stamped, and received the same evening.", trust=Trust(received_on="2026-03-02"), chance="stamped")
def stamped_and_received_on_that_day() -> Scene:
    return stamped()


@case(
    "Received on the day before the tokens say that they were made.",
    failed=[16],
    trust=Trust(received_on="2026-03-01"),
    chance="stamped",
)
def token_later_than_received_on() -> Scene:
    return stamped()


@case("An attempt was recorded after the last token: nobody attests it yet.", undecided=[12])
def stamped_but_for_the_last_entries() -> Scene:
    scene = stamped()
    scene.attempt(live=True)
    return scene


@case("After the last token only an export, another token that does not count, and a certificate: they need none.")
def stamped_with_a_tail_that_needs_no_proof() -> Scene:
    scene = stamped()
    scene.add(kinds.ExportMade(export="bundle", size=7, sha256="0" * 64))
    scene.stamp(by("stranger"), said="untrusted")
    scene.add(kinds.Certificate(use="document", certificate="MAA=", origin="self_issued"))
    return scene


@case("Stamped; the originals travel apart.", undecided=[7], chance="stamped")
def stamped_and_light() -> Forgery:
    forgery = stamped().forgery()
    test_verify.exhibits_left_out(forgery)
    return forgery


@case(
    "Stamped; the note and the time of the live attempt are withheld, so that it has no lower bound any more.",
    chance="stamped",
    intervals=((LIVE, None, BOUNDS[0][2]), BOUNDS[1]),
)
def stamped_and_withheld() -> Forgery:
    forgery = stamped().forgery()
    forgery.withhold(LIVE, "occurred_at", "operator")
    forgery.put_body(IMPORTED, None)
    return forgery


@case("Stamped; the request was not kept. Its nonce cannot be compared, which is said nowhere to be needed.")
def stamped_without_a_request() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), asked=False)
    return scene


@case(
    "The entry says that the token is untrusted; it is not: what an entry says of a token is not believed.",
    chance="stamped-begun",
)
def stamped_and_said_to_be_untrusted() -> Scene:
    scene = begun()
    scene.stamp(by("p256"), said="untrusted")
    return scene


@case(
    "The checkpoint bears the cosignature of a witness, too: what was stamped is the note without it.", chance="stamped"
)
def stamped_and_cosigned() -> Forgery:
    forgery = stamped().forgery()
    forgery.checkpoints = [note + "— witness.example AAAAAAAAAAAA\n".encode() for note in forgery.checkpoints]
    return forgery


@case("The page verify.html is not the real one: nothing depends on it.", chance="stamped")
def stamped_with_another_page() -> Archive:
    archive = archive_of(stamped().forgery(), CASE)
    archive[PAGE] = b"<!doctype html><script>document.body.textContent = 'Tout est vrai.'</script>\n"
    return archive
