"""Status of claims, computed from tables by one pure function. It is never entered by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from kb.model.vocabulary import CONTEST, DISPUTES, FLAGS
from kb.reasoning.content.propositions import dated as dated_claims
from kb.reasoning.content.propositions import declared
from kb.reasoning.dated_tables import view
from kb.reasoning.outcome import admissions
from kb.reasoning.outcome.decisions import Outcome
from kb.reasoning.outcome.disputes import Dispute, disputes
from kb.reasoning.outcome.explanations import Grounds, reasons
from kb.reasoning.outcome.outcomes import outcomes
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.speakers.evidence import (
    Case,
    echoed_in,
    same_claims,
    voices_of,
    voices_with,
    weigh,
)
from kb.reasoning.speakers.identity import unified
from kb.reasoning.speakers.independence import Support, support
from kb.reasoning.speakers.voices import Speech, speech
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    Contradiction,
    PolicyRow,
    PredicateRow,
    Tables,
)

# Kind of contradiction → kind of dispute. The opposite of an event is that it did not occur.
_OF_CONTRADICTION: Final = {
    "quantity": "quantity",
    "polarity": "occurrence",
    "time": "time",
    "place": "place",
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """The statuses of claims by claim id, and voices and echoes by assertion id.

    `voices` are written as `entity/x`, None if the speaker is unattributed. `echoes` map an
    assertion to the one on the same claim that it only passes on.
    """

    rows: Mapping[str, StatusRow]
    voices: Mapping[str, str | None]
    echoes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that the statuses of all claims are computed with."""

    policy: PolicyRow
    speech: Speech
    predicates: Mapping[str, PredicateRow]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Tables with the evidence on each claim, its dispute and its outcome, by claim id."""

    tables: Tables
    rules: Rules
    cases: Mapping[str, Case]
    disputes: Mapping[str, Dispute]
    outcomes: Mapping[str, Outcome | None]

    def verdict(self, claim: str) -> _Verdict:
        """Return the status of one claim with what decides it."""
        return _verdict(
            self.cases[claim], self.disputes[claim], self.outcomes.get(claim), self.rules
        )


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A status, with the support and the flags that decide it."""

    word: str
    flags: tuple[str, ...]
    grounds: Grounds


def status(
    tables: Tables,
    policy: PolicyRow = DEFAULT_POLICY,
    contradictions: Iterable[Contradiction] = (),
    as_of: date | None = None,
    known_on: date | None = None,
) -> list[StatusRow]:
    """Return the status of every claim, sorted by id.

    `as_of` is a world date: only what was published by then counts. `known_on` is a known date:
    only what was recorded by then counts. In such a dated view, claims that nobody had spoken on
    are left out.

    >>> from kb.reasoning.tables import AssertionRow, ClaimRow
    >>> yes = AssertionRow("1", "c", "s", speaker="a", stance="affirms")
    >>> no = AssertionRow("2", "c", "s", speaker="b", stance="denies")
    >>> [row.status for row in status(Tables(claims=(ClaimRow("c"),), assertions=(yes, no)))]
    ['disputed']
    """
    return list(assessment(tables, policy, contradictions, as_of, known_on).rows.values())


def assessment(
    tables: Tables,
    policy: PolicyRow = DEFAULT_POLICY,
    contradictions: Iterable[Contradiction] = (),
    as_of: date | None = None,
    known_on: date | None = None,
    claims: Collection[str] | None = None,
) -> Assessment:
    """Return the statuses that `status` returns, and the voices and echoes behind them.

    If `claims` are given, only their statuses are returned. The others are counted.

    >>> from kb.reasoning.tables import ClaimRow
    >>> assessment(Tables(claims=(ClaimRow("c"),))).rows["c"].status
    'unsupported'
    """
    found = weighed(view(tables, as_of, known_on), policy, contradictions)
    dated = as_of is not None or known_on is not None
    echoes = echoed_in(found.cases.values())
    return Assessment(
        {
            claim: _row(found.verdict(claim), policy)
            for claim in sorted(found.cases)
            if (claims is None or claim in claims) and (found.cases[claim].asserted or not dated)
        },
        voices_with(found.tables.assertions, echoes, found.rules.speech),
        echoes,
    )


def status_words(
    tables: Tables,
    policy: PolicyRow,
    contradictions: Iterable[Contradiction],
    claims: Iterable[str],
) -> dict[str, str]:
    """Return the status of some claims as a single word, by claim id, without counts or reasons.

    >>> from kb.reasoning.tables import ClaimRow
    >>> status_words(Tables(claims=(ClaimRow("c"),)), DEFAULT_POLICY, (), ["c", "unknown"])
    {'c': 'unsupported'}
    """
    found = weighed(view(tables), policy, contradictions)
    return {claim: found.verdict(claim).word for claim in claims if claim in found.cases}


def weighed(tables: Tables, policy: PolicyRow, contradictions: Iterable[Contradiction]) -> Weighed:
    """Sort the evidence on all claims of a view.

    >>> weighed(Tables(), DEFAULT_POLICY, ()).cases
    {}
    """
    seen = dated_claims(unified(tables))
    rules = Rules(policy, speech(seen), declared(seen))
    cases = weigh(seen, rules.speech)
    against = disputes(cases, same_claims(seen.claims, seen.judgements), contradictions, policy)
    disputed = {claim for claim, row in against.items() if row.unsettled}
    fates = outcomes(cases, disputed, rules.predicates, rules.speech, seen.judgements, policy)
    return Weighed(seen, rules, cases, against, fates)


def accepted(row: StatusRow, policy: PolicyRow) -> bool:
    """Tell whether the policy accepts the claim as a fact.

    A policy may accept a corroborated claim only with several originals. A claim that a single
    voice both affirms and denies is no fact.
    """
    if row.status not in policy.accepts:
        return False
    if row.status == "corroborated":
        return not policy.several_originals or row.support == "several-originals"
    return row.status != "single-voice" or "divided" not in row.flags


def _verdict(case: Case, dispute: Dispute, outcome: Outcome | None, rules: Rules) -> _Verdict:
    """Decide the status of one claim."""
    found = support(case.claim, case.affirmed, dispute.divided, case.circles, rules.speech)
    harmed = admissions.harmed(case.claim, rules.predicates)
    admitting = admissions.admitting(case, dispute.divided, harmed, rules.speech)
    inside = admissions.inside(case, harmed, admitting, rules.speech)
    flags = _flags(case, dispute, outcome, against=(bool(admitting), bool(inside)))
    corroborated = _corroborated(found, rules.policy)
    word = _first_that_fits(case, dispute, outcome, flags, corroborated)
    return _Verdict(
        word, flags, Grounds(case, dispute, outcome, found, admitting, inside, rules.speech)
    )


def _row(verdict: _Verdict, policy: PolicyRow) -> StatusRow:
    """Return the status of one claim with its counts and reasons."""
    grounds = verdict.grounds
    case, dispute = grounds.case, grounds.dispute
    return StatusRow(
        case.claim.id,
        verdict.word,
        grounds.support.level,
        _contest(case, dispute),
        _dispute_kinds(case, dispute),
        verdict.flags,
        documents=len({said.row.source for said in case.affirmed}),
        originals=len({said.root for said in case.affirmed}),
        voices_for=case.voices_for,
        voices_against=case.voices_against,
        no_known_stake=grounds.support.stakeless,
        since=dispute.since,
        reasons=reasons(grounds, verdict.word),
        policy=policy.id,
        last_reported=_last_reported(case),
    )


def _last_reported(case: Case) -> date | None:
    """Return the last day on which a voice affirmed the claim."""
    days = (said.period[1] for said in case.affirmed if said.voice)
    return max(filter(None, days), default=None)


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
    """Tell whether two voices that affirm the claim characterise it differently."""
    manners = {
        (said.voice, said.row.manner.casefold())
        for said in case.affirmed
        if said.row.manner and said.voice
    }
    return len(manners) > 1 and any(
        voice != other and manner != different
        for (voice, manner), (other, different) in combinations(manners, 2)
    )


def _contest(case: Case, dispute: Dispute) -> tuple[str, ...]:
    """Return how the claim is contested, in the order of the vocabulary."""
    found = {
        "doubted": bool(voices_of(case.doubted)),
        "denied": bool(case.voices_against),
        "contradicted": bool(dispute.certain or dispute.dated),
        "possibly-contradicted": bool(dispute.possible),
        "characterised-otherwise": bool(voices_of(case.otherwise)) or _manners_differ(case),
    }
    return tuple(c for c in CONTEST if found.get(c)) or ("none",)


def _dispute_kinds(case: Case, dispute: Dispute) -> tuple[str, ...]:
    """Return the kinds of dispute, in the order of the vocabulary.

    A denial without a scope is unspecified; a doubt without one adds no kind.
    """
    denied = (said for said in (*case.denied, *case.otherwise) if said.voice)
    kinds = {kind for said in denied for kind in said.row.scope or ("unspecified",)}
    kinds |= {kind for said in case.doubted if said.voice for kind in said.row.scope}
    kinds |= {_OF_CONTRADICTION.get(kind, "unspecified") for _, kind in dispute.counted}
    kinds |= {"time"} if dispute.dated else set()
    kinds |= {"characterisation"} if _manners_differ(case) else set()
    return tuple(d for d in DISPUTES if d in kinds)


def _flags(
    case: Case, dispute: Dispute, outcome: Outcome | None, against: tuple[bool, bool]
) -> tuple[str, ...]:
    """Return the flags, in the order of the vocabulary.

    `against` tells whether a party affirms what harms it, and whether its own people do.
    """
    fate = outcome.fate if outcome else ""
    admitted, insider = against
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
    return tuple(flag for flag in FLAGS if found[flag])


def _withdrawn(case: Case) -> bool:
    """Tell whether anybody took an affirmation back, or replaced it."""
    affirmed = (said for said in case.taken_back if said.row.stance == "affirms")
    return bool(voices_of(case.retractions) or voices_of(affirmed))


def _corroborated(found: Support, policy: PolicyRow) -> bool:
    """Tell whether there are enough independent voices, and enough of them without a stake."""
    enough = len(found.lines) >= policy.voices_to_corroborate
    return enough and found.stakeless >= policy.voices_without_stake
