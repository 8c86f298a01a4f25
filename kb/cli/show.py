"""kb list, kb show, kb find, kb stats: looking, without the engines that ask and check."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import typer

from kb.cli.opened import WITH_TEXTS, opened, standing
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, shared
from kb.cli.output import emit, limited, message, page, prose, show
from kb.errors import Usage
from kb.presentation.controls import visible

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.selection import Wanted
    from kb.presentation.lists import Table
    from kb.workspace.catalog import Known

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
    from kb.model.identifiers import suggestion
    from kb.presentation import lists

    if what not in lists.NAMES:
        names = ", ".join(lists.NAMES)
        raise Usage(f"“{what}” cannot be listed.", suggestion(what, lists.NAMES, f"one of {names}"))
    kb = standing(as_of, known_on)
    columns, rows = kb.together(lambda: _table(kb, kb.known(), what, wanted))
    if not rows:
        dated = bool(as_of or known_on)
        message(_nothing(kb, what, dated, wanted.described()))
        if format == "table":
            return
    show(columns, limited(sorted(rows, key=lambda r: str(r[0])), limit), format)


def _table(kb: Answers, known: Known, what: str, wanted: Wanted) -> Table:
    """The list that is meant. Raises Usage for a filter of claims on a list of something else."""
    from kb.presentation import lists

    if what in lists.OTHERS:
        if told := wanted.described():
            raise Usage(
                f"{what} cannot be filtered by {told}.",
                "the filters apply to claims and assertions: kb list claims --help",
            )
        return lists.OTHERS[what](kb, known)
    every = set(known.claims)
    ids = kb.fitting(wanted, known, kb.standings()) if wanted.described() else every
    return lists.claims(known, ids) if what == "claims" else lists.assertions(kb, known, ids)


def _nothing(kb: Answers, what: str, dated: bool, asked: str) -> str:
    """Why a list is empty; “yet” is said only of a knowledge base that never had a stored file."""
    if asked:
        return f"no {what} fit: {asked}"
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
        help="Id of any record, as printed by other commands, or its beginning.",
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
    """Show one record: a claim with both sides and their passages, an entity with its ties, a source
    with its coverage.

    \b
    kb show coastguard-entered
    kb show entity/coastguard
    kb show coastguard-entered --format turtle
    kb show coastguard-entered --history
    kb show coastguard-entered --known-on 2024-03-02
    """
    from kb.model.identifiers import suggestion
    from kb.presentation import cards, formats, record_history

    if format not in (*CARD, "table"):
        raise Usage(
            f"a record cannot be shown as “{format}”.",
            suggestion(format, CARD, f"one of {', '.join(CARD)}"),
        )
    kb = opened() if history else standing(as_of, known_on)

    def found() -> Any:
        """What is printed, all of it from one state of the files."""
        known = kb.known()
        if history:
            return record_history.history(kb, known, name)
        key = kb.resolve(known, name, also=known.past)
        if format == "json":
            return cards.fields(kb, known, key)
        return _turtle(kb, known, key) if format == "turtle" else cards.card(kb, known, key)

    shown = kb.together(found)
    if format == "json":
        emit(formats.document(shown))
    elif format == "turtle" and not history:
        page(visible("\n".join(shown)) + "\n")
    else:
        prose(shown)


def _turtle(kb: Answers, known: Known, key: str) -> list[str]:
    """A record as it is stored, below the name of its file."""
    from kb.rdf import turtle_writer

    record = known.record(key)
    assert record is not None
    return [f"# {known.files[key]}", turtle_writer.render(record, kb.folder.base)]


@app.command()
@shared
def find(
    words: list[str] = typer.Argument(..., metavar="TEXT"),
    limit: int = typer.Option(20, "--limit", metavar="N", min=1, help="Show at most N rows."),
    format: str = FORMAT,
) -> None:
    """Search names, statements and passages; spelling may be off.

    \b
    kb find costguard harbor
    """
    hits = opened(WITH_TEXTS).find(" ".join(words), limit)
    show(
        ["id", "kind", "text", "score"],
        [[f"{h.kind}/{h.id}", h.kind, h.text, round(h.score)] for h in hits],
        format,
    )


@app.command()
@shared
def stats(format: str = FORMAT) -> None:
    """How much there is, and how the claims stand.

    \b
    kb stats
    """
    from kb.model import vocabulary

    kb = opened()
    known, heads = kb.together(lambda: (kb.known(), Counter(kb.standings().values())))
    counts: list[list[object]] = [
        ["sources", len(known.sources)],
        ["assertions", sum(not a.invalidated for a in known.assertions.values())],
        ["claims", sum(not c.invalidated for c in known.claims.values())],
        ["quotes", sum(not q.skipped for q in known.quotes.values())],
        ["entities", len(known.entities)],
    ]
    counts += [[f"claims {h}", heads[h]] for h in vocabulary.STATUSES if heads[h]]
    show(["what", "number"], counts, format)
