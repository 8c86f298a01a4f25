"""Removals of single records, and what each of them can reach at first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from kb.reasoning.analysis.reweighing import Baseline, Reached
from kb.reasoning.graph import Many, closed, grouped, linked
from kb.reasoning.speakers.affiliations import ALLIES, above, sides_of
from kb.reasoning.speakers.identity import same_entities
from kb.reasoning.speakers.voices import Speech, participants, speech
from kb.reasoning.tables import AffiliationRow, JudgementRow, Tables

# Judgements that two records are one: without them, other records come to be compared.
SAME: Final = ("same-claim", "same-event", "same-entity")
_OPPOSING: Final = ("contradicts", "does-not-contradict")


@dataclass(frozen=True, slots=True, order=True)
class Removal:
    """The removal of one record.

    `kind` is assertion, judgement, affiliation, or lineage (the copy-of of the source `id`).
    """

    kind: str
    id: str


def removals(tables: Tables) -> list[Removal]:
    """Return all removals of one record.

    >>> from kb.reasoning.tables import AssertionRow
    >>> removals(Tables(assertions=(AssertionRow("1"),)))
    [Removal(kind='assertion', id='1')]
    """
    return [
        *(Removal("assertion", a.id) for a in tables.assertions),
        *(Removal("judgement", j.id) for j in tables.judgements if j.id),
        *(Removal("affiliation", t.id) for t in tables.affiliations if t.id),
        *(Removal("lineage", s.id) for s in tables.sources if s.copy_of),
    ]


def without(tables: Tables, removal: Removal) -> Tables:
    """Return the tables as if a record had never been made.

    >>> from kb.reasoning.tables import AssertionRow
    >>> without(Tables(assertions=(AssertionRow("1"),)), Removal("assertion", "1")).assertions
    ()
    """
    match removal.kind:
        case "assertion":
            return replace(
                tables, assertions=tuple(a for a in tables.assertions if a.id != removal.id)
            )
        case "judgement":
            return replace(
                tables, judgements=tuple(j for j in tables.judgements if j.id != removal.id)
            )
        case "affiliation":
            return replace(
                tables, affiliations=tuple(t for t in tables.affiliations if t.id != removal.id)
            )
    return replace(
        tables,
        sources=tuple(
            replace(s, copy_of=None) if s.id == removal.id else s for s in tables.sources
        ),
    )


@dataclass(frozen=True, slots=True)
class Reaches:
    """What each removal can reach. Build it once with `reaches`.

    `by_source` are the claims to which a source, or a copy of it, speaks; `by_person` those in
    which somebody speaks or takes part, or whose sources they wrote. `by_tie` are the claims that a
    tie may matter to, `taking_part` those of them to whose participants it may matter, by position.
    """

    base: Baseline
    by_source: Many
    by_person: Many
    by_tie: Many
    taking_part: Many

    def of(self, removal: Removal) -> Reached | None:
        """Return what a removal can reach; None for a judgement that two claims or two entities
        are the same, without which anything near may differ.
        """
        if removal.kind == "assertion":
            claims = self.base.spoken_in.get(removal.id, ())
            heard = self.base.found.rules.speech
            return Reached(self.base.tables, heard, claims, gone={removal.id})
        tables = without(self.base.tables, removal)
        match removal.kind:
            case "affiliation":
                return self._of_tie(removal, tables)
            case "lineage":
                claims = self.by_source.get(f"source/{removal.id}", ())
                return Reached(tables, speech(tables), claims)
        rows = [row for row in self.base.tables.judgements if row.id == removal.id]
        if any(row.kind in SAME for row in rows):
            return None
        return self._of_judgements(rows, tables)

    def _of_tie(self, removal: Removal, tables: Tables) -> Reached:
        """Return what the removal of a tie can reach."""
        rules, ties = self.base.found.rules, enumerate(self.base.tables.affiliations)
        positions = [str(n) for n, row in ties if row.id == removal.id]
        exclusive = self.base.whole.rules.frame.holding
        facing = linked(self.taking_part, positions)
        return Reached(
            tables,
            replace(rules.speech, sides=sides_of(tables), _spoken={}),
            linked(self.by_tie, positions),
            {claim for claim in facing if self.base.rows[claim].predicate in exclusive},
        )

    def _of_judgements(self, rows: Iterable[JudgementRow], tables: Tables) -> Reached:
        """Return what the removal of these judgements can reach."""
        claims: set[str] = set()
        facing: set[str] = set()
        fated: set[str] = set()
        for row in rows:
            ends = {end for end in (row.about, row.other) if end}
            about = {end.removeprefix("claim/") for end in ends} & self.base.rows.keys()
            if row.kind == "copy-of":
                claims |= linked(self.by_source, ends)
            elif row.kind == "different-entity":
                claims |= linked(self.by_person, self.base.whole.rules.alike(ends))
            elif row.kind == "outcome":
                fated |= about
            elif row.kind in _OPPOSING:
                facing |= about
        heard = speech(tables) if claims else self.base.found.rules.speech
        return Reached(tables, heard, claims, facing, fated)

    def near(self, removal: Removal) -> frozenset[str]:
        """Return all claims that may differ without a judgement that two records are the same."""
        rows = [row for row in self.base.whole.tables.judgements if row.id == removal.id]
        ends = {end for row in rows for end in (row.about, row.other) if end}
        same = same_entities(self.base.whole.tables.judgements)
        people = {end.removeprefix("entity/") for end in ends if end.startswith("entity/")}
        people |= {same[one] for one in people if one in same}
        claims = {end.removeprefix("claim/") for end in ends}
        claims |= linked(self.by_source, ends) | (self._around(people) if people else set())
        return self.base.whole.near(claims)

    def _around(self, people: Collection[str]) -> set[str]:
        """Return the claims of these people, and those of people who have ties to them."""
        found = linked(self.by_person, (f"entity/{one}" for one in people))
        for claim in self.base.rows.keys() - found:
            ties = self.base.whole.tied(claim)
            if any(tie.member in people or tie.party in people for tie in ties):
                found.add(claim)
        return found


def reaches(base: Baseline) -> Reaches:
    """Look up what each removal can reach.

    >>> from kb.reasoning.analysis.reweighing import baseline
    >>> from kb.reasoning.tables import DEFAULT_POLICY, AssertionRow, ClaimRow
    >>> tables = Tables(claims=(ClaimRow("c"),), assertions=(AssertionRow("1", "c"),))
    >>> found = reaches(baseline(tables, DEFAULT_POLICY)).of(Removal("assertion", "1"))
    >>> sorted(found.claims)
    ['c']
    """
    ties = _Ties(base.tables, base.found.rules.speech)
    by_source: list[tuple[str, str]] = []
    by_person: list[tuple[str, str]] = []
    by_tie: list[tuple[str, str]] = []
    taking_part: list[tuple[str, str]] = []
    for claim, row in base.rows.items():
        people = base.whole.people(claim)
        by_source += [(f"source/{source}", claim) for source in base.whole.lineage(claim)]
        by_person += [(f"entity/{person}", claim) for person in people]
        by_tie += [(tie, claim) for person in people for tie in ties.of(person)]
        taking_part += [(tie, claim) for person in participants(row) for tie in ties.of(person)]
    return Reaches(base, *map(grouped, (by_source, by_person, by_tie, taking_part)))


class _Ties:
    """Lookup of the ties that may decide on whose side somebody is, by position."""

    def __init__(self, tables: Tables, speech: Speech) -> None:
        self.speech = speech
        self.rows = tables.affiliations
        self.ends = grouped(
            (end, str(n)) for n, row in enumerate(self.rows) for end in (row.member, row.party)
        )
        self._found: dict[str, frozenset[str]] = {}

    def of(self, person: str) -> frozenset[str]:
        """Return the ties of a person that may matter to what they say or take part in."""
        if person not in self._found:
            self._found[person] = frozenset(self._of(person))
        return self._found[person]

    def _of(self, person: str) -> Iterator[str]:
        """Yield the ties upward, those to allies of anybody there, and those to the rivals of all
        of these. Of somebody unnamed, it also matters whether there is any tie.
        """
        upward = closed([person], self._above)
        allies = {
            end
            for one in upward
            for row in self._rows(one)
            if row.relation in ALLIES
            for end in (row.member, row.party)
        }
        for one in upward | allies:
            for n in self.ends.get(one, ()):
                row = self.rows[int(n)]
                order = above(row)
                own = one in upward and (row.relation in ALLIES or (order and order[0] == one))
                unnamed = one == person and self.speech.naming.get(one) == "unnamed"
                if own or unnamed or row.relation == "rival-of":
                    yield n

    def _above(self, people: Collection[str]) -> set[str]:
        """Return what is directly above these people, and what contains them."""
        order = [ends for one in people for row in self._rows(one) if (ends := above(row))]
        return {high for low, high in order if low in people} | linked(self.speech.within, people)

    def _rows(self, person: str) -> list[AffiliationRow]:
        """Return the ties of a person."""
        return [self.rows[int(n)] for n in self.ends.get(person, ())]
