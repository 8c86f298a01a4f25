"""The command line: `kb`. Commands load when they are called, so that help and look-ups start at
once.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from kb import __version__, notes
from kb.cli import session, terminal
from kb.errors import Ambiguous, Invalid, KbError, Usage
from kb.model.identifiers import suggestion

# command → (module that holds it, what help says of it), in the order of help
COMMANDS: Final = {
    "init": ("start", "Make an empty knowledge base."),
    "add": ("add", "Read a document in (add source), or enter claims from a sheet (add --from)."),
    "read": ("add", "A source's text with line numbers; what is coded already is marked."),
    "inbox": ("inbox", "What is unread, being coded, checked; passages that may be copies."),
    "coverage": ("inbox", "Which sentences are coded, skipped or open."),
    "sheet": ("add", "A source's records as a sheet, to edit and add again."),
    "edit": ("edit", "Correct one record, by KEY=VALUE or in your editor."),
    "withdraw": ("edit", "Take back what was recorded wrongly."),
    "judge": (
        "edit",
        "Same event, same claim, contradicts, copy of, verdict: a decision with its reason.",
    ),
    "merge": ("edit", "Treat two entities, or two claims, as one."),
    "rename": ("edit", "Give a record another id, everywhere."),
    "list": ("show", "Claims, sources, entities or predicates."),
    "show": ("show", "One record, with all that is said of it."),
    "find": ("show", "Search names, statements and passages; spelling may be off."),
    "status": ("status", "What is disputed, corroborated, resting on one voice; --why explains."),
    "changes": ("dated", "Which statuses changed between two days, and why."),
    "facts": ("dated", "What a policy accepts."),
    "contradictions": (
        "contradictions",
        "Claims that cannot both be true, or perhaps cannot, and why.",
    ),
    "forecasts": ("forecasts", "What was foretold, and what became of it."),
    "fragile": ("fragile", "Claims whose status hangs on one record."),
    "overview": (
        "overview",
        "One page: how much there is, open disputes with both sides, what next.",
    ),
    "stats": ("show", "How much there is, and how it stands."),
    "query": ("query", "Ask a saved question, or SPARQL from a file."),
    "queries": ("query", "The saved questions."),
    "log": ("past", "What was done here, or to one record; newest first."),
    "undo": ("past", "Take back the last command, or one from the log."),
    "diff": ("diff", "What changed since a revision of git, in words."),
    "migrate": ("start", "Bring a knowledge base of an older kb to the present format."),
    "validate": ("check", "Check files, shapes, references, dates and quotes."),
    "fsck": ("fsck", "Whether everything is whole: files, records, documents, journal, index."),
    "fmt": ("check", "Make stored files canonical."),
    "explain": ("check", "What a problem's code means and how to mend it."),
    "export": ("export", "Turtle, N-Quads, JSON-LD, CSV, facts; all, or what you choose."),
    "index": ("export", "Bring the index up to the text, or rebuild it."),
}

HELP: Final = """Who says what, exactly where, who denies it, and what follows.

\b
  kb init harbour && cd harbour      make a knowledge base
  kb add source report.txt           read a document in
  kb read report                     its text, with line numbers
  kb add --from sheet.yaml           enter claims from a sheet
  kb status                          what is disputed, and by whom
  kb status CLAIM --why              why, with speakers and quotes
"""


class Lazy(TyperGroup):
    """Stand-ins for help; the module of a command is imported when the command is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that knows its one line of help."""
        return (
            TyperCommand(name=cmd_name, help=COMMANDS[cmd_name][1])
            if cmd_name in COMMANDS
            else None
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command, from its module."""
        name, completing = args[0], "_KB_COMPLETE" in os.environ
        if name not in COMMANDS and completing:  # the shell asks: it is no place for a message
            return None, None, args[1:]
        if name not in COMMANDS:
            raise Usage(
                f"there is no command “{name}”.", suggestion(name, COMMANDS, "kb --help lists them")
            )
        module = import_module(f"kb.cli.{COMMANDS[name][0]}")
        group: Any = typer.main.get_command(module.app)
        command = group.commands[name] if name in getattr(group, "commands", {}) else group
        if completing:
            import_module("kb.cli.completion").teach(command, (name,))
        return name, command, args[1:]


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
        print(f"kb {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say which version this is."
    ),
    kb: str = typer.Option(
        "",
        "--kb",
        metavar="DIR",
        help="The knowledge base; else the one around this folder, or KB_HOME.",
    ),
) -> None:
    """What stands before the command."""


# Notes that this command has printed: each is printed once.
_noted: set[str] = set()


def main() -> None:
    """Run a command; whatever goes wrong is one sentence and a way out."""
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Exit code: 0 fine, 1 problems found, 2 wrong use, 3 unreadable knowledge base, 4 conflict,
    130 interrupted.
    """
    terminal.guard()
    _noted.clear()
    notes.listen(_note)
    try:
        _decoded(args)
        command: Any = typer.main.get_command(app)
        rest, folder = _without_kb(args)
        session.begin(folder)
        result = command.main(rest or ["--help"], prog_name="kb", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) and result else session.code()
    except KbError as error:
        return _say(error)
    except (KeyboardInterrupt, EOFError):
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _let_go()
        return 0
    except Exception as error:
        return _other(error)


def _decoded(args: list[str]) -> None:
    """Raise Usage where an argument is not UTF-8: Python keeps such bytes as halves of surrogate
    pairs, which nothing can store.
    """
    for arg in args:
        if not arg.isascii() and any("\ud800" <= c <= "\udfff" for c in arg):
            message = f"the argument {ascii(arg)} is not UTF-8."
            raise Usage(
                message,
                "type it in a terminal that uses UTF-8; give a file another name, or pass its content as standard input",
            )


def _note(sentence: str) -> None:
    """Print a note of the library on stderr, once a command."""
    from kb.cli.output import message

    if sentence not in _noted:
        _noted.add(sentence)
        message(f"warning: {sentence}")


def _let_go() -> None:
    """Output that cannot be written is given up, or the interpreter complains of it once more while
    it ends.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _without_kb(args: list[str]) -> tuple[list[str], str | None]:
    """Take `--kb DIR` from wherever it is. Returns the other arguments, and the folder. Raises
    Usage where --kb has none.
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
        else:
            out.append(arg)
    return out, folder


def _say(error: KbError) -> int:
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


def _other(error: Exception) -> int:
    """The command line's own errors say what is wrong with it; anything else is a defect of ours,
    and says so.
    """
    if hasattr(error, "format_message"):
        print(f"error: {error.format_message()}", file=sys.stderr)
        ctx = getattr(error, "ctx", None)
        print(f"hint: {ctx.command_path if ctx else 'kb'} --help", file=sys.stderr)
        return 2
    if type(error).__name__ == "Abort":
        return 130
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
