"""Files, folders and archives as they are handed in."""

import inspect
import io
import os
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evidence_vault.capture import files
from evidence_vault.capture.files import Skipped, Source, display_name, gather, natural, printable, read_file
from evidence_vault.errors import InputFileError


def png(colour: str = "white") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(file, "PNG")
    return file.getvalue()


def names(found: list[Source | Skipped]) -> list[str]:
    return [item.name for item in found if isinstance(item, Source)]


def skipped(found: list[Source | Skipped]) -> dict[str, str]:
    return {Path(item.place).name: str(item.reason) for item in found if isinstance(item, Skipped)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shots = tmp_path / "shots"
    (shots / "2026" / "more").mkdir(parents=True)
    for name in ("shot 10.png", "Shot 2.png", "shot 1.jpg", "2026/more/deep.png", ".hidden.png"):
        (shots / name).write_bytes(png())
    (shots / "notes.txt").write_text("not a picture")
    return shots


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


class TestReadFile:
    def test_bytes_as_they_are(self, tmp_path: Path) -> None:
        """What is read is what is there."""
        (tmp_path / "a").write_bytes(b"\0\xff\r\n")

        assert read_file(tmp_path / "a") == b"\0\xff\r\n"

    def test_missing(self, tmp_path: Path) -> None:
        """A missing file is named."""
        with pytest.raises(InputFileError, match=r"none\.png does not exist"):
            read_file(tmp_path / "none.png")

    def test_folder(self, tmp_path: Path) -> None:
        """A folder is told from a file."""
        with pytest.raises(InputFileError, match="is a folder"):
            read_file(tmp_path)

    def test_pipe(self, tmp_path: Path) -> None:
        """A pipe is refused at once, where reading would wait for ever."""
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputFileError, match="not an ordinary file"):
            read_file(tmp_path / "pipe")

    @pytest.mark.parametrize(
        ("error", "sentence"),
        [(PermissionError(13, "Permission denied"), "may not be read"), (OSError(5, "I/O error"), "I/O error")],
    )
    def test_closed_or_failing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, sentence: str
    ) -> None:
        """A file that may not or cannot be read says which of the two it is."""

        def fail(*_: object) -> None:
            raise error

        (tmp_path / "a.png").write_bytes(png())
        monkeypatch.setattr(Path, "open", fail)
        with pytest.raises(InputFileError, match=sentence):
            read_file(tmp_path / "a.png")

    def test_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The limit itself is accepted, one byte more is not."""
        monkeypatch.setattr(files, "MAX_BYTES", 10)
        (tmp_path / "a").write_bytes(bytes(10))
        (tmp_path / "b").write_bytes(bytes(11))

        assert len(read_file(tmp_path / "a")) == 10
        with pytest.raises(InputFileError, match="larger than"):
            read_file(tmp_path / "b")

    def test_impossible_name(self) -> None:
        """A name with a null character is a sentence, not a traceback."""
        with pytest.raises(InputFileError, match="cannot be read"):
            read_file(Path("a\0b"))


class TestNames:
    def test_honest_names_stay(self) -> None:
        """Emoji and right-to-left letters are names like any other."""
        assert display_name("folder/📱👩‍💻 لقطة.png") == "📱👩‍💻 لقطة.png"

    def test_bytes_that_are_no_text(self) -> None:
        """A name that is not UTF-8 can be printed and encoded, its bad bytes marked."""
        assert display_name(os.fsdecode(b"/home/caf\xe9.png")) == "caf\ufffd.png"

    def test_deceiving_names(self) -> None:
        """A mark that turns the text around it cannot make `gnp.exe` look like `exe.png`."""
        assert display_name("a\u202egnp\n.exe") == "a\ufffdgnp\ufffd.exe"

    @given(st.text(st.characters()))
    def test_always_encodable(self, name: str) -> None:
        """Whatever a disk calls a file, what is shown can be written down, character for character."""
        shown = printable(name)

        assert shown.encode().decode() == shown
        assert len(shown) == len(name)
        assert not any(character in shown for character in "\n\r\t\x1b\u202e")

    def test_natural_order(self) -> None:
        """Numbers count as numbers, capitals as small letters."""
        assert sorted(["b", "a10", "A2", "a1"], key=natural) == ["a1", "A2", "a10", "b"]

    @given(st.integers(0, 10**30), st.integers(0, 10**30))
    def test_natural_order_is_that_of_numbers(self, one: int, other: int) -> None:
        """Names that differ by a number alone sort as the numbers do, however long or padded."""
        assert (one < other) == (natural(f"shot {one:05}.png") < natural(f"shot {other}.png"))


class TestFolders:
    def test_everything_below_in_order(self, folder: Path) -> None:
        """Folders are walked to the bottom in natural order; the bytes come when they are asked for."""
        found = list(gather([folder]))

        assert names(found) == ["deep.png", "shot 1.jpg", "Shot 2.png", "shot 10.png"]
        assert [png()] * 4 == [item.read() for item in found if isinstance(item, Source)]

    def test_what_is_left_out_is_said(self, folder: Path) -> None:
        """What is no picture, and a symbolic link, are passed over with a reason; hidden files silently."""
        (folder / "link.png").symlink_to(folder / "shot 1.jpg")
        said = skipped(list(gather([folder])))

        assert {"notes.txt", "link.png"} == set(said)
        assert "symbolic link" in said["link.png"]
        assert "not a picture" in said["notes.txt"]

    def test_a_linked_folder_is_not_entered(self, folder: Path) -> None:
        """A link back to its own parent does not turn the walk into a circle."""
        (folder / "2026" / "back").symlink_to(folder)

        assert len(names(list(gather([folder])))) == 4

    def test_folders_nested_deeper_than_calls_may_be(self, tmp_path: Path) -> None:
        """However deep folders are nested, what lies at the bottom is found, and what lies beside comes after it."""
        deepest = tmp_path
        for _ in range(200):
            deepest = deepest / "a"
            deepest.mkdir()
        (deepest / "deep.png").write_bytes(png())
        (tmp_path / "b.png").write_bytes(png())
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(len(inspect.stack()) + 100)
        try:
            found = list(gather([tmp_path]))
        finally:
            sys.setrecursionlimit(limit)

        assert names(found) == ["deep.png", "b.png"]

    def test_file_given_by_name(self, folder: Path) -> None:
        """What a person names is always handed on, for the inspection to say what it is."""
        assert names(list(gather([folder / "notes.txt"]))) == ["notes.txt"]

    def test_missing_path_stops_everything(self, folder: Path) -> None:
        """A path that does not exist is said before the first file, so that nothing is recorded by halves."""
        found = gather([folder, folder / "none"])
        with pytest.raises(InputFileError, match="none does not exist"):
            next(found)

    def test_closed_subfolder(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A subfolder that may not be opened is passed over and said; the rest is taken."""
        scandir = os.scandir

        def closed(path: Path) -> object:
            if Path(path).name == "2026":
                raise PermissionError(13, "Permission denied")
            return scandir(path)

        monkeypatch.setattr(os, "scandir", closed)
        found = list(gather([folder]))

        assert len(names(found)) == 3
        assert "may not be read" in skipped(found)["2026"]

    def test_file_that_vanishes(self, folder: Path) -> None:
        """A file that is gone when its turn comes is a sentence."""
        (source,) = gather([folder / "shot 1.jpg"])
        (folder / "shot 1.jpg").unlink()

        assert isinstance(source, Source)
        with pytest.raises(InputFileError, match="does not exist"):
            source.read()


class TestArchives:
    def test_members(self, tmp_path: Path) -> None:
        """The pictures of an archive come in natural order, even once the whole list was taken."""
        path = archive(
            tmp_path / "shots.zip",
            {"b/10.png": png("red"), "b/9.png": png(), "__MACOSX/b/._9.png": b"x", "b/.x.png": png(), "readme": b"hi"},
        )
        found = list(gather([path]))

        assert names(found) == ["9.png", "10.png"]
        assert [png(), png("red")] == [item.read() for item in found if isinstance(item, Source)]
        assert {"readme"} == set(skipped(found))

    def test_members_that_share_their_bytes(self, tmp_path: Path) -> None:
        """An archive of a few kilobytes whose directory names the same bytes again and again unfolds without end."""
        path = archive(tmp_path / "shots.zip", {"a.png": png() + bytes(range(256))})
        with zipfile.ZipFile(path) as whole:
            start, size = whole.start_dir, path.stat().st_size
        data, count = path.read_bytes(), 3
        entry, end = data[start : size - 22], data[size - 22 :]
        counted = end[:8] + 2 * count.to_bytes(2, "little") + (count * len(entry)).to_bytes(4, "little") + end[16:]
        path.write_bytes(data[:start] + count * entry + counted)
        with zipfile.ZipFile(path) as again:
            assert len(again.infolist()) == count

        with pytest.raises(InputFileError, match="is a damaged archive"):
            list(gather([path]))

    def test_archive_in_a_folder(self, folder: Path) -> None:
        """An archive is opened where it lies; one that is damaged there is passed over and said."""
        archive(folder / "z.zip", {"in zip.png": png()})
        (folder / "zz.zip").write_bytes(b"PK\3\4 and then nothing")
        found = list(gather([folder]))

        assert names(found)[-1] == "in zip.png"
        assert "damaged archive" in skipped(found)["zz.zip"]

    def test_climbing_names(self, tmp_path: Path) -> None:
        """A member that would climb out of a folder climbs nowhere: it is passed over and said, or read in place."""
        climbing = {"../../up.png": png(), "..\\back.png": png(), "x/../evil.png": png()}
        path = archive(tmp_path / "evil.zip", climbing | {"/root.png": png(), "./here.png": png()})
        found = list(gather([path]))

        assert {"root.png", "here.png"} == set(names(found))
        assert {"up.png", "back.png", "evil.png"} == set(skipped(found))
        assert all("outside of the archive" in reason for reason in skipped(found).values())
        assert [item.name for item in tmp_path.iterdir()] == ["evil.zip"]

    def test_names_in_utf8_without_saying_so(self, tmp_path: Path) -> None:
        """macOS writes UTF-8 names without the flag; they are read as they were meant."""
        path = archive(tmp_path / "mac.zip", {"XXcran.png": png()})
        path.write_bytes(path.read_bytes().replace(b"XXcran", "écran".encode()))

        assert names(list(gather([path]))) == ["écran.png"]

    def test_damaged(self, tmp_path: Path) -> None:
        """A damaged archive that was named is refused before anything is recorded."""
        path = archive(tmp_path / "a.zip", {"a.png": png()})
        path.write_bytes(path.read_bytes()[:-10])
        with pytest.raises(InputFileError, match="damaged archive"):
            next(gather([path]))

    def test_damaged_member(self, tmp_path: Path) -> None:
        """A member whose bytes no longer match its checksum is refused when it is read."""
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
            file.writestr("a.png", png() + bytes(100_000))
        data = bytearray(path.read_bytes())
        data[data.index(b"IEND") + 90_000] ^= 1
        path.write_bytes(data)
        (source,) = gather([path])

        assert isinstance(source, Source)
        with pytest.raises(InputFileError, match="damaged"):
            source.read()

    def test_password(self, tmp_path: Path) -> None:
        """An archive under a password is refused with the way out."""
        path = archive(tmp_path / "a.zip", {"a.png": png()})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\1\2") + 8] |= 1
        path.write_bytes(data)
        with pytest.raises(InputFileError, match="password"):
            next(gather([path]))

    def test_too_many_members(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The number of members is bounded."""
        monkeypatch.setattr(files, "MAX_MEMBERS", 2)
        path = archive(tmp_path / "a.zip", {f"{number}.png": png() for number in range(3)})
        with pytest.raises(InputFileError, match="holds 3 files, more than 2"):
            next(gather([path]))

    def test_bomb(self, tmp_path: Path) -> None:
        """A member that expands as no screenshot does is passed over, unread."""
        path = archive(tmp_path / "a.zip", {"bomb.png": png() + bytes(11_000_000), "a.png": png()})
        found = list(gather([path]))

        assert names(found) == ["a.png"]
        assert "expands" in skipped(found)["bomb.png"]

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_methods_that_unfold_without_bound(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: int
    ) -> None:
        """A member packed by a method that is unpacked without bound is passed over, and never opened."""
        path = archive(tmp_path / "a.zip", {"a.png": png()})
        with zipfile.ZipFile(path, "a", method) as file:
            file.writestr("bomb.png", png() + bytes(5_000_000))
        opened: list[str] = []

        def note(self: zipfile.ZipFile, info: zipfile.ZipInfo) -> object:
            opened.append(info.filename)
            return opening(self, info)

        opening = zipfile.ZipFile.open
        monkeypatch.setattr(zipfile.ZipFile, "open", note)
        found = list(gather([path]))

        assert names(found) == opened == ["a.png"]
        assert "cannot be unpacked" in skipped(found)["bomb.png"]

    def test_a_member_larger_than_it_announces(self, tmp_path: Path) -> None:
        """A member is unfolded no further than the size that the archive announces, and then counts as damaged."""
        path = archive(tmp_path / "a.zip", {"a.png": png() + bytes(100_000_000)})
        data = bytearray(path.read_bytes())
        announced = 9_000_000
        for place in (data.index(b"PK\3\4") + 22, data.index(b"PK\1\2") + 24):
            data[place : place + 4] = announced.to_bytes(4, "little")
        path.write_bytes(data)

        tracemalloc.start()
        try:
            (source,) = gather([path])
            assert isinstance(source, Source)
            with pytest.raises(InputFileError, match="damaged"):
                source.read()
            assert tracemalloc.get_traced_memory()[1] < 4 * announced
        finally:
            tracemalloc.stop()

    def test_member_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A member is held to the limit of a file."""
        monkeypatch.setattr(files, "MAX_BYTES", len(png()))
        path = archive(tmp_path / "a.zip", {"large.png": png() + b"\0", "a.png": png()})
        found = list(gather([path]))

        assert names(found) == ["a.png"]
        assert "larger than" in skipped(found)["large.png"]

    def test_the_content_decides(self, tmp_path: Path) -> None:
        """A picture called `.zip` is a picture; an office document, which is a zip, is no archive of screenshots."""
        (tmp_path / "a.zip").write_bytes(png())
        archive(tmp_path / "letter.docx", {"word/media/logo.png": png()})
        found = list(gather([tmp_path]))

        assert names(found) == ["a.zip"]
        assert {"letter.docx"} == set(skipped(found))
