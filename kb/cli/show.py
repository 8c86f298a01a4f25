"""kb list, kb show, kb find, kb stats: looking, without the engines that ask and check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from kb.cli.opened import AS_OF, KNOWN_ON, WITH_TEXTS, opened, standing
from kb.cli.output import message, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.app.answers import Answers

app = typer.Typer(rich_markup_mode=None)
FORMAT = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md")


@app.command("list")
def list_(
    what: str = typer.Argument("claims", metavar="claims|sources|entities|predicates"),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    format: str = FORMAT,
) -> None:
    """Claims, sources, entities or predicates; the id comes first.

    \b
    kb list sources
    kb list entities --format csv
    kb list claims --as-of 2024-03-02
    """
    from kb.model.dates import show as dates
    from kb.model.identifiers import suggestion

    kb = standing(as_of, known_on)
    known = kb.known()
    tables: dict[str, Callable[[], tuple[list[str], list[list[object]]]]] = {
        "claims": lambda: (
            ["claim", "kind", "statement"],
            [[c.id, c.kind, c.statement] for c in known.claims.values() if not c.invalidated],
        ),
        "sources": lambda: (
            ["source", "title", "author", "published", "words"],
            [
                [s.id, s.title, s.author, dates(s.published_from, s.published_to), s.words]
                for s in known.sources.values()
            ],
        ),
        "entities": lambda: (
            ["entity", "type", "name", "also", "description"],
            [[e.id, e.kind, e.name, e.also, e.description] for e in known.entities.values()],
        ),
        "predicates": lambda: (
            ["predicate", "label", "kind"],
            [[p, d.label, d.kind] for p, d in known.predicates.items()],
        ),
    }
    if what not in tables:
        raise Usage(
            f"“{what}” cannot be listed.", suggestion(what, tables, f"one of {', '.join(tables)}")
        )
    columns, rows = tables[what]()
    if not rows:
        message(_nothing(kb, what, bool(as_of or known_on)))
    show(columns, sorted(rows, key=lambda r: str(r[0])), format)


def _nothing(kb: Answers, what: str, dated: bool) -> str:
    """Why a list is empty; “yet” is said only of a knowledge base that never had a stored file."""
    if dated:
        return f"no {what} by then"
    if kb.condition().used:
        return f"no {what}; kb log shows what was done here"
    return f"no {what} yet; kb add --help shows how they get in"


@app.command("show")
def show_(
    name: str = typer.Argument(
        ...,
        metavar="ID",
        help="Id of any record, as printed by other commands; its beginning will do.",
    ),
    history: bool = typer.Option(
        False, "--history", help="What it was before: older versions, and why it was withdrawn."
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
) -> None:
    """One record as stored; for a claim with all that is said of it, for an entity with its names
    and ties.

    \b
    kb show coastguard-entered
    kb show entity/coastguard
    kb show coastguard-entered --history
    kb show coastguard-entered --known-on 2024-03-02
    """
    from kb.model.records import Affiliation
    from kb.presentation import record_history
    from kb.presentation.explanation import assertions, verdicts
    from kb.rdf import turtle_writer

    if history:
        whole = opened()
        print("\n".join(record_history.history(whole, whole.known(), name)))
        return
    kb = standing(as_of, known_on)
    known = kb.known()
    key = kb.resolve(known, name, also=known.past)
    record = known.record(key)
    assert record is not None
    print(f"# {known.files[key]}")
    print(turtle_writer.render(record, kb.folder.base))
    if key.startswith("claim/"):
        stand = kb.standing(record.id)
        print(f"\nstatus: {stand}  (kb status {record.id} --why)" if stand else "")
        for by, text in verdicts(known, record.id):
            print(f"verdict of {by}, beside the status: {text}")
        print("\n".join(["said of it:", *assertions(kb, known, record.id)]))
    if key.startswith("entity/"):
        ties = [
            a
            for a in known.others.values()
            if isinstance(a, Affiliation) and record.id in (a.member, a.party)
        ]
        print(
            "\n".join(
                [
                    "",
                    *(f"{a.member} {a.relation} {a.party}" for a in ties),
                    f"said by it: kb query said-by --speaker {record.id}",
                ]
            )
        )
    if key.startswith("source/") and key.removeprefix("source/") in known.sources:
        claims = Counter(a.stance for a in known.assertions.values() if a.source == record.id)
        print(f"\nassertions: {', '.join(f'{n} {s}' for s, n in sorted(claims.items())) or 'none'}")


@app.command()
def find(
    words: list[str] = typer.Argument(..., metavar="TEXT"),
    limit: int = typer.Option(20, min=1, max=1000),
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
    counts += [[f"claims {h}", heads[h]] for h in vocabulary.HEADLINES if heads[h]]
    show(["what", "number"], counts, format)
