"""Having the newest checkpoint anchored in a public block chain through OpenTimestamps calendars: the second witness.

A calendar promises at once and keeps its promise hours later, when a block holds it: the proof is recorded as pending,
and a later entry names the proof that grew out of it. Like `stamping`, never raises for what a third party does.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from evidence_vault.asking import Asked, Asking
from evidence_vault.attested import entries_to_attest
from evidence_vault.case_folder import CaseFolder
from evidence_vault.casefile import CaseFile
from evidence_vault.encoding import sha256
from evidence_vault.entries import utc_text
from evidence_vault.kinds import Timestamp
from evidence_vault.signing import calendars
from evidence_vault.signing.anchors import judge_anchor
from evidence_vault.signing.blocks import UnreadableError
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import parse_note
from evidence_vault.stamping import Answer
from evidence_vault.timeline import BLOCK_TOLERANCE
from evidence_vault.transport import FetchError, fetch

_NOT_YET = 404
_ACCURACY_MS = int(BLOCK_TOLERANCE.total_seconds() * 1000)


class Anchorer:
    """Asks the calendars on behalf of one case; `fetch_bytes` is the network of tests."""

    def __init__(
        self,
        case: CaseFolder,
        signer: Signer,
        asking: Asking,
        *,
        timeout: float,
        fetch_bytes: Callable[..., bytes] = fetch,
    ) -> None:
        self._case = case
        self._signer = signer
        self._calendars = asking.calendars
        self._timeout = timeout
        self._fetch = fetch_bytes

    def anchor(self) -> tuple[Answer, ...]:
        """Hand in what no proof covers yet, and ask for what was promised earlier."""
        if not self._calendars:
            return ()
        if not calendars.is_available():
            return tuple(Answer(one.id, "opentimestamps", None, calendars.NO_EXTRA) for one in self._calendars)
        told = self._case.read()
        latest = _latest(told)
        # Where one calendar already names a block, which may be a lie, the promises of the others still count.
        growing = [(index, said) for index, said in latest if said.status in {"pending", "unchecked"}]
        answers = [answer for index, said in growing for answer in self._grow(index, said)]
        if max((said.size or 0 for _, said in latest), default=0) < entries_to_attest(told):
            answers += self._hand_in()
        return tuple(answers)

    def _hand_in(self) -> list[Answer]:
        note = parse_note(self._case.checkpoint(self._signer))
        data = note.stamped_bytes(self._signer.public_key)
        assert data is not None  # we have just signed it
        commitment = calendars.commit(data)
        with ThreadPoolExecutor(max_workers=len(self._calendars)) as pool:
            heard = list(pool.map(lambda one: self._submit(one, commitment), self._calendars))
        promised = [(one, found) for one, found in zip(self._calendars, heard, strict=True) if isinstance(found, bytes)]
        refused = [found for found in heard if isinstance(found, Answer)]
        if not promised:
            return refused
        kept: list[tuple[Asked, bytes]] = []
        proof = b""
        for one, found in sorted(promised, key=lambda each: len(each[1])):
            try:
                proof = calendars.make_proof(commitment, [answer for _, answer in (*kept, (one, found))])
                kept.append((one, found))
            except UnreadableError as error:  # each answer is good, and together they are too much
                refused.append(Answer(one.id, "opentimestamps", None, error.message))
        names = ", ".join(dict.fromkeys(one.id for one, _ in kept))
        return [self._keep(proof, data, note.checkpoint.size, names, None), *refused]

    def _submit(self, calendar: Asked, commitment: calendars.Commitment) -> bytes | Answer:
        try:
            answer = self._fetch(
                calendars.submit_url(calendar.url),
                data=commitment.submitted,
                content_type="application/octet-stream",
                accept=calendars.ACCEPT,
                timeout=self._timeout,
                limit=calendars.MAX_ANSWER_BYTES,
            )
            calendars.make_proof(commitment, (answer,))  # so that one bad answer spoils none of the others
        except (FetchError, UnreadableError) as error:
            return Answer(calendar.id, "opentimestamps", None, error.message)
        return answer

    def _grow(self, index: int, said: Timestamp) -> Iterator[Answer]:
        """Ask for what a pending proof was promised; yields nothing while no block holds it."""
        with self._case.reader() as reader:
            proof = next((found.response for found in reader.proofs() if found.digest == said.sha256), None)
            sizes = {parse_note(note).checkpoint.size: note for note in reader.checkpoints()}
        if proof is None or said.size not in sizes:
            return
        data = parse_note(sizes[said.size]).stamped_bytes(self._signer.public_key) or b""
        grown = proof
        for promise in calendars.promises(proof, [one.url for one in self._calendars]):
            try:
                answer = self._fetch(
                    promise.url, accept=calendars.ACCEPT, timeout=self._timeout, limit=calendars.MAX_ANSWER_BYTES
                )
                grown = calendars.upgrade(grown, promise, answer)
            except FetchError as error:
                if error.status != _NOT_YET:
                    yield Answer(said.authority or "", "opentimestamps", None, error.message)
            except UnreadableError as error:
                yield Answer(said.authority or "", "opentimestamps", None, error.message)
        if grown != proof and judge_anchor(grown, data, {}).state in {"unchecked", "confirmed"}:
            yield self._keep(grown, data, said.size, said.authority or "", index)

    def _keep(self, proof: bytes, data: bytes, size: int, authority: str, replaces: int | None) -> Answer:
        """Name a proof in the ledger, as it is judged without any block header."""
        judged = judge_anchor(proof, data, {})
        said = Timestamp(
            size=size,
            protocol="opentimestamps",
            authority=authority,
            status=judged.state,
            sha256=sha256(proof),
            time=utc_text(judged.time) if judged.time else None,
            accuracy_ms=_ACCURACY_MS if judged.time else None,
            replaces=replaces,
        )
        with self._case.appending(self._signer) as appender:
            index = appender.append_proof(said, proof, None)
        return Answer(authority, "opentimestamps", judged.state, judged.reason, judged.time, index)


def _latest(told: CaseFile) -> list[tuple[int, Timestamp]]:
    """The OpenTimestamps proofs that no later one has replaced."""
    found = [
        (entry.index, entry.said)
        for entry in told.stamps
        if isinstance(entry.said, Timestamp) and entry.said.protocol == "opentimestamps"
    ]
    replaced = {said.replaces for _, said in found}
    return [(index, said) for index, said in found if index not in replaced]
