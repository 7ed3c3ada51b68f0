"""Having the newest checkpoint attested by third parties, and keeping what they answer.

Nothing waits in a queue of its own: what waits is every entry beyond the largest attested checkpoint, and one answer
over the newest checkpoint attests all of it. An attempt is recorded before anybody is asked; an authority that is slow,
down, or lies costs nothing but its own answer.

If the machine dies before an answer is committed, the answer is lost and nothing else: the entries still wait.
"""

import datetime as dt
import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from evidence_vault.asking import Asked, Asking
from evidence_vault.attested import entries_to_attest, timeline_of, unattested
from evidence_vault.case_folder import CaseFolder
from evidence_vault.casefile import CaseFile
from evidence_vault.encoding import sha256
from evidence_vault.entries import utc_text
from evidence_vault.kinds import Timestamp
from evidence_vault.messages import Message
from evidence_vault.signing import der, tokens
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import parse_note
from evidence_vault.transport import FetchError, fetch
from evidence_vault.words import ProofStatus, Protocol

BACK_OFF_SECONDS = (1.0, 4.0)
"""Pauses between the tries of `stamp`; `log` tries once, since a person waits for it."""
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one third party."""

    authority: str
    protocol: Protocol
    status: ProofStatus | None
    """None where nothing that could be kept was received."""
    reason: Message
    time: dt.datetime | None = None
    index: int | None = None
    """The entry that names the proof."""


@dataclass(frozen=True, slots=True)
class _Received:
    answer: Answer
    said: Timestamp
    response: bytes
    request: bytes | None


@dataclass(frozen=True, slots=True)
class Stamped:
    """The state after asking: how many entries still wait, and what each third party answered."""

    size: int
    """The checkpoint that was stamped, or that needed no stamp."""
    answers: tuple[Answer, ...]
    waiting: int
    """Entries that no valid proof covers, stamps and exports at the end apart."""


class Stamper:
    """Asks third parties on behalf of one case; `fetch_bytes` and `pause` are the network and the clock of tests."""

    def __init__(
        self,
        case: CaseFolder,
        signer: Signer,
        asking: Asking,
        *,
        timeout: float,
        fetch_bytes: Callable[..., bytes] = fetch,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._case = case
        self._signer = signer
        self._authorities = asking.authorities
        self._roots = asking.roots
        self._timeout = timeout
        self._fetch = fetch_bytes
        self._pause = pause

    def stamp(self, back_off: Iterable[float] = ()) -> Stamped:
        """Ask every authority that has not attested what is recorded by now, side by side, and keep the answers.

        `back_off` gives the pauses before each further try at an authority that could not be reached. Never raises
        for anything that a third party does.
        """
        note = parse_note(self._case.checkpoint(self._signer))
        data = note.stamped_bytes(self._signer.public_key)
        assert data is not None  # we have just signed it
        told = self._case.read()
        asked = [authority for authority in self._authorities if _owes(told, authority.id)]
        if asked:
            pauses = tuple(back_off)
            with ThreadPoolExecutor(max_workers=len(asked)) as pool:
                received = list(pool.map(lambda one: self._ask(one, data, note.checkpoint.size, pauses), asked))
            answers = self._keep(received)
        else:
            answers = ()
        told = self._case.read()
        return Stamped(note.checkpoint.size, answers, unattested(told, timeline_of(told)))

    def _ask(self, authority: Asked, data: bytes, size: int, pauses: tuple[float, ...]) -> "_Received | Answer":
        request = tokens.make_request(data)
        for pause in (*pauses, None):
            try:
                response = self._fetch(
                    authority.url,
                    data=request,
                    content_type="application/timestamp-query",
                    accept="application/timestamp-reply",
                    timeout=self._timeout,
                    limit=tokens.MAX_RESPONSE_BYTES,
                )
                break
            except FetchError as error:
                if pause is None or (error.status is not None and error.status not in _TRANSIENT):
                    return Answer(authority.id, "rfc3161", None, error.message)
                self._pause(pause)
        return self._judge(authority, data, size, request, response)

    def _judge(self, authority: Asked, data: bytes, size: int, request: bytes, response: bytes) -> "_Received | Answer":
        token = tokens.judge(response, data, request, self._roots)
        # What is false, or holds no token, would be kept for ever and prove nothing: it is told and dropped.
        if token.state == "invalid" or not _holds_token(response):
            return Answer(authority.id, "rfc3161", None, token.reason)
        # What a token says of itself is recorded only where it is believed: anybody can state any time.
        known = token.gen_time if token.state == "valid" else None
        said = Timestamp(
            size=size,
            protocol="rfc3161",
            authority=authority.id,
            status=token.state,
            sha256=sha256(response),
            request=sha256(request),
            time=utc_text(known) if known else None,
            accuracy_ms=math.ceil(token.accuracy.total_seconds() * 1000) if known else None,
        )
        return _Received(Answer(authority.id, "rfc3161", token.state, token.reason, known), said, response, request)

    def _keep(self, received: Sequence["_Received | Answer"]) -> tuple[Answer, ...]:
        """Name every answer in the ledger, in one transaction."""
        kept = [one for one in received if isinstance(one, _Received)]
        indices: list[int] = []
        if kept:
            with self._case.appending(self._signer) as appender:
                indices = [appender.append_proof(one.said, one.response, one.request) for one in kept]
        numbers = iter(indices)
        return tuple(
            replace(one.answer, index=next(numbers)) if isinstance(one, _Received) else one for one in received
        )


def _holds_token(response: bytes) -> bool:
    """Whether it is DER from end to end, with something in it beside the status: more than a refusal or a web page."""
    try:
        return len(der.sequence(der.element(response))) > 1
    except ValueError:
        return False


def _owes(told: CaseFile, authority: str) -> bool:
    """Whether entries that need a proof were recorded since this authority last attested anything.

    What does not count is no answer: where its root was missing, or it refused for a while, it is asked again.
    """
    last = entries_to_attest(told)
    answered = (entry.said for entry in told.stamps if isinstance(entry.said, Timestamp))
    attested = (said.size or 0 for said in answered if said.authority == authority and said.status == "valid")
    return max(attested, default=0) < last
