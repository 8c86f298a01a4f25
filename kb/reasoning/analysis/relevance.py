"""Relevance of single records to the status of one claim: what a removal must be tried with.

A status depends on the assertions on a claim and on those of the claims that contradict it. Only
the outcome of a forecast or of a state depends on more: on later claims, and on what contradicts
these. Two claims contradict each other because of their own assertions alone, except for shares of
one whole. So most removals need to be tried with a few claims only, and many need not be tried.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kb.reasoning.analysis.neighbourhood import STEPS, key
from kb.reasoning.analysis.surroundings import Surroundings
from kb.reasoning.content.propositions import declared
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.graph import linked
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    JudgementRow,
    PolicyRow,
    SourceRow,
    Tables,
)


@dataclass(frozen=True, slots=True)
class Relevance:
    """The tables with which to try a removal, to see whether it changes the status of one claim.

    `narrow` has the claims that decide it and those that contradict these. `wide` has also those
    that may come to contradict these, if a record that prevents it is removed. `core` and `met` are
    their ids. `joint` are the claims of what only one can do. With `rivalry`, it matters who is on
    whose side. `lineage` and `people` are the keys of the sources and entities that matter.
    """

    narrow: Tables
    wide: Tables
    core: frozenset[str]
    met: frozenset[str]
    joint: frozenset[str]
    rivalry: bool
    lineage: frozenset[str]
    people: frozenset[str]

    def by_assertion(self, row: AssertionRow) -> Tables | None:
        """Return the tables for an assertion, None if its removal cannot change the status."""
        if self._uncovers(row):
            return self.wide if row.claim in self.met else None
        return self.narrow if row.claim in self.core else None

    def by_tie(self, row: AffiliationRow) -> Tables | None:
        """Return the tables for an affiliation, None if it cannot matter."""
        found = self.wide if self.rivalry else self.narrow
        return found if row in found.affiliations else None

    def by_lineage(self, row: SourceRow) -> Tables | None:
        """Return the tables for the copy-of of a source, None if it cannot matter."""
        return self.narrow if key("source/", row.id) in self.lineage else None

    def by_judgement(self, row: JudgementRow) -> Tables | None:
        """Return the tables for a judgement, None if it is about nothing that matters."""
        claims = {key("claim/", claim) for claim in self.met}
        ends = {end for end in (row.about, row.other) if end}
        about = ends & (claims | self.lineage | self.people)
        return self.wide if about else None

    def _uncovers(self, row: AssertionRow) -> bool:
        """Tell whether two claims may contradict each other only if an assertion is not there: it
        dates an event, or names two who did together what only one can do.
        """
        dated = row.occurred_from or row.occurred_to
        return row.stance == "affirms" and bool(dated or row.claim in self.joint)


def sufficient(whole: Surroundings, claim: str) -> Tables:
    """Return the tables on which the status of a claim depends, whatever part of what was said on
    it is left out.

    >>> from kb.reasoning.analysis.surroundings import surroundings
    >>> rows = (ClaimRow("a", subject="x", predicate="met", object="y"), ClaimRow("b"))
    >>> [row.id for row in sufficient(surroundings(Tables(claims=rows)), "a").claims]
    ['a']
    """
    return whole.part(whole.meeting(deciding(whole, [claim])))


def relevance(whole: Surroundings, policy: PolicyRow, claim: str) -> Relevance:
    """Return what matters to the status of a claim."""
    predicates, frame = declared(whole.tables), whole.rules.frame
    decisive = deciding(whole, [claim])
    met = whole.meeting(decisive)
    rows = whole.rows(met)
    wide = whole.part(met)
    both = ((pair.claim_a, pair.claim_b) for pair in contradictions(wide, policy))
    against = {other for two in both for one, other in (two, two[::-1]) if one in decisive}
    core = whole.together(decisive | against)
    by_one = {row.id for row in predicates.values() if row.functional == "object"}
    names = linked(frame.family, by_one)
    return Relevance(
        whole.part(core),
        wide,
        core,
        met,
        joint=frozenset(row.id for row in rows.values() if row.predicate in names),
        # Who is on whose side decides who may hold a thing at one time.
        rivalry=any(rows[one].predicate in frame.holding for one in decisive),
        lineage=frozenset(key("source/", id) for id in whole.lineage(*core)),
        people=whole.everybody(met),
    )


def deciding(whole: Surroundings, claims: Collection[str]) -> frozenset[str]:
    """Return these claims and those whose status decides that of one of them. With shares of one
    whole, which can be too much only together, these are all that are near.
    """
    predicates = declared(whole.tables)
    own, asked = whole.together(claims), whole.rows(claims).values()
    shared = {row.id for row in predicates.values() if row.shares_of}
    sharing = [id for id, row in whole.rows(own).items() if _related(whole, row, shared)]
    turning = {row.id for row in predicates.values() if row.initiates or row.terminates}
    met = whole.meeting(row.id for row in asked if row.kind == "state")
    events = (row for row in whole.rows(met).values() if row.kind == "event")
    return frozenset().union(
        own,
        whole.meeting(sharing, STEPS),
        whole.meeting(row.id for row in asked if row.kind == "forecast"),
        whole.together(row.id for row in events if row.predicate in turning),
    )


def _related(whole: Surroundings, claim: ClaimRow, predicates: Collection[str]) -> bool:
    """Tell whether the claims of one of these predicates can meet a claim."""
    return not linked(whole.rules.frame.family, [claim.predicate or ""]).isdisjoint(predicates)
