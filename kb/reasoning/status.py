"""Status of claims: one pure function from flat tables to rows with reasons. Nothing here is ever
typed in by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.model.vocabulary import CONTEST, DISPUTES, FLAGS, STAKES
from kb.reasoning.decisions import Outcome
from kb.reasoning.disputes import Dispute, disputes
from kb.reasoning.evidence import Case, same_claims, voices, voices_of, weigh
from kb.reasoning.explanations import Grounds, Reason, reasons
from kb.reasoning.identity import unified
from kb.reasoning.independence import STRONGEST, Support, in_doubt, support
from kb.reasoning.outcomes import outcomes
from kb.reasoning.propositions import dated as dated_claims
from kb.reasoning.propositions import declared
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    ClaimRow,
    Contradiction,
    PolicyRow,
    PredicateRow,
    Tables,
    undated,
    view,
)
from kb.reasoning.voices import Speech, roots, speech

__all__ = [
    "DEFAULT_POLICY",
    "Reason",
    "StatusRow",
    "accepted",
    "roots",
    "status",
    "undated",
    "voices",
]

# What an affirmed claim that contradicts is about, where its rule tells: the opposite of an event
# is that it did not occur.
_OF_CONTRADICTION: Final = {
    "quantity": "quantity",
    "polarity": "occurrence",
    "time": "time",
    "place": "place",
}
assert set(STRONGEST) == set(STAKES)


# Kinds of claims that do not say what happened: nobody admits a wish or an opinion.
_NOT_TOLD: Final = frozenset({"intent", "forecast", "evaluation"})


@dataclass(frozen=True, slots=True)
class StatusRow:
    """What is known of one claim. Voices are written as `entity/x`; `contest` is never empty
    (`none`).

    `no_known_stake` counts independent voices whose stake is no-known-stake or unknown. `since` is
    the day by which the dispute was public at the latest, None where it is not disputed or not
    dated. `last_reported` is the last day on which somebody affirmed it, None where that is not
    known.
    """

    claim: str
    status: str
    support: str
    contest: tuple[str, ...]
    dispute: tuple[str, ...]
    flags: tuple[str, ...]
    documents: int
    originals: int
    voices_for: tuple[str, ...]
    voices_against: tuple[str, ...]
    no_known_stake: int
    since: date | None
    reasons: tuple[Reason, ...]
    policy: str
    last_reported: date | None = None


@dataclass(frozen=True, slots=True)
class _Rules:
    """What every claim is judged by."""

    policy: PolicyRow
    speech: Speech
    predicates: Mapping[str, PredicateRow]


def status(
    tables: Tables,
    policy: PolicyRow = DEFAULT_POLICY,
    contradictions: Iterable[Contradiction] = (),
    as_of: date | None = None,
    known_on: date | None = None,
) -> list[StatusRow]:
    """Status of every claim, sorted by id, as of a world date (published by then) and a known date
    (recorded by then).

    In a dated view, claims on which nobody had spoken are left out.

    >>> from kb.reasoning.tables import AssertionRow
    >>> said = (AssertionRow("1", "c", "s", speaker="a", stance="affirms"), AssertionRow("2", "c", "s", speaker="b", stance="denies"))
    >>> [(row.status, row.dispute) for row in status(Tables(claims=(ClaimRow("c"),), assertions=said))]
    [('disputed', ('unspecified',))]
    """
    seen = dated_claims(unified(view(tables, as_of, known_on)))
    rules = _Rules(policy, speech(seen), declared(seen))
    cases = weigh(seen, rules.speech)
    against = disputes(cases, same_claims(seen.claims, seen.judgements), contradictions, policy)
    disputed = {claim for claim, dispute in against.items() if dispute.disputed}
    fates = outcomes(cases, disputed, rules.predicates, rules.speech.sides, seen.judgements, policy)
    dated = as_of is not None or known_on is not None
    return [
        _row(cases[c], against[c], fates.get(c), rules)
        for c in sorted(cases)
        if cases[c].asserted or not dated
    ]


def accepted(row: StatusRow, policy: PolicyRow) -> bool:
    """Return whether the policy accepts the claim as a fact.

    A corroborated claim may have to rest on several originals; what a party both affirms and denies
    is no fact on its word alone.
    """
    if row.status not in policy.accepts:
        return False
    if row.status == "corroborated":
        return not policy.several_originals or row.support == "several-originals"
    return row.status != "single-voice" or "divided" not in row.flags


def _row(case: Case, dispute: Dispute, outcome: Outcome | None, rules: _Rules) -> StatusRow:
    found = support(case.claim, case.affirmed, dispute.divided, case.circles, rules.speech)
    harmed = _harmed(case, rules)
    admitting = _admitting(case, dispute, harmed, rules)
    inside = _inside(case, harmed, admitting, rules)
    flags = _flags(case, dispute, outcome, bool(admitting), bool(inside))
    word = _first_that_fits(case, dispute, outcome, flags, _corroborated(found, rules.policy))
    told = [s.period[1] for s in case.affirmed if s.voice]
    return StatusRow(
        case.claim.id,
        word,
        found.level,
        _contest(case, dispute),
        _dispute_kinds(case, dispute),
        flags,
        len({s.row.source for s in case.affirmed}),
        len({s.root for s in case.affirmed}),
        case.voices_for,
        case.voices_against,
        found.stakeless,
        dispute.since,
        reasons(Grounds(case, dispute, outcome, found, admitting, inside, rules.speech), word),
        rules.policy.id,
        max(filter(None, told), default=None),
    )


def _first_that_fits(
    case: Case,
    dispute: Dispute,
    outcome: Outcome | None,
    flags: tuple[str, ...],
    corroborated: bool,
) -> str:
    """Return the status: the first that fits, in the order of the vocabulary."""
    affirmed = bool(case.voices_for)
    candidates = (
        ("opinion", case.claim.kind == "evaluation"),
        (outcome.fate if outcome else "pending", case.claim.kind == "forecast"),
        ("retracted", "retracted" in flags),
        ("superseded", "ended" in flags),
        ("disputed", dispute.disputed),
        ("denied-only", bool(case.voices_against) and not affirmed),
        ("admitted", "admitted" in flags),
        ("corroborated", corroborated),
        ("single-voice", affirmed),
    )
    return next((name for name, fits in candidates if fits), "unsupported")


def _manners_differ(case: Case) -> bool:
    """Do two voices that affirm it characterise it differently?"""
    manners = {
        (s.voice, s.row.manner.casefold()) for s in case.affirmed if s.voice and s.row.manner
    }
    return any(v != w and m != n for v, m in manners for w, n in manners)


def _contest(case: Case, dispute: Dispute) -> tuple[str, ...]:
    found = {
        "doubted": bool(voices_of(case.doubted)),
        "denied": bool(case.voices_against),
        "contradicted": bool(dispute.certain or dispute.dated),
        "possibly-contradicted": bool(dispute.possible),
        "characterised-otherwise": bool(voices_of(case.otherwise)) or _manners_differ(case),
    }
    return tuple(c for c in CONTEST if found.get(c)) or ("none",)


def _dispute_kinds(case: Case, dispute: Dispute) -> tuple[str, ...]:
    """Kinds of dispute, as denied and doubted; what nobody specified stays unspecified."""
    kinds = {
        kind
        for s in (*case.denied, *case.otherwise)
        if s.voice
        for kind in s.row.scope or ("unspecified",)
    }
    kinds |= {kind for s in case.doubted if s.voice for kind in s.row.scope}
    kinds |= {_OF_CONTRADICTION.get(kind, "unspecified") for _, kind in dispute.counted}
    kinds |= {"time"} if dispute.dated else set()
    kinds |= {"characterisation"} if _manners_differ(case) else set()
    return tuple(d for d in DISPUTES if d in kinds)


def _flags(
    case: Case, dispute: Dispute, outcome: Outcome | None, admitted: bool, insider: bool
) -> tuple[str, ...]:
    fate = outcome.fate if outcome else ""
    found = {
        "admitted": admitted,
        "insider": insider,
        "retracted": _withdrawn(case) and not case.voices_for,
        "overruled": bool(case.overruled),
        "ended": fate == "ended",
        "overtaken": fate in ("came-true", "failed"),
        "divided": bool(dispute.divided),
        "stale": bool(outcome and outcome.lapsed),
    }
    return tuple(f for f in FLAGS if found[f])


def _withdrawn(case: Case) -> bool:
    """Whether anybody took back an affirmation, or says something else now."""
    affirmed = (s for s in case.taken_back if s.row.stance == "affirms")
    return bool(voices_of(case.retractions) or voices_of(affirmed))


def _harmed(case: Case, rules: _Rules) -> frozenset[str]:
    """Against whose interest the claim is."""
    claim = case.claim
    row = rules.predicates.get(claim.predicate or "")
    told = claim.kind not in _NOT_TOLD and claim.condition is None
    if row is None or claim.polarity == "negative" or not told:
        return frozenset()
    return frozenset(_named(case.claim, row.against_interest))


def _admitting(
    case: Case, dispute: Dispute, harmed: frozenset[str], rules: _Rules
) -> tuple[str, ...]:
    """Assertions by which the party concerned, or who speaks for it, affirms what harms it.

    Words of the party that only a rival passes on, those of a divided party, and words of which
    the speaker or the meaning is in doubt, admit nothing.
    """
    return tuple(
        s.row.id
        for s in case.affirmed
        if harmed
        and s.voice
        and s not in case.borne
        and not in_doubt(s.row)
        and s.heard not in dispute.divided
        and not harmed.isdisjoint(rules.speech.speaks_for(s.row))
        and not rules.speech.through_rival(s.row)
    )


def _inside(
    case: Case, harmed: frozenset[str], admitting: tuple[str, ...], rules: _Rules
) -> tuple[str, ...]:
    """Assertions by which somebody who belongs to the party concerned speaks against its interest."""
    found = []
    for said in case.affirmed if harmed else ():
        of_the_party = not harmed.isdisjoint(rules.speech.speaks_for(said.row))
        if said.voice and said.row.id not in admitting and not of_the_party:
            people = rules.speech.identities(said.row)
            bodies = frozenset().union(
                *(rules.speech.sides.body(e, said.period) - {e} for e in people)
            )
            found += [] if harmed.isdisjoint(bodies) else [said.row.id]
    return tuple(found)


def _named(claim: ClaimRow, names: Iterable[str]) -> list[str]:
    filled = [("subject", claim.subject), ("object", claim.object), *claim.roles]
    return [entity for name in names for role, entity in filled if role == name and entity]


def _corroborated(found: Support, policy: PolicyRow) -> bool:
    """Whether there are enough independent voices, and enough of these without a known stake."""
    enough = len(found.lines) >= policy.voices_to_corroborate
    return enough and found.stakeless >= policy.voices_without_stake
