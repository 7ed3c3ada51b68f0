"""Make the test vectors again, or say (`--check`) whether the files are those that would be made.

    PYTHONPATH=tests python -m vectors.make [--check]

Every file but the private keys in `keys/` follows from the code, the keys and nothing else.
"""

import json
import re
import sys

import vectors.containers
import vectors.dossier_cases
import vectors.stamped
import vectors.unstamped  # noqa: F401  # the cases enter themselves
from vectors import anchored, attacks, token_cases, world
from vectors.cases import CASES, Case
from vectors.packing import is_same


def wanted() -> tuple[dict[str, bytes], list[Case]]:
    """Every file of this folder that can be made, by its name, and the cases."""
    made = [make() for make in CASES.values()]
    files = {one.file: one.data for one in made}
    files |= token_cases.files() | anchored.files()
    files["blocks.txt"] = anchored.blocks_file()
    files |= {f"roots/{name}.pem": by.root_pem for name, by in world.authorities().items()}
    with world.fixed("plain"):
        files |= {"checkpoints/plain-5.note": world.plain().note(5)}
    with world.fixed("stamped"):
        scene = world.stamped()
        files |= {f"checkpoints/stamped-{size}.note": scene.note(size) for size in (2, 7)}
        files |= {f"checkpoints/{name}-1000.note": note for name, note in attacks.made_up_notes(scene).items()}
    return files, made


def cases_json(made: list[Case], files: dict[str, bytes]) -> bytes:
    listed = {
        "format": "evidence-vault/test-vectors/1",
        "cases": [one.listed() for one in made],
        "tokens": token_cases.listed(files),
        "anchors": anchored.listed(),
    }
    text = json.dumps(listed, indent=1, ensure_ascii=False)
    # One line for the checks of a case, and one for each interval.
    text = re.sub(r"\{\s*((?:\"[^\"]*\": (?:\"[a-z]+\"|-?[0-9]+|null|\"[^\"]{24}\"),?\s*)+)\}", _on_one_line, text)
    return text.encode() + b"\n"


def _on_one_line(found: re.Match[str]) -> str:
    return "{" + re.sub(r"\s*\n\s*", " ", found[1].strip()) + "}"


def differences() -> list[str]:
    """Names of the files that are not as they would be made, or that nobody makes."""
    files, made = wanted()
    files["cases.json"] = cases_json(made, files)
    found = []
    for name, data in files.items():
        path = world.HERE / name
        if not path.is_file() or not is_same(path.read_bytes(), data):
            found.append(name)
    return found + [name for name in _present() if name not in files]


def _present() -> list[str]:
    """The files that are made: everything but the code, the keys and the words about them."""
    own = {"keys", "__pycache__"}
    return [
        str(path.relative_to(world.HERE))
        for folder in sorted(world.HERE.iterdir())
        if folder.is_dir() and folder.name not in own
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        found = differences()
        sys.stdout.write("".join(f"{name}\n" for name in found) or "as they would be made\n")
        return 1 if found else 0
    world.MAKING_KEYS = True
    files, made = wanted()
    files["cases.json"] = cases_json(made, files)
    for name, data in files.items():
        path = world.HERE / name
        if not path.is_file() or not is_same(path.read_bytes(), data):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            sys.stdout.write(f"written: {name}\n")
    for name in _present():
        if name not in files:
            (world.HERE / name).unlink()
            sys.stdout.write(f"removed: {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
