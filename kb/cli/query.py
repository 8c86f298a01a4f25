"""kb query, kb queries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kb.cli import terminal
from kb.cli.opened import AS_OF, KNOWN_ON, opened, parameters, standing
from kb.cli.output import emit, message, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.answers import Answers
    from kb.terms import Answer, Term

app = typer.Typer(rich_markup_mode=None)
# What the id of a quote has in it, between its source and its offsets (RFC 5147).
QUOTE = "#char="


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def query(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="NAME|FILE|-", help="A saved question, a .rq file, or - for standard input."),
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    endpoint: str = typer.Option("", help="Ask this SPARQL server instead of the knowledge base; nothing else ever leaves."),
) -> None:
    """Ask a saved question, or SPARQL of your own. Parameters follow as NAME=VALUE or --NAME VALUE.

    \b
    kb query disputed
    kb query denials-by --speaker "Old Port Authority"
    kb query who-controlled place=harbour day=2024-03-02
    kb query disputed --as-of 2024-03-02
    kb query mine.rq --format csv
    """
    from kb import folder
    from kb.terms import Answer

    if endpoint and (as_of or known_on):
        raise Usage("a server elsewhere knows no dated views.", "leave out --as-of and --known-on, or --endpoint")
    kb = standing(as_of, known_on)
    text = name
    if name == "-":
        text = folder.decode(folder.read_input(), "standard input")
    elif name not in kb.queries() and (name.endswith(".rq") or Path(name).is_file()):
        text = _own(Path(name))
    values = parameters(ctx.args)
    answer = kb.query_at(endpoint, text, values) if endpoint else kb.query(text, values)
    if isinstance(answer, bool):
        print("yes" if answer else "no")
    elif isinstance(answer, Answer):
        saved = kb.queries().get(name)
        labels = [label for _, label in saved.columns] if saved else []
        columns = labels if format in {"table", "md"} and len(labels) == len(answer.variables) else list(answer.variables)
        words = _passages(kb, answer) if format in {"table", "md"} else {}
        show(columns, [[words.get(t, kb.short(t)) if t else None for t in row] for row in answer.rows], format)
        if format == "table":
            message(f"{len(answer.rows)} rows")
    else:
        from kb.exporters import rdf

        emit(terminal.escaped(rdf.turtle(answer, kb.folder.base)))


def _passages(kb: Answers, answer: Answer) -> dict[Term, str]:
    """Quotes among the values, with their passages as they are read: a text that is not at hand leaves them empty."""
    quotes = {t for row in answer.rows for t in row if t and t.kind == "iri" and QUOTE in t.value}
    known = kb.known() if quotes else None
    found = {t: kb.passage(known, kb.short(t)) for t in quotes if known}
    return {t: " ".join(text.split()) if line else "" for t, (text, line) in found.items()}


def _own(path: Path) -> str:
    from kb import folder

    text = folder.read_text(path)
    if text.startswith("#+"):
        from kb import header

        header.read(text, str(path))
    return text


@app.command()
def queries(
    name: str = typer.Argument("", metavar="[NAME]", help="One of them, in full."),
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """The saved questions, with their parameters.

    \b
    kb queries
    kb queries who-controlled
    """
    from kb.ids import suggestion

    found = opened().queries()
    if name:
        if name not in found:
            raise Usage(f"there is no query “{name}”.", suggestion(name, found, "kb queries lists them"))
        print(found[name].text, end="")
        return
    rows = []
    for q in found.values():
        if q.group in {"questions", "exports"}:
            rows.append([q.name, " ".join(p.name if p.required else f"[{p.name}]" for p in q.params), q.summary])
    show(["name", "parameters", "question"], rows, format)
