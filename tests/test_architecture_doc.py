"""`docs/architecture.md` lists every room once, and every import points to a room above it, hidden imports included."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "evidence_vault"
ROOMS = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py"
}
LISTED = re.findall(
    r"^\| `([a-z_0-9.]+)` \|",
    (ROOT / "docs/architecture.md").read_text().partition("## Who is trusted")[0],
    re.MULTILINE,
)


def imports(room: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(ROOMS[room].read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
            base = (node.module or "").removeprefix(PACKAGE.name).lstrip(".")
            names = {f"{base}.{alias.name}".lstrip(".") for alias in node.names} | {base}
            found |= names & ROOMS.keys()
    return found


def reached(room: str) -> set[str]:
    found: set[str] = set()
    pending = [room]
    while pending:
        fresh = imports(pending.pop()) - found
        found |= fresh
        pending.extend(fresh)
    return found


def test_every_room_is_listed_once() -> None:
    """No room is missing from the list, made up, or there twice."""
    assert sorted(ROOMS) == sorted(LISTED)


def test_every_import_points_up_the_list() -> None:
    """A room imports only rooms that stand above it; imports inside functions and for types alone count."""
    place = {room: number for number, room in enumerate(LISTED)}

    assert [(room, other) for room in LISTED for other in imports(room) if place[other] >= place[room]] == []


def test_verification_reaches_no_disk_key_or_engine() -> None:
    """`verify` reaches neither the database nor a private key nor OCR, even through others."""
    forbidden = {room for room in ROOMS if room.startswith(("ocr.", "capture.", "commands."))}
    forbidden |= {"case_folder", "database", "ledger", "vault", "store", "durable", "signing.keys", "opening"}

    assert reached("verify") & forbidden == set()


def test_exports_are_given_values() -> None:
    """What writes a bundle or a dossier reaches no database and no private key."""
    for room in (room for room in ROOMS if room.startswith("exports.")):
        assert reached(room) & {"database", "ledger", "vault", "store", "signing.keys"} == set(), room


PACKAGES = {
    "PIL": "Pillow",
    "cryptography": "cryptography",
    "dhash": "dhash",
    "docx": "python-docx",
    "msgspec": "msgspec",
    "numpy": "numpy",
    "otskit": "otskit",
    "pi_heif": "pi-heif",
    "pikepdf": "pikepdf",
    "platformdirs": "platformdirs",
    "pyhanko": "pyHanko",
    "pypdfium2": "pypdfium2",
    "pytesseract": "pytesseract",
    "reportlab": "reportlab",
    "rfc3161_client": "rfc3161-client",
    "rich": "rich",
    "sqlite_utils": "sqlite-utils",
    "tesserocr": "tesserocr",
    "typer": "typer",
}


def test_each_room_names_the_packages_that_it_imports() -> None:
    """Who changes a package finds every room that it touches."""
    rows = re.findall(
        r"^\| `([a-z_0-9.]+)` \| (.*) \|$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE
    )
    told = {room: named(purpose) for room, purpose in rows if room in ROOMS}

    assert told == {room: outside(room) for room in told}


def named(purpose: str) -> set[str]:
    """The packages in the brackets at the end of a row."""
    brackets = re.search(r"\(([^()]*)\)$", purpose)
    return set(re.split(r", | and ", brackets[1])) & set(PACKAGES.values()) if brackets else set()


def outside(room: str) -> set[str]:
    """The packages that a room imports, for types and inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(ROOMS[room].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return {PACKAGES[name] for name in found & PACKAGES.keys()}
