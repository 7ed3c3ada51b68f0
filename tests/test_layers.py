"""Every import points down: the rooms in layers, and what each room may know of the world."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import evidence_vault

PACKAGE = Path(evidence_vault.__file__).parent

# From the bottom up. A room may import rooms of lower lines only; those of one line do not know each other.
LAYERS = [
    "capture.containers capture.dates capture.letters capture.verdicts exports.carried_pages exports.dossier_numbers "
    "exports.dossier_rtl exports.exhibit_names exports.legal merkle messages ocr.concepts ocr.folding ocr.order "
    "ocr.segments signing.algorithms signing.der signing.note signing.pdfsyntax signing.public words "
    "zip_members",
    "capture.candidates capture.credentials capture.overlay capture.traces displayed errors exports.checked "
    "exports.dossier_fonts exports.inclusion i18n labels ocr.classifier ocr.strips signing.blocks signing.cades "
    "signing.certificates signing.pdfobjects timeline transport values",
    "capture.formats commands.help commands.render database durable encoding exports.archival exports.dossier_styles "
    "exports.dossier_text ocr.catalogue signing.anchors signing.cms signing.coverage signing.keys "
    "signing.pdfloose",
    "attachment entries explorer kinds signing.additions signing.calendars signing.identities signing.tokens store",
    "capture.environment capture.pictures capture.times casefile examining exports.bundle exports.dossier_tags "
    "exports.letter_size exports.message_part exports.verification_tokens ledger ocr.lines proposals reasons "
    "signing.authorities signing.document signing.trusted_list windows",
    "attested capture.files case_folder capture.likeness capture.origin circumstances contradictions evidence "
    "exports.dossier_pictures exports.dossier_words exports.hocr exports.key_text exports.verification extract "
    "ocr.blurs ocr.canonical ocr.covers ocr.engine ocr.facts ocr.legibility ocr.prepare ocr.sentences ocr.sheet "
    "ocr.straighten resident_card selection signing.pades tally",
    "alike bounded contradiction_words exports.dossier_dates exports.dossier_document "
    "exports.print_cuts exports.printed exports.verification_guide findings ocr.figures ocr.matching ocr.resembling "
    "recording redacting sealing signing.revocation suggestions unbundling vault",
    "asking comparison_answers doctor exports.dossier_canvas ocr.looking ocr.whereabouts picture_answers",
    "answers commands.beside commands.found commands.session consulting dating enclosures exports.dossier_case "
    "exports.dossier_pages exports.print_check exports.print_plan exports.rendering ocr.outcome opening sketchbook "
    "stamping status_answers",
    "exports.dossier_selection exports.dossier_tables ocr.ways",
    "anchoring commands.guided commands.options exports.dossier_annexes exports.dossier_attested "
    "exports.dossier_calendar exports.dossier_conditions exports.dossier_exhibits exports.dossier_limits "
    "exports.dossier_print_words exports.dossier_shown exports.dossier_technical ocr.reader proofreading verify",
    "exports.collective exports.dossier_heat exports.exhibit_plan exports.told_facts judging",
    "commands.closely commands.compare exports.dossier_origin",
    "commands.attest commands.look commands.standing exports.dossier_alike exports.dossier_chronology "
    "exports.dossier_front exports.dossier_listing exports.dossier_prints exports.dossier_synthesis intake rejudging",
    "commands.cases commands.file commands.importing commands.prove commands.record commands.redact "
    "exports.dossier_sheets exports.dossier_summary exports.short_document",
    "exports.complaint exports.dossier_papers exports.inventory exports.justification exports.petition",
    "exports.card exports.dossier exports.exhibit_files exports.record folder_check",
    "frozen_case",
    "exporting",
    "commands.proof commands.signers",
    "commands.export",
    "commands.collective commands.export_record commands.export_short commands.filing",
    "commands.letters",
    "cli",
    "__main__",
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms.split()}

# Which rooms may import a package of the outside world; a room ending in `*` stands for all that begin so.
OWNERS = {
    "typer": "cli commands.*",
    "rich": "commands.*",
    "platformdirs": "commands.session",
    "sqlite_utils": "database",
    "sqlite3": "database ledger",
    "reportlab": "exports.*",
    "pikepdf": "exports.*",
    "docx": "exports.petition",
    "pypdfium2": "exports.rendering",
    "rfc3161_client": "signing.tokens",
    "pyhanko": "signing.identities signing.pades",
    "asn1crypto": "signing.identities signing.pades",
    "pkcs11": "signing.identities",
    "otskit": "signing.calendars",
    "pytesseract": "ocr.engine",
    "tesserocr": "ocr.engine",
    "numpy": (
        "capture.candidates capture.letters ocr.blurs ocr.classifier ocr.covers ocr.figures ocr.segments ocr.sheet "
        "ocr.straighten"
    ),
    "PIL": (
        "capture.formats capture.pictures capture.likeness capture.letters capture.overlay sketchbook ocr.* "
        "exports.dossier_pictures exports.rendering proofreading"
    ),
    "dhash": "capture.likeness",
    "cryptography": "signing.* store examining",
    "subprocess": "ocr.engine capture.environment",
}
NETWORK = ("socket", "ssl", "urllib.request", "http", "ftplib", "smtplib", "requests", "httpx", "urllib3")
VERIFICATION_NEVER_KNOWS = (
    "sqlite3",
    "sqlite_utils",
    "evidence_vault.signing.keys",
    "evidence_vault.database",
    "evidence_vault.vault",
    "evidence_vault.case_folder",
    "evidence_vault.ocr",
    "evidence_vault.capture",
    "PIL",
    "pikepdf",
    "reportlab",
    "pytesseract",
    "typer",
    "urllib.request",
    "socket",
    "pyhanko",
    "asn1crypto",
    "otskit",
    "evidence_vault.transport",
    "evidence_vault.signing.calendars",
    "evidence_vault.signing.pades",
)


def rooms() -> dict[str, str]:
    """The source of every room, by its name under the package."""
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path.read_text("utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "__init__.py"
    }


def imports(source: str) -> Iterator[str]:
    """Every module that `source` imports, also inside functions and for types only, by its full name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import hides where it points"
            assert node.module is not None
            if belongs(node.module, "evidence_vault") and is_package(node.module):
                # `from evidence_vault.capture import times` names a room; `from evidence_vault.kinds import Step` not.
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def belongs(name: str, family: str) -> bool:
    return name == family or name.startswith(f"{family}.")


def is_package(name: str) -> bool:
    return not PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py").is_file()


def inner(source: str) -> set[str]:
    """The rooms that `source` imports."""
    found = {name.removeprefix("evidence_vault.") for name in imports(source) if name.startswith("evidence_vault.")}
    return found - {"__version__"}


def violations(sources: dict[str, str]) -> list[str]:
    """Every import that does not point down, and every room without a layer."""
    unplaced = [f"{room} has no layer: give it one in test_layers" for room in sources if room not in LEVEL]
    return unplaced + [
        f"{room} must not import {target}"
        for room, source in sources.items()
        for target in sorted(inner(source))
        if room in LEVEL and LEVEL.get(target, len(LAYERS)) >= LEVEL[room]
    ]


def reached_from(room: str, sources: dict[str, str]) -> set[str]:
    """Every module that `room` imports, directly or through other rooms."""
    seen, pending = set(), [room]
    reached: set[str] = set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        reached |= set(imports(sources[current]))
        pending += [target for target in inner(sources[current]) if target in sources]
    return reached


def test_every_import_points_down() -> None:
    """No room imports one of its own layer or of a higher one; hidden imports count."""
    assert violations(rooms()) == []


def test_the_layers_name_real_rooms_only() -> None:
    """A room that was renamed or removed does not linger in the layers."""
    assert set(LEVEL) - set(rooms()) <= {"signing.batch"}


@pytest.mark.parametrize(
    "line",
    [
        "from evidence_vault.vault import Vault",
        "from evidence_vault import vault",
        "import evidence_vault.vault",
        "def f():\n    from evidence_vault.vault import Vault",
        "if TYPE_CHECKING:\n    from evidence_vault.vault import Vault",
    ],
)
def test_an_import_that_points_up_is_seen(line: str) -> None:
    """Whatever its form, an import of the vault by verification would be found."""
    sources = rooms()
    sources["verify"] += f"\n{line}\n"
    sources["entries"] += "\nfrom evidence_vault.capture import times\n"

    assert "entries must not import capture.times" in violations(sources)
    assert "evidence_vault.vault" in reached_from("verify", sources)
    sources["evidence"] += f"\n{line}\n"
    assert "evidence must not import vault" in violations(sources)


def test_relative_imports_are_refused() -> None:
    """An import that does not say where it points is refused."""
    with pytest.raises(AssertionError, match="relative"):
        list(imports("from . import vault"))


def test_a_new_room_needs_a_layer() -> None:
    """A room that nobody placed is told of."""
    assert violations({"attic": ""}) == ["attic has no layer: give it one in test_layers"]


def test_verification_knows_values_only() -> None:
    """Verification reaches no database, no private key, no OCR, no picture, no PDF and no network, by any way."""
    reached = reached_from("verify", rooms())

    assert "evidence_vault.entries" in reached
    assert [name for name in reached for banned in VERIFICATION_NEVER_KNOWS if belongs(name, banned)] == []


def without_coverage() -> dict[str, str]:
    """Our environment, less what makes coverage start in every Python: it imports sqlite3 by itself."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def test_verification_loads_none_of_it() -> None:
    """The same, told by a running interpreter: what stands behind the libraries counts too."""
    banned = [name for name in VERIFICATION_NEVER_KNOWS if name not in {"socket", "urllib.request"}]
    program = (
        "import sys, evidence_vault.verify; "
        f"print([name for name in sys.modules for each in {banned} if f'{{name}}.'.startswith(f'{{each}}.')])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=without_coverage()
    )

    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("package", OWNERS)
def test_each_package_has_its_rooms(package: str) -> None:
    """A package of the outside world is imported where it belongs, and nowhere else."""
    owners = OWNERS[package].split()
    found = {room for room, source in rooms().items() if any(belongs(name, package) for name in imports(source))}

    assert found
    assert set() == {
        room for room in found if not any(room == owner or room.startswith(owner.removesuffix("*")) for owner in owners)
    }


def test_nothing_reaches_the_network() -> None:
    """One room opens connections, and no other."""
    assert {
        room
        for room, source in rooms().items()
        for name in imports(source)
        for banned in NETWORK
        if belongs(name, banned)
    } == {"transport"}


def test_init_files_import_nothing() -> None:
    """A package's own file says what it is and re-exports nothing."""
    for path in PACKAGE.rglob("__init__.py"):
        assert list(imports(path.read_text("utf-8"))) == [], path


def test_the_command_line_starts_light() -> None:
    """The program's help needs none of the heavy packages: each is loaded by the command that works with it."""
    heavy = ["sqlite_utils", "sqlite3", "reportlab", "pikepdf", "pytesseract", "tesserocr", "PIL", "cryptography"]
    heavy += ["pyhanko", "rfc3161_client", "http.client", "pypdfium2"]
    program = f"import sys, evidence_vault.cli; print([name for name in {heavy} if name in sys.modules])"

    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=without_coverage()
    )

    assert answer.stdout == "[]\n"
