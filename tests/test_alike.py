"""The same picture twice in one case: found, said with both entries, and never held against an honest person."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import CountingClock, declared
from pages import compressed, encoded, page, reduced
from test_dossier import flat, poppler

from evidence_vault import kinds, values
from evidence_vault.alike import Alike, Pair, alike, pictures_of
from evidence_vault.capture.verdicts import Verdict
from evidence_vault.recording import Recorder, picture_piece
from evidence_vault.sketchbook import SKETCHES, compare_all, compared
from tests.cli_runner import Cli, DictatedEngine, call, files_in, prepared

FIRST, SECOND = declared("2026-03-01T08:12+01:00"), declared("2026-03-09T08:12+01:00")


def attempt(recorder: Recorder, data: bytes, when: values.DeclaredTime | None = None, *more: bytes) -> int:
    """Record an attempt with a screenshot, or several."""
    pieces = [picture_piece(each, f"{number}.png") for number, each in enumerate((data, *more))]
    (done,) = recorder.attempts([(kinds.Attempt(origin="log", occurred_at=when), pieces)])
    return done.index


def found(recorder: Recorder) -> Alike:
    return alike(recorder.case.read(), compare_all(recorder.case))


def entries(pair: Pair) -> tuple[int, int]:
    return pair.earlier.entry, pair.later.entry


class TestPairs:
    @pytest.mark.parametrize(
        ("again", "relation"),
        [
            (lambda: encoded(page()), "same_bytes"),
            (lambda: encoded(page(), "WEBP", lossless=True), "same_pixels"),
            (lambda: encoded(page(), "JPEG", quality=85), "same_picture"),
            (lambda: encoded(reduced(page(), 0.9), "JPEG", quality=92), "same_picture"),
        ],
    )
    def test_repeated_on_another_day(self, recorder: Recorder, again: Callable[[], bytes], relation: str) -> None:
        """A picture given for two attempts is flagged with both entries, and that their days differ."""
        one = attempt(recorder, encoded(page()), FIRST)
        other = attempt(recorder, again(), SECOND)
        (pair,) = found(recorder).repeated

        assert (pair.relation, entries(pair), pair.different_dates) == (relation, (one, other), True)
        assert found(recorder).of_entry(one) == found(recorder).of_entry(other) == (pair,)

    def test_honest(self, recorder: Recorder) -> None:
        """The same page on another day, at another time, is alike and not flagged; nor is another theme."""
        attempt(recorder, encoded(page()), FIRST)
        attempt(recorder, encoded(compressed(page("08:17"), 80)), SECOND)
        attempt(recorder, encoded(page(dark=True)), SECOND)
        told = found(recorder)

        assert [pair.relation for pair in told.pairs] == ["alike"]
        assert (told.repeated, told.compared, told.waiting) == ((), 3, 0)

    @pytest.mark.parametrize(
        ("read", "relation"),
        [("08:17", "alike"), ("mar. 9 mars 2026 18:12", "alike"), ("08:12", "same_picture"), (None, "same_picture")],
    )
    def test_clocks_that_were_read(self, recorder: Recorder, read: str | None, relation: str) -> None:
        """Where the machine read another time on each, a compressed picture is not held to be the same."""
        attempt(recorder, encoded(page()), FIRST)
        attempt(recorder, encoded(page(), "JPEG", quality=85), SECOND)
        clocks = {
            view.entry.index: clock
            for view, clock in zip(pictures_of(recorder.case.read()), ("08:12", read), strict=True)
        }
        recorder.readings(
            [kinds.Reading(exhibit=index, status="read", screen_clock=clock) for index, clock in clocks.items()]
        )
        (pair,) = found(recorder).pairs

        assert (pair.relation, pair.repeated) == (relation, relation != "alike")
        assert pair.clocks == (("08:12", read) if relation == "alike" else None)

    def test_same_day(self, recorder: Recorder) -> None:
        """Two attempts of one day, or without a date, are flagged without a word on dates."""
        for when in (None, FIRST, FIRST):
            attempt(recorder, encoded(page()), when)

        assert [pair.different_dates for pair in found(recorder).repeated] == [False, False]

    def test_one_attempt(self, recorder: Recorder) -> None:
        """A screenshot and its copy for one and the same attempt are told, not flagged."""
        attempt(recorder, encoded(page()), FIRST, encoded(page(), "JPEG", quality=85))
        told = found(recorder)

        assert ([pair.relation for pair in told.pairs], told.repeated) == (["same_picture"], ())

    def test_corrected_date(self, recorder: Recorder) -> None:
        """Dates are those that stand: a correction that makes them agree is heard."""
        attempt(recorder, encoded(page()), FIRST)
        other = attempt(recorder, encoded(page()), SECOND)
        recorder.correct(kinds.Correction(target=other, field="occurred_at", occurred_at=FIRST))

        assert [pair.different_dates for pair in found(recorder).repeated] == [False]

    def test_for_a_step_and_for_the_case(self, recorder: Recorder) -> None:
        """Pictures of steps and of the case itself are compared too; a document that is no picture is not."""
        first = attempt(recorder, encoded(page()), FIRST)
        step = recorder.step(kinds.Step(step="email"), [picture_piece(encoded(page()), "mail.png")])
        (alone,) = recorder.documents([picture_piece(encoded(page(), "JPEG", quality=80), "title.jpg")])

        assert [entries(pair) for pair in found(recorder).repeated] == [(first, step.index), (first, alone.index)]

    def test_nothing_compared(self, recorder: Recorder) -> None:
        """Without anything compared, files handed in twice are known all the same; the others wait."""
        one = attempt(recorder, encoded(page()), FIRST)
        other = attempt(recorder, encoded(page()), SECOND)
        attempt(recorder, encoded(page(), "JPEG", quality=85), SECOND)
        told = alike(recorder.case.read(), {})

        assert [entries(pair) for pair in told.pairs] == [(one, other)]
        assert (told.compared, told.waiting) == (0, 2)


class TestSketchbook:
    def test_kept(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was compared is kept, not compared again, and added to."""
        attempt(recorder, encoded(page()), FIRST)
        compare_all(recorder.case)
        before = (recorder.case.folder / SKETCHES).read_bytes()
        attempt(recorder, encoded(page(), "JPEG", quality=85), SECOND)
        told = compare_all(recorder.case)
        monkeypatch.setattr("evidence_vault.capture.likeness.sketch", None)

        assert compare_all(recorder.case) == told == compared(recorder.case)
        assert (recorder.case.folder / SKETCHES).read_bytes() != before
        assert [near and near.verdict for near in told.values()] == [None, Verdict("same_picture")]

    @pytest.mark.parametrize(
        "damage",
        [
            lambda _: b"",
            lambda text: text[: len(text) // 2],
            lambda text: text.replace(b"likeness/1", b"likeness/0"),
            lambda text: text.replace(b'"width":1366', b'"width":0'),
            lambda _: json.dumps({"form": 1}).encode(),
        ],
    )
    def test_lost_or_damaged(self, recorder: Recorder, damage: Callable[[bytes], bytes]) -> None:
        """A book that is lost, damaged or of another version is made again."""
        attempt(recorder, encoded(page()), FIRST)
        attempt(recorder, encoded(page(), "JPEG", quality=85), SECOND)
        told = compare_all(recorder.case)
        path = recorder.case.folder / SKETCHES
        path.write_bytes(damage(path.read_bytes()))

        assert compared(recorder.case) == {}
        assert compare_all(recorder.case) == told

    def test_thumbs_that_cannot_be_unpacked(self, recorder: Recorder) -> None:
        """Damage to a thumb costs no more than the order of comparing."""
        attempt(recorder, encoded(page()), FIRST)
        compare_all(recorder.case)
        path = recorder.case.folder / SKETCHES
        book = json.loads(path.read_bytes())
        for line in book["lines"].values():
            line["sketch"]["thumb"] = "AAAA"
        path.write_text(json.dumps(book))
        attempt(recorder, encoded(page(), "JPEG", quality=85), SECOND)

        assert [pair.relation for pair in found(recorder).repeated] == ["same_picture"]

    def test_missing_exhibit(self, recorder: Recorder) -> None:
        """A picture whose bytes are gone waits, and keeps nobody from comparing the others."""
        attempt(recorder, encoded(page()), FIRST)
        (lost,) = (path for path in (recorder.case.folder / "exhibits").rglob("*") if path.is_file())
        attempt(recorder, encoded(page("18:45")), SECOND)
        lost.unlink()
        told = found(recorder)

        assert (told.pairs, told.compared, told.waiting) == ((), 1, 1)

    def test_interrupted(self, recorder: Recorder) -> None:
        """What was found before an interruption is kept, and the rest is found another time."""
        attempt(recorder, encoded(page()), FIRST)
        attempt(recorder, encoded(page(), "JPEG", quality=85), SECOND)

        def interrupt() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            compare_all(recorder.case, interrupt)

        assert len(compared(recorder.case)) == 1
        assert [pair.relation for pair in found(recorder).repeated] == ["same_picture"]

    def test_full_disk(self, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where nothing can be kept, what was found is told all the same."""
        attempt(recorder, encoded(page()), FIRST)
        (recorder.case.folder / SKETCHES).mkdir()

        assert list(compare_all(recorder.case).values()) == [None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    return prepared(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "first.png").write_bytes(encoded(page()))
    (folder / "IMG-20240312-WA0007.jpg").write_bytes(encoded(page(), "JPEG", quality=85))
    (folder / "honest.png").write_bytes(encoded(page("08:17")))
    return folder


def plain(text: str) -> str:
    """What a terminal shows, its lines put together again."""
    return " ".join(text.split())


def log(program: Cli, path: Path, day: int) -> Any:
    return program.done("log", path, "--yes", "--occurred-at", f"2026-03-{day:02}T08:12")


class TestProgram:
    def test_log(self, program: Cli, files: Path, clock: CountingClock) -> None:
        """`log` warns at once of a picture recorded before, with both entries; it is recorded all the same."""
        log(program, files / "first.png", 1)
        warned = log(program, files / "IMG-20240312-WA0007.jpg", 5).err
        again = program.json("log", files / "first.png", "--yes", "--occurred-at", "2026-03-09")
        honest = program.json("log", files / "honest.png", "--yes", "--occurred-at", "2026-03-10")

        assert "Entry 5 shows the same picture as exhibit 2 of entry 1: no difference beyond" in warned
        assert "declare different dates" in warned
        (pair,) = again["repeats"]
        assert (pair["relation"], pair["earlier"]["entry"], pair["later"]["entry"]) == ("same_bytes", 1, again["index"])
        assert any("identical byte for byte" in warning for warning in again["warnings"])
        assert honest["repeats"] == []
        assert not any("same picture" in warning for warning in honest["warnings"])

    def test_import(self, program: Cli, files: Path) -> None:
        """`import` says the same of files, also of those of one import."""
        log(program, files / "first.png", 1)
        answer = program.json("import", files / "IMG-20240312-WA0007.jpg", files / "honest.png", "--yes")

        assert len(answer["repeated"]) == 1
        assert "of entry 1: no difference beyond" in answer["repeated"][0]

    def test_list_status_and_show(self, program: Cli, files: Path) -> None:
        """They tell of it from what was kept, in both forms, and write nothing."""
        for day, name in ((1, "first.png"), (5, "IMG-20240312-WA0007.jpg"), (9, "honest.png")):
            log(program, files / name, day)
        before = files_in(program.vault)
        attempts = program.json("list")["attempts"]
        status = program.json("status")["alike"]
        shown = program.json("show", 9)

        assert [len(found["repeats"]) for found in attempts] == [1, 1, 0]
        assert (status["compared"], status["waiting"]) == (3, 0)
        assert [pair["repeated"] for pair in status["pairs"]] == [True, False]
        assert status["pairs"][1]["places"][0]["box"][1] > 700
        assert [pair["relation"] for pair in shown["alike"]] == ["alike"]
        assert "(same" in plain(program.done("list").out)
        assert "1 (entries 1 / 5)" in plain(program.done("status").out)
        assert "no difference beyond what compression" in plain(program.done("show", 5).out)
        assert "alike; 0.01 % of the picture differs, at x 12" in plain(program.done("show", 9).out)
        assert files_in(program.vault) == before

    def test_waiting(self, program: Cli, files: Path) -> None:
        """Where nothing is kept, `status` says how many wait, and `read` compares them."""
        log(program, files / "first.png", 1)
        log(program, files / "IMG-20240312-WA0007.jpg", 5)
        (program.case / SKETCHES).unlink()

        assert program.json("status")["alike"] == {"compared": 0, "waiting": 2, "pairs": []}
        assert "not compared yet: 2" in program.done("status").out
        program.done("read")
        assert program.json("status")["alike"]["compared"] == 2

    def test_nothing_found(self, program: Cli, files: Path) -> None:
        """Where nothing is repeated, that is said, and among how many pictures."""
        log(program, files / "first.png", 1)

        assert "none found among 1 pictures compared" in program.done("status").out

    def test_origin_in_check(self, program: Cli, files: Path) -> None:
        """`check` puts what the file claims beside what its bytes establish, and tells traces as traces."""
        path = files / "IMG-20240312-WA0007.jpg"
        (result,) = program.json("check", path)["results"]
        told = plain(program.done("check", path).out)

        assert result["origin"]["proven"]["size"] == path.stat().st_size
        assert set(result["origin"]["proven"]) == {"sha256", "size", "media_type"}
        assert {"whatsapp_name", "without_exif", "jpeg_quality"} <= {
            trace["code"] for trace in result["origin"]["claimed"]["traces"]
        }
        assert "The file claims, unproven: JFIF 1.01" in told
        assert "indicate and do not prove" in told

    @pytest.mark.parametrize("offset", [0, 1])
    def test_origin_in_show(self, program: Cli, files: Path, offset: int) -> None:
        """`show` of an attempt and of its exhibit give claimed and proven side by side."""
        log(program, files / "IMG-20240312-WA0007.jpg", 5)
        (origin,) = program.json("show", 1 + offset)["origins"]
        told = plain(program.done("show", 1 + offset).out)

        assert (origin["exhibit"], origin["proven"]["not_after"]) == (2, None)
        assert origin["claimed"]["claims"][0] == {"source": "name", "field": "name", "value": "IMG-20240312-WA0007.jpg"}
        assert "no third party attests yet when it existed" in told
        assert program.json("show", 0)["origins"] == []

    @poppler
    def test_in_the_dossier(self, program: Cli, files: Path) -> None:
        """The dossier lists the pairs with both entries, says what it does not prove, and sets origins side by side."""
        for day, name in ((1, "first.png"), (5, "IMG-20240312-WA0007.jpg"), (9, "honest.png")):
            log(program, files / name, day)
        program.done("export", "dossier", "-o", files / "dossier.pdf")
        text = flat(files / "dossier.pdf")
        section = text.partition("Même image pour deux inscriptions")[2]
        repeated, _, others = section.partition("Images semblables, pour information")

        assert "Tentative n° 2 (inscription n° 5)" in repeated
        assert "Tentative n° 1 (inscription n° 1)" in repeated
        assert "aucune différence au-delà de ce qu’expliquent une compression" in repeated
        assert "Les deux inscriptions déclarent des jours différents." in repeated
        assert "inscription n° 9" not in repeated
        assert "images semblables, différentes à 0," in others.partition("Ce que cette comparaison ne prouve pas")[0]
        assert "leur absence non plus" in text
        assert "JFIF : « 1.01 » Indices, qui ne prouvent rien" in text
        assert "n’atteste encore qu’il existait" in text

    @poppler
    def test_in_a_dossier_without_any(self, program: Cli, files: Path) -> None:
        """Where none was found, the dossier says so, and how it was looked for."""
        log(program, files / "first.png", 1)
        (program.case / SKETCHES).unlink()
        program.done("export", "dossier", "-o", files / "dossier.pdf")
        text = flat(files / "dossier.pdf")

        assert "Aucune image n’a été trouvée identique pour deux inscriptions (1 image comparée)." in text
        assert "une empreinte perceptuelle (dHash de 128 bits)" in text

    def test_in_french(self, program: Cli, files: Path) -> None:
        """The words in French are those that a lawyer reads."""
        log(program, files / "first.png", 1)
        answer = call("--vault", program.vault, "--lang", "fr", "log", files / "IMG-20240312-WA0007.jpg", "--yes")

        assert "aucune différence au-delà de ce qu’expliquent une compression" in answer.err
