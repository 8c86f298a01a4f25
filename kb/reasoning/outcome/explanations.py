"""Explanations of a status: the rules that applied, in words, with their assertions and claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.reasoning.outcome.decisions import Outcome
from kb.reasoning.outcome.disputes import Dispute
from kb.reasoning.outcome.status_row import Reason
from kb.reasoning.speakers.evidence import Case
from kb.reasoning.speakers.independence import STRONGEST, Said, Support, in_doubt
from kb.reasoning.speakers.set_aside import invented
from kb.reasoning.speakers.voices import Speech

_STATUSES: Final = {
    "opinion": "an evaluation is neither true nor false",
    "pending": "no undisputed claim states the outcome of this forecast",
    "came-true": "an undisputed claim states that it came true",
    "failed": "an undisputed claim states the opposite, or misses its bounds or its deadline",
    "void": "its condition was not met",
    "retracted": "whoever affirmed it took it back or now says otherwise",
    "superseded": "it may have been true, and a later event ended it",
    "disputed": "one voice affirms it and another one denies it or affirms what contradicts it",
    "denied-only": "somebody denies it and no voice affirms it",
    "admitted": "the party whose interest it harms affirms it",
    "corroborated": "independent voices affirm it, some without a known stake",
    "single-voice": "it is affirmed, but not by enough independent voices without a stake",
    "unsupported": "no voice affirms it",
}
# Why several voices count as one.
_ONE_VOICE: Final = {
    "allied": "Allied, so they do not corroborate each other",
    "circle": "Cite each other, so they are one voice",
    "one-passage": "Speak in one passage, so it is one statement",
    "one-thread": "Known only through one relay, so they are one thread",
    "perhaps-one-person": "Perhaps the same unnamed person",
}
# Why an assertion adds no voice: the rule and its words.
_MUTE: Final = {
    "nobody": ("no-voice", "Attributed to nobody: recorded, but not a voice."),
    "disowned": ("no-voice", "Disowned: recorded, but not a voice."),
    "told": ("hearsay", "The speaker only heard it from others: recorded, but not a voice."),
    "citing-marked": (
        "document-marked",
        "Known only from a document marked as retracted, forged or satire: not a voice.",
    ),
    "dropped": ("dropped", "A later version of the document leaves this out: not a voice."),
    "citing-dropped": (
        "dropped",
        "Known only from a document whose later version leaves this out: not a voice.",
    ),
}
_PAST_TENSE: Final = {"affirms": "affirmed", "denies": "denied", "doubts": "doubted"}


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything that a status is computed from.

    `admitting` and `inside` are assertions against the interest of the speaker's party: by the
    party itself, and by one of its own people.
    """

    case: Case
    dispute: Dispute
    outcome: Outcome | None
    support: Support
    admitting: tuple[str, ...]
    inside: tuple[str, ...]
    speech: Speech


# Rules about words that no longer count.
_GONE: Final = frozenset({"taken-back", "overruled", "disowned", "dropped", "document-marked"})
# Stances that somebody may no longer maintain.
MAINTAINED: Final = ("affirms", "denies", "doubts")


def no_longer(rows: Iterable[Reason]) -> frozenset[str]:
    """Return the assertions that no longer count, and those that say so, by these reasons.

    >>> sorted(no_longer([Reason("taken-back", ("a",)), Reason("affirmed", ("b",))]))
    ['a']
    """
    return frozenset(a for reason in rows if reason.rule in _GONE for a in reason.assertions)


def reasons(grounds: Grounds, status: str) -> tuple[Reason, ...]:
    """Return all rules that applied to a claim, in a fixed order."""
    case = grounds.case
    return (
        *_affirming(grounds),
        *_against_interest(grounds),
        *_without_voice(case),
        *_no_longer_counting(case),
        *_of_one_event(case),
        *_answering(case),
        *_contradicting(grounds.dispute),
        *_deciding(grounds.outcome),
        Reason("status", text=f"{status}: {_STATUSES[status]}."),
    )


def _affirming(grounds: Grounds) -> Iterator[Reason]:
    """Yield who affirms the claim, and why some of them count as one or add nothing."""
    case = grounds.case
    voiced = _voiced(case.affirmed)
    if voiced:
        voices = ", ".join(_voice(voice, grounds) for voice in case.voices_for)
        yield from _some("affirmed", voiced, f"Affirmed by {voices}.")
    for rule, group in grounds.support.ties:
        rows = (said for said in voiced if said.heard in group)
        yield from _some(rule, rows, f"{_ONE_VOICE[rule]}: {', '.join(group)}.")
    yield from _some(
        "echo",
        [said for said in case.spoken if said.echo],
        "Only passes on what is counted already: adds no voice.",
    )
    yield from _some(
        "in-doubt",
        [said for said in voiced if in_doubt(said.row)],
        "The speaker or the meaning is in doubt: supports no other voice.",
    )
    yield from _some(
        "through-rival",
        [said for said in voiced if grounds.speech.through_rival(said.row)],
        "Known only through a rival of the speaker.",
    )


def _against_interest(grounds: Grounds) -> Iterator[Reason]:
    """Yield assertions by a party, or by its people, of what harms the party."""
    if grounds.admitting:
        text = "Affirmed by the party whose interest it harms."
        yield Reason("admitted", grounds.admitting, (), text)
    if grounds.inside:
        text = "Affirmed by people of the party whose interest it harms, who do not speak for it."
        yield Reason("insider", grounds.inside, (), text)


def _voice(voice: str, grounds: Grounds) -> str:
    """Describe a voice: who speaks for it, if that is somebody else, and its stake."""
    rows = [said for said in grounds.case.affirmed if said.voice == voice]
    known = grounds.support.stakes
    stakes = [known[said.heard] for said in rows if said.heard and said.heard in known]
    stake = min(stakes, key=STRONGEST.index, default="unknown")
    speakers = {f"entity/{said.row.speaker}" for said in rows if not said.echo} - {voice}
    words = f"{voice} ({stake})"
    return f"{', '.join(sorted(speakers))} for {words}" if speakers else words


def _without_voice(case: Case) -> Iterator[Reason]:
    """Yield assertions that add no voice, by reason, and those that only hold it possible."""
    mute: dict[str, list[Said]] = defaultdict(list)
    for said in (*case.spoken, *filter(invented, case.retractions)):
        if not said.voice:
            mute[said.mute].append(said)
    for why in sorted(mute):
        marked = ("document-marked", f"In a document that is {why}: not a voice.")
        rule, text = _MUTE.get(why, marked)
        yield from _some(rule, mute[why], text)
    text = "Only said to be possible: recorded, and supports nothing."
    yield from _some("possible", case.possible, text)


def _no_longer_counting(case: Case) -> Iterator[Reason]:
    """Yield assertions that were replaced, taken back, overruled or disowned."""
    gone = case.taken_back or case.retractions or case.overruled or case.overruling
    if not (gone or case.set_aside or case.unordered or case.disowned or case.disowning):
        return
    yield from _some("taken-back", case.taken_back, "Said, and since taken back or replaced.")
    retractions = [said for said in case.retractions if not invented(said)]
    yield from _some("retracted", retractions, f"Taken back by {_who(retractions)}.")
    aside = {said.row.id for said in case.set_aside}
    again = [said for said in case.overruling if said.row.target in aside]
    rest = [said for said in case.overruling if said not in again]
    text = f"Overruled by {_who(rest)}: no longer counts."
    if not case.overruled:
        text = f"{_who(rest)} overrules, but no recorded assertion is affected."
    yield from _some("overruled", (*case.overruled, *rest), text)
    text = f"An overruling is overruled by {_who(again)}: what it had set aside counts again."
    yield from _some("set-aside", (*case.set_aside, *again), text)
    yield from _some(
        "order-unknown",
        case.unordered,
        "One voice says different things, and the order is not known.",
    )
    said = (*case.disowned, *case.disowning)
    yield from _some("disowned", said, f"Disowned by {_who(case.disowning)}.")


def _of_one_event(case: Case) -> Iterator[Reason]:
    """Yield assertions on other claims about the same event that count here, too."""
    for claim in sorted({said.row.claim or "" for said in case.borne}):
        rows = [said for said in case.borne if said.row.claim == claim]
        stances = sorted({_PAST_TENSE[said.row.stance or ""] for said in rows})
        ids = tuple(sorted(said.row.id for said in rows))
        yield Reason("same-event", ids, (claim,), f"Also {' and '.join(stances)} as another claim.")


def _answering(case: Case) -> Iterator[Reason]:
    """Yield who denies the claim, characterises it otherwise, doubts it, or does not comment."""
    for rule, words, said in (
        ("denied", "Denied", case.denied),
        ("characterised-otherwise", "Characterised otherwise", case.otherwise),
    ):
        if said:
            yield from _some(rule, _voiced(said), f"{words} by {_who(said)}.")
    yield from _in_manners(case)
    if case.doubted:
        yield from _some("doubted", _voiced(case.doubted), f"Doubted by {_who(case.doubted)}.")
    if not case.silent:
        return
    asked = ", ".join(sorted({scope for said in case.silent for scope in said.row.scope}))
    about = f" about {asked}" if asked else ""
    text = f"Asked{about}, and did not comment: recorded, and counted for neither side."
    yield from _some("silent", case.silent, text)


def _in_manners(case: Case) -> Iterator[Reason]:
    """Yield the affirmations if they describe the manner differently."""
    rows = [said for said in case.affirmed if said.voice and said.row.manner]
    if len(rows) < 2:
        return
    manners = sorted({said.row.manner or "" for said in rows})
    if len({manner.casefold() for manner in manners}) > 1:
        yield from _some("manner", rows, f"Affirmed as {', '.join(manners)}.")


def _contradicting(dispute: Dispute) -> Iterator[Reason]:
    """Yield affirmed claims that contradict it, different dates, and voices on both sides."""
    for rule, rivals, cannot in (
        ("contradicted", dispute.certain, "Cannot"),
        ("possibly-contradicted", dispute.possible, "Perhaps cannot"),
    ):
        if claims := tuple(sorted({other for other, _ in rivals})):
            text = f"{cannot} be true together with claims that are affirmed."
            yield Reason(rule, (), claims, text)
    if dispute.dated:
        text = "Dated to different days, without one in common."
        yield Reason("dated-otherwise", dispute.dated, (), text)
    if dispute.divided:
        text = f"Both affirmed and contradicted by {', '.join(dispute.divided)}."
        yield Reason("divided", (), (), text)


def _deciding(outcome: Outcome | None) -> Iterator[Reason]:
    """Yield the claims that decide a forecast or end a state."""
    if outcome and outcome.claims:
        lapsed = "Its condition was not met."
        decided = "Stated by later claims that are affirmed and not disputed."
        yield Reason(outcome.fate, (), outcome.claims, lapsed if outcome.lapsed else decided)


def _voiced(said: Iterable[Said]) -> list[Said]:
    """Return the assertions that add a voice."""
    return [one for one in said if one.voice]


def _some(rule: str, said: Iterable[Said], text: str) -> Iterator[Reason]:
    """Yield a reason if there are assertions for it."""
    if ids := tuple(sorted(one.row.id for one in said)):
        yield Reason(rule, ids, (), text)


def _who(said: Iterable[Said]) -> str:
    """Return the voices, separated by commas."""
    voices = sorted({one.voice or one.heard or "" for one in said} - {""})
    return ", ".join(voices) or "an unattributed speaker"
