"""Which claims cannot both be true, from what predicates declare about themselves and from what analysts judge.

Never contradictions: change over time, parts of a place, compatible ranges, wording, evaluations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, product

from kb.propositions import covers, declared, disjoint, implied, overlap, plain, roles, same_days, simultaneous
from kb.sides import Sides, sides_of
from kb.tables import ClaimRow, Contradiction, JudgementRow, PredicateRow, Tables, Triple, view

__all__ = ["Contradiction", "contradictions"]

Predicates = Mapping[str, PredicateRow]
ByTriple = dict[Triple, list[ClaimRow]]


def contradictions(tables: Tables) -> list[Contradiction]:
    """Pairs of claims that contradict each other, one row a pair and rule, sorted; dismissed pairs and pairs judged the same are left out.

    Of a rule that finds a pair certain and possible, certain stands. Give it a `view` for what was known on a day.

    >>> rows = (ClaimRow("a", subject="x", predicate="sent", object="y"), ClaimRow("b", None, None, "x", "sent", "y", "negative"))
    >>> [(c.claim_a, c.claim_b, c.kind, c.certainty) for c in contradictions(Tables(claims=rows))]
    [('a', 'b', 'polarity', 'certain')]
    """
    seen = view(tables)
    predicates = declared(seen)
    claims = sorted((c for c in seen.claims if c.subject and c.predicate and c.kind != "evaluation"), key=lambda c: c.id)
    told = [c for c in claims if c.polarity != "negative" and c.kind != "forecast"]
    dropped = _pairs(seen.judgements, "does-not-contradict") | _pairs(seen.judgements, "same-claim")
    found: dict[tuple[str, str, str, str], Contradiction] = {}
    for row in (
        *_functional(told, predicates, sides_of(seen)),
        *_incompatible(told, predicates),
        *_polarity(claims, predicates),
        *_quantity(told, predicates),
        *_judged(seen),
    ):
        key = (row.claim_a, row.claim_b, row.kind, row.rule)
        if (row.claim_a, row.claim_b) not in dropped and (key not in found or row.certainty == "certain"):
            found[key] = row
    return [found[key] for key in sorted(found)]


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _row(one: ClaimRow, other: ClaimRow, kind: str, certain: bool, rule: str) -> Contradiction:
    return Contradiction(*_pair(one.id, other.id), kind, "certain" if certain else "possible", rule)


def _by_triple(claims: Iterable[ClaimRow], triples: Callable[[ClaimRow, Predicates], Iterable[Triple]], predicates: Predicates) -> ByTriple:
    groups: ByTriple = defaultdict(list)
    for claim in claims:
        for triple in triples(claim, predicates):
            groups[triple].append(claim)
    return groups


def _functional(claims: Iterable[ClaimRow], predicates: Predicates, sides: Sides) -> Iterator[Contradiction]:
    """Only one side can stand in this relation to an object at a time, where the whole of it is meant."""
    functional = {p.id for p in predicates.values() if p.functional == "object-time"}
    groups: dict[tuple[str, str], dict[str, list[ClaimRow]]] = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        for subject, name, thing in implied(claim, predicates):
            if name in functional and thing is not None and claim.extent != "part":
                groups[name, thing][subject].append(claim)
    for (name, _), by_subject in groups.items():
        for one, other in combinations(sorted(by_subject), 2):
            for a, b in product(by_subject[one], by_subject[other]):
                if a.id != b.id and not disjoint(a, b) and sides.rivals(one, other, overlap(a, b)):
                    yield _row(a, b, "functional", simultaneous(a, b), f"functional object-time: {name}")


def _incompatible(claims: Iterable[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Two predicates declared incompatible, of one subject and one object; certain only on the same known days."""
    groups = _by_triple(claims, implied, predicates)
    for (subject, name, thing), group in groups.items():
        for other in predicates[name].incompatible if name in predicates else ():
            for a, b in product(group, groups.get((subject, other, thing), ()) if name < other else ()):
                if a.id != b.id and not disjoint(a, b):
                    yield _row(a, b, "incompatible", same_days(a, b) or simultaneous(a, b), f"incompatible: {name}, {other}")


def _polarity(claims: Iterable[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Something and its opposite, with the same roles; what a claim entails counts, what a denied claim would entail does not."""
    groups = _by_triple(claims, implied, predicates)
    for group in groups.values():
        negative = [c for c in group if c.polarity == "negative"]
        for a, b in product(negative, (c for c in group if c.polarity != "negative") if negative else ()):
            if roles(a) != roles(b) or disjoint(a, b):
                continue
            forecasts = (a.kind == "forecast") + (b.kind == "forecast")
            certain = (a.held != "some" and covers(a, b)) or simultaneous(a, b)
            if forecasts == 1:
                yield _row(a, b, "forecast", False, "forecast and outcome of opposite polarity")
            else:
                yield _row(a, b, "polarity", certain and a.condition == b.condition, "opposite polarity")


def _quantity(claims: Iterable[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Ranges without a common number, for the same thing counted in the same event."""
    groups: dict[tuple[Triple, frozenset[tuple[str, str]], str, str], list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        row = predicates.get(claim.predicate or "")
        counted = claim.counted or (row.measures if row else None)
        if counted and (claim.quantity_min is not None or claim.quantity_max is not None):
            triple = min(plain(claim, predicates), key=lambda t: (t[1], t[0], t[2] or ""))
            groups[triple, roles(claim), counted.casefold(), (claim.unit or "").casefold()].append(claim)
    for (*_, counted, _unit), group in groups.items():
        for a, b in combinations(group, 2):
            if (_below(a, b) or _below(b, a)) and not disjoint(a, b):
                yield _row(a, b, "quantity", same_days(a, b) or simultaneous(a, b), f"disjoint quantities: {counted}")


def _below(one: ClaimRow, other: ClaimRow) -> bool:
    return one.quantity_max is not None and other.quantity_min is not None and one.quantity_max < other.quantity_min


def _judged(tables: Tables) -> Iterator[Contradiction]:
    known = {c.id for c in tables.claims}
    for one, other in _pairs(tables.judgements, "contradicts"):
        if {one, other} <= known:
            yield Contradiction(one, other, "judged", "certain", "judged by an analyst")


def _pairs(judgements: Iterable[JudgementRow], kind: str) -> set[tuple[str, str]]:
    """Pairs of different claims that judgements of a kind are about."""
    rows = ((j.about or "", j.other or "") for j in judgements if j.kind == kind)
    return {
        _pair(a.removeprefix("claim/"), b.removeprefix("claim/"))
        for a, b in rows
        if a != b and a.startswith("claim/") and b.startswith("claim/")
    }
