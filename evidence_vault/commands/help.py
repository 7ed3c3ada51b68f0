"""Help pages and usage errors in the person's language.

Typer writes its headings in English; here the page is put together from the same definitions, translated when shown.
"""

import re
import textwrap
from collections.abc import Iterable
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from evidence_vault.i18n import _, translate

_WIDTH = 100
_WIDEST_NAME = 34


class Command(TyperCommand):
    """A command whose help page is translated."""

    def get_help(self, ctx: Any) -> str:
        return _page(self, ctx, [])


class Group(TyperGroup):
    """A group of commands whose help page is translated, in the order in which a person meets them."""

    command_class = Command

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the signature is typer's
        return list(self.commands)

    def get_help(self, ctx: Any) -> str:
        return _page(self, ctx, [(name, _first_sentence(command)) for name, command in self.commands.items()])


def usage_sentence(error: Exception) -> str:
    """What was wrong with a call, in the person's language."""
    parameter = getattr(error, "param", None)
    name = parameter.get_error_hint().strip("'") if parameter is not None else ""
    detail = str(getattr(error, "message", error))
    match type(error).__name__:
        case "MissingParameter":
            return _("{name} is missing.").format(name=name)
        case "NoSuchOption":
            return _("There is no option {name}.").format(name=getattr(error, "option_name", ""))
        case "BadParameter":
            # What the library says of the value is English; what it may be is enough.
            expected = _expected(parameter, error) if parameter is not None else detail
            return _("The value of {name} is not understood; expected: {expected}.").format(
                name=name, expected=expected
            )
        case _:
            return _told(detail, getattr(error, "ctx", None))


def _expected(parameter: Any, error: Any) -> str:
    """What the value of a parameter may be."""
    shown = str(parameter.display_type(error.ctx)).strip("<>")
    if "int" not in re.findall("[a-z_]+", shown):
        return shown.replace("|", ", ")
    if parameter.min is None or parameter.max is None:
        return _("a whole number")
    return _("a whole number from {low} to {high}").format(low=parameter.min, high=parameter.max)


def _told(detail: str, context: Any) -> str:
    """What typer says of a call in English only, told by its words for want of a type of its own."""
    if detail == "Missing command.":
        return _("A command is missing: {names}.").format(names=", ".join(context.command.commands))
    if found := re.fullmatch(r"No such command (?P<name>.+?)\.(?: Did you mean (?P<near>.+)\?)?", detail):
        name = found["name"].strip("'\"")
        if near := found["near"]:
            near = near.replace("'", "")
            return _("There is no command {name}. The nearest: {near}.").format(name=name, near=near)
        return _("There is no command {name}.").format(name=name)
    if found := re.fullmatch(r"Option '(.+)' requires an argument\.", detail):
        return _("The option {name} needs a value.").format(name=found[1])
    if found := re.fullmatch(r"Option '(.+)' does not take a value\.", detail):
        return _("The option {name} takes no value.").format(name=found[1])
    if found := re.fullmatch(r"Got unexpected extra argument\(s\) \((.+)\)", detail, re.DOTALL):
        return _("Too much was given: {words}.").format(words=found[1])
    return _("The command is not understood: {detail}").format(detail=detail)


def _page(command: Any, ctx: Any, commands: list[tuple[str, str]]) -> str:
    arguments = [(item.name.upper(), _described(item)) for item in command.params if isinstance(item, TyperArgument)]
    options = [
        (_option_names(item, ctx), _described(item))
        for item in command.get_params(ctx)
        if isinstance(item, TyperOption) and not item.hidden
    ]
    pieces = [_("[OPTIONS]") if piece == "[OPTIONS]" else piece for piece in command.collect_usage_pieces(ctx)]
    parts = [f"{_('Usage:')} {' '.join([ctx.command_path, *pieces])}"]
    parts += [textwrap.fill(paragraph, _WIDTH) for paragraph in translate(command.help or "").split("\n\n")]
    for heading, rows in ((_("Arguments:"), arguments), (_("Options:"), options), (_("Commands:"), commands)):
        if rows:
            parts.append(heading + "\n" + "\n".join(_columns(rows)))
    return "\n\n".join(parts)


def _first_sentence(command: Any) -> str:
    return translate(command.help or "").split("\n\n", maxsplit=1)[0]


def _described(parameter: Any) -> str:
    if isinstance(parameter, TyperOption) and "--help" in parameter.opts:
        return _("Show this page and exit.")
    if isinstance(parameter, TyperOption) and "--install-completion" in parameter.opts:
        return _("Install completion of commands for the current shell.")
    if isinstance(parameter, TyperOption) and "--show-completion" in parameter.opts:
        return _("Print the completion script of the current shell, to look at it or copy it.")
    text = translate(parameter.help or "")
    return f"{text} {_('[required]')}" if parameter.required else text


def _option_names(option: TyperOption, ctx: Any) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.metavar or option.display_type(ctx)}"


def _columns(rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Two columns; a name too long for the first stands on a line of its own."""
    rows = list(rows)
    width = min(max(len(name) for name, _text in rows), _WIDEST_NAME)
    for name, text in rows:
        lines = textwrap.wrap(text, _WIDTH - width - 4) or [""]
        if len(name) > width:
            yield from textwrap.wrap(name, _WIDTH, initial_indent="  ", subsequent_indent="      ")
        else:
            yield f"  {name:<{width}}  {lines.pop(0)}".rstrip()
        yield from (" " * (width + 4) + line for line in lines)
