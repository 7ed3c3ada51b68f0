"""`docs/format.md` is true: its files are what the program writes, its commands print what it shows, its tables are
those of the code.

After a deliberate change of the format, `PYTHONPATH=tests python -m test_format_doc` writes the files and the outputs
anew.
"""

import base64
import datetime as dt
import hashlib
import inspect
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import types
import typing
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, Union, get_args, get_origin
from unittest import mock

import msgspec
import pytest
import tsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from vectors import world

from evidence_vault import kinds, merkle, unbundling, values
from evidence_vault.attachment import ATTACHMENT
from evidence_vault.capture.files import MAX_BYTES
from evidence_vault.casefile import read_entry
from evidence_vault.commands.prove import EXIT_CODES
from evidence_vault.database import FORMAT_VERSION, SCHEMA
from evidence_vault.dating import CLOCK_TOLERANCE
from evidence_vault.encoding import canonical, decode, sha256
from evidence_vault.entries import (
    GENESIS,
    Body,
    Header,
    SignedEntry,
    chain_digest,
    parse_body,
    parse_header,
    utc_text,
)
from evidence_vault.evidence import Report, Trust, Verdict, combine
from evidence_vault.exports.bundle import EXTENSIONS, BundleInput, Original, Stamped, exhibit_path, write_bundle
from evidence_vault.findings import STEPS
from evidence_vault.signing import anchors, keys
from evidence_vault.signing.note import MAX_NOTE_BYTES, Checkpoint, origin_of, parse_note, write_note
from evidence_vault.signing.public import key_id, to_pem
from evidence_vault.signing.tokens import MAX_RESPONSE_BYTES, Roots, TokenState, judge, read_certificates
from evidence_vault.timeline import BLOCK_TOLERANCE
from evidence_vault.unbundling import bundle_evidence
from evidence_vault.vault import VAULT_FORMAT, Settings
from evidence_vault.verify import verify

PAGE = Path(__file__).parent.parent / "docs" / "format.md"

# RFC 8032, section 7.1, TEST 1: a private key that everybody knows.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
CASE = "00112233445566778899aabbccddeeff"
PASSPHRASE = "correct horse battery staple"
OBJECT_KEY = bytes(range(32))
START = dt.datetime(2026, 3, 2, 8, 14, tzinfo=dt.UTC)
EXHIBIT = "Aucun créneau disponible.\n".encode()
EARLIER = 3
"""Size of the checkpoint that was given away before the last entries were recorded."""
STAMPED = 5
"""Size of the checkpoint that was stamped; the entry that names the token comes after it."""
STAMPED_AT = START + dt.timedelta(seconds=5)
NONCE = 0x5EED_0000_1234_5678
PAGE_IN_BUNDLE = b"<!doctype html>\n"

BEFORE: tuple[kinds.Said, ...] = (
    kinds.CaseOpened(
        public_key=keys.Signer(Ed25519PrivateKey.from_private_bytes(SEED)).public_key.hex(),
        operator="Awa Diallo",
        capacity="applicant",
        applicant="Awa Diallo",
        born="1990-04-12",
        nationality="Sénégal",
        address="12 rue des Lilas, 93200 Saint-Denis",
        prefecture="Seine-Saint-Denis",
        procedure="Admission exceptionnelle au séjour",
        time_zone="Europe/Paris",
    ),
    kinds.Attempt(
        origin="log",
        operator="Awa Diallo",
        capacity="applicant",
        occurred_at=values.DeclaredTime(
            text="2026-03-02T09:12",
            instant="2026-03-02T08:12:00.000Z",
            zone="Europe/Paris",
            source="flag",
            confirmed_by="flag",
        ),
        url="https://www.example.org/booking/create/1",
    ),
    kinds.Exhibit(
        document="reply", sha256=sha256(EXHIBIT), size=len(EXHIBIT), media_type="text/plain", name="reponse.txt"
    ),
    kinds.OutcomeStated(attempt=1, proposed="unclassified", outcome="no_slot", confirmed_by="person"),
    kinds.Correction(target=1, field="note", value="Le site a répondu après dix minutes.", operator="Awa Diallo"),
)


# The example, made by our own code with fixed key, salts and clock.


@cache
def token() -> Stamped:
    """The time stamp over the first entries."""
    data = note(STAMPED)
    request = world.request_for(data, NONCE)
    response = authority().stamp(data, request, gen_time=STAMPED_AT, accuracy=(1, 0, 0))
    return Stamped(sha256(response), "rfc3161", response, request)


@cache
def authority() -> tsa.Authority:
    with world.fixed("docs/format.md"):
        return tsa.Authority.create("p256", name="Horodatage")


@cache
def said() -> tuple[kinds.Said, ...]:
    """What the entries say, the last of which names the token over those before."""
    named = kinds.Timestamp(
        size=STAMPED,
        protocol="rfc3161",
        authority="tsa.example.org",
        status="valid",
        sha256=token().digest,
        request=sha256(token().request or b""),
        time=utc_text(STAMPED_AT),
        accuracy_ms=1000,
    )
    return (*BEFORE, named)


@cache
def entries() -> tuple[SignedEntry, ...]:
    return signed_entries(said())


@cache
def signed_entries(told: tuple[kinds.Said, ...]) -> tuple[SignedEntry, ...]:
    signer = keys.Signer(Ed25519PrivateKey.from_private_bytes(SEED))
    signed: list[SignedEntry] = []
    for index, each in enumerate(told):
        body = Body({name: (_salt(index, name), value) for name, value in kinds.to_fields(each).items()})
        header = Header(
            body=body.digest(),
            case=CASE,
            index=index,
            key=signer.key_id,
            kind=kinds.kind_of(each),
            previous=chain_digest(signed[-1].header) if signed else GENESIS,
            recorded_at=utc_text(START + dt.timedelta(seconds=index)),
        ).encode()
        signed.append(SignedEntry(header, signer.sign(header), body.without(("address",)).encode()))
    return tuple(signed)


def _salt(index: int, name: str) -> str:
    return sha256(f"salt {index} {name}".encode())[:32]


def leaves(size: int) -> list[bytes]:
    """The leaves of the first `size` entries; those that a time stamp is about are there before it is."""
    told = signed_entries(BEFORE) if size <= STAMPED else entries()
    return [merkle.leaf_hash(entry.header) for entry in told[:size]]


def note(size: int) -> bytes:
    signer = keys.Signer(Ed25519PrivateKey.from_private_bytes(SEED))
    head = Checkpoint(origin_of(CASE), size, merkle.root(leaves(size)))
    return write_note(head, signer.public_key, signer.sign(head.text()))


@cache
def bundle() -> bytes:
    file = io.BytesIO()
    whole = BundleInput(
        case=CASE,
        size=len(said()),
        entries=lambda: iter(entries()),
        checkpoints=(note(STAMPED), note(len(said()))),
        public_key=keys.Signer(Ed25519PrivateKey.from_private_bytes(SEED)).public_key,
        originals=(Original(sha256(EXHIBIT), "text/plain", lambda: EXHIBIT),),
        left_out=False,
        guide="# Vérifier sans nous\n",
        proofs=(token(),),
    )
    with mock.patch("evidence_vault.exports.bundle.verifier_page", return_value=PAGE_IN_BUNDLE):
        write_bundle(whole, typing.cast(Path, file))
    return file.getvalue()


@cache
def protected_key() -> bytes:
    with mock.patch.object(os, "urandom", lambda size: bytes(range(size))):
        return keys.Signer(Ed25519PrivateKey.from_private_bytes(SEED)).to_pem(PASSPHRASE)


def sealed_object() -> bytes:
    return AESGCM(OBJECT_KEY).encrypt(bytes(12), EXHIBIT, None)


SETTINGS = Settings(
    format=VAULT_FORMAT, operator="Awa Diallo", capacity="applicant", network=True, authorities=("digicert", "certum")
)


def example_files() -> dict[str, bytes]:
    """Every file that the page shows, except those that are no product of this program."""
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    proofs = {
        "inclusion": [node.hex() for node in merkle.inclusion_proof(leaves(STAMPED), 1)],
        "consistency": [node.hex() for node in merkle.consistency_proof(leaves(STAMPED), EARLIER)],
    }
    return {
        **made,
        "earlier.note": note(EARLIER),
        "key.pem": protected_key(),
        "authority.pem": authority().root_pem,
        "vault.json": canonical(msgspec.to_builtins(SETTINGS)) + b"\n",
        "proofs.json": json.dumps(proofs, indent=2).encode() + b"\n",
        "sealed.hex": "\n".join(re.findall(".{1,64}", sealed_object().hex())).encode() + b"\n",
    }


# The page, taken apart.

_BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HOME_MADE = {"root.py"}
"""Files that are written for the page and are part of no vault."""


def page() -> str:
    return PAGE.read_text()


def shown_files(text: str) -> dict[str, bytes]:
    """The files of the page: blocks whose language is followed by a name, and by `unended` for no final line feed.

    What is no text is shown in base64.
    """
    found = {}
    for block in _BLOCK.finditer(text):
        language, *named = block["info"].split()
        if named and language != "console":
            shown = (block["text"].removesuffix("\n") if "unended" in named else block["text"]).encode()
            found[named[0]] = base64.b64decode(shown) if language == "base64" else shown
    return found


def sessions(text: str) -> list[tuple[str, str]]:
    """The commands of the page in order, each with the output shown under it."""
    found: list[tuple[str, str]] = []
    for block in _BLOCK.finditer(text):
        if block["info"] != "console":
            continue
        for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            command = list(itertools.takewhile(lambda pair: pair[0] == 0 or pair[1].startswith("> "), enumerate(lines)))
            typed = "".join(line.removeprefix("> ") for _, line in command)
            found.append((typed, "".join(lines[len(command) :])))
    return found


def without_this_program() -> Iterator[str]:
    """The folders of PATH in which neither this program nor its Python is."""
    for folder in os.get_exec_path():
        if shutil.which("evidence-vault", path=folder) is None and Path(folder) != Path(sys.executable).parent:
            yield folder


def run(commands: list[str], folder: Path) -> list[str]:
    """Type commands into one shell in an environment without this program; return what each printed."""
    separator = "<end of the command>"
    script = "".join(f"{command}\necho '{separator}'\n" for command in commands)
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-s"],
        input=script,
        cwd=folder,
        env={"PATH": os.pathsep.join(without_this_program()), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(separator + "\n")[:-1]


def write_out(folder: Path) -> None:
    for name, data in shown_files(page()).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def tables(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its two top lines."""
    _, found, rest = page().partition(f"\n{heading}\n")
    assert found, f"no heading {heading!r}"
    lines = itertools.dropwhile(lambda line: not line.startswith("|"), rest.splitlines())
    rows = list(itertools.takewhile(lambda line: line.startswith("|"), lines))
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


# The worked example.


@pytest.mark.parametrize("name", sorted(example_files()))
def test_files_are_what_the_program_writes(name: str) -> None:
    """Each file of the example is, byte for byte, what our own code makes from the same key, salts and clock."""
    assert example_files()[name] == shown_files(page())[name]


def test_no_file_is_made_up() -> None:
    """The page shows no file that is neither made by the program nor a tool of the reader."""
    assert set(example_files()) | _HOME_MADE == set(shown_files(page()))


@pytest.mark.needs("bash", "openssl", "sha256sum", "python3", "sed", "od")
def test_commands_print_what_is_shown(tmp_path: Path) -> None:
    """Every command of the page, typed in order beside its files, prints what stands under it."""
    write_out(tmp_path)
    shown = sessions(page())

    printed = run([command for command, _ in shown], tmp_path)

    assert len(shown) > 15
    assert [output for _, output in shown] == printed


def packed(files: dict[str, bytes]) -> io.BytesIO:
    """A bundle of these files, whose SHA256SUMS is made to fit: whoever packs a bundle again can do that."""
    with zipfile.ZipFile(io.BytesIO(bundle())) as made:
        allowed = [name for name in made.namelist() if name != "SHA256SUMS"]
    allowed += [name for name in files if name.startswith(("checkpoints/", "timestamps/")) and name not in allowed]
    kept = {name: files[name] for name in allowed if name in files}
    sums = "".join(f"{sha256(data)}  {name}\n" for name, data in kept.items()).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (kept | {"SHA256SUMS": sums}).items():
            archive.writestr(name, data)
    return file


def report(trust: Trust, files: dict[str, bytes] | None = None) -> Report:
    """The example as the page shows it, or changed, packed and verified by our own procedure."""
    with bundle_evidence(packed(files or shown_files(page())), "example.zip") as evidence:
        return verify(evidence, trust)


def test_example_passes_every_check_but_the_missing_ones() -> None:
    """Untouched, without the root of the authority and the key: intact and complete, with one field withheld."""
    told = report(Trust(checkpoints=(shown_files(page())["earlier.note"],)))

    open_checks = {check.name for check in told.checks if check.verdict == "indeterminate"}
    assert {"attestation", "trusted_key"} == open_checks
    assert (told.entries, told.attempts, told.exhibits, told.withheld) == (6, 1, 1, 1)
    assert (
        told.answer("intact"),
        told.answer("complete"),
        told.verdict,
    ) == ("passed", "passed", "indeterminate")


def test_example_passes_every_check_where_everything_is_given() -> None:
    """With the key and the root of the authority nothing is left open; the attempt is bounded from above."""
    told = report(Trust(key=signer_key(), roots=roots()))

    assert told.verdict == "passed"
    (attempt,) = told.intervals
    assert attempt.interval.not_before is None
    assert attempt.interval.not_after is not None
    assert attempt.interval.not_after.latest == STAMPED_AT + dt.timedelta(seconds=1)


def signer_key() -> bytes:
    return Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()


def roots() -> Roots:
    return Roots(read_certificates(shown_files(page())["authority.pem"]))


def test_example_is_signed_by_the_key_it_shows() -> None:
    """With the fingerprint of the page given as the trusted key, the signer is known."""
    (fingerprint,) = [output for command, output in sessions(page()) if command.endswith("tail -c 32 | sha256sum\n")]

    assert report(Trust(key=bytes.fromhex(fingerprint.split()[0]))).answer("signer") == "passed"


def test_salts_can_be_made_again() -> None:
    """The sentence that tells how the salts of the example were made is true of every field of it."""
    assert "printf 'salt 1 note' | sha256sum" in page()
    for index, line in enumerate(shown_files(page())["ledger/bodies.jsonl"].splitlines()):
        for name, (salt, _) in parse_body(line).disclosed.items():
            assert _salt(index, name) == salt


def test_protected_key_opens() -> None:
    """The example of a key file opens with its passphrase and is the key of the ledger."""
    opened = keys.load_signer(shown_files(page())["key.pem"], PASSPHRASE)

    assert key_id(opened.public_key) == parse_header(entries()[0].header).key
    assert f"`{PASSPHRASE}`" in page()


def test_sealed_object_opens() -> None:
    """The example of an exhibit at rest opens with the key of the page, under a nonce of zeros."""
    sealed = bytes.fromhex(shown_files(page())["sealed.hex"].decode())

    assert AESGCM(OBJECT_KEY).decrypt(bytes(12), sealed, None) == EXHIBIT
    assert f"`{OBJECT_KEY.hex()}`" in page()


def test_opened_out_body_is_the_one_of_the_example() -> None:
    """The body that is shown on several lines is the fourth of the ledger, and parses."""
    (opened,) = [block["text"] for block in _BLOCK.finditer(page()) if block["info"] == "json5"]
    assert json.loads(opened) == json.loads(shown_files(page())["ledger/bodies.jsonl"].splitlines()[3])


def test_example_reads_back() -> None:
    """What the entries say is what was put into them, except for the field that is withheld."""
    lines = zip(
        shown_files(page())["ledger/headers.jsonl"].splitlines(),
        shown_files(page())["ledger/bodies.jsonl"].splitlines(),
        strict=True,
    )
    read = [read_entry(SignedEntry(header, b"", body)).said for header, body in lines]

    assert [kinds.replace(said()[0], address=None), *said()[1:]] == read


# The tables.


def type_name(hint: object) -> str:
    """How the page spells the type of a field."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is types.NoneType:
        return "null"
    if origin in {Union, types.UnionType}:
        inner = [type_name(item) for item in arguments if item is not types.NoneType]
        return " or ".join(inner)
    if origin is typing.Annotated:
        (meta,) = hint.__metadata__  # type: ignore[attr-defined]
        if meta.ge == 0:
            return "number"
        return {values.Digest: "digest", values.Instant: "instant"}[hint]  # type: ignore[index]
    if origin is Literal:
        return " ".join(f"`{item}`" for item in arguments)
    if origin is tuple:
        return f"list of {type_name(arguments[0])}"
    if origin is dict:
        return f"object of {type_name(arguments[1])}"
    if inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {str: "text", int: "integer", bool: "boolean"}[hint]  # type: ignore[index]


def fields_of(value: type[msgspec.Struct]) -> list[tuple[str, str]]:
    hints = typing.get_type_hints(value, include_extras=True)
    return [(f"`{name}`", type_name(hints[name])) for name in value.__struct_fields__]


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_is_described(kind: str) -> None:
    """The table of each kind of entry names every field in order, with its type, and says what it means."""
    rows = tables(f"### `{kind}`")

    assert fields_of(kinds.KINDS[kind]) == [(name, form) for name, form, _ in rows]
    assert all(meaning for _, _, meaning in rows)


NESTED = (
    values.DeclaredTime,
    values.EnvironmentItem,
    values.Indication,
    values.Word,
    values.Box,
    values.Reason,
    values.Quote,
    values.Fact,
)


@pytest.mark.parametrize("value", NESTED, ids=lambda value: value.__name__)
def test_every_value_is_described(value: type[msgspec.Struct]) -> None:
    """The same for the values that fields are made of."""
    rows = tables(f"### {value.__name__}")

    assert fields_of(value) == [(name, form) for name, form, _ in rows]


def test_no_kind_is_made_up() -> None:
    """Only kinds that exist are described, in the order of the code, and every nested value has its table."""
    section = page().partition("\n## Kinds of entry\n")[2].partition("\n## ")[0]
    headings = re.findall(r"^### (.+)$", section, re.MULTILINE)

    assert [f"`{kind}`" for kind in kinds.KINDS] + [value.__name__ for value in NESTED] == headings
    assert set(re.findall(r"\(#([a-z]+)\)", section)) == {value.__name__.lower() for value in NESTED}


def linked_kinds() -> dict[tuple[str, str], str]:
    """The fields that speak of another entry, with the kind it must be of, as the code checks them."""
    found = {}
    for kind, value in kinds.KINDS.items():
        for field, form in fields_of(value):
            if form not in {"number", "list of number"}:
                continue
            name = field.strip("`")
            made = value(**{name: 7 if form == "number" else (7,)})
            for _, wanted in kinds.links(typing.cast(kinds.Said, made)):
                found[kind, name] = wanted or "any kind"
    return found


def test_links_are_described() -> None:
    """The fields that name another entry, and the kind that entry must be of, are those that check 6 follows."""
    rows = tables("#### Links")

    assert linked_kinds() == {(kind.strip("`"), field.split("`")[1]): wanted.strip("`") for kind, field, wanted in rows}


def test_steps_are_those_of_the_procedure() -> None:
    """Numbers, names and questions of the verification procedure are those that `verify` reports."""
    rows = tables("## Verification procedure")

    assert [(str(number), f"`{name}`", question) for number, (name, question) in enumerate(STEPS, start=1)] == [
        (number, name, question) for number, name, question, _ in rows
    ]


def test_verdict_table_is_complete_and_true() -> None:
    """For each of the 81 combinations of answers, the first row that fits gives the verdict and the exit code."""
    rows = tables("### From four answers to one verdict")
    verdicts: tuple[Verdict, ...] = get_args(Verdict)

    for answers in itertools.product(verdicts, repeat=4):
        row = next(
            row for row in rows if all(cell in {"any", answer} for cell, answer in zip(row[:4], answers, strict=True))
        )
        expected = combine(answers)
        assert [f"**{expected}**", str(EXIT_CODES[expected])] == row[4:6], answers


def situations() -> dict[str, Report]:
    """What each row of the page describes, made from the example."""
    stamped = shown_files(page())
    given = Trust(key=signer_key(), roots=roots())
    proof = f"timestamps/{token().digest}"
    newest, earlier = "checkpoints/000000005.note", "checkpoints/000000003.note"

    def stated(**changes: int | str) -> dict[str, bytes]:
        return {"bundle.json": canonical({**json.loads(stamped["bundle.json"]), **changes})}

    def cut(count: int) -> dict[str, bytes]:
        names = ("ledger/headers.jsonl", "ledger/signatures.txt", "ledger/bodies.jsonl")
        return {name: b"".join(stamped[name].splitlines(keepends=True)[:count]) for name in names}

    def without(files: dict[str, bytes], *beginnings: str) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if not name.startswith(beginnings)}

    last = "checkpoints/000000006.note"
    plain = {**without(stamped, "timestamps/", last), **cut(STAMPED), **stated(size=STAMPED)}
    light = {**without(plain, "exhibits/"), **stated(size=STAMPED, exhibits="left_out")}
    bodies = plain["ledger/bodies.jsonl"].splitlines(keepends=True)
    withheld = {**plain, "ledger/bodies.jsonl": b"".join([*bodies[:4], b"null\n"])}
    beheaded = {**plain, **cut(3), **stated(size=3)}
    rolled_back = {**without(beheaded, newest), earlier: plain["earlier.note"]}
    return {
        "stamped; the root of the authority and the signer's key given": report(given, stamped),
        "the same, without the key": report(Trust(roots=roots()), stamped),
        "the same, without the root": report(Trust(key=signer_key()), stamped),
        "the same, received the day before": report(
            Trust(key=signer_key(), roots=roots(), received_on=START - dt.timedelta(days=1)), stamped
        ),
        "the same, its token taken out": report(given, without(stamped, proof)),
        "the same, with a token about other bytes in its place": report(
            given, {**stamped, f"{proof}.tsr": authority().stamp(b"other bytes")}
        ),
        "not stamped, no key given": report(Trust(), plain),
        "the same, with the signer's key given": report(Trust(key=signer_key()), plain),
        "the same, with another key given": report(Trust(key=bytes(32)), plain),
        "originals left out": report(Trust(), light),
        "a field or a body withheld, other than the key of entry 0": report(Trust(), withheld),
        "entries removed at the end, the newest checkpoint kept": report(Trust(), beheaded),
        "entries and checkpoints both cut back to an older checkpoint": report(Trust(), rolled_back),
        "the same, with a newer checkpoint given by `--checkpoint`": report(
            Trust(checkpoints=(plain[newest],)), rolled_back
        ),
        "not stamped, with a checkpoint of another ledger given by `--checkpoint`": report(
            Trust(checkpoints=(plain[newest].replace(b"\n5\n", b"\n1000\n"),)), plain
        ),
    }


def test_what_is_met_most_is_told_as_it_is() -> None:
    """Each situation of the page, made from the example, gets the answers, the verdict and the exit code shown."""
    rows = {row[0]: row[1:] for row in tables("### What is met most")}
    told = {
        situation: [
            *(found.answer(question) for question in ("intact", "complete", "dated", "signer")),
            found.verdict,
            str(EXIT_CODES[found.verdict]),
        ]
        for situation, found in situations().items()
    }

    assert rows == told


def test_limits_are_those_of_the_reader() -> None:
    """The limits of the page are those that the reader of bundles applies."""
    rows = dict(tables("### Limits"))

    assert {
        "one line of headers.jsonl or signatures.txt": f"{unbundling.MAX_HEADER_LINE:,} bytes",
        "one line of bodies.jsonl": f"{unbundling.MAX_BODY_LINE >> 20} MiB",
        "bundle.json, SHA256SUMS, VERIFIER.md, verify.html, a key": f"{unbundling.MAX_SMALL_FILE >> 20} MiB",
        "a note": f"{MAX_NOTE_BYTES:,} bytes",
        "a token, a request, an OpenTimestamps proof": f"{MAX_RESPONSE_BYTES >> 10} KiB",
        "an OpenTimestamps proof, when it is read": f"{anchors.MAX_PROOF_BYTES >> 10} KiB",
        "one exhibit": f"{unbundling.MAX_EXHIBIT >> 20} MiB",
        "any file, unpacked": f"{unbundling.MAX_LEDGER_FILE >> 30} GiB",
        "entries": "999,999,999",
    } == rows
    assert MAX_BYTES <= unbundling.MAX_EXHIBIT


def test_constants_in_prose() -> None:
    """Numbers that the text states in passing are those of the code."""
    text = page()
    parameters = (keys.SCRYPT_N, keys.SCRYPT_R, keys.SCRYPT_P)

    assert parameters == (16384, 8, 5)
    assert "N = 16384, r = 8, p = 5" in text
    assert f"{CLOCK_TOLERANCE.total_seconds():.0f} seconds" in text
    assert f"{BLOCK_TOLERANCE.total_seconds() / 3600:.0f} hours" in text
    assert f"more than {anchors.MAX_DEPTH} steps" in text
    assert f"more than {anchors.MAX_MESSAGE_BYTES:,} bytes" in text
    assert f"more than {anchors.MAX_ATTESTATIONS} attestations" in text
    assert f"at most {anchors.MAX_PROOF_BYTES >> 10} KiB" in text
    assert f"`PRAGMA user_version` is {FORMAT_VERSION}" in text
    assert f"`{ATTACHMENT}`" in text


def test_states_of_proofs_are_those_of_the_code() -> None:
    """Each state of a token and of an anchor has its row, and no other has."""
    assert {f"`{state}`" for state in get_args(TokenState)} == {row[0] for row in tables("### Tokens")}
    assert {f"`{state}`" for state in get_args(anchors.AnchorState)} == {row[0] for row in tables("### OpenTimestamps")}


def test_token_of_the_example_is_valid() -> None:
    """The token of the page is what the program judges it to be, and answers the request beside it."""
    files = shown_files(page())
    proof = f"timestamps/{token().digest}"
    found = judge(files[f"{proof}.tsr"], files["checkpoints/000000005.note"], files[f"{proof}.tsq"], roots())

    assert (found.state, found.gen_time, found.accuracy) == ("valid", STAMPED_AT, dt.timedelta(seconds=1))


def test_settings_are_described() -> None:
    """The table of `vault.json` names every setting, in order."""
    rows = tables("## Vault")

    assert [f"`{name}`" for name in Settings.__struct_fields__] == [row[0] for row in rows]


def test_schema_is_the_one_of_the_database() -> None:
    """The tables and triggers of the page are those with which a ledger is made."""
    (shown,) = [block["text"] for block in _BLOCK.finditer(page()) if block["info"] == "sql"]

    assert SCHEMA.strip() == shown.strip()


def test_header_pattern_is_true() -> None:
    """The regular expression of the page accepts the headers of the example and refuses each spoiled one."""
    (shown,) = [block["text"] for block in _BLOCK.finditer(page()) if block["info"] == "regex"]
    pattern = re.compile(shown.replace("\n", ""))
    header = entries()[1].header.decode()

    assert all(pattern.fullmatch(entry.header.decode()) for entry in entries())
    for spoiled in spoiled_headers(header):
        assert pattern.fullmatch(spoiled) is None, spoiled
        with pytest.raises(ValueError, match="not an entry header"):
            parse_header(spoiled.encode())


def spoiled_headers(header: str) -> Iterator[str]:
    yield header + "\n"
    yield header.replace('":"', '": "', 1)
    yield header.replace('"index":1', '"index":01')
    yield header.replace('"index":1', '"index":1.0')
    yield header.replace('"index":1', '"index":1000000000')
    yield header.replace(CASE, CASE.upper())
    yield header.replace("entry/1", "entry/2")
    yield header.replace("T08:14", "T24:00")
    yield header.replace(".000Z", "Z")
    yield header.replace('{"body"', '{"attested":"","body"')
    yield header.replace("attempt", "at-tempt")


def test_extensions_are_described() -> None:
    """The extension of an exhibit in a bundle is the one of the table, `bin` for every other kind of file."""
    rows = {media.strip("`"): extension.strip("`") for media, extension in tables("### Names of exhibits")}

    assert rows == {**EXTENSIONS, "anything else": "bin"}
    assert exhibit_path("0" * 64, "font/woff2").endswith(".bin")


def test_canonical_json_examples() -> None:
    """Each spelling that the page refuses is refused, and the one that it accepts is accepted."""
    rows = tables("## Canonical JSON")

    for shown, verdict, _ in rows:
        data = shown.strip("`").encode()
        if verdict == "accepted":
            assert decode(data) is not None
        else:
            with pytest.raises(ValueError):  # noqa: PT011  # some refusals are the JSON library's own
                decode(data)
    assert {"accepted", "refused"} == {verdict for _, verdict, _ in rows}


def test_origin_and_key_file_are_named_as_shown() -> None:
    """The names that the page derives are those that the code derives."""
    raw = keys.Signer(Ed25519PrivateKey.from_private_bytes(SEED)).public_key

    assert parse_note(shown_files(page())["earlier.note"]).checkpoint.origin == origin_of(CASE)
    assert shown_files(page())[f"keys/{key_id(raw)}.pem"] == to_pem(raw)
    assert base64.b64encode(hashlib.sha256(b"").digest()).decode() in page()  # the root of no entry at all


def rewritten() -> str:
    """The page with its files and outputs made again, for a deliberate change of the format."""
    files = example_files()

    def filled(block: re.Match[str]) -> str:
        language, *named = block["info"].split() or [""]
        if not named or language == "console" or named[0] in _HOME_MADE:
            return block[0]
        data = base64.encodebytes(files[named[0]]) if language == "base64" else files[named[0]]
        return f"```{block['info']}\n{data.decode().removesuffix(chr(10))}\n```"

    return _BLOCK.sub(filled, page())


def renamed() -> str:
    """The page with the new name of the time stamp, which is its digest."""
    return re.sub(r"(?<=timestamps/)[0-9a-f]{64}", token().digest, page())


def main() -> None:
    """Rewrite the files of the page, then the outputs of its commands."""
    PAGE.write_text(renamed())
    PAGE.write_text(rewritten())
    folder = Path("example")
    write_out(folder)
    shown = sessions(page())
    printed = iter(run([command for command, _ in shown], folder))
    shutil.rmtree(folder)

    def answered(block: re.Match[str]) -> str:
        if block["info"] != "console":
            return block[0]
        commands = sessions(block[0])
        typed = ["$ " + command.rstrip("\n").replace("\n", "\n> ") + "\n" + next(printed) for command, _ in commands]
        return "```console\n" + "".join(typed) + "```"

    PAGE.write_text(_BLOCK.sub(answered, page()))


if __name__ == "__main__":
    main()
