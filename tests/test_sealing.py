"""The certificate of a case: made once, named before it signs, and made anew where two programs left halves of two."""

from pathlib import Path

import pytest
from helpers import OPENED, CountingClock, new_vault, no_passphrase

from evidence_vault import kinds
from evidence_vault.case_folder import CaseFolder
from evidence_vault.sealing import CERTIFICATE, KEY, name_certificate, own_identity
from evidence_vault.signing.identities import DocumentIdentity


@pytest.fixture
def case(tmp_path: Path) -> CaseFolder:
    return new_vault(tmp_path / "vault", CountingClock()).open_case(OPENED, no_passphrase)


def identity(case: CaseFolder) -> DocumentIdentity:
    return own_identity(case, no_passphrase, CountingClock(), protected=False)


def test_made_once(case: CaseFolder) -> None:
    """The same certificate signs every dossier of a case, and the ledger names it once."""
    first, again = identity(case), identity(case)
    signer = case.signer(no_passphrase)
    for found in (first, again):
        name_certificate(case, signer, found)

    assert first.certificate == again.certificate
    assert [entry.said for entry in case.read().entries if isinstance(entry.said, kinds.Certificate)] != []
    assert sum(entry.header.kind == "certificate" for entry in case.read().entries) == 1


@pytest.mark.parametrize("name", [KEY, CERTIFICATE])
def test_halves_that_do_not_fit(case: CaseFolder, tmp_path: Path, name: str) -> None:
    """Two programs at once can leave the key of one beside the certificate of the other: both are made anew."""
    other = new_vault(tmp_path / "other", CountingClock()).open_case(OPENED, no_passphrase)
    before = identity(case).certificate
    identity(other)
    (case.folder / name).write_bytes((other.folder / name).read_bytes())
    after = identity(case)

    assert after.certificate != before
    assert identity(case).certificate == after.certificate


@pytest.mark.parametrize("name", [KEY, CERTIFICATE])
def test_half_that_is_missing(case: CaseFolder, name: str) -> None:
    """Without one of the two the other is of no use; what the ledger named before stays named."""
    identity(case)
    (case.folder / name).unlink()

    assert identity(case).certificate == identity(case).certificate
