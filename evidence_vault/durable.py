"""Files that are wholly there or not there at all, even after a power cut.

The order is always: temporary file in the same folder, write, fsync, rename over the target, fsync of the folder.
This is the only room that writes files.
"""

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evidence_vault.errors import EvidenceVaultError, StorageError

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no quota error

UNFINISHED = ".unfinished-"
"""How the name of a file begins that is not yet whole; one that is left behind can be deleted."""

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
ORDINARY_FILE = 0o644
ORDINARY_FOLDER = 0o755
"""The most that is granted: what the umask of the person takes away, a file or a folder is made without."""


def write_file(path: Path, data: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Put `data` at `path` durably, replacing what was there; raise `StorageError` and change nothing otherwise."""
    with replacing(path, mode=mode) as temporary:
        temporary.write_bytes(data)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = ORDINARY_FILE) -> Iterator[Path]:
    """Give a temporary file to fill; on success it takes the place of `path`, on any error nothing is left behind.

    Only an ordinary file is ever replaced: a rename over a device or a pipe would take it away from the whole machine.
    """
    require_replaceable(path)
    with explained(path):
        temporary = _unfinished(path)
        try:
            # Made with its rights: only the system knows the umask, which cannot be asked for while other threads run.
            os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
            yield temporary
            _sync(temporary)
            # If the machine dies before this line, the target is as it was; after it, the new file is whole.
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def require_replaceable(path: Path) -> None:
    """Raise `StorageError` where no file could be put at `path`; to be asked before anything is made for it."""
    with explained(path):
        if path.exists() and not path.is_file():
            raise StorageError(
                "{path} is not an ordinary file; nothing was changed. Choose another name.", path=str(path)
            )
        with tempfile.TemporaryFile(dir=path.parent):
            pass


def make_folder(path: Path) -> None:
    """Create a folder that only its owner can open, and make its name durable."""
    with explained(path):
        path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        _sync_folder(path.parent)


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder to fill; on success it becomes `path`, on any error nothing is left behind.

    Raises `StorageError` where `path` is there already, unless it is an empty folder. The files in it have the rights
    with which they were made.
    """
    with explained(path):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StorageError(
                "{path} is there already and is not an empty folder; nothing was changed. Choose another name.",
                path=str(path),
            )
        temporary = _unfinished(path)
        try:
            temporary.mkdir(mode=ORDINARY_FOLDER)
            yield temporary
            for file in temporary.iterdir():
                _sync(file)
            _sync_folder(temporary)
            if path.exists():
                path.rmdir()
            # If the machine dies before this line, there is no folder or an empty one; after it, it is whole.
            temporary.rename(path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        _sync_folder(path.parent)


def move_folder(folder: Path, target: Path) -> None:
    """Give a folder its final name, durably; both stand in the same parent."""
    with explained(target):
        folder.rename(target)
        _sync_folder(target.parent)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the operating system says about `path` into a sentence that a person can act on."""
    try:
        yield
    except EvidenceVaultError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise StorageError(
                "The disk is full: {path} was not written. What was recorded before is safe. "
                "Free some space and try again.",
                path=str(path),
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise StorageError(
                "This folder does not let us write: {path}. Nothing was changed. "
                "Choose another folder or change its rights.",
                path=str(path),
            ) from error
        if error.errno == errno.ENOENT:
            missing = path if path.parent.is_dir() else path.parent
            raise StorageError(
                "There is no such folder: {path}. Nothing was changed. Create it first or choose another.",
                path=str(missing),
            ) from error
        raise StorageError(
            "{path} could not be written ({detail}). What was recorded before is safe.",
            path=str(path),
            detail=error.strerror or str(error),
        ) from error


def _unfinished(path: Path) -> Path:
    """A free name beside `path`, on the same disk."""
    return path.parent / (UNFINISHED + secrets.token_hex(8))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and orders renames in its journal."""
    if os.name == "posix":
        _sync(folder)
