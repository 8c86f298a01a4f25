"""The part of the tables that can matter to a few claims: status over it equals status over
everything, for these claims.

A claim's status rests on what is said of it and of claims judged the same, on the claims that may
contradict it or decide its fate, and
on what may contradict those. Whatever predicates declare, two claims meet in an entity that both
speak of as their object, or, where
something is held, in places of which one lies within the other. So claims are gathered by these,
two steps far, whether or not they
contradict each other today: what is taken away or added may make them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from kb.reasoning.affiliations import ALLIES, BELONGS
from kb.reasoning.evidence import same_claims
from kb.reasoning.identity import unified
from kb.reasoning.propositions import declared, implied
from kb.reasoning.tables import AffiliationRow, Contradiction, JudgementRow, PredicateRow, Tables
from kb.reasoning.voices import participants

_T = TypeVar("_T")
Many = Mapping[str, tuple[str, ...]]
# A claim's fate is decided by undisputed claims, and these are disputed by claims of their own: two
# steps.
_STEPS = 2


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tables, looked up by what is near to what. Build it once with `surroundings` and ask it
    often.

    Lookups are of entities judged the same taken as one; `tables` and the tables handed out have
    every record as it is. Ties and
    entities are looked up by their position, since two of them may share an id.
    """

    tables: Tables
    groups: Mapping[str, str]
    members: Many
    keys: Many
    sharing: Many
    paired: Many
    said: Many
    people: Many
    parents: Many
    ties: Mapping[str, tuple[int, ...]]
    named: Mapping[str, tuple[int, ...]]
    sides: tuple[AffiliationRow, ...]
    around_place: Many

    def near(self, claims: Iterable[str]) -> frozenset[str]:
        """Ids of the claims that can matter to these, and to which these can matter: nearness goes
        both ways.
        """
        found = self._same(c for c in claims if c in self.groups)
        for _ in range(_STEPS):
            by_entity = (
                self.sharing.get(key, ()) for claim in found for key in self.keys.get(claim, ())
            )
            by_pair = (self.paired.get(claim, ()) for claim in found)
            found = self._same(
                {*found, *chain.from_iterable(by_entity), *chain.from_iterable(by_pair)}
            )
        return found

    def _same(self, claims: Iterable[str]) -> frozenset[str]:
        return frozenset(
            other for group in {self.groups[c] for c in claims} for other in self.members[group]
        )

    def around(self, claims: Iterable[str]) -> Tables:
        """The tables with only what can matter to these claims, in their order. Predicates and
        policies stay whole.
        """
        wanted = self.near(claims)
        said = {a for c in wanted for a in self.said.get(c, ())}
        rows = tuple(a for a in self.tables.assertions if a.id in said)
        sources = self.lineage(a.source for a in rows if a.source)
        ties = sorted(self.tied(wanted))
        people = {p for claim in wanted for p in self.people[claim]} | {
            e for n in ties for e in (self.sides[n].member, self.sides[n].party)
        }
        people |= {larger for p in people for larger in self.around_place.get(p, ())}
        names = {f"claim/{c}" for c in wanted} | {f"source/{s}" for s in sources}
        return replace(
            self.tables,
            claims=tuple(c for c in self.tables.claims if c.id in wanted),
            assertions=rows,
            sources=tuple(s for s in self.tables.sources if s.id in sources),
            affiliations=tuple(self.tables.affiliations[n] for n in ties),
            judgements=tuple(
                j
                for j in self.tables.judgements
                if j.about in names or (j.about or "").startswith("entity/")
            ),
            entities=tuple(
                self.tables.entities[n]
                for n in sorted({n for p in people for n in self.named.get(p, ())})
            ),
        )

    def lineage(self, sources: Iterable[str]) -> frozenset[str]:
        """These sources and those from which they were copied, whole or in part, at any remove."""
        return _closed(sources, lambda source: self.parents.get(source, ()))

    def tied(self, claims: Iterable[str]) -> frozenset[int]:
        """Positions of the ties that tell whose side those in these claims are on: of themselves,
        their parties, the allies of both.
        """
        people = {p for claim in claims for p in self.people.get(claim, ())}
        upward = _closed(people, lambda p: (t.party for t in self._of(p) if t.relation in BELONGS))
        allied = {
            end
            for p in upward
            for t in self._of(p)
            if t.relation in ALLIES
            for end in (t.member, t.party)
        }
        return frozenset(n for p in upward | allied for n in self.ties.get(p, ()))

    def _of(self, person: str) -> Iterable[AffiliationRow]:
        return (self.sides[n] for n in self.ties.get(person, ()))


def neighbourhood(
    tables: Tables, claims: Collection[str], contradictions: Iterable[Contradiction] = ()
) -> Tables:
    """The tables with only what can matter to these claims. `contradictions` that are known count
    as nearness too.

    >>> from kb.reasoning.tables import ClaimRow
    >>> rows = (ClaimRow("a", subject="x", predicate="took", object="town"), ClaimRow("b", subject="y", predicate="took", object="hill"))
    >>> [c.id for c in neighbourhood(Tables(claims=rows), ["a"]).claims]
    ['a']
    """
    return surroundings(tables, contradictions).around(claims)


def surroundings(tables: Tables, contradictions: Iterable[Contradiction] = ()) -> Surroundings:
    """The tables, looked up by what is near to what.

    >>> from kb.reasoning.tables import ClaimRow
    >>> surroundings(Tables(claims=(ClaimRow("a"),))).near(["a"])
    frozenset({'a'})
    """
    one = unified(tables)
    within = _many((e.id, place) for e in one.entities for place in e.within)
    larger = {place: tuple(_closed([place], lambda p: within.get(p, ()))) for place in within}
    keys, sharing = _meeting(one, larger)
    groups = same_claims(one.claims, one.judgements)
    judged = [_ends(j, "claim/") for j in one.judgements]
    pairs = [
        *((p.claim_a, p.claim_b) for p in contradictions),
        *(p for p in judged if p[0] in groups and p[1] in groups),
    ]
    copies = [_ends(j, "source/") for j in one.judgements if j.kind == "copy-of" and j.other]
    parents = _many(chain(copies, ((s.id, s.copy_of) for s in one.sources if s.copy_of)))
    return Surroundings(
        tables,
        groups,
        _many((group, claim) for claim, group in groups.items()),
        keys,
        sharing,
        _many(chain(pairs, ((b, a) for a, b in pairs))),
        _many((a.claim, a.id) for a in one.assertions if a.claim),
        _people(one, parents),
        parents,
        _many((end, n) for n, t in enumerate(one.affiliations) for end in {t.member, t.party}),
        _many((e.id, n) for n, e in enumerate(one.entities)),
        one.affiliations,
        larger,
    )


def _meeting(tables: Tables, larger: Many) -> tuple[Many, Many]:
    """Claim → what it looks for, and what is looked for → claims: the object of each triple it may
    imply, else the subject.

    A claim of holding something, or of beginning or ending to, also looks in places around it and
    is found in these.
    """
    predicates = declared(tables)
    held = {p.id for p in predicates.values() if p.functional}
    looks: list[tuple[str, str]] = []
    stands: list[tuple[str, str]] = []
    for claim in tables.claims:
        for subject, name, thing in implied(claim, predicates):
            own = f"of {thing}" if thing else f"by {subject}"
            looks.append((claim.id, own))
            stands.append((own, claim.id))
            row = predicates.get(name, PredicateRow(name))
            if thing and held.intersection((name, *row.initiates, *row.terminates)):
                looks += [
                    (claim.id, f"within {thing}"),
                    *((claim.id, f"holding {place}") for place in larger.get(thing, ())),
                ]
                stands += [
                    (f"holding {thing}", claim.id),
                    *((f"within {place}", claim.id) for place in larger.get(thing, ())),
                ]
    return _many(looks), _many(stands)


def _people(tables: Tables, parents: Many) -> Many:
    """Claim → everybody who speaks on it or has a part in it, the authors of the documents and of
    their originals included.
    """
    authors = {s.id: s.author for s in tables.sources if s.author}
    found = {c.id: set(participants(c)) for c in tables.claims}
    for row in tables.assertions:
        people = found.setdefault(row.claim or "", set())
        people.update((*row.relays, *((row.speaker,) if row.speaker else ())))
        lineage = _closed([row.source or ""], lambda source: parents.get(source, ()))
        people.update(authors[s] for s in lineage if s in authors)
    return {claim: tuple(sorted(people)) for claim, people in found.items()}


def _ends(judgement: JudgementRow, path: str) -> tuple[str, str]:
    return (judgement.about or "").removeprefix(path), (judgement.other or "").removeprefix(path)


def _closed(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Everything reached from the start, the start included."""
    found = set(start)
    todo = list(found)
    while todo:
        new = set(following(todo.pop())) - found
        found |= new
        todo += new
    return frozenset(found)


def _many(pairs: Iterable[tuple[str, _T]]) -> dict[str, tuple[_T, ...]]:
    found: dict[str, dict[_T, None]] = defaultdict(dict)
    for key, value in pairs:
        found[key][value] = None
    return {key: tuple(values) for key, values in found.items()}
