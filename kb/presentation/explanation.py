"""What a status depends on: in prose, and field by field for programs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from kb.presentation.names import entity_name, named, speaker_name, speakers
from kb.presentation.passages import passage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.materialisation import Outcome
    from kb.model.records import Assertion
    from kb.reasoning.status import StatusRow
    from kb.workspace.catalog import Known

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
    known: Known, outcome: Outcome, row: StatusRow
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name who affirms a claim and who speaks against it, each speaker with the voice behind it."""
    return (
        speakers(known, row.claim, row.voices_for, outcome.voices, AFFIRMING),
        speakers(known, row.claim, row.voices_against, outcome.voices, OPPOSING),
    )


def grounds(kb: Answers, known: Known, outcome: Outcome, row: StatusRow) -> list[object]:
    """One status with its rules, assertions, passages and contradicting claims, in the order of
    COLUMNS.
    """
    claim = known.claims[row.claim]
    contrary = [
        {"claim": c, "certainty": sure, "statement": known.claims[c].statement}
        for c, sure in sorted(against(row).items())
    ]
    why = [
        {
            "rule": r.rule,
            "text": named(known, r.text),
            "assertions": r.assertions,
            "claims": r.claims,
        }
        for r in row.reasons
    ]
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
        contrary,
        [{"by": by, "verdict": text} for by, text in verdicts(known, row.claim)],
        why,
        [said(kb, known, a) for a in on(known, row.claim)],
    ]


def on(known: Known, claim: str) -> list[Assertion]:
    """The assertions on a claim, by id."""
    return sorted(known.said(claim), key=lambda a: a.id)


def said(kb: Answers, known: Known, one: Assertion) -> dict[str, object]:
    """One assertion: who, through whom (outermost first), in which words and where."""
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


def explained(kb: Answers, known: Known, outcome: Outcome, row: StatusRow) -> list[str]:
    """A claim, its status, the rules behind it, and each assertion with speaker, chain, passage and
    place.
    """
    claim = known.claims[row.claim]
    lines = [
        f"{claim.statement}",
        f"  {row.claim}  ({claim.kind})",
        f"  status: {row.status}",
        f"  support: {row.support}, contest: {', '.join(row.contest)}",
    ]
    if row.dispute:
        lines.append(f"  kinds of dispute: {', '.join(row.dispute)}")
    lines += _both_sides(known, outcome, row)
    lines.append(
        f"  documents: {row.documents}, originals: {row.originals}, "
        f"voices: {len(row.voices_for)}, without known stake: {row.no_known_stake}"
    )
    if row.flags:
        lines.append(f"  flags: {', '.join(row.flags)}")
    if row.since:
        lines.append(f"  disputed no later than {row.since}")
    lines += [f"  {line}" for line in contradicting(known, row)]
    lines += [
        f"  verdict of {by}, beside the status: {text}" for by, text in verdicts(known, row.claim)
    ]
    lines += ["  why:"] + [f"    {r.rule}: {named(known, r.text)}" for r in row.reasons]
    return [*lines, "  assertions:", *assertions(kb, known, row.claim, outcome)]


def _both_sides(known: Known, outcome: Outcome, row: StatusRow) -> list[str]:
    affirming, opposing = sides(known, outcome, row)
    return [
        f"  affirmed by: {'; '.join(affirming) or 'nobody'}",
        f"  denied by: {'; '.join(opposing) or 'nobody'}",
    ]


def contradicting(known: Known, row: StatusRow) -> list[str]:
    """The claims that contradict this one, a line each."""
    return [
        f"{'perhaps ' * (sure != 'certain')}contradicted by: "
        f"{known.claims[other].statement}  ({other})"
        for other, sure in sorted(against(row).items())
        if other in known.claims
    ]


def against(row: StatusRow) -> dict[str, str]:
    """Claims that somebody affirms and that contradict this one → whether that is certain or
    possible; one certain way is enough.
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
    """What people conclude about a claim, and why: who, and the words."""
    return [
        (j.coder or "somebody", f"{j.verdict} ({j.why})" if j.why else f"{j.verdict}")
        for j in known.judgements(f"claim/{claim}")
        if j.kind == "verdict"
    ]


def assertions(kb: Answers, known: Known, claim: str, outcome: Outcome | None = None) -> list[str]:
    """Each assertion on a claim: stance, speaker, chain of hearsay; below it the passage and its
    place.
    """
    voices = outcome.voices if outcome else {}
    return [line for a in on(known, claim) for line in assertion(kb, known, a, voices.get(a.id))]


def assertion(kb: Answers, known: Known, one: Assertion, voice: str | None = None) -> list[str]:
    """One assertion on lines of its own."""
    chain = [known.relays[r].speaker for r in reversed(one.relays) if r in known.relays]
    through = "".join(f" ← {entity_name(known, speaker)}" for speaker in chain)
    scope = f" ({', '.join(one.scope)})" if one.scope else ""
    found = passage(kb, known, one.quote)
    names = ("said", "occurred", "degree", "standing", "form", "basis", "manner")
    told = ((name, getattr(one, name)) for name in names)
    extra = "; ".join(f"{name}: {value}" for name, value in told if value)
    lines = [f"    {speaker_name(known, one, voice)} {one.stance}{scope}{through}"]
    if found.words:
        lines.append(f"      {found.quoted()}")
    place = found.place if found.words else f"{found.place} (its text is not available)"
    return [
        *lines,
        f"      {place if found.source else one.source}{f'  [{extra}]' if extra else ''}",
    ]


def stances(known: Known, claim: str, of: Collection[str]) -> list[Assertion]:
    """The assertions on a claim that take one of these stances and count, by id."""
    return [a for a in on(known, claim) if a.stance in of and not a.invalidated]
