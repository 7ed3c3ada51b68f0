"""Asking time-stamp authorities: honest ones over loopback, and everything that a false one can do.

What is kept of an answer, what is not, and what is left waiting; an attempt is never lost and never held up.
"""

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import tsa
from helpers import OPENED, CountingClock, draw, new_vault, no_passphrase, verdicts, verified
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_vault import kinds
from evidence_vault.asking import Asked, Asking
from evidence_vault.attested import timeline_of, unattested
from evidence_vault.case_folder import CaseFolder
from evidence_vault.encoding import sha256
from evidence_vault.errors import EvidenceVaultError
from evidence_vault.evidence import Report, Trust
from evidence_vault.ledger import Appender
from evidence_vault.messages import say
from evidence_vault.opening import open_evidence
from evidence_vault.recording import Recorder, picture_piece
from evidence_vault.signing import tokens
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.tokens import Roots
from evidence_vault.stamping import BACK_OFF_SECONDS, Answer, Stamped, Stamper
from evidence_vault.transport import FetchError, fetch
from evidence_vault.verify import verify

AUTHORITY = tsa.Authority.create("p256")
OTHER = tsa.Authority.create("p256", name="Autre horloge")
PATIENCE = 20.0
"""Seconds that an honest answer may take on a busy machine; no test waits for them to pass."""


class Network:
    """Authorities without sockets: one function each, by address; what was asked is noted."""

    def __init__(self, **authorities: Callable[[bytes], bytes]) -> None:
        self.answers = authorities
        self.asked: list[str] = []
        self.requests: list[bytes] = []
        self.options: list[dict[str, Any]] = []

    def __call__(self, url: str, *, data: bytes | None = None, **options: Any) -> bytes:
        assert data is not None
        self.asked.append(url)
        self.requests.append(data)
        self.options.append(options)
        return self.answers[url](data)

    def asking(self, roots: Roots = AUTHORITY.roots) -> Asking:
        return Asking(tuple(Asked(f"{name}.example", name) for name in self.answers), (), roots)


def honest(request: bytes, moment: dt.datetime = tsa.STAMPED) -> bytes:
    return AUTHORITY.respond(request, gen_time=moment)


def down(request: bytes) -> bytes:
    raise FetchError(say("{server} refuses the connection.", server="x"))


def failing(status: int) -> Callable[[bytes], bytes]:
    def fail(request: bytes) -> bytes:
        raise FetchError(say("{server} answers with the error {status}.", server="x", status=status), status)

    return fail


def stamper(recorder: Recorder, network: Network, roots: Roots = AUTHORITY.roots, **more: Any) -> Stamper:
    return Stamper(recorder.case, recorder.signer, network.asking(roots), timeout=PATIENCE, fetch_bytes=network, **more)


def served(
    recorder: Recorder, *servers: tsa.Served, timeout: float = PATIENCE, roots: Roots = AUTHORITY.roots
) -> Stamped:
    """Ask real servers over loopback."""
    asking = Asking(tuple(Asked(f"a{number}", one.url) for number, one in enumerate(servers)), (), roots)
    return Stamper(recorder.case, recorder.signer, asking, timeout=timeout).stamp()


def stamps(case: CaseFolder) -> list[kinds.Timestamp]:
    return [entry.said for entry in case.read().stamps if isinstance(entry.said, kinds.Timestamp)]


def waiting(case: CaseFolder) -> int:
    told = case.read()
    return unattested(told, timeline_of(told))


def report_of(case: CaseFolder, roots: Roots = AUTHORITY.roots) -> Report:
    (opened,) = open_evidence(case.folder).cases
    with opened() as evidence:
        return verify(evidence, Trust(case.signer(no_passphrase).public_key, roots=roots))


def attempt(recorder: Recorder, text: str = "a") -> int:
    (made,) = recorder.attempts([(kinds.Attempt(origin="log"), [picture_piece(draw(text), f"{text}.png")])])
    return made.index


@pytest.fixture
def recorded(recorder: Recorder) -> Recorder:
    """A case with an attempt that nobody has attested."""
    attempt(recorder)
    return recorder


class TestHonest:
    @pytest.mark.needs("openssl")
    @pytest.mark.parametrize(("kind", "intermediate"), [("rsa", False), ("p384", True)])
    def test_over_http(self, recorded: Recorder, tmp_path: Path, kind: str, intermediate: bool) -> None:
        """A real authority over HTTP attests everything recorded; answer, request and times are kept as received."""
        authority = tsa.Authority.create(kind, intermediate=intermediate)
        with authority.serving(folder=tmp_path / "tsa") as server:
            done = served(recorded, server, roots=authority.roots)

        (answer,) = done.answers
        (said,) = stamps(recorded.case)
        with recorded.case.reader() as reader:
            (proof,) = reader.proofs()
            notes = {parse_note(note).checkpoint.size: note for note in reader.checkpoints()}
        assert (answer.status, answer.index, done.waiting) == ("valid", proof.index, 0)
        assert (said.size, said.protocol, said.authority, said.status) == (done.size, "rfc3161", "a0", "valid")
        assert (said.sha256, said.request) == (sha256(proof.response), sha256(proof.request or b""))
        assert [proof.request] == server.requests
        assert said.accuracy_ms == 1500
        assert said.time is not None
        judged = tokens.judge(proof.response, notes[done.size], proof.request, authority.roots)
        assert judged.state == "valid"
        assert verdicts(report_of(recorded.case, authority.roots))[0] <= {16}  # the clock of the test stands in March

    def test_only_a_digest_leaves(self, recorded: Recorder) -> None:
        """What is sent is a request of some sixty bytes: a digest of the checkpoint, and a random number."""
        network = Network(a=honest)
        done = stamper(recorded, network).stamp()

        (request,) = network.requests
        asked = tsa.Asked.read(request)
        with recorded.case.reader() as reader:
            notes = {parse_note(note).checkpoint.size: note for note in reader.checkpoints()}
        assert asked.imprint.endswith(bytes.fromhex(sha256(notes[done.size])))
        assert asked.nonce
        assert asked.certificates
        assert len(request) < 100
        assert network.options[0]["limit"] == tokens.MAX_RESPONSE_BYTES
        assert network.options[0]["timeout"] == PATIENCE

    def test_one_answer_clears_the_queue(self, recorder: Recorder) -> None:
        """What waited through a week without a network is attested by one token over the newest checkpoint."""
        for text in "abcd":
            attempt(recorder, text)
            assert stamper(recorder, Network(a=down)).stamp().waiting == len(recorder.case.read().entries)
        done = stamper(recorder, Network(a=honest)).stamp()

        assert done.waiting == 0
        assert [said.size for said in stamps(recorder.case)] == [done.size]
        assert verdicts(report_of(recorder.case)) == (set(), set())

    def test_nothing_is_asked_when_nothing_is_owed(self, recorded: Recorder) -> None:
        """Stamps, exports and certificates alone call for no stamp: asking again asks nobody and adds nothing."""
        network = Network(a=honest)
        stamper(recorded, network).stamp()
        with recorded.case.appending(recorded.signer) as appender:
            appender.append(kinds.ExportMade(export="bundle"))
            appender.append(kinds.Certificate(use="document"))
        before = len(recorded.case.read().entries)
        done = stamper(recorded, network).stamp()

        assert (network.asked, done.answers, done.waiting) == (["a"], (), 0)
        assert len(recorded.case.read().entries) == before

    def test_asked_again_after_a_recording(self, recorded: Recorder) -> None:
        """A new attempt is stamped anew, and bounded from below by the token before it."""
        network = Network(a=honest)
        stamper(recorded, network).stamp()
        attempt(recorded, "b")
        done = stamper(recorded, network).stamp()

        assert (len(network.asked), done.waiting) == (2, 0)
        assert [said.size for said in stamps(recorded.case)] == sorted(said.size for said in stamps(recorded.case))

    def test_commit_order(self, recorded: Recorder) -> None:
        """The stamp follows what it stamps; its own entry lies under the next checkpoint."""
        stamper(recorded, Network(a=honest)).stamp()
        told = recorded.case.read()
        (entry,) = told.stamps

        assert isinstance(entry.said, kinds.Timestamp)
        assert entry.said.size == entry.index == len(told.entries) - 1
        with recorded.case.reader() as reader:
            assert parse_note(reader.checkpoints()[-1]).checkpoint.size == len(told.entries)

    @pytest.mark.parametrize("text", ["2026-03-02T08:15:30+00:00", "2026-03-02T08:15:30.123456+00:00"])
    def test_time_recorded(self, recorded: Recorder, text: str) -> None:
        """The ledger names the time of the token to the millisecond, never a later one."""
        moment = dt.datetime.fromisoformat(text)
        stamper(recorded, Network(a=lambda request: honest(request, moment))).stamp()
        (said,) = stamps(recorded.case)

        assert said.time is not None
        assert dt.timedelta() <= moment - dt.datetime.fromisoformat(said.time) < dt.timedelta(milliseconds=1)


# --- several authorities ---------------------------------------------------------------------------------------------


class TestSeveral:
    def test_one_down(self, recorded: Recorder) -> None:
        """Of two authorities the one that answers is enough; the other is told and owes nothing to anybody."""
        done = stamper(recorded, Network(a=down, b=honest)).stamp()

        assert [(answer.authority, answer.status) for answer in done.answers] == [
            ("a.example", None),
            ("b.example", "valid"),
        ]
        assert done.waiting == 0

    def test_the_one_that_failed_is_asked_again(self, recorded: Recorder) -> None:
        """Asking again asks only the authority that has not attested."""
        stamper(recorded, Network(a=down, b=honest)).stamp()
        network = Network(a=honest, b=honest)
        done = stamper(recorded, network).stamp()

        assert network.asked == ["a"]
        assert (len(stamps(recorded.case)), done.waiting) == (2, 0)

    def test_side_by_side(self, recorded: Recorder) -> None:
        """All are asked at once: each is answered only after every other was asked."""
        together = threading.Barrier(3)

        def meeting(request: bytes) -> bytes:
            together.wait(PATIENCE)
            return honest(request)

        done = stamper(recorded, Network(a=meeting, b=meeting, c=meeting)).stamp()

        assert [answer.status for answer in done.answers] == ["valid"] * 3
        assert len({answer.index for answer in done.answers}) == 3

    def test_each_has_its_own_request(self, recorded: Recorder) -> None:
        """Two authorities see different random numbers, so that neither answer fits the other's request."""
        network = Network(a=honest, b=honest)
        stamper(recorded, network).stamp()

        assert len({tsa.Asked.read(request).nonce for request in network.requests}) == 2

    def test_two_addresses_of_one_host(self, recorded: Recorder) -> None:
        """Two services of one host have the same name in the ledger, and each answer its own entry."""
        network = Network(a=honest, b=OTHER.respond)
        asking = Asking((Asked("host.example", "a"), Asked("host.example", "b")), (), AUTHORITY.roots)
        done = Stamper(recorded.case, recorded.signer, asking, timeout=1, fetch_bytes=network).stamp()

        assert [answer.status for answer in done.answers] == ["valid", "untrusted"]
        assert done.answers[0].index != done.answers[1].index
        for answer in done.answers:
            said = recorded.case.read().entries[answer.index or 0].said
            assert isinstance(said, kinds.Timestamp)
            assert said.status == answer.status

    def test_none(self, recorded: Recorder) -> None:
        """With nobody to ask, everything waits."""
        done = stamper(recorded, Network()).stamp()

        assert done.answers == ()
        assert done.waiting == len(recorded.case.read().entries)


# --- what a false authority can do -----------------------------------------------------------------------------------

DROPPED = [
    *("html", "empty", "garbage", "truncated", "huge", "refusal", "wrong_nonce", "other_bytes", "spoofed"),
    *("pointing_elsewhere", "wrong_signature", "moved_time", "past", "future"),
]
KEPT = ["no_certificates", "twin"]


class TestFalse:
    @pytest.mark.parametrize("how", [*DROPPED, "redirect", "error"])
    def test_not_kept(self, recorded: Recorder, how: str) -> None:
        """What is false, or no token at all, is told in one sentence and leaves no trace in the ledger."""
        before = recorded.case.read().entries
        with AUTHORITY.serving(how) as server:
            done = served(recorded, server)

        (answer,) = done.answers
        assert (answer.status, answer.index, answer.time) == (None, None, None)
        assert str(answer.reason).strip()
        assert recorded.case.read().entries == before
        assert done.waiting == len(before)
        with recorded.case.reader() as reader:
            assert reader.proofs() == ()

    @pytest.mark.parametrize("how", KEPT)
    def test_kept_as_not_verifiable(self, recorded: Recorder, how: str) -> None:
        """A token that cannot be verified is kept as such, names no time, and never counts."""
        with AUTHORITY.serving(how) as server:
            done = served(recorded, server)

        (said,) = stamps(recorded.case)
        assert (said.status, said.time, said.accuracy_ms) == ("unverifiable", None, None)
        assert done.answers[0].status == "unverifiable"
        assert done.answers[0].time is None
        assert done.waiting == len(recorded.case.read().entries) - 1
        assert verdicts(report_of(recorded.case)) == (set(), {12})

    def test_the_same_junk_again(self, recorded: Recorder) -> None:
        """An authority that answers the same thing for ever costs its own answer, never those of the others."""
        junk = tsa.sequence(tsa.sequence(tsa.integer(0)), tsa.sequence())
        network = Network(junk=lambda _request: junk, more=lambda _request: junk, good=honest)

        for text in "bcd":
            attempt(recorded, text)
            done = stamper(recorded, network).stamp()
            assert [one.status for one in done.answers] == ["unverifiable", "unverifiable", "valid"]
            assert done.waiting == 0
        assert [said.status for said in stamps(recorded.case)].count("unverifiable") == 1

    @pytest.mark.parametrize("year", [51, 9999])
    def test_any_year(self, recorded: Recorder, year: int) -> None:
        """A token of a stranger that states an absurd year is kept as untrusted, and the ledger can be read again."""
        moment = dt.datetime(year, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
        began = dt.datetime(1950, 1, 1, tzinfo=dt.UTC)
        stranger = tsa.Authority.create(
            "p256", name="Inconnue", began=began, ended=dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
        )
        stamper(recorded, Network(x=lambda request: stranger.respond(request, gen_time=moment))).stamp()

        assert all(said.time is None for said in stamps(recorded.case))
        assert waiting(recorded.case) > 0
        assert not [check for check in report_of(recorded.case).checks if check.verdict == "failed"]

    def test_injected_certificates(self, recorded: Recorder) -> None:
        """Certificates that have nothing to do with the signature change nothing."""
        with AUTHORITY.serving("injected_certificates") as server:
            assert served(recorded, server).answers[0].status == "valid"

    @pytest.mark.parametrize("name", sorted(tsa.MISBEHAVIOURS))
    def test_every_known_misbehaviour_has_its_test(self, name: str) -> None:
        """A misbehaviour that is added to the false authority is decided here."""
        assert name in {*DROPPED, *KEPT, "injected_certificates"}

    def test_untrusted(self, recorded: Recorder) -> None:
        """A token under an unknown root is kept without the time that it states, and does not count."""
        done = stamper(recorded, Network(a=honest), OTHER.roots).stamp()

        (said,) = stamps(recorded.case)
        assert (said.status, said.time, said.accuracy_ms) == ("untrusted", None, None)
        assert done.waiting == len(recorded.case.read().entries) - 1
        assert verdicts(report_of(recorded.case, OTHER.roots)) == (set(), {12})
        assert verdicts(report_of(recorded.case)) == (set(), set())

    def test_asked_again_once_the_root_is_there(self, recorded: Recorder) -> None:
        """An answer that did not count is no answer: with the root given later, the same authority is asked again."""
        stamper(recorded, Network(a=honest), OTHER.roots).stamp()
        done = stamper(recorded, Network(a=honest)).stamp()

        assert [said.status for said in stamps(recorded.case)] == ["untrusted", "valid"]
        assert done.waiting == 0

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 4095), st.binary(max_size=6), st.integers(0, 6))
    def test_any_change_of_an_answer(self, place: int, inserted: bytes, removed: int) -> None:
        """However an answer is changed, asking never raises, and nothing that is false is ever kept as valid."""
        note = b"evidence-vault.invalid/x\n1\nAAAA\n\n\xe2\x80\x94 x AAAA\n"

        def changed(request: bytes) -> bytes:
            response = honest(request)
            at = place % len(response)
            return response[:at] + inserted + response[at + removed :]

        request = tokens.make_request(note)
        judging = Stamper(None, None, Network(a=changed).asking(), timeout=1)  # type: ignore[arg-type]  # no case is touched
        response = changed(request)
        found = judging._judge(Asked("a", "a"), note, 1, request, response)
        answer = found if isinstance(found, Answer) else found.answer

        judged = tokens.judge(response, note, request, AUTHORITY.roots)
        assert (answer.status == "valid") == (judged.state == "valid")
        if judged.state == "valid":
            assert judged.gen_time == tsa.STAMPED
        if not isinstance(found, Answer):
            assert judged.state != "invalid"
            assert response[0] == 0x30

    def test_slow(self, recorded: Recorder) -> None:
        """An authority that sends nothing is given up, and the other's answer is kept all the same."""
        with ExitStack() as stack:
            silent, good = (stack.enter_context(AUTHORITY.serving(how)) for how in ("silent", "honest"))
            asking = Asking((Asked("a", silent.url), Asked("b", good.url)), (), AUTHORITY.roots)

            def impatient(url: str, **options: Any) -> bytes:
                return fetch(url, **options | {"timeout": 0.2 if url == silent.url else PATIENCE})

            done = Stamper(recorded.case, recorded.signer, asking, timeout=PATIENCE, fetch_bytes=impatient).stamp()

        assert [answer.status for answer in done.answers] == [None, "valid"]
        assert done.waiting == 0

    def test_drip(self, recorded: Recorder) -> None:
        """One that sends a byte now and then, for ever, is given up at the same deadline."""
        with AUTHORITY.serving("drip") as server:
            done = served(recorded, server, timeout=0.5)

        assert [answer.status for answer in done.answers] == [None]
        assert "did not answer within" in str(done.answers[0].reason)

    def test_nobody_there(self, recorded: Recorder) -> None:
        """A closed port is told as such."""
        with AUTHORITY.serving() as server:
            pass
        done = served(recorded, server)

        assert done.answers[0].status is None
        assert "refuses the connection" in str(done.answers[0].reason)

    def test_redirect_is_not_followed(self, recorded: Recorder) -> None:
        """An authority that points elsewhere is asked once, and nobody else is."""
        with AUTHORITY.serving("redirect") as server:
            served(recorded, server)
            assert len(server.requests) == 1


# --- trying again ----------------------------------------------------------------------------------------------------


class TestBackOff:
    @pytest.mark.parametrize("fails", [down, failing(500), failing(503), failing(429)])
    def test_retried(self, recorded: Recorder, fails: Callable[[bytes], bytes]) -> None:
        """What may pass is tried again after growing pauses."""
        tries = iter([fails, fails, honest])
        pauses: list[float] = []

        def at_last(request: bytes) -> bytes:
            return next(tries)(request)

        network = Network(a=at_last)
        done = stamper(recorded, network, pause=pauses.append).stamp(BACK_OFF_SECONDS)

        assert pauses == list(BACK_OFF_SECONDS) == sorted(BACK_OFF_SECONDS)
        assert (len(network.asked), done.waiting) == (3, 0)

    def test_given_up(self, recorded: Recorder) -> None:
        """After the last pause there is one more try, and then none."""
        pauses: list[float] = []
        network = Network(a=down)
        done = stamper(recorded, network, pause=pauses.append).stamp((1, 2, 3))

        assert (pauses, len(network.asked)) == ([1, 2, 3], 4)
        assert done.answers[0].status is None

    @pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 410, 415, 200, 501])
    def test_not_retried(self, recorded: Recorder, status: int) -> None:
        """What is refused for good, or was answered with too much, is not asked again."""
        pauses: list[float] = []
        network = Network(a=failing(status))
        stamper(recorded, network, pause=pauses.append).stamp(BACK_OFF_SECONDS)

        assert (pauses, len(network.asked)) == ([], 1)

    @pytest.mark.parametrize("how", ["html", "garbage", "refusal", "wrong_nonce", "moved_time"])
    def test_a_lie_is_not_asked_for_again(self, recorded: Recorder, how: str) -> None:
        """An answer that is there but false is final for this once."""
        network = Network(a=lambda request: AUTHORITY.respond(request, how))
        stamper(recorded, network, pause=lambda _: pytest.fail("it paused")).stamp(BACK_OFF_SECONDS)

        assert len(network.asked) == 1

    def test_once_without_pauses(self, recorded: Recorder) -> None:
        """Where a person waits, there is one try."""
        network = Network(a=down)
        stamper(recorded, network, pause=lambda _: pytest.fail("it paused")).stamp()

        assert len(network.asked) == 1


# --- the machine dies, two programs at once --------------------------------------------------------------------------


class TestInterruptions:
    def test_killed_between_answer_and_commit(self, recorded: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """An answer that was not committed is lost and nothing else: the entries wait, and are asked for again."""

        def dies(*_: object) -> int:
            raise KeyboardInterrupt

        before = recorded.case.read().entries
        with monkeypatch.context() as patch:
            patch.setattr(Appender, "append_proof", dies)
            with pytest.raises(KeyboardInterrupt):
                stamper(recorded, Network(a=honest)).stamp()

        assert recorded.case.read().entries == before
        assert waiting(recorded.case) == len(before)
        assert stamper(recorded, Network(a=honest)).stamp().waiting == 0

    def test_killed_while_keeping_the_second(self, recorded: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Answers are kept together or not at all."""
        keep, kept = Appender.append_proof, 0

        def dies(*arguments: Any) -> int:
            nonlocal kept
            kept += 1
            if kept == 2:
                raise KeyboardInterrupt
            return keep(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(Appender, "append_proof", dies)
            with pytest.raises(KeyboardInterrupt):
                stamper(recorded, Network(a=honest, b=honest)).stamp()

        assert stamps(recorded.case) == []
        assert verified(recorded.case.folder).answer("complete") == "passed"

    def test_recorded_while_the_authority_thinks(self, recorded: Recorder) -> None:
        """Another program may record while an answer is awaited: it is not held up, and waits for the next stamp."""

        def thinking(request: bytes) -> bytes:
            attempt(Recorder(recorded.case, recorded.signer), "z")
            return honest(request)

        before = len(recorded.case.read().entries)
        done = stamper(recorded, Network(a=thinking)).stamp()

        (said,) = stamps(recorded.case)
        assert (said.size, done.size, done.waiting) == (before, before, 2)
        assert recorded.case.read().stamps[0].index == before + 2
        assert verdicts(report_of(recorded.case)) == (set(), {12})
        assert stamper(recorded, Network(a=honest)).stamp().waiting == 0

    def test_two_at_once(self, recorded: Recorder) -> None:
        """Two programs that stamp at once each keep their answer; the ledger stays whole."""
        together = threading.Barrier(2)

        def meeting(request: bytes) -> bytes:
            together.wait(PATIENCE)
            return honest(request)

        done: list[Stamped] = []
        threads = [
            threading.Thread(
                target=lambda: done.append(
                    stamper(
                        Recorder(CaseFolder(recorded.case.folder, CountingClock()), recorded.signer), Network(a=meeting)
                    ).stamp()
                )
            )
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [one.waiting for one in done] == [0, 0]
        assert len(stamps(recorded.case)) == 2
        failed, _ = verdicts(report_of(recorded.case))
        assert failed == set()

    def test_a_ledger_that_was_rewritten(self, recorded: Recorder) -> None:
        """Nothing is asked about a ledger that does not agree with what was signed."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(recorded.case.folder / "ledger.sqlite", isolation_level=None)) as db:
            triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                db.execute(f"DROP TRIGGER {name}")
            db.execute('DELETE FROM bodies WHERE "index" = 2')
            db.execute('DELETE FROM entries WHERE "index" = 2')
            for _, statement in triggers:
                db.execute(statement)
        network = Network(a=honest)

        with pytest.raises(EvidenceVaultError):
            stamper(recorded, network).stamp()
        assert network.asked == []


def test_clock_of_the_machine_is_not_asked(tmp_path: Path) -> None:
    """With a clock that is years off, what the token states is recorded as it is, and verification says so."""
    clock = CountingClock(dt.datetime(2031, 1, 1, tzinfo=dt.UTC))
    case = new_vault(tmp_path / "vault", clock).open_case(OPENED, no_passphrase)
    recorder = Recorder(case, case.signer(no_passphrase))
    attempt(recorder)
    stamper(recorder, Network(a=honest)).stamp()

    (said,) = stamps(case)
    assert said.time == "2026-03-02T08:15:30.000Z"
    assert verdicts(report_of(case)) == (set(), {16})


@pytest.fixture(autouse=True)
def no_real_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of this file looks up a name outside."""
    import socket

    look_up = socket.getaddrinfo

    def loopback(host: Any, *arguments: Any, **more: Any) -> Any:
        assert host == "127.0.0.1", host
        return look_up(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", loopback)
