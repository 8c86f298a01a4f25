"""The assertions on one claim, sorted into what still stands, what was taken back, and who answers
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from kb.reasoning.echoes import echoes
from kb.reasoning.tables import AssertionRow, ClaimRow, JudgementRow, Period, Tables
from kb.reasoning.voices import Speech
from kb.reasoning.voices import speech as speech_of


@dataclass(frozen=True, slots=True)
class Said:
    """One assertion with its voice (None: nobody in particular), its days, its root document, since
    when it was public, and the
    assertion that it only echoes: then it has the voice of that one."""

    row: AssertionRow
    voice: str | None
    period: Period
    root: str
    public: date | None
    echo: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One claim and everything said about it. `affirmed` and `denied` may hold assertions without a
    voice.
    """

    claim: ClaimRow
    affirmed: tuple[Said, ...] = ()
    denied: tuple[Said, ...] = ()
    otherwise: tuple[Said, ...] = ()  # denies only how it is characterised
    doubted: tuple[Said, ...] = ()
    silent: tuple[Said, ...] = ()
    retractions: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()  # with those retractions that are of a denial or a doubt
    disowned: tuple[Said, ...] = ()

    @property
    def voices_for(self) -> tuple[str, ...]:
        """Voices whose affirmation stands."""
        return voices_of(self.affirmed)

    @property
    def voices_against(self) -> tuple[str, ...]:
        """Voices that deny more than how it is characterised."""
        return voices_of(self.denied)

    @property
    def asserted(self) -> bool:
        """Has anyone taken any stance on it?"""
        return any(
            (
                self.affirmed,
                self.denied,
                self.otherwise,
                self.doubted,
                self.silent,
                self.retractions,
                self.taken_back,
            )
        )


def voices_of(said: Iterable[Said]) -> tuple[str, ...]:
    """Different voices, sorted."""
    return tuple(sorted({s.voice for s in said if s.voice}))


def weigh(tables: Tables, speech: Speech) -> dict[str, Case]:
    """Claim id → case. Claims judged the same share their assertions."""
    groups = same_claims(tables.claims, tables.judgements)
    by_group: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in sorted(tables.assertions, key=lambda a: a.id):
        if row.claim in groups:
            by_group[groups[row.claim]].append(row)
    evidence = {group: _sorted_out(_heard(rows, speech)) for group, rows in by_group.items()}
    return {c.id: Case(c, **evidence.get(groups[c.id], {})) for c in tables.claims}


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
    """Assertion id → voice: `entity/x` or `source/x`; None where nobody in particular speaks. An
    echo has the voice that it echoes.

    >>> from kb.reasoning.tables import AffiliationRow
    >>> voices(Tables(assertions=(AssertionRow("a", speaker="ann"),), affiliations=(AffiliationRow("ann", "speaks-for", "north"),)))
    {'a': 'entity/north'}
    """
    told = speech_of(tables)
    found = {a.id: told.voice(a) for a in tables.assertions}
    return found | {id: found[echoed] for id, echoed in all_echoes(tables, told).items()}


def all_echoes(tables: Tables, speech: Speech) -> dict[str, str]:
    """Assertion id → id of the assertion on the same claim that it only echoes.

    >>> all_echoes(Tables(), speech_of(Tables()))
    {}
    """
    groups = same_claims(tables.claims, tables.judgements)
    by_group: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in tables.assertions:
        if row.claim in groups:
            by_group[groups[row.claim]].append(row)
    return {id: echoed for rows in by_group.values() for id, echoed in echoes(rows, speech).items()}


def _heard(rows: list[AssertionRow], speech: Speech) -> list[Said]:
    echoed = echoes(rows, speech)
    said = {row.id: _said(row, speech) for row in rows}
    return [
        replace(s, voice=said[echoed[id]].voice, echo=echoed[id]) if id in echoed else s
        for id, s in said.items()
    ]


def _said(row: AssertionRow, speech: Speech) -> Said:
    source = speech.published(row)
    return Said(
        row,
        speech.voice(row),
        speech.period(row),
        speech.root(row),
        source.published_to if source else None,
    )


def _sorted_out(rows: list[Said]) -> dict[str, tuple[Said, ...]]:
    by_stance: dict[str, list[Said]] = defaultdict(list)
    for said in rows:
        by_stance[said.row.stance or ""].append(said)
    disowned = [s for s in rows if any(_disowns(d, s) for d in by_stance["disowns"])]
    mute = {s.row.id for s in disowned}
    counted = {
        stance: [_muted(s) if s.row.id in mute else s for s in said]
        for stance, said in by_stance.items()
    }
    retractions = counted.get("retracts", [])
    answers = [*counted.get("denies", []), *counted.get("doubts", [])]
    recanting = [
        r
        for r in retractions
        if not _taken_back(counted.get("affirms", []), [r]) and _taken_back(answers, [r])
    ]
    gone = _taken_back(counted.get("affirms", []), retractions) + _taken_back(answers, recanting)
    affirmed, denied, doubted = (
        [s for s in counted.get(x, []) if s not in gone] for x in ("affirms", "denies", "doubts")
    )
    return {
        "affirmed": tuple(affirmed),
        "denied": tuple(s for s in denied if set(s.row.scope) != {"characterisation"}),
        "otherwise": tuple(s for s in denied if set(s.row.scope) == {"characterisation"}),
        "doubted": tuple(doubted),
        "silent": tuple(by_stance["silent"]),
        "retractions": tuple(r for r in retractions if r not in recanting),
        "taken_back": (*gone, *recanting),
        "disowned": tuple(disowned),
    }


def _muted(said: Said) -> Said:
    return replace(said, voice=None)


def _same_person(one: Said, other: Said) -> bool:
    """The same voice, or the same speaker: an author's correction is another document, and so
    another voice.
    """
    return one.voice is not None and (
        one.voice == other.voice or one.row.speaker == other.row.speaker
    )


def _disowns(disowning: Said, said: Said) -> bool:
    """Only one's own words can be disowned: the assertion named, else every affirmation."""
    target = disowning.row.target
    named = said.row.id == target if target else said.row.stance == "affirms"
    return named and said.row.id != disowning.row.id and _same_person(disowning, said)


def _taken_back(said: Iterable[Said], retractions: Iterable[Said]) -> list[Said]:
    """What retractions are of: what the same voice affirmed; a voice that affirmed nothing takes
    back its denial or doubt.
    """
    by = list(retractions)
    return [s for s in said if any(_takes_back(r, s) for r in by)]


def _takes_back(retraction: Said, said: Said) -> bool:
    """Everything the same voice said, unless it is known to have been said afterwards."""
    end, start = retraction.period[1], said.period[0]
    return _same_person(retraction, said) and not (end and start and start > end)
