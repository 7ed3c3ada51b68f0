"""What is asked of third parties while a document is signed: a time stamp over the signature, and revocation data."""

from collections.abc import Callable

from evidence_vault.asking import Asking
from evidence_vault.messages import Message, say
from evidence_vault.signing.tokens import MAX_RESPONSE_BYTES, Roots, judge
from evidence_vault.transport import FetchError, fetch

MAX_LOOKUPS = 8
MAX_REVOCATION_BYTES = 4 << 20
"""The largest revocation lists of public authorities hold some megabytes."""


class UnreachedError(OSError):
    """Nobody who was asked gave an answer."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def any_authority(asking: Asking, timeout: float) -> Callable[[bytes], bytes] | None:
    """What takes a TimeStampReq to the first authority that answers with a token; None where none may be asked.

    It raises `UnreachedError` with the reason of the last one where none answers. It does not judge the answer.
    """

    def ask(request: bytes) -> bytes:
        refusal = say("Nobody was asked.")
        for authority in asking.authorities:
            try:
                response = fetch(
                    authority.url,
                    data=request,
                    content_type="application/timestamp-query",
                    accept="application/timestamp-reply",
                    timeout=timeout,
                    limit=MAX_RESPONSE_BYTES,
                )
            except FetchError as error:
                refusal = error.message
                continue
            # What it is about, and what it is worth, is judged when the signed document is read back.
            found = judge(response, b"", None, Roots(()))
            if found.state != "unverifiable":
                return response
            refusal = found.reason
        raise UnreachedError(refusal)

    return ask if asking.authorities else None


def revocation_fetcher(timeout: float) -> Callable[[str, bytes | None, str | None], bytes]:
    """What fetches an OCSP answer or a revocation list; it raises `UnreachedError` where there is none.

    The addresses stand in certificates, which anybody can fill: after `MAX_LOOKUPS` it asks nobody any more.
    """
    left = iter(range(MAX_LOOKUPS))

    def get(url: str, data: bytes | None, content_type: str | None) -> bytes:
        if next(left, None) is None:
            raise UnreachedError(say("Too many addresses stand in the certificates."))
        try:
            return fetch(url, data=data, content_type=content_type, timeout=timeout, limit=MAX_REVOCATION_BYTES)
        except FetchError as error:
            raise UnreachedError(error.message) from error

    return get
