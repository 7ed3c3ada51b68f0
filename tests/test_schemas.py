"""The answers of the program are those that `docs/schemas/` publishes, and the schemas are closed: a key that nobody
documented is an error.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import tsa
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from evidence_vault import kinds, words
from evidence_vault.evidence import Question
from evidence_vault.exports import print_check
from evidence_vault.exports.printed import Choice
from evidence_vault.findings import STEPS
from evidence_vault.folder_check import RULES, State
from tests.cli_runner import Cli, DictatedEngine, call, prepared, show_facts
from tests.helpers import draw

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"
COMMANDS = ("list", "show", "check", "status", "verify", "log", "import", "stamp", "exhibits", "check-exhibits")
DOCUMENTS = (*COMMANDS, "render")
"""The answers, and the report that stands beside a dossier."""


def schema(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text()))


SCHEMAS = {path.stem: schema(path.stem) for path in FOLDER.glob("*.json")}
REGISTRY: Registry[Any] = Registry().with_resources(
    (stated["$id"], Resource.from_contents(stated)) for stated in SCHEMAS.values()
)
DEFINITIONS = SCHEMAS["common"]["$defs"]


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name], registry=REGISTRY)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What each command answers about one small case that holds an entry of every kind."""
    folder = tmp_path_factory.mktemp("schemas")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        return recorded(prepared(folder), folder / "files")


def recorded(program: Cli, files: Path) -> dict[str, list[Any]]:
    (files / "more").mkdir(parents=True)
    (files / "shot.png").write_bytes(draw())
    (files / "more/Capture 2026-03-02 09.15.00.png").write_bytes(draw(size=(500, 160)))
    (files / "more/again.png").write_bytes(draw())
    (files / "more/blank.png").write_bytes(draw(size=(510, 160)))
    (files / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (files / "letter.txt").write_text("Madame, Monsieur,")
    (files / "later").mkdir()
    (files / "later/one.png").write_bytes(draw(size=(520, 160)))
    (files / "clock.png").write_bytes(draw(size=(530, 160)))

    empty = [program.json("list"), program.json("status")]
    logged = [
        program.json("log", files / "shot.png", "--url", "https://www.example.org/", "--browser", "Firefox", "--yes"),
        program.json("log", "--outcome", "site_error", "--note", "Page blanche.", "--occurred-at", "2026-03-01"),
        program.json("log", files / "shot.png", "--yes"),
        program.json("log", files / "clock.png", "--yes", "--url", "https://www.example.org/"),
    ]
    show_facts(program, logged[-1]["exhibits"][0]["index"])
    imported = [
        program.json("import", files / "more", files / "broken.png", "--yes"),
        program.json("import", files / "later", "--no-ocr", "--yes"),
    ]
    program.done(
        "step", "email", files / "letter.txt", "--to", "Préfecture", "--answer", "Non", "--answered-on", "2026-03-05"
    )
    program.done("exhibit", files / "letter.txt", files / "shot.png", "--kind", "letter")
    program.done("correct", logged[1]["index"], "--outcome", "maintenance", "--reason", "relu")
    program.done("correct", logged[0]["index"], "--occurred-at", "2026-03-01T10:00")
    program.done(
        "redact", logged[0]["exhibits"][0]["index"], "--box", "1,2,3,4", "--field", "name", "--reason", "tiers"
    )
    program.done("case", "update", "--title-expiry", "2026-09-01", "--r431-2", "--request", "renewal")
    authority, root = tsa.Authority.create(), files / "root.pem"
    root.write_bytes(authority.root_pem)
    with authority.serving() as server:
        asked = [program.json("stamp", "--tsa", server.url, "--tsa-root", root)]
        logged.append(program.json("log", files / "shot.png", "--yes"))
        program.done("stamp", "--tsa", server.url, "--tsa-root", root)
    reports = []
    for options in ([], ["--no-print-check"]):
        program.done("export", "dossier", "-o", files / "dossier.pdf", *options)
        reports.append(json.loads((files / "dossier.render.json").read_text("utf-8")))
    program.done("export", "bundle", "-o", files / "bundle.zip")
    filed = [program.json("export", "exhibits", "-o", files / "filed", "--series")]
    unbroken = program.json("check-exhibits", files / "filed")
    (files / "filed" / "Inventaire-detaille.csv").unlink()
    (files / "filed" / filed[0]["files"][0]).unlink()
    looked = program("--json", "check", files / "shot.png", files / "broken.png")
    return {
        "list": [empty[0], program.json("list")],
        "status": [empty[1], program.json("status")],
        "log": logged,
        "import": imported,
        "stamp": asked,
        "show": [program.json("show", index) for index in range(program.json("list")["size"])],
        "render": reports,
        "exhibits": filed,
        "check-exhibits": [unbroken, program("--json", "check-exhibits", files / "filed", "--max-size", "1").json()],
        "check": [looked.json(), program.json("check", files / "shot.png")],
        "verify": [
            call("--json", "verify", path, "--tsa-root", root).json()
            for path in (program.vault, files / "bundle.zip", files / "dossier.pdf")
        ],
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_well_formed(name: str) -> None:
    """Each schema is valid JSON Schema 2020-12, and carries the name of its file."""
    Draft202012Validator.check_schema(SCHEMAS[name])

    assert SCHEMAS[name]["$id"].endswith(f"/{name}.json")
    assert SCHEMAS[name]["title"] == name


def test_every_schema_is_about_a_document() -> None:
    """One schema for each command that promises one, one for the report, and one for what they share."""
    assert {*DOCUMENTS, "common"} == set(SCHEMAS)


@pytest.mark.parametrize("command", DOCUMENTS)
def test_answers_are_as_published(command: str, answers: Mapping[str, list[Any]]) -> None:
    """Every answer of the command validates against its schema."""
    for answer in answers[command]:
        validator(command).validate(answer)


def test_the_answers_hold_comparisons(answers: Mapping[str, list[Any]]) -> None:
    """Some agree, some contradict and some are doubtful, so that none of their keys escapes the schemas."""
    found = [one for attempt in answers["list"][-1]["attempts"] for one in attempt["comparisons"]]

    assert {one["verdict"] for one in found} == {"agrees", "contradicts", "unsure"}


def test_the_case_holds_every_kind(answers: Mapping[str, list[Any]]) -> None:
    """The answers above speak of every kind of entry, so that none escapes the schemas."""
    assert set(kinds.KINDS) == {answer["entry"]["kind"] for answer in answers["show"]}


OPEN = {"hours", "outcomes", "params", "changes"}
"""Objects whose names are values: `hours` and `outcomes` are closed by the form of their names, tested apart."""


def objects(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all objects inside `value`."""
    if isinstance(value, dict):
        if not place or place[-1] not in OPEN:
            yield place
        for name, item in value.items():
            yield from objects(item, (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from objects(item, (*place, number))


def at(value: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


@pytest.mark.parametrize("command", DOCUMENTS)
def test_nothing_can_be_added_or_left_out(command: str, answers: Mapping[str, list[Any]]) -> None:
    """A key more, or a key less, anywhere in an answer is no longer what was published."""
    check = validator(command)
    optional = {("errors",)}
    tried = set()
    for answer in answers[command]:
        for place in objects(answer):
            shape = tuple(step for step in place if isinstance(step, str)), frozenset(at(answer, place))
            if shape in tried:
                continue
            tried.add(shape)
            more = copy.deepcopy(answer)
            at(more, place)["surprise"] = 1
            assert not check.is_valid(more), place
            for name in at(answer, place):
                less = copy.deepcopy(answer)
                del at(less, place)[name]
                assert check.is_valid(less) == ((*place, name) in optional), (*place, name)
    assert tried


def test_names_that_are_values_have_a_form(answers: Mapping[str, list[Any]]) -> None:
    """Hours run from 00 to 23, and outcomes are those of the program."""
    status = answers["status"][-1]

    for name in ("hours", "outcomes"):
        assert status[name]
        assert not validator("status").is_valid(status | {name: {"24": 1}})


CODES = {
    "outcome": words.Outcome,
    "capacity": words.Capacity,
    "confirmed_by": words.ConfirmedBy,
    "request_kind": words.RequestKind,
    "step_kind": words.StepKind,
    "document_kind": words.DocumentKind,
    "fact_kind": words.FactKind,
    "time_source": words.TimeSource,
    "reading_status": words.ReadingStatus,
    "basis": words.Basis,
    "protocol": words.Protocol,
    "proof_status": words.ProofStatus,
    "certificate_origin": words.CertificateOrigin,
}


@pytest.mark.parametrize("name", CODES)
def test_codes_are_those_of_the_program(name: str) -> None:
    """A code that is added to the program is added to the schemas."""
    assert list(get_args(CODES[name])) == DEFINITIONS[name]["enum"]


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_what_entries_say_has_every_field(kind: str) -> None:
    """A field that is added to a kind of entry is added to the schemas."""
    assert list(kinds.KINDS[kind].__struct_fields__) == list(DEFINITIONS[f"says_{kind}"]["properties"])


def test_checks_are_those_of_the_procedure() -> None:
    """The names and questions of `verify` are those of its steps."""
    check = SCHEMAS["verify"]["properties"]["checks"]["items"]["properties"]

    assert [name for name, _ in STEPS] == check["name"]["enum"]
    assert set(get_args(Question)) == set(check["question"]["enum"])


def test_rules_are_those_of_the_folder_check() -> None:
    """The rules that are published are those that are checked."""
    items = SCHEMAS["check-exhibits"]["properties"]["checks"]["items"]["properties"]

    assert list(RULES) == items["rule"]["enum"]
    assert list(get_args(State)) == items["verdict"]["enum"]


def test_results_and_reasons_are_those_of_the_print_check() -> None:
    """A reason that is added to the print check is added to the schema of its report."""
    exhibit = SCHEMAS["render"]["properties"]["exhibits"]["items"]["properties"]

    assert list(get_args(print_check.Result)) == exhibit["result"]["enum"]
    assert [*get_args(print_check.Reason), None] == exhibit["reason"]["enum"]
    assert [*get_args(Choice), None] == exhibit["layout"]["enum"]
