"""Pairs of claims that contradict each other, in words and field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from kb.presentation.explanation import AFFIRMING, assertions, on, said
from kb.presentation.names import speakers

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.derivation.kept_statuses import Statuses
    from kb.model.records import Judgement
    from kb.reasoning.tables import Contradiction
    from kb.workspace.catalogs.catalog import Known

COLUMNS: Final = ("claim_a", "claim_b", "kind", "certainty", "rule")
WITH_REASONS: Final = (
    *COLUMNS,
    "statement_a",
    "statement_b",
    "why",
    "assertions_a",
    "assertions_b",
)
DISMISSED: Final = (
    "claim_a",
    "claim_b",
    "statement_a",
    "statement_b",
    "judgement",
    "coder",
    "why",
)


def row(one: Contradiction) -> list[object]:
    """Return a contradiction in the order of COLUMNS."""
    return [one.claim_a, one.claim_b, one.kind, one.certainty, one.rule]


def reasoned(kb: Answers, known: Known, one: Contradiction) -> list[object]:
    """Return a contradiction with its rule in words and the assertions on both claims.

    The values are in the order of WITH_REASONS.
    """
    from kb.reasoning.contradiction.contradictions import in_words

    return [
        *row(one),
        known.claims[one.claim_a].statement,
        known.claims[one.claim_b].statement,
        in_words(one),
        [said(kb, known, a) for a in on(known, one.claim_a)],
        [said(kb, known, a) for a in on(known, one.claim_b)],
    ]


def pair(
    kb: Answers, known: Known, outcome: Statuses, rows: Sequence[Contradiction], why: bool
) -> list[str]:
    """Describe a pair: both statements, who says each, since when both are public, each rule."""
    both = (rows[0].claim_a, rows[0].claim_b)
    days = [_public_since(known, claim) for claim in both]
    lines = [f"{rows[0].certainty}: {', '.join(dict.fromkeys(r.kind for r in rows))}"]
    for claim, day in zip(both, days, strict=True):
        lines += [f"  {line}" for line in _claim(known, outcome, claim, day)]
        if why:
            lines += [f"  {line}" for line in assertions(kb, known, claim, outcome)]
    if days[0] and days[1]:
        lines.append(f"  both public no later than {max(days[0], days[1])}")
    for one in rows:
        lines += [f"  {line}" for line in _rule(known, one, why)]
    return lines


def _public_since(known: Known, claim: str) -> date | None:
    """Return the day by which somebody had affirmed a claim in public, at the latest. None if no
    source that affirms it has a date.
    """
    said = (a for a in known.said(claim) if a.stance == "affirms" and not a.invalidated)
    sources = filter(None, (known.sources.get(a.source or "") for a in said))
    return min((s.published_to for s in sources if s.published_to), default=None)


def _claim(known: Known, outcome: Statuses, claim: str, day: date | None) -> list[str]:
    """Return the statement of a claim, its id, and who says it."""
    statement = known.claims[claim].statement
    return [f"{statement}", f"  {claim}", f"  {_says(known, outcome, claim, day)}"]


def _rule(known: Known, one: Contradiction, why: bool) -> list[str]:
    """Return a contradiction in words, its rule if it is asked for, and reasons of judgements."""
    from kb.reasoning.contradiction.contradictions import in_words

    lines = [in_words(one)]
    if why:
        lines.append(f"  rule: {one.rule} ({one.kind}, {one.certainty})")
    if one.kind == "judged":
        lines += [f"  {reason}" for reason in _judged(known, one)]
    return lines


def _says(known: Known, outcome: Statuses, claim: str, day: date | None) -> str:
    """Return who affirms a claim, since when it is public, and its dates."""
    from kb.model.dates import show as span

    voices = outcome.rows[claim].voices_for
    who = "; ".join(speakers(known, claim, voices, outcome.voices, AFFIRMING)) or "nobody named"
    found = known.claims[claim]
    dated = found.begin_earliest or found.end_latest
    when = span(found.begin_earliest, found.end_latest) if dated else "no date given"
    verb = "forecast" if found.kind == "forecast" else "said"
    return f"{verb} by {who}, public by {day or 'an unknown day'}; date: {when}"


def _judged(known: Known, one: Contradiction) -> list[str]:
    """Return the reasons of the analysts who judged that a pair contradicts."""
    found = known.judgements(f"claim/{one.claim_a}")
    ends = {f"claim/{one.claim_a}", f"claim/{one.claim_b}"}
    return [
        f"{j.coder or 'an analyst'}: {j.why}"
        for j in found
        if j.kind == "contradicts" and {j.about, j.other} == ends
    ]


def dismissed(known: Known) -> list[list[object]]:
    """Return the pairs that were judged not to contradict each other, in the order of DISMISSED."""
    from kb.model.records import Judgement

    found = [
        j
        for j in known.others.values()
        if isinstance(j, Judgement) and j.kind == "does-not-contradict" and not j.invalidated
    ]
    return [_dismissed(known, j) for j in sorted(found, key=lambda j: j.id)]


def _dismissed(known: Known, judgement: Judgement) -> list[object]:
    ends = sorted((end or "").removeprefix("claim/") for end in (judgement.about, judgement.other))
    statements = [known.claims[end].statement if end in known.claims else None for end in ends]
    return [*ends, *statements, judgement.id, judgement.coder, judgement.why]
