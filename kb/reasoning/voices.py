"""Whose voice an assertion is, where a document comes from, and what stake a voice has in a claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.model import identifiers
from kb.reasoning.affiliations import VOICELESS, Sides, sides_of
from kb.reasoning.tables import (
    AssertionRow,
    ClaimRow,
    JudgementRow,
    Period,
    SourceRow,
    Tables,
    entity_object,
)


def roots(sources: Iterable[SourceRow], judgements: Iterable[JudgementRow] = ()) -> dict[str, str]:
    """Source id → id of the document at the root of its lineage; copies, translations and
    syndications share one.

    A copy is told by the source itself or by a judgement on the whole of it (see `excerpts` for
    lines). Among documents that copy
    each other in a circle the first by name is the root.

    >>> roots([SourceRow("a"), SourceRow("b", copy_of="a"), SourceRow("c")], [JudgementRow("copy-of", "source/c", "source/b")])
    {'a': 'a', 'b': 'a', 'c': 'a'}
    """
    judged = sorted(
        (j.about, j.other)
        for j in judgements
        if j.kind == "copy-of" and j.about and j.other and not j.span
    )
    parents = {
        about.removeprefix("source/"): other.removeprefix("source/")
        for about, other in reversed(judged)
    }
    rows = list(sources)
    parents |= {s.id: s.copy_of for s in rows if s.copy_of}
    found: dict[str, str] = {}
    for row in rows:
        if row.id not in found:
            _trace(row.id, parents, found)
    return {row.id: found[row.id] for row in rows}


def excerpts(judgements: Iterable[JudgementRow]) -> dict[str, tuple[tuple[int, int, str], ...]]:
    """Source id → start and end of each range of it that was copied, and from which source: code
    points from 0, end exclusive.

    >>> excerpts([JudgementRow("copy-of", "source/c", "source/b", span=(0, 80))])
    {'c': ((0, 80, 'b'),)}
    """
    found: dict[str, set[tuple[int, int, str]]] = defaultdict(set)
    for judgement in judgements:
        if judgement.kind == "copy-of" and judgement.about and judgement.other and judgement.span:
            found[judgement.about.removeprefix("source/")].add(
                (*judgement.span, judgement.other.removeprefix("source/"))
            )
    return {source: tuple(sorted(ranges)) for source, ranges in found.items()}


def _trace(source: str, parents: Mapping[str, str], found: dict[str, str]) -> None:
    """Note the root of a source and of all between the two; each source is walked through once, however long the chain."""
    trail: dict[str, None] = {}
    here: str | None = source
    while here is not None and here not in found and here not in trail:
        trail[here] = None
        here = parents.get(here)
    names = list(trail)
    if here is None:
        root = names[-1]
    elif here in found:
        root = found[here]
    else:
        root = min(names[names.index(here) :])
    found.update(dict.fromkeys(trail, root))


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks in which assertion, with everything needed to tell."""

    sides: Sides
    sources: Mapping[str, SourceRow]
    roots: Mapping[str, str]
    excerpts: Mapping[str, tuple[tuple[int, int, str], ...]]
    naming: Mapping[str, str]

    def root(self, assertion: AssertionRow) -> str:
        """Root document of the source in which the assertion was found, or of the source from which
        its lines were copied.
        """
        source = assertion.source or ""
        passage = identifiers.span(assertion.quote or "")
        for start, end, original in self.excerpts.get(source, ()):
            if passage and start <= passage[0] and passage[1] <= end:
                return self.roots.get(original, original)
        return self.roots.get(source, source)

    def period(self, assertion: AssertionRow) -> Period:
        """When it was said: as told, else when the root document was published, else the source."""
        if assertion.said_from or assertion.said_to:
            return assertion.said_from, assertion.said_to
        for source in (self.root(assertion), assertion.source or ""):
            row = self.sources.get(source)
            if row and (row.published_from or row.published_to):
                return row.published_from, row.published_to
        return None, None

    def published(self, assertion: AssertionRow) -> SourceRow | None:
        """The source in which it was found."""
        return self.sources.get(assertion.source or "")

    def voice(self, assertion: AssertionRow) -> str | None:
        """`source/x` for an author's own words, else `entity/x`: the outermost party; None for
        nobody in particular.
        """
        speaker, root = assertion.speaker, self.root(assertion)
        if speaker is None:
            return None
        if speaker in {s.author for s in (self.published(assertion), self.sources.get(root)) if s}:
            return f"source/{root}"
        if self.naming.get(speaker) in VOICELESS:
            return None
        return f"entity/{self.sides.chain(speaker, self.period(assertion))[-1]}"

    def stake(self, assertion: AssertionRow, claim: ClaimRow) -> str:
        """What the speaker's party has to do with the claim: party, aligned, rival, unknown or
        no-known-stake.

        The words of an author are judged by the author. Rivals are also a rival's allies and an
        ally's rivals, so that a party and
        its backer are never taken for independent of each other.
        """
        if assertion.speaker is None:
            return "unknown"
        period = self.period(assertion)
        actor = self.sides.chain(assertion.speaker, period)[-1]
        involved = frozenset(e for p in participants(claim) for e in self.sides.chain(p, period))
        friends = involved.union(*(self.sides.allies(e, period) for e in involved))
        if actor in involved:
            return "party"
        if actor in friends:
            return "aligned"
        if self.sides.opposed(self.sides.allies(actor, period) | {actor}, friends, period):
            return "rival"
        unnamed = (
            self.naming.get(assertion.speaker) == "unnamed"
            and assertion.speaker not in self.sides.tied
        )
        return "unknown" if unnamed else "no-known-stake"


def participants(claim: ClaimRow) -> tuple[str, ...]:
    """Subject, object and whoever has a role.

    >>> participants(ClaimRow("c", subject="a", object="b", roles=(("victim", "v"),)))
    ('a', 'b', 'v')
    """
    about = (claim.subject, entity_object(claim), *(e for _, e in claim.roles))
    return tuple(e for e in about if e)


def speech(tables: Tables) -> Speech:
    """The lookup for voices and stakes, built once from the tables."""
    return Speech(
        sides_of(tables),
        {s.id: s for s in tables.sources},
        roots(tables.sources, tables.judgements),
        excerpts(tables.judgements),
        {e.id: e.naming for e in tables.entities},
    )
