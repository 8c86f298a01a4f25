"""Voices: who speaks in an assertion, and the stake of a voice in a claim."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kb.model import identifiers
from kb.model.vocabulary import UNATTRIBUTED
from kb.reasoning.graph import Many, closed, grouped, linked
from kb.reasoning.speakers.affiliations import VOICELESS, Sides, sides_of
from kb.reasoning.speakers.lineage import excerpts, predecessors, roots
from kb.reasoning.speakers.spoken import Spoken, identities
from kb.reasoning.tables import (
    AssertionRow,
    ClaimRow,
    JudgementRow,
    Period,
    SourceRow,
    Tables,
    entity_object,
)
from kb.text.descriptions import sort_of, telling_words

_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Speech:
    """Lookup of who speaks in an assertion.

    `naming`, `described` and `sorts` are those of entities, `within` the places around a place.
    `people` are unnamed persons and groups.
    `apart` are pairs of entities judged to be different. `houses` maps each document to its
    publisher, or else its author, `writers` to all who speak in its own words, including those of
    the document that it copies and of its root, and `versions` to its later versions.
    """

    sides: Sides
    sources: Mapping[str, SourceRow]
    roots: Mapping[str, str]
    excerpts: Mapping[str, tuple[tuple[int, int, str], ...]]
    naming: Mapping[str, str]
    described: Mapping[str, frozenset[str]]
    sorts: Mapping[str, str]
    people: frozenset[str]
    within: Mapping[str, tuple[str, ...]]
    apart: frozenset[frozenset[str]]
    houses: Mapping[str, str]
    writers: Mapping[str, frozenset[str]]
    versions: Many
    _spoken: dict[int, Spoken] = field(default_factory=dict, compare=False, repr=False)

    def _of(self, assertion: AssertionRow) -> Spoken:
        """Return what is known of an assertion."""
        found = self._spoken.get(id(assertion))
        # The row is kept, so that no other one can have its number in the meantime.
        if found is None or found.row is not assertion:
            found = self._spoken[id(assertion)] = self._looked_up(assertion)
        return found

    def _looked_up(self, assertion: AssertionRow) -> Spoken:
        """Look up who speaks in an assertion."""
        root, source = self._root(assertion), assertion.source or ""
        period = self._period(assertion, root)
        house = self.houses.get(root) or self.houses.get(source)
        signed = self.writers.get(root, _NOBODY)
        if root != source:
            signed |= self.writers.get(source, _NOBODY)
        own = assertion.speaker in signed
        behalf = assertion.on_behalf and tuple(
            who for who in assertion.on_behalf if self.naming.get(who) not in VOICELESS
        )
        voice = self._voice(assertion.speaker, behalf, house if own else None, period)
        return Spoken(assertion, root, period, house, signed, own, behalf, voice)

    def root(self, assertion: AssertionRow) -> str:
        """Return the root document of the source of an assertion, or of the source from which its
        lines were copied.
        """
        return self._of(assertion).root

    def _root(self, assertion: AssertionRow) -> str:
        """Find the root document."""
        source = assertion.source or ""
        copied = self.excerpts.get(source, ())
        # Spans are parsed only if needed, because roots are looked up very often.
        passage = identifiers.span(assertion.quote or "") if copied else None
        for start, end, original in copied:
            if passage and start <= passage[0] and passage[1] <= end:
                return self.roots.get(original, original)
        return self.roots.get(source, source)

    def period(self, assertion: AssertionRow) -> Period:
        """Return when an assertion was made: as stated, or else when the root document was
        published, or else the source.

        A later version has a day of its own, although it shares the root.
        """
        return self._of(assertion).period

    def _period(self, assertion: AssertionRow, root: str) -> Period:
        """Find the days on which an assertion was made."""
        if assertion.said_from or assertion.said_to:
            return assertion.said_from, assertion.said_to
        own = self.sources.get(assertion.source or "")
        names = () if own and own.version_of else (root,)
        for source in (*names, assertion.source or ""):
            row = self.sources.get(source)
            if row and (row.published_from or row.published_to):
                return row.published_from, row.published_to
        return None, None

    def published(self, assertion: AssertionRow) -> SourceRow | None:
        """Return the source in which an assertion was found."""
        return self.sources.get(assertion.source or "")

    def own(self, assertion: AssertionRow) -> bool:
        """Tell whether these are a document's own words: those of an author or of the publisher."""
        return self._of(assertion).own

    def house(self, assertion: AssertionRow) -> str | None:
        """Return who is responsible for the document: its publisher, or else its author."""
        return self._of(assertion).house

    def voice(self, assertion: AssertionRow) -> str | None:
        """Return the voice as `entity/x`; None for an unattributed speaker.

        It is the outermost party on whose behalf somebody speaks, or the house for a document's own
        words. Somebody who speaks for two parties is a voice of their own.
        """
        return self._of(assertion).voice

    def _voice(
        self, speaker: str | None, behalf: Sequence[str], own: str | None, period: Period
    ) -> str | None:
        """Find the voice. `own` is the house, for a document's own words."""
        if speaker is None or self.naming.get(speaker) == UNATTRIBUTED:
            return None
        if len(behalf) == 1:
            return f"entity/{self.sides.party(behalf[0], period)}"
        party = self.sides.party(own or speaker, period)
        return None if self.naming.get(party) in VOICELESS else f"entity/{party}"

    def behalf(self, assertion: AssertionRow) -> tuple[str, ...]:
        """Return the parties on whose behalf an assertion is stated to be made, without collective
        and unattributed ones.
        """
        return self._of(assertion).behalf

    def identities(self, assertion: AssertionRow) -> frozenset[str]:
        """Return everybody whose word it is: the speaker, the parties, and for a document's own
        words the writers.
        """
        spoken = self._of(assertion)
        if spoken.identities is None:
            spoken.identities = identities(spoken)
        return spoken.identities

    def side(self, assertion: AssertionRow) -> frozenset[str]:
        """Return everybody whose word it is, what they belong to, and the allies of these."""
        period, people = self._of(assertion).period, self.identities(assertion)
        return _NOBODY.union(*(self.sides.side(who, period) for who in people))

    def signed(self, assertion: AssertionRow) -> frozenset[str]:
        """Return who wrote or published the document, what it copies, and its root."""
        return self._of(assertion).signed

    def through(self, assertion: AssertionRow) -> tuple[str, ...]:
        """Return the voices that passed an assertion on: the house, the relays from outermost, and
        the writers of the document.

        There are none for a document's own words that nobody else passed on.
        """
        spoken = self._of(assertion)
        if spoken.through is None:
            spoken.through = self._through(spoken)
        return spoken.through

    def _through(self, spoken: Spoken) -> tuple[str, ...]:
        """Find the voices that passed an assertion on."""
        house, relays = spoken.house, spoken.row.relays
        if spoken.own and not relays:
            return ()
        mine = self.identities(spoken.row)
        writers = self.writers.get(spoken.root, _NOBODY) if relays else _NOBODY
        passing = [house if who in writers and house else who for who in relays]
        reporters = () if spoken.own else (house, *sorted(spoken.signed))
        chain = (
            self.sides.party(who, spoken.period)
            for who in (*reporters[:1], *passing, *reporters[1:])
            if who and self.naming.get(who) not in VOICELESS
        )
        return tuple(f"entity/{who}" for who in dict.fromkeys(chain) if who not in mine)

    def through_rival(self, assertion: AssertionRow) -> bool:
        """Tell whether a rival of the speaker passed an assertion on."""
        period, speaker = self._of(assertion).period, assertion.speaker
        # Only those who have ties have rivals.
        return speaker in self.sides.tied and any(
            self.sides.rivals(speaker, relay.removeprefix("entity/"), period)
            for relay in self.through(assertion)
        )

    def speaks_for(self, assertion: AssertionRow) -> frozenset[str]:
        """Return whose own word it certainly is: the speaker's, and that of their party."""
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
        """Return the stake of the speaker's party in a claim: party, aligned, rival, unknown or
        no-known-stake.

        Parties are those who take part, their parts, their owners, and who owns or contains what
        takes part. Rivals include a rival's allies and an ally's rivals, so that a party and its
        backer never count as independent of each other.
        """
        if assertion.speaker is None:
            return "unknown"
        period, sides = self._of(assertion).period, self.sides
        mine = self.identities(assertion)
        taking_part = frozenset(participants(claim))
        involved = self._involved(claim, period)
        own = _NOBODY.union(*(sides.whole(e, period) for e in mine))
        if mine & involved or own & taking_part:
            return "party"
        friends = _NOBODY.union(*(sides.side(e, period) for e in involved))
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
        """Return who takes part in a claim, and everything that they are a part or a possession
        of, or are within.
        """
        placed = {entity for role, entity in claim.roles if role in _WHERE}

        def around(new: Collection[str]) -> set[str]:
            """Return what these belong to, and the places around them. Of a place that only says
            where something happened, the places around it do not count.
            """
            found = {entity for one in new for entity in self.sides.whole(one, period)}
            return found | linked(self.within, [one for one in new if one not in placed])

        return frozenset(closed(participants(claim), around))

    def one_person(self, one: str, other: str) -> bool:
        """Tell whether two unnamed speakers may be the same, because nobody judged them to be
        different.

        Descriptions do not tell people apart: a senior official may be the person who is close to
        the talks. Organisations may be the same if the description of one fits the other, or both
        are of one sort.
        """
        if one not in self.described or other not in self.described:
            return False
        if frozenset((one, other)) in self.apart:
            return False
        left, right = self.described[one], self.described[other]
        alike = left <= right or right <= left or self.sorts[one] == self.sorts[other]
        return alike or {one, other} <= self.people


# Roles that say where something happened. Whoever contains that place takes no part.
_WHERE: Final = frozenset({"place", "origin", "destination", "topic"})


def participants(claim: ClaimRow) -> tuple[str, ...]:
    """Return subject, object and everybody with a role.

    >>> participants(ClaimRow("c", subject="a", object="b", roles=(("victim", "v"),)))
    ('a', 'b', 'v')
    """
    about = (claim.subject, entity_object(claim), *(entity for _, entity in claim.roles))
    return tuple(entity for entity in about if entity)


def speech(tables: Tables) -> Speech:
    """Build the lookup for voices and stakes from the tables."""
    root = roots(tables.sources, tables.judgements)
    unnamed = [entity for entity in tables.entities if entity.naming == "unnamed"]
    return Speech(
        sides=sides_of(tables),
        sources={source.id: source for source in tables.sources},
        roots=root,
        excerpts=excerpts(tables.judgements),
        naming={entity.id: entity.naming for entity in tables.entities},
        described={entity.id: telling_words(entity.described) for entity in unnamed},
        sorts={entity.id: sort_of(entity.described) for entity in unnamed},
        people=frozenset(entity.id for entity in unnamed if entity.people),
        within={entity.id: entity.within for entity in tables.entities if entity.within},
        apart=frozenset(_apart(tables.judgements)),
        houses={s.id: house for s in tables.sources if (house := s.publisher or s.author)},
        writers=_writers(tables, root),
        versions=grouped((s.version_of, s.id) for s in tables.sources if s.version_of),
    )


def _writers(tables: Tables, root: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return document → who wrote or published it, the document that it copies, or its root."""
    signed = {
        source.id: frozenset(filter(None, (source.author, source.publisher, *source.co_authors)))
        for source in tables.sources
    }
    parents, nobody = predecessors(tables.sources, tables.judgements), frozenset[str]()
    return {
        id: own | signed.get(parents.get(id, ""), nobody) | signed.get(root[id], nobody)
        for id, own in signed.items()
    }


def _apart(judgements: Iterable[JudgementRow]) -> Iterator[frozenset[str]]:
    """Yield the pairs of entities judged to be different."""
    for row in judgements:
        if row.kind == "different-entity" and row.about and row.other:
            yield frozenset(end.removeprefix("entity/") for end in (row.about, row.other))
