"""What is told when one attempt is shown without the others; of the rest only the sealed headers go along.

A header holds no personal data, and its entry's contents can be withheld without breaking the chain, the tree or a
signature: so whoever gets one attempt can still check that nothing was inserted, removed or reordered around it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence_vault import kinds
from evidence_vault.casefile import AttemptView, CaseFile
from evidence_vault.entries import SignedEntry, parse_body, parse_header
from evidence_vault.errors import CaseError

NAME = "applicant"


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of a case that is told: which entries, and what of them is withheld nevertheless."""

    entries: frozenset[int]
    hidden: frozenset[str]
    """Fields of the case."""
    unnamed: frozenset[int] = frozenset()
    """Entries whose operator is withheld: it is the applicant, whose name is."""


def shown_of(case: CaseFile, index: int, hidden: frozenset[str]) -> Shown:
    """What is told with the attempt at `index` where the fields `hidden` are not; raise `CaseError` if it is none.

    An update of the case can only be told whole. One that tells a hidden field is withheld, and all that it changed
    with it: what stood there before would pass for what is true now. A hidden name of the applicant is hidden too
    where they are the operator, and with it the certificates that the ledger issued to them.
    """
    view = case.attempt(index)
    if view is None:
        raise CaseError(
            "Entry {index} is no attempt; nothing was exported. `evidence-vault list` shows their numbers.",
            index=index,
        )
    hidden, updates = updates_told(case, hidden)
    names = own_names(case) if NAME in hidden else frozenset()
    always = {"timestamp"} if names & keepers(case) else {"timestamp", "certificate"}
    of_attempt = set(_of_attempt(view))
    redactions = {one.entry.index for one in case.redactions if one.redaction.target in of_attempt}
    told = {0, *updates, *of_attempt, *redactions, *(one.index for one in case.entries if one.header.kind in always)}
    unnamed = {
        one.index
        for one in case.entries
        if isinstance(one.said, kinds.CaseOpened | kinds.Attempt | kinds.Correction) and one.said.operator in names
    }
    return Shown(frozenset(told), hidden, frozenset(unnamed & told))


def own_names(case: CaseFile) -> frozenset[str]:
    """The names under which the applicant may stand as operator: those of the case, and those they operated under."""
    said = [entry.said for entry in case.entries]
    operators = {
        one.operator
        for one in said
        if isinstance(one, kinds.CaseOpened | kinds.Attempt) and one.capacity == "applicant"
    }
    changed = {(one.changes or {}).get(NAME) for one in said if isinstance(one, kinds.CaseUpdated)}
    opened = {one.applicant for one in said if isinstance(one, kinds.CaseOpened)}
    return frozenset(name for name in operators | changed | opened if isinstance(name, str))


def disclosed(entries: Iterable[SignedEntry], shown: Shown) -> Iterator[SignedEntry]:
    """The same entries, those that are not shown without their body, the others without what is hidden of them."""
    for entry in entries:
        header = parse_header(entry.header)
        hidden = shown.hidden if header.kind == "case_opened" else frozenset[str]()
        if header.index in shown.unnamed:
            hidden |= {"operator"}
        if header.index not in shown.entries:
            yield SignedEntry(entry.header, entry.signature, None)
        elif entry.body is not None and hidden:
            yield SignedEntry(entry.header, entry.signature, parse_body(entry.body).without(hidden).encode())
        else:
            yield entry


def keepers(case: CaseFile) -> frozenset[str | None]:
    """Who keeps the ledger, and is named by the certificate that it issues to itself."""
    return frozenset({case.opened.said.operator} if isinstance(case.opened.said, kinds.CaseOpened) else ())


def updates_told(case: CaseFile, hidden: frozenset[str]) -> tuple[frozenset[str], list[int]]:
    """The fields that are hidden in the end, and the updates that tell none of them."""
    told = {
        entry.index: (entry.said.changes or {}).keys()
        for entry in case.entries
        if isinstance(entry.said, kinds.CaseUpdated)
    }
    while reached := [index for index, changes in told.items() if hidden & changes]:
        hidden = hidden.union(*(told.pop(index) for index in reached))
    return hidden, list(told)


def _of_attempt(view: AttemptView) -> Iterator[int]:
    yield view.entry.index
    yield from (outcome.entry.index for outcome in view.outcomes)
    yield from (correction.entry.index for correction in view.corrections)
    for exhibit in view.exhibits:
        yield exhibit.entry.index
        yield from (found.entry.index for found in exhibit.readings)
