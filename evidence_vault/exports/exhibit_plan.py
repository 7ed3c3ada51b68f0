"""Which exhibits go into which files, under which numbers: one file each, or the screenshots of a month together.

Art. R. 414-5 CJA asks for one file an exhibit; a homogeneous series may share one if the inventory lists what it holds.
In either form the numbers are continuous and no exhibit is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence_vault.casefile import AttemptView, ExhibitView, StepView
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered

_PAGE = 40_000
"""Octets that the pages of an exhibit take beside its picture, at most, as far as fonts and text go."""


@dataclass(frozen=True, slots=True)
class Item:
    """An exhibit as it is filed: the label that the inventory gives it, and what it belongs to."""

    view: ExhibitView
    label: str
    name: str
    """What its file is called: the label, shorter, for the automatic inventory takes the name as the label."""
    owner: AttemptView | StepView | None
    month: str | None
    """The declared month of the attempt that a screenshot belongs to."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file: its number, what it is called, what it holds in order."""

    number: int
    label: str
    name: str
    items: tuple[Item, ...]

    def called(self, place: int) -> str:
        """The number of the item at `place` (from 1): « 3 », or « 3-2 » in a series."""
        return str(self.number) if len(self.items) == 1 else f"{self.number}-{place}"


def items_of(numbered: Numbered) -> tuple[Item, ...]:
    """Every exhibit of the case, once, in the order of its number in the dossier."""
    attempts = {view.entry.index: view for view in numbered.attempts}
    steps = {view.entry.index: view for view in numbered.case.steps}
    return tuple(_item(numbered, view, attempts, steps) for view in numbered.case.exhibits)


def planned(items: Sequence[Item], *, first: int, series: bool, most_bytes: int) -> tuple[PlannedFile, ...]:
    """The files, numbered from `first`; a series that would exceed `most_bytes` is parted between exhibits."""
    groups = list(_months(items)) if series else [(item,) for item in items]
    parts = [part for group in groups for part in _parted(group, most_bytes)]
    return tuple(PlannedFile(number, *_called(part), part) for number, part in enumerate(parts, start=first))


def _item(numbered: Numbered, view: ExhibitView, attempts: dict[int, AttemptView], steps: dict[int, StepView]) -> Item:
    attempt = attempts.get(-1 if view.exhibit.attempt is None else view.exhibit.attempt)
    step = steps.get(-1 if view.exhibit.step is None else view.exhibit.step)
    nature = words.DOCUMENTS.get(view.exhibit.document or "", "Document")
    if attempt is not None:
        moment = attempt.local_time(numbered.case.zone)
        time = words.declared(numbered.case, attempt.occurred_at)
        number = numbered.attempt_numbers[attempt.entry.index]
        result = words.OUTCOMES[attempt.outcome].lower()
        label = f"{nature}, {time} (déclaré) : {result}, tentative n° {number}"
        day = "sans date" if moment is None else f"{moment:%Y-%m-%d}"
        if moment is not None and attempt.occurred_at is not None and attempt.occurred_at.precision != "day":
            day += f" {moment.hour}h{moment.minute:02}"
        month = f"{words.MONTHS[moment.month - 1]} {moment.year}" if moment else "sans date"
        return Item(view, label, f"{nature} {day} {result}", attempt, month)
    if step is not None:
        kind = words.STEPS.get(step.step.step or "", "Démarche")
        number = numbered.step_numbers[step.entry.index]
        to = f" à {step.step.recipient}" if step.step.recipient else ""
        named = view.exhibit.label or view.exhibit.name or nature
        return Item(view, f"{kind}{to}, démarche n° {number} : {named}", f"{kind} {number} {named}", step, None)
    of_case = view.exhibit.label or view.exhibit.name
    label = f"{nature} : {of_case}" if of_case else nature
    return Item(view, label, label, None, None)


def _months(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """The screenshots of each declared month together, where the first of them stands; the rest one by one."""
    months: dict[str, list[Item]] = {}
    for item in items:
        if item.month is not None and item.view.exhibit.width is not None:
            months.setdefault(item.month, []).append(item)
    told: set[str] = set()
    for item in items:
        if item.month is None or item.view.exhibit.width is None:
            yield (item,)
        elif item.month not in told:
            told.add(item.month)
            yield tuple(months[item.month])


def _parted(group: Sequence[Item], most_bytes: int) -> Iterator[tuple[Item, ...]]:
    part: list[Item] = []
    size = 0
    for item in group:
        needed = (item.view.exhibit.size or 0) + _PAGE
        if part and size + needed > most_bytes:
            yield tuple(part)
            part, size = [], 0
        part.append(item)
        size += needed
    if part:
        yield tuple(part)


def _called(items: Sequence[Item]) -> tuple[str, str]:
    """The label of a file, and its name."""
    if len(items) == 1:
        return items[0].label, items[0].name
    label = f"Captures d’écran, {items[0].month} (série de {len(items)})"
    return label, label
