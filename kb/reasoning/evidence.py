"""The assertions on one claim, sorted into what counts, what was taken back, and who answers it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb.reasoning.echoes import Echoes, echoes
from kb.reasoning.independence import Said
from kb.reasoning.propositions import bears
from kb.reasoning.stances import Settled, settled
from kb.reasoning.tables import AssertionRow, ClaimRow, JudgementRow, Tables
from kb.reasoning.voices import Speech
from kb.reasoning.voices import speech as speech_of

__all__ = ["Case", "Said", "all_echoes", "same_claims", "voices", "voices_of", "weigh"]


@dataclass(frozen=True, slots=True)
class Case:
    """One claim and everything said about it. `affirmed` and `denied` may hold assertions without a
    voice.

    `possible` is what somebody holds possible, which supports nothing. `borne` are assertions on
    another claim of the same event that count here as well. `unordered` are assertions of one voice
    that do not fit together, where nothing says which came last.
    """

    claim: ClaimRow
    affirmed: tuple[Said, ...] = ()
    denied: tuple[Said, ...] = ()
    otherwise: tuple[Said, ...] = ()  # denies only how it is characterised
    doubted: tuple[Said, ...] = ()
    silent: tuple[Said, ...] = ()
    possible: tuple[Said, ...] = ()
    retractions: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()  # with those retractions that are of a denial or a doubt
    disowned: tuple[Said, ...] = ()
    overruled: tuple[Said, ...] = ()
    overruling: tuple[Said, ...] = ()
    unordered: tuple[Said, ...] = ()
    borne: tuple[Said, ...] = ()
    circles: tuple[frozenset[str], ...] = ()

    @property
    def voices_for(self) -> tuple[str, ...]:
        """Voices whose affirmation counts."""
        return voices_of(self.affirmed)

    @property
    def voices_against(self) -> tuple[str, ...]:
        """Voices that deny more than how it is characterised."""
        return voices_of(self.denied)

    @property
    def asserted(self) -> bool:
        """Whether anyone has taken any stance on it."""
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
                self.overruled,
                self.overruling,
            )
        )


def voices_of(said: Iterable[Said]) -> tuple[str, ...]:
    """Different voices, sorted."""
    return tuple(sorted({s.voice for s in said if s.voice}))


def weigh(tables: Tables, speech: Speech) -> dict[str, Case]:
    """Claim id → case. Claims judged the same share their assertions; claims judged to be of the
    same event share what bears on both.
    """
    groups = same_claims(tables.claims, tables.judgements)
    rows = _by_group(tables, groups)
    evidence = {group: _case(said, speech) for group, said in rows.items()}
    nothing: Mapping[str, Any] = {}
    cases = {c.id: Case(c, **evidence.get(groups[c.id], nothing)) for c in tables.claims}
    return cases | _of_one_event(cases, groups, tables.judgements)


def _by_group(tables: Tables, groups: Mapping[str, str]) -> dict[str, list[AssertionRow]]:
    found: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in sorted(tables.assertions, key=lambda a: a.id):
        group = groups.get(row.claim or "")
        if group is not None:
            found[group].append(row)
    return found


def same_claims(claims: Iterable[ClaimRow], judgements: Iterable[JudgementRow]) -> dict[str, str]:
    """Claim id → first id of the claims judged the same as it.

    >>> same_claims([ClaimRow("a"), ClaimRow("b"), ClaimRow("c")], [JudgementRow("same-claim", "claim/c", "claim/a")])
    {'a': 'a', 'b': 'b', 'c': 'a'}
    """
    first = {c.id: c.id for c in claims}

    def find(claim: str) -> str:
        """The claim that stands for all that are the same."""
        while first[claim] != claim:
            claim = first[claim]
        return claim

    for judgement in judgements:
        one, other = ((j or "").removeprefix("claim/") for j in (judgement.about, judgement.other))
        if judgement.kind == "same-claim" and one in first and other in first:
            low, high = sorted((find(one), find(other)))
            first[high] = low
    return {claim: find(claim) for claim in first}


def voices(tables: Tables) -> dict[str, str | None]:
    """Assertion id → voice, as `entity/x`; None where nobody in particular speaks. An echo has the
    voice that it echoes.

    >>> from kb.reasoning.tables import AffiliationRow
    >>> voices(Tables(assertions=(AssertionRow("a", speaker="ann"),), affiliations=(AffiliationRow("ann", "speaks-for", "north"),)))
    {'a': 'entity/north'}
    """
    speech = speech_of(tables)
    found = {a.id: speech.voice(a) for a in tables.assertions}
    return found | {id: found[echoed] for id, echoed in all_echoes(tables, speech).items()}


def all_echoes(tables: Tables, speech: Speech) -> dict[str, str]:
    """Assertion id → id of the assertion on the same claim that it only echoes.

    What was taken back, or adds no voice for another reason, echoes nothing and is not echoed.

    >>> all_echoes(Tables(), speech_of(Tables()))
    {}
    """
    groups = same_claims(tables.claims, tables.judgements)
    found: dict[str, str] = {}
    for rows in _by_group(tables, groups).values():
        found |= _echoes(settled(rows, speech), speech).of
    return found


def _echoes(found: Settled, speech: Speech) -> Echoes:
    """Echoes among what counts."""
    return echoes((s.row for s in found.counting if s.voice), speech)


def _case(rows: Sequence[AssertionRow], speech: Speech) -> dict[str, Any]:
    """The fields of a case, from the assertions on its claim."""
    found = settled(rows, speech)
    echoed = _echoes(found, speech)
    voice = {s.row.id: s.voice for s in found.counting}
    counting = [
        replace(s, voice=voice[echoed.of[s.row.id]], echo=echoed.of[s.row.id])
        if s.row.id in echoed.of
        else s
        for s in found.counting
    ]
    stance: dict[str, list[Said]] = defaultdict(list)
    for said in counting:
        stance[said.row.stance or ""].append(said)
    return {
        "affirmed": tuple(stance["affirms"]),
        "denied": tuple(s for s in stance["denies"] if not characterises(s)),
        "otherwise": tuple(s for s in stance["denies"] if characterises(s)),
        "doubted": tuple(stance["doubts"]),
        "silent": tuple(stance["silent"]),
        "possible": found.possible,
        "retractions": found.retractions,
        "taken_back": found.taken_back,
        "disowned": found.disowned,
        "overruled": found.overruled,
        "overruling": found.overruling,
        "unordered": found.unordered,
        "circles": echoed.circles,
    }


def characterises(said: Said) -> bool:
    """Return whether a denial is only of how it is characterised."""
    return set(said.row.scope) == {"characterisation"}


def _of_one_event(
    cases: Mapping[str, Case], groups: Mapping[str, str], judgements: Iterable[JudgementRow]
) -> dict[str, Case]:
    """Cases to which another claim of the same event adds what is said of both."""
    found: dict[str, Case] = {}
    pairs = set()
    for j in judgements:
        ends = [(end or "").removeprefix("claim/") for end in (j.about, j.other)]
        if j.kind == "same-event" and all(e in cases for e in ends):
            pairs |= {(ends[0], ends[1]), (ends[1], ends[0])}
    for claim, other in sorted(pairs):
        if groups[claim] != groups[other]:
            found[claim] = _joined(found.get(claim, cases[claim]), cases[other])
    return found


def _joined(case: Case, other: Case) -> Case:
    """The case with what is said of another claim of its event."""

    def bearing(rows: Iterable[Said]) -> tuple[Said, ...]:
        """What of these is said of both claims; nothing twice."""
        have = {s.row.id for s in case.borne}
        return tuple(
            s
            for s in rows
            if s.voice and s.row.id not in have and bears(s.row, other.claim, case.claim)
        )

    new = [bearing(rows) for rows in (other.affirmed, other.denied, other.doubted)]
    return replace(
        case,
        affirmed=(*case.affirmed, *new[0]),
        denied=(*case.denied, *new[1]),
        doubted=(*case.doubted, *new[2]),
        borne=(*case.borne, *new[0], *new[1], *new[2]),
        circles=(*case.circles, *other.circles),
    )
