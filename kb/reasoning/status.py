"""Status of claims: one pure function from flat tables to rows with reasons. Nothing here is ever
typed in by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from kb.model.vocabulary import CONTEST, DISPUTES, FLAGS, STAKES
from kb.reasoning.decisions import Outcome
from kb.reasoning.disputes import Dispute, disputes
from kb.reasoning.evidence import Case, same_claims, voices, voices_of, weigh
from kb.reasoning.explanations import Reason, reasons
from kb.reasoning.identity import unified
from kb.reasoning.outcomes import outcomes
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

__all__ = ["DEFAULT_POLICY", "Reason", "StatusRow", "roots", "status", "undated", "voices"]

# What an affirmed claim that contradicts is about, where its rule tells: the opposite of an event
# is that it did not occur.
_OF_CONTRADICTION: Final = {"quantity": "quantity", "polarity": "occurrence"}
_STAKELESS: Final = frozenset({"no-known-stake", "unknown"})
_STRONGEST: Final = (
    "party",
    "aligned",
    "rival",
    "unknown",
    "no-known-stake",
)  # a voice has the strongest stake of its assertions
assert set(_STRONGEST) == set(STAKES)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """What is known of one claim. Voices are `entity/x` or `source/x`; `contest` is never empty
    (`none`); `since` is the day by which
    the dispute was public at the latest, None where it is not disputed or not dated."""

    claim: str
    headline: str
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

    In a dated view, claims on which nobody had spoken are left out. `no_known_stake` counts the
    affirming voices whose stake is
    no-known-stake or unknown: those that can corroborate.

    >>> from kb.reasoning.tables import AssertionRow
    >>> said = (AssertionRow("1", "c", "s", speaker="a", stance="affirms"), AssertionRow("2", "c", "s", speaker="b", stance="denies"))
    >>> [(row.headline, row.dispute) for row in status(Tables(claims=(ClaimRow("c"),), assertions=said))]
    [('disputed', ('unspecified',))]
    """
    seen = unified(view(tables, as_of, known_on))
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


def _row(case: Case, dispute: Dispute, outcome: Outcome | None, rules: _Rules) -> StatusRow:
    stakes = _stakes(case, rules.speech)
    admitting = _admitting(case, rules)
    flags = _flags(case, dispute, outcome, bool(admitting))
    corroborated = _corroborated(case, stakes, rules)
    headline = _headline(case, dispute, outcome, flags, corroborated)
    return StatusRow(
        case.claim.id,
        headline,
        _support(case),
        _contest(case, dispute),
        _dispute_kinds(case, dispute),
        flags,
        len({s.row.source for s in case.affirmed}),
        len({s.root for s in case.affirmed}),
        case.voices_for,
        case.voices_against,
        sum(stake in _STAKELESS for stake in stakes.values()),
        dispute.since,
        reasons(case, dispute, outcome, stakes, admitting, headline),
        rules.policy.id,
    )


def _headline(
    case: Case,
    dispute: Dispute,
    outcome: Outcome | None,
    flags: tuple[str, ...],
    corroborated: bool,
) -> str:
    """The first that fits, in the order of the vocabulary."""
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


def _support(case: Case) -> str:
    if not case.voices_for:
        return "none"
    if len(case.voices_for) == 1:
        return "one-voice"
    return (
        "several-originals"
        if len({s.root for s in case.affirmed if s.voice}) > 1
        else "several-in-one-report"
    )


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
        "contradicted": bool(dispute.counted),
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
    kinds |= {"characterisation"} if _manners_differ(case) else set()
    return tuple(d for d in DISPUTES if d in kinds)


def _flags(
    case: Case, dispute: Dispute, outcome: Outcome | None, admitted: bool
) -> tuple[str, ...]:
    fate = outcome.fate if outcome else ""
    found = {
        "admitted": admitted,
        "retracted": bool(voices_of(case.retractions)) and not case.voices_for,
        "ended": fate == "ended",
        "overtaken": fate in ("came-true", "failed"),
        "divided": bool(dispute.divided),
        "stale": bool(outcome and outcome.lapsed),
    }
    return tuple(f for f in FLAGS if found[f])


def _stakes(case: Case, speech: Speech) -> dict[str, str]:
    """Affirming voice → its strongest stake in the claim."""
    found: dict[str, str] = {}
    for said in case.affirmed:
        if said.voice:
            stake = speech.stake(said.row, case.claim)
            found[said.voice] = min(stake, found.get(said.voice, stake), key=_STRONGEST.index)
    return found


def _admitting(case: Case, rules: _Rules) -> tuple[str, ...]:
    """Assertions by which the party concerned affirms what is against its interest."""
    claim, sides = case.claim, rules.speech.sides
    row = rules.predicates.get(claim.predicate or "")
    if row is None or claim.polarity == "negative":
        return ()
    harmed = _named(claim, row.against_interest)
    found = []
    for said in case.affirmed:
        if said.voice and said.row.speaker:
            actor = sides.chain(said.row.speaker, said.period)[-1]
            parties = {party for entity in harmed for party in sides.chain(entity, said.period)}
            found += [said.row.id] if actor in parties else []
    return tuple(found)


def _named(claim: ClaimRow, names: Iterable[str]) -> list[str]:
    filled = [("subject", claim.subject), ("object", claim.object), *claim.roles]
    return [entity for name in names for role, entity in filled if role == name and entity]


def _corroborated(case: Case, stakes: Mapping[str, str], rules: _Rules) -> bool:
    """Are there enough voices, no two of them one author or allies, and enough of these without a
    known stake?
    """
    policy, sides = rules.policy, rules.speech.sides
    actors: dict[str, set[str]] = {voice: set() for voice in stakes}
    sided: dict[str, set[str]] = {voice: set() for voice in stakes}
    for said in case.affirmed:
        if said.voice and said.row.speaker:
            actors[said.voice].add(sides.chain(said.row.speaker, said.period)[-1])
            sided[said.voice] |= sides.side(said.row.speaker, said.period)
    return any(
        sum(stakes[voice] in _STAKELESS for voice in group) >= policy.voices_without_stake
        and not any(actors[v] & sided[w] or actors[w] & sided[v] for v, w in combinations(group, 2))
        for group in combinations(sorted(stakes), policy.voices_to_corroborate)
    )
