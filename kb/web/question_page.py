"""Saved questions: each as a form, with its answer as a table and as data."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from keyword import iskeyword
from typing import Final

from kb.app.inquiry.questions import ASKED
from kb.errors import KbError, Unknown
from kb.model.identifiers import suggestion
from kb.model.rdf_terms import Answer
from kb.presentation import answer_rows, sparql_results
from kb.presentation.sparql_results import Result
from kb.system.sandbox import OverLimit
from kb.web import bounded_work, days
from kb.web.bounded_work import WAIT
from kb.web.look import Look
from kb.web.results import INCOMPLETE, Asked, Page, Table, Text
from kb.workspace.files.saved_queries import SavedQuery

# Names offered while somebody types; more would make the page slow.
OFFERED: Final = 1_000
# Rows of an answer on the page; the data have all.
ROWS: Final = 500
GROUPS: Final = ("questions", "exports")
TYPES: Final = {"date": "date", "integer": "number"}
COLUMNS: Final = ("name", "parameters", "question")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of an answer, and the key of the record that it names, or ""."""

    text: object
    key: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an answer, and the first claim that it names, or ""."""

    cells: list[Cell]
    claim: str = ""


def index(look: Look, asked: Asked) -> Page:
    """Return the list of questions."""
    found = _ordered(look)
    return Page(
        "questions.html", "Questions", {"found": found}, "kb queries", "/questions", ("csv", "json")
    )


def index_rows(look: Look, asked: Asked) -> Table:
    """Return the data of `kb queries`."""
    return Table(COLUMNS, [answer_rows.question(query) for query in _ordered(look)])


def page(look: Look, asked: Asked) -> Page:
    """Return a question with its form, and its answer once every required value is given."""
    query = _query(look, asked.name)
    given = _given(query, asked)
    found = {"answered": False, "mistake": "", "hint": "", "columns": (), "rows": (), "number": 0}
    found["longer"] = False
    if all(p.name in given or p.default for p in query.params if p.required):
        found |= _answered(look, query, given, bounded_work.seconds(asked, look.quick))
    arguments = "".join(f" {name}={shlex.quote(value)}" for name, value in given.items())
    values = {
        "query": query,
        "given": given,
        "types": TYPES,
        "offered": {p.name: _offered(look, p.name) for p in query.params if p.kind == "iri"},
        "completed": {p.name: _completed(p.name) for p in query.params if p.kind == "iri"},
        "python": f"import kb; print({look.days.python()}.ask({_passed(query.name, given)}))",
        **found,
    }
    command = f"kb query {query.name}{arguments}"
    formats = ("csv", "json", "ttl") if found["answered"] else ()
    data = f"/question/{query.name}"
    return Page("question.html", query.summary, values, command, data, formats)


def _passed(name: str, given: Mapping[str, str]) -> str:
    """Return the arguments of a question in Python.

    >>> _passed("who-controlled", {"place": "pier"}), _passed("mine", {"from": "a"})
    ("'who-controlled', place='pier'", "'mine', **{'from': 'a'}")
    """
    if not all(word.isidentifier() and not iskeyword(word) for word in given):
        return f"{name!r}, **{dict(given)!r}"
    return ", ".join([repr(name), *(f"{word}={value!r}" for word, value in given.items())])


def table(look: Look, asked: Asked) -> Table:
    """Return the data of `kb query NAME`. Raises Usage, Refused."""
    query = _query(look, asked.name)
    answer = look.answer(query, _given(query, asked))
    if isinstance(answer, bool):
        return Table(("answer",), [[answer]])
    if isinstance(answer, tuple):
        return Table(answer_rows.TRIPLE, answer_rows.triples(look.kb, answer))
    quotes = answer_rows.passages(look.kb, answer, look.known)
    return Table(*answer_rows.laid_out(look.kb, answer, quotes, readable=False))


def turtle(look: Look, asked: Asked) -> Text:
    """Return the text of `kb query NAME --format turtle`. Raises Usage, Refused."""
    query = _query(look, asked.name)
    answer = look.answer(query, _given(query, asked))
    text = sparql_results.turtle(answer, look.kb.folder.base)
    return Text(text, f"{sparql_results.TURTLE}; charset=utf-8")


def _answered(
    look: Look, query: SavedQuery, given: Mapping[str, str], seconds: float
) -> dict[str, object]:
    """Return the answer for people, or why there is none within these seconds."""
    try:
        answer = look.answer(query, given, seconds)
    except KbError as error:
        late = isinstance(error, OverLimit) and error.resource == "seconds"
        longer = late and seconds < bounded_work.LONG
        return {"mistake": error.message, "hint": error.hint, "longer": longer}
    return shown(look, answer, dict(query.columns))


def shown(look: Look, answer: Result, labels: Mapping[str, str]) -> dict[str, object]:
    """Return the values with which a template shows an answer."""
    number = 1
    if isinstance(answer, bool):
        rows, columns = [Row([Cell("yes" if answer else "no")])], ["answer"]
    elif isinstance(answer, tuple):
        columns, number = list(answer_rows.TRIPLE), len(answer)
        rows = [Row(list(map(Cell, row))) for row in answer_rows.triples(look.kb, answer[:ROWS])]
    else:
        number = len(answer.rows)
        columns, rows = _cells(look, replace(answer, rows=answer.rows[:ROWS]))
    heads = [(name, labels.get(name, name)) for name in columns]
    heads, rows = _once(look, heads, rows)
    return {"answered": True, "columns": heads, "rows": rows, "number": number}


def _once(
    look: Look, heads: list[tuple[str, str]], rows: list[Row]
) -> tuple[list[tuple[str, str]], list[Row]]:
    """Leave out a column with the statements of claims if another one links to these claims."""
    names = [name for name, _ in heads]
    if "statement" not in names or "claim" not in names:
        return heads, rows
    at, claim = names.index("statement"), names.index("claim")
    if any(row.cells[at].text != look.label(row.cells[claim].key) for row in rows):
        return heads, rows
    left = [Row([c for n, c in enumerate(row.cells) if n != at], row.claim) for row in rows]
    return [head for n, head in enumerate(heads) if n != at], left


def _cells(look: Look, answer: Answer) -> tuple[list[str], list[Row]]:
    """Return the columns and cells of an answer."""
    kb = look.kb
    quotes = answer_rows.passages(kb, answer, look.known)
    columns, rows = answer_rows.laid_out(kb, answer, quotes, readable=True)
    at = {name: n for n, name in enumerate(answer.variables)}
    kept = [at[name] for name in columns]
    found = []
    for row, keys in zip(rows, answer_rows.keys(kb, answer), strict=True):
        named = (keys[n].partition("#")[0] for n in kept)
        cells = [Cell(text, key) for text, key in zip(row, named, strict=True)]
        claims = (cell.key for cell in cells if cell.key.startswith("claim/"))
        found.append(Row(cells, next(claims, "").removeprefix("claim/")))
    return columns, found


def _offered(look: Look, parameter: str) -> list[str]:
    """Return names of records that a parameter can have."""
    kind = ASKED.get(parameter, ("entity",))[0]
    if kind == "claim":
        return sorted(look.known.claims)[:OFFERED]
    return sorted(look.known.sources if kind == "source" else look.known.entities)[:OFFERED]


def _completed(parameter: str) -> str:
    """Return what completes the name of a record that a parameter can have (`completions`)."""
    kind = ASKED.get(parameter, ("entity",))[0]
    return {"claim": "claim-id"}.get(kind, kind)


def _given(query: SavedQuery, asked: Asked) -> dict[str, str]:
    """Return the values of the question's parameters in an address."""
    names = [p.name for p in query.params]
    rest = (name for name in asked.values if name not in (*names, *days.NAMES, INCOMPLETE, WAIT))
    if unknown := next(rest, ""):
        raise Unknown(
            f"{query.name} has no parameter “{unknown}”.",
            suggestion(unknown, names, f"it has {', '.join(names) or 'none'}"),
        )
    return {name: asked.first(name) for name in names if asked.first(name)}


def _query(look: Look, name: str) -> SavedQuery:
    found = look.kb.queries()
    if name not in found or found[name].group not in GROUPS:
        raise Unknown(
            f"there is no question “{name}”.", suggestion(name, found, "/questions lists them")
        )
    return found[name]


def _ordered(look: Look) -> list[SavedQuery]:
    return answer_rows.ordered(look.kb.queries().values())
