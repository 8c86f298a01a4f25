"""kb query and kb queries: saved questions, and SPARQL of your own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.app.checks.condition import QUESTIONS, RECORDS
from kb.cli.opened import opened, opened_at, parameters, seconds
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, shared
from kb.cli.output import emit, limited, message, page, show
from kb.errors import Refused, Usage
from kb.presentation import answer_rows
from kb.presentation.controls import visible
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.rdf_terms import Answer, Triple
    from kb.presentation.answer_rows import Quotes
    from kb.rdf import query_runner
    from kb.workspace.files.saved_queries import SavedQuery

app = typer.Typer(rich_markup_mode=None, add_completion=False)
COLUMNS: Final = ("name", "parameters", "question")
# A format of answers beside those of all tables.
TURTLE: Final = "turtle"
# Largest query that is read, in bytes: no real one comes near it.
LARGEST: Final = 1_000_000
# Seconds for a query by default.
USUAL: Final = 10.0
# Bounds of --memory (MB). With less memory the child cannot start.
LEAST: Final = 16
MOST: Final = 65_536
# An answer as text may have this fraction of the memory: printing needs about ten times its size.
_OF_MEMORY: Final = 16
_RAISED: Final = {"seconds": "--timeout SECONDS", "memory": "--memory MB", "result": "--memory MB"}


QUESTION: Final = typer.Argument(
    ..., metavar="NAME|FILE|-", help="A saved question, a .rq file, or - for standard input."
)
TIMEOUT: Final = typer.Option(
    None,
    "--timeout",
    metavar="SECONDS",
    help="Stop the query after this time, at most an hour; by default 10, or the server's.",
)
MEMORY: Final = typer.Option(
    512, "--memory", metavar="MB", help="Stop the query if it needs more memory than this."
)
ENDPOINT: Final = typer.Option(
    "",
    "--endpoint",
    metavar="NAME|URL",
    help="Ask this SPARQL server instead: a name from kb.toml, or an address.",
)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@shared
def query(
    ctx: typer.Context,
    name: str = QUESTION,
    format: str = FORMAT,
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    timeout: float | None = TIMEOUT,
    memory: int = MEMORY,
    endpoint: str = ENDPOINT,
    limit: int = LIMIT,
) -> None:
    """Ask a saved question, or SPARQL of your own. Parameters follow as NAME=VALUE or --NAME VALUE.

    \b
    kb query disputed
    kb query denials-by --speaker "Old Port Authority"
    kb query who-controlled place=harbour day=2024-03-02
    kb query disputed --as-of 2024-03-02
    kb query disputed --format turtle      rows as a result set in RDF
    kb query mine.rq --format csv --timeout 60
    """
    if endpoint and (as_of or known_on):
        raise Usage(
            "a server cannot show an earlier state.",
            "leave out --as-of and --known-on, or --endpoint",
        )
    kb = opened_at(as_of, known_on)
    text = _text(kb, name)
    values = parameters(ctx.args)
    limits = _limits(USUAL if timeout is None else timeout, memory)

    def asked() -> tuple[query_runner.Result, Quotes]:
        """Return the answer and the passages of its quotes, from one state of the files."""
        if endpoint:
            answer = kb.query_at(endpoint, text, values, timeout)
        else:
            answer = _asked(kb, text, values, limits)
        return answer, answer_rows.passages(kb, answer)

    answer, quotes = kb.together(asked)
    if format == TURTLE:
        _emit_turtle(kb, answer)
    elif isinstance(answer, tuple | bool):
        _print(kb, answer, limit, format)
    else:
        _show(kb, name, answer, quotes, limit, format)


def _show(kb: Answers, name: str, answer: Answer, quotes: Quotes, limit: int, format: str) -> None:
    """Print the rows of an answer, with the passages of its quotes."""
    saved = kb.queries().get(name)
    labels = dict(saved.columns) if saved else {}
    columns, rows = answer_rows.laid_out(kb, answer, quotes, format in ("table", "md"))
    heads = [labels.get(name, name) for name in columns]
    show(columns, limited(rows, limit), format, labels=heads)
    if format == "table":
        message(amount(len(rows), "row"))


def _text(kb: Answers, name: str) -> str:
    """Return the name of a saved question, or the text of a query from a file or stdin."""
    from kb.workspace.files import folder

    if name == "-":
        return folder.decode(folder.read_input(LARGEST), "standard input")
    if name not in kb.queries() and (name.endswith(".rq") or Path(name).is_file()):
        return _own(Path(name))
    return name


def _emit_turtle(kb: Answers, answer: query_runner.Result) -> None:
    """Print an answer as Turtle."""
    from kb.presentation import sparql_results

    emit(sparql_results.turtle(answer, kb.folder.base))


def _print(kb: Answers, answer: tuple[Triple, ...] | bool, limit: int, format: str) -> None:
    """Print yes or no, or triples: as Turtle, or as rows for programs."""
    if isinstance(answer, bool) and format == "table":
        print("yes" if answer else "no")
    elif isinstance(answer, bool):
        show(("answer",), [[answer]], format)
    elif format == "table":
        _emit_turtle(kb, answer)
    else:
        show(answer_rows.TRIPLE, limited(answer_rows.triples(kb, answer), limit), format)


def _limits(timeout: float, memory: int) -> query_runner.Limits:
    """Return the limits of the query. Raises Usage for an option out of bounds."""
    from dataclasses import replace

    from kb.rdf.query_runner import ASKED

    seconds(timeout)
    if not LEAST <= memory <= MOST:
        raise Usage(
            f"--memory {memory} is not a number of megabytes from {LEAST} to {MOST}.",
            "--memory 2000",
        )
    return replace(
        ASKED, seconds=timeout, memory=memory * 2**20, result=memory * 2**20 // _OF_MEMORY
    )


def _asked(
    kb: Answers, text: str, values: dict[str, str], limits: query_runner.Limits
) -> query_runner.Result:
    """Return the answer of the knowledge base. Raises Refused if the query exceeded a limit."""
    from kb.rdf.query_runner import OverLimit

    try:
        return kb.query(text, values, limits=limits)
    except OverLimit as error:
        raise Refused(
            error.message, f"narrow it or add a LIMIT; {_RAISED[error.resource]} allows more"
        ) from None


def _own(path: Path) -> str:
    from kb.workspace.files import folder

    text = folder.read_text(path, LARGEST)
    if text.startswith("#+"):
        from kb.rdf import query_header

        query_header.read(text, str(path))
    return text


@app.command()
@shared
def queries(
    name: str = typer.Argument("", metavar="NAME", help="Print the text of this question."),
    format: str = FORMAT,
) -> None:
    """List the saved questions, with their parameters.

    \b
    kb queries
    kb queries who-controlled
    """
    found = opened((*RECORDS, *QUESTIONS)).queries()
    if name:
        _print_question(found, name, format)
        return
    rows = [answer_rows.question(query) for query in answer_rows.ordered(found.values())]
    show(COLUMNS, rows, format)


def _print_question(found: Mapping[str, SavedQuery], name: str, format: str) -> None:
    from kb.model.identifiers import suggestion

    if name not in found:
        raise Usage(
            f"there is no query “{name}”.", suggestion(name, found, "kb queries lists them")
        )
    if format == "table":
        page(visible(found[name].text))
    else:
        show((*COLUMNS, "text"), [[*answer_rows.question(found[name]), found[name].text]], format)
