"""Statuses after the removal of one record, from what was computed before it.

Only what the removal can reach is computed again: the evidence on some claims, the contradictions
of some of these, then the disputes and outcomes that depend on them.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kb.reasoning.analysis.surroundings import Surroundings, surroundings
from kb.reasoning.content.propositions import dated, declared, window
from kb.reasoning.contradiction.contradictions import among, contradictions
from kb.reasoning.graph import Many, both, grouped, linked, turned
from kb.reasoning.outcome.decisions import Outcome
from kb.reasoning.outcome.disputes import Dispute, disputes
from kb.reasoning.outcome.outcomes import deciders, outcomes
from kb.reasoning.outcome.status import Weighed, weighed
from kb.reasoning.speakers.evidence import Case, same_claims, weigh
from kb.reasoning.speakers.identity import unified
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.tables import (
    AssertionRow,
    ClaimRow,
    Contradiction,
    JudgementRow,
    PolicyRow,
    PredicateRow,
    Tables,
)

# Judgements by which claims share assertions.
_SHARING: Final = ("same-claim", "same-event")


@dataclass(frozen=True, slots=True)
class Reached:
    """What the removal of one record can change at first.

    `tables` and `speech` are those without the record. `claims` are those whose evidence may
    differ. Of those `facing` others, the contradictions may differ as well; of the others, only if
    their dates do. `fated` are claims whose outcome may differ.
    """

    tables: Tables
    speech: Speech
    claims: Collection[str] = ()
    facing: Collection[str] = ()
    fated: Collection[str] = ()
    # Assertions that are removed.
    gone: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that was computed before any removal. Build it once with `baseline`.

    `tables` are unified, with the dates of claims as they were stated. `said` maps a claim to the
    assertions on it, `pairs` to its contradictions, `groups` to the first of the claims judged the
    same, `mates` to those about the same event, and `decided` to the claims that it may decide.
    """

    whole: Surroundings
    tables: Tables
    found: Weighed
    cases: dict[str, Case]
    disputes: dict[str, Dispute]
    outcomes: dict[str, Outcome | None]
    words: Mapping[str, str]
    rows: Mapping[str, ClaimRow]
    said: Mapping[str, Sequence[AssertionRow]]
    spoken_in: Many  # assertion → its claim
    pairs: Mapping[str, Collection[Contradiction]]
    groups: Mapping[str, str]
    members: Many
    mates: Many
    deciders: Many
    decided: Many
    joint: Collection[str]  # predicates of what only one can do
    shares: Collection[str]  # predicates that can meet shares of one whole

    def changes(self, reached: Reached) -> Iterator[tuple[str, str]]:
        """Yield the claims whose status differs, with the status after the removal."""
        changed = self._evidence(reached)
        cases = ChainMap(changed, self.cases)
        against = self._disputes(reached, changed, cases)
        disputed = ChainMap(against, self.disputes)
        fates = self._outcomes(reached, changed, cases, disputed)
        rules = replace(self.found.rules, speech=reached.speech)
        after = replace(
            self.found,
            rules=rules,
            cases=cases,
            disputes=disputed,
            outcomes=ChainMap(fates, self.outcomes),
        )
        differing = {c for c, row in against.items() if row != self.disputes[c]}
        differing |= {c for c, fate in fates.items() if fate != self.outcomes.get(c)}
        for claim in sorted(differing.union(changed)):
            word = after.verdict(claim).word
            if word != self.words[claim]:
                yield claim, word

    def _sharing(self, claims: Iterable[str]) -> set[str]:
        """Return these claims, those judged the same, and those about the same event."""
        own = {other for c in claims for other in self.members[self.groups[c]]}
        return own | linked(self.mates, own)

    def _evidence(self, reached: Reached) -> dict[str, Case]:
        """Weigh the evidence on the claims that are reached."""
        wanted = self._sharing(reached.claims)
        pool = {c for one in self._sharing(wanted) for c in self.members[self.groups[one]]}
        judged = tuple(j for j in reached.tables.judgements if j.kind in _SHARING)
        part = dated(replace(self._part(pool, reached), judgements=judged))
        cases = weigh(part, reached.speech)
        return {claim: cases[claim] for claim in wanted}

    def _part(self, claims: Collection[str], reached: Reached) -> Tables:
        """Return the tables with these claims and the assertions on them."""
        return replace(
            reached.tables,
            claims=tuple(self.rows[c] for c in sorted(claims)),
            assertions=tuple(
                row
                for c in sorted(claims)
                for row in self.said.get(c, ())
                if row.id not in reached.gone
            ),
        )

    def _disputes(
        self, reached: Reached, changed: Mapping[str, Case], cases: Mapping[str, Case]
    ) -> dict[str, Dispute]:
        """Return the disputes that may differ."""
        swayed = {c for c, one in changed.items() if _sways(one, self.cases[c])}
        facing = self._facing(reached, changed, cases)
        fresh = self._contradictions(facing, reached)
        stale = {pair for c in facing for pair in self.pairs.get(c, ())}
        differing = fresh ^ stale
        gone, come = stale - fresh, _by_claim(fresh - stale)
        ends = {end for pair in differing for end in _ends(pair)}
        met = {end for c in swayed for pair in self.pairs.get(c, ()) for end in _ends(pair)}
        asked = self._alike(ends | met | {*changed})
        pairs = {pair for c in asked for pair in (*self.pairs.get(c, ()), *come.get(c, ()))}
        policy = self.found.rules.policy
        return disputes(cases, self.groups, pairs - gone, policy, asked)

    def _alike(self, claims: Iterable[str]) -> set[str]:
        """Return these claims and those judged the same."""
        return {other for c in claims for other in self.members[self.groups[c]]}

    def _facing(
        self, reached: Reached, changed: Mapping[str, Case], cases: Mapping[str, Case]
    ) -> set[str]:
        """Return the claims whose contradictions may differ. Those of a claim that nobody affirms
        count for nothing.
        """
        found = set(reached.facing)
        if not reached.gone and reached.speech.roots is self.found.rules.speech.roots:
            return found
        for claim, case in changed.items():
            before = self._bearing(claim, self.cases[claim], (), self.found.rules.speech)
            if before == self._bearing(claim, case, reached.gone, reached.speech):
                continue
            if self.rows[claim].predicate in self.shares:
                found |= self.whole.meeting([claim])
            elif any(cases[other].voices_for for other in self._alike([claim])):
                found.add(claim)
        return found

    def _bearing(
        self, claim: str, case: Case, gone: Collection[str], speech: Speech
    ) -> tuple[object, ...]:
        """Return everything said on a claim that decides which claims it contradicts."""
        rows = [r for r in self.said.get(claim, ()) if r.stance == "affirms" and r.id not in gone]
        days = [speech.period(row) for row in rows]
        made = min((first for first, _ in days if first), default=None)
        ends = [last for _, last in days]
        known = max(filter(None, ends), default=None)
        row = case.claim
        undated = window(row)[1] is None and row.kind != "forecast"
        return (
            row,
            made if row.kind == "forecast" else None,
            known if row.polarity == "negative" else None,
            (not ends, None in ends, known) if undated else None,
            {(r.quote, r.speaker) for r in rows} if row.predicate in self.joint else None,
        )

    def _contradictions(self, claims: Collection[str], reached: Reached) -> set[Contradiction]:
        """Return the contradictions of these claims."""
        if not claims:
            return set()
        near = self.whole.meeting(claims)
        found = among(self._part(near, reached), self.found.rules.policy, reached.speech)
        return {pair for pair in found if pair.claim_a in claims or pair.claim_b in claims}

    def _outcomes(
        self,
        reached: Reached,
        changed: Mapping[str, Case],
        cases: Mapping[str, Case],
        disputed: ChainMap[str, Dispute],
    ) -> dict[str, Outcome | None]:
        """Return the outcomes that may differ; None for a claim without one."""
        against, before = disputed.maps[0], self.disputes
        moved = {c for c, row in against.items() if row.unsettled != before[c].unsettled}
        moved.update(changed)
        asked = {*linked(self.decided, moved), *reached.fated}
        asked |= {c for c in changed if self.rows[c].kind in ("forecast", "state")}
        near = asked | linked(self.deciders, asked)
        part = {claim: cases[claim] for claim in near}
        unsettled = {claim for claim in near if disputed[claim].unsettled}
        rules = self.found.rules
        judged = [j for j in reached.tables.judgements if j.kind == "outcome"]
        fates = outcomes(part, unsettled, rules.predicates, reached.speech, judged, rules.policy)
        return {claim: fates.get(claim) for claim in asked}


def baseline(tables: Tables, policy: PolicyRow) -> Baseline:
    """Return everything computed from a view.

    >>> from kb.reasoning.tables import DEFAULT_POLICY
    >>> baseline(Tables(claims=(ClaimRow("c"),)), DEFAULT_POLICY).words
    {'c': 'unsupported'}
    """
    whole, seen = surroundings(tables), unified(tables)
    pairs = contradictions(tables, policy)
    found = weighed(tables, policy, pairs)
    rules, judgements = found.rules, seen.judgements
    groups = same_claims(seen.claims, judgements)
    links = deciders(seen.claims, rules.predicates, rules.speech.sides, judgements)
    rows = {row.id: row for row in seen.claims}
    return Baseline(
        whole,
        seen,
        found,
        dict(found.cases),
        dict(found.disputes),
        dict(found.outcomes),
        {claim: found.verdict(claim).word for claim in found.cases},
        rows,
        _said_on(seen.assertions),
        grouped((row.id, row.claim) for row in seen.assertions if row.claim in rows),
        _by_claim(pairs),
        groups,
        grouped((group, claim) for claim, group in groups.items()),
        both(_of_one_event(judgements, rows)),
        links,
        turned(links),
        joint=_meeting(whole, lambda row: row.functional == "object"),
        shares=_meeting(whole, lambda row: bool(row.shares_of)),
    )


def _meeting(whole: Surroundings, fits: Callable[[PredicateRow], bool]) -> set[str]:
    """Return the predicates whose claims can meet those of predicates that fit."""
    names = {row.id for row in declared(whole.tables).values() if fits(row)}
    return linked(whole.rules.frame.family, names)


def _of_one_event(
    judgements: Iterable[JudgementRow], claims: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs of claims judged to be about the same event."""
    for row in judgements:
        one, other = ((end or "").removeprefix("claim/") for end in (row.about, row.other))
        if row.kind == "same-event" and one in claims and other in claims:
            yield one, other


def _said_on(rows: Iterable[AssertionRow]) -> dict[str, list[AssertionRow]]:
    """Return claim → the assertions on it."""
    found: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in rows:
        found[row.claim or ""].append(row)
    return found


def _by_claim(pairs: Iterable[Contradiction]) -> dict[str, list[Contradiction]]:
    """Return claim → its contradictions."""
    found: dict[str, list[Contradiction]] = defaultdict(list)
    for pair in pairs:
        for end in _ends(pair):
            found[end].append(pair)
    return found


def _ends(pair: Contradiction) -> tuple[str, str]:
    """Return the two claims of a contradiction."""
    return pair.claim_a, pair.claim_b


def _sways(case: Case, before: Case) -> bool:
    """Tell whether the evidence for a claim differs in what it says against other claims."""
    return case.affirmed != before.affirmed or case.claim != before.claim
