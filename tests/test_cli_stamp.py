"""Trusted time as a person meets it: agreeing, stamping, waiting, and telling the other side from when to when.

Everything is asked over loopback; a real clock and real commands, word for word.
"""

import datetime as dt
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import calendar_server as calendar
import pytest
import tsa
from calendar_server import CalendarServer
from jsonschema import Draft202012Validator
from test_dating import trusted_list
from test_schemas import REGISTRY, validator

from evidence_vault.errors import NetworkError
from evidence_vault.signing.authorities import load_authorities
from tests.cli_runner import CASE, PERSON, PROGRAM, Answer, Cli, DictatedEngine, call, environment, files_in
from tests.helpers import draw

AUTHORITY = tsa.Authority.create("p256")
OTHER = tsa.Authority.create("p384", name="Autre horloge", intermediate=True)
WAITS = NetworkError.exit_code
ONLINE = (*PERSON[:-1], "--online")
BEGINNING = dt.datetime.now(dt.UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, no vault of the tester's, and no name that is looked up outside."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EVIDENCE_VAULT", str(tmp_path / "nowhere"))
    monkeypatch.delenv("EVIDENCE_VAULT_PASSPHRASE", raising=False)
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    look_up = socket.getaddrinfo

    def loopback(host: Any, *arguments: Any, **more: Any) -> Any:
        assert host in {"127.0.0.1", "localhost"}, f"{host} was contacted"
        return look_up(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", loopback)
    monkeypatch.setattr("evidence_vault.stamping.BACK_OFF_SECONDS", (0.0, 0.0))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(AUTHORITY.root_pem)
    return path


@pytest.fixture
def server() -> Iterator[tsa.Served]:
    """An honest authority whose clock is the real one."""
    with AUTHORITY.serving() as served:

        def now(request: bytes) -> bytes:
            how = served.how if served.how in tsa.MISBEHAVIOURS else "honest"
            return AUTHORITY.respond(request, how, gen_time=dt.datetime.now(dt.UTC).replace(microsecond=0))

        served.body = now  # type: ignore[method-assign]
        yield served


def begun(folder: Path, *how: object) -> Cli:
    program = Cli(folder / "vault")
    program.done("init", *how)  # type: ignore[arg-type]
    program.done("case", "new", *CASE)
    return program


@pytest.fixture
def offline(tmp_path: Path) -> Cli:
    return begun(tmp_path, *PERSON)


@pytest.fixture
def online(tmp_path: Path, server: tsa.Served, root: Path) -> Cli:
    """A vault whose person agreed to one authority."""
    return begun(tmp_path, *ONLINE, "--tsa", server.url, "--tsa-root", root)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(draw(size=(480 + sum(name.encode()) % 97, 160)))
        return path

    return write


def key_of(program: Cli) -> str:
    return str(program.json("case", "show")["public_key"])


def checked(program: Cli, *more: object) -> Answer:
    return call("--lang", "en", "--json", "verify", program.vault, "--key", key_of(program), *more)  # type: ignore[arg-type]


def check(answer: Answer, number: int) -> dict[str, Any]:
    (found,) = (item for item in answer.json()["checks"] if item["number"] == number)
    return dict(found)


def stamped_validator() -> Draft202012Validator:
    reference = {"$ref": "https://evidence-vault.invalid/schemas/common.json#/$defs/stamped"}
    return Draft202012Validator(reference, registry=REGISTRY)


def one_sentence(answer: Answer) -> None:
    """An error in words: one line on standard error, nothing on standard output, no traceback, no fault of ours."""
    assert answer.out == ""
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert "Traceback" not in answer.err
    assert answer.code not in {0, 1, 70}, answer


class TestAgreement:
    def test_offline(self, offline: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """Who refused is never contacted: `log` asks nobody, `stamp` refuses as a misuse and says what to add."""
        logged = offline.json("log", picture("a.png"), "--yes")
        answer = offline("stamp")

        assert logged["stamped"] is None
        assert answer.code == 2
        one_sentence(answer)
        assert "--online" in answer.err
        assert server.requests == []

    def test_a_root_alone_asks_nobody(self, offline: Cli, root: Path) -> None:
        """Saying whom to believe is not agreeing that anybody is contacted."""
        answer = offline("stamp", "--tsa-root", root)

        assert answer.code == 2
        one_sentence(answer)

    def test_silence_is_no_agreement(self, tmp_path: Path, picture: Callable[..., Path], server: tsa.Served) -> None:
        """A vault made without --online or --offline by a script asks nobody, even if it names an authority."""
        program = begun(tmp_path, *PERSON[:-1], "--tsa", server.url)

        assert program.json("log", picture("a.png"), "--yes")["stamped"] is None
        assert program("stamp").code == 2
        assert server.requests == []

    def test_flag_for_this_once(
        self, offline: Cli, picture: Callable[..., Path], server: tsa.Served, root: Path
    ) -> None:
        """An authority named on the command line is agreed to once; the vault stays offline."""
        offline.done("log", picture("a.png"), "--yes")
        answer = offline("stamp", "--tsa", server.url, "--tsa-root", root)

        assert answer.code == 0, answer
        assert "Everything recorded so far is attested" in answer.err
        offline.done("log", picture("b.png"), "--yes")
        assert len(server.requests) == 1
        assert offline("stamp").code == 2

    def test_init_tells_what_was_agreed(self, tmp_path: Path) -> None:
        """The answer of `init` says whether third parties may be contacted."""
        assert Cli(tmp_path / "a").json("init", *PERSON)["network"] is False
        assert Cli(tmp_path / "b").json("init", *ONLINE)["network"] is True

    @pytest.mark.parametrize(
        "flags",
        [
            ("--authority", "nobody"),
            ("--tsa", "tsa.example"),
            ("--tsa", "ftp://tsa.example"),
            ("--calendar", "file:///etc/passwd"),
            ("--tsa-root", "missing.pem"),
            ("--tsa-root", "."),
            ("--tsa-root", "text.pem"),
            ("--tsa-root", "empty.pem"),
            ("--tsa-root", "binary.pem"),
        ],
    )
    @pytest.mark.parametrize("command", ["init", "stamp"])
    def test_bad_flags(self, command: str, flags: tuple[str, str], offline: Cli, quiet_place: Path) -> None:
        """What cannot be asked or believed is refused in a sentence; nothing is made, nobody is asked."""
        (quiet_place / "text.pem").write_text("this is no certificate\n")
        (quiet_place / "empty.pem").write_bytes(b"")
        (quiet_place / "binary.pem").write_bytes(bytes(range(256)) * 4)
        before = files_in(offline.vault)
        program = Cli(quiet_place / "new") if command == "init" else offline
        answer = program(command, *(ONLINE if command == "init" else ("--online",)), *flags)

        one_sentence(answer)
        assert not (quiet_place / "new").exists()
        assert files_in(offline.vault) == before


class TestStamping:
    def test_log_stamps(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """Where it was agreed, each recording is attested at once, and its interval is in the answer."""
        first = online.json("log", picture("a.png"), "--yes")
        second = online.json("log", picture("b.png"), "--yes")

        assert len(server.requests) == 2
        validator("log").validate(first)
        assert first["stamped"]["waiting"] == second["stamped"]["waiting"] == 0
        assert [item["status"] for item in second["stamped"]["answers"]] == ["valid"]
        assert first["attested"]["not_before"] is None
        assert first["attested"]["not_after"]["source"] == "127.0.0.1"
        assert second["attested"]["not_before"]["entry"] == first["stamped"]["answers"][0]["entry"]
        assert second["attested"]["not_before"]["time"] <= second["attested"]["not_after"]["time"]

    def test_import_stamps_once(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """An import is attested by one token, from above only."""
        online.done("log", picture("first.png"), "--yes")
        folder = picture("a.png").parent / "taken"
        folder.mkdir()
        for name in ("Screenshot_20240311-081500.png", "Screenshot_20240312-081500.png"):
            picture(name).rename(folder / name)
        answer = online.json("import", folder, "--yes")

        assert len(server.requests) == 2
        validator("import").validate(answer)
        assert answer["stamped"]["waiting"] == 0
        for index in (item["index"] for item in answer["attempts"]):
            assert online.attempt(index)["attested"]["not_before"] is None
            assert online.attempt(index)["attested"]["not_after"] is not None

    def test_down_while_logging(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """An attempt is recorded whatever the authority does; the answer says that it waits."""
        server.how = "error"
        answer = online("log", picture("a.png"), "--yes")

        assert answer.code == 0
        assert "wait" in answer.err
        assert "evidence-vault stamp" in answer.err
        assert len(server.requests) == 1
        assert online.json("list")["unattested"] > 0

    @pytest.mark.parametrize("how", [*sorted(tsa.MISBEHAVIOURS), "redirect", "error"])
    def test_false_while_logging(self, how: str, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """However an authority answers, the attempt is there, the exit code is 0 and nothing false counts."""
        server.how = how
        logged = online.json("log", picture("a.png"), "--yes")

        stamped_validator().validate(logged["stamped"])
        counts = how == "injected_certificates"
        assert (logged["attested"]["not_after"] is not None) == counts
        assert (logged["stamped"]["waiting"] == 0) == counts
        assert all(item["reason"] for item in logged["stamped"]["answers"])
        server.how = "honest"
        assert online("stamp").code == 0

    def test_waits_then_cleared(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """Exit code 22 while something waits; one stamp clears all of it."""
        server.how = "error"
        for name in "abc":
            online.done("log", picture(f"{name}.png"), "--yes")
        waits = online("--json", "stamp")
        server.how = "honest"
        cleared = online("--json", "stamp")
        again = online("--json", "stamp")

        assert (waits.code, cleared.code, again.code) == (WAITS, 0, 0)
        for answer in (waits, cleared, again):
            stamped_validator().validate(answer.json())
        assert waits.json()["waiting"] == waits.json()["size"]
        assert [len(answer.json()["answers"]) for answer in (waits, cleared, again)] == [1, 1, 0]
        assert all(attempt["attested"]["not_after"] for attempt in online.json("list")["attempts"])

    def test_tries_again(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """`stamp` tries an authority that fails three times; `log`, which a person waits for, once."""
        server.how = "error"
        online.done("log", picture("a.png"), "--yes")
        before = len(server.requests)
        online("stamp")

        assert (before, len(server.requests)) == (1, 4)

    def test_untrusted_then_root(
        self, tmp_path: Path, picture: Callable[..., Path], server: tsa.Served, root: Path
    ) -> None:
        """Without its root an authority's token does not count; with it, the same command a second time does."""
        program = begun(tmp_path, *ONLINE, "--tsa", server.url)
        program.done("log", picture("a.png"), "--yes")

        assert program("stamp").code == WAITS
        assert program("stamp", "--tsa", server.url, "--tsa-root", root).code == 0

    @pytest.mark.parametrize(
        "line", ["step email --summary relance", "exhibit {file} --kind letter", "correct 1 --note relu"]
    )
    def test_every_recording_is_stamped(self, online: Cli, picture: Callable[..., Path], line: str) -> None:
        """Who agreed gets everything attested as it is recorded, not the attempts alone."""
        online.done("log", picture("a.png"), "--yes")
        done = online.done(*line.format(file=picture("b.png")).split())

        assert "Everything recorded so far is attested." in done.err
        assert online.json("list")["unattested"] == 0

    def test_two_authorities(
        self, online: Cli, picture: Callable[..., Path], server: tsa.Served, tmp_path: Path
    ) -> None:
        """Several authorities may be asked, on one host even: each answer has its own line and its own entry."""
        online.done("log", picture("a.png"), "--yes")
        server.how = "error"
        online.done("step", "email", "--summary", "relance")
        server.how = "honest"
        (tmp_path / "other.pem").write_bytes(OTHER.root_pem)
        with OTHER.serving() as other:
            other.gen_time = dt.datetime.now(dt.UTC).replace(microsecond=0)
            flags = ("--tsa", server.url, "--tsa", other.url, "--tsa-root", tmp_path / "other.pem")
            answer = online("--json", "stamp", *flags)

        assert answer.code == 0
        entries = [item["entry"] for item in answer.json()["answers"]]
        assert len(set(entries)) == 2
        assert [item["status"] for item in answer.json()["answers"]] == ["valid", "valid"]

    def test_timeout_is_bounded(self, online: Cli) -> None:
        """A time-out that would hold a person up for ever, or none at all, is refused."""
        for seconds in ("0", "601", "-1", "soon"):
            assert online("stamp", "--timeout", seconds).code == 2

    def test_silent_authority(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """An authority that says nothing is given up after the time that was set."""
        server.how = "silent"
        settings = online.vault / "vault.json"
        settings.write_text(json.dumps(json.loads(settings.read_text()) | {"timeout_seconds": 1}))
        answer = online("log", picture("a.png"), "--yes")

        assert answer.code == 0
        assert "did not answer within 1 s" in answer.err

    def test_no_case(self, tmp_path: Path) -> None:
        """Without a case there is nothing to stamp."""
        program = Cli(tmp_path / "vault")
        program.done("init", *ONLINE)

        one_sentence(program("stamp"))

    def test_damaged_root_in_the_settings(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> None:
        """A root that somebody damaged in vault.json loses no attempt."""
        settings = online.vault / "vault.json"
        settings.write_text(json.dumps(json.loads(settings.read_text()) | {"tsa_roots": ["nothing"]}))
        answer = online("log", picture("a.png"), "--yes")

        assert answer.code == 0, answer
        assert len(online.json("list")["attempts"]) == 1
        one_sentence(online("stamp"))

    def test_busy(self, online: Cli, picture: Callable[..., Path]) -> None:
        """While another program writes, `stamp` says so and changes nothing."""
        import sqlite3
        from contextlib import closing

        online.done("log", picture("a.png"), "--yes")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("evidence_vault.database.BUSY_SECONDS", 0.05, raising=False)
            with closing(sqlite3.connect(online.case / "ledger.sqlite", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                answer = online("stamp")
                other.execute("ROLLBACK")

        assert answer.code == 21
        one_sentence(answer)


class TestSecrets:
    SECRET = "s3cr3t-passw0rd"

    @pytest.mark.parametrize("how", ["honest", "html", "error", "redirect"])
    @pytest.mark.parametrize("output", [(), ("--json",)])
    def test_password_of_an_address(
        self,
        how: str,
        output: tuple[str, ...],
        tmp_path: Path,
        picture: Callable[..., Path],
        server: tsa.Served,
        root: Path,
    ) -> None:
        """The password in an address goes to its server alone: not into the ledger, an answer or an export."""
        url = server.url.replace("http://", f"http://awa:{self.SECRET}@")
        server.how = how
        program = begun(tmp_path, *ONLINE, "--tsa", url, "--tsa-root", root)
        said = [
            program(*output, "log", picture("a.png"), "--yes"),
            program(*output, "stamp"),
            program(*output, "stamp", "--tsa", url),
            *(program(*output, command) for command in ("list", "status", "verify")),
            *(program(*output, "show", index) for index in range(program.json("list")["size"])),
            program(*output, "export", "bundle", "-o", tmp_path / "bundle.zip"),
        ]

        assert all(self.SECRET not in answer.out + answer.err for answer in said)
        for path, data in files_in(tmp_path).items():
            assert (self.SECRET.encode() in data) == (path == "vault/vault.json"), path
        for path in program.case.glob("ledger.sqlite*"):
            assert self.SECRET.encode() not in path.read_bytes()

    def test_settings_are_private(self, online: Cli) -> None:
        """The settings, which may hold such an address, are readable by their owner alone."""
        assert (online.vault / "vault.json").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("command", [("stamp",), ("init", *ONLINE)])
    @pytest.mark.parametrize("flag", ["--tsa", "--calendar"])
    def test_password_of_a_refused_address(
        self, command: tuple[str, ...], flag: str, offline: Cli, tmp_path: Path
    ) -> None:
        """A mistyped address is refused without showing its password."""
        program = Cli(tmp_path / "new") if command[0] == "init" else offline
        answer = program(*command, flag, f"ftp://awa:{self.SECRET}@tsa.example/")

        one_sentence(answer)
        assert self.SECRET not in answer.err


class TestLooking:
    @pytest.fixture
    def told(self, online: Cli, picture: Callable[..., Path], server: tsa.Served) -> Cli:
        """Two attempts attested, a third that waits."""
        online.done("log", picture("a.png"), "--yes")
        online.done("log", picture("b.png"), "--yes")
        server.how = "error"
        online.done("log", picture("c.png"), "--yes")
        return online

    def test_list(self, told: Cli) -> None:
        """The list states an interval for each attempt, and what waits."""
        answer = told.json("list")
        validator("list").validate(answer)
        shown = told.done("list").out

        bounded = [
            (bool(found["not_before"]), bool(found["not_after"]))
            for found in (a["attested"] for a in answer["attempts"])
        ]
        assert bounded == [(False, True), (True, True), (True, False)]
        assert answer["unattested"] > 0
        assert "at the latest" in shown
        assert "between" in shown
        assert "not yet attested" in shown

    def test_show(self, told: Cli) -> None:
        """`show` states both bounds with their source, the entry that names the proof, and what it rests on."""
        indices = [attempt["index"] for attempt in told.json("list")["attempts"]]
        for index in indices:
            validator("show").validate(told.json("show", index))
        shown = told.done("show", indices[1]).out

        assert shown.count("according to 127.0.0.1") == 3  # both bounds, and that of its picture
        assert "not yet attested" in told.done("show", indices[2]).out
        assert "no lower bound" in told.done("show", indices[0]).out

    def test_show_a_stamp(self, told: Cli) -> None:
        """The entry of a stamp shows its authority and its time."""
        entry = told.json("show", told.json("list")["attempts"][0]["attested"]["not_after"]["entry"])["entry"]

        assert entry["kind"] == "timestamp"
        assert (entry["says"]["authority"], entry["says"]["status"]) == ("127.0.0.1", "valid")

    def test_status(self, told: Cli) -> None:
        """The status counts what third parties attest beside what was declared."""
        answer = told.json("status")
        validator("status").validate(answer)

        assert answer["attested"]["attempts"] == 2
        assert answer["attested"]["distinct_days"] == 1
        assert answer["unattested"] > 0
        assert "Third parties attest that 2 attempts" in told.done("status").out

    @pytest.mark.parametrize("lang", ["fr", "en"])
    @pytest.mark.parametrize("command", [("list",), ("status",), ("show", "1"), ("stamp",), ("verify",)])
    def test_both_languages(self, told: Cli, lang: str, command: tuple[str, ...]) -> None:
        """Every command speaks both languages about time, and fails in neither."""
        answer = call("--vault", told.vault, "--lang", lang, *command)

        assert answer.code in {0, 3, WAITS}, answer
        assert "Traceback" not in answer.err


class TestVerify:
    @pytest.fixture
    def stamped(self, online: Cli, picture: Callable[..., Path]) -> Cli:
        online.done("log", picture("a.png"), "--yes")
        return online

    @pytest.mark.parametrize("export", [None, "bundle"])
    def test_passed(self, stamped: Cli, root: Path, tmp_path: Path, export: str | None) -> None:
        """With the signer's key and the authority's root, stamped evidence passes: exit code 0."""
        path = stamped.vault
        if export:
            path = tmp_path / "bundle.zip"
            stamped.done("export", "bundle", "-o", path)
        answer = call("--json", "verify", path, "--tsa-root", root, "--key", key_of(stamped))

        assert answer.code == 0, answer
        found = answer.json()
        validator("verify").validate(found)
        assert {found[name] for name in ("verdict", "intact", "dated", "complete", "signer")} == {"passed"}
        (interval,) = found["intervals"]
        assert interval["not_before"] is None
        assert interval["not_after"]["source"] == "Horodatage, Horloge d’essai, FR"
        assert interval["not_after"]["weight"] == "given_root"
        assert BEGINNING - dt.timedelta(seconds=2) <= dt.datetime.fromisoformat(interval["not_after"]["time"])

    def test_for_people(self, stamped: Cli, root: Path) -> None:
        """The report names who attests, until when, and on what it rests; and says what it does not prove."""
        answer = call("--lang", "en", "verify", stamped.vault, "--tsa-root", root, "--key", key_of(stamped))

        assert answer.code == 0
        assert "recorded at the latest" in answer.out
        assert "Horodatage, Horloge d’essai, FR" in answer.out
        assert "before its first proof" in " ".join(answer.out.split())

    def test_shipped_roots_do_not_know_it(self, stamped: Cli) -> None:
        """Without --tsa-root the roots that ship are believed, and no others: what the vault believes is no proof."""
        answer = checked(stamped)

        assert answer.code == 3
        assert check(answer, 12)["verdict"] == "indeterminate"
        assert check(answer, 14)["verdict"] == "passed"

    def test_other_root(self, stamped: Cli, tmp_path: Path) -> None:
        """A root that was given replaces those that ship."""
        (tmp_path / "other.pem").write_bytes(OTHER.root_pem)

        assert checked(stamped, "--tsa-root", tmp_path / "other.pem").code == 3

    def test_received_on(self, stamped: Cli, root: Path) -> None:
        """Evidence received before its own stamp is not this evidence: exit code 1, on check 16."""
        tomorrow = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011
        for day, code in (("2020-01-01", 1), ("1er janvier 2020", 1), (f"{tomorrow}", 0), (f"{tomorrow:%d/%m/%Y}", 0)):
            answer = checked(stamped, "--tsa-root", root, "--received-on", day)
            assert answer.code == code
            assert check(answer, 16)["verdict"] == ("failed" if code else "passed")

    def test_trusted_list(self, stamped: Cli, root: Path, tmp_path: Path) -> None:
        """With a trusted list, what stands on it is told with its date, in words that claim no more."""
        (tmp_path / "list.xml").write_bytes(trusted_list(AUTHORITY))
        flags = ("--tsa-root", root, "--trusted-list", tmp_path / "list.xml")
        bound = checked(stamped, *flags).json()["attestations"][0]["not_after"]
        shown = call("--lang", "fr", "verify", stamped.vault, *flags).out

        assert (bound["weight"], bound["as_of"]) == ("listed", "2026-02-01")
        assert "2026-02-01" in shown
        assert "qualifi" not in shown.replace("qualifié par", "").lower() or "n’est pas qualifi" in shown.lower()

    @pytest.mark.parametrize("flag", ["--tsa-root", "--trusted-list", "--block-headers", "--checkpoint"])
    @pytest.mark.parametrize("content", [None, b"", b"this is something else\n", bytes(range(256)) * 8, b"<a><b></a>"])
    def test_unreadable_files(self, stamped: Cli, quiet_place: Path, flag: str, content: bytes | None) -> None:
        """A file that is not what the flag asks for ends in one sentence, or fails; it never passes as nothing."""
        path = quiet_place / "given"
        if content is not None:
            path.write_bytes(content)
        answer = call("--lang", "en", "verify", stamped.vault, flag, path)

        if flag == "--block-headers" and content == b"":
            assert answer.code == 3
        else:
            one_sentence(answer)

    @pytest.mark.parametrize("flag", ["--tsa-root", "--trusted-list", "--block-headers"])
    def test_folders(self, stamped: Cli, quiet_place: Path, flag: str) -> None:
        """A folder is no file."""
        one_sentence(call("verify", stamped.vault, flag, quiet_place))

    @pytest.mark.parametrize(
        "day", ["", "yesterday", "2026-13-01", "2026-02-30", "9999-12-31", "2026-11-25T00:00:00+99:00", "11-2026"]
    )
    def test_no_day(self, stamped: Cli, day: str) -> None:
        """A day that does not exist is refused."""
        one_sentence(call("verify", stamped.vault, "--received-on", day))

    def test_two_roots(self, stamped: Cli, root: Path, tmp_path: Path) -> None:
        """Several roots, in several files or in one, are all believed."""
        (tmp_path / "other.pem").write_bytes(OTHER.root_pem)
        (tmp_path / "both.pem").write_bytes(OTHER.root_pem + AUTHORITY.root_pem)

        assert checked(stamped, "--tsa-root", tmp_path / "other.pem", "--tsa-root", root).code == 0
        assert checked(stamped, "--tsa-root", tmp_path / "both.pem").code == 0

    @pytest.mark.needs("openssl")
    def test_openssl_agrees(self, stamped: Cli, root: Path, tmp_path: Path) -> None:
        """What `verify` believes, the binary of openssl believes of the files in the bundle."""
        import zipfile

        from evidence_vault.signing.tokens import openssl_verify_command

        stamped.done("export", "bundle", "-o", tmp_path / "bundle.zip")
        with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
            archive.extractall(tmp_path / "unpacked")
        (response,) = (tmp_path / "unpacked" / "timestamps").glob("*.tsr")
        bound = checked(stamped, "--tsa-root", root).json()["attestations"][0]
        note = tmp_path / "unpacked" / "checkpoints" / f"{bound['size']:09d}.note"
        moment = dt.datetime.fromisoformat(bound["not_after"]["time"])
        command = openssl_verify_command(str(note), str(response), str(root), moment)
        run = subprocess.run(
            shlex.split(" ".join(command).replace("\\", "")), capture_output=True, text=True, check=False
        )

        assert run.returncode == 0, run
        assert "Verification: OK" in run.stdout

    def test_name_that_commands_the_terminal(self, tmp_path: Path, picture: Callable[..., Path]) -> None:
        """An authority whose name holds terminal commands cannot repaint the verdict."""
        evil = tsa.Authority.create("p256", name="\x1b[2J\x1b[1;1HPASSED \u202eDESSAP")
        (tmp_path / "evil.pem").write_bytes(evil.root_pem)
        with evil.serving() as served:
            served.gen_time = dt.datetime.now(dt.UTC).replace(microsecond=0)
            program = begun(tmp_path, *ONLINE, "--tsa", served.url, "--tsa-root", tmp_path / "evil.pem")
            logged = program.done("log", picture("a.png"), "--yes")
        shown = call("verify", program.vault, "--tsa-root", tmp_path / "evil.pem")

        for text in (logged.err, shown.out, shown.err, program.done("list").out, program.done("show", 1).out):
            assert "\x1b" not in text
            assert "\u202e" not in text


class TestAuthorities:
    def test_list(self, offline: Cli, server: tsa.Served) -> None:
        """Everybody who can be named is listed with what is known of them, and nobody is contacted for it."""
        listed = offline.json("authorities")["authorities"]

        assert [one["id"] for one in listed] == [one.id for one in load_authorities()]
        assert {one["kind"] for one in listed} == {"free", "eidas"}
        assert all(one["root_shipped"] for one in listed if one["default"])
        for one in listed:
            assert one["id"] in offline.done("authorities").out
        assert server.requests == []

    def test_needs_no_vault(self, tmp_path: Path) -> None:
        """One can look before one agrees to anything."""
        assert call("--vault", tmp_path / "none", "authorities").code == 0


class TestCalendars:
    def test_promise_to_block(self, offline: Cli, picture: Callable[..., Path], quiet_place: Path) -> None:
        """Promised, then in a block, then confirmed by the header that the verifier brings: three different words."""
        offline.done("log", picture("a.png"), "--yes")
        with CalendarServer() as served:
            promised = offline("--json", "stamp", "--calendar", served.url)
            waiting = offline("--json", "stamp", "--calendar", served.url)
            height = served.mine()
            grown = offline("--json", "stamp", "--calendar", served.url)
            headers = dict(served.blocks)
            fetched = checked(offline, "--block-explorer", served.url)
        (quiet_place / "headers").write_text(f"# block\n{height} {headers[height].hex()}\n")
        unknown, known = (checked(offline, *more) for more in ((), ("--block-headers", quiet_place / "headers")))

        assert [answer.code for answer in (promised, waiting, grown)] == [WAITS] * 3
        assert [[item["status"] for item in answer.json()["answers"]] for answer in (promised, waiting, grown)] == [
            ["pending"],
            [],
            ["unchecked"],
        ]
        for answer in (promised, waiting, grown):
            stamped_validator().validate(answer.json())
        assert (check(unknown, 12)["verdict"], check(unknown, 15)["verdict"]) == ("indeterminate", "passed")
        assert known.json()["attestations"][0]["not_after"]["source"] == f"Bitcoin, {height}"
        assert fetched.json() == known.json()
        # The block of these tests is of January, before the entries that it covers: found, and said.
        assert check(known, 16)["verdict"] == "indeterminate"
        assert "ahead" in check(known, 16)["detail"]

    @pytest.mark.parametrize("mode", ["garbage", "html", "huge", "error", "redirect", "empty"])
    def test_false(self, offline: Cli, picture: Callable[..., Path], mode: str, server: tsa.Served, root: Path) -> None:
        """A false calendar costs its own answer: the authority beside it attests all the same."""
        offline.done("log", picture("a.png"), "--yes")
        with CalendarServer(mode=mode) as served:  # type: ignore[arg-type]
            flags = ("--calendar", served.url, "--tsa", server.url, "--tsa-root", root)
            answer = offline("--json", "stamp", *flags)

        assert answer.code == 0, answer
        assert [item["status"] for item in answer.json()["answers"]] == [None, "valid"]

    def test_without_the_extra(
        self, offline: Cli, picture: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the library the sentence says how to get it; nothing is lost."""
        offline.done("log", picture("a.png"), "--yes")
        monkeypatch.setitem(sys.modules, "otskit", None)
        answer = offline("stamp", "--calendar", "https://calendar.example")

        assert answer.code == WAITS
        assert "evidence-vault[ots]" in answer.err

    def test_explorer_that_fails(self, offline: Cli, picture: Callable[..., Path]) -> None:
        """An explorer that is down, or lies, ends in one sentence: nothing is verified on half of what was asked."""
        offline.done("log", picture("a.png"), "--yes")
        with CalendarServer() as served:
            offline("stamp", "--calendar", served.url)
            served.mine()
            offline("stamp", "--calendar", served.url)
            served.blocks = {height: calendar.header(bytes(32)) for height in served.blocks}
            lying = checked(offline, "--block-explorer", served.url)
            served.blocks = {}
            unknown = call("verify", offline.vault, "--block-explorer", served.url)
        down = call("verify", offline.vault, "--block-explorer", served.url)

        assert check(lying, 15)["verdict"] == "passed"
        assert "does not contain this checkpoint" in check(lying, 15)["detail"]
        assert unknown.code == 3  # a calendar can name any block: its proof stays unchecked
        for answer in (down, call("verify", offline.vault, "--block-explorer", "ftp://x")):
            one_sentence(answer)

    def test_block_that_is_not_theirs(self, quiet_place: Path, offline: Cli) -> None:
        """A line that is no header, or of no block, is refused with its number."""
        for text in ("1 00\n", f"x {calendar.header(bytes(32)).hex()}\n", f"1 {'00' * 80}\n"):
            (quiet_place / "headers").write_text(text)
            one_sentence(call("verify", offline.vault, "--block-headers", quiet_place / "headers"))


class TestWholeProgram:
    @pytest.mark.needs("openssl")
    def test_word_for_word(self, quiet_place: Path, tmp_path: Path) -> None:
        """The commands of the documentation, as programs of their own, with an authority that is real openssl."""
        (quiet_place / "root.pem").write_bytes(AUTHORITY.root_pem)
        with AUTHORITY.serving(folder=tmp_path / "tsa") as served:
            lines = [
                f'init --operator "Awa Diallo" --capacity applicant --no-passphrase --online --tsa {served.url} '
                "--tsa-root root.pem",
                'case new --applicant "Awa Diallo" --prefecture "Seine-Saint-Denis" --procedure "Séjour"',
                "log --outcome no_slot --yes",
                "--json stamp",
            ]
            for line in lines:
                run = subprocess.run(
                    [*PROGRAM, "--vault", "V", *shlex.split(line)],
                    env=environment(),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
                assert run.returncode == 0, run
        assert json.loads(run.stdout)["waiting"] == 0
        key = call("--json", "--vault", "V", "case", "show").json()["public_key"]
        assert call("verify", "V", "--tsa-root", "root.pem", "--key", key).code == 0

    @pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
    def test_killed_while_the_authority_thinks(self, online: Cli, server: tsa.Served) -> None:
        """Killed while an answer is awaited, the program has recorded the attempt; it waits for the next stamp."""
        server.how = "late"
        command = [*PROGRAM, "--vault", online.vault, "log", "--outcome", "no_slot", "--yes"]
        with subprocess.Popen(
            command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            assert server.asked.wait(120)
            run.send_signal(signal.SIGKILL)
        server.release.set()
        server.how = "honest"

        (attempt,) = online.json("list")["attempts"]
        assert attempt["attested"]["not_after"] is None
        assert call("--json", "verify", online.vault).json()["complete"] == "passed"
        assert online("stamp").code == 0
