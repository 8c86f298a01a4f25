"""How far a change reaches: from the records that changed to the claims whose status may be another
now, and to all these rest on.

A status rests on what is said of a claim and of claims judged the same, on the claims that may
contradict it or decide its fate, and on
what may contradict those: two steps. Two claims can only meet where they speak of the same two
entities, or, where something is held,
begun or ended, of one place or of places of which one lies within the other. The test of this
module is that what is worked out for a
change equals what is worked out for everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from kb.app import extraction
from kb.app.lookups import ROLES, Lookups, closed
from kb.model.vocabulary import PREDICATES
from kb.reasoning.affiliations import ALLIES, BELONGS
from kb.reasoning.propositions import declared
from kb.reasoning.tables import AffiliationRow, EntityRow, JudgementRow, SourceRow, Tables

Links = Mapping[str, Collection[str]]
_Row = TypeVar("_Row")
_Named = TypeVar("_Named", SourceRow, EntityRow)
# A claim's fate is decided by undisputed claims, and these are disputed by claims of their own: two
# steps.
_STEPS = 2
# What is few and is read whole; of everything else only what is asked for.
_FEW = ("affiliation", "judgement")
_REVISED = "{ ?found prov:wasRevisionOf ?x } UNION { ?x prov:wasRevisionOf ?found }"


@dataclass(frozen=True, slots=True)
class Reach:
    """Look-ups in the index, and what is few: ties, judgements, places within places, what
    predicates declare.
    """

    look: Lookups
    affiliations: tuple[AffiliationRow, ...]
    same: Links  # entities judged the same
    joined: Links  # claims on which there is a judgement, by each other
    copies: Links  # original → its copies, as stated or judged
    within: Links
    family: Links  # predicate → those whose claims its own can meet
    holding: set[str]  # predicates of holding, beginning or ending something
    backwards: set[str]  # predicates that can be read from object to subject

    # --- from what changed to claims
    # -------------------------------------------------------------------------------------------------

    def claims(self, before: Tables, after: Tables) -> set[str]:
        """Ids of the claims that the difference between these rows reaches, and of assertions on no
        claim at all.
        """
        said = _differing(before.assertions, after.assertions)
        found = {
            key("claim/", c)
            for row in _differing(before.claims, after.claims)
            for c in (row.id, row.revision_of)
            if c
        }
        found |= {key("claim/", a.claim) if a.claim else key("assertion/", a.id) for a in said}
        sources = {key("source/", s.id) for s in _beyond(before.sources, after.sources, SourceRow)}
        judged = {
            end
            for j in _differing(before.judgements, after.judgements)
            for end in (j.about, j.other)
            if end
        }
        found |= {end for end in judged if end.startswith("claim/")}
        sources |= {end for end in judged if end.startswith("source/")}
        people, tied = self._people(before, after)
        sources |= self.look.follow("?found kb:author ?x", people)
        heard = self.look.follow("?found kb:speaker ?x", people)
        heard |= self.look.follow("?x kb:naming kb:naming-unnamed . ?found kb:speaker ?x", tied)
        heard |= self.look.follow("?found kb:relay ?x", heard)
        heard |= self.look.follow("?found kb:source ?x", self._copied(sources))
        heard |= {key("assertion/", id) for a in said for id in (a.id, a.revision_of) if id}
        moved = {
            key("entity/", e.id)
            for e in _beyond(before.entities, after.entities, EntityRow)
            if e.within
        }
        found |= self.look.follow(f"?found {ROLES} ?x", people | self._inside(moved))
        return found | self._spoken_on(self.look.closed(_REVISED, heard))

    def _spoken_on(self, assertions: Iterable[str]) -> set[str]:
        """The claims of assertions; an assertion on no claim itself."""
        pattern = "?x a kb:Assertion . OPTIONAL { ?x kb:claim ?found }"
        rows = self.look.rows("?x ?found", "?x", pattern, ((self.look.iri(a),) for a in assertions))
        return {claim or assertion for assertion, claim in rows}

    def _people(self, before: Tables, after: Tables) -> tuple[set[str], set[str]]:
        """Everybody for whom it may be another matter now whose side they are on or who they are;
        and those who have or lost a tie.
        """
        upon = {key("entity/", e.id) for e in _beyond(before.entities, after.entities, EntityRow)}
        tied, feuding = set[str](), set[str]()
        for tie in _differing(before.affiliations, after.affiliations):
            ends = _ends(tie)
            tied |= ends
            upon |= {key("entity/", tie.member)} if tie.relation in BELONGS else ends
            feuding |= ends if tie.relation == "rival-of" else set()
        for judgement in _differing(before.judgements, after.judgements):
            feuding |= {
                end
                for end in (judgement.about, judgement.other)
                if end and end.startswith("entity/")
            }
        feuding = self._alike(feuding)  # whose rivals are those of their allies
        upon |= feuding.union(
            *(
                _ends(t)
                for t in self.affiliations
                if t.relation in ALLIES and not feuding.isdisjoint(_ends(t))
            )
        )
        members = _gathered(
            (key("entity/", t.party), key("entity/", t.member))
            for t in self.affiliations
            if t.relation in BELONGS
        )
        return self._stepwise(upon, members), self._alike(tied)

    def _copied(self, sources: Iterable[str]) -> set[str]:
        """Sources and all copies of them, at any remove."""
        return closed(sources, lambda new: _linked(self.copies, new))

    # --- from claims to claims
    # -------------------------------------------------------------------------------------------------------

    def near(self, claims: Iterable[str], before: Tables = Tables()) -> set[str]:
        """The claims that can matter to these, and to which these can matter. `before` has rows of
        some of them as they stood.
        """
        found = self._joined(claims)
        rows = [c for c in before.claims if c.subject and c.predicate]
        past = {
            (
                key("entity/", c.subject or ""),
                c.predicate or "",
                key("entity/", c.object) if c.object else "",
            )
            for c in rows
        }
        for _ in range(_STEPS):
            told = {*past, *self._told(found)}
            found = self._joined(found | self._of_the_same_two(told) | self._of_one_place(told))
        return found

    def _joined(self, claims: Iterable[str]) -> set[str]:
        """These, those judged together with them, those they revise or that revise them."""
        return closed(
            claims, lambda new: _linked(self.joined, new) | self.look.follow(_REVISED, new)
        )

    def _told(self, claims: Iterable[str]) -> list[tuple[str, ...]]:
        """Subject, predicate and object of claims."""
        pattern = "?x rdf:subject ?s ; rdf:predicate ?p . OPTIONAL { ?x rdf:object ?o }"
        return self.look.rows("?s ?p ?o", "?x", pattern, ((self.look.iri(c),) for c in claims))

    def _of_the_same_two(self, told: Iterable[tuple[str, ...]]) -> set[str]:
        """Claims of the same subject and object, either way round; of a subject alone, by
        predicates that can meet.
        """
        pairs, alone = set(), set()
        for subject, predicate, object in told:
            for s in self._alike([subject]):
                if object:
                    pairs |= {pair for o in self._alike([object]) for pair in ((s, o), (o, s))}
                else:
                    alone |= {(s, p) for p in self.family.get(predicate, {predicate})}
        found = self.look.rows(
            "?c", "?s ?o", "?c rdf:subject ?s ; rdf:object ?o", map(self._iris, pairs)
        )
        found += self.look.rows(
            "?c", "?s ?p", "?c rdf:subject ?s ; rdf:predicate ?p", map(self._iris, alone)
        )
        return {c for (c,) in found}

    def _of_one_place(self, told: Iterable[tuple[str, ...]]) -> set[str]:
        """Claims of holding, beginning to hold or ceasing to hold the same things, or places around
        and inside of them.
        """
        things = {o for _, p, o in told if o and p in self.holding} | {
            s for s, p, o in told if o and p in self.holding & self.backwards
        }
        if not things:
            return set()
        places = self._stepwise(things, self.within) | self._inside(things)
        given = [self._iris(pair) for pair in product(places, self.holding)]
        found = self.look.rows("?c", "?o ?p", "?c rdf:object ?o ; rdf:predicate ?p", given)
        given = [self._iris(pair) for pair in product(places, self.holding & self.backwards)]
        found += self.look.rows("?c", "?o ?p", "?c rdf:subject ?o ; rdf:predicate ?p", given)
        return {c for (c,) in found}

    def _iris(self, row: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.look.iri(id) if "/" in id else PREDICATES + id for id in row)

    def _alike(self, entities: Iterable[str]) -> set[str]:
        """These and those judged the same as they."""
        return closed(entities, lambda new: _linked(self.same, new))

    def _stepwise(self, entities: Iterable[str], links: Links) -> set[str]:
        """These and all that is linked to them or to those judged the same, at any remove."""
        return closed(self._alike(entities), lambda new: self._alike(_linked(links, new)))

    def _inside(self, places: Iterable[str]) -> set[str]:
        return self._stepwise(places, _turned(self.within))

    # --- from claims to everything they rest on
    # --------------------------------------------------------------------------------------

    def tables(self, claims: Iterable[str], assertions: Iterable[str] = ()) -> Tables:
        """The tables with all that matters to these claims, and with these assertions."""
        wanted = self.near(claims)
        said = self.look.closed(
            _REVISED, {*assertions, *self.look.follow("?found kb:claim ?x", wanted)}
        )
        originals = _turned(self.copies)
        sources = closed(
            self.look.follow("?x kb:source ?found", said),
            lambda new: _linked(originals, new),
        )
        people = self.look.follow(f"?x {ROLES} ?found", wanted) | self.look.follow(
            "?x kb:speaker|kb:relay/kb:speaker ?found", said
        )
        people |= self.look.follow("?x kb:author ?found", sources)
        people |= {end for tie in self.affiliations for end in _ends(tie)}
        only = {
            "claim": wanted,
            "assertion": said,
            "source": sources,
            "entity": self._stepwise(people, self.within),
        }
        narrow = {name: sorted(map(self.look.iri, ids)) for name, ids in only.items()}
        return extraction.read(self.look, narrow)


def reach(look: Lookups, before: Tables = Tables()) -> Reach:
    """What is needed to tell how far changes reach; `before` has rows as they stood, whose ties and
    judgements count as well.
    """
    few = extraction.read(look, {name: () for name in extraction.KEYS if name not in _FEW})
    judgements = {*few.judgements, *before.judgements}
    within = [
        *look.all("?x kb:within ?found"),
        *((key("entity/", e.id), key("entity/", w)) for e in before.entities for w in e.within),
    ]
    copies = [*_judged(judgements, "source/"), *look.all("?x kb:copyOf ?found")]
    copied = (s for s in before.sources if s.copy_of)
    copies += [(key("source/", s.id), key("source/", s.copy_of or "")) for s in copied]
    predicates = declared(few).values()
    met = _both(
        (p.id, o)
        for p in predicates
        for o in (*p.incompatible, *p.initiates, *p.terminates, *p.entails, p.inverse)
        if o
    )
    family = {p.id: frozenset(closed([p.id], lambda new: _linked(met, new))) for p in predicates}
    lasting = {p.id for p in predicates if p.functional or p.initiates or p.terminates}
    turned = {p.id for p in predicates if p.symmetric or p.inverse}
    return Reach(
        look,
        tuple({*few.affiliations, *before.affiliations}),
        _both(_judged(judgements, "entity/")),
        _both(_judged(judgements, "claim/")),
        _gathered((other, about) for about, other in copies),
        _gathered(within),
        family,
        _linked(family, lasting),
        _linked(family, turned),
    )


def key(path: str, id: str) -> str:
    """Path and id, as `claim/x`; an IRI from elsewhere stays whole.

    >>> key("claim/", "x"), key("claim/", "https://example.org/x")
    ('claim/x', 'https://example.org/x')
    """
    return id if "://" in id else path + id


def _judged(judgements: Iterable[JudgementRow], path: str) -> list[tuple[str, str]]:
    ends = ((j.about or "", j.other or "") for j in judgements)
    return [(one, other) for one, other in ends if one.startswith(path) and other.startswith(path)]


def _ends(tie: AffiliationRow) -> set[str]:
    return {key("entity/", tie.member), key("entity/", tie.party)}


def _both(pairs: Iterable[tuple[str, str]]) -> Links:
    return _gathered(end for one, other in pairs for end in ((one, other), (other, one)))


def _gathered(pairs: Iterable[tuple[str, str]]) -> Links:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return dict(found)


def _turned(links: Links) -> Links:
    return _gathered((other, one) for one, others in links.items() for other in others)


def _linked(links: Links, ids: Iterable[str]) -> set[str]:
    """All that any of these is linked to."""
    return {other for id in ids for other in links.get(id, ())}


def _differing(before: Iterable[_Row], after: Iterable[_Row]) -> set[_Row]:
    """Rows of only one of the two, as they stood and as they stand."""
    return set(before) ^ set(after)


def _beyond(
    before: Iterable[_Named], after: Iterable[_Named], plain: Callable[[str], _Named]
) -> list[_Named]:
    """Rows that differ, as they stood and as they stand; one that is not there counts as a plain
    one, of which nothing is told.
    """
    old, new = ({row.id: row for row in rows} for rows in (before, after))
    both = [(old.get(id) or plain(id), new.get(id) or plain(id)) for id in old.keys() | new.keys()]
    return [row for pair in both if pair[0] != pair[1] for row in pair]
