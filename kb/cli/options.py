"""The options that commands share: each is declared once, and means the same in every command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, get_type_hints

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from kb.app.selection import Wanted

FORMAT = typer.Option(
    "table", "--format", "-f", metavar="FORMAT", help="table, csv, tsv, json, ndjson or md."
)
LIMIT = typer.Option(
    0, "--limit", metavar="N", show_default=False, help="Show at most N rows; by default all."
)
AS_OF = typer.Option("", "--as-of", metavar="DATE", help="Only what had been published by then.")
KNOWN_ON = typer.Option(
    "", "--known-on", metavar="DATE", help="Only what had been recorded by then."
)
POLICY = typer.Option(
    "", "--policy", metavar="NAME", help="Judge by this policy, not by the one in kb.toml."
)
BECAUSE = typer.Option("", "--because", metavar="TEXT", help="The reason, in a sentence; kept.")
FORCE = typer.Option(False, "--force", help="Overwrite files that kb did not write.")
_JSON = typer.Option(False, "--json", help="Short for --format json.")

# The filters of every list of claims: name → option. Each can be given several times, and then
# means one of the values.
_FILTERS: Final = {
    "status": typer.Option([], "--status", metavar="STATUS", help="Only claims with this status."),
    "kind": typer.Option([], "--kind", metavar="KIND", help="Only claims of this kind, as event."),
    "place": typer.Option(
        [], "--place", metavar="PLACE", help="Only claims at this place or within it."
    ),
    "about": typer.Option([], "--about", metavar="WHO", help="Only claims about this entity."),
    "speaker": typer.Option(
        [], "--speaker", metavar="WHO", help="Only claims on which this entity speaks."
    ),
    "source": typer.Option(
        [], "--source", metavar="SOURCE", help="Only claims that occur in this document."
    ),
    "text": typer.Option(
        [], "--text", metavar="WORDS", help="Only claims whose statement contains these words."
    ),
}
# Old spellings that are still understood: command → old option → new option.
RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "status": {"--only": "--status"},
    "forecasts": {"--only": "--status", "--record": "--track-record"},
    "inbox": {"--only": "--state"},
    "coverage": {"--only": "--state"},
    "changes": {"--from": "--since", "--to": "--until"},
    "judge": {"--why": "--because"},
    "merge": {"--why": "--because"},
    "withdraw": {"--why": "--because"},
}


class Whole(TyperGroup):
    """A group of commands whose help gives the whole first sentence of each."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, each with its first sentence."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _sentence(c)) for name, c in self.commands.items()])


def _sentence(command: Any) -> str:
    """The first sentence of a command's help."""
    text = " ".join((command.help or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].removesuffix(".") + "."


def current(command: str, args: list[str]) -> list[str]:
    """Replace old spellings of a command's options by those of today, and say so."""
    renamed = RENAMED.get(command, {})
    found = []
    for arg in args:
        name, equals, value = arg.partition("=")
        if name in renamed:
            from kb.cli.output import message

            message(f"note: {name} is called {renamed[name]} now")
            name = renamed[name]
        found.append(name + equals + value)
    return found


def shared(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that belong to its parameters: `--json` where it has a `format`,
    the filters of claims where it has `wanted`, which they are packed into.
    """
    given = inspect.signature(function).parameters
    own = [p for name, p in given.items() if name != "wanted"]
    types = get_type_hints(function, localns={"Wanted": object})  # imported when it is needed
    added = [_parameter(name, option, list[str]) for name, option in _FILTERS.items()]
    signature = [p.replace(annotation=types[p.name]) for p in own]
    if "wanted" in given:
        signature += added
    if "format" in given:
        signature.append(_parameter("json", _JSON, bool))

    @wraps(function)
    def command(**values: Any) -> None:
        """Call the command with the shared options in the form it wants."""
        if values.pop("json", False):
            values["format"] = "json"
        if "wanted" in given:
            values["wanted"] = _wanted({name: values.pop(name) for name in _FILTERS})
        function(**values)

    command.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in signature}
    return command


def plain(command: Any) -> None:
    """Have help name values in words, without types and braces: `--title TITLE`, `[CLAIM]`."""
    for inner in getattr(command, "commands", {}).values():
        plain(inner)
    for param in command.params:
        if param.param_type_name == "argument":
            param.display_type_rich = lambda ctx: None
            param.get_usage_pieces = partial(_usage, param)
        elif param.metavar is None and not param.is_flag:
            param.metavar = param.name.upper()


def _usage(param: Any, ctx: Any) -> list[str]:
    """An argument in the line of usage: in brackets where it can be left out."""
    name = param.metavar or param.name.upper()
    return [name if param.required or name.startswith("[") else f"[{name}]"]


def _parameter(name: str, option: Any, kind: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=kind)


def _wanted(values: Mapping[str, list[str]]) -> Wanted:
    from kb.app.selection import Wanted

    return Wanted(
        statuses=tuple(values["status"]),
        kinds=tuple(values["kind"]),
        places=tuple(values["place"]),
        about=tuple(values["about"]),
        speakers=tuple(values["speaker"]),
        sources=tuple(values["source"]),
        words=tuple(values["text"]),
    )
