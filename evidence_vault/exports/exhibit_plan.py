"""Which exhibits go into which files, under which numbers: one file each, or the screenshots of a month together.

Art. R. 414-5 CJA asks for one file an exhibit; a homogeneous series may share one if the inventory lists what it holds.
In either form the numbers are continuous and no exhibit is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from evidence_vault.casefile import AttemptView, ExhibitView, StepView
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered


@dataclass(frozen=True, slots=True)
class Item:
    """An exhibit as it is filed: the label that the inventory gives it, and what it belongs to."""

    view: ExhibitView
    label: str
    name: str
    """What its file is called: the label, shorter, for the automatic inventory takes the name as the label."""
    owner: AttemptView | StepView | None
    also: tuple[str, ...] = ()
    """For what else the same file was handed in: « tentative n° 5 »."""
    month: str | None = None
    """Of a screenshot: the declared month of its attempt."""
    place: int = 0
    """Of a screenshot: the number of its attempt, which follows the declared times."""


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
    users: dict[int, list[tuple[int, str]]] = {}
    for index, name, exhibits in (
        *((view.entry.index, f"tentative n° {numbered.attempt_numbers[view.entry.index]}", view.exhibits)
          for view in numbered.attempts),
        *((view.entry.index, f"démarche n° {numbered.step_numbers[view.entry.index]}", view.exhibits)
          for view in numbered.case.steps),
    ):  # fmt: skip
        for view in exhibits:
            users.setdefault(view.entry.index, []).append((index, name))
    owners: dict[int, AttemptView | StepView] = {
        view.entry.index: view for views in (numbered.attempts, numbered.case.steps) for view in views
    }
    return tuple(_item(numbered, view, owners, users.get(view.entry.index, ())) for view in numbered.case.exhibits)


def one_each(items: Sequence[Item], *, first: int) -> tuple[PlannedFile, ...]:
    """One file an exhibit, numbered from `first` in the order of `items`."""
    return tuple(PlannedFile(number, item.label, item.name, (item,)) for number, item in enumerate(items, start=first))


def by_month(
    items: Sequence[Item], *, first: int, most_bytes: int, weigh: Callable[[Item], int]
) -> tuple[PlannedFile, ...]:
    """The screenshots month by month and by declared time, one file a month, then the other exhibits, one file each.

    A month that would exceed `most_bytes`, as `weigh` tells what each of its screenshots takes, is parted between them.
    """
    dated = [item for item in items if item.month is not None]
    # The attempts are numbered by declared time, those without one last: so are their months.
    dated.sort(key=lambda item: (item.place, item.view.entry.index))
    files: list[tuple[str, str, tuple[Item, ...]]] = []
    for month, group in groupby(dated, key=lambda item: item.month):
        parts = list(_parted(group, most_bytes, weigh))
        files += [
            (*_called(part, f"{month}, partie {place} sur {len(parts)}" if len(parts) > 1 else f"{month}"), part)
            for place, part in enumerate(parts, start=1)
        ]
    files += [(item.label, item.name, (item,)) for item in items if item.month is None]
    return tuple(PlannedFile(number, *planned) for number, planned in enumerate(files, start=first))


def _item(
    numbered: Numbered, view: ExhibitView, owners: dict[int, AttemptView | StepView], users: Sequence[tuple[int, str]]
) -> Item:
    exhibit = view.exhibit
    owner = owners.get(next((index for index in (exhibit.attempt, exhibit.step) if index is not None), -1))
    also = tuple(name for index, name in users if owner is None or index != owner.entry.index)
    again = f" ; aussi {', '.join(also)}" if also else ""
    nature = words.DOCUMENTS.get(exhibit.document or "", "Document")
    stem = PurePath(exhibit.name or "").stem
    match owner:
        case AttemptView():
            moment = owner.local_time(numbered.case.zone)
            number = numbered.attempt_numbers[owner.entry.index]
            result = words.OUTCOMES[owner.outcome].lower()
            stated = dates.stated(numbered.case, owner.occurred_at)
            label = f"{nature}, {stated} : {result}, tentative n° {number}{again}"
            day = "sans date" if moment is None else f"{moment:%Y-%m-%d}"
            if moment is not None and owner.occurred_at is not None and owner.occurred_at.precision != "day":
                day += f" {moment.hour}h{moment.minute:02}"
            month = f"{dates.MONTHS[moment.month - 1]} {moment.year}" if moment else "sans date"
            name = f"{nature} {day} {result}"
            return Item(view, label, name, owner, also, month if exhibit.width is not None else None, number)
        case StepView():
            kind = words.STEPS.get(owner.step.step or "", "Démarche")
            number = numbered.step_numbers[owner.entry.index]
            to = f" à {owner.step.recipient}" if owner.step.recipient else ""
            label = f"{kind}{to}, démarche n° {number} : {exhibit.label or exhibit.name or nature}{again}"
            return Item(view, label, f"{kind} {number} {exhibit.label or stem or nature}", owner, also)
        case None:
            of_case = exhibit.label or exhibit.name
            label = f"{nature} : {of_case}{again}" if of_case else f"{nature}{again}"
            return Item(view, label, f"{nature} {exhibit.label or stem}", None, also)


def _parted(group: Iterator[Item], most_bytes: int, weigh: Callable[[Item], int]) -> Iterator[tuple[Item, ...]]:
    part: list[Item] = []
    size = 0
    for item in group:
        needed = weigh(item)
        if part and size + needed > most_bytes:
            yield tuple(part)
            part, size = [], 0
        part.append(item)
        size += needed
    if part:
        yield tuple(part)


def _called(items: Sequence[Item], month: str) -> tuple[str, str]:
    """The label of a file, and its name."""
    if len(items) == 1:
        return items[0].label, items[0].name
    label = f"Captures d’écran, {month} (série de {len(items)})"
    return label, label
