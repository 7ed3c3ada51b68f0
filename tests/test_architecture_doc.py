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
    forbidden |= {"database", "ledger", "vault", "store", "durable", "signing.keys", "opening"}

    assert reached("verify") & forbidden == set()


def test_exports_are_given_values() -> None:
    """What writes a bundle or a dossier reaches no database and no private key."""
    for room in (room for room in ROOMS if room.startswith("exports.")):
        assert reached(room) & {"database", "ledger", "vault", "store", "signing.keys"} == set(), room
