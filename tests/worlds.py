"""Small random worlds for the laws of statuses: documents, copies, versions, ties, stances,
numbers with intervals, shares, forecasts, states, standings and judgements, each from a seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Record,
    Relay,
    Source,
)
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    PredicateRow,
    SourceRow,
    Tables,
)

SEEDS = range(400)
START = date(2031, 3, 1)
PEOPLE = ("ann", "bob", "eve", "lna", "gna", "wire", "post", "gazette", "clerk", "guard", "many")
PREDICATES = (
    PredicateRow("took", against_interest=("subject",), initiates=("holds",)),
    PredicateRow("holds", functional="object-time", across_sides=True),
    PredicateRow("killed", measures="dead"),
    PredicateRow("won", measures="votes", shares_of="object"),
)
# The same declarations as an ontology file has them.
DECLARED = """
@prefix kb: <https://w3id.org/claimkb/ns#> .
@prefix p: <https://w3id.org/claimkb/predicate/> .
p:took a kb:Predicate ; kb:againstInterestOf kb:subject ; kb:initiates p:holds .
p:holds a kb:Predicate ; kb:functional "object-time" ; kb:acrossSides true .
p:killed a kb:Predicate ; kb:measures "dead" .
p:won a kb:Predicate ; kb:measures "votes" ; kb:sharesOf "object" .
<https://w3id.org/claimkb/policy/default-2> a kb:Policy ; kb:severalOriginals true ;
    kb:acceptsStatus kb:status-admitted , kb:status-corroborated .
"""
RELATIONS = ("speaks-for", "member-of", "part-of", "owns", "side-with", "backs", "rival-of")
STANCES = ("affirms",) * 12 + (
    "denies",
    "denies",
    "doubts",
    "retracts",
    "silent",
    "overrules",
    "disowns",
)
CLAIMS = ("c",) * 14 + ("n", "never", "five", "nine", "seven", "again", "holds", "rival", "will")
SHARES = ("share-1", "share-2", "share-3")


def day(number: int) -> date:
    return START + timedelta(number)


def moment(number: int) -> datetime:
    return datetime(2031, 4, 1) + timedelta(days=number)


def world(seed: int) -> Tables:
    """A few documents, ties and judgements, and assertions on claims that have to do with each
    other: `n` is the opposite of `c`, `again` tells the same event.
    """
    rng = Random(seed)
    sources = _sources(rng)
    named = [row.author or "" for row in sources]
    said = [_assertion(n, rng, rng.choice(sources), named) for n in range(rng.randint(1, 12))]
    return Tables(
        _claims(rng),
        tuple(_aimed(row, said, rng) for row in said),
        tuple(sources),
        ties(rng),
        _judgements(rng),
        entities=(
            EntityRow("clerk", "unnamed"),
            EntityRow("guard", "unnamed"),
            EntityRow("many", "collective"),
        ),
        predicates=PREDICATES,
    )


def _sources(rng: Random) -> list[SourceRow]:
    papers = rng.choices(("wire", "post", "gazette"), k=5)
    sources = [
        SourceRow(f"s{n}", paper, day(n), day(n), publisher=rng.choice((None, None, "post")))
        for n, paper in enumerate(papers)
    ]
    if rng.random() < 0.3:
        sources[3] = replace(sources[3], copy_of="s0")
    if rng.random() < 0.15:
        sources[4] = replace(sources[4], version_of=rng.choice(("s1", "s3")))
    if rng.random() < 0.2:
        state = rng.choice(("satire", "forged", "retracted", "corrected", "superseded"))
        sources[1] = replace(sources[1], state=state, state_from=day(2))
    if rng.random() < 0.2:
        sources[2] = replace(sources[2], co_authors=("eve",))
    return sources


def _assertion(n: int, rng: Random, source: SourceRow, named: list[str]) -> AssertionRow:
    start = rng.randrange(3) * 20
    speaker = rng.choice((*PEOPLE, *PEOPLE[:5], *named))
    on = rng.choice((None, None, day(rng.randrange(6))))
    happened = rng.choice((None, None, None, day(-rng.randrange(3))))
    house = (source.author or "",) if speaker != source.author else ()
    return AssertionRow(
        f"a{n}",
        rng.choice((*CLAIMS, *SHARES)),
        source.id,
        f"{source.id}#char={start},{start + 15}",
        speaker,
        rng.choice(STANCES),
        scope=rng.choice(((), (), (), ("characterisation",), ("occurrence", "quantity"))),
        relays=(*house, *rng.choice(((), (), (), (rng.choice(PEOPLE[:8]),)))) if house else (),
        said_from=on,
        said_to=on,
        basis=rng.choice((None,) * 5 + ("witnessed", "told")),
        degree=rng.choice((None,) * 8 + ("possible", "probable")),
        standing=rng.choice((None, None, "allegation", "finding", "judgment")),
        on_behalf=rng.choice(((),) * 6 + ((rng.choice(PEOPLE[:5]),), ("gna", "lna"))),
        said_at=rng.choice((None, _clock(on, rng))) if on else None,
        speaker_certain=rng.choice((None,) * 9 + (False,)),
        reading=rng.choice((None,) * 9 + ("unclear",)),
        occurred_from=happened,
        occurred_to=happened,
        recorded=moment(n),
    )


def _clock(on: date, rng: Random) -> datetime:
    """A time of a day, in one of two zones."""
    zone = rng.choice((UTC, timezone(timedelta(hours=5))))
    return datetime(on.year, on.month, on.day, rng.randrange(24), tzinfo=zone)


def _aimed(row: AssertionRow, said: list[AssertionRow], rng: Random) -> AssertionRow:
    """A disowning, and some overrulings, name the assertion that they are about."""
    others = [other.id for other in said if other.claim == row.claim and other.id != row.id]
    names = row.stance == "disowns" or (row.stance == "overrules" and rng.random() < 0.5)
    return replace(row, target=rng.choice(others)) if names and others else row


def _claims(rng: Random) -> tuple[ClaimRow, ...]:
    taken: dict[str, Any] = {"subject": "lna", "predicate": "took", "object": "town"}
    dead: dict[str, Any] = {"subject": "lna", "predicate": "killed", "object": "town"}
    dead |= {"begin_earliest": day(-1), "end_latest": day(-1)}
    about = {"quantity_best": Decimal("7.0"), "exactness": "about"}
    within = {
        "quantity_min": Decimal("4.0"),
        "quantity_best": Decimal(5),
        "quantity_max": Decimal(6),
    }
    rows = [
        ClaimRow("c", None, "event", **taken),
        ClaimRow("n", None, "event", polarity="negative", **taken),
        ClaimRow("never", None, "event", polarity="negative", **taken, begin_earliest=day(0), end_latest=day(20)),
        ClaimRow("again", None, "event", roles=(("instrument", "ship"),), **taken),
        ClaimRow("five", None, "event", **dead, **within),
        ClaimRow("nine", None, "event", **dead, quantity_min=Decimal(9), quantity_max=Decimal(9)),
        ClaimRow("seven", None, "event", **dead, **about),
        ClaimRow("holds", None, "state", **{**taken, "predicate": "holds"}, begin_latest=day(-3), end_earliest=day(-2)),
        ClaimRow("rival", None, "event", **{**taken, "subject": "gna"}, begin_earliest=day(2), end_latest=day(2)),
        ClaimRow("will", None, "forecast", **taken, end_latest=day(20), condition="if five", condition_claims=("five",)),
    ]  # fmt: skip
    for name, who in zip(SHARES, ("lna", "gna", "eve"), strict=True):
        percent = Decimal(rng.choice((30, 40, 60)))
        rows.append(
            ClaimRow(name, None, "event", who, "won", "vote", quantity_min=percent, quantity_max=percent, quantity_best=percent, unit="percent")
        )  # fmt: skip
    return tuple(replace(row, recorded=moment(0)) for row in rows)


def ties(rng: Random) -> tuple[AffiliationRow, ...]:
    ties = (
        AffiliationRow(
            rng.choice(PEOPLE[:5]),
            rng.choice(RELATIONS),
            rng.choice(PEOPLE[3:5]),
            rng.choice((None, None, day(2))),
            rng.choice((None, None, day(4))),
        )
        for _ in range(rng.randrange(7))
    )
    fixed = [AffiliationRow("gna", "rival-of", "lna")] if rng.random() < 0.5 else []
    if rng.random() < 0.3:  # two hats
        fixed += [AffiliationRow("ann", "speaks-for", party) for party in ("lna", "gna")]
    return (*fixed, *(tie for tie in ties if tie.member != tie.party))


def _judgements(rng: Random) -> tuple[JudgementRow, ...]:
    rows = (
        JudgementRow("same-event", "claim/c", "claim/again", recorded=moment(0), id="j1"),
        JudgementRow("different-entity", "entity/clerk", "entity/guard", recorded=moment(0), id="j2"),
        JudgementRow("copy-of", "source/s2", "source/s0", recorded=moment(0), id="j3", span=(0, 18)),
    )  # fmt: skip
    return tuple(row for row in rows if rng.random() < 0.3)


def judged(tables: Tables, **dates: date) -> dict[str, StatusRow]:
    """Claim → its status, by the default policy."""
    return {r.claim: r for r in status(tables, contradictions=contradictions(tables), **dates)}


def outcome(row: StatusRow) -> tuple[object, ...]:
    """All of a status but names."""
    counts = (row.documents, row.originals, row.no_known_stake)
    voices = (len(row.voices_for), len(row.voices_against))
    return (row.status, row.support, row.contest, row.dispute, row.flags, *counts, *voices)


def records(tables: Tables) -> list[Record]:
    """The rows as the records that they are read from."""
    found: list[Record] = [
        *(_record(Claim, row, **_roles(row)) for row in tables.claims),
        *(_record(Source, row) for row in tables.sources),
        *(_record(Affiliation, row, id=f"tie-{n}") for n, row in enumerate(tables.affiliations)),
        *(_record(Judgement, row, **_span(row)) for row in tables.judgements),
        *(Entity(e.id, name=e.id, naming=e.naming) for e in tables.entities),
    ]
    for row in tables.assertions:
        chain = {f"{row.id}-r{n + 1}": speaker for n, speaker in enumerate(row.relays)}
        found.append(_record(Assertion, row, relays=tuple(chain)))
        found += (
            Relay(id, position=n + 1, speaker=speaker)
            for n, (id, speaker) in enumerate(chain.items())
        )
    return found


def _record(kind: type, row: Any, **other: Any) -> Any:
    """A record with the fields that it has in common with a row, and others."""
    names = {f.name for f in fields(kind)} & {f.name for f in fields(row)}
    return kind(**{name: getattr(row, name) for name in names} | other)


def _roles(row: ClaimRow) -> Mapping[str, tuple[str, ...]]:
    return {role: tuple(who for name, who in row.roles if name == role) for role, _ in row.roles}


def _span(row: JudgementRow) -> Mapping[str, int | None]:
    start, end = row.span or (None, None)
    return {"range_start": start, "range_end": end}
