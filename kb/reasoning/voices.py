"""Whose voice an assertion is, where a document comes from, and what stake a voice has in a claim."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kb.model import identifiers
from kb.reasoning.affiliations import VOICELESS, Sides, sides_of
from kb.reasoning.graph import closed, linked
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
    """Source id → id of the document at the root of its lineage; copies, translations, versions
    and syndications share one.

    A copy is stated by the source itself or by a judgement on the whole of it (see `excerpts` for
    lines). Documents that copy each other in a circle share one root, whichever.

    >>> roots([SourceRow("a"), SourceRow("b", copy_of="a"), SourceRow("c")], [JudgementRow("copy-of", "source/c", "source/b")])
    {'a': 'a', 'b': 'a', 'c': 'a'}
    """
    rows = list(sources)
    parents = _parents(rows, judgements)
    found: dict[str, str] = {}
    for row in rows:
        if row.id not in found:
            _trace(row.id, parents, found)
    return {row.id: found[row.id] for row in rows}


def _parents(rows: Iterable[SourceRow], judgements: Iterable[JudgementRow]) -> dict[str, str]:
    """Source id → id of the document that it was copied from, or is a version of."""
    listed = list(rows)
    judged = sorted(
        (j.about, j.other)
        for j in judgements
        if j.kind == "copy-of" and j.about and j.other and not j.span
    )
    parents = {
        about.removeprefix("source/"): other.removeprefix("source/")
        for about, other in reversed(judged)
    }
    parents |= {s.id: s.version_of for s in listed if s.version_of}
    return parents | {s.id: s.copy_of for s in listed if s.copy_of}


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
    """Who speaks in which assertion, with everything needed to decide it.

    `houses` maps each document to its publisher, else its author; `writers` to all who speak in its
    own words, those of the document that it copies and of its root included. `apart` are pairs of entities judged to be different.
    """

    sides: Sides
    sources: Mapping[str, SourceRow]
    roots: Mapping[str, str]
    excerpts: Mapping[str, tuple[tuple[int, int, str], ...]]
    naming: Mapping[str, str]
    described: Mapping[str, frozenset[str]]
    sorts: Mapping[str, str]
    within: Mapping[str, tuple[str, ...]]
    apart: frozenset[frozenset[str]]
    houses: Mapping[str, str]
    writers: Mapping[str, frozenset[str]]

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
        """When it was said: as stated, else when the root document was published, else the source.

        A later version has a day of its own, though it shares the root.
        """
        if assertion.said_from or assertion.said_to:
            return assertion.said_from, assertion.said_to
        own = self.sources.get(assertion.source or "")
        names = () if own and own.version_of else (self.root(assertion),)
        for source in (*names, assertion.source or ""):
            row = self.sources.get(source)
            if row and (row.published_from or row.published_to):
                return row.published_from, row.published_to
        return None, None

    def published(self, assertion: AssertionRow) -> SourceRow | None:
        """The source in which it was found."""
        return self.sources.get(assertion.source or "")

    def own(self, assertion: AssertionRow) -> bool:
        """Return whether these are a document's own words: of an author or of the publisher."""
        documents = (self.root(assertion), assertion.source or "")
        return any(assertion.speaker in self.writers.get(d, ()) for d in documents)

    def house(self, assertion: AssertionRow) -> str | None:
        """Who answers for the document in which it was found: its publisher, else its author."""
        root = self.root(assertion)
        return self.houses.get(root) or self.houses.get(assertion.source or "")

    def voice(self, assertion: AssertionRow) -> str | None:
        """Return the voice as `entity/x`; None for nobody in particular.

        It is the outermost party on whose behalf somebody speaks, in a document's own words the
        house. Who speaks for two parties is a voice of their own.
        """
        speaker = assertion.speaker
        if speaker is None or self.naming.get(speaker) == "unattributed":
            return None
        period = self.period(assertion)
        behalf = self.behalf(assertion)
        if len(behalf) == 1:
            return f"entity/{self.sides.party(behalf[0], period)}"
        own = self.house(assertion) if self.own(assertion) else None
        party = self.sides.party(own or speaker, period)
        return None if self.naming.get(party) in VOICELESS else f"entity/{party}"

    def behalf(self, assertion: AssertionRow) -> tuple[str, ...]:
        """On whose behalf it is said, as the assertion itself says; nobody in particular is nobody."""
        return tuple(b for b in assertion.on_behalf if self.naming.get(b) not in VOICELESS)

    def identities(self, assertion: AssertionRow) -> frozenset[str]:
        """Everybody whose word it is: the speaker, the parties, in own words the writers as well."""
        if assertion.speaker is None:
            return frozenset()
        found = {assertion.speaker, *self.behalf(assertion)}
        voice = self.voice(assertion)
        if voice:
            found.add(voice.removeprefix("entity/"))
        if self.own(assertion):
            found |= self.writers.get(self.root(assertion), frozenset())
            found |= self.writers.get(assertion.source or "", frozenset())
        return frozenset(found)

    def side(self, assertion: AssertionRow) -> frozenset[str]:
        """All whose word it is, what they belong to, and the allies of these."""
        period = self.period(assertion)
        return frozenset().union(*(self.sides.side(e, period) for e in self.identities(assertion)))

    def through(self, assertion: AssertionRow) -> tuple[str, ...]:
        """Voices through which it came, outermost first: the house, then the relays.

        Empty for a document's own words that nobody else passed on.
        """
        period = self.period(assertion)
        house = None if self.own(assertion) else self.house(assertion)
        mine = {f"entity/{e}" for e in self.identities(assertion)}
        writers = self.writers.get(self.root(assertion), frozenset())
        relays = (house if r in writers and house else r for r in assertion.relays)
        chain = (
            f"entity/{self.sides.party(e, period)}"
            for e in (house, *relays)
            if e and self.naming.get(e) not in VOICELESS
        )
        return tuple(v for v in dict.fromkeys(chain) if v not in mine)

    def through_rival(self, assertion: AssertionRow) -> bool:
        """Return whether it came through somebody who is a rival of the one who speaks."""
        period, speaker = self.period(assertion), assertion.speaker
        return speaker is not None and any(
            self.sides.rivals(speaker, relay.removeprefix("entity/"), period)
            for relay in self.through(assertion)
        )

    def speaks_for(self, assertion: AssertionRow) -> frozenset[str]:
        """Whose own word it surely is: the speaker's, and that of the party they speak for."""
        if assertion.speaker is None:
            return frozenset()
        period, speaker = self.period(assertion), assertion.speaker
        behalf = self.behalf(assertion)
        found = {speaker} if self.naming.get(speaker) not in VOICELESS else set()
        if len(behalf) == 1:
            found |= {behalf[0], self.sides.party(behalf[0], period, surely=True)}
        elif not behalf:
            found.add(self.sides.party(speaker, period, surely=True))
        if self.own(assertion) and (house := self.house(assertion)):
            found.add(self.sides.party(house, period, surely=True))
        return frozenset(found)

    def stake(self, assertion: AssertionRow, claim: ClaimRow) -> str:
        """What the speaker's party has to do with the claim: party, aligned, rival, unknown or
        no-known-stake.

        A party is whoever takes part, its parts, its owner, and who owns or contains what takes
        part. Rivals are also a rival's allies and an ally's rivals, so that a party and its backer
        are never taken for independent of each other.
        """
        if assertion.speaker is None:
            return "unknown"
        period, sides = self.period(assertion), self.sides
        mine = self.identities(assertion)
        taking_part = frozenset(participants(claim))
        involved = self._involved(claim, period)
        own = frozenset().union(*(sides.whole(e, period) for e in mine))
        if mine & involved or own & taking_part:
            return "party"
        friends = frozenset().union(*(sides.side(e, period) for e in involved))
        side = self.side(assertion)
        if mine & friends or taking_part & side:
            return "aligned"
        if sides.opposed(side, friends, period):
            return "rival"
        unnamed = (
            self.naming.get(assertion.speaker) == "unnamed" and assertion.speaker not in sides.tied
        )
        return "unknown" if unnamed else "no-known-stake"

    def _involved(self, claim: ClaimRow, period: Period) -> frozenset[str]:
        """Who takes part, with all that they are a part or a possession of, or lie within."""
        placed = {e for role, e in claim.roles if role in _WHERE}

        def around(new: Collection[str]) -> set[str]:
            """What these belong to, and where they are, but for places that only say where."""
            found = {e for one in new for e in self.sides.whole(one, period)}
            return found | linked(self.within, set(new) - placed)

        return frozenset(closed(participants(claim), around))

    def one_person(self, one: str, other: str) -> bool:
        """Return whether two unnamed speakers may be one person: the description of one fits the
        other, or both are of one sort, and nobody judged them to be different.

        A senior official may be the official who is close to the talks.
        """
        if one not in self.described or other not in self.described:
            return False
        left, right = self.described[one], self.described[other]
        alike = left <= right or right <= left or self.sorts[one] == self.sorts[other]
        return alike and frozenset((one, other)) not in self.apart


# Roles that say where something happened: who contains the place has no part in it.
_WHERE: Final = frozenset({"place", "origin", "destination", "topic"})
_NOT_TELLING: Final = frozenset({"a", "an", "the", "one", "another", "some", "of", "in", "from"})


def participants(claim: ClaimRow) -> tuple[str, ...]:
    """Subject, object and whoever has a role.

    >>> participants(ClaimRow("c", subject="a", object="b", roles=(("victim", "v"),)))
    ('a', 'b', 'v')
    """
    about = (claim.subject, entity_object(claim), *(e for _, e in claim.roles))
    return tuple(e for e in about if e)


# Words after which a description says where somebody is from, or what they are close to.
_FURTHER: Final = re.compile(
    r"\b(?:of|in|from|at|on|by|with|for|near|close|familiar|who|whose|that|to|within|inside)\b|,",
    re.IGNORECASE,
)


def sort_of(text: str) -> str:
    """Return what sort of person a description names: the last word before what it adds.

    >>> sort_of("senior officials close to the talks"), sort_of("an official of the ministry")
    ('official', 'official')
    """
    words = re.findall(r"[^\W\d_]+", _FURTHER.split(text.casefold())[0])
    return words[-1].removesuffix("s") if words else ""


def description(text: str) -> frozenset[str]:
    """Return the telling words of how somebody is described; their number does not matter.

    >>> sorted(description("residents of the town, 1 of 2"))
    ['resident', 'town']
    """
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return frozenset(w.removesuffix("s") for w in words if w not in _NOT_TELLING)


def speech(tables: Tables) -> Speech:
    """Build the lookup for voices and stakes from the tables."""
    root = roots(tables.sources, tables.judgements)
    parents = _parents(tables.sources, tables.judgements)
    signed = {
        s.id: frozenset(e for e in (s.author, s.publisher, *s.co_authors) if e)
        for s in tables.sources
    }
    none: frozenset[str] = frozenset()
    writers = {
        id: own | signed.get(parents.get(id, ""), none) | signed.get(root[id], none)
        for id, own in signed.items()
    }
    houses = {s.id: s.publisher or s.author for s in tables.sources}
    return Speech(
        sides_of(tables),
        {s.id: s for s in tables.sources},
        root,
        excerpts(tables.judgements),
        {e.id: e.naming for e in tables.entities},
        {e.id: description(e.described) for e in tables.entities if e.naming == "unnamed"},
        {e.id: sort_of(e.described) for e in tables.entities if e.naming == "unnamed"},
        {e.id: e.within for e in tables.entities if e.within},
        frozenset(_apart(tables.judgements)),
        {id: house for id, house in houses.items() if house},
        writers,
    )


def _apart(judgements: Iterable[JudgementRow]) -> Iterator[frozenset[str]]:
    for j in judgements:
        if j.kind == "different-entity" and j.about and j.other:
            yield frozenset(e.removeprefix("entity/") for e in (j.about, j.other))
