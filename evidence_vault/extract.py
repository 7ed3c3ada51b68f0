"""Which entries are told when one attempt is shown without the others; of the rest only the sealed headers go along.

A header holds no personal data, and its entry's contents can be withheld without breaking the chain, the tree or a
signature: so whoever gets one attempt can still check that nothing was inserted, removed or reordered around it.
"""

from collections.abc import Iterable, Iterator

from evidence_vault import kinds
from evidence_vault.casefile import AttemptView, CaseFile
from evidence_vault.entries import SignedEntry, parse_body, parse_header
from evidence_vault.errors import CaseError

_ALWAYS = frozenset({"timestamp", "certificate"})
"""Kinds that say nothing of the applicant, and without which times and pages cannot be checked."""


def shown_entries(case: CaseFile, index: int, hidden: frozenset[str]) -> frozenset[int]:
    """The entries that are told with the attempt at `index`; raise `CaseError` where there is none.

    An update of the case that tells a field of `hidden` is withheld whole.
    """
    view = case.attempt(index)
    if view is None:
        raise CaseError(
            "Entry {index} is no attempt; nothing was exported. `evidence-vault list` shows their numbers.",
            index=index,
        )
    about = {
        entry.index
        for entry in case.entries
        if entry.header.kind in _ALWAYS
        or (isinstance(entry.said, kinds.CaseUpdated) and not hidden & (entry.said.changes or {}).keys())
    }
    return frozenset({0} | about | set(_of_attempt(view)))


def disclosed(entries: Iterable[SignedEntry], shown: frozenset[int], hidden: frozenset[str]) -> Iterator[SignedEntry]:
    """The same entries, those that are not shown without their body, the first without the fields of `hidden`."""
    for entry in entries:
        header = parse_header(entry.header)
        if header.index not in shown:
            yield SignedEntry(entry.header, entry.signature, None)
        elif header.kind == "case_opened" and entry.body is not None and hidden:
            body = parse_body(entry.body).without(hidden).encode()
            yield SignedEntry(entry.header, entry.signature, body)
        else:
            yield entry


def _of_attempt(view: AttemptView) -> Iterator[int]:
    yield view.entry.index
    yield from (outcome.entry.index for outcome in view.outcomes)
    yield from (correction.entry.index for correction in view.corrections)
    for exhibit in view.exhibits:
        yield exhibit.entry.index
        yield from (found.entry.index for found in exhibit.readings)
