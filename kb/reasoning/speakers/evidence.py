"""Evidence: the assertions on each claim, sorted by stance and by whether they still count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb.reasoning.content.propositions import bears
from kb.reasoning.speakers.echoes import Echoes, echoes
from kb.reasoning.speakers.independence import Said
from kb.reasoning.speakers.stances import Settled, settled
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.speakers.voices import speech as speech_of
from kb.reasoning.tables import AssertionRow, ClaimRow, JudgementRow, Tables

__all__ = [
    "Case",
    "Said",
    "all_echoes",
    "echoed_in",
    "same_claims",
    "speech_of",
    "voices_of",
    "voices_with",
    "weigh",
]


@dataclass(frozen=True, slots=True)
class Case:
    """One claim and all assertions on it. `affirmed` and `denied` may include some without a voice.

    `otherwise` are denials only of how the claim is characterised. `possible` are assertions that
    only hold it possible, which support nothing. `taken_back` includes retractions of a denial or a
    doubt. `set_aside` are overrulings that were overruled themselves. `unordered` are contrary
    assertions of one voice whose order is not known. `borne` are assertions on another claim about
    the same event that also count here.
    """

    claim: ClaimRow
    affirmed: tuple[Said, ...] = ()
    denied: tuple[Said, ...] = ()
    otherwise: tuple[Said, ...] = ()
    doubted: tuple[Said, ...] = ()
    silent: tuple[Said, ...] = ()
    possible: tuple[Said, ...] = ()
    retractions: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()
    disowned: tuple[Said, ...] = ()
    disowning: tuple[Said, ...] = ()
    overruled: tuple[Said, ...] = ()
    overruling: tuple[Said, ...] = ()
    set_aside: tuple[Said, ...] = ()
    unordered: tuple[Said, ...] = ()
    borne: tuple[Said, ...] = ()
    circles: tuple[frozenset[str], ...] = ()

    @property
    def voices_for(self) -> tuple[str, ...]:
        """The voices whose affirmation counts."""
        return voices_of(self.affirmed)

    @property
    def voices_against(self) -> tuple[str, ...]:
        """The voices that deny more than how the claim is characterised."""
        return voices_of(self.denied)

    @property
    def spoken(self) -> tuple[Said, ...]:
        """The assertions that take a side."""
        return (*self.affirmed, *self.denied, *self.otherwise, *self.doubted)

    @property
    def asserted(self) -> bool:
        """Whether anyone has taken a stance on the claim."""
        return any(
            (
                self.affirmed,
                self.denied,
                self.otherwise,
                self.doubted,
                self.silent,
                self.possible,
                self.retractions,
                self.taken_back,
                self.disowned,
                self.overruled,
                self.overruling,
                self.set_aside,
            )
        )


def voices_of(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the different voices, sorted."""
    return tuple(sorted({one.voice for one in said if one.voice}))


def weigh(tables: Tables, speech: Speech) -> dict[str, Case]:
    """Return claim id → case.

    Claims judged the same share their assertions. Claims judged to be about the same event share
    the assertions that apply to both.
    """
    groups = same_claims(tables.claims, tables.judgements)
    rows = _by_group(tables, groups)
    evidence = {group: _case(said, speech) for group, said in rows.items()}
    nothing: Mapping[str, Any] = {}
    cases = {c.id: Case(c, **evidence.get(groups[c.id], nothing)) for c in tables.claims}
    return cases | _of_one_event(cases, groups, tables.judgements)


def _by_group(tables: Tables, groups: Mapping[str, str]) -> dict[str, list[AssertionRow]]:
    """Group assertions by the first of the claims judged the same."""
    found: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in sorted(tables.assertions, key=lambda a: a.id):
        group = groups.get(row.claim or "")
        if group is not None:
            found[group].append(row)
    return found


def same_claims(claims: Iterable[ClaimRow], judgements: Iterable[JudgementRow]) -> dict[str, str]:
    """Return claim id → the first id of the claims judged the same.

    >>> judged = JudgementRow("same-claim", "claim/c", "claim/a")
    >>> same_claims([ClaimRow("a"), ClaimRow("b"), ClaimRow("c")], [judged])
    {'a': 'a', 'b': 'b', 'c': 'a'}
    """
    first = {c.id: c.id for c in claims}

    def find(claim: str) -> str:
        """Return the claim that represents all that are the same."""
        while first[claim] != claim:
            claim = first[claim]
        return claim

    for judgement in judgements:
        one = (judgement.about or "").removeprefix("claim/")
        other = (judgement.other or "").removeprefix("claim/")
        if judgement.kind == "same-claim" and one in first and other in first:
            low, high = sorted((find(one), find(other)))
            first[high] = low
    return {claim: find(claim) for claim in first}


def voices_with(
    rows: Iterable[AssertionRow], echoes: Mapping[str, str], speech: Speech
) -> dict[str, str | None]:
    """Return assertion id → voice, as `entity/x`; None if the speaker is unattributed. An echo has
    the voice that it echoes.

    >>> rows = (AssertionRow("a", speaker="ann"), AssertionRow("b", speaker="bee"))
    >>> voices_with(rows, {"b": "a"}, speech_of(Tables(assertions=rows)))
    {'a': 'entity/ann', 'b': 'entity/ann'}
    """
    found = {row.id: speech.voice(row) for row in rows}
    return found | {id: found[echoed] for id, echoed in echoes.items()}


def all_echoes(tables: Tables, speech: Speech) -> dict[str, str]:
    """Return assertion id → id of the assertion on the same claim that it only echoes.

    An assertion that was taken back, or adds no voice for another reason, is not an echo and is not
    echoed.

    >>> all_echoes(Tables(), speech_of(Tables()))
    {}
    """
    groups = same_claims(tables.claims, tables.judgements)
    found: dict[str, str] = {}
    for rows in _by_group(tables, groups).values():
        found |= _echoes(settled(rows, speech), speech).of
    return found


def echoed_in(cases: Iterable[Case]) -> dict[str, str]:
    """Return assertion id → id of the assertion that it only echoes, as found in weighed cases.

    >>> echoed_in([Case(ClaimRow("c"))])
    {}
    """
    return {said.row.id: said.echo for case in cases for said in case.spoken if said.echo}


def _echoes(found: Settled, speech: Speech) -> Echoes:
    """Return the echoes among the assertions that count."""
    return echoes((said.row for said in found.counting if said.voice), speech)


def _case(rows: Sequence[AssertionRow], speech: Speech) -> dict[str, Any]:
    """Return the fields of a case, from the assertions on its claim."""
    found = settled(rows, speech)
    echoed = _echoes(found, speech)
    by_stance: dict[str, list[Said]] = defaultdict(list)
    for said in _with_voices_of(found.counting, echoed.of):
        by_stance[said.row.stance or ""].append(said)
    denied = by_stance["denies"]
    return {
        "affirmed": tuple(by_stance["affirms"]),
        "denied": tuple(said for said in denied if not characterises(said)),
        "otherwise": tuple(said for said in denied if characterises(said)),
        "doubted": tuple(by_stance["doubts"]),
        "silent": tuple(by_stance["silent"]),
        "possible": found.possible,
        "retractions": found.retractions,
        "taken_back": found.taken_back,
        "disowned": found.disowned,
        "disowning": found.disowning,
        "overruled": found.overruled,
        "overruling": found.overruling,
        "set_aside": found.set_aside,
        "unordered": found.unordered,
        "circles": echoed.circles,
    }


def _with_voices_of(said: Sequence[Said], echoed: Mapping[str, str]) -> Iterator[Said]:
    """Yield the assertions; an echo with the voice of the assertion that it echoes."""
    voice = {one.row.id: one.voice for one in said}
    for one in said:
        original = echoed.get(one.row.id)
        yield replace(one, voice=voice[original], echo=original) if original else one


def characterises(said: Said) -> bool:
    """Tell whether an assertion is only about how a claim is characterised."""
    return set(said.row.scope) == {"characterisation"}


def _of_one_event(
    cases: Mapping[str, Case], groups: Mapping[str, str], judgements: Iterable[JudgementRow]
) -> dict[str, Case]:
    """Return the cases to which another claim about the same event adds assertions."""
    found: dict[str, Case] = {}
    for claim, other in sorted(_judged_one_event(cases, judgements)):
        if groups[claim] != groups[other]:
            found[claim] = _joined(found.get(claim, cases[claim]), cases[other])
    return found


def _judged_one_event(
    cases: Mapping[str, Case], judgements: Iterable[JudgementRow]
) -> set[tuple[str, str]]:
    """Return the pairs of claims judged to be about the same event, in both orders."""
    pairs = set()
    for row in judgements:
        one, other = ((end or "").removeprefix("claim/") for end in (row.about, row.other))
        if row.kind == "same-event" and one in cases and other in cases:
            pairs |= {(one, other), (other, one)}
    return pairs


def _joined(case: Case, other: Case) -> Case:
    """Add to a case the assertions on another claim about its event that apply to both."""
    have = {said.row.id for said in case.borne}

    def applying(rows: Iterable[Said]) -> tuple[Said, ...]:
        """Return the assertions that apply to both claims and are not there yet."""
        return tuple(
            said
            for said in rows
            if said.voice and said.row.id not in have and bears(said.row, other.claim, case.claim)
        )

    affirmed, denied = applying(other.affirmed), applying(other.denied)
    doubted = applying(other.doubted)
    return replace(
        case,
        affirmed=(*case.affirmed, *affirmed),
        denied=(*case.denied, *denied),
        doubted=(*case.doubted, *doubted),
        borne=(*case.borne, *affirmed, *denied, *doubted),
        circles=(*case.circles, *other.circles),
    )
