"""Keys: made, kept in a file that another program opens, and never opened by the wrong passphrase."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from evidence_vault.errors import EvidenceVaultError, PassphraseError, VaultError
from evidence_vault.signing.keys import Signer, is_encrypted, load_signer
from evidence_vault.signing.public import fingerprint, from_pem, is_valid, key_id, load_public, to_pem

PASSPHRASE = "café 🔑 à l’étage"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.generate()


@pytest.fixture(scope="module")
def locked(signer: Signer) -> bytes:
    """The key file under a passphrase: made once, because making it is slow on purpose."""
    return signer.to_pem(PASSPHRASE)


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


class TestSigning:
    def test_rfc_8032_vector(self) -> None:
        """The signature is plain Ed25519: section 7.1, test 2 of RFC 8032."""
        seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        signer = Signer(Ed25519PrivateKey.from_private_bytes(seed))

        assert signer.public_key.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        assert signer.sign(b"\x72").hex() == (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )

    def test_a_signature_fits_its_bytes_and_its_key_only(self, signer: Signer) -> None:
        """Other bytes, another key, a signature cut short or none at all: not valid, and no error."""
        key, signature = load_public(signer.public_key), signer.sign(b"said")

        assert is_valid(key, signature, b"said")
        assert not is_valid(key, signature, b"said ")
        assert not is_valid(load_public(Signer.generate().public_key), signature, b"said")
        assert not is_valid(key, signature[:-1], b"said")
        assert not is_valid(key, signature + b"\0", b"said")
        assert not is_valid(key, b"", b"said")

    @pytest.mark.needs("openssl")
    def test_openssl_checks_a_signature(self, signer: Signer, tmp_path: Path) -> None:
        """The openssl command agrees, from the public key file and the signed bytes alone."""
        (tmp_path / "key.pem").write_bytes(to_pem(signer.public_key))
        (tmp_path / "data").write_bytes(b"said")
        (tmp_path / "signature").write_bytes(signer.sign(b"said"))
        command = [
            "pkeyutl",
            "-verify",
            "-rawin",
            "-pubin",
            "-inkey",
            "key.pem",
            "-in",
            "data",
            "-sigfile",
            "signature",
        ]

        answer = subprocess.run(["openssl", *command], cwd=tmp_path, capture_output=True, text=True, check=True)

        assert "Signature Verified Successfully" in answer.stdout


class TestNames:
    def test_key_id_and_fingerprint(self) -> None:
        """A key's short name begins its fingerprint, and both come from `sha256sum` over the raw key."""
        # $ head -c 32 /dev/zero | sha256sum
        digest = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"

        assert digest[:16] == key_id(bytes(32))
        assert digest == fingerprint(bytes(32)).replace(" ", "")
        assert {4} == {len(group) for group in fingerprint(bytes(32)).split(" ")}

    def test_two_keys(self) -> None:
        """Every new key is another one."""
        assert Signer.generate().public_key != Signer.generate().public_key


class TestPublicFile:
    def test_read_back(self, signer: Signer) -> None:
        """The public key file gives the key back."""
        assert signer.public_key == from_pem(to_pem(signer.public_key))

    @pytest.mark.needs("openssl")
    def test_openssl_makes_the_same_file(self, signer: Signer) -> None:
        """The openssl command writes the public half of our private key in the same bytes."""
        assert to_pem(signer.public_key) == openssl("pkey", "-pubout", given=signer.to_pem(None))

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"hello", id="not-pem"),
            pytest.param(to_pem(bytes(32))[:60], id="truncated"),
            pytest.param(to_pem(bytes(31)), id="key-too-short"),
            pytest.param(Signer.generate().to_pem(None), id="private-key"),
            pytest.param(
                rsa.generate_private_key(65537, 2048)
                .public_key()
                .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
                id="rsa",
            ),
        ],
    )
    def test_anything_else_is_refused(self, data: bytes) -> None:
        """A file that holds no Ed25519 public key is refused."""
        with pytest.raises(ValueError):  # noqa: PT011  # the library's words
            from_pem(data)


class TestPrivateFile:
    def test_plain(self, signer: Signer) -> None:
        """A key kept without a passphrase opens without one, and with one that nobody asked for."""
        pem = signer.to_pem(None)

        assert not is_encrypted(pem)
        assert signer.public_key == load_signer(pem, None).public_key
        assert signer.public_key == load_signer(pem, "needless").public_key

    def test_locked(self, signer: Signer, locked: bytes) -> None:
        """A key under a passphrase opens with it, whatever characters it has, and shows none of its bytes."""
        assert is_encrypted(locked)
        assert signer.public_key == load_signer(locked, PASSPHRASE).public_key

    def test_the_same_key_locked_twice(self, signer: Signer, locked: bytes) -> None:
        """Salt and vector are fresh each time: two files of one key have nothing in common that a thief could use."""
        assert locked != signer.to_pem(PASSPHRASE)

    @pytest.mark.needs("openssl")
    def test_openssl_opens_both(self, signer: Signer, locked: bytes, tmp_path: Path) -> None:
        """The person's own openssl opens the key file without us, plain or under the passphrase."""
        secret = tmp_path / "passphrase"
        secret.write_text(PASSPHRASE, "utf-8")
        plain = signer.to_pem(None)

        assert plain == openssl("pkey", given=plain)
        assert plain == openssl("pkey", "-passin", f"file:{secret}", given=locked)

    @pytest.mark.needs("openssl")
    def test_scrypt_guards_the_passphrase(self, locked: bytes) -> None:
        """The file says scrypt and AES-256, with the cost that we promise."""
        told = openssl("asn1parse", given=locked).decode()

        assert "PBES2" in told
        assert "scrypt" in told
        assert "aes-256-cbc" in told
        assert ":4000\n" in told  # N = 16,384, in hexadecimal

    @pytest.mark.parametrize("passphrase", ["", "cafe", PASSPHRASE + " ", PASSPHRASE.upper()])
    def test_wrong_passphrase(self, locked: bytes, passphrase: str) -> None:
        """Any other passphrase is refused, and the person told that nothing is lost."""
        with pytest.raises(
            PassphraseError, match="not the one of this vault; nothing was recorded and nothing is lost"
        ):
            load_signer(locked, passphrase)

    def test_passphrase_that_is_no_text(self, signer: Signer, locked: bytes) -> None:
        """Bytes of the environment that are not UTF-8 are a sentence, whether a key is opened or locked."""
        given = os.fsdecode(b"ab\xff")

        with pytest.raises(PassphraseError, match="not text in UTF-8"):
            load_signer(locked, given)
        with pytest.raises(PassphraseError, match="not text in UTF-8"):
            signer.to_pem(given)

    def test_missing_passphrase(self, locked: bytes) -> None:
        """Without a passphrase the person is told where to give it."""
        with pytest.raises(PassphraseError, match="EVIDENCE_VAULT_PASSPHRASE"):
            load_signer(locked, None)

    @pytest.mark.parametrize("place", range(30, 90, 7))
    def test_damaged_plain_file(self, signer: Signer, place: int) -> None:
        """A damaged key file gives another key or a sentence of ours, never the same key."""
        pem = signer.to_pem(None)
        damaged = pem[:place] + (b"A" if pem[place : place + 1] != b"A" else b"B") + pem[place + 1 :]

        try:
            opened = load_signer(damaged, None).public_key
        except VaultError:
            return
        assert opened != signer.public_key

    @pytest.mark.parametrize("cut", [0, 10, 40, 80])
    def test_truncated_file(self, signer: Signer, locked: bytes, cut: int) -> None:
        """A file cut short is refused."""
        with pytest.raises(VaultError, match="damaged"):
            load_signer(signer.to_pem(None)[:cut], None)
        with pytest.raises(EvidenceVaultError, match="nothing was recorded"):
            load_signer(locked[:cut], PASSPHRASE)

    def test_another_algorithm(self) -> None:
        """A key of another kind never signs a ledger."""
        other = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

        with pytest.raises(VaultError, match="not an Ed25519 key"):
            load_signer(other, None)
