"""Sensitivity of statuses: the changes if one assertion, judgement, tie or copy-of were removed.

The statuses are computed again from the tables without that record, for the claims that the record
can matter to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kb.reasoning.analysis.relevance import Relevance, relevance
from kb.reasoning.analysis.surroundings import Surroundings, surroundings
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.dated_tables import view
from kb.reasoning.graph import Many, grouped, linked
from kb.reasoning.outcome.status import status_words
from kb.reasoning.speakers.identity import same_entities
from kb.reasoning.tables import JudgementRow, PolicyRow, Tables

# Statuses that speak against a claim. A change to or from one of them is more severe than a change
# of the number of voices.
_AGAINST: Final = frozenset(
    {"disputed", "denied-only", "retracted", "superseded", "failed", "void"}
)


@dataclass(frozen=True, slots=True, order=True)
class Removal:
    """The removal of one record.

    `kind` is assertion, judgement, affiliation, or lineage (the copy-of of the source `id`).
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A status that one removal changes.

    `severity` is 3 if a fact of the policy is gained or lost, 2 if a status that speaks against the
    claim is, 0 if the claim only loses or gains its only voice, and 1 otherwise. `flips` is the
    number of claims that the same removal changes.
    """

    claim: str
    before: str
    after: str
    removal: Removal
    severity: int
    flips: int = 1


def what_if(tables: Tables, policy: PolicyRow, claim: str) -> list[Flip]:
    """Return every removal that changes the status of a claim, the most severe first.

    >>> from kb.reasoning.tables import AssertionRow, ClaimRow
    >>> yes = AssertionRow("1", "c", "s", speaker="a", stance="affirms")
    >>> no = AssertionRow("2", "c", "s", speaker="b", stance="denies")
    >>> tables = Tables(claims=(ClaimRow("c"),), assertions=(yes, no))
    >>> [(f.removal.id, f.before, f.after) for f in what_if(tables, PolicyRow("p"), "c")]
    [('1', 'disputed', 'denied-only'), ('2', 'disputed', 'single-voice')]
    """
    return what_if_near(surroundings(view(tables)), policy, claim)


def what_if_near(whole: Surroundings, policy: PolicyRow, claim: str) -> list[Flip]:
    """Return the same from tables whose neighbourhoods can be looked up."""
    matter = relevance(whole, policy, claim)
    before = _statuses(matter.narrow, policy, [claim])
    return _ordered(
        flip
        for removal, part in _trials(matter)
        for flip in _flips(before, without(part, removal), policy, removal)
    )


def _trials(matter: Relevance) -> Iterator[tuple[Removal, Tables]]:
    """Yield the removals that may change a status, with the tables to try each with."""
    wide = matter.wide
    found: list[tuple[str, str, Tables | None]] = [
        *(("assertion", row.id, matter.by_assertion(row)) for row in wide.assertions),
        *(("judgement", row.id, matter.by_judgement(row)) for row in wide.judgements),
        *(("affiliation", row.id, matter.by_tie(row)) for row in wide.affiliations),
        *(("lineage", row.id, matter.by_lineage(row)) for row in wide.sources if row.copy_of),
    ]
    parts: dict[Removal, Tables] = {}
    for kind, id, part in found:
        # Several rows may have one id, and are removed together.
        if part and id:
            parts[Removal(kind, id)] = wide if Removal(kind, id) in parts else part
    yield from parts.items()


def fragile(tables: Tables, policy: PolicyRow) -> list[Flip]:
    """Return the most severe removal for every claim whose status one removal would change; the
    most severe first.

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
    """Return all removals of one record.

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
    """Return the tables as if a record had never been made.

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
    """Return the statuses of these claims."""
    return status_words(tables, policy, contradictions(tables, policy), sorted(claims))


def _flips(
    before: Mapping[str, str], tables: Tables, policy: PolicyRow, removal: Removal
) -> Iterator[Flip]:
    """Yield the statuses that differ in tables without a record."""
    for claim, after in _statuses(tables, policy, before).items():
        if after != before[claim]:
            yield Flip(
                claim, before[claim], after, removal, _severity(before[claim], after, policy)
            )


def _severity(before: str, after: str, policy: PolicyRow) -> int:
    """Rate a change (see `Flip`)."""
    if (before in policy.accepts) != (after in policy.accepts):
        return 3
    if (before in _AGAINST) != (after in _AGAINST) or {before, after} <= _AGAINST:
        return 2
    return 0 if {before, after} == {"single-voice", "unsupported"} else 1


def _ordered(flips: Iterable[Flip]) -> list[Flip]:
    return sorted(flips, key=lambda f: (-f.severity, -f.flips, f.claim, f.removal))


def _touched(whole: Surroundings) -> dict[Removal, frozenset[str]]:
    """Return removal → the claims whose status it may change."""
    tables, affected = whole.tables, _affected(whole)
    found: dict[Removal, Collection[str]] = {
        Removal("assertion", row.id): {row.claim or ""} for row in tables.assertions
    }
    found |= {Removal("judgement", row.id): affected.by_judgement(row) for row in tables.judgements}
    found |= {Removal("affiliation", id): claims for id, claims in affected.by_tie.items()}
    found |= {
        Removal("lineage", row.id): affected.by_source.get(f"source/{row.id}", ())
        for row in tables.sources
        if row.copy_of
    }
    return {removal: whole.near(claims) for removal, claims in found.items() if removal.id}


@dataclass(frozen=True, slots=True)
class _Affected:
    """Claims by the sources, ties and entities that may matter to them.

    `same` maps each entity to the first of those judged the same.
    """

    by_source: Many
    by_tie: Many
    by_entity: Many
    same: Mapping[str, str]

    def by_judgement(self, judgement: JudgementRow) -> set[str]:
        """Return the claims that a judgement is about, or to whose sources or people it applies."""
        ends = {end for end in (judgement.about, judgement.other) if end}
        if (judgement.about or "").startswith("entity/"):
            ends |= {f"entity/{self.same.get(end.removeprefix('entity/'), '')}" for end in ends}
        claims = {end.removeprefix("claim/") for end in ends}
        return claims | linked(self.by_source, ends) | linked(self.by_entity, ends)


def _affected(whole: Surroundings) -> _Affected:
    """Collect the claims that each source, tie and entity may matter to."""
    by_source: list[tuple[str, str]] = []
    by_tie: list[tuple[str, str]] = []
    by_entity: list[tuple[str, str]] = []
    for claim in whole.claims:
        ties = whole.tied(claim)
        by_source += [(f"source/{source}", claim) for source in whole.lineage(claim)]
        by_tie += [(tie.id, claim) for tie in ties]
        people = {*whole.people(claim), *(end for tie in ties for end in (tie.member, tie.party))}
        by_entity += [(f"entity/{person}", claim) for person in people]
    same = same_entities(whole.tables.judgements)
    return _Affected(grouped(by_source), grouped(by_tie), grouped(by_entity), same)
