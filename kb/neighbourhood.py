"""The part of the tables that can matter to a few claims: status over it equals status over everything, for these claims.

A claim's status rests on what is said of it and of claims judged the same, on the claims that may contradict it or decide its fate, and
on what may contradict those. Whatever predicates declare, two claims meet in an entity that both speak of as their object; so claims
are gathered by that entity, two steps far, whether or not they contradict each other today: what is taken away or added may make them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kb.propositions import declared, implied
from kb.tables import AffiliationRow, AssertionRow, ClaimRow, Contradiction, JudgementRow, PredicateRow, Tables
from kb.voices import participants
from kb.weighing import same_claims

Many = Mapping[str, tuple[str, ...]]
# A claim's fate is decided by undisputed claims, and these are disputed by claims of their own: two steps.
_STEPS = 2
_BELONGING, _ALLIED = ("speaks-for", "member-of"), ("side-with", "backs")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tables, looked up by what is near to what. Build it once with `surroundings` and ask it often."""

    tables: Tables
    claims: Mapping[str, ClaimRow]
    groups: Mapping[str, str]
    members: Many
    keys: Mapping[str, frozenset[str]]
    sharing: Many
    paired: Many
    said: Mapping[str, tuple[AssertionRow, ...]]
    parents: Many
    ties: Mapping[str, tuple[AffiliationRow, ...]]

    def near(self, claims: Iterable[str]) -> frozenset[str]:
        """Ids of the claims that can matter to these, and to which these can matter: nearness goes both ways."""
        found = self._same(c for c in claims if c in self.claims)
        for _ in range(_STEPS):
            by_entity = (self.sharing[key] for claim in found for key in self.keys[claim])
            by_pair = (self.paired.get(claim, ()) for claim in found)
            found = self._same({*found, *chain.from_iterable(by_entity), *chain.from_iterable(by_pair)})
        return found

    def _same(self, claims: Iterable[str]) -> frozenset[str]:
        return frozenset(other for group in {self.groups[c] for c in claims} for other in self.members[group])

    def around(self, claims: Iterable[str]) -> Tables:
        """The tables with only what can matter to these claims, in their order."""
        wanted = self.near(claims)
        said = tuple(a for c in sorted(wanted) for a in self.said.get(c, ()))
        sources = self.lineage(a.source for a in said if a.source)
        ties = self.tied(self.people(wanted))
        kept = {f"claim/{c}" for c in wanted} | {f"source/{s}" for s in sources}
        people = self.people(wanted).union(*((t.member, t.party) for t in ties))
        return replace(
            self.tables,
            claims=tuple(self.claims[c] for c in sorted(wanted)),
            assertions=said,
            sources=tuple(s for s in self.tables.sources if s.id in sources),
            affiliations=ties,
            judgements=tuple(j for j in self.tables.judgements if j.about in kept),
            entities=tuple(e for e in self.tables.entities if e.id in people),
        )

    def lineage(self, sources: Iterable[str]) -> frozenset[str]:
        """These sources and those from which they were copied, whole or in part, at any remove."""
        found = set(sources)
        todo = list(found)
        while todo:
            new = set(self.parents.get(todo.pop(), ())) - found
            found |= new
            todo += new
        return frozenset(found)

    def people(self, claims: Iterable[str]) -> frozenset[str]:
        """Everybody who speaks on these claims or has a part in them."""
        authors = {s.id: s.author for s in self.tables.sources if s.author}
        found: set[str] = set()
        for claim in claims:
            found.update(participants(self.claims[claim]))
            for row in self.said.get(claim, ()):
                found.update((*row.relays, *((row.speaker,) if row.speaker else ())))
                found.update(authors[s] for s in self.lineage([row.source or ""]) if s in authors)
        return frozenset(found)

    def tied(self, people: Iterable[str]) -> tuple[AffiliationRow, ...]:
        """The ties that tell whose side these people are on: of themselves, their parties, and the allies of both."""
        upward = set(people)
        todo = list(upward)
        while todo:
            new = {t.party for t in self.ties.get(todo.pop(), ()) if t.relation in _BELONGING} - upward
            upward |= new
            todo += new
        allied = {end for p in upward for t in self.ties.get(p, ()) if t.relation in _ALLIED for end in (t.member, t.party)}
        return tuple(dict.fromkeys(t for p in sorted(upward | allied) for t in self.ties.get(p, ())))


def neighbourhood(tables: Tables, claims: Collection[str], contradictions: Iterable[Contradiction] = ()) -> Tables:
    """The tables with only what can matter to these claims. `contradictions` that are known count as nearness too.

    >>> rows = (ClaimRow("a", subject="x", predicate="took", object="town"), ClaimRow("b", subject="y", predicate="took", object="hill"))
    >>> [c.id for c in neighbourhood(Tables(claims=rows), ["a"]).claims]
    ['a']
    """
    return surroundings(tables, contradictions).around(claims)


def surroundings(tables: Tables, contradictions: Iterable[Contradiction] = ()) -> Surroundings:
    """The tables, looked up by what is near to what.

    >>> surroundings(Tables(claims=(ClaimRow("a"),))).near(["a"])
    frozenset({'a'})
    """
    predicates = declared(tables)
    keys = {c.id: _keys(c, predicates) for c in tables.claims}
    judged = [_ends(j) for j in tables.judgements if j.about and j.other]
    pairs = [*((p.claim_a, p.claim_b) for p in contradictions), *(p for p in judged if p[0] in keys and p[1] in keys)]
    groups = same_claims(tables.claims, tables.judgements)
    copies = [(j.about or "", j.other or "") for j in tables.judgements if j.kind == "copy-of"]
    lineage = [(about.removeprefix("source/"), other.removeprefix("source/")) for about, other in copies]
    said: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in tables.assertions:
        said[row.claim or ""].append(row)
    ties: dict[str, list[AffiliationRow]] = defaultdict(list)
    for tie in tables.affiliations:
        for end in {tie.member, tie.party}:
            ties[end].append(tie)
    return Surroundings(
        tables,
        {c.id: c for c in tables.claims},
        groups,
        _many((group, claim) for claim, group in groups.items()),
        keys,
        _many((key, claim) for claim, own in keys.items() for key in own),
        _many(chain(pairs, ((b, a) for a, b in pairs))),
        {claim: tuple(rows) for claim, rows in said.items()},
        _many(chain(lineage, ((s.id, s.copy_of) for s in tables.sources if s.copy_of))),
        {end: tuple(rows) for end, rows in ties.items()},
    )


def _keys(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> frozenset[str]:
    """What the claim is gathered by: the object of each triple it may imply, else the subject."""
    return frozenset(f"of {thing}" if thing else f"by {subject}" for subject, _, thing in implied(claim, predicates))


def _ends(judgement: JudgementRow) -> tuple[str, str]:
    return (judgement.about or "").removeprefix("claim/"), (judgement.other or "").removeprefix("claim/")


def _many(pairs: Iterable[tuple[str, str]]) -> Many:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
