"""A folder of exhibits checked against the rules for filing them: a list of rules, each kept, broken or not checked.

The rules are those named here and no others: that a folder keeps them does not say that a court will take it.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from evidence_vault.exports.exhibit_names import NUMBER, faults
from evidence_vault.exports.inventory import CSV, PDF, Listed, read_csv
from evidence_vault.exports.rendering import page_texts
from evidence_vault.messages import Message, say

State: TypeAlias = Literal["passed", "failed", "indeterminate"]

RULES: dict[str, Message] = {
    "names": say("names begin with a number, hold only unaccented letters, digits, - and _, and 80 signs at most"),
    "numbers": say("numbers are continuous from the first one, one file each (art. R. 412-2 and R. 414-5 CJA)"),
    "inventory": say(
        "the inventory lists the files that are there, and no others, with their numbers, sizes and digests"
    ),
    "opens": say("every file opens as a PDF"),
    "pages": say("every file has the number of pages that the inventory states"),
    "stamps": say("every page carries the number of its exhibit"),
    "size": say("no file is larger than the limit"),
}
_MOST_NAMED = 5
_OF_THE_SYSTEM = {"thumbs.db", "desktop.ini"}
"""What Windows leaves in folders; macOS and Linux hide theirs behind a dot."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule, whether the folder keeps it, and what was found against it."""

    rule: str
    state: State
    detail: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _File:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def number(self) -> int | None:
        match = NUMBER.match(self.path.name)
        return int(match["number"]) if match else None

    @cached_property
    def size(self) -> int:
        return self.path.stat().st_size

    @cached_property
    def pages(self) -> tuple[str, ...] | None:
        """The text of each page; None where the file does not open as a PDF."""
        return page_texts(self.path)

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def check_folder(folder: Path, most_bytes: int) -> tuple[Checked, ...]:
    """Check `folder` against `RULES`, in their order; nothing in it is changed.

    Raises `OSError` where the folder cannot be read.
    """
    seen = sorted(path for path in folder.iterdir() if path.name[0] != "." and path.name.lower() not in _OF_THE_SYSTEM)
    files = [_File(path) for path in seen if path.is_file() and path.name not in {CSV, PDF}]
    listed = _inventory(folder)
    lacking = (listed,) if isinstance(listed, Message) else ()
    lines = () if isinstance(listed, Message) else listed
    nothing = () if files else (say("there is nothing to check"),)
    unnumbered = () if any(file.number is not None for file in files) else (say("no file has a number"),)
    closed = tuple(_opens(files))
    missing, unread = _stamps(files)
    return (
        _checked("names", (*_names(files), *_folders(seen))),
        _checked("numbers", tuple(_numbers(files)), nothing or unnumbered),
        _checked("inventory", () if lacking else tuple(_matches(folder, files, lines)), lacking or nothing),
        _checked("opens", closed, nothing),
        _checked("pages", tuple(_counts(files, lines)), lacking or nothing or closed),
        _checked("stamps", missing, nothing or unread),
        _checked("size", tuple(_sizes(files, most_bytes)), nothing),
    )


def _checked(rule: str, found: Sequence[Message], unchecked: Sequence[Message] = ()) -> Checked:
    """What was found against a rule, or else what of it could not be checked: a rule that met nothing is not kept."""
    told = found or unchecked
    more = (say("and {count} more", count=len(told) - _MOST_NAMED),) if len(told) > _MOST_NAMED else ()
    state: State = "failed" if found else "indeterminate" if unchecked else "passed"
    return Checked(rule, state, (*told[:_MOST_NAMED], *more))


def _inventory(folder: Path) -> tuple[Listed, ...] | Message:
    path = folder / CSV
    if not path.is_file():
        return say("there is no {name} to compare with", name=CSV)
    try:
        return read_csv(path.read_bytes())
    except ValueError:
        return say("{name} cannot be read as an inventory", name=CSV)


def _names(files: Sequence[_File]) -> Iterator[Message]:
    if not files:
        yield say("there is no exhibit in this folder")
    for file in files:
        for fault in faults(file.name):
            yield _FAULTS[fault](file.name)


_FAULTS = {
    "number": lambda name: say("{name}: does not begin with a number and a separator", name=name),
    "length": lambda name: say("{name}: longer than 80 signs", name=name),
    "signs": lambda name: say("{name}: holds an accent, a blank or a forbidden sign", name=name),
}


def _folders(seen: Sequence[Path]) -> Iterator[Message]:
    for path in seen:
        if not path.is_file():
            yield say("{name}: a folder, which was not looked into; an exhibit is a file", name=path.name)


def _numbers(files: Sequence[_File]) -> Iterator[Message]:
    found = [file.number for file in files if file.number is not None]
    for number in sorted({number for number in found if found.count(number) > 1}):
        yield say("number {number} stands on several files", number=number)
    for number in sorted(set(range(min(found, default=0), max(found, default=-1) + 1)) - set(found)):
        yield say("number {number} is missing", number=number)


def _matches(folder: Path, files: Sequence[_File], listed: Sequence[Listed]) -> Iterator[Message]:
    names = {file.name for file in files}
    lines = {line.file: line for line in listed}
    for name in sorted(lines.keys() - names):
        yield say("{name}: in the inventory, not in the folder", name=name)
    for name in sorted(names - lines.keys()):
        yield say("{name}: in the folder, not in the inventory", name=name)
    for file in files:
        line = lines.get(file.name)
        if line is not None and (file.size, file.sha256()) != (line.size, line.sha256):
            yield say("{name}: not the file that the inventory names", name=file.name)
    yield from _misnumbered(listed)
    yield from _for_people(folder, lines)


def _misnumbered(listed: Sequence[Listed]) -> Iterator[Message]:
    """Exhibits whose number is not that of their file, or not the next one in it."""
    places: dict[str, int] = {}
    counts = Counter(line.file for line in listed)
    for line in listed:
        match = NUMBER.match(line.file)
        place = places[line.file] = places.get(line.file, 0) + 1
        expected = f"{int(match['number'])}{f'-{place}' if counts[line.file] > 1 else ''}" if match else line.called
        if line.called != expected:
            yield say(
                "{name}: the inventory calls an exhibit of it {called}, and it should be {expected}",
                name=line.file, called=line.called, expected=expected,
            )  # fmt: skip


def _for_people(folder: Path, names: "dict[str, Listed]") -> Iterator[Message]:
    """Whether the inventory that people read is there, and names the same files."""
    texts = page_texts(folder / PDF) if (folder / PDF).is_file() else None
    if texts is None:
        yield say("{name}: not there, or it does not open", name=PDF)
        return
    text = _letters("".join(texts))
    for name in sorted(names):
        if _letters(name) not in text:
            yield say("{name}: in {table}, not in {inventory}", name=name, table=CSV, inventory=PDF)


def _letters(text: str) -> str:
    """Without blanks, nor the hyphens at which lines end: readers of PDF drop or replace these."""
    return re.sub(r"[^A-Za-z0-9]+", "", text)


def _opens(files: Sequence[_File]) -> Iterator[Message]:
    for file in files:
        if file.pages is None:
            yield say("{name}: does not open as a PDF", name=file.name)


def _counts(files: Sequence[_File], listed: Sequence[Listed]) -> Iterator[Message]:
    stated: dict[str, int] = {}
    for line in listed:
        stated[line.file] = stated.get(line.file, 0) + line.pages
    for file in files:
        if file.pages is not None and len(file.pages) != stated.get(file.name, len(file.pages)):
            yield say(
                "{name}: {found} pages, and the inventory states {stated}",
                name=file.name, found=len(file.pages), stated=stated[file.name],
            )  # fmt: skip


def _stamps(files: Sequence[_File]) -> tuple[list[Message], list[Message]]:
    """Pages without their number, and pages and files of which that cannot be told."""
    missing: list[Message] = []
    unread: list[Message] = []
    for file in files:
        if file.number is None:
            unread.append(say("{name}: has no number that its pages could carry", name=file.name))
            continue
        if file.pages is None:
            unread.append(say("{name}: does not open as a PDF", name=file.name))
        stamp = re.compile(rf"\bpi[eè]ces?\s*(?:n\s*[°ºo.]*\s*)?0*{file.number}\b", re.IGNORECASE)
        for page, text in enumerate(file.pages or (), start=1):
            if not text.strip():
                unread.append(say("{name}: page {page} holds no text to read a number in", name=file.name, page=page))
            elif not stamp.search(text):
                missing.append(say("{name}: page {page} does not carry its number", name=file.name, page=page))
    return missing, unread


def _sizes(files: Sequence[_File], most_bytes: int) -> Iterator[Message]:
    for file in files:
        if file.size > most_bytes:
            yield say("{name}: larger than the limit", name=file.name)
