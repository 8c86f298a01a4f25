"""Sensitivity of statuses: the changes if one assertion, judgement, tie or copy-of were removed.

The statuses are computed again from the tables without that record, for the claims that the record
can matter to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kb.reasoning.analysis.relevance import Relevance, relevance
from kb.reasoning.analysis.removals import Removal, reaches, removals, without
from kb.reasoning.analysis.reweighing import baseline
from kb.reasoning.analysis.surroundings import Surroundings, surroundings
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.dated_tables import view
from kb.reasoning.outcome.status import status_words
from kb.reasoning.tables import PolicyRow, Tables

__all__ = ["Flip", "Removal", "fragile", "removals", "what_if", "what_if_near", "without"]

# Statuses that speak against a claim. A change to or from one of them is more severe than a change
# of the number of voices.
_AGAINST: Final = frozenset(
    {"disputed", "denied-only", "retracted", "superseded", "failed", "void"}
)


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


def fragile(
    tables: Tables,
    policy: PolicyRow,
    each: Callable[[Sequence[Removal]], Iterable[Removal]] = iter,
) -> list[Flip]:
    """Return the most severe removal for every claim whose status one removal would change; the
    most severe first. `each` goes through the removals, and may show how far it is.

    >>> fragile(Tables(), PolicyRow("p"))
    []
    """
    base = baseline(view(tables), policy)
    found: list[Flip] = []
    reach = reaches(base)
    named = sorted({removal for removal in removals(base.tables) if removal.id})
    for removal in each(named):
        reached = reach.of(removal)
        if reached:
            rows = [
                _flip(claim, base.words[claim], after, removal, policy)
                for claim, after in base.changes(reached)
            ]
        else:
            touched = reach.near(removal)
            local = without(base.whole.around(touched), removal)
            rows = list(_flips({c: base.words[c] for c in touched}, local, policy, removal))
        found += [replace(flip, flips=len(rows)) for flip in rows]
    worst: dict[str, Flip] = {}
    for flip in _ordered(found):
        worst.setdefault(flip.claim, flip)
    return _ordered(worst.values())


def _statuses(tables: Tables, policy: PolicyRow, claims: Collection[str]) -> dict[str, str]:
    """Return the statuses of these claims."""
    return status_words(tables, policy, contradictions(tables, policy), sorted(claims))


def _flips(
    before: Mapping[str, str], tables: Tables, policy: PolicyRow, removal: Removal
) -> Iterator[Flip]:
    """Yield the statuses that differ in tables without a record."""
    for claim, after in _statuses(tables, policy, before).items():
        if after != before[claim]:
            yield _flip(claim, before[claim], after, removal, policy)


def _flip(claim: str, before: str, after: str, removal: Removal, policy: PolicyRow) -> Flip:
    return Flip(claim, before, after, removal, _severity(before, after, policy))


def _severity(before: str, after: str, policy: PolicyRow) -> int:
    """Rate a change (see `Flip`)."""
    if (before in policy.accepts) != (after in policy.accepts):
        return 3
    if (before in _AGAINST) != (after in _AGAINST) or {before, after} <= _AGAINST:
        return 2
    return 0 if {before, after} == {"single-voice", "unsupported"} else 1


def _ordered(flips: Iterable[Flip]) -> list[Flip]:
    return sorted(flips, key=lambda f: (-f.severity, -f.flips, f.claim, f.removal))
