"""What is asked of third parties while a document is signed: a time stamp over the signature, and revocation data."""

from collections.abc import Callable

from evidence_vault.asking import Asking
from evidence_vault.messages import Message, say
from evidence_vault.signing.tokens import MAX_RESPONSE_BYTES
from evidence_vault.transport import FetchError, fetch

MAX_REVOCATION_BYTES = 4 << 20
"""The largest revocation lists of public authorities hold some megabytes."""


class UnreachedError(OSError):
    """Nobody who was asked gave an answer."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def any_authority(asking: Asking, timeout: float) -> Callable[[bytes], bytes] | None:
    """What takes a TimeStampReq to the first authority that answers; None where none may be asked.

    It raises `UnreachedError` with the reason of the last one where none answers. It does not judge the answer.
    """

    def ask(request: bytes) -> bytes:
        refusal = say("Nobody was asked.")
        for authority in asking.authorities:
            try:
                return fetch(
                    authority.url,
                    data=request,
                    content_type="application/timestamp-query",
                    accept="application/timestamp-reply",
                    timeout=timeout,
                    limit=MAX_RESPONSE_BYTES,
                )
            except FetchError as error:
                refusal = error.message
        raise UnreachedError(refusal)

    return ask if asking.authorities else None


def revocation_fetcher(timeout: float) -> Callable[[str, bytes | None, str | None], bytes]:
    """What fetches an OCSP answer or a revocation list; it raises `UnreachedError` where there is none."""

    def get(url: str, data: bytes | None, content_type: str | None) -> bytes:
        try:
            return fetch(url, data=data, content_type=content_type, timeout=timeout, limit=MAX_REVOCATION_BYTES)
        except FetchError as error:
            raise UnreachedError(error.message) from error

    return get
