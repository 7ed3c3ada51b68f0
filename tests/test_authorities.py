"""The list of authorities: data that says where each line comes from, and roots that are what they are said to be."""

import datetime as dt
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from tsa import STAMPED, Authority

import evidence_vault.signing.authorities
from evidence_vault.signing.authorities import default_authorities, load_authorities, shipped_roots
from evidence_vault.signing.tokens import judge, read_certificates

ROOTS = Path(evidence_vault.signing.authorities.__file__).parent / "roots"
PROVENANCE = (ROOTS / "PROVENANCE.md").read_text("utf-8")
NEVER_SAID = re.compile(r"\b(qualified|certified|accredited|trusted)\b", re.IGNORECASE)


def test_each_authority_says_who_it_is_and_where_it_was_read() -> None:
    """Identifiers are fit for a command line and for the ledger, addresses for one request, sources are dated."""
    authorities = load_authorities()

    assert len({each.id for each in authorities}) == len(authorities)
    for each in authorities:
        assert re.fullmatch(r"[a-z][a-z0-9-]{2,30}", each.id)
        assert re.fullmatch(r"[A-Z]{2}", each.country)
        assert urlsplit(each.url).scheme in {"http", "https"}
        assert urlsplit(each.url).hostname
        assert not each.verified_live
        assert "Address: " in each.provenance
        assert "2026-11-25" in each.provenance


def test_no_authority_is_called_qualified() -> None:
    """Being announced as qualified is a kind, not a name: only a trusted list says more."""
    for each in load_authorities():
        assert not NEVER_SAID.search(each.name)
    assert {each.kind for each in load_authorities()} == {"free", "eidas"}


def test_the_default_ones_do_not_depend_on_one_another() -> None:
    """Two or three, free, of different operators, under different roots, all of which are shipped."""
    chosen = default_authorities()

    assert 2 <= len(chosen) <= 3
    assert {each.kind for each in chosen} == {"free"}
    assert len({each.roots for each in chosen}) == len(chosen)
    assert len({urlsplit(each.url).hostname for each in chosen}) == len(chosen)
    assert all(each.roots for each in chosen)


def test_every_root_is_used_and_accounted_for() -> None:
    """No file lies there unused; its digest, its subject's end and the licence stand beside it."""
    used = {name for each in load_authorities() for name in each.roots}

    assert {path.name for path in ROOTS.glob("*.pem")} == used
    assert "Mozilla Public License Version 2.0" in (ROOTS / "LICENSE-MPL-2.0.txt").read_text("utf-8")
    for name in used:
        (found,) = read_certificates((ROOTS / name).read_bytes())
        root = x509.load_der_x509_certificate(found)
        (line,) = (line for line in PROVENANCE.splitlines() if line.startswith(f"| `{name}`"))
        assert root.fingerprint(hashes.SHA256()).hex() in line
        assert f"{root.not_valid_after_utc:%Y-%m-%d}" in line
        root.verify_directly_issued_by(root)
        assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert root.not_valid_after_utc > dt.datetime(2034, 1, 1, tzinfo=dt.UTC)


def test_the_shipped_roots_are_all_of_them() -> None:
    """And are known to be shipped, which reports say."""
    roots = shipped_roots()

    assert roots.shipped
    assert len(roots.certificates) == len(list(ROOTS.glob("*.pem"))) == len(set(roots.certificates))


@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_a_stranger_is_untrusted_under_the_shipped_roots(kind: str) -> None:
    """Nobody becomes trusted by being asked."""
    response = Authority.create(kind, intermediate=True).stamp(b"note")

    found = judge(response, b"note", None, shipped_roots())

    assert (found.state, found.gen_time, found.root) == ("untrusted", STAMPED, None)
