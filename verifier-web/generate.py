"""Write what the browser verifier shares with the program, taken from the program itself: never copied by hand.

    python verifier-web/generate.py            write src/kinds.generated.ts and src/catalogue.generated.ts
    python verifier-web/generate.py --check    say whether they are up to date; exit code 1 where they are not
    python verifier-web/generate.py --draft    let a sentence whose French is not in the catalogues yet stand in English

The kinds of entry come from `evidence_vault.kinds`, with their fields, types, codes and links; the names of the checks
from `evidence_vault.findings`; the French of every sentence that the sources here say from the catalogues.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.pofile import read_po

from evidence_vault import kinds, unbundling
from evidence_vault.encoding import sha256
from evidence_vault.findings import STEPS
from evidence_vault.i18n import CATALOGUES
from evidence_vault.labels import CHECKS, QUESTIONS, VERDICTS
from evidence_vault.signing import authorities
from evidence_vault.values import INSTANT

HERE = Path(__file__).parent
SOURCES = HERE / "src"
KINDS_FILE = SOURCES / "kinds.generated.ts"
CATALOGUE_FILE = SOURCES / "catalogue.generated.ts"
ROOTS_FILE = SOURCES / "roots.generated.ts"
PROBE = 1_000
"""An index that no code holds: where `kinds.links` gives it back, the field that it was put in is a link."""


def main(arguments: list[str]) -> int:
    """Write the files, or compare them with `--check`."""
    made = {KINDS_FILE: kinds_source(), CATALOGUE_FILE: catalogue_source(), ROOTS_FILE: roots_source()}
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            sys.stdout.write(f"{path.relative_to(HERE.parent)} is not up to date: run `make verifier`.\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(made[path], "utf-8")
    return 0


def kinds_source() -> str:
    """The tables that an entry is read by, as TypeScript."""
    structs: dict[str, Any] = {}
    found = msgspec.inspect.multi_type_info(kinds.KINDS.values())
    table = {name: _type(info, structs)["struct"] for name, info in zip(kinds.KINDS, found, strict=True)}
    return _module(
        "the kinds of entry, their fields, types, codes and links; the checks; the limits of a bundle",
        KINDS=table,
        STRUCTS=structs,
        LINKS={name: list(_links(name)) for name in kinds.KINDS},
        CHANGEABLE=sorted(kinds.CHANGEABLE),
        UNATTESTED_TAIL=sorted(kinds.UNATTESTED_TAIL),
        STEPS=[{"name": name, "question": question} for name, question in STEPS],
        LIMITS={
            "headerLine": unbundling.MAX_HEADER_LINE,
            "bodyLine": unbundling.MAX_BODY_LINE,
            "note": unbundling.MAX_NOTE_BYTES,
            "smallFile": unbundling.MAX_SMALL_FILE,
            "exhibit": unbundling.MAX_EXHIBIT,
            "ledgerFile": unbundling.MAX_LEDGER_FILE,
            "proof": unbundling.MAX_RESPONSE_BYTES,
        },
    )


def _type(info: Any, structs: dict[str, Any]) -> dict[str, Any]:
    """One type of a field, as data; raises `TypeError` for a type that the browser's reader was never taught."""
    match info:
        case msgspec.inspect.StrType(pattern=pattern) if pattern == INSTANT:
            return {"instant": True}  # no pattern says which days there are
        case msgspec.inspect.StrType(min_length=None, max_length=None, pattern=pattern):
            # Python's \Z, the end of the text, is spelled $ in JavaScript.
            return {"text": None if pattern is None else pattern.replace(r"\Z", "$")}
        case msgspec.inspect.IntType(gt=None, lt=None, le=None, multiple_of=None, ge=least):
            return {"integer": least}
        case msgspec.inspect.BoolType():
            return {"boolean": True}
        case msgspec.inspect.NoneType():
            return {"null": True}
        case msgspec.inspect.LiteralType(values=values):
            return {"codes": sorted(values)}
        case msgspec.inspect.UnionType(types=types):
            return {"one_of": [_type(each, structs) for each in types]}
        case msgspec.inspect.VarTupleType(item_type=item, min_length=None, max_length=None):
            return {"list": _type(item, structs)}
        case msgspec.inspect.DictType(key_type=msgspec.inspect.StrType(pattern=None), value_type=value):
            return {"map": _type(value, structs)}
        case msgspec.inspect.StructType(cls=cls, fields=fields, forbid_unknown_fields=True, tag=None):
            if cls.__name__ not in structs:
                structs[cls.__name__] = {}
                structs[cls.__name__] = {
                    field.encode_name: {"required": field.required, "type": _type(field.type, structs)}
                    for field in fields
                }
            return {"struct": cls.__name__}
    raise TypeError(f"the browser verifier cannot read this type yet: {info!r}")


def _links(kind: str) -> Iterator[dict[str, Any]]:
    """The fields of a kind that name other entries, found by asking `kinds.links` about each."""
    for field in msgspec.structs.fields(kinds.KINDS[kind]):
        for value in (PROBE, (PROBE,)):
            try:
                said = kinds.from_fields(kind, {field.name: list(value) if isinstance(value, tuple) else value})
            except ValueError:
                continue
            for target, wanted in kinds.links(said):
                yield {"field": field.name, "kind": wanted, "offset": target - PROBE}


def catalogue_source() -> str:
    """The French of each sentence that a source here says, by its English.

    A sentence is a string literal in double quotes, whole, after `say(`; it must stand in the catalogue.
    """
    said = {
        json.loads(literal)
        for path in sorted(SOURCES.rglob("*.ts"))
        if not path.name.endswith(".generated.ts")
        for literal in re.findall(r'\bsay\(\s*("(?:[^"\\\n]|\\.)*")', path.read_text("utf-8"))
    }
    labels = {"CHECKS": CHECKS, "QUESTIONS": QUESTIONS, "VERDICTS": VERDICTS}
    said.update(label.text for table in labels.values() for label in table.values())
    french = _french()
    missing = sorted(said - french.keys())
    if missing and "--draft" not in sys.argv:
        raise LookupError(f"no French in the catalogues (make catalogues) for {missing}")
    return _module(
        "the labels, and the French of every sentence",
        **{name: {code: label.text for code, label in table.items()} for name, table in labels.items()},
        FRENCH={text: french.get(text, text) for text in sorted(said)},
    )


def _french() -> dict[str, str]:
    """The French catalogue as it is edited: every sentence that has a translation."""
    with (CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def roots_source() -> str:
    """The roots of the time-stamp authorities that ship with the program, in base64, with their SHA-256."""
    import base64

    certificates = authorities.shipped_roots().certificates
    return _module(
        "the roots of the time-stamp authorities that ship with the program",
        SHIPPED_ROOTS=[base64.b64encode(each).decode("ascii") for each in sorted(certificates, key=sha256)],
    )


def _module(what: str, **constants: Any) -> str:
    lines = [f"// Written by generate.py: {what}. Do not edit.\n"]
    for name, value in constants.items():
        lines.append(f"export const {name} = {json.dumps(value, ensure_ascii=False, indent=2)} as const;\n")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
