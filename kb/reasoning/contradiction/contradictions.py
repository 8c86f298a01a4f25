"""Contradictions: pairs of claims that cannot both be true, found by declarations of predicates and
judgements of analysts.

These are not contradictions: change over time, different parts of a place, numbers that are
compatible, claims about different things, different wording, evaluations.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import product
from typing import Final

from kb.model import identifiers
from kb.reasoning.content.propositions import dated, declared, follows
from kb.reasoning.contradiction import (
    exclusive_predicates,
    holding_forecasts,
    number_rules,
    pair_rules,
)
from kb.reasoning.dated_tables import view
from kb.reasoning.speakers.evidence import same_claims
from kb.reasoning.speakers.identity import unified
from kb.reasoning.speakers.voices import Speech, speech
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    AssertionRow,
    ClaimRow,
    Contradiction,
    JudgementRow,
    Period,
    PolicyRow,
    PredicateRow,
    Tables,
    entity_object,
)

__all__ = ["Contradiction", "contradictions", "in_words", "selected"]

# The text of a rule → a sentence for users. {0} and {1} are the predicates, or the thing counted.
WORDS: Final = (
    (r"functional object-time: (\S+) begun by two", "Two each began “{0}” on one day."),
    (
        r"functional object-time: (\S+) begun by (\S+)",
        "“{1}” begins “{0}”, on days on which somebody else is said to have done so.",
    ),
    (
        r"functional object-time: (\S+)",
        "“{0}”: only one can do so at a time, for the whole of a thing.",
    ),
    (r"functional object: (\S+)", "“{0}”: only one ever."),
    (r"functional subject-time: (\S+)", "“{0}”: only one at a time."),
    (r"functional subject: (\S+)", "“{0}”: only one ever."),
    (r"once: (\S+)", "“{0}” happens only once, and these days have none in common."),
    (r"at one place: (\S+)", "“{0}” happens at one place, and neither of these is in the other."),
    (
        r"incompatible: (\S+), (\S+)",
        "“{0}” and “{1}” cannot both be true of the same two at one time.",
    ),
    (
        r"terminates: (\S+), (\S+)",
        "“{0}” ends “{1}”, on days on which the same subject is said to have continued.",
    ),
    (
        r"opposite polarity: (\S+) initiates (\S+)",
        "“{0}” begins “{1}”, on days on which “{1}” is said not to have been so.",
    ),
    (r"opposite polarity", "One says the opposite of the other."),
    (r"disjoint quantities: (.+)", "Two counts of the same ({0}) have no number in common."),
    (
        r"shares of one whole: (\S+), several together",
        "Several shares by “{0}”, these two among them, add up to more than the whole.",
    ),
    (r"shares of one whole: (\S+)", "Two shares by “{0}” add up to more than the whole."),
    (
        r"forecast and outcome of opposite polarity",
        "A forecast, and an outcome that says the opposite.",
    ),
    (
        r"forecast against outcome: (\S+)",
        "A forecast of “{0}”, and an outcome that says the contrary.",
    ),
    (r"judged by an analyst", "An analyst decided that they contradict each other."),
)
# What keeps a contradiction from being certain.
_DATES_OPEN: Final = "Only possible: the dates, or what exactly is meant, leave room for both."
_FORECAST: Final = "Only possible: a forecast is no evidence of what happened."
# The periods in which each claim was affirmed.
Affirmed = Mapping[str, list[Period]]


def contradictions(tables: Tables, policy: PolicyRow = DEFAULT_POLICY) -> list[Contradiction]:
    """Return the pairs of claims that contradict each other, one row per pair and rule, sorted.

    Dismissed pairs and claims judged the same are left out. If a rule finds a pair both certain and
    possible, it is certain. Pass a `view` for what was known on a day.

    >>> yes = ClaimRow("a", subject="x", predicate="sent", object="y")
    >>> no = ClaimRow("b", subject="x", predicate="sent", object="y", polarity="negative")
    >>> [(c.kind, c.certainty) for c in contradictions(Tables(claims=(yes, no)))]
    [('polarity', 'certain')]
    """
    seen = unified(view(tables))
    return among(seen, policy, speech(seen))


def among(tables: Tables, policy: PolicyRow, speakers: Speech) -> list[Contradiction]:
    """Return the same from a view with unified entities whose speakers are known already.

    >>> among(Tables(), DEFAULT_POLICY, speech(Tables()))
    []
    """
    seen = dated(tables)
    dismissed = {pair for pair, _ in _judged(seen.judgements, "does-not-contradict")}
    same = same_claims(seen.claims, seen.judgements)
    rows: dict[tuple[str, str, str, str], Contradiction] = {}
    for row in _by_all_rules(seen, policy, speakers):
        pair = row.claim_a, row.claim_b
        if same[row.claim_a] == same[row.claim_b] or pair in dismissed:
            continue
        key = (*pair, row.kind, row.rule)
        if key not in rows or row.certainty == "certain":
            rows[key] = row
    return [rows[key] for key in sorted(rows)]


def _by_all_rules(seen: Tables, policy: PolicyRow, speakers: Speech) -> Iterator[Contradiction]:
    """Yield what each rule finds, and what analysts decided."""
    predicates = declared(seen)
    affirmed = _affirmed(seen.assertions, speakers)
    claims = sorted(
        (c for c in seen.claims if c.subject and c.predicate and c.kind != "evaluation"),
        key=lambda claim: claim.id,
    )
    yield from _by_pair_rules(claims, predicates, affirmed, policy)
    yield from _by_exclusive_predicates(claims, predicates, affirmed, speakers, seen)
    yield from _by_analysts(seen)


def _by_pair_rules(
    claims: Collection[ClaimRow],
    predicates: Mapping[str, PredicateRow],
    affirmed: Affirmed,
    policy: PolicyRow,
) -> Iterator[Contradiction]:
    """Yield contradictions between two claims about one subject."""
    yield from pair_rules.polarity(claims, predicates, _later(affirmed), _last(affirmed), policy)
    yield from pair_rules.begun(claims, predicates, policy)
    yield from pair_rules.incompatible(claims, predicates)
    yield from pair_rules.terminated(claims, predicates)
    yield from number_rules.quantity(claims, predicates, policy)
    yield from number_rules.shares(claims, predicates, policy)
    yield from pair_rules.once(claims, predicates)


def _by_exclusive_predicates(
    claims: Collection[ClaimRow],
    predicates: Mapping[str, PredicateRow],
    affirmed: Affirmed,
    speakers: Speech,
    seen: Tables,
) -> Iterator[Contradiction]:
    """Yield contradictions about who holds or did something, and about places."""
    # A value is nothing that somebody can hold or do.
    of_things = [claim for claim in claims if entity_object(claim) == claim.object]
    sides, places = speakers.sides, seen.entities
    yield from exclusive_predicates.held_by_rivals(of_things, predicates, sides, places)
    together = _together(seen.assertions)
    yield from exclusive_predicates.done_by_one(of_things, predicates, sides, together)
    yield from exclusive_predicates.had_by_one(claims, predicates, places)
    around = exclusive_predicates.around_each(places)
    grounds = {place.id for place in places if place.place}
    yield from pair_rules.at_one_place(claims, predicates, grounds, around)
    later = _later(affirmed)
    yield from holding_forecasts.contrary_outcomes(of_things, predicates, sides, later)


def _by_analysts(seen: Tables) -> Iterator[Contradiction]:
    """Yield the contradictions that analysts decided."""
    known = {claim.id for claim in seen.claims}
    for (one, other), certainty in _judged(seen.judgements, "contradicts"):
        if {one, other} <= known:
            yield Contradiction(one, other, "judged", certainty, "judged by an analyst")


def _judged(judgements: Iterable[JudgementRow], kind: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the pairs of different claims that judgements of a kind are about, with certainty."""
    for judgement in judgements:
        ends = sorted((judgement.about or "", judgement.other or ""))
        of_claims = all(end.startswith("claim/") for end in ends)
        if judgement.kind == kind and of_claims and ends[0] != ends[1]:
            one, other = (end.removeprefix("claim/") for end in ends)
            yield (one, other), judgement.certainty or "certain"


def _affirmed(assertions: Iterable[AssertionRow], speakers: Speech) -> Affirmed:
    """Return claim → the periods in which somebody affirmed it."""
    found: dict[str, list[Period]] = defaultdict(list)
    for row in assertions:
        if row.claim and row.stance == "affirms":
            found[row.claim].append(speakers.period(row))
    return found


def _later(affirmed: Affirmed) -> Callable[[ClaimRow, ClaimRow], bool]:
    """Return a function that tells whether an outcome may be later than a forecast."""

    @cache
    def made(forecast: str) -> date | None:
        """Return the first day on which a forecast was made."""
        return min((first for first, _ in affirmed.get(forecast, ()) if first), default=None)

    def later(forecast: ClaimRow, outcome: ClaimRow) -> bool:
        """Tell whether the second claim may be later than the day on which the first was made."""
        return follows(outcome, made(forecast.id), affirmed.get(outcome.id, ()))

    return later


def _last(affirmed: Affirmed) -> Callable[[ClaimRow], date | None]:
    """Return a function that gives the last day on which a claim was affirmed, None if unknown."""

    def last(claim: ClaimRow) -> date | None:
        """Return the last day of one claim."""
        return max((day for _, day in affirmed.get(claim.id, ()) if day), default=None)

    return last


def _together(assertions: Iterable[AssertionRow]) -> Callable[[str, str], bool]:
    """Return a function that tells whether one speaker affirms two claims in one passage.

    That is in overlapping quotes of one source. Only the pairs asked for are compared, because all
    pairs would be too many.
    """

    @cache
    def passages() -> Mapping[str, list[tuple[tuple[str, str], int, int]]]:
        """Return the passages of all claims, collected when the first pair is asked for."""
        return _passages(assertions)

    def together(one: str, other: str) -> bool:
        """Tell whether two claims have overlapping passages of one speaker."""
        for (place, start, end), (place2, start2, end2) in product(
            passages().get(one, ()), passages().get(other, ())
        ):
            if place == place2 and max(start, start2) < min(end, end2):
                return True
        return False

    return together


def _passages(
    assertions: Iterable[AssertionRow],
) -> Mapping[str, list[tuple[tuple[str, str], int, int]]]:
    """Return claim → the passages that affirm it: speaker and source, start and end."""
    passages: dict[str, list[tuple[tuple[str, str], int, int]]] = defaultdict(list)
    for row in assertions:
        span = identifiers.span(row.quote or "")
        if row.claim and row.speaker and row.stance == "affirms" and span:
            source = (row.quote or "").partition("#")[0]
            passages[row.claim].append(((row.speaker, source), *span))
    return passages


def selected(
    rows: Iterable[Contradiction],
    tables: Tables,
    *,
    claim: str = "",
    place: str = "",
    kind: str = "",
    certainty: str = "",
) -> list[Contradiction]:
    """Select contradictions of a claim, of a place and everything within it, of a kind, or of a
    certainty. An empty choice selects all.

    >>> rows = [Contradiction("a", "b", "polarity", "certain", "opposite polarity")]
    >>> [len(selected(rows, Tables(), claim=claim)) for claim in ("b", "c")]
    [1, 0]
    """
    there = _claims_at(place, tables) if place else set()
    return [
        row
        for row in rows
        if (not claim or claim in (row.claim_a, row.claim_b))
        and (not place or not there.isdisjoint((row.claim_a, row.claim_b)))
        and kind in ("", row.kind)
        and certainty in ("", row.certainty)
    ]


def _claims_at(place: str, tables: Tables) -> set[str]:
    """Return the claims that name a place or a place within it."""
    around = exclusive_predicates.around_each(tables.entities)
    found = set()
    for claim in tables.claims:
        named = (claim.subject, claim.object, *(entity for _, entity in claim.roles))
        if any(entity and place in (entity, *around(entity)) for entity in named):
            found.add(claim.id)
    return found


def in_words(row: Contradiction) -> str:
    """Return the rule as a sentence, and what keeps it from being certain.

    >>> in_words(Contradiction("a", "b", "incompatible", "certain", "incompatible: left, stayed"))
    '“left” and “stayed” cannot both be true of the same two at one time.'
    """
    for pattern, words in WORDS:
        if match := re.fullmatch(pattern, row.rule):
            sentence = words.format(*map(_readable, match.groups()))
            if row.certainty != "possible" or row.rule.startswith("judged"):
                return sentence
            return f"{sentence} {_FORECAST if row.kind == 'forecast' else _DATES_OPEN}"
    return row.rule


def _readable(name: str) -> str:
    """Return a predicate, or what is counted, in words; of an IRI its last part."""
    end = name.rpartition("/")[2] if "://" in name else name
    return end.replace("-", " ")
