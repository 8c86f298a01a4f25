"""What holds of statuses whatever is said: 400 small worlds, each made from a seed.

The law about the two stores takes every twentieth of them; KB_LAWS=all takes all.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from worlds import (
    DECLARED,
    PEOPLE,
    SEEDS,
    day,
    judged,
    moment,
    outcome,
    records,
    world,
)

from kb.app.derivation import materialisation
from kb.model.vocabulary import FLAGS, SUPPORT
from kb.rdf import turtle_reader, turtle_writer
from kb.reasoning.analysis.surroundings import surroundings
from kb.reasoning.content.propositions import dated
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    EntityRow,
    SourceRow,
    Tables,
)
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore


def rank(row: StatusRow) -> tuple[int, bool]:
    """How much a status promises."""
    return SUPPORT.index(row.support), row.status == "corroborated"


def affirming(tables: Tables) -> list[AssertionRow]:
    return [a for a in tables.assertions if a.stance == "affirms" and a.claim == "c"]


def with_copy(tables: Tables, row: AssertionRow) -> Tables:
    """The document of an assertion is copied by another paper, which says it as its own."""
    paper = SourceRow("copy", "copier", day(30), day(30), copy_of=row.source)
    author = next(s.author for s in tables.sources if s.id == row.source)
    speaker = "copier" if row.speaker == author else row.speaker
    copied = replace(
        row,
        id="copy",
        source="copy",
        quote="copy#char=0,15",
        speaker=speaker,
        recorded=moment(20),
    )
    return added(tables, copied, paper)


def with_member(tables: Tables, row: AssertionRow, relation: str = "member-of") -> Tables:
    """Somebody tied to the speaker says so too, in a paper of their own."""
    paper = SourceRow("more", "novice", day(30), day(30))
    new = AssertionRow("more", "c", "more", "more#char=0,9", "novice", "affirms")
    ties = (*tables.affiliations, AffiliationRow("novice", relation, row.speaker or ""))
    return replace(added(tables, new, paper), affiliations=ties)


def with_ally(tables: Tables, row: AssertionRow) -> Tables:
    return with_member(tables, row, "backs")


def with_co_speaker(tables: Tables, row: AssertionRow) -> Tables:
    """Somebody else says it in the same passage."""
    return added(tables, replace(row, id="co", speaker="novice", relays=()))


def with_relay(tables: Tables, row: AssertionRow) -> Tables:
    """A later paper passes on what was said."""
    paper = SourceRow("later", "courier", day(30), day(30))
    relays = ("courier", *row.relays)
    new = replace(row, id="later", source="later", quote="later#char=0,9", relays=relays)
    return added(tables, new, paper)


def added(tables: Tables, row: AssertionRow, *sources: SourceRow) -> Tables:
    return replace(
        tables,
        assertions=(*tables.assertions, row),
        sources=(*tables.sources, *sources),
    )


@pytest.mark.parametrize(
    "more",
    [with_copy, with_member, with_ally, with_co_speaker, with_relay],
    ids=lambda f: f.__name__,
)
def test_who_is_not_independent_never_raises_support(more: object) -> None:
    for seed in SEEDS:
        tables = world(seed)
        before = judged(tables)["c"]
        for row in affirming(tables):
            if row.speaker == "many" and more in (with_member, with_ally):
                continue  # nobody can belong to nobody in particular
            after = judged(more(tables, row))["c"]  # type: ignore[operator]
            if row.id in _counted(before):
                assert rank(after) <= rank(before), (seed, row.id)


def _counted(row: StatusRow) -> set[str]:
    """Affirmations that count for somebody, and do not only pass something on."""

    def of(rule: str) -> set[str]:
        return {a for r in row.reasons if r.rule == rule for a in r.assertions}

    return of("affirmed") - of("echo") - of("in-doubt")


def test_an_unnamed_twin_never_raises_support() -> None:
    for seed in SEEDS:
        tables = world(seed)
        before = judged(tables)["c"]
        for row in affirming(tables):
            if row.speaker != "clerk" or row.id not in _counted(before):
                continue
            paper = SourceRow("twin", "novice", day(30), day(30))
            new = AssertionRow("twin", "c", "twin", "twin#char=0,9", "clerk-2", "affirms")
            twin = EntityRow("clerk-2", "unnamed")
            later = replace(added(tables, new, paper), entities=(*tables.entities, twin))
            assert rank(judged(later)["c"]) <= rank(before), (seed, row.id)


def renamed(tables: Tables, rng: Random) -> tuple[Tables, dict[str, str]]:
    """The same world with every person, document, assertion and claim under another id, and the
    new ids of the claims.
    """
    numbers = list(range(100))
    rng.shuffle(numbers)
    claims = {c.id: f"c{numbers[n]:02}" for n, c in enumerate(tables.claims)}
    ids = {p: f"e{numbers[n]:02}" for n, p in enumerate((*PEOPLE, "town", "vote", "ship"))}
    ids |= {s.id: f"d{numbers[20 + n]:02}" for n, s in enumerate(tables.sources)}
    ids |= {a.id: f"r{numbers[40 + n]:02}" for n, a in enumerate(tables.assertions)}
    ids |= claims

    def of(value: Any) -> Any:
        """A value with other ids, also in lists and after a path."""
        if isinstance(value, tuple):
            return tuple(of(one) for one in value)
        if not isinstance(value, str):
            return value
        path, slash, id = value.rpartition("/")
        id, hash_, place = id.partition("#")
        return path + slash + ids.get(id, id) + hash_ + place

    def rows(given: tuple[Any, ...]) -> tuple[Any, ...]:
        kept = {"kind", "predicate", "relation", "stance", "scope", "naming", "counted", "unit"}
        return tuple(
            replace(
                row,
                **{f.name: of(getattr(row, f.name)) for f in fields(row) if f.name not in kept},
            )
            for row in given
        )

    names = ("claims", "assertions", "sources", "affiliations", "judgements", "entities")
    return replace(tables, **{name: rows(getattr(tables, name)) for name in names}), claims


def test_no_outcome_depends_on_how_an_id_is_spelled() -> None:
    for seed in SEEDS:
        tables = world(seed)
        other, claims = renamed(tables, Random(seed))
        found = judged(other)
        for claim, row in judged(tables).items():
            assert outcome(row) == outcome(found[claims[claim]]), (seed, claim)


def test_no_outcome_depends_on_the_order_of_rows() -> None:
    for seed in SEEDS:
        tables, rng = world(seed), Random(seed)
        shuffled = replace(
            tables,
            assertions=tuple(rng.sample(tables.assertions, len(tables.assertions))),
            sources=tuple(rng.sample(tables.sources, len(tables.sources))),
            affiliations=tuple(rng.sample(tables.affiliations, len(tables.affiliations))),
            claims=tuple(rng.sample(tables.claims, len(tables.claims))),
            judgements=tuple(rng.sample(tables.judgements, len(tables.judgements))),
        )
        assert judged(shuffled) == judged(tables), seed


def test_without_denials_nothing_is_denied() -> None:
    for seed in SEEDS:
        tables = world(seed)
        kept = tuple(a for a in tables.assertions if a.stance != "denies")
        for row in judged(replace(tables, assertions=kept)).values():
            assert "denied" not in row.contest, seed
            assert row.status != "denied-only", seed


def test_a_later_known_date_never_forgets() -> None:
    for seed in SEEDS:
        tables = world(seed)
        met: set[str] = set()
        for number in range(13):
            rows = judged(tables, known_on=moment(number).date()).values()
            mentioned = {a for row in rows for r in row.reasons for a in r.assertions}
            assert met <= mentioned, seed
            met = mentioned


def test_what_is_near_a_claim_gives_the_status_that_everything_gives() -> None:
    """A change is followed only to what it can matter to: that must be all that matters."""
    for seed in SEEDS:
        tables = world(seed)
        near = surroundings(tables)
        for claim, row in judged(tables).items():
            assert judged(near.around([claim]))[claim] == row, (seed, claim)


BASE = "https://example.org/law/"


def test_both_stores_give_the_statuses_that_the_tables_give() -> None:
    """Written as Turtle, read into either store, asked by SPARQL, and judged."""
    rules = turtle_reader.triples(DECLARED, BASE)
    for seed in SEEDS if os.environ.get("KB_LAWS") == "all" else SEEDS[::20]:
        tables = world(seed)
        text = turtle_writer.replace("", records(tables), BASE)
        facts = turtle_reader.triples(text, BASE)
        for store in (EmbeddedStore(None), MemoryStore()):
            store.replace(f"{BASE}rules", rules)
            store.replace(f"{BASE}facts", facts)
            found = materialisation.outcome(store, BASE, "default-2")
            wanted = judged(tables)
            assert found.rows.keys() == wanted.keys()
            for claim, row in wanted.items():
                assert outcome(found.rows[claim]) == outcome(row), (seed, claim, store)


def test_the_reasons_alone_reproduce_the_status() -> None:
    """Every status names all that it is computed from, or claims that name it: the rest can go.

    The dates that speakers give an event are a part of its claim.
    """
    for seed in SEEDS:
        tables = world(seed)
        found = judged(tables)
        for claim, row in found.items():
            others = {c for r in row.reasons for c in r.claims}
            rows = (row, *(found[c] for c in others))
            named = {a for one in rows for r in one.reasons for a in r.assertions}
            kept = tuple(a for a in tables.assertions if a.id in named or a.claim in others)
            again = judged(replace(dated(tables), assertions=kept))[claim]
            assert outcome(again) == outcome(row), (seed, claim)
            assert row.reasons[-1].text.startswith(row.status), seed


def test_the_worlds_contain_what_the_laws_are_about() -> None:
    rows = [row for seed in SEEDS for row in judged(world(seed)).values()]
    words = Counter(row.status for row in rows)
    assert {"corroborated", "disputed", "retracted", "admitted", "superseded"} <= words.keys()
    assert {"failed", "came-true", "void", "pending"} <= words.keys()
    assert {flag for row in rows for flag in row.flags} == set(FLAGS)
    rules = {reason.rule for row in rows for reason in row.reasons}
    assert rules >= {
        "overruled",
        "disowned",
        "one-thread",
        "same-event",
        "possible",
        "order-unknown",
    }
    assert {kind for row in rows for kind in row.contest} >= {"possibly-contradicted", "doubted"}
