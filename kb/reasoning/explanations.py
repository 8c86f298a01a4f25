"""Why a claim has its status: the rules that applied, each with the assertions and claims it is
computed from, in plain words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.reasoning.decisions import Outcome
from kb.reasoning.disputes import Dispute
from kb.reasoning.evidence import Case, voices_of
from kb.reasoning.independence import STRONGEST, Said, Support, in_doubt
from kb.reasoning.voices import Speech


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that applied; the last reason gives the status itself."""

    rule: str
    assertions: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    text: str = ""


_STATUSES = {
    "opinion": "an evaluation is not true or false",
    "pending": "no undisputed claim states the outcome of this forecast",
    "came-true": "an undisputed claim states that it came true",
    "failed": "an undisputed claim states the opposite, or what is outside of its bounds or deadline",
    "void": "its condition did not come about",
    "retracted": "whoever affirmed it took it back or says otherwise now",
    "superseded": "it may have been so, and a later event ended it",
    "disputed": "one voice affirms it and another one denies it or affirms what contradicts it",
    "denied-only": "somebody denies it and no voice affirms it",
    "admitted": "it is affirmed by the party against whose interest it is",
    "corroborated": "independent voices affirm it, some without a known stake",
    "single-voice": "it is affirmed, but not by enough independent voices without a stake",
    "unsupported": "no voice affirms it",
}
# Why several voices count as one.
_ONE_VOICE = {
    "allied": "Allied, so that they do not corroborate each other",
    "circle": "Have it from each other, so that they are one voice",
    "one-passage": "Speak in one passage, so that it is one statement",
    "one-thread": "Reach us through one relay, so that they are one thread",
    "perhaps-one-person": "Perhaps one and the same unnamed person",
}
# Why words add no voice: the rule and its words.
_MUTE = {
    "nobody": ("no-voice", "Said by nobody in particular: recorded, but no voice."),
    "disowned": ("no-voice", "Disowned: recorded, but no voice."),
    "told": ("hearsay", "The speaker was told so by others: recorded, but no voice."),
    "citing-marked": (
        "document-marked",
        "Known only from a document that is marked as retracted, forged or satire: no voice.",
    ),
    "dropped": ("dropped", "A later version of the document no longer says so: no voice."),
}
_ALSO = {"affirms": "affirmed", "denies": "denied", "doubts": "doubted"}


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything that a status is computed from. `admitting` and `inside` are assertions against
    the interest of the speaker's party: by the party itself, and by one of its own people.
    """

    case: Case
    dispute: Dispute
    outcome: Outcome | None
    support: Support
    admitting: tuple[str, ...]
    inside: tuple[str, ...]
    speech: Speech


def reasons(grounds: Grounds, status: str) -> tuple[Reason, ...]:
    """All rules that applied to a claim, in a fixed order."""
    return (
        *_affirming(grounds),
        *_not_counting(grounds.case),
        *_answering(grounds.case, grounds.dispute),
        *_telling(grounds.outcome),
        Reason("status", text=f"{status}: {_STATUSES[status]}."),
    )


def _affirming(grounds: Grounds) -> Iterator[Reason]:
    case, found = grounds.case, grounds.support
    voiced = [s for s in case.affirmed if s.voice]
    yield from _some(
        "affirmed",
        voiced,
        "Affirmed by " + ", ".join(_voice(v, grounds) for v in case.voices_for) + ".",
    )
    for rule, group in found.ties:
        said = (s for s in voiced if s.heard in group)
        yield from _some(rule, said, f"{_ONE_VOICE[rule]}: {', '.join(group)}.")
    yield from _some(
        "echo",
        [s for s in _spoken(case) if s.echo],
        "Only passes on or comes back to what is counted already: adds no voice.",
    )
    doubtful = [said for said in voiced if in_doubt(said.row)]
    yield from _some(
        "in-doubt", doubtful, "Who speaks, or what it means, is in doubt: no support for others."
    )
    yield from _some(
        "through-rival",
        [s for s in voiced if grounds.speech.through_rival(s.row)],
        "Known only through a rival of who is said to have said so.",
    )
    if grounds.admitting:
        text = "Affirmed by the party against whose interest it is."
        yield Reason("admitted", grounds.admitting, (), text)
    if grounds.inside:
        text = "Affirmed against the interest of their own body by its people, who do not speak for it."
        yield Reason("insider", grounds.inside, (), text)


def _voice(voice: str, grounds: Grounds) -> str:
    """A voice with its stake; before it who spoke, where that was somebody else."""
    rows = [s for s in grounds.case.affirmed if s.voice == voice]
    known = grounds.support.stakes
    stakes = [known[s.heard] for s in rows if s.heard and s.heard in known]
    stake = min(stakes, key=STRONGEST.index, default="unknown")
    speakers = sorted(
        {
            f"entity/{s.row.speaker}"
            for s in rows
            if not s.echo and f"entity/{s.row.speaker}" != voice
        }
    )
    return f"{voice} ({stake})" if not speakers else f"{', '.join(speakers)} for {voice} ({stake})"


def _not_counting(case: Case) -> Iterator[Reason]:
    """Words that are on record and add no voice, each kind with the reason."""
    mute: dict[str, list[Said]] = defaultdict(list)
    for said in _spoken(case):
        if not said.voice:
            mute[said.mute].append(said)
    for why in sorted(mute):
        rule, text = _MUTE.get(why, ("document-marked", f"In a document that is {why}: no voice."))
        yield from _some(rule, mute[why], text)
    yield from _some(
        "possible", case.possible, "Only held possible: recorded, and supports nothing."
    )
    yield from _some("taken-back", case.taken_back, "Said, and taken back or replaced since.")
    yield from _some("retracted", case.retractions, f"Taken back by {_who(case.retractions)}.")
    yield from _some(
        "overruled",
        (*case.overruled, *case.overruling),
        f"Set aside by {_who(case.overruling)}: no longer counts.",
    )
    yield from _some(
        "order-unknown",
        case.unordered,
        "One voice says different things, and nothing says which came last.",
    )
    yield from _some("disowned", case.disowned, "These words were disowned.")
    for claim in sorted({s.row.claim or "" for s in case.borne}):
        borne = [s for s in case.borne if s.row.claim == claim]
        stances = sorted({_ALSO[s.row.stance or ""] for s in borne})
        rows = tuple(sorted(s.row.id for s in borne))
        yield Reason(
            "same-event", rows, (claim,), f"Also {' and '.join(stances)} as another claim."
        )


def _answering(case: Case, dispute: Dispute) -> Iterator[Reason]:
    yield from _some(
        "denied", [s for s in case.denied if s.voice], f"Denied by {_who(case.denied)}."
    )
    yield from _some(
        "characterised-otherwise",
        [s for s in case.otherwise if s.voice],
        f"Characterised otherwise by {_who(case.otherwise)}.",
    )
    manners = sorted({s.row.manner for s in case.affirmed if s.voice and s.row.manner})
    if len({m.casefold() for m in manners}) > 1:
        yield from _some(
            "manner",
            [s for s in case.affirmed if s.voice and s.row.manner],
            f"Affirmed as {', '.join(manners)}.",
        )
    yield from _some(
        "doubted", [s for s in case.doubted if s.voice], f"Doubted by {_who(case.doubted)}."
    )
    asked = ", ".join(sorted({scope for s in case.silent for scope in s.row.scope}))
    about = f" about {asked}" if asked else ""
    yield from _some(
        "silent",
        case.silent,
        f"Asked{about}, and did not answer: recorded, counted for neither side.",
    )
    for rule, pairs in (
        ("contradicted", dispute.certain),
        ("possibly-contradicted", dispute.possible),
    ):
        claims = tuple(sorted({other for other, _ in pairs}))
        if claims:
            yield Reason(
                rule,
                (),
                claims,
                f"{'Cannot' if rule == 'contradicted' else 'Perhaps cannot'} be true together with claims that are affirmed.",
            )
    if dispute.dated:
        yield Reason("dated-otherwise", dispute.dated, (), "Dated to days without one in common.")
    if dispute.divided:
        yield Reason(
            "divided", (), (), f"Both affirmed and contradicted by {', '.join(dispute.divided)}."
        )


def _telling(outcome: Outcome | None) -> Iterator[Reason]:
    if outcome and outcome.claims:
        yield Reason(
            outcome.fate,
            (),
            outcome.claims,
            "Its condition did not come about."
            if outcome.lapsed
            else "Stated by later claims that are affirmed and not disputed.",
        )


def _spoken(case: Case) -> tuple[Said, ...]:
    return (*case.affirmed, *case.denied, *case.otherwise, *case.doubted)


def _some(rule: str, said: Iterable[Said], text: str) -> Iterator[Reason]:
    rows = tuple(sorted(s.row.id for s in said))
    if rows:
        yield Reason(rule, rows, (), text)


def _who(said: Iterable[Said]) -> str:
    return ", ".join(voices_of(said)) or "nobody in particular"
