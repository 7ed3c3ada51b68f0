"""The browser verifier says of every published vector what the program says, in a real browser, and asks for nothing.

The page is built from `verifier-web/`; what is tested is the committed page, and that it is what the sources give.
"""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Verifier, chromium, opened
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from forgery import record_good_case
from helpers import OPENED, CountingClock, new_vault, no_passphrase
from papers import NOW, ask, identity
from playwright.sync_api import expect

from evidence_vault.answers import report_answer
from evidence_vault.evidence import Trust
from evidence_vault.exporting import Seal, export_bundle, export_dossier
from evidence_vault.findings import STEPS
from evidence_vault.i18n import activate, current
from evidence_vault.labels import CHECKS
from evidence_vault.opening import open_evidence
from evidence_vault.recording import Recorder
from evidence_vault.sealing import name_certificate
from evidence_vault.signing.authorities import shipped_roots
from evidence_vault.signing.pades import SigningOptions
from evidence_vault.verify import verify

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "verifier-web"
PAGE = ROOT / "evidence_vault" / "exports" / "verify.html"
VECTORS = ROOT / "tests" / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "cases.json").read_bytes())["cases"]

needs_browser = pytest.mark.needs(CHROMIUM)


@dataclass(frozen=True)
class Exported:
    """A small real case, exported in every way, and what its signer gave away by another way."""

    files: dict[str, Path]
    key: bytes
    later_checkpoint: bytes
    """Over more entries than the files show."""

    @property
    def bundle(self) -> Path:
        return self.files["bundle"]

    @property
    def dossier(self) -> Path:
        return self.files["signed-dossier"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("exported")
    case = new_vault(folder / "vault", CountingClock()).open_case(OPENED, no_passphrase)
    signer = case.signer(no_passphrase)
    record_good_case(Recorder(case, signer))
    name_certificate(case, signer, identity())
    seal = Seal(identity(), SigningOptions(now=NOW, name="Awa Diallo", level="B-LTA", ask=ask))
    files = {name: folder / name for name in ("bundle", "light-bundle", "dossier", "signed-dossier", "altered-dossier")}
    for name, light in (("bundle", False), ("light-bundle", True)):
        export_bundle(case, signer, files[name], light=light, progress=lambda _done, _all: None)
    for name, sealed in (("dossier", None), ("signed-dossier", seal)):
        export_dossier(case, signer, files[name], NOW, light=False, progress=lambda _done, _all: None, seal=sealed)
    data = files["signed-dossier"].read_bytes()
    place = data.index(b"/Producer")
    files["altered-dossier"].write_bytes(data[: place + 1] + b"Q" + data[place + 2 :])
    return Exported(files, signer.public_key, case.checkpoint(signer))


@pytest.fixture(scope="module")
def browser(exported: Exported) -> Iterator[Any]:
    """One browser for all tests of this file.

    It is started after the files were made: while it runs, its driver holds the event loop that signing a PDF wants.
    """
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is not installed")
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def shared(browser: Any) -> Iterator[Verifier]:
    """The page, opened once, for tests that only ask it for answers."""
    with opened(browser, PAGE) as verifier:
        yield verifier


@pytest.fixture
def page(browser: Any) -> Iterator[Verifier]:
    """The page, just opened; what its scripts complain of fails the test."""
    with opened(browser, PAGE) as verifier:
        yield verifier
        assert verifier.faults == []


# --- the same verdicts ---------------------------------------------------------------------------------------------


def options_of(told: dict[str, Any]) -> dict[str, Any]:
    """What the verifier of a vector knows, as the page takes it."""
    options: dict[str, Any] = {
        "roots": [(VECTORS / name).read_text() for name in told.get("roots", ())],
        "checkpoints": [(VECTORS / name).read_text() for name in told.get("checkpoints", ())],
    }
    if "key" in told:
        options["key"] = told["key"]
    if "received_on" in told:
        options["receivedOn"] = told["received_on"]
    if "block_headers" in told:
        options["headers"] = (VECTORS / told["block_headers"]).read_text()
    return options


@needs_browser
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vector(case: dict[str, Any], shared: Verifier) -> None:
    """Every published vector gets, check by check, the verdict that was written down for it."""
    answer = shared.answer((VECTORS / case["file"]).read_bytes(), **options_of(case["trust"]))

    if case.get("refused"):
        assert answer.keys() == {"refused"}
        return
    expected = case["expected"]
    assert expected["checks"] == {str(check["number"]): check["verdict"] for check in answer["checks"]}
    for question in ("verdict", "intact", "complete", "dated", "signer"):
        assert expected[question] == answer[question]
    if "intervals" in expected:
        assert expected["intervals"] == [
            {
                "index": found["index"],
                "not_before": found["not_before"] and found["not_before"]["time"],
                "not_after": found["not_after"] and found["not_after"]["time"],
            }
            for found in answer["intervals"]
        ]


@needs_browser
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["bundle", "light-bundle", "dossier", "signed-dossier", "altered-dossier"])
@pytest.mark.parametrize("knows_key", [False, True], ids=["without-key", "with-key"])
def test_same_answer_as_the_program(
    name: str, language: str, knows_key: bool, exported: Exported, shared: Verifier
) -> None:
    """Of what is exported, and of a dossier altered since, the page gives the whole answer of `verify --json`."""
    before = current()
    activate(language)  # type: ignore[arg-type]
    try:
        found = open_evidence(exported.files[name])
        trust = Trust(key=exported.key if knows_key else None, roots=shipped_roots())
        (opened_case,) = found.cases
        with opened_case() as evidence:
            expected = json.loads(json.dumps(report_answer(found.kind, [verify(evidence, trust)])))
    finally:
        activate(before)
    options = {"key": exported.key.hex()} if knows_key else {}

    assert expected == shared.answer(exported.files[name].read_bytes(), lang=language, **options)


@needs_browser
def test_what_it_is_not_given(shared: Verifier) -> None:
    """A file that is no evidence, and a key, a root, a header or a date that is none, are refused in words."""
    data = (VECTORS / CASES[0]["file"]).read_bytes()
    refused = [
        shared.answer(b"Madame, Monsieur,", lang="en"),
        shared.answer(b"", lang="en"),
        shared.answer(b"PK\x05\x06" + bytes(18), lang="en"),
        shared.answer(b"%PDF-1.7\n", lang="en"),
        shared.answer(data, key="abc", lang="en"),
        shared.answer(data, roots=["hello"], lang="en"),
        shared.answer(data, headers="hello", lang="en"),
        shared.answer(data, receivedOn="2026-02-30", lang="en"),
    ]

    assert [answer.keys() for answer in refused] == [{"refused"}] * len(refused)
    assert "neither a vault" in refused[0]["refused"]
    assert "no public key of a ledger" in refused[4]["refused"]
    assert shared.faults == []


def test_hard_signatures() -> None:
    """The signatures on which verifiers disagree get from the program the answer that the page wants of a browser."""
    for question in json.loads((SOURCES / "src" / "core" / "hard-signatures.json").read_bytes()):
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(question["key"]))
        try:
            key.verify(bytes.fromhex(question["signature"]), bytes.fromhex(question["data"]))
            valid = True
        except InvalidSignature:
            valid = False

        assert question["valid"] is valid, question["what"]


# --- the page ------------------------------------------------------------------------------------------------------


@needs_browser
def test_in_french(page: Verifier, exported: Exported) -> None:
    """A clerk drops the bundle on the page and reads four answers and every check, in French."""
    page.check(exported.bundle)
    rows = page.page.locator("tr[data-check]").all_inner_texts()

    assert page.page.locator("html").get_attribute("lang") == "fr"
    assert page.page.locator("#overall").get_attribute("data-verdict") == "indeterminate"
    assert "INDÉTERMINÉ" in page.page.locator("#overall").inner_text()
    assert len(rows) == len(STEPS) - 1  # a bundle has no pages that could be signed
    assert [str(number) for number in range(1, len(STEPS))] == [row.split()[0] for row in rows]
    assert {number for number, verdict in page.verdicts().items() if verdict == "indeterminate"} == {"12", "13"}
    assert "failed" not in page.verdicts().values()
    assert "n’ouvre aucune connexion" in page.page.inner_text("main")
    assert "Intact ne veut pas dire vrai" in page.page.inner_text("ul.notes")


@needs_browser
def test_in_english(page: Verifier, exported: Exported) -> None:
    """At a press of a button the page, and the result on it, are in English, with the names of the program."""
    page.check(exported.bundle)
    page.page.click("#language")
    page.page.wait_for_selector("#overall:has-text('INDETERMINATE')")
    shown = page.page.locator("tr[data-check] th").all_inner_texts()

    assert page.page.locator("html").get_attribute("lang") == "en"
    assert [CHECKS[name].text.casefold() for name, _ in STEPS[:-1]] == [name.casefold() for name in shown]
    assert "Intact does not mean true" in page.page.inner_text("ul.notes")


@needs_browser
def test_with_the_key_of_the_signer(page: Verifier, exported: Exported, tmp_path: Path) -> None:
    """With the signer's key the signer is known; with another key the check of the signer fails, in so many words."""
    page.page.click("summary")
    page.page.fill("#key", exported.key.hex())
    page.check(exported.bundle)
    assert page.verdicts()["13"] == "passed"

    (tmp_path / "other.txt").write_text("0" * 64)
    page.page.set_input_files("#key-file", tmp_path / "other.txt")
    expect(page.page.locator("#key")).to_have_value("0" * 64)
    page.page.click("#verify")
    page.page.wait_for_selector("#overall[data-verdict=failed]")
    assert page.verdicts()["13"] == "failed"
    assert "ÉCHEC" in page.page.inner_text("#overall")


@needs_browser
def test_with_an_earlier_checkpoint(page: Verifier, exported: Exported, tmp_path: Path) -> None:
    """A checkpoint over more than the bundle shows makes the coverage fail."""
    (tmp_path / "later.note").write_bytes(exported.later_checkpoint)
    page.page.click("summary")
    page.page.set_input_files("#checkpoints", tmp_path / "later.note")
    page.check(exported.bundle)

    assert page.verdicts()["10"] == "failed"
    assert "later.note" in page.page.inner_text("#checkpoints-count")


@needs_browser
def test_a_checkpoint_as_programs_save_it(shared: Verifier, exported: Exported) -> None:
    """What Windows or a mail program adds is passed over; what is no checkpoint is refused, and fails nothing."""
    data, note = exported.bundle.read_bytes(), exported.later_checkpoint.decode()
    saved = shared.answer(data, checkpoints=["\ufeff" + note.replace("\n", "\r\n") + "\r\n"])

    assert saved == shared.answer(data, checkpoints=[note])
    assert shared.answer(data, checkpoints=["Apache License\n"]).keys() == {"refused"}


@needs_browser
def test_dropped(page: Verifier, exported: Exported) -> None:
    """A file that is dropped on the page is checked as one that is chosen."""
    encoded = list(exported.bundle.read_bytes())
    page.page.evaluate(
        """(bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(bytes)], "bundle.zip"));
            const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
            document.getElementById("drop").dispatchEvent(event);
        }""",
        encoded,
    )
    page.page.wait_for_selector("#overall")

    assert page.verdicts()["1"] == "passed"


@needs_browser
def test_refused(page: Verifier, tmp_path: Path) -> None:
    """A file that is something else is refused in words, without any verdict."""
    (tmp_path / "lettre.zip").write_bytes(b"Madame, Monsieur,")
    page.check(tmp_path / "lettre.zip")

    assert page.page.locator("#overall").count() == 0
    assert "lettre.zip" in page.page.inner_text("#refused")


@needs_browser
def test_names_in_evidence_are_text(page: Verifier, tmp_path: Path, exported: Exported) -> None:
    """What stands in a file name, or in the evidence, never becomes a part of the page."""
    hostile = tmp_path / "<img src=x onerror=alert(1)>.zip"
    hostile.write_bytes(exported.bundle.read_bytes())
    page.check(hostile)

    assert page.page.locator("img").count() == 0
    assert "<img src=x" in page.page.inner_text("#chosen")


@needs_browser
def test_with_the_keyboard_alone(page: Verifier) -> None:
    """Every control is reached with the keyboard, has a name that is read out, and shows that it is reached."""
    page.page.keyboard.press("Tab")
    reached = []
    for _ in range(20):
        reached.append(page.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        page.page.keyboard.press("Tab")

    assert {"language", "file", "SUMMARY", "verify"} <= set(reached)
    unnamed = page.page.evaluate(
        """() => [...document.querySelectorAll("input, textarea, button")]
            .filter((each) => !each.labels?.length && !each.textContent.trim())
            .map((each) => each.outerHTML)"""
    )
    assert unnamed == []


@needs_browser
def test_a_narrow_window(page: Verifier, exported: Exported) -> None:
    """On a small screen nothing has to be scrolled sideways."""
    page.page.set_viewport_size({"width": 360, "height": 640})
    page.check(exported.bundle)

    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# --- nothing leaves the computer -----------------------------------------------------------------------------------


@needs_browser
def test_no_network(page: Verifier, exported: Exported) -> None:
    """From opening to the result the page asks for itself and for the worker made of its own text, and nothing else."""
    page.check(exported.dossier)
    page.page.click("#language")
    page.page.wait_for_selector("#overall:has-text('INDETERMINATE')")

    assert PAGE.as_uri() == page.requests[0]
    assert all(address.startswith("blob:null/") for address in page.requests[1:])


@needs_browser
def test_cannot_use_the_network(browser: Any) -> None:
    """Even code that wanted to could not: the browser refuses every way out, and a server that waits hears nothing."""
    heard: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server, opened(browser, PAGE) as verifier:
        threading.Thread(target=functools.partial(server.serve_forever, 0.05), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        tried = verifier.page.evaluate(
            """async (address) => {
                const outcomes = {};
                const note = (name, act) =>
                    act().then(() => (outcomes[name] = "out"), () => (outcomes[name] = "refused"));
                const loaded = (made) => new Promise((resolve, reject) => {
                    made.onload = resolve;
                    made.onerror = reject;
                    document.body.append(made);
                });
                await note("fetch", () => fetch(address + "fetch", { mode: "no-cors" }));
                await note("image", () => loaded(Object.assign(new Image(), { src: address + "image" })));
                const script = document.createElement("script");
                script.src = address + "script";
                await note("script", () => loaded(script));
                await note("socket", () => new Promise((resolve, reject) => {
                    const socket = new WebSocket(address.replace("http", "ws") + "socket");
                    socket.onopen = resolve;
                    socket.onerror = reject;
                }));
                await note("inline", async () => {
                    const inline = document.createElement("script");
                    inline.textContent = "window.ran = true";
                    document.body.append(inline);
                    if (!window.ran) throw new Error("refused");
                });
                navigator.sendBeacon(address + "beacon", "x");
                return outcomes;
            }""",
            address,
        )
        server.shutdown()

    assert dict.fromkeys(("fetch", "image", "script", "socket", "inline"), "refused") == tried
    assert heard == []


def test_the_page_names_no_address() -> None:
    """The page loads nothing: no address in an attribute, no import, one script and one style, each by its digest."""
    text = PAGE.read_text("utf-8")
    head = text[: text.index("<style>")]

    assert "default-src 'none'" in head
    assert re.findall(r"script-src ('[^']+')", head) == re.findall(r"script-src ('sha256-[A-Za-z0-9+/=]{44}')", head)
    assert "unsafe" not in head
    assert not re.findall(r"<(?:link|img|iframe|object|embed|script)\b[^>]*(?:src|href|data)=", text)
    assert text.count("<script") == 1


# --- built from its sources ----------------------------------------------------------------------------------------


def test_tables_are_those_of_the_program() -> None:
    """Kinds, fields, codes, links, checks, roots and French sentences in the sources are those of the program today."""
    done = subprocess.run(
        [sys.executable, SOURCES / "generate.py", "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, f"run `make verifier`: {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def node() -> Path:
    """The folder of the sources, with its packages installed."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (SOURCES / "node_modules").is_dir():
        pytest.skip("the packages of verifier-web are not installed: run `make verifier`")
    return SOURCES


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_page_is_what_the_sources_give(node: Path) -> None:
    """The committed page is, byte for byte, what its sources give."""
    done = run("node", "build.mjs", "--check", folder=node)

    assert done.returncode == 0, f"the page differs from its sources: run `make verifier`, and commit it. {done.stderr}"


def test_types(node: Path) -> None:
    """The sources have the types that they say."""
    done = run("node", "node_modules/typescript/bin/tsc", "--noEmit", folder=node)

    assert done.returncode == 0, done.stdout


def test_units(node: Path) -> None:
    """The tests of the single parts pass: spelling, trees, signatures, zip, PDF, tokens, proofs."""
    done = run("node", "test.mjs", folder=node)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_no_registry() -> None:
    """The packages are locked by version and digest, not to wherever they were fetched from."""
    lock = json.loads((SOURCES / "package-lock.json").read_bytes())

    assert not [name for name, each in lock["packages"].items() if "resolved" in each]
    assert all("integrity" in each for name, each in lock["packages"].items() if name)
