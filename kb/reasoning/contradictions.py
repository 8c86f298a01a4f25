"""Which claims cannot both be true, from what predicates declare about themselves and from what
analysts judge.

Never contradictions: change over time, parts of a place, compatible ranges, different referents,
wording, evaluations.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import Final

from kb.model import identifiers
from kb.reasoning import exclusive_predicates, pair_rules
from kb.reasoning.evidence import same_claims
from kb.reasoning.identity import unified
from kb.reasoning.propositions import dated, declared, follows
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    AssertionRow,
    ClaimRow,
    Contradiction,
    JudgementRow,
    Period,
    PolicyRow,
    Tables,
    entity_object,
    view,
)
from kb.reasoning.voices import Speech, speech

__all__ = ["Contradiction", "contradictions", "in_words", "public_since", "selected"]

# beginning of a rule → the rule for people; {0} and {1} are the predicates or the thing counted
# that it names
WORDS: Final = (
    (r"functional object-time: (\S+) begun by two", "Two each began “{0}” on one day."),
    (
        r"functional object-time: (\S+) begun by (\S+)",
        "“{1}” begins “{0}”, amid the days on which somebody else is said to have done so.",
    ),
    (r"functional object-time: (\S+)", "“{0}”: only one can, for the whole of it on one day."),
    (r"functional object: (\S+)", "“{0}”: one only, at any time."),
    (r"functional subject-time: (\S+)", "“{0}”: one at a time."),
    (r"functional subject: (\S+)", "“{0}”: one, at any time."),
    (r"once: (\S+)", "“{0}” happens once, and these days have none in common."),
    (r"at one place: (\S+)", "“{0}” happens at one place, and neither of these is in the other."),
    (r"shares of one whole: (\S+)", "“{0}”: together these shares are more than the whole."),
    (
        r"incompatible: (\S+), (\S+)",
        "“{0}” and “{1}” cannot both hold between the same two at one time.",
    ),
    (
        r"terminates: (\S+), (\S+)",
        "“{0}” ends “{1}”, amid the days on which the same subject is told to have kept it up.",
    ),
    (
        r"opposite polarity: (\S+) initiates (\S+)",
        "“{0}” begins “{1}”, amid the days on which that is told not to have been so.",
    ),
    (r"opposite polarity", "One says what the other says is not so."),
    (r"disjoint quantities: (.+)", "Two counts of the same ({0}) have no number in common."),
    (r"shares of one whole: (\S+)", "Two shares by “{0}” add up to more than the whole."),
    (
        r"forecast and outcome of opposite polarity",
        "What was foretold, and an outcome that says the opposite.",
    ),
    (
        r"forecast against outcome: (\S+)",
        "What was foretold of “{0}”, and an outcome that tells the contrary.",
    ),
    (r"judged by an analyst", "An analyst judged it so."),
)


def contradictions(tables: Tables, policy: PolicyRow = DEFAULT_POLICY) -> list[Contradiction]:
    """Pairs of claims that contradict each other, one row a pair and rule, sorted; dismissed pairs
    and pairs judged the same are left out.

    Of a rule that finds a pair certain and possible, certain stands. Give it a `view` for what was
    known on a day.

    >>> rows = (ClaimRow("a", subject="x", predicate="sent", object="y"), ClaimRow("b", None, None, "x", "sent", "y", "negative"))
    >>> [(c.claim_a, c.claim_b, c.kind, c.certainty) for c in contradictions(Tables(claims=rows))]
    [('a', 'b', 'polarity', 'certain')]
    """
    seen = dated(unified(view(tables)))
    dismissed = {pair for pair, _ in _judged(seen.judgements, "does-not-contradict")}
    same = same_claims(seen.claims, seen.judgements)
    rows: dict[tuple[str, str, str, str], Contradiction] = {}
    for row in _all(seen, policy):
        key = (row.claim_a, row.claim_b, row.kind, row.rule)
        apart = (
            same[row.claim_a] != same[row.claim_b] and (row.claim_a, row.claim_b) not in dismissed
        )
        if apart and (key not in rows or row.certainty == "certain"):
            rows[key] = row
    return [rows[key] for key in sorted(rows)]


def _all(seen: Tables, policy: PolicyRow) -> Iterator[Contradiction]:
    """What every rule finds."""
    predicates, said = declared(seen), speech(seen)
    claims = sorted(
        (c for c in seen.claims if c.subject and c.predicate and c.kind != "evaluation"),
        key=lambda c: c.id,
    )
    told = _told(seen.assertions, said)
    later = _later(told)
    yield from pair_rules.polarity(claims, predicates, later, _last(told))
    yield from pair_rules.begun(claims, predicates)
    yield from pair_rules.incompatible(claims, predicates)
    yield from pair_rules.terminated(claims, predicates)
    yield from pair_rules.quantity(claims, predicates, policy)
    yield from pair_rules.shares(claims, predicates)
    # Who holds or did what is found by the thing itself; a value is nothing that one can hold.
    of_things = [c for c in claims if entity_object(c) == c.object]
    yield from exclusive_predicates.held_by_rivals(of_things, predicates, said.sides, seen.entities)
    yield from exclusive_predicates.done_by_one(
        of_things, predicates, said.sides, _together(seen.assertions)
    )
    yield from exclusive_predicates.had_by_one(claims, predicates, seen.entities)
    yield from pair_rules.once(claims, predicates)
    around = exclusive_predicates.around_each(seen.entities)
    yield from pair_rules.at_one_place(claims, predicates, around)
    yield from exclusive_predicates.foreseen_otherwise(of_things, predicates, said.sides, later)
    known = {c.id for c in seen.claims}
    for (one, other), certainty in _judged(seen.judgements, "contradicts"):
        if {one, other} <= known:
            yield Contradiction(one, other, "judged", certainty, "judged by an analyst")


def _judged(judgements: Iterable[JudgementRow], kind: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Pairs of different claims that judgements of a kind are about, and how certain each is said
    to be.
    """
    for j in judgements:
        one, other = sorted((j.about or "", j.other or ""))
        if (
            j.kind == kind
            and one != other
            and one.startswith("claim/")
            and other.startswith("claim/")
        ):
            yield (
                (one.removeprefix("claim/"), other.removeprefix("claim/")),
                j.certainty or "certain",
            )


def _told(assertions: Iterable[AssertionRow], said: Speech) -> Mapping[str, list[Period]]:
    """Claim → the periods in which somebody affirmed it."""
    told: dict[str, list[Period]] = defaultdict(list)
    for a in assertions:
        if a.claim and a.stance == "affirms":
            told[a.claim].append(said.period(a))
    return told


def _later(told: Mapping[str, list[Period]]) -> Callable[[ClaimRow, ClaimRow], bool]:
    """May the second claim, an outcome, lie after the first, a forecast, was made?"""

    def later(forecast: ClaimRow, outcome: ClaimRow) -> bool:
        """Whether the outcome is told of a time after the forecast was made."""
        made = min((first for first, _ in told.get(forecast.id, ()) if first), default=None)
        return follows(outcome, made, told.get(outcome.id, ()))

    return later


def _last(told: Mapping[str, list[Period]]) -> Callable[[ClaimRow], date | None]:
    """The last day on which a claim was affirmed; None where that is not known."""

    def last(claim: ClaimRow) -> date | None:
        """The last day of one claim."""
        return max((day for _, day in told.get(claim.id, ()) if day), default=None)

    return last


def _together(assertions: Iterable[AssertionRow]) -> Callable[[str, str], bool]:
    """Whether one speaker affirms two claims in one passage: overlapping quotes of one source. All
    pairs at once would be too many.
    """
    passages: dict[str, list[tuple[str, str, int, int]]] = defaultdict(list)
    for a in assertions:
        span = identifiers.span(a.quote or "")
        if a.claim and a.speaker and a.stance == "affirms" and span:
            passages[a.claim].append((a.speaker, (a.quote or "").partition("#")[0], *span))

    def told(one: str, other: str) -> bool:
        """Whether these two claims are told in one breath."""
        pairs = product(passages.get(one, ()), passages.get(other, ()))
        return any(a[:2] == b[:2] and max(a[2], b[2]) < min(a[3], b[3]) for a, b in pairs)

    return told


def selected(
    rows: Iterable[Contradiction],
    tables: Tables,
    claim: str = "",
    place: str = "",
    kind: str = "",
    certainty: str = "",
) -> list[Contradiction]:
    """The rows of one claim, of a place and all that lies within it, of a kind, of a certainty; an
    empty choice leaves all.

    >>> rows = [Contradiction("a", "b", "polarity", "certain", "opposite polarity")]
    >>> len(selected(rows, Tables(), claim="b")), len(selected(rows, Tables(), certainty="possible"))
    (1, 0)
    """
    around = exclusive_predicates.around_each(tables.entities)
    there = {
        c.id
        for c in tables.claims
        for e in (c.subject, c.object, *(e for _, e in c.roles))
        if place and e and place in (e, *around(e))
    }
    return [
        r
        for r in rows
        if (not claim or claim in (r.claim_a, r.claim_b))
        and (not place or not there.isdisjoint((r.claim_a, r.claim_b)))
        and kind in ("", r.kind)
        and certainty in ("", r.certainty)
    ]


def public_since(tables: Tables, claim: str) -> date | None:
    """The day by which somebody was public with it, at the latest; None where no document that
    affirms it is dated.
    """
    published = {s.id: s.published_to for s in tables.sources}
    days = (
        published.get(a.source or "")
        for a in tables.assertions
        if a.claim == claim and a.stance == "affirms"
    )
    return min(filter(None, days), default=None)


def in_words(row: Contradiction) -> str:
    """The rule as a sentence, with what keeps it from being certain.

    >>> in_words(Contradiction("a", "b", "incompatible", "certain", "incompatible: accepted, rejected"))
    '“accepted” and “rejected” cannot both hold between the same two at one time.'
    """
    for pattern, words in WORDS:
        if match := re.fullmatch(pattern, row.rule):
            unsure = row.certainty == "possible" and not row.rule.startswith("judged")
            return words.format(*map(_readable, match.groups())) + (
                _UNSURE[row.kind == "forecast"] if unsure else ""
            )
    return row.rule


def _readable(name: str) -> str:
    """A predicate, or what is counted, in words: of an IRI its end."""
    end = name.rpartition("/")[2] if "://" in name else name
    return end.replace("-", " ")


_UNSURE: Final = (
    " Only possible: the days, or what exactly is meant, are not told so closely that they must clash.",
    " Only possible: a forecast is no evidence against what happened.",
)
