"""kb query, kb queries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.app.condition import QUESTIONS, RECORDS
from kb.cli.opened import opened, parameters, standing
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, shared
from kb.cli.output import emit, limited, message, page, show
from kb.errors import Refused, Usage
from kb.presentation import controls
from kb.presentation.controls import visible
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.rdf_terms import Answer, Term
    from kb.presentation.passages import Passage
    from kb.rdf import query_runner

app = typer.Typer(rich_markup_mode=None, add_completion=False)
# What the id of a quote has in it, between its source and its offsets (RFC 5147).
QUOTE = "#char="
# The variable that saved questions use for the stored words of a quote.
STORED: Final = "fragment"
# Bytes of a query that is read: more than the longest in any script, and little enough to be looked
# through at once.
LARGEST: Final = 1_000_000
# Bounds of --timeout (seconds) and --memory (MB). A child with less memory cannot even begin.
LONGEST: Final = 3600.0
LEAST: Final = 16
MOST: Final = 65_536
# The part of its memory that an answer may have as text: printing takes about ten times that.
_OF_MEMORY: Final = 16
_RAISED: Final = {"seconds": "--timeout SECONDS", "memory": "--memory MB", "result": "--memory MB"}


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@shared
def query(
    ctx: typer.Context,
    name: str = typer.Argument(
        ..., metavar="NAME|FILE|-", help="A saved question, a .rq file, or - for standard input."
    ),
    format: str = FORMAT,
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    timeout: float = typer.Option(
        10.0,
        "--timeout",
        metavar="SECONDS",
        help="Stop the query after this time; at most an hour.",
    ),
    memory: int = typer.Option(
        512, "--memory", metavar="MB", help="Stop the query if it needs more memory than this."
    ),
    endpoint: str = typer.Option(
        "",
        "--endpoint",
        metavar="URL",
        help="Ask this SPARQL server instead; only this command uses the network.",
    ),
    limit: int = LIMIT,
) -> None:
    """Ask a saved question, or SPARQL of your own. Parameters follow as NAME=VALUE or --NAME VALUE.

    \b
    kb query disputed
    kb query denials-by --speaker "Old Port Authority"
    kb query who-controlled place=harbour day=2024-03-02
    kb query disputed --as-of 2024-03-02
    kb query mine.rq --format csv --timeout 60
    """
    from kb.model.rdf_terms import Answer
    from kb.workspace import folder

    if endpoint and (as_of or known_on):
        raise Usage(
            "a server elsewhere knows no dated views.",
            "leave out --as-of and --known-on, or --endpoint",
        )
    kb = standing(as_of, known_on)
    text = name
    if name == "-":
        text = folder.decode(folder.read_input(LARGEST), "standard input")
    elif name not in kb.queries() and (name.endswith(".rq") or Path(name).is_file()):
        text = _own(Path(name))
    values = parameters(ctx.args)
    limits = _limits(timeout, memory)

    def asked() -> tuple[query_runner.Result, dict[Term | None, Passage]]:
        """The answer, and the passages of its quotes."""
        if endpoint:
            answer = kb.query_at(endpoint, text, values)
        else:
            answer = _asked(kb, text, values, limits)
        return answer, _passages(kb, answer) if isinstance(answer, Answer) else {}

    answer, quotes = kb.together(asked)
    if isinstance(answer, bool):
        print("yes" if answer else "no")
    elif isinstance(answer, Answer):
        saved = kb.queries().get(name)
        _show(kb, answer, quotes, dict(saved.columns) if saved else {}, limit, format)
    else:
        from kb.exchange import rdf

        emit(controls.escaped(rdf.turtle(answer, kb.folder.base)))


def _limits(timeout: float, memory: int) -> query_runner.Limits:
    """What the query may use. Raises Usage where an option is out of bounds."""
    from dataclasses import replace

    from kb.rdf.query_runner import ASKED

    if not 0 < timeout <= LONGEST:
        raise Usage(
            f"--timeout {timeout:g} is not a number of seconds above 0 and up to {LONGEST:g}.",
            "--timeout 60",
        )
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
    """The answer of the knowledge base. Raises Refused, with the option that allows more, where the
    query went over a limit.
    """
    from kb.rdf.query_runner import OverLimit

    try:
        return kb.query(text, values, limits=limits)
    except OverLimit as error:
        raise Refused(
            error.message, f"narrow it or add a LIMIT; {_RAISED[error.resource]} allows more"
        ) from None


def _show(
    kb: Answers,
    answer: Answer,
    quotes: Mapping[Term | None, Passage],
    labels: Mapping[str, str],
    limit: int,
    format: str,
) -> None:
    """Print the rows of an answer. Where it has quotes, people read the passage in their place, and
    programs get it in columns of its own, `passage` and `place`.
    """
    columns = list(answer.variables)
    rows = [[kb.short(t) if t else None for t in row] for row in answer.rows]
    if quotes and format in ("table", "md"):
        for row, terms in zip(rows, answer.rows, strict=True):
            row[:] = [
                quotes[t].read() if t in quotes else v for t, v in zip(terms, row, strict=True)
            ]
        if STORED in columns:  # words of the passage, which is beside it
            at = columns.index(STORED)
            columns.pop(at)
            for row in rows:
                row.pop(at)
    elif quotes:
        columns += ["passage", "place"]
        for row, terms in zip(rows, answer.rows, strict=True):
            found = next((quotes[t] for t in terms if t in quotes), None)
            row += [found.words or None, found.place] if found else [None, None]
    heads = [labels.get(name, name) for name in columns]
    show(columns, limited(rows, limit), format, labels=heads)
    if format == "table":
        message(amount(len(rows), "row"))


def _passages(kb: Answers, answer: Answer) -> dict[Term | None, Passage]:
    """The quotes among the values, with their passages."""
    from kb.presentation.passages import passage

    quotes = {t for row in answer.rows for t in row if t and t.kind == "iri" and QUOTE in t.value}
    known = kb.known() if quotes else None
    return {t: passage(kb, known, kb.short(t)) for t in quotes if known}


def _own(path: Path) -> str:
    from kb.workspace import folder

    text = folder.read_text(path, LARGEST)
    if text.startswith("#+"):
        from kb.rdf import query_header

        query_header.read(text, str(path))
    return text


@app.command()
@shared
def queries(
    name: str = typer.Argument("", metavar="NAME", help="Print this one in full."),
    format: str = FORMAT,
) -> None:
    """The saved questions, with their parameters.

    \b
    kb queries
    kb queries who-controlled
    """
    from kb.model.identifiers import suggestion

    found = opened((*RECORDS, *QUESTIONS)).queries()
    if name:
        if name not in found:
            raise Usage(
                f"there is no query “{name}”.", suggestion(name, found, "kb queries lists them")
            )
        page(visible(found[name].text))
        return
    rows = []
    # What serves every subject comes first.
    for q in sorted(found.values(), key=lambda query: "conflict" in query.tags):
        if q.group in {"questions", "exports"}:
            rows.append(
                [
                    q.name,
                    " ".join(p.name if p.required else f"[{p.name}]" for p in q.params),
                    q.summary,
                ]
            )
    show(["name", "parameters", "question"], rows, format)
