"""Files that people hand in, read and never touched: alone, in folders, in zip archives."""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from evidence_vault.capture.formats import may_be_picture
from evidence_vault.errors import InputFileError
from evidence_vault.messages import Message, say
from evidence_vault.zip_members import entangled

MAX_BYTES = 200_000_000
"""Size beyond which a file, or a member of an archive, is refused."""

MAX_MEMBERS = 20_000
"""Number of members beyond which an archive is refused."""

MAX_RATIO = 250
"""Expansion beyond which a large member is taken for a bomb; a blank bitmap of 10 MB may well shrink as much."""

_RATIO_MATTERS_FROM = 10_000_000
_SNIFFED = 16
_BOUNDED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Control characters, the halves of characters that are not Unicode, and the marks that turn the text around them:
# a name that holds one could show itself as another.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that may be a screenshot, not read yet."""

    name: str
    """The name of the file alone, printable: folders stay out of the ledger."""
    place: str
    """Where it lies, printable, for sentences."""
    _load: Callable[[], bytes] = field(repr=False)

    def read(self) -> bytes:
        """The bytes as they are now; raise `InputFileError` where they cannot be had."""
        return self._load()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was passed over, and why; nothing is passed over in silence except hidden files."""

    place: str
    reason: Message


def display_name(path: Path | str) -> str:
    """The name of a file alone, with what cannot be printed faithfully replaced by `�`.

    Emoji and right-to-left letters stay as they are.
    """
    return printable(Path(path).name)


def printable(text: str) -> str:
    """`text` with what cannot be printed or encoded replaced by `�`; bytes that are not UTF-8 become one each."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def read_file(path: Path) -> bytes:
    """All the bytes of one file; raise `InputFileError` for what cannot be read or exceeds `MAX_BYTES`."""
    place = printable(str(path))
    if _is_folder(path):
        raise InputFileError("{place} is a folder, not a file. Name the files in it, or use `import`.", place=place)
    data = _first_bytes(path, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_large(place)
    return data


def gather(paths: Iterable[Path]) -> Iterator[Source | Skipped]:
    """The screenshots under `paths`: files, folders and their subfolders, zip archives, in natural order of names.

    A path given by name must be usable, or `InputFileError` is raised before the first value; a file given by name
    is always a `Source`, for `pictures.inspect` to judge. In folders and archives, what does not begin like a
    picture is a `Skipped`; hidden files are left out, symbolic links are not followed. Nothing is read before
    `Source.read` but a few bytes of each file, and nothing is ever extracted to disk.
    """
    for found in [_begin(path) for path in paths]:
        yield from found


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `shot 2` before `shot 10`, and capitals among small letters."""
    parts = re.split("0*([0-9]+)", name.casefold())
    # Of two numbers without leading zeros, the longer is the greater: no name is too long for this.
    return tuple((1, len(part), part) if index % 2 else (0, 0, part) for index, part in enumerate(parts))


def _begin(path: Path) -> Iterator[Source | Skipped]:
    """What lies at a path that a person named, once it is known that it can be opened."""
    if _is_folder(path):
        return _folder(_entries(path))
    if _is_archive(path):
        return _members(_open_archive(path), str(path))
    _first_bytes(path)
    return iter([Source(display_name(path), printable(str(path)), lambda: read_file(path))])


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: natural(entry.name))
    except OSError as error:
        raise _cannot_open(folder, error) from error


def _folder(entries: Iterable[os.DirEntry[str]]) -> Iterator[Source | Skipped]:
    # A stack of our own: folders may be nested deeper than calls may be.
    waiting = [iter(entries)]
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
            continue
        path = Path(entry.path)
        place = printable(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield Skipped(place, say("{place} is a symbolic link, which is not followed.", place=place))
            continue
        try:
            if entry.is_dir():
                waiting.append(iter(_entries(path)))
            elif _is_archive(path):
                yield from _members(_open_archive(path), str(path))
            elif may_be_picture(_first_bytes(path)):
                yield from _begin(path)
            else:
                yield _no_picture(place)
        except InputFileError as error:
            yield Skipped(place, error.message)


def _open_archive(path: Path) -> zipfile.ZipFile:
    """The archive, which stays open as long as one of its sources is kept and closes itself with the last."""
    place = printable(str(path))
    damaged = InputFileError(
        "{place} is a damaged archive; nothing of it was recorded. Copy it again, or unpack it yourself "
        "and name the folder.",
        place=place,
    )
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged from error
    members = archive.infolist()
    if entangled(members):
        raise damaged
    if len(members) > MAX_MEMBERS:
        raise InputFileError(
            "{place} holds {count} files, more than {limit}; nothing of it was recorded. "
            "Split it into several archives.",
            place=place,
            count=len(members),
            limit=MAX_MEMBERS,
        )
    if any(info.flag_bits & 1 for info in members):
        raise InputFileError(
            "{place} is protected by a password; nothing of it was recorded. Unpack it yourself and name the folder.",
            place=place,
        )
    return archive


def _members(archive: zipfile.ZipFile, place: str) -> Iterator[Source | Skipped]:
    members = [(_member_name(info), info) for info in archive.infolist() if not info.is_dir()]
    for name, info in sorted(members, key=lambda member: natural(member[0])):
        parts, shown = name.split("/"), printable(f"{place}/{name}")
        if ".." in parts:
            reason = say(
                "{place} names a folder outside of the archive; it was not recorded. Unpack it yourself and name the "
                "folder.",
                place=shown,
            )
            yield Skipped(shown, reason)
        elif not any(_is_hidden(part) for part in parts):
            yield _member(archive, info, shown)


def _is_hidden(part: str) -> bool:
    """Whether a part of a name hides what bears it; `.` is the folder itself, which some archivers write."""
    return (part.startswith(".") and part != ".") or part == "__MACOSX"


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str) -> Source | Skipped:
    ratio = info.file_size // max(info.compress_size, 1)
    if info.file_size > _RATIO_MATTERS_FROM and ratio > MAX_RATIO:
        return Skipped(place, say("{place} expands {ratio} times, as no screenshot does.", place=place, ratio=ratio))
    try:
        # Of the other methods the library unfolds all that it has read: a kilobyte of bzip2 or LZMA asks for gigabytes,
        # whatever size the archive announces.
        if info.compress_type not in _BOUNDED:
            raise _damaged(place)
        if info.file_size > MAX_BYTES:
            raise _too_large(place)
        beginning = _read_member(archive, info, place, _SNIFFED)
    except InputFileError as error:
        return Skipped(place, error.message)
    if not may_be_picture(beginning):
        return _no_picture(place)
    # One byte more than announced: there are none, and only at the end does `zipfile` compare the checksum.
    return Source(display_name(place), place, lambda: _read_member(archive, info, place, info.file_size + 1))


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, size: int) -> bytes:
    try:
        with archive.open(info) as stream:
            return stream.read(size)
    except (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(place) from error


def _member_name(info: zipfile.ZipInfo) -> str:
    """The name with `/` between folders; macOS writes UTF-8 without saying so, which `zipfile` reads as cp437."""
    name = info.filename.replace("\\", "/")
    if not info.flag_bits & 0x800:
        try:
            return name.encode("cp437").decode()
        except UnicodeError:
            pass
    return name


def _is_archive(path: Path) -> bool:
    """Both the name and the content must say so: a Word file is a zip, a picture may bear any name."""
    return path.suffix.lower() == ".zip" and _first_bytes(path).startswith(_ZIP)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise _cannot_open(path, error) from error


def _first_bytes(path: Path, size: int = _SNIFFED) -> bytes:
    try:
        # A pipe or a device would make us wait, perhaps for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputFileError("{place} is not an ordinary file; it was not recorded.", place=printable(str(path)))
        with path.open("rb") as file:
            return file.read(size)
    except (OSError, ValueError) as error:
        raise _cannot_open(path, error) from error


def _cannot_open(path: Path, error: OSError | ValueError) -> InputFileError:
    place = printable(str(path))
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return InputFileError("{place} does not exist; nothing was recorded. Check the name.", place=place)
        case PermissionError():
            return InputFileError(
                "{place} may not be read by you; it was not recorded. Change its permissions, or copy it to a folder "
                "of yours.",
                place=place,
            )
        case _:
            return InputFileError(
                "{place} cannot be read ({detail}); it was not recorded. Copy it to this computer, then try again.",
                place=place,
                detail=getattr(error, "strerror", None) or str(error),
            )


def _too_large(place: str) -> InputFileError:
    return InputFileError(
        "{place} is larger than {limit} MB; it was not recorded. Send the original screenshot.",
        place=place,
        limit=MAX_BYTES // 1_000_000,
    )


def _damaged(place: str) -> InputFileError:
    return InputFileError(
        "{place} is damaged and cannot be unpacked; it was not recorded. Copy the archive again.", place=place
    )


def _no_picture(place: str) -> Skipped:
    return Skipped(place, say("{place} is not a picture in a format that is taken.", place=place))
