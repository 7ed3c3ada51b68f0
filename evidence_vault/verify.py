"""Verification as one numbered procedure over values: no private key, no database, no network, no OCR.

The steps, in order. Their numbers stand in the report, in `docs/format.md` and in the tests.

  intact: nothing has changed since it was signed
     1 format       every header and body is strictly well-formed and in its only spelling; no stray file
     2 case         all entries belong to one case, opened by the first entry and by no other
     3 key          one key signs the ledger, the one that the first entry names in full
     4 signatures   every header is signed by that key
     5 bodies       what an entry says is what its header commits to
     6 links        an entry speaks only of earlier entries, and of the right kind
     7 exhibits     every exhibit that is present hashes to the digest recorded for it
    17 document     of a PDF: signed by the certificate that the ledger names, and nothing changed since
  complete: entries 0 to n-1 at a named checkpoint, none missing between
     8 chain        indices run from 0 without a gap and each header names the digest of the one before
     9 checkpoints  each checkpoint is signed, names this ledger, and its root is the root of the entries at its size;
                    one that the verifier brought and that is not of this ledger leaves this open
    10 coverage     the newest checkpoint covers every entry, and no entry that it covers is missing
  dated: between when and when, according to whom
    11 clock        the times of recording do not run backwards
    12 attestation  a third party bounds the time of every entry
    14 tokens       every RFC 3161 token is about a checkpoint of this ledger, named by an entry, and not invalid
    15 anchors      the same of every OpenTimestamps proof
    16 order        these times agree with each other, with the clock, and with the day the evidence was received
  signer: whose ledger it is
    13 trusted key  the key is the one that the verifier was given by another way

Consistency between checkpoints needs no step of its own: all are recomputed from the same entries, so two that pass
step 9 are consistent; a checkpoint that the verifier kept from earlier is checked with the others. The caller must
still do what no procedure can: obtain the signer's key from the signer, and an earlier checkpoint from somewhere else
if it wants to know that the ledger was not begun again or cut back.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from evidence_vault import kinds, merkle
from evidence_vault.dating import CLOCK_TOLERANCE, Dating
from evidence_vault.enclosures import Enclosures
from evidence_vault.entries import GENESIS, Header, parse_utc
from evidence_vault.evidence import AttemptInterval, Evidence, Report, Trust
from evidence_vault.examining import Examined, Examiner
from evidence_vault.findings import Findings
from evidence_vault.messages import say
from evidence_vault.signing.note import SignedCheckpoint, origin_of, parse_note
from evidence_vault.signing.public import KEY_BYTES, is_valid, is_weak, key_id, load_public
from evidence_vault.timeline import Attestation

NOTES = (
    say("Intact does not mean true: a page can be altered on the screen before it is photographed."),
    say("Complete does not mean that nothing was recorded after this checkpoint, nor that no other ledger exists."),
    say("A signature by a person's own key does not prove who that person is."),
)
NOT_ATTESTED = (
    say(
        "Until a third party attests it, whoever holds the key could have made the whole ledger again, "
        "with other dates; a checkpoint received earlier (--checkpoint) would show it."
    ),
)
ATTESTED = (
    say(
        "A proof of time shows that the ledger up to there existed at that time, not that what it says is true: before "
        "its first proof, whoever holds the key could have made it again with other dates."
    ),
    say("Dated does not mean that an attempt took place at the time declared for it."),
    say("An attempt recorded as it was made has a lower bound only on its operator's word that it was."),
)

_NO_CHECKPOINT = say("There is no checkpoint: nothing says where the ledger stood.")
_FOREIGN_CHECKPOINT = say(
    "A checkpoint that was given is not one of this ledger and shows nothing about it: check which case it is of."
)
_KEY_NOT_DISCLOSED = say("The first entry does not disclose the key in full.")

_PROGRESS_STEP = 256
_HOPELESS = 10_000
"""Malformed entries after which the rest is not read."""


def verify(evidence: Evidence, trust: Trust, progress: Callable[[int], None] = lambda _: None) -> Report:
    """Run the numbered procedure on one case and report every step.

    Never raises for anything found in the evidence: what is malformed, missing or unexpected fails a step. `progress`
    is called with the number of entries read so far. Of the pages of a PDF the report says whether they are
    as they were signed, and nothing about what they show.
    """
    return _Procedure(evidence, trust).run(progress)


class _Procedure:
    def __init__(self, evidence: Evidence, trust: Trust) -> None:
        self._evidence = evidence
        self._trust = trust
        self._found = Findings()
        self._kinds: list[str] = []
        self._withheld = 0
        self._attempts = 0
        self._key: bytes | None = None
        self._key_id = ""
        self._case: str | None = None
        self._latest_recorded = ""
        self._covered: SignedCheckpoint | None = None
        self._enclosures = Enclosures(evidence, self._found)
        self._dating = Dating(evidence, trust, self._found)

    def run(self, progress: Callable[[int], None]) -> Report:
        frontier = merkle.Frontier()
        previous = GENESIS
        entries = iter(self._evidence.entries)
        first = list(islice(entries, 1))
        for signed in first:
            self._choose_key(Examiner(None).examine(signed).header)
        notes = self._open_notes(empty=not first)
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for entry in Examiner(self._key).examine_all(chain(first, entries), pool):
                index = frontier.size
                self._place(index, entry, previous)
                previous = entry.leaf.hex()
                frontier.append(entry.leaf)
                self._compare_roots(notes, frontier)
                if index % _PROGRESS_STEP == 0:
                    progress(index)
                if self._found.failures("format") > _HOPELESS:
                    break  # this is no ledger, and reading on could take for ever
            self._enclosures.close(pool)
            attestations, intervals = self._dating.close(pool)
        self._close(notes, frontier.size)
        progress(frontier.size)
        return self._report(frontier.size, attestations, intervals)

    def _choose_key(self, first: Header | None) -> None:
        """Take the case and the key from the first header; all other headers must name the same."""
        if first is None:
            return
        self._case = first.case
        candidates = [raw for raw in self._evidence.keys if len(raw) == KEY_BYTES and key_id(raw) == first.key]
        if len(candidates) != 1 or len(self._evidence.keys) != 1:
            self._found.fail("key", say("The key that signs the ledger is not enclosed, or not alone."))
        elif is_weak(candidates[0]):
            self._found.fail("key", say("The key that signs the ledger is one that anybody could sign with."))
        else:
            self._key, self._key_id = candidates[0], first.key

    def _place(self, index: int, entry: Examined, previous: str) -> None:
        """Check one entry against those before it."""
        header = entry.header
        if header is None:
            self._found.fail("format", say("Entry {index} has a malformed header.", index=index))
            self._kinds.append("")
            return
        self._kinds.append(header.kind)
        if header.kind not in kinds.KINDS:
            self._found.fail("format", say("Entry {index} is of an unknown kind.", index=index))
        if header.index != index or header.previous != previous:
            self._found.fail("chain", say("Entry {index} does not follow the one before it.", index=index))
        if header.case != self._case or (header.kind == "case_opened") != (index == 0):
            self._found.fail("case", say("Entry {index} does not belong where it stands.", index=index))
        if self._key is None or header.key != self._key_id:
            self._found.fail("key", say("Entry {index} is signed by an unknown key.", index=index))
        elif not entry.is_signed:
            self._found.fail("signatures", say("The signature of entry {index} is not valid.", index=index))
        if header.recorded_at < self._latest_recorded:
            self._compare_times(index, header.recorded_at)
        self._latest_recorded = max(self._latest_recorded, header.recorded_at)
        self._attempts += header.kind == "attempt"
        self._dating.entry(index, header.kind)
        self._place_body(index, header, entry)

    def _compare_times(self, index: int, recorded_at: str) -> None:
        back = parse_utc(self._latest_recorded) - parse_utc(recorded_at)
        if back > CLOCK_TOLERANCE:
            seconds = int(back.total_seconds())
            self._found.doubt(
                "clock",
                say("Entry {index} was recorded {seconds} s earlier than one before it.", index=index, seconds=seconds),
            )

    def _place_body(self, index: int, header: Header, entry: Examined) -> None:
        if not entry.has_body:
            if index == 0:
                self._found.doubt("key", _KEY_NOT_DISCLOSED)
            self._withheld += 1
            self._enclosures.entry(index, header.kind, None)
            self._place_times(index, header, None)
            return
        if entry.said is None:
            self._found.fail("format", say("What entry {index} says is malformed.", index=index))
            return
        self._withheld += entry.withheld
        if not entry.is_committed:
            self._found.fail("bodies", say("What entry {index} says is not what was signed.", index=index))
        self._enclosures.entry(index, header.kind, entry.said)
        self._place_times(index, header, entry.said)
        match entry.said:
            case kinds.CaseOpened(public_key=None):
                self._found.doubt("key", _KEY_NOT_DISCLOSED)
            case kinds.CaseOpened(public_key=str(stated)) if self._key is not None and stated != self._key.hex():
                self._found.fail("key", say("The first entry names another key than the one enclosed."))
            case _:
                pass
        for target, kind in kinds.links(entry.said):
            if not 0 <= target < index or (kind is not None and self._kinds[target] != kind):
                self._found.fail(
                    "links",
                    say(
                        "Entry {index} refers to entry {target}, which it may not refer to.", index=index, target=target
                    ),
                )

    def _place_times(self, index: int, header: Header, said: kinds.Said | None) -> None:
        if header.kind == "timestamp":
            self._dating.stamp(index, header.recorded_at, said if isinstance(said, kinds.Timestamp) else None)
        elif header.kind == "attempt":
            self._dating.attempt(index, live=isinstance(said, kinds.Attempt) and kinds.is_live(said))

    def _open_notes(self, *, empty: bool) -> dict[int, list[SignedCheckpoint]]:
        """The checkpoints of this ledger, by size; what is none of them never gets as far as the entries.

        A verifier can be handed a note that nobody signed, over more entries than there are, to make an honest ledger
        look cut back. Only what this ledger signed speaks against it. In an empty ledger nothing says who signs, and
        what is enclosed with it shows at least that there were entries.
        """
        notes: dict[int, list[SignedCheckpoint]] = {}
        for data in self._evidence.checkpoints:
            if (note := _read_note(data)) is None:
                self._found.fail("checkpoints", say("A checkpoint is malformed."))
            elif not empty and not self._is_ours(note):
                size = note.checkpoint.size
                self._found.fail(
                    "checkpoints", say("The checkpoint at {size} is not signed by this ledger.", size=size)
                )
            else:
                notes.setdefault(note.checkpoint.size, []).append(note)
        for data in self._trust.checkpoints:
            if (note := _read_note(data)) is None or not self._is_ours(note):
                self._found.doubt("checkpoints", _FOREIGN_CHECKPOINT)
            else:
                notes.setdefault(note.checkpoint.size, []).append(note)
        return notes

    def _is_ours(self, note: SignedCheckpoint) -> bool:
        if self._key is None or self._case is None or note.checkpoint.origin != origin_of(self._case):
            return False
        signature = note.signature_by(self._key)
        return signature is not None and is_valid(load_public(self._key), signature, note.text)

    def _compare_roots(self, notes: dict[int, list[SignedCheckpoint]], frontier: merkle.Frontier) -> None:
        for note in notes.get(frontier.size, ()):
            size = note.checkpoint.size
            if note.checkpoint.root != frontier.root():
                self._found.fail(
                    "checkpoints", say("The checkpoint at {size} has another root than the entries.", size=size)
                )
            else:
                self._covered = note
                stamped = note.stamped_bytes(self._key or b"")
                if stamped is not None:
                    self._dating.checkpoint(size, stamped, self._latest_recorded)

    def _close(self, notes: dict[int, list[SignedCheckpoint]], count: int) -> None:
        found = self._found
        for problem in self._evidence.problems:
            found.fail("format", problem)
        if count == 0:
            found.fail("format", say("There is not a single entry."))
        covered = self._covered.checkpoint.size if self._covered else 0
        beyond = max(notes, default=0)
        if beyond > count:
            found.fail(
                "coverage",
                say("A checkpoint covers {size} entries, but only {count} are here.", size=beyond, count=count),
            )
        if 0 in notes:
            found.fail("checkpoints", say("A checkpoint covers no entry."))
        if not notes:
            found.doubt("checkpoints", _NO_CHECKPOINT)
            found.doubt("coverage", _NO_CHECKPOINT)
        elif covered < count:
            found.doubt("coverage", say("Entries after the newest checkpoint: {count}.", count=count - covered))
        if self._trust.key is None:
            found.doubt("trusted_key", say("No key was given to compare with: the evidence only agrees with itself."))
        elif self._key is None or self._trust.key not in {self._key, hashlib.sha256(self._key).digest()}:
            found.fail("trusted_key", say("The ledger is not signed by the key that was given."))
        agreeing = sum(len(signed) for size, signed in notes.items() if size <= count)
        found.passed("format", say("Well-formed entries: {count}.", count=count))
        found.passed("case", say("All entries belong to one case."))
        found.passed("key", say("One key signs the ledger, the one that its first entry names."))
        found.passed("signatures", say("Valid signatures: {count}.", count=count))
        found.passed("bodies", say("What each entry says is what was signed; withheld: {count}.", count=self._withheld))
        found.passed("links", say("Entries speak only of earlier entries."))
        found.passed("chain", say("Entries 0 to {last} follow each other without a gap.", last=count - 1))
        found.passed("checkpoints", say("Checkpoints that agree with the entries: {count}.", count=agreeing))
        found.passed("coverage", say("The checkpoint at {size} covers every entry.", size=covered))
        found.passed("clock", say("The times of recording never run backwards."))
        found.passed("trusted_key", say("The ledger is signed by the key that was given."))

    def _report(
        self, count: int, attestations: tuple[Attestation, ...], intervals: tuple[AttemptInterval, ...]
    ) -> Report:
        return Report(
            case=self._case,
            entries=count,
            attempts=self._attempts,
            exhibits=self._enclosures.exhibits,
            withheld=self._withheld,
            size=self._covered.checkpoint.size if self._covered else 0,
            root=self._covered.checkpoint.root.hex() if self._covered else None,
            public_key=self._key,
            checks=self._found.checks(),
            attestations=attestations,
            intervals=intervals,
            notes=(*NOTES, *(ATTESTED if attestations else NOT_ATTESTED)),
        )


def _read_note(data: bytes) -> SignedCheckpoint | None:
    try:
        return parse_note(data)
    except ValueError:
        return None
