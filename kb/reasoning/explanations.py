"""Why a claim has its status: the rules that applied, each with the assertions and claims it rests
on, in plain words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb.reasoning.decisions import Outcome
from kb.reasoning.disputes import Dispute
from kb.reasoning.evidence import Case, Said, voices_of


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that applied; the last reason of a status is its headline."""

    rule: str
    assertions: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    text: str = ""


_HEADLINES = {
    "opinion": "an evaluation is not true or false",
    "pending": "no undisputed claim tells the outcome of this forecast",
    "came-true": "an undisputed claim tells that it came true",
    "failed": "an undisputed claim tells the opposite, or what is outside of its bounds or deadline",
    "void": "its condition did not come about",
    "retracted": "everybody who affirmed it took it back",
    "superseded": "it may have held, and a later event ended it",
    "disputed": "one voice affirms it and another one denies it or affirms what contradicts it",
    "denied-only": "somebody denies it and no voice affirms it",
    "admitted": "it is affirmed by the party against whose interest it is",
    "corroborated": "independent voices affirm it, some without a known stake",
    "single-voice": "it is affirmed, but not by enough independent voices without a stake",
    "unsupported": "no voice affirms it",
}


def reasons(
    case: Case,
    dispute: Dispute,
    outcome: Outcome | None,
    stakes: Mapping[str, str],
    admitting: tuple[str, ...],
    headline: str,
) -> tuple[Reason, ...]:
    """All rules that applied to a claim, in a fixed order."""
    return (
        *_affirming(case, stakes, admitting),
        *_answering(case, dispute),
        *_telling(outcome),
        Reason("headline", text=f"{headline}: {_HEADLINES[headline]}."),
    )


def _affirming(
    case: Case, stakes: Mapping[str, str], admitting: tuple[str, ...]
) -> Iterator[Reason]:
    voiced = [s for s in case.affirmed if s.voice]
    yield from _some(
        "affirmed",
        voiced,
        "Affirmed by " + ", ".join(f"{v} ({stakes[v]})" for v in case.voices_for) + ".",
    )
    yield from _some(
        "echo",
        [s for s in _told(case) if s.echo],
        "Only passes on or comes back to what is counted already: adds no voice.",
    )
    mute = [s for s in _told(case) if not s.voice]
    yield from _some(
        "no-voice", mute, "Said by nobody in particular, or disowned: recorded, but no voice."
    )
    yield from _some("taken-back", case.taken_back, "Said, and taken back since.")
    yield from _some("retracted", case.retractions, f"Taken back by {_who(case.retractions)}.")
    yield from _some(
        "disowned", case.disowned, "The speaker says that these words were never said."
    )
    if admitting:
        yield Reason(
            "admitted", admitting, (), "Affirmed by the party against whose interest it is."
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
            else "Told by later claims that are affirmed and not disputed.",
        )


def _told(case: Case) -> tuple[Said, ...]:
    return (*case.affirmed, *case.denied, *case.otherwise, *case.doubted)


def _some(rule: str, said: Iterable[Said], text: str) -> Iterator[Reason]:
    rows = tuple(sorted(s.row.id for s in said))
    if rows:
        yield Reason(rule, rows, (), text)


def _who(said: Iterable[Said]) -> str:
    return ", ".join(voices_of(said)) or "nobody in particular"
