"""Asking OpenTimestamps calendars: promises kept, not kept, and everything that a false calendar can do."""

import sys
from collections.abc import Iterator
from typing import Any, get_args

import calendar_server as calendar
import pytest
from calendar_server import CalendarServer, Mode
from helpers import draw, no_passphrase, verdicts, verified
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_vault import kinds
from evidence_vault.anchoring import Anchorer
from evidence_vault.asking import Asked, Asking
from evidence_vault.case_folder import CaseFolder
from evidence_vault.encoding import sha256
from evidence_vault.evidence import Report, Trust
from evidence_vault.ledger import Appender
from evidence_vault.messages import say
from evidence_vault.opening import open_evidence
from evidence_vault.recording import Recorder, picture_piece
from evidence_vault.signing.anchors import MAX_DEPTH, judge_anchor
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.tokens import Roots
from evidence_vault.stamping import Answer
from evidence_vault.transport import FetchError, fetch
from evidence_vault.verify import verify

PATIENCE = 20.0
"""Seconds that an honest answer may take on a busy machine; no test waits for them to pass."""
NOBODY = Roots(())


def attempt(recorder: Recorder, text: str = "a") -> None:
    recorder.attempts([(kinds.Attempt(origin="log"), [picture_piece(draw(text), f"{text}.png")])])


@pytest.fixture
def recorded(recorder: Recorder) -> Recorder:
    """A case with an attempt that nobody has attested."""
    attempt(recorder)
    return recorder


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with CalendarServer() as served:
        yield served


def anchorer(recorder: Recorder, *urls: str, timeout: float = PATIENCE, **more: Any) -> Anchorer:
    asked = tuple(Asked(f"calendar{number}.example", url) for number, url in enumerate(urls))
    return Anchorer(recorder.case, recorder.signer, Asking((), asked, NOBODY), timeout=timeout, **more)


def anchor(recorder: Recorder, *servers: CalendarServer, timeout: float = PATIENCE) -> tuple[Answer, ...]:
    return anchorer(recorder, *(one.url for one in servers), timeout=timeout).anchor()


def stamps(case: CaseFolder) -> list[tuple[int, kinds.Timestamp]]:
    return [(entry.index, entry.said) for entry in case.read().stamps if isinstance(entry.said, kinds.Timestamp)]


def proofs(case: CaseFolder) -> dict[int, bytes]:
    with case.reader() as reader:
        return {found.index: found.response for found in reader.proofs()}


def stamped_bytes(case: CaseFolder, size: int | None) -> bytes:
    with case.reader() as reader:
        return {parse_note(note).checkpoint.size: note for note in reader.checkpoints()}[size or 0]


def report_of(case: CaseFolder, headers: dict[int, bytes]) -> Report:
    (opened,) = open_evidence(case.folder).cases
    with opened() as evidence:
        return verify(evidence, Trust(case.signer(no_passphrase).public_key, block_headers=headers))


class TestHonest:
    def test_promise(self, recorded: Recorder, server: CalendarServer) -> None:
        """A promise is kept as pending: it names no time, and proves none."""
        (answer,) = anchor(recorded, server)

        ((index, said),) = stamps(recorded.case)
        assert (answer.status, answer.index, answer.time) == ("pending", index, None)
        assert (said.protocol, said.status, said.authority) == ("opentimestamps", "pending", "calendar0.example")
        assert (said.size, said.time, said.accuracy_ms, said.replaces) == (index, None, None, None)
        assert sha256(proofs(recorded.case)[index]) == said.sha256
        assert verdicts(report_of(recorded.case, {})) == (set(), {12})

    def test_only_a_blinded_digest_leaves(self, recorded: Recorder, server: CalendarServer) -> None:
        """A calendar sees 32 bytes that it cannot recognise, not the digest of the checkpoint."""
        anchor(recorded, server)

        ((_, said),) = stamps(recorded.case)
        assert [len(digest) for digest in server.submitted] == [32]
        assert server.submitted != [bytes.fromhex(sha256(stamped_bytes(recorded.case, said.size)))]

    def test_not_yet(self, recorded: Recorder, server: CalendarServer) -> None:
        """While no block holds it, asking again says nothing and adds nothing."""
        anchor(recorded, server)
        before = recorded.case.read().entries

        assert anchor(recorded, server) == ()
        assert recorded.case.read().entries == before
        assert len(server.submitted) == 1

    def test_kept(self, recorded: Recorder, server: CalendarServer) -> None:
        """Once a block holds it, a later entry names the grown proof and the entry that it replaces."""
        anchor(recorded, server)
        server.mine()
        (answer,) = anchor(recorded, server)

        (first, promised), (second, grown) = stamps(recorded.case)
        assert answer.status == "unchecked"
        assert (grown.replaces, grown.size, grown.status) == (first, promised.size, "unchecked")
        assert sorted(proofs(recorded.case)) == [first, second]
        data = stamped_bytes(recorded.case, grown.size)
        assert judge_anchor(proofs(recorded.case)[second], data, server.blocks).state == "confirmed"

    def test_confirmed_by_the_verifier(self, recorded: Recorder, server: CalendarServer) -> None:
        """Only with the header of the block does it count, within two hours."""
        anchor(recorded, server)
        server.mine()
        anchor(recorded, server)

        assert verdicts(report_of(recorded.case, {})) == (set(), {12})
        report = report_of(recorded.case, server.blocks)
        assert verdicts(report)[0] == set()
        assert 12 not in verdicts(report)[1]
        assert [found.weight for found in report.attestations] == ["block"]

    def test_nothing_more_to_ask(self, recorded: Recorder, server: CalendarServer) -> None:
        """A promise that was kept is not asked for again, and adds nothing."""
        anchor(recorded, server)
        server.mine()
        anchor(recorded, server)
        before, asked = recorded.case.read().entries, len(server.asked)

        assert anchor(recorded, server) == ()
        assert recorded.case.read().entries == before
        assert len(server.asked) == asked

    def test_new_recordings_are_handed_in(self, recorded: Recorder, server: CalendarServer) -> None:
        """What was recorded since is handed in beside the promises that still wait."""
        anchor(recorded, server)
        attempt(recorded, "b")
        anchor(recorded, server)
        server.mine()
        answers = anchor(recorded, server)

        assert [said.status for _, said in stamps(recorded.case)] == ["pending", "pending", "unchecked", "unchecked"]
        assert [answer.status for answer in answers] == ["unchecked", "unchecked"]
        assert verdicts(report_of(recorded.case, server.blocks))[0] == set()

    def test_two_calendars(self, recorded: Recorder) -> None:
        """Promises of several calendars, of one host even, stand in one proof; each is asked to keep its own."""
        with CalendarServer() as one, CalendarServer() as other:
            asked = (Asked("127.0.0.1", one.url), Asked("127.0.0.1", other.url))
            both = Anchorer(recorded.case, recorded.signer, Asking((), asked, NOBODY), timeout=PATIENCE)
            both.anchor()
            other.mine()
            (answer,) = both.anchor()

        assert answer.status == "unchecked"
        assert [len(one.submitted), len(other.submitted)] == [1, 1]
        assert any(path.startswith("/timestamp/") for path in one.asked)
        (_, said), (index, _) = stamps(recorded.case)
        assert said.authority == "127.0.0.1"
        data = stamped_bytes(recorded.case, said.size)
        assert judge_anchor(proofs(recorded.case)[index], data, other.blocks).state == "confirmed"

    def test_nobody_to_ask(self, recorded: Recorder) -> None:
        """Without a calendar nothing happens."""
        assert anchor(recorded) == ()
        assert stamps(recorded.case) == []

    def test_without_the_extra(
        self, recorded: Recorder, server: CalendarServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the library nobody is asked, and the sentence says how to get it."""
        monkeypatch.setitem(sys.modules, "otskit", None)
        (answer,) = anchor(recorded, server)

        assert (answer.status, server.asked) == (None, [])
        assert "evidence-vault[ots]" in str(answer.reason)

    def test_only_calendars_that_were_agreed_to(self, recorded: Recorder, server: CalendarServer) -> None:
        """A promise names an address: it is asked only if it is one of those agreed to."""
        anchor(recorded, server)
        server.mine()
        asked = len(server.asked)
        with CalendarServer() as other:
            assert anchor(recorded, other) == ()
            assert other.asked == []
        assert len(server.asked) == asked


FALSE: list[Mode] = ["garbage", "html", "huge", "error", "redirect", "empty"]


class TestFalse:
    @pytest.mark.parametrize("mode", FALSE)
    def test_at_handing_in(self, recorded: Recorder, server: CalendarServer, mode: Mode) -> None:
        """An answer that is no promise is told, and nothing of it is kept."""
        server.mode = mode
        before = recorded.case.read().entries
        (answer,) = anchor(recorded, server)

        assert (answer.status, answer.index) == (None, None)
        assert str(answer.reason).strip()
        assert recorded.case.read().entries == before

    def test_slow(self, recorded: Recorder, server: CalendarServer) -> None:
        """A calendar that says nothing is given up."""
        server.mode = "slow"
        (answer,) = anchor(recorded, server, timeout=0.2)

        assert answer.status is None
        assert stamps(recorded.case) == []

    @pytest.mark.parametrize("mode", FALSE)
    def test_at_asking_again(self, recorded: Recorder, server: CalendarServer, mode: Mode) -> None:
        """A calendar that answers nonsense about its promise is told, and the promise stays."""
        anchor(recorded, server)
        server.mine()
        server.mode = mode
        (answer,) = anchor(recorded, server)

        assert (answer.status, answer.index) == (None, None)
        assert [said.status for _, said in stamps(recorded.case)] == ["pending"]
        assert verdicts(report_of(recorded.case, server.blocks)) == (set(), {12})

    def test_a_block_that_holds_something_else(self, recorded: Recorder, server: CalendarServer) -> None:
        """Whoever has the header of a block that a calendar named falsely counts the proof for nothing."""

        def lying(url: str, **options: Any) -> bytes:
            return calendar.bitcoin(calendar.FIRST_HEIGHT)

        anchor(recorded, server)
        server.mine()
        anchorer(recorded, server.url, fetch_bytes=lying).anchor()

        assert [said.status for _, said in stamps(recorded.case)] == ["pending", "unchecked"]
        assert verdicts(report_of(recorded.case, {})) == (set(), {12})
        assert verdicts(report_of(recorded.case, server.blocks)) == (set(), {12})

    def test_payload_that_the_library_refuses(self, recorded: Recorder, server: CalendarServer) -> None:
        """What our reader bears with and otskit does not costs that answer, not the whole of `stamp`."""
        litecoin = bytes.fromhex("06869a0d73d71b45")

        def answering(url: str, **options: Any) -> bytes:
            return b"\xff" + calendar.pending(server.url) + b"\x00" + litecoin + b"\x00"

        (answer,) = anchorer(recorded, server.url, fetch_bytes=answering).anchor()

        assert answer.status is None
        assert "malformed" in str(answer.reason)

    @pytest.mark.parametrize("mode", [mode for mode in get_args(Mode) if mode != "slow"])
    def test_one_false_beside_one_honest(self, recorded: Recorder, mode: Mode) -> None:
        """However one calendar answers, the promise of the other is kept."""
        with CalendarServer(mode=mode) as false, CalendarServer() as honest:
            anchor(recorded, false, honest)
            honest.mine()
            anchor(recorded, false, honest)

        index, said = stamps(recorded.case)[-1]
        data = stamped_bytes(recorded.case, said.size)
        assert judge_anchor(proofs(recorded.case)[index], data, honest.blocks).state == "confirmed"

    def test_too_deep_together(self, recorded: Recorder, server: CalendarServer) -> None:
        """An answer that is just deep enough to spoil the whole proof is refused alone."""

        def deep(url: str, **options: Any) -> bytes:
            if url.startswith(server.url):
                return fetch(url, **options)
            return calendar.SHA256 * MAX_DEPTH + calendar.pending("https://deep.example")

        answers = anchorer(recorded, "https://deep.example", server.url, fetch_bytes=deep).anchor()

        assert [(answer.authority, answer.status) for answer in answers] == [
            ("calendar1.example", "pending"),
            ("calendar0.example", None),
        ]

    def test_too_much_together(self, recorded: Recorder, server: CalendarServer) -> None:
        """An answer that leaves no room for the others is left out, not they."""

        def greedy(url: str, **options: Any) -> bytes:
            if url.startswith(server.url):
                return fetch(url, **options)
            promises = [calendar.pending(f"https://c{number}.example") for number in range(100)]
            return b"".join(calendar.FORK + promise for promise in promises[:-1]) + promises[-1]

        answers = anchorer(recorded, "https://greedy.example", server.url, fetch_bytes=greedy).anchor()

        assert [(answer.authority, answer.status) for answer in answers] == [
            ("calendar1.example", "pending"),
            ("calendar0.example", None),
        ]

    def test_the_same_answer_twice(self, recorded: Recorder) -> None:
        """Two calendars that answer with the same bytes are one promise."""

        def same(url: str, **options: Any) -> bytes:
            return calendar.pending("https://one.example")

        (answer,) = anchorer(recorded, "https://one.example", "https://two.example", fetch_bytes=same).anchor()

        assert answer.status == "pending"

    def test_a_block_at_once(self, recorded: Recorder) -> None:
        """A calendar may name a block that it did not look up; the promise of the honest one still grows."""
        with CalendarServer() as honest:

            def hasty(url: str, **options: Any) -> bytes:
                return fetch(url, **options) if url.startswith(honest.url) else calendar.bitcoin(7)

            both = anchorer(recorded, "https://hasty.example", honest.url, fetch_bytes=hasty)
            both.anchor()
            honest.mine()
            both.anchor()
            false_header = {7: calendar.header(bytes(32))}
            report = report_of(recorded.case, honest.blocks | false_header)

        assert [found.weight for found in report.attestations] == ["block"]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(place=st.integers(0, 400), inserted=st.binary(max_size=4), removed=st.integers(0, 4))
    def test_any_change_of_an_answer(self, recorded: Recorder, place: int, inserted: bytes, removed: int) -> None:
        """However an answer is changed, handing in and asking again never raise, and nothing fails but the anchors."""
        promise = calendar.append(bytes(8)) + calendar.SHA256 + calendar.pending("https://one.example")

        def changed(url: str, **options: Any) -> bytes:
            answer = promise if "/digest" in url else calendar.SHA256 + calendar.bitcoin(9)
            at = place % (len(answer) + 1)
            return answer[:at] + inserted + answer[at + removed :]

        recorded.step(kinds.Step(step="email"), ())
        asking = anchorer(recorded, "https://one.example", fetch_bytes=changed)
        asking.anchor()
        asking.anchor()

        assert verdicts(verified(recorded.case.folder))[0] == set()


class TestInterruptions:
    def test_killed_before_the_commit(
        self, recorded: Recorder, server: CalendarServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A promise that was not committed is lost, and handed in anew."""

        def dies(*_: object) -> int:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Appender, "append_proof", dies)
            with pytest.raises(KeyboardInterrupt):
                anchor(recorded, server)

        assert stamps(recorded.case) == []
        anchor(recorded, server)
        assert [said.status for _, said in stamps(recorded.case)] == ["pending"]

    def test_two_at_once(self, recorded: Recorder, server: CalendarServer) -> None:
        """Two programs that ask for the same promise at once name what they got once."""
        anchor(recorded, server)
        server.mine()

        def meanwhile(url: str, **options: Any) -> bytes:
            answer = fetch(url, **options)
            anchor(recorded, server)
            return answer

        (answer,) = anchorer(recorded, server.url, fetch_bytes=meanwhile).anchor()

        assert [said.status for _, said in stamps(recorded.case)] == ["pending", "unchecked"]
        assert answer.index == stamps(recorded.case)[1][0]

    def test_down_later(self, recorded: Recorder, server: CalendarServer) -> None:
        """A calendar that cannot be reached later is told; its promise stays."""
        anchor(recorded, server)

        def down(url: str, **options: Any) -> bytes:
            raise FetchError(say("{server} refuses the connection.", server="x"))

        (answer,) = anchorer(recorded, server.url, fetch_bytes=down).anchor()

        assert answer.status is None
        assert [said.status for _, said in stamps(recorded.case)] == ["pending"]


def test_every_character_of_a_calendar_is_tested() -> None:
    """A way to be false that is added to the calendar of the tests is decided here."""
    assert {*FALSE, "honest", "other", "slow"} == set(get_args(Mode))
