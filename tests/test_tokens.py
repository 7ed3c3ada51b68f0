"""Time-stamp tokens: what is valid is so for openssl too, what is false is told from what is only unknown."""

import datetime as dt
import hashlib
import itertools
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.client import BadStatusLine, HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tsa import (
    BEGAN,
    ENDED,
    MISBEHAVIOURS,
    STAMPED,
    Asked,
    Authority,
    certificate,
    der,
    oid,
    pem,
    private_key,
    sequence,
    tlv,
    twin_of,
)

from evidence_vault.signing import tokens
from evidence_vault.signing.der import element, elements, wrap
from evidence_vault.signing.tokens import (
    MAX_RESPONSE_BYTES,
    Roots,
    TokenJudgement,
    judge,
    make_request,
    openssl_verify_command,
    read_certificates,
)

DATA = b"evidence-vault.invalid/0f3c\n12\nc29tZSByb290\n"
REQUEST = make_request(DATA)
SECOND = dt.timedelta(seconds=1)
KINDS = ["rsa", "p256", "p384"]

Openssl = Callable[..., bool]


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An ordinary authority, with a certificate between it and its root."""
    return Authority.create("p256", intermediate=True)


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> Openssl:
    """Whether the command that we print accepts a response, at its time or at `moment`."""
    folder = tmp_path_factory.mktemp("openssl")

    def accepts(response: bytes, roots: bytes, moment: dt.datetime | None = None, data: bytes = DATA) -> bool:
        for name, content in (("note", data), ("token.tsr", response), ("roots.pem", roots)):
            (folder / name).write_bytes(content)
        lines = openssl_verify_command("note", "token.tsr", "roots.pem", moment or STAMPED)
        ran = subprocess.run("\n".join(lines), shell=True, cwd=folder, capture_output=True, check=False)
        return ran.returncode == 0 and b"Verification: OK" in ran.stdout

    return accepts


def fresh(response: bytes, roots: Roots, request: bytes | None = REQUEST) -> TokenJudgement:
    """The judgement where nothing was judged before."""
    tokens._ANCHORED.clear()
    return judge(response, DATA, request, roots)


def agreed(found: TokenJudgement, response: bytes, authority: Authority, openssl: Openssl) -> None:
    """The token is valid for us and for openssl."""
    assert found.state == "valid", str(found.reason)
    assert openssl(response, authority.root_pem, found.gen_time)


@pytest.mark.needs("openssl")
class TestValid:
    @pytest.mark.parametrize("intermediate", [False, True])
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_openssl_stamps(self, kind: str, intermediate: bool, tmp_path: Path, openssl: Openssl) -> None:
        """Tokens of real `openssl ts`, RSA and ECDSA, with and without a certificate between: we agree with it."""
        authority = Authority.create(kind, intermediate=intermediate)

        response = authority.reply(REQUEST, tmp_path / "tsa")

        found = fresh(response, authority.roots)
        agreed(found, response, authority, openssl)
        assert found.authority == "Horodatage, Horloge d’essai, FR"
        assert found.root == "Horodatage racine, Horloge d’essai, FR"
        assert found.accuracy == dt.timedelta(seconds=1, milliseconds=500)
        assert (found.policy, found.serial) == ("1.2.3.4.1", 2)
        assert found.certificate == der(authority.signer)

    @pytest.mark.parametrize(
        "options",
        [
            {"ess_cert_id_alg": "sha1"},
            {"ess_cert_id_alg": "sha512"},
            {"ess_cert_id_chain": "yes"},
            {"ess_cert_id_chain": "yes", "ess_cert_id_alg": "sha1"},
            {"tsa_name": "no"},
            {"ordering": "yes", "clock_precision_digits": "6"},
            {"accuracy": "microsecs:1"},
            {"signer_digest": "sha512"},
        ],
        ids=str,
    )
    def test_however_it_is_set_up(
        self, options: dict[str, str], tmp_path: Path, authority: Authority, openssl: Openssl
    ) -> None:
        """Every way in which real authorities configure openssl ends in a token that is valid for both."""
        response = authority.reply(REQUEST, tmp_path / "tsa", **options)

        agreed(fresh(response, authority.roots), response, authority, openssl)

    @pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_we_stamp_for_tests(self, kind: str, digest: str, openssl: Openssl) -> None:
        """The tokens that tests build are tokens for openssl as well, under each digest."""
        authority = Authority.create(kind, intermediate=True)

        response = authority.stamp(DATA, digest=digest, signed_digest=digest)

        found = fresh(response, authority.roots, None)
        agreed(found, response, authority, openssl)
        assert found.gen_time == STAMPED

    def test_it_stays_valid_once_its_certificate_has_ended(self, openssl: Openssl) -> None:
        """A token is judged at its own time: openssl needs to be told so, and the printed command does."""
        authority = Authority.create(intermediate=True, ended=STAMPED + SECOND)

        response = authority.stamp(DATA, REQUEST)

        agreed(fresh(response, authority.roots), response, authority, openssl)
        assert not openssl(response, authority.root_pem, STAMPED + 2 * SECOND)

    def test_the_order_of_its_certificates_does_not_matter(self, openssl: Openssl) -> None:
        """Authorities that run `openssl ts` send certificates in any order; nobody signs that order."""
        authority = Authority.create(intermediate=True)
        orders = [[authority.signer, *authority.between], [*authority.between, authority.signer]]

        for certificates in orders:
            response = authority.stamp(DATA, REQUEST, certificates=certificates, in_order=False)
            agreed(fresh(response, authority.roots), response, authority, openssl)

    @pytest.mark.parametrize("pointers", [(1,), (2,), (1, 2)])
    @pytest.mark.parametrize("whole_chain", [False, True])
    def test_either_way_of_naming_the_certificate(
        self, pointers: tuple[int, ...], whole_chain: bool, authority: Authority, openssl: Openssl
    ) -> None:
        """RFC 2634 with SHA-1 or RFC 5035 with SHA-256, the signer alone or its chain: all are in use."""
        response = authority.stamp(DATA, REQUEST, pointers=pointers, pointed_chain=whole_chain)

        agreed(fresh(response, authority.roots), response, authority, openssl)

    def test_fractions_of_a_second_are_read(self, authority: Authority, openssl: Openssl) -> None:
        """An authority may state its time to the microsecond, and its accuracy too."""
        moment = STAMPED + dt.timedelta(microseconds=250_300)

        response = authority.stamp(DATA, REQUEST, gen_time=moment, accuracy=(0, 20, 5))

        found = fresh(response, authority.roots)
        agreed(found, response, authority, openssl)
        assert found.gen_time == moment
        assert found.accuracy == dt.timedelta(milliseconds=20, microseconds=5)

    def test_no_accuracy_is_none_stated(self, authority: Authority, openssl: Openssl) -> None:
        """What an authority leaves out counts as zero: nobody but it can say more."""
        response = authority.stamp(DATA, REQUEST, accuracy=None)

        found = fresh(response, authority.roots)
        agreed(found, response, authority, openssl)
        assert found.accuracy == dt.timedelta()

    def test_from_the_first_second_of_its_certificate_to_the_last_but_one(self, openssl: Openssl) -> None:
        """Outside, it is false. The last second itself is in for RFC 5280 and out for openssl: not valid, not false."""
        authority = Authority.create(began=STAMPED, ended=STAMPED + 2 * SECOND)

        for moment in (STAMPED, STAMPED + SECOND):
            response = authority.stamp(DATA, REQUEST, gen_time=moment)
            agreed(fresh(response, authority.roots), response, authority, openssl)
        for moment in (STAMPED - SECOND, STAMPED + 3 * SECOND):
            response = authority.stamp(DATA, REQUEST, gen_time=moment)
            assert fresh(response, authority.roots).state == "invalid"
            assert not openssl(response, authority.root_pem, moment)
        last = authority.stamp(DATA, REQUEST, gen_time=STAMPED + 2 * SECOND)
        assert fresh(last, authority.roots).state == "untrusted"

    def test_among_several_roots(self, authority: Authority, openssl: Openssl) -> None:
        """Roots of others stand beside the right one, in any order."""
        other = Authority.create(name="Autre")
        response = authority.stamp(DATA, REQUEST)

        for roots in ([other.root, authority.root], [authority.root, other.root]):
            found = fresh(response, Roots(tuple(map(der, roots))))
            assert found.root == "Horodatage racine, Horloge d’essai, FR"
            assert openssl(response, pem(*roots))

    def test_a_root_that_cannot_be_read_does_not_hide_the_others(self, authority: Authority) -> None:
        """Whatever else stands in a file of roots, the right one is trusted."""
        roots = Roots((b"nonsense", der(authority.root)))

        assert fresh(authority.stamp(DATA, REQUEST), roots).state == "valid"


@pytest.mark.needs("openssl")
class TestFalse:
    @pytest.mark.parametrize(
        ("how", "state", "words"),
        [
            ("wrong_nonce", "invalid", "random number"),
            ("other_bytes", "invalid", "other bytes"),
            ("spoofed", "invalid", "signature of the authority is wrong"),
            ("pointing_elsewhere", "invalid", "another certificate"),
            ("twin", "unverifiable", "Two certificates"),
            ("wrong_signature", "invalid", "signature of the authority is wrong"),
            ("moved_time", "invalid", "not what the token says"),
            ("past", "invalid", "outside the time"),
            ("future", "invalid", "outside the time"),
            ("injected_certificates", "valid", "right"),
            ("no_certificates", "unverifiable", "No certificate"),
            ("refusal", "unverifiable", "granted no time stamp"),
            ("html", "unverifiable", "web page came"),
            ("empty", "unverifiable", "no time stamp"),
            ("garbage", "unverifiable", "no time stamp"),
            ("truncated", "unverifiable", "part of one"),
            ("huge", "unverifiable", "larger"),
        ],
    )
    @pytest.mark.parametrize("kind", ["rsa", "p256"])
    def test_what_authorities_must_not_send(
        self, kind: str, how: str, state: str, words: str, openssl: Openssl
    ) -> None:
        """Each is told apart, and none that we do not call valid is good for openssl, but one.

        The random number is no part of the printed command: the request is not needed to check a date.
        """
        authority = Authority.create(kind, intermediate=True)
        response = authority.respond(REQUEST, how)

        found = fresh(response, authority.roots)

        assert (found.state, words in str(found.reason)) == (state, True), str(found.reason)
        moment = found.gen_time or STAMPED
        assert openssl(response, authority.root_pem, moment) is (state == "valid" or how == "wrong_nonce")

    def test_every_misbehaviour_is_tried(self) -> None:
        """A way that is added to the authority of the tests is judged here too."""
        (marks,) = [
            mark
            for mark in TestFalse.test_what_authorities_must_not_send.pytestmark  # type: ignore[attr-defined]
            if mark.args[0] == ("how", "state", "words")
        ]

        assert {row[0] for row in marks.args[1]} == set(MISBEHAVIOURS)

    @pytest.mark.parametrize(
        "changes",
        [
            {"purposes": None},
            {"purposes": [ExtendedKeyUsageOID.CODE_SIGNING]},
            {"purposes": [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING]},
            {"critical": False},
            {"usage": {"key_cert_sign": True}},
            {"usage": {"digital_signature": True, "crl_sign": True}},
        ],
    )
    def test_a_certificate_that_is_not_for_time_stamps(self, changes: dict[str, object], openssl: Openssl) -> None:
        """A key meant for something else must not be able to date anything (RFC 3161, section 2.3)."""
        authority = Authority.create(intermediate=True, **changes)  # type: ignore[arg-type]
        response = authority.stamp(DATA, REQUEST)

        assert fresh(response, authority.roots).state == "invalid"
        assert not openssl(response, authority.root_pem)

    def test_a_second_certificate_under_the_name_and_number_of_the_signer(self, authority: Authority) -> None:
        """openssl takes the first that it meets: a good token that somebody tampered with is no longer judged."""
        certificates = [authority.signer, *authority.between, twin_of(authority)]

        for enclosed in (certificates, certificates[::-1]):
            response = authority.stamp(DATA, REQUEST, certificates=enclosed, in_order=False)
            assert fresh(response, authority.roots).state == "unverifiable"

    def test_two_signatures(self, authority: Authority, openssl: Openssl) -> None:
        """RFC 3161 allows that of the authority alone."""
        response = authority.stamp(DATA, REQUEST, signatures=2)

        assert fresh(response, authority.roots).state == "invalid"
        assert not openssl(response, authority.root_pem)

    def test_no_word_on_which_certificate_signs(self, authority: Authority, openssl: Openssl) -> None:
        """Without it, a certificate could be put in the place of another."""
        response = authority.stamp(DATA, REQUEST, pointers=())

        assert fresh(response, authority.roots).state == "invalid"
        assert not openssl(response, authority.root_pem)

    def test_a_signature_over_something_else(self, authority: Authority) -> None:
        """The signed words must say that they are about a time stamp."""
        response = authority.stamp(DATA, REQUEST, content_kind="1.2.840.113549.1.7.1")

        assert fresh(response, authority.roots).state == "invalid"

    def test_the_same_thing_said_twice(self, authority: Authority) -> None:
        """Two digests in one signature would let two readers read two things."""
        digest = sequence(oid("1.2.840.113549.1.9.4"), tlv(0x31, tlv(0x04, bytes(32))))

        assert fresh(authority.stamp(DATA, REQUEST, extra=[digest]), authority.roots).state == "invalid"

    def test_an_answer_to_another_request(self, authority: Authority) -> None:
        """Even about the same bytes: the random number tells."""
        response = authority.stamp(DATA, make_request(DATA))

        assert fresh(response, authority.roots).state == "invalid"
        assert fresh(response, authority.roots, None).state == "valid"

    def test_an_answer_without_the_random_number(self, authority: Authority) -> None:
        """It was sent and must come back."""
        assert fresh(authority.stamp(DATA), authority.roots).state == "invalid"

    def test_an_answer_under_another_digest_than_asked_for(self, authority: Authority) -> None:
        """It is about our bytes, but does not answer the request."""
        nonce = int.from_bytes(Asked.read(REQUEST).nonce[2:], "big")

        found = fresh(authority.stamp(DATA, REQUEST, digest="sha512", nonce=nonce), authority.roots)

        assert found.state == "invalid"
        assert "does not answer" in str(found.reason)

    def test_another_policy_than_asked_for(self, authority: Authority) -> None:
        """A request may name the policy that it wants; no other will do."""
        imprint = sequence(sequence(oid("2.16.840.1.101.3.4.2.1"), tlv(0x05)), tlv(0x04, hashlib.sha256(DATA).digest()))

        def asking(policy: str) -> bytes:
            return sequence(tlv(0x02, b"\x01"), imprint, oid(policy), tlv(0x01, b"\xff"))

        response = authority.stamp(DATA)
        assert fresh(response, authority.roots, asking("1.2.3.4.9")).state == "invalid"
        assert fresh(response, authority.roots, asking("1.2.3.4.1")).state == "valid"


@pytest.mark.needs("openssl")
class TestUntrusted:
    def test_under_no_root_or_another(self, authority: Authority, openssl: Openssl) -> None:
        """All is right but nobody vouches for the authority: its word is shown, and does not count."""
        response = authority.stamp(DATA, REQUEST)

        for roots in (Roots(()), Authority.create(name="Autre").roots):
            found = fresh(response, roots)
            assert (found.state, found.root) == ("untrusted", None)
            assert found.gen_time == STAMPED
            assert found.authority == "Horodatage, Horloge d’essai, FR"
        assert not openssl(response, Authority.create(name="Autre").root_pem)

    def test_a_root_is_one_that_signed_itself(self, authority: Authority, openssl: Openssl) -> None:
        """A certificate from the middle of the chain is no root, for openssl neither."""
        response = authority.stamp(DATA, REQUEST)

        assert fresh(response, Roots((der(authority.between[0]),))).state == "untrusted"
        assert not openssl(response, pem(*authority.between))

    def test_without_the_certificate_between(self, authority: Authority, openssl: Openssl) -> None:
        """The token alone does not lead to its root."""
        response = authority.stamp(DATA, REQUEST, certificates=[authority.signer])

        assert fresh(response, authority.roots).state == "untrusted"
        assert not openssl(response, authority.root_pem)

    def test_a_certificate_between_that_may_issue_none(self, openssl: Openssl) -> None:
        """A certificate of somebody who is no authority vouches for nobody."""
        honest = Authority.create()
        key = private_key("p256", "not an authority")
        middle = certificate("Simple porteur", key, (honest.root, private_key("p256", "root of Horodatage")))
        signer = certificate("Horodatage", honest.key, (middle, key), purposes=[ExtendedKeyUsageOID.TIME_STAMPING])
        false = Authority("p256", honest.key, signer, (middle,), honest.root)
        response = false.stamp(DATA, REQUEST)

        assert fresh(response, false.roots).state == "untrusted"
        assert not openssl(response, false.root_pem)

    def test_a_chain_that_had_ended(self, openssl: Openssl) -> None:
        """Each certificate of the chain counts at the time of the token, also after the chain was found good once."""
        honest = Authority.create()
        root_key, key = private_key("p256", "root of Horodatage"), private_key("p256", "short-lived")
        middle = certificate("Bref", key, (honest.root, root_key), authority=True, ended=STAMPED + SECOND)
        signer = certificate("Horodatage", honest.key, (middle, key), purposes=[ExtendedKeyUsageOID.TIME_STAMPING])
        brief = Authority("p256", honest.key, signer, (middle,), honest.root)
        before, after = (brief.stamp(DATA, REQUEST, gen_time=STAMPED + late * SECOND) for late in (0, 1))

        assert fresh(before, brief.roots).state == "valid"
        assert judge(after, DATA, REQUEST, brief.roots).state == "untrusted"
        assert judge(before, DATA, REQUEST, brief.roots).state == "valid"
        assert openssl(before, brief.root_pem, STAMPED)
        assert not openssl(after, brief.root_pem, STAMPED + SECOND)

    def test_a_pointer_to_a_certificate_off_the_chain(self, authority: Authority, openssl: Openssl) -> None:
        """An authority that names its chain in the signature is held to it."""
        other = Authority.create(name="Autre", intermediate=True)
        strange = Authority(authority.kind, authority.key, authority.signer, other.between, authority.root)
        certificates = [authority.signer, *authority.between, *other.between]
        response = strange.stamp(DATA, REQUEST, pointed_chain=True, certificates=certificates)

        assert fresh(response, authority.roots).state == "untrusted"
        assert not openssl(response, authority.root_pem)


class TestUnverifiable:
    @pytest.mark.parametrize("status", [1, 2, 3, 4, 5])
    def test_anything_but_granted(self, status: int, authority: Authority) -> None:
        """ "Granted with modifications" is no answer to what we ask."""
        assert fresh(authority.stamp(DATA, REQUEST, status=status), authority.roots).state == "unverifiable"

    def test_an_enclosed_certificate_that_nobody_reads(self, authority: Authority) -> None:
        """A certificate of a version to come, or numbered zero, cannot be told from that of the signer."""
        intact = der(authority.root)
        newer = intact.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x31", 1)
        serial = authority.root.serial_number.to_bytes(20, "big").lstrip(b"\0")
        zero = intact.replace(serial, bytes(len(serial)), 1)
        response = authority.stamp(DATA, REQUEST, certificates=[authority.signer, *authority.between, authority.root])

        assert fresh(response, authority.roots).state == "valid"
        for changed in (newer, zero):
            assert fresh(response.replace(intact, changed), authority.roots).state == "unverifiable"

    def test_a_broken_digest(self, authority: Authority) -> None:
        """SHA-1 proves nothing any more, wherever it stands."""
        assert fresh(authority.stamp(DATA, digest="sha1"), authority.roots, None).state == "unverifiable"
        assert fresh(authority.stamp(DATA, signed_digest="sha1"), authority.roots, None).state == "unverifiable"

    def test_an_accuracy_of_days(self, authority: Authority) -> None:
        """A time that may be days off, or more than a calendar holds, dates nothing."""
        for seconds in (86_401, 10**12, 10**40):
            response = authority.stamp(DATA, REQUEST, accuracy=(seconds, 0, 0))
            assert fresh(response, authority.roots).state == "unverifiable"

    def test_a_version_to_come(self, authority: Authority) -> None:
        """What a later version means is not guessed."""
        assert fresh(authority.stamp(DATA, REQUEST, version=2), authority.roots).state == "unverifiable"

    def test_a_name_that_is_not_that_of_the_certificate(self, authority: Authority) -> None:
        """openssl refuses it; names may be written in several ways, so nobody is called a liar."""
        right = authority.stamp(DATA, REQUEST, named_in_token=authority.signer.subject)
        wrong = authority.stamp(DATA, REQUEST, named_in_token=authority.root.subject)

        assert fresh(right, authority.roots).state == "valid"
        assert fresh(wrong, authority.roots).state == "unverifiable"

    def test_a_kind_of_key_that_openssl_does_not_check(self, authority: Authority) -> None:
        """Ed25519 in a token: known to nobody who would have to check it."""
        key = ed25519.Ed25519PrivateKey.generate()
        issuer = (authority.between[0], private_key("p256", "between of Horodatage"))
        signer = certificate(
            "Ed25519",
            key,  # type: ignore[arg-type]
            issuer,
            purposes=[ExtendedKeyUsageOID.TIME_STAMPING],
        )
        response = authority.stamp(
            DATA, REQUEST, certificates=[signer, *authority.between], pointed=signer, named=signer
        )

        assert fresh(response, authority.roots).state == "unverifiable"

    @pytest.mark.parametrize(
        "request_kept", [b"", b"\x30\x00", b"<html>", REQUEST[:-1]], ids=["empty", "hollow", "a page", "cut short"]
    )
    def test_a_request_that_cannot_be_read(self, request_kept: bytes, authority: Authority) -> None:
        """Whether the token answers it cannot be told."""
        found = fresh(authority.stamp(DATA, REQUEST), authority.roots, request_kept)

        assert found.state == "unverifiable"
        assert "request" in str(found.reason)

    def test_bytes_after_the_end(self, authority: Authority) -> None:
        """Nothing may hide behind a token."""
        response = authority.stamp(DATA, REQUEST)

        assert fresh(response + b"\0", authority.roots).state == "unverifiable"

    def test_the_largest_size(self, authority: Authority) -> None:
        """One byte more is not looked at."""
        assert "larger" in str(fresh(bytes(MAX_RESPONSE_BYTES + 1), authority.roots).reason)
        assert "larger" not in str(fresh(bytes(MAX_RESPONSE_BYTES), authority.roots).reason)

    @given(st.binary(max_size=200))
    def test_any_bytes_end_in_a_judgement(self, data: bytes) -> None:
        """Nothing that comes over the network raises anything."""
        assert judge(data, DATA, REQUEST, Roots(())).state == "unverifiable"


@cache
def fixed_authority() -> Authority:
    return Authority.create("p256", intermediate=True)


@cache
def good_response() -> bytes:
    """One token for the tests that damage it: an ECDSA signature is longer or shorter each time."""
    return fixed_authority().stamp(DATA, REQUEST)


@pytest.mark.needs("openssl")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_token_with_one_byte_changed(openssl: Openssl, data: st.DataObject) -> None:
    """Whichever byte: it is judged without an error, and never valid unless openssl too finds nothing amiss."""
    response = bytearray(good_response())
    place = data.draw(st.integers(0, len(response) - 1))
    response[place] ^= data.draw(st.integers(1, 255))

    found = judge(bytes(response), DATA, REQUEST, fixed_authority().roots)

    assert found == fresh(bytes(response), fixed_authority().roots), "what was judged before must not matter"
    assert found.state != "valid" or openssl(bytes(response), fixed_authority().root_pem, found.gen_time)


@settings(max_examples=100, deadline=None)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_token_cut_short(cut: float) -> None:
    """It is never more than unverifiable."""
    response = good_response()

    assert judge(response[: int(cut * len(response))], DATA, REQUEST, Roots(())).state == "unverifiable"


@pytest.mark.needs("openssl")
def test_the_request_is_one_for_openssl() -> None:
    """SHA-256 of the data, a random number, and the wish for the certificates."""
    text = subprocess.run(
        ["openssl", "ts", "-query", "-in", "/dev/stdin", "-text"], input=REQUEST, capture_output=True, check=True
    ).stdout.decode()

    assert "Hash Algorithm: sha256" in text
    assert "Certificate required: yes" in text
    assert "Nonce: 0x" in text
    assert make_request(DATA) != REQUEST


class TestCertificatesOfAFile:
    def test_pem_and_der(self, authority: Authority) -> None:
        """One or several in PEM, each once; or one in DER."""
        root, between = der(authority.root), der(authority.between[0])

        assert read_certificates(pem(authority.root, *authority.between, authority.root)) == (root, between)
        assert read_certificates(b"Comment\n" + authority.root_pem) == (root,)
        assert read_certificates(root) == (root,)

    @pytest.mark.parametrize(
        "data",
        [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"-----BEGIN KEY-----\n"],
    )
    def test_anything_else(self, data: bytes) -> None:
        """It is refused with the error that callers expect."""
        with pytest.raises(ValueError, match=r"."):
            read_certificates(data)


def test_the_printed_command_is_quoted() -> None:
    """Names of files are typed as they are, even with blanks; intermediates are given where there are any."""
    lines = openssl_verify_command("a note", "x.tsr", "roots.pem", STAMPED, untrusted="chain.pem")

    assert lines == (
        "openssl ts -verify -data 'a note' -in x.tsr \\",
        f"  -CAfile roots.pem -untrusted chain.pem -attime {int(STAMPED.timestamp())}",
    )


class TestDer:
    """The small reader of DER beneath it all."""

    @given(st.lists(st.tuples(st.sampled_from([0x04, 0x30, 0xA0]), st.binary(max_size=300)), max_size=5))
    def test_what_is_written_is_read(self, parts: list[tuple[int, bytes]]) -> None:
        """Elements of any length, one after the other, come back as they were."""
        written = [wrap(tag, content) for tag, content in parts]

        assert [(each.tag, each.content, each.whole) for each in elements(b"".join(written))] == [
            (tag, content, whole) for (tag, content), whole in zip(parts, written, strict=True)
        ]

    @pytest.mark.parametrize(
        "data",
        ["04", "0401", "1f0100", "0480", "048100", "04817f", "0482007f", "048200", "0485000000000100", "0402aa"],
    )
    def test_what_has_another_form_is_refused(self, data: str) -> None:
        """Cut short, tags of several bytes, lengths without an end or longer than they need be."""
        with pytest.raises(ValueError, match=r"."):
            elements(bytes.fromhex(data))

    @pytest.mark.parametrize("dotted", ["1.2.840.113549.1.9.16.2.47", "2.999.1", "0.4.0.19422.1.1", "2.5.29.37"])
    def test_object_identifiers(self, dotted: str) -> None:
        """Of every first arc, and with arcs of several bytes."""
        assert element(oid(dotted)).oid() == dotted

    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("20260302081530Z", STAMPED),
            ("20260302081530.25Z", STAMPED + dt.timedelta(milliseconds=250)),
            ("20260302081530.1234567Z", STAMPED + dt.timedelta(microseconds=123_456)),
            ("20260302081530.250Z", None),
            ("20260302081530", None),
            ("20260302081530+0100", None),
            ("202603020815Z", None),
            ("20260302081560Z", None),
            ("20261302081530Z", None),
        ],
    )
    def test_times(self, text: str, moment: dt.datetime | None) -> None:
        """In UTC, to the second or finer, written in their only form (RFC 3161, section 2.4.2)."""
        found = element(tlv(0x18, text.encode()))

        if moment is not None:
            assert found.time() == moment
        else:
            with pytest.raises(ValueError, match=r"."):
                found.time()

    @pytest.mark.parametrize("data", ["0200", "0600", "060180", "040102"])
    def test_values_of_another_kind(self, data: str) -> None:
        """An integer of no bytes, an identifier cut short, something that holds nothing."""
        found = element(bytes.fromhex(data))

        with pytest.raises(ValueError, match=r"."):
            (found.number() if found.tag == 0x02 else found.oid() if found.tag == 0x06 else found.children())


class TestOverHttp:
    """The authority of the tests itself: it does over HTTP what other tests rely on."""

    def ask(self, url: str) -> HTTPResponse:
        address = urlsplit(url)
        connection = HTTPConnection(address.netloc)
        connection.request("POST", address.path, REQUEST, {"Content-Type": "application/timestamp-query"})
        return connection.getresponse()

    @pytest.mark.needs("openssl")
    def test_honest(self, authority: Authority, tmp_path: Path) -> None:
        """It serves what it stamps, or what real openssl does, and keeps what it was asked."""
        with authority.serving() as served:
            assert fresh(self.ask(served.url).read(), authority.roots).gen_time == STAMPED
            served.gen_time = STAMPED + SECOND
            assert fresh(self.ask(served.url).read(), authority.roots).gen_time == STAMPED + SECOND
        with authority.serving(folder=tmp_path / "tsa") as served:
            found = fresh(self.ask(served.url).read(), authority.roots)
            assert found.state == "valid"
            assert found.gen_time != STAMPED
            assert served.requests == [REQUEST]

    def test_late(self, authority: Authority) -> None:
        """The answer comes once it is released."""
        with authority.serving("late") as served:
            asking = ThreadPoolExecutor(1).submit(lambda: self.ask(served.url).read())
            assert served.asked.wait(30)
            assert not asking.done()
            served.release.set()
            assert fresh(asking.result(30), authority.roots).state == "valid"

    def test_silent(self, authority: Authority) -> None:
        """Nothing comes, not even when it is released."""
        with authority.serving("silent") as served:
            served.release.set()
            with pytest.raises(BadStatusLine):
                self.ask(served.url)

    def test_a_drip(self, authority: Authority) -> None:
        """Byte after byte, until it is released in the middle."""
        with authority.serving("drip") as served:
            answer = self.ask(served.url)
            assert answer.read(3)
            served.release.set()
            with pytest.raises(IncompleteRead):
                answer.read()

    def test_redirect_and_error(self, authority: Authority) -> None:
        """Elsewhere, or an answer with the wrong status."""
        with authority.serving("redirect") as served:
            answer = self.ask(served.url)
            assert (answer.status, answer.headers["Location"]) == (302, served.url)
            served.how = "error"
            assert self.ask(served.url).status == 500
            served.how = "html"
            assert self.ask(served.url).headers["Content-Type"] == "text/html"


def test_the_dates_of_the_tests_are_in_order() -> None:
    """The certificates of the tests hold today and at the time that tokens state."""
    assert BEGAN < STAMPED < ENDED


def test_roots_of_one_name() -> None:
    """Two authorities may call their roots by one name: each token is followed to its own, whatever stands first."""
    authorities = [Authority.create(kind) for kind in ("rsa", "p256", "p384")]
    assert len({one.root.subject for one in authorities}) == 1

    for order in itertools.permutations(authorities):
        trusted = Roots(tuple(der(one.root) for one in order))
        for one in authorities:
            assert judge(one.stamp(b"x"), b"x", None, trusted).state == "valid"
