"""Explanations of a status: in prose for people, and field by field for programs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from kb.presentation.names import entity_name, named, speaker_name, speakers
from kb.presentation.passages import passage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.derivation.kept_statuses import Statuses
    from kb.model.records import Assertion
    from kb.reasoning.outcome.status_row import Reason, StatusRow
    from kb.workspace.catalogs.catalog import Known

COLUMNS: Final = (
    "claim",
    "status",
    "statement",
    "kind",
    "support",
    "contest",
    "dispute",
    "flags",
    "affirmed_by",
    "denied_by",
    "documents",
    "originals",
    "no_known_stake",
    "disputed_no_later_than",
    "policy",
    "contradicted_by",
    "verdicts",
    "why",
    "assertions",
)
AFFIRMING: Final = ("affirms",)
# Every stance that is neither an affirmation nor silence.
OPPOSING: Final = ("denies", "doubts", "retracts", "disowns")


def sides(
    known: Known, outcome: Statuses, row: StatusRow
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name who affirms a claim and who speaks against it, each speaker with the voice behind it."""
    return (
        speakers(known, row.claim, row.voices_for, outcome.voices, AFFIRMING),
        speakers(known, row.claim, row.voices_against, outcome.voices, OPPOSING),
    )


def grounds(kb: Answers, known: Known, outcome: Statuses, row: StatusRow) -> list[object]:
    """Return one status with its rules, assertions, passages and contradicting claims.

    The values are in the order of COLUMNS.
    """
    claim = known.claims[row.claim]
    return [
        row.claim,
        row.status,
        claim.statement,
        claim.kind,
        row.support,
        row.contest,
        row.dispute,
        row.flags,
        *sides(known, outcome, row),
        row.documents,
        row.originals,
        row.no_known_stake,
        row.since,
        row.policy,
        _contrary(known, row),
        [{"by": by, "verdict": text} for by, text in verdicts(known, row.claim)],
        [_reason(known, reason) for reason in row.reasons],
        [said(kb, known, a) for a in on(known, row.claim)],
    ]


def _contrary(known: Known, row: StatusRow) -> list[dict[str, object]]:
    """Return the claims that contradict this one."""
    return [
        {"claim": other, "certainty": certainty, "statement": known.claims[other].statement}
        for other, certainty in sorted(against(row).items())
    ]


def _reason(known: Known, reason: Reason) -> dict[str, object]:
    return {
        "rule": reason.rule,
        "text": named(known, reason.text),
        "assertions": reason.assertions,
        "claims": reason.claims,
    }


def on(known: Known, claim: str) -> list[Assertion]:
    """Return the assertions on a claim, sorted by id."""
    return sorted(known.said(claim), key=lambda a: a.id)


def said(kb: Answers, known: Known, one: Assertion) -> dict[str, object]:
    """Return one assertion: who, through whom (outermost first), in which words and where."""
    found = passage(kb, known, one.quote)
    quote = known.quotes.get(one.quote or "")
    return {
        "assertion": one.id,
        "speaker": one.speaker,
        "speaker_name": entity_name(known, one.speaker),
        "stance": one.stance,
        "scope": one.scope,
        "relays": [known.relays[r].speaker for r in one.relays if r in known.relays],
        "source": one.source,
        "line": found.line,
        "start": quote.start if quote else None,
        "end": quote.end if quote else None,
        "passage": found.words or None,
        "place": found.place or None,
        "said": one.said,
        "form": one.form,
        "basis": one.basis,
        "manner": one.manner,
    }


def explained(kb: Answers, known: Known, outcome: Statuses, row: StatusRow) -> list[str]:
    """Explain a status: the claim, its status, the rules behind it, and each assertion.

    An assertion has its speaker, chain, passage and place.
    """
    claim = known.claims[row.claim]
    return [
        f"{claim.statement}",
        f"  {row.claim}  ({claim.kind})",
        *(f"  {line}" for line in _figures(known, outcome, row)),
        *(f"  {line}" for line in contradicting(known, row)),
        *(f"  {line}" for line in _verdicts(known, row)),
        "  why:",
        *(f"    {reason.rule}: {named(known, reason.text)}" for reason in row.reasons),
        "  assertions:",
        *assertions(kb, known, row.claim, outcome),
    ]


def _figures(known: Known, outcome: Statuses, row: StatusRow) -> list[str]:
    """Return status, sides and counts, a line each; what does not apply has no line."""
    affirming, opposing = sides(known, outcome, row)
    lines = [
        f"status: {row.status}",
        f"support: {row.support}, contest: {', '.join(row.contest)}",
        f"kinds of dispute: {', '.join(row.dispute)}" if row.dispute else "",
        f"affirmed by: {'; '.join(affirming) or 'nobody'}",
        f"denied by: {'; '.join(opposing) or 'nobody'}",
        f"documents: {row.documents}, originals: {row.originals}, "
        f"voices: {len(row.voices_for)}, without known stake: {row.no_known_stake}",
        f"flags: {', '.join(row.flags)}" if row.flags else "",
        f"disputed no later than {row.since}" if row.since else "",
    ]
    return [line for line in lines if line]


def _verdicts(known: Known, row: StatusRow) -> list[str]:
    return [
        f"verdict of {by}, beside the status: {text}" for by, text in verdicts(known, row.claim)
    ]


def contradicting(known: Known, row: StatusRow) -> list[str]:
    """Return the claims that contradict this one, a line each."""
    return [
        f"{'' if certainty == 'certain' else 'perhaps '}contradicted by: "
        f"{known.claims[other].statement}  ({other})"
        for other, certainty in sorted(against(row).items())
        if other in known.claims
    ]


def against(row: StatusRow) -> dict[str, str]:
    """Return the affirmed claims that contradict this one, each with `certain` or `possible`.

    A claim that contradicts in several ways is certain if one of them is.
    """
    rules = (("possibly-contradicted", "possible"), ("contradicted", "certain"))
    return {
        claim: certainty
        for rule, certainty in rules
        for reason in row.reasons
        if reason.rule == rule
        for claim in reason.claims
    }


def verdicts(known: Known, claim: str) -> list[tuple[str, str]]:
    """Return the verdicts on a claim: who judged, and the verdict with its reason."""
    return [
        (j.coder or "somebody", f"{j.verdict} ({j.why})" if j.why else f"{j.verdict}")
        for j in known.judgements(f"claim/{claim}")
        if j.kind == "verdict"
    ]


def assertions(kb: Answers, known: Known, claim: str, outcome: Statuses | None = None) -> list[str]:
    """Return each assertion on a claim: stance, speaker and chain, then passage and place."""
    voices = outcome.voices if outcome else {}
    lines = []
    for one in on(known, claim):
        lines += assertion(kb, known, one, voices.get(one.id))
    return lines


def assertion(kb: Answers, known: Known, one: Assertion, voice: str | None = None) -> list[str]:
    """Return the lines of one assertion."""
    found = passage(kb, known, one.quote)
    lines = [f"    {_speech(known, one, voice)}"]
    if found.words:
        lines.append(f"      {found.quoted()}")
    place = found.place if found.words else f"{found.place} (its text is not available)"
    return [*lines, f"      {place if found.source else one.source}{_circumstances(one)}"]


def _speech(known: Known, one: Assertion, voice: str | None) -> str:
    """Return the speaker, the stance, and through whom the source knows it."""
    relays = [known.relays[r].speaker for r in reversed(one.relays) if r in known.relays]
    chain = "".join(f" ← {entity_name(known, speaker)}" for speaker in relays)
    scope = f" ({', '.join(one.scope)})" if one.scope else ""
    return f"{speaker_name(known, one, voice)} {one.stance}{scope}{chain}"


def _circumstances(one: Assertion) -> str:
    """Return when and how it was said, in brackets; nothing if the document does not say."""
    words = "; ".join(f"{name}: {value}" for name, value in circumstances(one))
    return f"  [{words}]" if words else ""


def circumstances(one: Assertion) -> list[tuple[str, str]]:
    """Return when and how it was said, as far as the document says: pairs of name and value."""
    names = ("said", "occurred", "degree", "standing", "form", "basis", "manner")
    values = {name: getattr(one, name) for name in names}
    return [(name, str(value)) for name, value in values.items() if value]


def stances(known: Known, claim: str, of: Collection[str]) -> list[Assertion]:
    """Return the valid assertions on a claim with one of these stances, sorted by id."""
    return [a for a in on(known, claim) if a.stance in of and not a.invalidated]
