"""The published vectors: each gets the verdict that stands beside it, check by check."""

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from cli_runner import call
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from vectors import make

from evidence_vault.commands.prove import EXIT_CODES
from evidence_vault.entries import utc_text
from evidence_vault.errors import EvidenceFileError
from evidence_vault.evidence import Report, Trust
from evidence_vault.opening import open_evidence
from evidence_vault.signing.anchors import AnchorState, judge_anchor
from evidence_vault.signing.blocks import read_headers
from evidence_vault.signing.tokens import Roots, TokenJudgement, TokenState, judge, read_certificates
from evidence_vault.verify import verify

FOLDER = Path(__file__).parent / "vectors"
LISTED: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "cases.json").read_bytes())
CASES, TOKENS, ANCHORS = LISTED["cases"], LISTED["tokens"], LISTED["anchors"]


def read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def roots_of(names: list[str]) -> Roots:
    return Roots(tuple(found for name in names for found in read_certificates(read(name))))


def trust_of(told: dict[str, Any]) -> Trust:
    """What the verifier of a case knows."""
    received = told.get("received_on")
    return Trust(
        key=bytes.fromhex(told["key"]) if "key" in told else None,
        checkpoints=tuple(read(name) for name in told.get("checkpoints", ())),
        roots=roots_of(told.get("roots", [])),
        block_headers=read_headers(read(told["block_headers"])) if "block_headers" in told else {},
        received_on=(
            dt.datetime.combine(
                dt.date.fromisoformat(received) + dt.timedelta(days=1), dt.time(), ZoneInfo("Europe/Paris")
            )
            if received
            else None
        ),
    )


def report_of(case: dict[str, Any]) -> Report:
    (opened,) = open_evidence(FOLDER / case["file"]).cases
    with opened() as evidence:
        return verify(evidence, trust_of(case["trust"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vector(case: dict[str, Any]) -> None:
    """Every check has the verdict that was written down beforehand, and so has the whole."""
    if case.get("refused"):
        with pytest.raises(EvidenceFileError):
            report_of(case)
        return
    report, expected = report_of(case), case["expected"]

    found = {str(check.number): check.verdict for check in report.checks}
    assert found == expected["checks"]
    assert report.verdict == expected["verdict"]
    for question in ("intact", "complete", "dated", "signer"):
        assert report.answer(question) == expected[question]
    if "intervals" in expected:
        assert expected["intervals"] == [
            {
                "index": one.index,
                "not_before": utc_text(one.interval.not_before.earliest) if one.interval.not_before else None,
                "not_after": utc_text(one.interval.not_after.latest) if one.interval.not_after else None,
            }
            for one in report.intervals
        ]


def judged(token: dict[str, Any]) -> TokenJudgement:
    request = read(token["request"]) if token["request"] else None
    return judge(read(token["response"]), read(token["data"]), request, roots_of(token["roots"]))


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token["name"])
def test_token(token: dict[str, Any]) -> None:
    """A token alone is worth what was written down beforehand."""
    found = judged(token)

    assert found.state == token["state"], str(found.reason)


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token["name"])
def test_openssl_agrees(token: dict[str, Any]) -> None:
    """`openssl ts -verify` says the same at the time of the token, but where the list says that it does not look.

    It compares no nonce with `-data`, and bears with SHA-1 and with modifications.
    """
    moment = judged(token).gen_time or dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    (root,) = token["roots"]
    command = ["openssl", "ts", "-verify", "-data", token["data"], "-in", token["response"], "-CAfile", root]
    done = subprocess.run(
        [*command, "-attime", str(int(moment.timestamp()))], cwd=FOLDER, capture_output=True, check=False
    )

    assert (done.returncode == 0) is token["openssl"], done.stderr.decode()
    assert token["openssl"] or token["state"] != "valid"


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor["name"])
def test_anchor(anchor: dict[str, Any]) -> None:
    """The same for each OpenTimestamps proof."""
    headers = read_headers(read(anchor["block_headers"])) if anchor["block_headers"] else {}

    assert judge_anchor(read(anchor["proof"]), read(anchor["data"]), headers).state == anchor["state"]


def test_every_token_state_and_anchor_state_is_met() -> None:
    """No state of the format is without a vector."""
    assert {token["state"] for token in TOKENS} == set(get_args(TokenState))
    assert {anchor["state"] for anchor in ANCHORS} == set(get_args(AnchorState))


def test_every_check_is_met_in_every_verdict_that_it_has() -> None:
    """Each check passes in some vector and does not in another; those that can fail do in one."""
    met = {
        (number, verdict)
        for case in CASES
        if not case.get("refused")
        for number, verdict in case["expected"]["checks"].items()
    }

    for number in range(1, 17):
        assert (str(number), "passed") in met
    assert {int(number) for number, verdict in met if verdict == "failed"} >= {*range(1, 17)} - {11, 12}
    assert {int(number) for number, verdict in met if verdict == "indeterminate"} >= {
        3,
        7,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_vectors_are_those_that_would_be_made() -> None:
    """Every file of the folder follows from the code and the keys, and `cases.json` says what is written down."""
    assert make.differences() == []


def test_an_answer_of_ten_megabytes() -> None:
    """A token that nobody would keep in a folder: it is refused before it is read."""
    found = judge(bytes(10 << 20), b"", None, Roots(()))

    assert (found.state, found.gen_time) == ("unverifiable", None)


@pytest.mark.parametrize(
    "name", ["stamped", "unstamped", "token-wrong-nonce", "tail-cut-off", "zip-truncated", "anchor-confirmed"]
)
def test_the_command_says_the_same(name: str) -> None:
    """The command line, given the same files, ends with the exit code of the verdict."""
    (case,) = (case for case in CASES if case["name"] == name)
    trust = case["trust"]
    arguments = ["--json", "verify", str(FOLDER / case["file"])]
    arguments += ["--key", trust["key"]] if "key" in trust else []
    for root in trust.get("roots", []):
        arguments += ["--tsa-root", str(FOLDER / root)]
    if "block_headers" in trust:
        arguments += ["--block-headers", str(FOLDER / trust["block_headers"])]

    done = call(*arguments)

    expected = 20 if case.get("refused") else EXIT_CODES[case["expected"]["verdict"]]
    assert done.code == expected
    if not case.get("refused"):
        checks = done.json()["checks"]
        assert {str(check["number"]): check["verdict"] for check in checks} == case["expected"]["checks"]


@pytest.mark.parametrize("name", ["dossier-signed", "dossier-signed-with-a-time-stamp", "dossier-signed-and-archived"])
def test_signatures_of_the_pages_are_those_of_other_programs_too(name: str) -> None:
    """The signatures of the hand-written PDFs are what pyHanko takes for sound ones: not only we can read them."""
    with (FOLDER / "dossiers" / f"{name}.pdf").open("rb") as file:
        signature = PdfFileReader(file).embedded_signatures[0]
        trust = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
        found = validate_pdf_signature(signature, trust, skip_diff=name.endswith("archived"))

    assert (found.intact, found.valid) == (True, True)
