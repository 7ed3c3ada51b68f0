"""What redactions keep back from everything that is handed over; the ledger itself keeps all, and each commitment.

Of a picture with covered parts the original is not enclosed, and of what a machine read on it only the message and the
facts that stand elsewhere go along: the words, their places and the whole text never do. A field that is kept back is
withheld as any field can be, so chain, tree and signatures are checked as before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evidence_vault import kinds
from evidence_vault.casefile import CaseFile, Entry
from evidence_vault.entries import SignedEntry, parse_body, parse_header
from evidence_vault.exports.dossier_words import NOT_TOLD
from evidence_vault.extract import updates_told
from evidence_vault.kinds import Reading
from evidence_vault.ocr.folding import fold
from evidence_vault.values import Box

FIELDS: Mapping[str, frozenset[str]] = {
    "case_opened": frozenset({"born", "birthplace", "nationality", "address", "email", "phone", "agdref"}),
    "attempt": frozenset({"url", "note", "reached"}),
    "exhibit": frozenset({"name", "label", "indications"}),
    "step": frozenset({"recipient", "reference", "summary", "answer"}),
    "correction": frozenset({"value", "reason"}),
}
"""The fields that can be kept back, by kind: those that people wrote, and without which a dossier still says enough."""

_READ = frozenset({"text", "words"})
_REPEATED: Mapping[str, frozenset[str]] = {
    "screen_clock": frozenset({"screen_clock"}),
    "address": frozenset({"address"}),
    "platform_dates": frozenset({"platform_date", "last_release", "reopening"}),
}
"""The fields that repeat facts without their places, and which facts each repeats."""
_MARGIN = 0.3
"""Of the height of a word: how much is covered around it, for what the engine placed a little short."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept back of one case."""

    fields: Mapping[int, frozenset[str]]
    """Withheld fields by the index of their entry."""
    bodies: frozenset[int] = frozenset()
    """Entries withheld whole: later ones that would tell what an earlier one no longer does."""

    @property
    def is_nothing(self) -> bool:
        """Whether all is shown."""
        return not self.fields and not self.bodies


def kept_back(case: CaseFile) -> Kept:
    """What the redactions of `case` that stand keep back."""
    fields: dict[int, frozenset[str]] = defaultdict(frozenset)
    bodies: frozenset[int] = frozenset()
    for view in case.redactions:
        if view.redaction.fields and view.redaction.target is not None:
            fields[view.redaction.target] |= frozenset(view.redaction.fields)
    for entry in case.entries:
        # A remark made later says the same of the same entry, or more.
        said = entry.said
        if isinstance(said, kinds.Correction) and said.field == "note" and "note" in fields.get(said.target or -1, ()):
            fields[entry.index] |= {"value"}
    if 0 in fields:
        fields[0], told = updates_told(case, fields[0])
        bodies = frozenset(
            entry.index
            for entry in case.entries
            if isinstance(entry.said, kinds.CaseUpdated) and entry.index not in told
        )
    for exhibit in case.exhibits:
        for found in exhibit.readings if exhibit.covered else ():
            fields[found.entry.index] |= _under(found.reading, exhibit.covered)
    return Kept(dict(fields), bodies)


def without(entries: Iterable[SignedEntry], kept: Kept) -> Iterator[SignedEntry]:
    """The same entries without what is kept back."""
    for entry in entries:
        index = parse_header(entry.header).index
        if index in kept.bodies:
            yield SignedEntry(entry.header, entry.signature, None)
        elif entry.body is not None and (hidden := kept.fields.get(index)):
            yield SignedEntry(entry.header, entry.signature, parse_body(entry.body).without(hidden).encode())
        else:
            yield entry


def marked(entry: Entry, kept: Kept) -> Entry:
    """`entry` as it is printed: texts that are kept back say so, lest they pass for texts that nobody ever wrote."""
    if entry.said is None or not (hidden := kept.fields.get(entry.index)):
        return entry
    texts = hidden & FIELDS.get(entry.header.kind, frozenset()) - {"indications"}
    return replace(entry, said=kinds.replace(entry.said, **dict.fromkeys(texts, f"[{NOT_TOLD}]")))


def places_of(reading: Reading, phrase: str) -> tuple[Box, ...]:
    """Where the words of `phrase` were read one after another, case and accents apart, each with a little around it.

    One word is found inside a longer one too: an address inside the address of a page. What was misread is not found.
    """
    wanted = [bare for word in phrase.split() if (bare := _bare(word))]
    read = [(_bare(word.text), word.box) for word in reading.words or ()]
    if not wanted:
        return ()
    if len(wanted) == 1:
        return tuple(_wider(box) for text, box in read if wanted[0] in text)
    starts = [at for at in range(len(read)) if [text for text, _ in read[at : at + len(wanted)]] == wanted]
    return tuple(_wider(box) for at in starts for _, box in read[at : at + len(wanted)])


def clipped(box: Box, width: int, height: int) -> Box | None:
    """The part of `box` that lies on a picture of this size; None where none does."""
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = min(box.left + box.width, width), min(box.top + box.height, height)
    return Box(left=left, top=top, width=right - left, height=bottom - top) if left < right and top < bottom else None


def withholdable(case: CaseFile, index: int) -> frozenset[str]:
    """The fields of an entry that say something and can be kept back; of a correction its value only if a remark.

    A field of the case that was changed together with one that a dossier needs cannot: an update is withheld whole. Nor
    can the name of a file that an attempt takes its time from: it stands there too, in the words of the claim.
    """
    entry = case.entries[index]
    said = case.case if index == 0 else entry.said
    known = frozenset(name for name in FIELDS.get(entry.header.kind, ()) if getattr(said, name, None) is not None)
    if isinstance(said, kinds.Correction) and said.field != "note":
        return known - {"value"}
    if isinstance(said, kinds.Exhibit) and said.name in _names_that_date(case):
        return known - {"name"}
    if index == 0:
        return frozenset(name for name in known if updates_told(case, frozenset({name}))[0] <= FIELDS["case_opened"])
    return known


def _names_that_date(case: CaseFile) -> frozenset[str]:
    """The names of files that a declared time was taken from."""
    claims = (getattr(entry.said, "occurred_at", None) for entry in case.entries)
    return frozenset(time.text for time in claims if time is not None and time.source == "file_name")


def _bare(word: str) -> str:
    return "".join(letter for letter in fold(word) if letter.isalnum())


def _wider(box: Box) -> Box:
    more = max(2, round(_MARGIN * box.height))
    return Box(left=box.left - more, top=box.top - more, width=box.width + 2 * more, height=box.height + 2 * more)


def _under(reading: Reading, covered: Sequence[Box]) -> frozenset[str]:
    """The fields of a reading that tell, or may tell, what stands under the covered parts."""
    hidden = set(_READ)
    if any(quote.box is None or _meets(quote.box, covered) for quote in reading.quotes or ()):
        hidden.add("quotes")
    facts = reading.facts or ()
    touched = {fact.fact for fact in facts if fact.box is None or _meets(fact.box, covered)}
    apart = {fact.fact for fact in facts} - touched
    if touched:
        hidden.add("facts")
    # What has no place, as in older entries, may stand under what is covered.
    hidden.update(field for field, repeated in _REPEATED.items() if repeated & touched or not repeated & apart)
    return frozenset(hidden)


def _meets(box: Box, covered: Iterable[Box]) -> bool:
    return any(
        box.left < other.left + other.width
        and other.left < box.left + box.width
        and box.top < other.top + other.height
        and other.top < box.top + box.height
        for other in covered
    )
