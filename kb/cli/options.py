"""Options that several commands share. Each is declared once and means the same everywhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, get_type_hints

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from kb.app.views.wanted import Wanted

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
    "", "--policy", metavar="NAME", help="Use this policy instead of the one in kb.toml."
)
BECAUSE = typer.Option(
    "", "--because", metavar="TEXT", help="The reason in one sentence; it is stored."
)
FORCE = typer.Option(False, "--force", help="Overwrite files that kb did not write.")
CODER = typer.Option("", metavar="INITIALS", help="Your initials; by default KB_CODER.")
DRY_RUN = typer.Option(
    False, "--dry-run", help="Show what would change, with the new statuses; write nothing."
)
# A claim that can be left out, in a command that otherwise lists all of them.
ONE_CLAIM = typer.Argument(
    "", metavar="CLAIM", help="Its id or the beginning of it; all claims by default."
)
ONE_SOURCE = typer.Argument(
    ..., metavar="SOURCE", help="Its id, or the beginning of its id or file name."
)
WHY = typer.Option(False, "--why", help="Show rules, assertions and passages.")
_JSON = typer.Option(False, "--json", help="Short for --format json.")

# The filters of every list of claims: name → option. An option that is given several times matches
# any of its values.
_FILTERS: Final = {
    "status": typer.Option([], "--status", metavar="STATUS", help="Only claims with this status."),
    "kind": typer.Option(
        [], "--kind", metavar="KIND", help="Only claims of this kind, such as event."
    ),
    "place": typer.Option(
        [], "--place", metavar="PLACE", help="Only claims at this place or within it."
    ),
    "about": typer.Option([], "--about", metavar="WHO", help="Only claims about this entity."),
    "speaker": typer.Option(
        [], "--speaker", metavar="WHO", help="Only claims that this entity made or commented on."
    ),
    "source": typer.Option(
        [], "--source", metavar="SOURCE", help="Only claims that occur in this document."
    ),
    "text": typer.Option(
        [], "--text", metavar="WORDS", help="Only claims whose statement contains these words."
    ),
}
# Old spellings that still work: command → old option → new option.
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
    """Group of commands whose help shows the first sentence of each command in full."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command with its first sentence."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _sentence(c)) for name, c in self.commands.items()])


def _sentence(command: Any) -> str:
    """Return the first sentence of a command's help."""
    text = " ".join((command.help or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].removesuffix(".") + "."


def current(command: str, args: list[str]) -> list[str]:
    """Replace old spellings of a command's options, with a note for the user."""
    renamed = RENAMED.get(command, {})
    found = []
    for arg in args:
        name, equals, value = arg.partition("=")
        if name in renamed:
            from kb.cli.output import message

            message(f"note: {name} is now called {renamed[name]}")
            name = renamed[name]
        found.append(name + equals + value)
    return found


def shared(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that belong to its parameters.

    A command with `format` gets `--json`. A command with `wanted` gets the filters of claims, and
    receives them as one value.
    """
    signature = _signature(function)
    filtered = "wanted" in inspect.signature(function).parameters

    @wraps(function)
    def command(**values: Any) -> None:
        """Call the command with the shared options in the form it wants."""
        if values.pop("json", False):
            values["format"] = "json"
        if filtered:
            values["wanted"] = _wanted({name: values.pop(name) for name in _FILTERS})
        function(**values)

    command.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in signature}
    return command


def _signature(function: Callable[..., None]) -> list[inspect.Parameter]:
    """Return the parameters of a command as Typer must see them, with the shared options."""
    given = inspect.signature(function).parameters
    # `Wanted` is not imported at run time, so that help starts quickly.
    types = get_type_hints(function, localns={"Wanted": object})
    found = [p.replace(annotation=types[name]) for name, p in given.items() if name != "wanted"]
    if "wanted" in given:
        found += [_parameter(name, option, list[str]) for name, option in _FILTERS.items()]
    if "format" in given:
        found.append(_parameter("json", _JSON, bool))
    return found


def plain(command: Any) -> None:
    """Make help show values without types and braces: `--title TITLE`, `[CLAIM]`."""
    for inner in getattr(command, "commands", {}).values():
        plain(inner)
    for param in command.params:
        if param.param_type_name == "argument":
            param.display_type_rich = lambda ctx: None
            param.get_usage_pieces = partial(_usage, param)
        elif param.metavar is None and not param.is_flag:
            param.metavar = param.name.upper()


def _usage(param: Any, ctx: Any) -> list[str]:
    """Return an argument for the usage line: in brackets if it is optional."""
    name = param.metavar or param.name.upper()
    return [name if param.required or name.startswith("[") else f"[{name}]"]


def _parameter(name: str, option: Any, kind: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=kind)


def _wanted(values: Mapping[str, list[str]]) -> Wanted:
    from kb.app.views.wanted import Wanted

    return Wanted(
        statuses=tuple(values["status"]),
        kinds=tuple(values["kind"]),
        places=tuple(values["place"]),
        about=tuple(values["about"]),
        speakers=tuple(values["speaker"]),
        sources=tuple(values["source"]),
        words=tuple(values["text"]),
    )
