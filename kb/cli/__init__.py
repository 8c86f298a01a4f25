"""The command line, `kb`. The module of a command is imported when the command is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from kb import notes
from kb.cli import exact_values, options, session, terminal
from kb.cli.interrupts import INTERRUPTED, Interrupts
from kb.errors import Ambiguous, Invalid, KbError, Usage
from kb.model.identifiers import suggestion

# Group of help → command → (module that contains it, what help says about it).
GROUPS: Final = {
    "Start": {
        "init": ("start", "Make an empty knowledge base."),
        "migrate": ("start", "Update an older knowledge base to the current format."),
    },
    "Add": {
        "add": ("add", "Add a document (add source) or claims (add --from SHEET)."),
        "read": ("reading", "Print a source's text with line numbers."),
        "sheet": ("reading", "Print a source's records as a sheet, to edit and add again."),
        "inbox": ("inbox", "List sources to read or check, and possible copies."),
        "coverage": ("coverage", "List which sentences are coded, skipped or open."),
    },
    "Correct": {
        "edit": ("edit", "Correct one record, by KEY=VALUE or in your editor."),
        "withdraw": ("edit", "Withdraw records that were made by mistake."),
        "judge": ("edit", "Record a decision: same event, copy of, verdict and others."),
        "merge": ("edit", "Treat two entities, or two claims, as one."),
        "rename": ("edit", "Give a record another id, everywhere."),
    },
    "Look": {
        "overview": ("overview", "Summarise everything on one page."),
        "list": ("show", "List claims, sources, entities, judgements and others."),
        "show": ("show", "Show one record with everything about it."),
        "find": ("show", "Search names, statements and passages."),
        "stats": ("show", "Count records and claims by status."),
        "serve": ("serve", "Show everything in a browser on this computer."),
    },
    "Ask": {
        "status": ("status", "Show what is disputed or corroborated; --why explains it."),
        "contradictions": ("contradictions", "List claims that cannot both be true."),
        "facts": ("dated", "List the claims that a policy accepts."),
        "forecasts": ("forecasts", "List forecasts and their outcomes."),
        "fragile": ("fragile", "List claims whose status depends on one record."),
        "query": ("query", "Ask a saved question, or SPARQL from a file."),
        "queries": ("query", "List the saved questions."),
    },
    "Check": {
        "validate": ("check", "Check files, references, dates and quotes."),
        "fsck": ("fsck", "Check that files, documents, log and index are intact."),
        "fmt": ("check", "Make stored files canonical."),
        "index": ("export", "Update the index, or rebuild it."),
        "explain": ("check", "Explain a problem code and how to fix it."),
    },
    "History": {
        "log": ("past", "List the commands that changed something, newest first."),
        "undo": ("past", "Revert the last command, or one from the log."),
        "changes": ("dated", "List statuses that changed between two days, and why."),
        "diff": ("diff", "Show what changed since a revision of git."),
    },
    "Share": {
        "export": ("export", "Export all records or a selection: Turtle, JSON-LD, CSV."),
        "site": ("site", "Write pages that can be browsed without a server."),
        "import": ("importing", "Import tables (CSV, Excel) or annotations (Web Annotation)."),
        "push": ("servers", "Send records and statuses to a SPARQL server."),
        "pull": ("servers", "Fetch the records from a SPARQL server."),
    },
}
COMMANDS: Final = {name: about for group in GROUPS.values() for name, about in group.items()}

HELP: Final = """Who says what, exactly where, who denies it, and what follows.

\b
  kb init harbour && cd harbour      make a knowledge base
  kb add source report.txt           add a document
  kb read report                     print its text with line numbers
  kb add --from sheet.yaml           add claims from a sheet
  kb status                          list claims and who disputes them
  kb show CLAIM                      show one claim with its quotes
  kb help COMMAND                    explain a command
"""


class Lazy(TyperGroup):
    """Group whose commands are placeholders until one of them is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of help."""
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands in groups, each with its full description."""
        widest = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                rows = [(name.ljust(widest), text) for name, (_, text) in commands.items()]
                formatter.write_dl(rows)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before the command."""
        exact_values.accept(self, ctx)
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a placeholder with one line of help."""
        return (
            TyperCommand(name=cmd_name, help=COMMANDS[cmd_name][1])
            if cmd_name in COMMANDS
            else None
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import a command and return it with its arguments. Raises Usage if there is none."""
        name, rest = args[0], args[1:]
        if "_KB_COMPLETE" in os.environ:  # the shell asks for completions and shows no messages
            return _completing(name, rest)
        if name not in COMMANDS:
            raise Usage(
                f"there is no command “{name}”.", suggestion(name, COMMANDS, "kb --help lists them")
            )
        command = _imported(name)
        import_module("kb.cli.output").show_progress()
        options.plain(command)
        exact_values.accept(command, ctx)
        return name, command, options.current(name, rest)


def _imported(name: str) -> Any:
    """Import the module of a command and return the command."""
    group: Any = typer.main.get_command(import_module(f"kb.cli.{COMMANDS[name][0]}").app)
    return getattr(group, "commands", {}).get(name, group)


def _completing(name: str, rest: list[str]) -> tuple[str | None, Any, list[str]]:
    """Return a command that can complete its arguments."""
    if name not in COMMANDS:
        return None, None, rest
    command = _imported(name)
    import_module("kb.cli.completion").teach(command, (name,))
    return name, command, rest


app = typer.Typer(
    cls=Lazy,
    help=HELP,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        import_module("kb.cli.version").show()
        raise typer.Exit()


@app.callback()
def _root(
    version: bool = typer.Option(
        False,
        "--version",
        "-V",
        callback=_version,
        is_eager=True,
        help="Show the version, and which installation runs.",
    ),
    kb: str = typer.Option(
        "",
        "--kb",
        metavar="DIR",
        help="The knowledge base; by default the one around this folder, or KB_HOME.",
    ),
    no_pager: bool = typer.Option(
        False, "--no-pager", help="Never use a pager (KB_PAGER, PAGER or less)."
    ),
) -> None:
    """Declare the options of all commands for help; `_for_all` handles them."""


# Notes that this command has printed. Each is printed once.
_noted: set[str] = set()


def main() -> None:
    """Run the command line and exit. An error is printed as one sentence with a hint."""
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run a command and return its exit code.

    0 means success, 1 problems found, 2 wrong use, 3 unreadable knowledge base, 4 conflict, 130
    interrupted.
    """
    terminal.guard()
    terminal.with_pager()
    _noted.clear()
    notes.listen(_note)
    with Interrupts() as interrupts:
        code = _run(args)
    return _interrupted() if interrupts.seen or code == INTERRUPTED else code


def _run(args: list[str]) -> int:
    """Run a command like `run`, but without the interrupts that Python loses."""
    try:
        _decoded(args)
        command: Any = typer.main.get_command(app)
        rest, folder = _for_all(args)
        session.begin(folder)
        result = command.main(rest, prog_name="kb", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) and result else session.code()
    except KbError as error:
        return _say(error)
    except (KeyboardInterrupt, EOFError):
        return INTERRUPTED
    except BrokenPipeError:
        from kb.cli.output import PIPE_CLOSED

        _let_go()
        return PIPE_CLOSED
    except Exception as error:
        return _other(error, args)


def _interrupted() -> int:
    """Print that the command was interrupted, and return the exit code."""
    from kb.cli.output import message

    message("interrupted")
    return INTERRUPTED


def _decoded(args: list[str]) -> None:
    """Raise Usage if an argument is not UTF-8.

    Python keeps its bytes as single surrogates, which cannot be stored.
    """
    for arg in args:
        if not arg.isascii() and any("\ud800" <= c <= "\udfff" for c in arg):
            raise Usage(
                f"the argument {ascii(arg)} is not UTF-8.",
                "type it in a terminal that uses UTF-8; rename a file with such a name, "
                "or pass its content on standard input",
            )


def _note(sentence: str) -> None:
    """Print a note of the library on stderr, only once per command."""
    from kb.cli.output import message

    if sentence not in _noted:
        _noted.add(sentence)
        message(f"warning: {sentence}")


def _let_go() -> None:
    """Discard output that cannot be written, so that the interpreter does not fail at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _for_all(args: list[str]) -> tuple[list[str], str | None]:
    """Handle `--kb DIR` and `--no-pager`, which may be anywhere, and `help COMMAND`.

    Return the other arguments and the folder. Raises Usage for --kb without a folder.
    """
    out: list[str] = []
    folder = None
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            return [*out, arg, *rest], folder
        if arg == "--kb":
            folder = next(rest, None)
            if folder is None:
                raise Usage("--kb needs a folder.", "kb --kb DIR COMMAND")
        elif arg.startswith("--kb="):
            folder = arg.removeprefix("--kb=")
        elif arg == "--no-pager":
            terminal.without_pager()
        else:
            out.append(arg)
    if out[:1] == ["help"]:
        out = [*out[1:], "--help"]
    return out or ["--help"], folder


def _say(error: KbError) -> int:
    """Print an error with its hint, and return its exit code."""
    from kb.cli.output import message

    for problem in error.problems if isinstance(error, Invalid) else ():
        message(terminal.line(str(problem)))
    if isinstance(error, Ambiguous):
        message(f"error: {error.summary}")
        message("\n".join(f"  {candidate}" for candidate in error.candidates))
    else:
        message(terminal.line(f"error: {error.message}"))
    if error.hint:
        message(terminal.line(f"hint: {error.hint}"))
    return error.exit_code


def _remedy(error: Exception, args: list[str]) -> str:
    """Return the command that explains the correct use."""
    sheets = [arg for arg in args if arg.endswith((".yaml", ".yml"))]
    if args[:1] == ["add"] and sheets and "--from" not in args:
        return f"kb add --from {sheets[0]}"
    ctx = getattr(error, "ctx", None)
    command = next((arg for arg in args if arg in COMMANDS), "")
    return f"{ctx.command_path if ctx else f'kb {command}'.rstrip()} --help"


def _other(error: Exception, args: list[str]) -> int:
    """Print an error of the command line, of the system, or of kb itself. Return the exit code."""
    if hasattr(error, "format_message"):
        print(f"error: {error.format_message()}", file=sys.stderr)
        print(f"hint: {_remedy(error, args)}", file=sys.stderr)
        return 2
    if type(error).__name__ == "Abort":
        return INTERRUPTED
    if os.environ.get("KB_DEBUG"):
        raise error
    if isinstance(error, OSError):
        _let_go()
        print(f"error: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        return 2
    print(
        f"error: this is a defect of the program ({type(error).__name__}: {error}).",
        file=sys.stderr,
    )
    print("hint: KB_DEBUG=1 shows where; please report it", file=sys.stderr)
    return 2
