"""What one removal would change: an assertion, a Judgement, a tie, a link of lineage taken away,
and statuses worked out again.

Each answer comes from the one pure function over the tables without that record, restricted to the
claims that it can matter to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kb.reasoning.contradictions import contradictions
from kb.reasoning.identity import same_entities
from kb.reasoning.status import status
from kb.reasoning.surroundings import Surroundings, surroundings
from kb.reasoning.tables import PolicyRow, Tables, view

# Statuses that speak against a claim: to enter or leave one of them weighs more than how many
# voices affirm it.
_AGAINST: Final = frozenset(
    {"disputed", "denied-only", "retracted", "superseded", "failed", "void"}
)


@dataclass(frozen=True, slots=True, order=True)
class Removal:
    """One record taken away. `kind` is assertion, judgement, affiliation, or lineage (the copy-of
    of the source `id`).
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A status that one removal changes. `severity`: 3 a fact of the policy is gained or lost; 2
    a status that speaks against the
    claim is; 1 any other change; 0 its only voice is gone. `flips` is how many claims the same
    removal changes."""

    claim: str
    before: str
    after: str
    removal: Removal
    severity: int
    flips: int = 1


def what_if(tables: Tables, policy: PolicyRow, claim: str) -> list[Flip]:
    """Every single removal that changes the status of a claim, most consequential first.

    >>> from kb.reasoning.tables import AssertionRow, ClaimRow
    >>> said = AssertionRow("1", "c", "s", speaker="a", stance="affirms"), AssertionRow("2", "c", "s", speaker="b", stance="denies")
    >>> rows = what_if(Tables(claims=(ClaimRow("c"),), assertions=said), PolicyRow("p"), "c")
    >>> [(f.removal.id, f.before, f.after) for f in rows]
    [('1', 'disputed', 'denied-only'), ('2', 'disputed', 'single-voice')]
    """
    whole = surroundings(view(tables))
    local = whole.around([claim])
    before = _statuses(local, policy, [claim])
    return _ordered(
        flip
        for removal in removals(local)
        for flip in _flips(before, without(local, removal), policy, removal)
    )


def fragile(tables: Tables, policy: PolicyRow) -> list[Flip]:
    """For every claim that one removal would flip, the most consequential such removal; most
    consequential claims first.

    >>> fragile(Tables(), PolicyRow("p"))
    []
    """
    seen = view(tables)
    whole = surroundings(seen)
    before = _statuses(seen, policy, whole.claims)
    found: list[Flip] = []
    for removal, touched in _touched(whole).items():
        local = without(whole.around(touched), removal)
        rows = list(_flips({c: before[c] for c in touched}, local, policy, removal))
        found += [replace(f, flips=len(rows)) for f in rows]
    worst: dict[str, Flip] = {}
    for flip in _ordered(found):
        worst.setdefault(flip.claim, flip)
    return _ordered(worst.values())


def removals(tables: Tables) -> list[Removal]:
    """Everything that could be taken away, one record at a time.

    >>> from kb.reasoning.tables import AssertionRow
    >>> removals(Tables(assertions=(AssertionRow("1"),)))
    [Removal(kind='assertion', id='1')]
    """
    return [
        *(Removal("assertion", a.id) for a in tables.assertions),
        *(Removal("judgement", j.id) for j in tables.judgements if j.id),
        *(Removal("affiliation", t.id) for t in tables.affiliations if t.id),
        *(Removal("lineage", s.id) for s in tables.sources if s.copy_of),
    ]


def without(tables: Tables, removal: Removal) -> Tables:
    """The tables as if that record had never been made.

    >>> from kb.reasoning.tables import AssertionRow
    >>> without(Tables(assertions=(AssertionRow("1"),)), Removal("assertion", "1")).assertions
    ()
    """
    match removal.kind:
        case "assertion":
            return replace(
                tables, assertions=tuple(a for a in tables.assertions if a.id != removal.id)
            )
        case "judgement":
            return replace(
                tables, judgements=tuple(j for j in tables.judgements if j.id != removal.id)
            )
        case "affiliation":
            return replace(
                tables, affiliations=tuple(t for t in tables.affiliations if t.id != removal.id)
            )
    return replace(
        tables,
        sources=tuple(
            replace(s, copy_of=None) if s.id == removal.id else s for s in tables.sources
        ),
    )


def _statuses(tables: Tables, policy: PolicyRow, claims: Collection[str]) -> dict[str, str]:
    wanted = frozenset(claims)
    return {
        row.claim: row.status
        for row in status(tables, policy, contradictions(tables, policy))
        if row.claim in wanted
    }


def _flips(
    before: Mapping[str, str], tables: Tables, policy: PolicyRow, removal: Removal
) -> Iterator[Flip]:
    for claim, after in _statuses(tables, policy, before).items():
        if after != before[claim]:
            yield Flip(
                claim, before[claim], after, removal, _severity(before[claim], after, policy)
            )


def _severity(before: str, after: str, policy: PolicyRow) -> int:
    if (before in policy.accepts) != (after in policy.accepts):
        return 3
    if (before in _AGAINST) != (after in _AGAINST) or {before, after} <= _AGAINST:
        return 2
    return 0 if {before, after} == {"single-voice", "unsupported"} else 1


def _ordered(flips: Iterable[Flip]) -> list[Flip]:
    return sorted(flips, key=lambda f: (-f.severity, -f.flips, f.claim, f.removal))


def _touched(whole: Surroundings) -> dict[Removal, frozenset[str]]:
    """Removal → the claims whose status it may change."""
    tables = whole.tables
    of_source: dict[str, set[str]] = defaultdict(set)
    of_tie: dict[str, set[str]] = defaultdict(set)
    of_entity: dict[str, set[str]] = defaultdict(set)
    for claim in whole.claims:
        for source in whole.lineage(claim):
            of_source[f"source/{source}"].add(claim)
        for tie in whole.tied(claim):
            of_tie[tie.id].add(claim)
            of_entity[f"entity/{tie.member}"].add(claim)
            of_entity[f"entity/{tie.party}"].add(claim)
        for person in whole.people(claim):
            of_entity[f"entity/{person}"].add(claim)
    found = {Removal("assertion", a.id): {a.claim or ""} for a in tables.assertions}
    for j in tables.judgements:
        cluster = same_entities(tables.judgements) if (j.about or "").startswith("entity/") else {}
        ends = {end for end in (j.about, j.other) if end}
        ends |= {f"entity/{cluster.get(e.removeprefix('entity/'), '')}" for e in ends}
        found[Removal("judgement", j.id)] = {
            c for e in ends for c in (e.removeprefix("claim/"), *of_source[e], *of_entity[e])
        }
    found |= {Removal("affiliation", id): near for id, near in of_tie.items()}
    found |= {
        Removal("lineage", s.id): of_source[f"source/{s.id}"] for s in tables.sources if s.copy_of
    }
    return {removal: whole.near(near) for removal, near in found.items() if removal.id}
