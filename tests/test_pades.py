"""The pages are signed last, and every reader of PDF agrees that the signature is valid."""

import asyncio
import datetime as dt
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, load_pem_private_key, pkcs12
from papers import NOW, ask, authority, identity, sign, signed, unsigned
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from tsa import Authority, certificate
from verapdf import broken_rules

from evidence_vault.attachment import embedded_bundle
from evidence_vault.errors import ExportError, InputFileError, PassphraseError, StorageError, VaultError
from evidence_vault.signing.document import document_state
from evidence_vault.signing.identities import (
    SELF_ISSUED,
    load_document_identity,
    load_pkcs12,
    make_document_identity,
    token_identity,
)
from evidence_vault.signing.pades import Level, LongTerm, SigningOptions, sign_document

archive = pytest.mark.needs("javac")
LEVELS: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")


class TestLevels:
    @archive
    @pytest.mark.parametrize("level", LEVELS)
    def test_still_an_archive(self, tmp_path: Path, level: Level) -> None:
        """Signed at any level, the dossier is still PDF/A-3b for veraPDF, and begins with the bytes it had."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(signed(level))

        assert broken_rules(path) == []
        assert signed(level).startswith(unsigned())

    @pytest.mark.needs("pdfsig")
    @pytest.mark.parametrize("level", LEVELS)
    def test_poppler_agrees(self, tmp_path: Path, level: Level) -> None:
        """The reader on every Linux desktop says that the signature is valid."""
        (tmp_path / "dossier.pdf").write_bytes(signed(level))

        said = subprocess.run(
            ["pdfsig", "-nocert", "dossier.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
        ).stdout

        assert said.count("Signature is Valid") == 1
        assert ("Not total document signed" in said) == (level == "B-LTA")
        assert said.count("Total document signed") == 1
        assert "ETSI.CAdES.detached" in said

    @pytest.mark.parametrize("level", LEVELS)
    def test_pyhanko_agrees(self, tmp_path: Path, level: Level) -> None:
        """A validator that is not ours finds the signature intact, valid, trusted where we trust, over the whole."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(signed(level))
        with path.open("rb") as file:
            (embedded,) = PdfFileReader(file, strict=True).embedded_regular_signatures
            trust = ValidationContext(trust_roots=[embedded.signer_cert, _asn1(authority().root)], moment=NOW)
            status = asyncio.run(async_validate_pdf_signature(embedded, trust, trust))

        assert (status.intact, status.valid, status.trusted) == (True, True, True)
        if level == "B-LTA":
            assert status.coverage == SignatureCoverageLevel.ENTIRE_REVISION
            assert status.modification_level == ModificationLevel.LTA_UPDATES
        else:
            assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        if level != "B-B":
            assert status.timestamp_validity is not None
            assert status.timestamp_validity.valid

    @pytest.mark.parametrize("level", LEVELS)
    def test_we_agree(self, tmp_path: Path, level: Level) -> None:
        """The dossier read back says who signed, when they say so, and how far it went."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(signed(level))

        state = document_state(path)

        assert (state.signed, state.problems, state.level) == (True, (), level)
        assert state.certificate == identity().certificate
        assert state.signer == f"Awa Diallo, {SELF_ISSUED}"
        assert state.signed_at == NOW
        assert (state.stamp is None) == (level == "B-B")

    def test_the_description_is_not_rewritten(self, tmp_path: Path) -> None:
        """Signing changes neither what the document says of itself nor its version."""
        added = signed("B-LTA").removeprefix(unsigned())

        for word in (b"/Metadata\n", b"/Producer", b"/Version", b"pyHanko"):
            assert word not in added

    def test_the_archive_is_still_inside(self, tmp_path: Path) -> None:
        """The bundle comes out of the signed dossier as it went in."""
        paths = [tmp_path / "before.pdf", tmp_path / "after.pdf"]
        for path, data in zip(paths, (unsigned(), signed("B-LTA")), strict=True):
            path.write_bytes(data)

        with embedded_bundle(paths[0]) as before, embedded_bundle(paths[1]) as after:
            assert before.read() == after.read()


def _asn1(found: x509.Certificate) -> object:
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(found.public_bytes(Encoding.DER))


class TestAuthorities:
    def told(self, path: Path, answer: Callable[[bytes], bytes], level: Level = "B-LTA") -> tuple[str, str]:
        """Sign with an authority that answers so; the level reached, and the first note."""
        path.write_bytes(unsigned())
        done = sign_document(path, identity(), SigningOptions(now=NOW, level=level, ask=answer))
        state = document_state(path)
        assert (state.signed, state.problems, state.level) == (True, (), done.level)
        return done.level, " ".join(map(str, done.notes))

    def test_without_an_authority(self, tmp_path: Path) -> None:
        """Offline, the pages are signed all the same, and nothing is said to be amiss."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(unsigned())

        assert sign_document(path, identity(), SigningOptions(now=NOW)).level == "B-B"

    @pytest.mark.parametrize(
        "answer",
        [
            lambda _request: b"",
            lambda _request: b"<html>Service unavailable</html>",
            lambda _request: bytes(300_000),
            lambda _request: b"\x30\x80" * 5000,
            lambda request: authority().stamp(b"", request, status=2),
            lambda request: authority().stamp(b"", request, imprint=bytes(32)),
            lambda request: authority().stamp(b"", request, nonce=5),
            lambda request: authority().stamp(b"", request, key=Authority.create(name="Autre").key),
            lambda request: authority().stamp(b"", request, certificates=()),
            lambda request: authority().stamp(b"", request, pointers=()),
            lambda request: Authority.create(name="Vieille", purposes=None).stamp(b"", request),
        ],
        ids=[
            "nothing", "a-web-page", "too-much", "deep", "refused", "other-bytes", "other-nonce", "other-key",
            "no-certificate", "no-pointer", "not-for-stamps",
        ],
    )  # fmt: skip
    def test_garbage_costs_a_level_only(self, tmp_path: Path, answer: Callable[[bytes], bytes]) -> None:
        """Whatever an authority answers, the dossier is signed, the false stamp is not in it, and that is told."""
        level, told = self.told(tmp_path / "dossier.pdf", answer)

        assert level == "B-B"
        assert "bears no time stamp" in told

    @pytest.mark.parametrize("error", [TimeoutError("timed out"), ConnectionResetError(), StorageError("no network")])
    def test_silence_costs_a_level_only(self, tmp_path: Path, error: Exception) -> None:
        """An authority that is slow or cannot be reached is the same."""

        def fail(_request: bytes) -> bytes:
            raise error

        assert self.told(tmp_path / "dossier.pdf", fail)[0] == "B-B"

    def test_an_authority_that_stops_answering(self, tmp_path: Path) -> None:
        """Where only the last stamp fails, everything before it is kept."""
        left = [2]

        def tire(request: bytes) -> bytes:
            left[0] -= 1
            if left[0] < 0:
                raise TimeoutError("timed out")
            return ask(request)

        level, told = self.told(tmp_path / "dossier.pdf", tire)

        assert level == "B-LT"
        assert "over the whole document" in told

    def test_what_cannot_be_gathered(self, tmp_path: Path) -> None:
        """Where the revocation lists cannot be had, the signature is stamped, and that is told."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(unsigned())

        def gather(_certificates: tuple[bytes, ...]) -> LongTerm:
            raise TimeoutError("timed out")

        done = sign_document(path, identity(), SigningOptions(now=NOW, ask=ask, long_term=gather))

        assert done.level == "B-T"
        assert "could not be gathered" in str(done.notes[0])

    @archive
    def test_revocation_lists_are_enclosed(self, tmp_path: Path) -> None:
        """Certificates, lists and OCSP answers travel in the signed part of the file."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(unsigned())
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = certificate("Racine", key, authority=True)
        revoked = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(NOW)
            .next_update(NOW + dt.timedelta(days=30))
            .sign(key, hashes.SHA256())
        ).public_bytes(Encoding.DER)
        given: list[tuple[bytes, ...]] = []

        def gather(certificates: tuple[bytes, ...]) -> LongTerm:
            given.append(certificates)
            return LongTerm(certificates, revocation_lists=(revoked,))

        done = sign_document(path, identity(), SigningOptions(now=NOW, level="B-LT", ask=ask, long_term=gather))

        assert done.level == "B-LT"
        assert given == [(identity().certificate, authority().signer.public_bytes(Encoding.DER))]
        with path.open("rb") as file:
            security = PdfFileReader(file).root["/DSS"]
            assert [len(security[name]) for name in ("/Certs", "/CRLs")] == [2, 1]
        assert document_state(path).problems == ()
        assert broken_rules(path) == []


class TestDocuments:
    def test_what_is_no_pdf_is_not_touched(self, tmp_path: Path) -> None:
        """Where nothing can be signed, the file is as it was and the sentence says so."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(b"%PDF-1.7\nnothing")

        with pytest.raises(ExportError, match="could not be signed"):
            sign_document(path, identity(), SigningOptions(now=NOW, ask=ask))

        assert path.read_bytes() == b"%PDF-1.7\nnothing"

    def test_signing_twice_is_refused(self, tmp_path: Path) -> None:
        """A dossier bears one signature: a second one would leave open which of them speaks."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(signed())

        with pytest.raises(ExportError):
            sign_document(path, identity(), SigningOptions(now=NOW))

        assert path.read_bytes() == signed()

    def test_an_interruption_leaves_the_file_as_it_was(self, tmp_path: Path) -> None:
        """Ctrl-C while an authority is asked."""
        path = tmp_path / "dossier.pdf"
        path.write_bytes(unsigned())

        def interrupt(_request: bytes) -> bytes:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sign_document(path, identity(), SigningOptions(now=NOW, level="B-T", ask=interrupt))

        assert path.read_bytes() == unsigned()


class TestOwnIdentity:
    def test_the_certificate_says_what_it_is(self) -> None:
        """Its subject says that nobody vouches for it; it is its own issuer, and lasts thirty years."""
        _, data = make_document_identity("Awa Diallo", NOW, None)
        made = x509.load_der_x509_certificate(data)

        assert made.subject.rfc4514_string() == f"CN=Awa Diallo,OU={SELF_ISSUED.replace(',', chr(92) + ',')}"
        assert made.issuer == made.subject
        assert made.not_valid_before_utc < NOW
        assert made.not_valid_after_utc > NOW + dt.timedelta(days=365 * 29)
        made.verify_directly_issued_by(made)

    @pytest.mark.parametrize("name", ["", " \n ", "é" * 200, "a\nb"])
    def test_any_name(self, name: str) -> None:
        """A name that is missing, or longer than a certificate holds, does not stop anybody."""
        _, data = make_document_identity(name, NOW, None)

        (shown,) = x509.load_der_x509_certificate(data).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        assert 0 < len(shown.value.encode()) <= 64
        assert "\n" not in shown.value

    @pytest.mark.needs("openssl")
    def test_the_key_is_kept_as_the_others(self) -> None:
        """Encrypted with scrypt, opened by the openssl command, and by us with the passphrase only."""
        key, made = make_document_identity("Awa Diallo", NOW, "sésame")

        shown = subprocess.run(
            ["openssl", "pkey", "-passin", "pass:sésame", "-noout", "-text"], input=key, capture_output=True, check=True
        )
        assert b"P-256" in shown.stdout
        assert load_document_identity(key, made, "sésame").certificate == made
        for passphrase in (None, "autre"):
            with pytest.raises(PassphraseError):
                load_document_identity(key, made, passphrase)

    def test_a_key_that_is_not_of_the_certificate(self) -> None:
        """Nothing is signed in the name of another certificate."""
        key, _ = make_document_identity("Awa Diallo", NOW, None)
        _, other = make_document_identity("Awa Diallo", NOW, None)

        with pytest.raises(VaultError, match="does not fit"):
            load_document_identity(key, other, None)


def issued(key: "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey") -> tuple[x509.Certificate, x509.Certificate]:
    """A certificate for `key` under a root, and the root."""
    above = ec.generate_private_key(ec.SECP256R1())
    root = certificate("Autorité", above, authority=True)
    return certificate("Maître Martin", key, (root, above), purposes=None), root


@archive
class TestPkcs12:
    @pytest.mark.parametrize(
        "key",
        [
            rsa.generate_private_key(65537, 2048),
            ec.generate_private_key(ec.SECP256R1()),
            ec.generate_private_key(ec.SECP384R1()),
        ],
        ids=["rsa", "p256", "p384"],
    )
    def test_signs(self, tmp_path: Path, key: "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey") -> None:
        """The certificate of a lawyer, with the one above it, in the file that their authority gave them."""
        mine, root = issued(key)
        packed = pkcs12.serialize_key_and_certificates(b"x", key, mine, [root], BestAvailableEncryption("clé".encode()))
        who = load_pkcs12(packed, "clé")
        path = tmp_path / "dossier.pdf"

        assert sign(path, "B-LTA", who=who).level == "B-LTA"
        state = document_state(path)
        assert state.certificate == mine.public_bytes(Encoding.DER) == who.certificate
        assert (who.origin, who.chain) == ("pkcs12", (root.public_bytes(Encoding.DER),))
        assert broken_rules(path) == []
        with pytest.raises(PassphraseError):
            load_pkcs12(packed, "autre")

    def test_refused(self) -> None:
        """No PKCS #12 at all, one without a key, and a key that PDF readers do not check."""
        key = ed25519.Ed25519PrivateKey.generate()
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
        mine = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(NOW)
            .not_valid_after(NOW + dt.timedelta(days=1))
            .sign(key, None)
        )
        secret = BestAvailableEncryption(b"x")

        with pytest.raises(InputFileError, match="not a certificate file"):
            load_pkcs12(b"hello", None)
        with pytest.raises(PassphraseError, match="not text in UTF-8"):
            load_pkcs12(pkcs12.serialize_key_and_certificates(b"x", key, mine, None, secret), os.fsdecode(b"x\xff"))
        with pytest.raises(InputFileError, match="no private key"):
            load_pkcs12(pkcs12.serialize_key_and_certificates(b"x", None, None, [mine], secret), "x")
        with pytest.raises(InputFileError, match="cannot sign a dossier"):
            load_pkcs12(pkcs12.serialize_key_and_certificates(b"x", key, mine, None, secret), "x")


MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A card in software, with a key and its certificate on it."""
    import pkcs11
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    folder = tmp_path_factory.mktemp("card")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    # The library reads it once, when it is loaded; no other test uses it.
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "carte", "--so-pin", "0000", "--pin", "1234"]
    subprocess.run(command, capture_output=True, check=True)
    library = next(Path(each) for each in MODULES if Path(each).exists())
    pem, made = make_document_identity("Maître Martin", NOW, None)
    key = load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    with pkcs11.lib(str(library)).get_token(token_label="carte").open(rw=True, user_pin="1234") as session:
        from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

        plain = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        for found in (decode_ec_private_key(plain), decode_x509_certificate(made)):
            session.create_object(
                {**found, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "signature", pkcs11.Attribute.ID: b"1"}
            )
    return library, made


@pytest.mark.needs("softhsm2-util")
class TestCard:
    def test_signs(self, card: tuple[Path, bytes], tmp_path: Path) -> None:
        """The key never leaves the card."""
        library, made = card
        path = tmp_path / "dossier.pdf"

        with token_identity(library, "1234", token="carte", label="signature") as who:
            assert (who.certificate, who.origin) == (made, "pkcs11")
            assert sign(path, "B-T", who=who).level == "B-T"

        assert document_state(path).certificate == made

    def test_the_wrong_pin(self, card: tuple[Path, bytes]) -> None:
        """Told as a wrong passphrase, with the warning that cards lock."""
        with (
            pytest.raises(PassphraseError, match="PIN"),
            token_identity(card[0], "9999", token="carte", label="signature"),
        ):
            pass

    def test_no_such_certificate(self, card: tuple[Path, bytes]) -> None:
        """A label that is not on the card."""
        with (
            pytest.raises(InputFileError, match="No certificate"),
            token_identity(card[0], "1234", token="carte", label="x"),
        ):
            pass


def test_no_such_card(tmp_path: Path) -> None:
    """A library that is not there gives a sentence."""
    with pytest.raises(InputFileError, match="could not be opened"), token_identity(tmp_path / "none.so", "1234"):
        pass
