"""Bring the French and English catalogues up to date with the sentences in the code. `--check` only compares.

Sentences are found by reading the source: the text handed to `Message`, to an error, or to any function that hands it
on to one of these. Help texts are asked of the program itself, as `--help` shows them. Translations are kept; a
sentence that was reworded keeps its French as a guess, marked `fuzzy`; one that is gone is dropped.

After a change of any sentence: run this, write the French in `evidence_vault/locale/fr/LC_MESSAGES/messages.po` where
`msgstr` is empty or marked fuzzy (then delete the mark), run it again. It sets apostrophes and non-breaking spaces.
"""

import ast
import difflib
import inspect
import re
import string
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import typer
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import evidence_vault
from evidence_vault import errors, i18n
from evidence_vault.cli import app

SOURCE = Path(evidence_vault.__file__).parent
LANGUAGES: tuple[i18n.Language, ...] = ("en", "fr")

TYPERS_OWN = {"help", "install_completion", "show_completion"}
"""Options whose help typer writes itself; `commands/help.py` has its own sentences for them."""

HEADER = "# The sentences of evidence-vault ({language}). Written by scripts/catalogues.py: change nothing but msgstr."

Sinks = dict[str, int]
"""Names of functions that take a sentence, and the position of that argument."""

Found = dict[str, list[str]]
"""Sentences and where each was found, in the order of the code."""


class PlainCatalog(Catalog):
    """A catalogue whose header holds no date and no version, so that the same sentences give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def sentences() -> Found:
    """Every sentence that is shown to people, from the code and from the help pages."""
    found: Found = {}
    for text, place in [*_in_code(), *_in_help(typer.main.get_command(app), "evidence-vault")]:
        places = found.setdefault(text, [])
        if place not in places:
            places.append(place)
    return found


def _in_code() -> Iterator[tuple[str, str]]:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    sinks = _sinks(trees.values())
    for path, tree in trees.items():
        place = path.relative_to(SOURCE.parent).as_posix()
        for call, name in _calls_of(tree, sinks):
            # A method may share the name of a function that takes sentences, and take something else.
            is_sure = isinstance(call.func, ast.Name)
            for text in _texts(call.args[sinks[name]], is_sure, f"{place}:{call.lineno}"):
                yield text, place


def _sinks(trees: Iterable[ast.Module]) -> Sinks:
    """`Message`, gettext and the errors, then every function that hands one of its parameters on to a sink."""
    sinks: Sinks = {"Message": 0, "gettext": 0}
    sinks |= {name: 0 for name, value in vars(errors).items() if inspect.isclass(value)}
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    size = 0
    while size < len(sinks):
        size = len(sinks)
        for function in functions:
            if not function.name.startswith("__") and (position := _handed_on(function, sinks)) is not None:
                sinks.setdefault(function.name, position)
    return sinks


def _handed_on(function: ast.FunctionDef, sinks: Sinks) -> int | None:
    """The position of the parameter, a `str`, that `function` hands on to a sink; None where it hands on none."""
    parameters = [item for item in (*function.args.posonlyargs, *function.args.args) if item.arg != "self"]
    texts = {item.arg: place for place, item in enumerate(parameters) if _name(item.annotation) == "str"}
    for handed in (call.args[sinks[name]] for call, name in _calls_of(function, sinks)):
        if _name(handed) in texts:
            return texts[_name(handed)]
    return None


def _calls_of(tree: ast.AST, sinks: Sinks) -> Iterator[tuple[ast.Call, str]]:
    """The calls of sinks in `tree` and whom they call, in the order of the text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name(call.func)
        if name in sinks and len(call.args) > sinks[name]:
            yield call, name


def _name(node: ast.expr | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _texts(node: ast.expr, is_sure: bool, place: str) -> Iterator[str]:
    """The sentence that an argument is; two where it is chosen by a condition; none where it is a variable."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=first, orelse=second):
            yield from _texts(first, is_sure, place)
            yield from _texts(second, is_sure, place)
        case ast.JoinedStr() | ast.BinOp() if is_sure:
            raise ValueError(f"{place}: a sentence put together at run time cannot be translated. Give it gaps.")


def _in_help(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """The help of a command, of its arguments and options, then of the commands in it."""
    for holder in (command, *(item for item in command.params if item.name not in TYPERS_OWN)):
        if holder.help:
            yield holder.help, f"{name} --help"
    for child, found in getattr(command, "commands", {}).items():
        yield from _in_help(found, f"{name} {child}")


def folder(language: i18n.Language) -> Path:
    """Where the catalogue of a language is kept."""
    return i18n.CATALOGUES / language / "LC_MESSAGES"


def stored(language: i18n.Language) -> Catalog:
    """The catalogue as it stands on the disk; empty where there is none."""
    path = folder(language) / "messages.po"
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, language)


def merged(language: i18n.Language, found: Found) -> Catalog:
    """A catalogue of exactly the sentences found, with the translations that are stored."""
    kept = {item.id: item for item in stored(language) if item.id}
    gone = {str(text): str(item.string) for text, item in kept.items() if text not in found and item.string}
    catalog = PlainCatalog(language, header_comment=HEADER.format(language=language), fuzzy=False)
    for text, places in found.items():
        flags: tuple[str, ...] = ()
        if language == "en":
            translation = text
        elif text in kept and kept[text].string:
            translation = typography(str(kept[text].string))
            flags = ("fuzzy",) if kept[text].fuzzy else ()
        else:
            guess = difflib.get_close_matches(text, gone, n=1)
            translation = gone[guess[0]] if guess else ""
            flags = ("fuzzy",) if guess else ()
        catalog.add(text, translation, flags=flags, auto_comments=sorted(places))
    return catalog


def typography(text: str) -> str:
    """French with the apostrophes and non-breaking spaces it asks for; what stands in backticks is left alone."""
    code = iter(re.findall("`[^`]*`", text))
    text = re.sub("`[^`]*`", "\ufffc", text).replace("'", "\u2019")
    text = re.sub("(?<=\\S)[ \u00a0\u202f]+([;!?])", "\u202f\\1", text)
    text = re.sub("(?<=\\S)[ \u00a0\u202f]+([:»%])", "\u00a0\\1", text)
    text = re.sub("(«|n°)[ \u00a0\u202f]+", "\\1\u00a0", text)
    return re.sub("\ufffc", lambda _: next(code), text)


def faults(catalog: Catalog) -> Iterator[str]:
    """What is wrong with the translations: missing, only guessed, or without the gaps and commands of the English."""
    for item in catalog:
        if not item.id:
            continue  # the header
        if not item.string:
            yield f"no translation: {item.id}"
        elif item.fuzzy:
            yield f"only guessed: {item.id}"
        elif gaps(str(item.id)) != gaps(str(item.string)):
            yield f"other gaps than the English: {item.string}"
        elif missing := commands(str(item.id)) - commands(str(item.string)):
            yield f"without {', '.join(sorted(missing))}: {item.string}"


def gaps(text: str) -> list[str]:
    """The gaps of a sentence, as `str.format` sees them; none where it is no template."""
    try:
        return sorted(name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return []


def commands(text: str) -> set[str]:
    """What is to be typed as it stands: commands in backticks, options."""
    return {*re.findall(r"`[^`]+`", text), *re.findall(r"--[a-z][a-z0-9-]*", text)}


def written(catalog: Catalog) -> dict[str, bytes]:
    """The files of a catalogue: `messages.po` for people, `messages.mo` for the program."""
    text, compiled = BytesIO(), BytesIO()
    write_po(text, catalog, width=0, sort_output=True)
    write_mo(compiled, catalog)
    return {"messages.po": text.getvalue(), "messages.mo": compiled.getvalue()}


def main(*, check: bool) -> str | None:
    """Write the catalogues, or compare them; what is still wrong, or None."""
    try:
        found = sentences()
    except ValueError as error:
        return str(error)
    wrong = []
    for language in LANGUAGES:
        catalog = merged(language, found)
        wrong += [f"{language}: {fault}" for fault in faults(catalog)]
        for name, data in written(catalog).items():
            path = folder(language) / name
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            elif not path.exists() or path.read_bytes() != data:
                wrong.append(f"{path.relative_to(SOURCE.parent)} is out of date: run scripts/catalogues.py")
    return "\n".join(wrong) or None


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
