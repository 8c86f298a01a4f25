"""kb list, kb show, kb find and kb stats: looking at records."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import typer

from kb.cli.opened import WITH_TEXTS, opened, opened_at
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, shared
from kb.cli.output import emit, limited, message, page, prose, show
from kb.errors import Usage
from kb.presentation.controls import visible

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.views.wanted import Wanted
    from kb.model.records import Record
    from kb.workspace.catalogs.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CARD: Final = ("card", "turtle", "json")


@app.command("list")
@shared
def list_(
    wanted: Wanted,
    what: str = typer.Argument(
        "claims",
        metavar="WHAT",
        help="claims, assertions, sources, entities, predicates, affiliations, judgements, quotes.",
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List claims or other records. The filters apply to claims and assertions.

    \b
    kb list claims --kind event --about coastguard
    kb list sources
    kb list judgements --json
    kb list claims --as-of 2024-03-02
    """
    from kb.presentation import lists

    kb = opened_at(as_of, known_on)
    columns, rows = kb.together(lambda: lists.named(kb, what, wanted))
    if not rows:
        message(_nothing(kb, what, bool(as_of or known_on), wanted.described()))
        if format == "table":
            return
    show(columns, limited(rows, limit), format)


def _nothing(kb: Answers, what: str, dated: bool, asked: str) -> str:
    """Say why a list is empty. “Yet” is only for a knowledge base that never had a stored file."""
    if asked:
        return f"no {what} match: {asked}"
    if dated:
        return f"no {what} by then"
    if kb.condition().used:
        return f"no {what}; kb log shows what was done here"
    return f"no {what} yet; kb add --help shows how to add some"


@app.command("show")
@shared
def show_(
    name: str = typer.Argument(
        ...,
        metavar="ID",
        help="Id of any record, as other commands print it, or the beginning of the id.",
    ),
    history: bool = typer.Option(
        False, "--history", help="List its versions, and why it was withdrawn."
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    format: str = typer.Option(
        "card", "--format", "-f", metavar="FORMAT", help="card, turtle (as stored) or json."
    ),
) -> None:
    """Show one record: a claim with both sides, an entity with its ties, or a source.

    \b
    kb show coastguard-entered
    kb show entity/coastguard
    kb show coastguard-entered --format turtle
    kb show coastguard-entered --history
    kb show coastguard-entered --known-on 2024-03-02
    """
    from kb.model.identifiers import suggestion
    from kb.presentation import formats

    if format not in (*CARD, "table"):
        raise Usage(
            f"a record cannot be shown as “{format}”.",
            suggestion(format, CARD, f"one of {', '.join(CARD)}"),
        )
    kb = opened() if history else opened_at(as_of, known_on)
    shown = kb.together(lambda: _shown(kb, name, history, format))
    if format == "json":
        emit(formats.document(shown))
    elif format == "turtle":
        page(visible("\n".join(shown)) + "\n")
    else:
        prose(shown)


def _shown(kb: Answers, name: str, history: bool, format: str) -> Any:
    """Return what to print about a record: lines, or for JSON its fields."""
    from kb.presentation import cards, record_fields, record_history

    known = kb.near()
    key = kb.resolve(known, name, also=known.past)
    if format == "turtle":
        versions = record_history.versions(known, key)
        return _turtle(kb, known, key, versions if history else versions[:1])
    if format == "json":
        fields = record_history.fields if history else record_fields.fields
        return fields(kb, known, key)
    return (record_history.history if history else cards.card)(kb, known, key)


def _turtle(kb: Answers, known: Known, key: str, records: Iterable[Record]) -> list[str]:
    """Return versions of a record as they are stored, below the name of its file."""
    from kb.rdf import turtle_writer

    texts = [turtle_writer.render(record, kb.folder.base) for record in records]
    return [f"# {known.files[key]}", *texts]


@app.command()
@shared
def find(
    words: list[str] = typer.Argument(..., metavar="WORD...", help="What to search for."),
    limit: int = typer.Option(20, "--limit", metavar="N", help="Show at most N rows; 0 shows all."),
    format: str = FORMAT,
) -> None:
    """Search names, statements and passages. Misspelled words are found, too.

    \b
    kb find costguard harbor
    """
    hits = opened(WITH_TEXTS).find(" ".join(words), limit if limit > 0 else sys.maxsize)
    show(
        ["id", "kind", "text", "score"],
        [[f"{h.kind}/{h.id}", h.kind, h.text, round(h.score)] for h in hits],
        format,
    )


@app.command()
@shared
def stats(format: str = FORMAT) -> None:
    """Count the records, and the claims by status.

    \b
    kb stats
    """
    from kb.model import vocabulary

    kb = opened()
    known, statuses = kb.together(lambda: (kb.known(), Counter(kb.status_words().values())))
    rows = _counts(known)
    rows += [[f"claims {name}", statuses[name]] for name in vocabulary.STATUSES if statuses[name]]
    show(["what", "number"], rows, format)


def _counts(known: Known) -> list[list[object]]:
    """Return the number of records of each kind."""
    return [
        ["sources", len(known.sources)],
        ["assertions", sum(not a.invalidated for a in known.assertions.values())],
        ["claims", sum(not c.invalidated for c in known.claims.values())],
        ["quotes", sum(not q.skipped for q in known.quotes.values())],
        ["entities", len(known.entities)],
    ]
