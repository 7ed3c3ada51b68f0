"""Exhibits on disk: given back as they were, or not at all."""

import os
from pathlib import Path

import pytest

from evidence_vault.errors import LedgerError, StorageError
from evidence_vault.store import Kept, ObjectStore

DATA = b"\x89PNG " + bytes(range(256)) * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exhibits").mkdir()
    return tmp_path / "exhibits"


@pytest.fixture
def store(folder: Path) -> ObjectStore:
    return ObjectStore(folder)


def only_file(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file())
    return found


@pytest.mark.parametrize("data", [DATA, b"", b"\0"], ids=["picture", "empty", "one-byte"])
def test_round_trip(store: ObjectStore, data: bytes) -> None:
    """What was put is got, to the byte."""
    assert data == store.get(store.put(data))


def test_each_object_has_its_own_key_and_name(store: ObjectStore) -> None:
    """The same bytes kept twice share neither key nor name: forgetting one key erases one object only."""
    first, second = store.put(DATA), store.put(DATA)

    assert first.key != second.key
    assert first.name != second.name
    assert DATA == store.get(first) == store.get(second)


def test_the_disk_tells_nothing(store: ObjectStore, folder: Path) -> None:
    """Without the key neither the name nor the bytes on disk tell what is kept."""
    store.put(DATA)
    found = only_file(folder)

    assert set(found.name) <= set("0123456789abcdef")
    assert len(found.name) == 32
    assert DATA[:5] not in found.read_bytes()
    assert found.read_bytes().find(bytes(range(64))) == -1


@pytest.mark.parametrize("place", [0, 100, -1])
def test_altered(store: ObjectStore, folder: Path, place: int) -> None:
    """One changed bit anywhere and nothing is given back."""
    kept = store.put(DATA)
    sealed = bytearray(only_file(folder).read_bytes())
    sealed[place] ^= 1
    only_file(folder).write_bytes(sealed)

    with pytest.raises(LedgerError, match="altered on disk") as caught:
        store.get(kept)

    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("size", [0, 10, 16, len(DATA)])
def test_truncated(store: ObjectStore, folder: Path, size: int) -> None:
    """A file cut short is an altered one."""
    kept = store.put(DATA)
    only_file(folder).write_bytes(only_file(folder).read_bytes()[:size])

    with pytest.raises(LedgerError, match="altered on disk"):
        store.get(kept)


def test_swapped(store: ObjectStore) -> None:
    """One object does not pass for another."""
    first, second = store.put(DATA), store.put(b"other")

    with pytest.raises(LedgerError, match="altered on disk"):
        store.get(Kept(first.name, second.key))


def test_missing(store: ObjectStore, folder: Path) -> None:
    """A lost file is said to be missing."""
    kept = store.put(DATA)
    only_file(folder).unlink()

    with pytest.raises(LedgerError, match="missing from the vault"):
        store.get(kept)


def test_discard(store: ObjectStore, folder: Path) -> None:
    """What no entry names is taken away, once or twice."""
    kept = store.put(DATA)
    store.discard(kept)
    store.discard(kept)

    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(os.name != "posix", reason="rights of folders as POSIX has them")
def test_closed_folder(plain_user: Path) -> None:
    """Where the folder is closed nothing is kept, and the person is told."""
    (plain_user / "exhibits").mkdir(mode=0o500)

    with pytest.raises(StorageError, match="does not let us write"):
        ObjectStore(plain_user / "exhibits").put(DATA)
