"""What a status rests on: in prose, and field by field for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kb.app.questions import Answers
    from kb.model.records import Assertion
    from kb.reasoning.status import StatusRow
    from kb.workspace.catalog import Known

COLUMNS: Final = (
    *(
        "claim",
        "status",
        "statement",
        "kind",
        "support",
        "contest",
        "kinds of dispute",
        "flags",
        "affirmed by",
        "denied by",
    ),
    *(
        "documents",
        "originals",
        "no known stake",
        "disputed no later than",
        "policy",
        "contradicted by",
        "verdicts",
        "why",
        "assertions",
    ),
)


def grounds(kb: Answers, known: Known, row: StatusRow) -> list[object]:
    """One status with its rules, assertions, quotes and contradicting claims, in the order of
    COLUMNS.
    """
    claim = known.claims[row.claim]
    voices = [
        tuple(voice_name(known, v) for v in side) for side in (row.voices_for, row.voices_against)
    ]
    contrary = [
        {"claim": c, "certainty": sure, "statement": known.claims[c].statement}
        for c, sure in sorted(against(row).items())
    ]
    return [
        *(
            row.claim,
            row.headline,
            claim.statement,
            claim.kind,
            row.support,
            row.contest,
            row.dispute,
            row.flags,
            *voices,
        ),
        *(row.documents, row.originals, row.no_known_stake, row.since, row.policy, contrary),
        [{"by": by, "verdict": text} for by, text in verdicts(known, row.claim)],
        [
            {
                "rule": r.rule,
                "text": named(known, r.text),
                "assertions": r.assertions,
                "claims": r.claims,
            }
            for r in row.reasons
        ],
        [
            _said(kb, known, a)
            for a in sorted(known.assertions.values(), key=lambda a: a.id)
            if a.claim == row.claim
        ],
    ]


def _said(kb: Answers, known: Known, said: Assertion) -> dict[str, object]:
    """One assertion: who, through whom (outermost first), in which words and where."""
    passage, line = kb.passage(known, said.quote)
    quote = known.quotes.get(said.quote or "")
    return {
        "assertion": said.id,
        "speaker": said.speaker,
        "stance": said.stance,
        "scope": said.scope,
        "relays": [known.relays[r].speaker for r in said.relays if r in known.relays],
        "source": said.source,
        "line": line or None,
        "start": quote.start if quote else None,
        "end": quote.end if quote else None,
        "passage": passage,
        **{name: getattr(said, name) for name in ("said", "form", "basis", "manner")},
    }


def explained(kb: Answers, known: Known, row: StatusRow) -> list[str]:
    """A claim, its headline, the rules that made it, and each assertion with speaker, chain, quote
    and place.
    """
    claim = known.claims[row.claim]

    def names(voices: tuple[str, ...]) -> str:
        """The names of voices."""
        return ", ".join(voice_name(known, v) for v in voices) or "nobody"

    lines = [
        f"{claim.statement}",
        f"  {row.claim}  ({claim.kind})",
        f"  status: {row.headline}",
        f"  support: {row.support}, contest: {', '.join(row.contest)}",
    ]
    voices = len(row.voices_for)
    if row.dispute:
        lines.append(f"  kinds of dispute: {', '.join(row.dispute)}")
    lines += [
        f"  affirmed by: {names(row.voices_for)}",
        f"  denied by: {names(row.voices_against)}",
    ]
    lines.append(
        f"  documents: {row.documents}, originals: {row.originals}, voices: {voices}, without known stake: {row.no_known_stake}"
    )
    if row.flags:
        lines.append(f"  flags: {', '.join(row.flags)}")
    if row.since:
        lines.append(f"  disputed no later than {row.since}")
    for other, sure in sorted(against(row).items()):
        lines.append(
            f"  {'perhaps ' * (sure != 'certain')}contradicted by: {known.claims[other].statement}  ({other})"
        )
    lines += [
        f"  verdict of {by}, beside the status: {text}" for by, text in verdicts(known, row.claim)
    ]
    lines += ["  why:"] + [f"    {r.rule}: {named(known, r.text)}" for r in row.reasons]
    return [*lines, "  assertions:", *assertions(kb, known, row.claim)]


def against(row: StatusRow) -> dict[str, str]:
    """Claims that somebody affirms and that contradict this one → whether that is certain or
    possible; one certain way is enough.
    """
    rules = (("possibly-contradicted", "possible"), ("contradicted", "certain"))
    return {
        claim: certainty
        for rule, certainty in rules
        for r in row.reasons
        if r.rule == rule
        for claim in r.claims
    }


def voice_name(known: Known, voice: str) -> str:
    """A voice by the name of its entity, or of the source's author."""
    path, _, id = voice.partition("/")
    if path == "source" and id in known.sources:
        author = known.sources[id].author or ""
        return known.entities[author].name or author if author in known.entities else id
    return (known.entities[id].name or id) if id in known.entities else id


def verdicts(known: Known, claim: str) -> list[tuple[str, str]]:
    """What persons hold of a claim, and why: who, and the words."""
    from kb.model.records import Judgement

    found = [
        j
        for j in known.others.values()
        if isinstance(j, Judgement) and j.kind == "verdict" and j.about == f"claim/{claim}"
    ]
    return [
        (j.coder or "somebody", f"{j.verdict} ({j.why})" if j.why else f"{j.verdict}")
        for j in sorted(found, key=lambda j: j.id)
    ]


def named(known: Known, text: str) -> str:
    """A reason with voices by name."""
    return re.sub(
        r"(?:entity|source)/[^\s,;()]*[^\s,;().]", lambda m: voice_name(known, m[0]), text
    )


def assertions(kb: Answers, known: Known, claim: str) -> list[str]:
    """Each assertion on a claim: stance, speaker, chain of hearsay; below it the quote and where it
    stands.
    """
    lines = []
    for a in sorted((a for a in known.assertions.values() if a.claim == claim), key=lambda a: a.id):
        who = known.entities[a.speaker].name if a.speaker in known.entities else a.speaker
        chain = [known.relays[r].speaker or "" for r in reversed(a.relays) if r in known.relays]
        through = "".join(
            f" ← {known.entities[s].name if s in known.entities else s}" for s in chain
        )
        scope = f" ({', '.join(a.scope)})" if a.scope else ""
        passage, line = kb.passage(known, a.quote)
        quote = known.quotes.get(a.quote or "")
        place = (
            f"{a.source}, line {line}"
            if line
            else f"{a.source}, characters {quote.start}-{quote.end}"
            if quote
            else f"{a.source}"
        )
        extra = "; ".join(
            f"{k}: {v}"
            for k, v in (
                ("said", a.said),
                ("form", a.form),
                ("basis", a.basis),
                ("manner", a.manner),
            )
            if v
        )
        lines += [
            f"    {who} {a.stance}{scope}{through}",
            f"      “{passage}”",
            f"      {place}{f'  [{extra}]' if extra else ''}",
        ]
    return lines
