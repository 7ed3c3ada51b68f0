"""Files that are wholly there or not at all, whatever the disk does."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_vault import durable
from evidence_vault.errors import StorageError, VaultError

BEFORE, AFTER = b"before", b"after, and longer"

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")


def failing(number: int, turn: int = 1) -> Callable[..., None]:
    """A call of the system that fails with `number`, at its turn-th use and at no other."""
    used = 0
    fsync = os.fsync

    def call(*arguments: object) -> None:
        nonlocal used
        used += 1
        if used == turn:
            raise OSError(number, os.strerror(number))
        fsync(arguments[0])  # type: ignore[arg-type]

    return call


FAULTS = [
    pytest.param(os, "fsync", errno.ENOSPC, "disk is full", id="disk-full-at-fsync"),
    pytest.param(os, "fsync", errno.EIO, "could not be written", id="broken-disk-at-fsync"),
    pytest.param(os, "fsync", getattr(errno, "EDQUOT", errno.ENOSPC), "disk is full", id="quota-at-fsync"),
    pytest.param(Path, "write_bytes", errno.ENOSPC, "disk is full", id="disk-full-at-write"),
    pytest.param(Path, "write_bytes", errno.EFBIG, "disk is full", id="file-too-large"),
    pytest.param(Path, "replace", errno.EACCES, "does not let us write", id="no-right-at-rename"),
    pytest.param(Path, "replace", errno.EROFS, "does not let us write", id="read-only-disk-at-rename"),
    pytest.param(Path, "replace", errno.ENOSPC, "disk is full", id="disk-full-at-rename"),
]


@pytest.mark.parametrize("existed", [True, False], ids=["replacing", "new"])
@pytest.mark.parametrize(("owner", "name", "number", "words"), FAULTS)
def test_a_failed_write_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, number: int, words: str, existed: bool
) -> None:
    """Whatever fails before the rename: the old file stays, no other appears, and a sentence names the file."""
    target = tmp_path / "target"
    if existed:
        target.write_bytes(BEFORE)
    monkeypatch.setattr(owner, name, failing(number))

    with pytest.raises(StorageError, match=words) as caught:
        durable.write_file(target, AFTER)

    monkeypatch.undo()
    assert str(target) in str(caught.value)
    assert [target] * existed == list(tmp_path.iterdir())
    assert not existed or target.read_bytes() == BEFORE


@posix_only
def test_a_folder_that_cannot_be_synchronised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed but persisted: where only the folder's own fsync fails, the person is told, and the file is whole."""
    target = tmp_path / "target"
    target.write_bytes(BEFORE)
    monkeypatch.setattr(os, "fsync", failing(errno.EIO, turn=2))

    with pytest.raises(StorageError, match="could not be written"):
        durable.write_file(target, AFTER)

    assert target.read_bytes() == AFTER
    assert [target] == list(tmp_path.iterdir())


def test_round_trip(tmp_path: Path) -> None:
    """What was written is there, and nothing beside it."""
    durable.write_file(tmp_path / "target", BEFORE)
    durable.write_file(tmp_path / "target", AFTER)

    assert (tmp_path / "target").read_bytes() == AFTER
    assert [tmp_path / "target"] == list(tmp_path.iterdir())


@posix_only
def test_order_of_the_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are on disk before they get their name, and the name is on disk before the call returns."""
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        calls.append("fsync of the folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "fsync of the file")
        fsync(handle)

    def noted_replace(source: Path, target: Path) -> Path:
        calls.append("rename")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)

    durable.write_file(tmp_path / "target", AFTER)

    assert calls == ["fsync of the file", "rename", "fsync of the folder"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, VaultError])
def test_an_interruption_leaves_nothing(tmp_path: Path, stop: type[BaseException]) -> None:
    """Ctrl-C or an error while the file is being filled: it goes on as it is, and the target stays as it was."""
    target = tmp_path / "target"
    target.write_bytes(BEFORE)

    def fill() -> None:
        with durable.replacing(target) as temporary:
            temporary.write_bytes(AFTER)
            raise stop("stop")

    with pytest.raises(stop):
        fill()

    assert target.read_bytes() == BEFORE
    assert [target] == list(tmp_path.iterdir())


def test_no_such_folder(tmp_path: Path) -> None:
    """A missing folder is named, and not made silently."""
    with pytest.raises(StorageError, match="no such folder") as caught:
        durable.write_file(tmp_path / "missing" / "target", AFTER)

    assert caught.value.message.params["path"] == str(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_target_is_a_folder(tmp_path: Path) -> None:
    """A folder in the way stays."""
    (tmp_path / "target" / "inside").mkdir(parents=True)

    with pytest.raises(StorageError):
        durable.write_file(tmp_path / "target", AFTER)

    assert (tmp_path / "target" / "inside").is_dir()
    assert [tmp_path / "target"] == list(tmp_path.iterdir())


@posix_only
def test_a_folder_without_permission(plain_user: Path) -> None:
    """A folder that is closed to us is left as it is, and named."""
    target = plain_user / "closed" / "target"
    target.parent.mkdir()
    target.write_bytes(BEFORE)
    target.parent.chmod(0o500)

    with pytest.raises(StorageError, match="does not let us write") as caught:
        durable.write_file(target, AFTER)

    assert str(target) in str(caught.value)
    assert target.read_bytes() == BEFORE
    assert [target] == list(target.parent.iterdir())


@posix_only
@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077])
def test_rights(tmp_path: Path, umask: int) -> None:
    """What we keep is readable by its owner alone; what is handed over, by whom the person's umask lets read."""
    before = os.umask(umask)
    try:
        durable.write_file(tmp_path / "kept", BEFORE)
        durable.make_folder(tmp_path / "folder")
        with durable.replacing(tmp_path / "handed over") as temporary:
            temporary.write_bytes(AFTER)
        with durable.new_folder(tmp_path / "exhibits") as folder:
            (folder / "one.pdf").write_bytes(AFTER)
    finally:
        os.umask(before)

    modes = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}

    assert modes == {
        "kept": 0o600,
        "folder": 0o700,
        "handed over": 0o644 & ~umask,
        "exhibits": 0o755 & ~umask,
        "exhibits/one.pdf": 0o644 & ~umask,
    }


def test_folders(tmp_path: Path) -> None:
    """A folder is made once, and moved to a name that was free."""
    durable.make_folder(tmp_path / "a")
    durable.make_folder(tmp_path / "a")
    (tmp_path / "a" / "file").write_bytes(BEFORE)

    durable.move_folder(tmp_path / "a", tmp_path / "b")

    assert (tmp_path / "b" / "file").read_bytes() == BEFORE
    assert [tmp_path / "b"] == list(tmp_path.iterdir())


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    """A folder is never moved over another one that holds something."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(name.encode())

    with pytest.raises(StorageError):
        durable.move_folder(tmp_path / "a", tmp_path / "b")

    assert (tmp_path / "b" / "file").read_bytes() == b"b"
