"""A folder of exhibits checked against the rules for filing them: a list of rules, each kept, broken or not checked.

The rules are those named here and no others: that a folder keeps them does not say that a court will take it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    "inventory": say("the inventory lists the files that are there, and no others, with their digests"),
    "pages": say("every file opens as a PDF and has the number of pages that the inventory states"),
    "stamps": say("every page carries the number of its exhibit"),
    "size": say("no file is larger than the limit"),
}
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule, whether the folder keeps it, and what was found against it."""

    rule: str
    state: State
    detail: tuple[Message, ...] = ()


def check_folder(folder: Path, most_bytes: int) -> tuple[Checked, ...]:
    """Check `folder` against `RULES`, in their order; nothing in it is changed.

    Raises `OSError` where the folder cannot be read.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in {CSV, PDF})
    listed = _inventory(folder)
    return (
        _checked("names", _names(files)),
        _checked("numbers", _numbers(files)),
        _listed_rule("inventory", listed, lambda lines: _matches(files, lines)),
        _listed_rule("pages", listed, lambda lines: _pages(files, lines)),
        _checked("stamps", _stamps(files)),
        _checked("size", _sizes(files, most_bytes)),
    )


def _checked(rule: str, found: Iterator[Message]) -> Checked:
    broken = tuple(found)
    return Checked(rule, "failed" if broken else "passed", broken[:_MOST_NAMED])


def _listed_rule(rule: str, listed: "tuple[Listed, ...] | Message", ask: "object") -> Checked:
    if isinstance(listed, Message):
        return Checked(rule, "indeterminate", (listed,))
    assert callable(ask)
    return _checked(rule, ask(listed))


def _inventory(folder: Path) -> tuple[Listed, ...] | Message:
    path = folder / CSV
    if not path.is_file():
        return say("there is no {name} to compare with", name=CSV)
    try:
        return read_csv(path.read_bytes())
    except (ValueError, UnicodeDecodeError):
        return say("{name} cannot be read as an inventory", name=CSV)


def _names(files: Sequence[Path]) -> Iterator[Message]:
    if not files:
        yield say("there is no exhibit in this folder")
    for path in files:
        for fault in faults(path.name):
            yield _FAULTS[fault](path.name)


_FAULTS = {
    "number": lambda name: say("{name}: does not begin with a number and a separator", name=name),
    "length": lambda name: say("{name}: longer than 80 signs", name=name),
    "signs": lambda name: say("{name}: holds an accent, a blank or a forbidden sign", name=name),
}


def _numbers(files: Sequence[Path]) -> Iterator[Message]:
    found = [int(match["number"]) for path in files if (match := NUMBER.match(path.name))]
    for number in sorted({number for number in found if found.count(number) > 1}):
        yield say("number {number} stands on several files", number=number)
    for number in sorted(set(range(min(found, default=0), max(found, default=-1) + 1)) - set(found)):
        yield say("number {number} is missing", number=number)


def _matches(files: Sequence[Path], listed: Sequence[Listed]) -> Iterator[Message]:
    names = {path.name for path in files}
    lines = {line.file: line for line in listed}
    for name in sorted(lines.keys() - names):
        yield say("{name}: in the inventory, not in the folder", name=name)
    for name in sorted(names - lines.keys()):
        yield say("{name}: in the folder, not in the inventory", name=name)
    for path in files:
        if (line := lines.get(path.name)) and _digest(path) != line.sha256:
            yield say("{name}: not the file that the inventory names", name=path.name)


def _pages(files: Sequence[Path], listed: Sequence[Listed]) -> Iterator[Message]:
    stated: dict[str, int] = {}
    for line in listed:
        stated[line.file] = stated.get(line.file, 0) + line.pages
    for path in files:
        texts = page_texts(path)
        if texts is None:
            yield say("{name}: does not open as a PDF", name=path.name)
        elif path.name in stated and len(texts) != stated[path.name]:
            yield say(
                "{name}: {found} pages, and the inventory states {stated}",
                name=path.name, found=len(texts), stated=stated[path.name],
            )  # fmt: skip


def _stamps(files: Sequence[Path]) -> Iterator[Message]:
    for path in files:
        match = NUMBER.match(path.name)
        if match is None:
            continue
        stamp = re.compile(rf"Pièce\s+n°\s*{int(match['number'])}(?:-[0-9]+)?\b")
        texts = page_texts(path) or ()
        for page, text in enumerate(texts, start=1):
            if not stamp.search(text):
                yield say("{name}: page {page} does not carry its number", name=path.name, page=page)


def _sizes(files: Sequence[Path], most_bytes: int) -> Iterator[Message]:
    for path in files:
        if path.stat().st_size > most_bytes:
            yield say("{name}: larger than the limit", name=path.name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
