"""What is asked while a document is signed: the first authority that gives a token, and few addresses besides."""

import pytest
import tsa

from evidence_vault.asking import Asked, Asking
from evidence_vault.consulting import MAX_LOOKUPS, UnreachedError, any_authority, revocation_fetcher
from evidence_vault.signing.tokens import Roots, make_request

AUTHORITY = tsa.Authority.create("p256")
REQUEST = make_request(b"document")


def asking(*servers: tsa.Served) -> Asking:
    return Asking(tuple(Asked(str(number), one.url) for number, one in enumerate(servers)), (), Roots(()))


def test_the_first_that_gives_a_token() -> None:
    """An authority that answers with a web page does not keep the next from being asked."""
    with AUTHORITY.serving("html") as false, AUTHORITY.serving() as honest:
        ask = any_authority(asking(false, honest), 10)
        assert ask is not None
        assert ask(REQUEST)

    assert (len(false.requests), len(honest.requests)) == (1, 1)


def test_nobody_gives_one() -> None:
    """Where nobody gives a token, the reason of the last one is told."""
    with AUTHORITY.serving("html") as false:
        ask = any_authority(asking(false), 10)
        assert ask is not None
        with pytest.raises(UnreachedError, match="web page"):
            ask(REQUEST)


def test_nobody_may_be_asked() -> None:
    """Without an authority there is nothing to ask with."""
    assert any_authority(asking(), 10) is None


def test_few_addresses() -> None:
    """Certificates are filled by strangers: after some addresses nobody is contacted any more."""
    with AUTHORITY.serving() as server:
        get = revocation_fetcher(10)
        for _ in range(MAX_LOOKUPS):
            get(server.url, REQUEST, "application/timestamp-query")
        with pytest.raises(UnreachedError, match="Too many"):
            get(server.url, REQUEST, "application/timestamp-query")

    assert len(server.requests) == MAX_LOOKUPS
