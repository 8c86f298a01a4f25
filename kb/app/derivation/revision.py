"""Statuses after a change of records, from what was derived before it.

Which claims contradict each other is derived already, and a change of a claim, or of what is said
on it, can only make or end contradictions of that claim. So only the claims that a change touches
are compared with all that they can meet. Everything else about contradictions is looked up, and
only the statuses that can turn are computed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from kb.app.derivation.lookups import Lookups
from kb.app.derivation.reach import Reach, differing, judged
from kb.model.vocabulary import NS, concept
from kb.reasoning.analysis.neighbourhood import key
from kb.reasoning.content.propositions import declared
from kb.reasoning.contradiction import contradictions
from kb.reasoning.dated_tables import view
from kb.reasoning.graph import linked
from kb.reasoning.outcome import status
from kb.reasoning.outcome.outcomes import deciders
from kb.reasoning.outcome.status import Assessment
from kb.reasoning.speakers.affiliations import sides_of
from kb.reasoning.speakers.identity import unified
from kb.reasoning.tables import Contradiction, PolicyRow, Tables
from kb.workspace.indexing.name_table import pair_order

# Kinds of claims with an outcome, which other claims can decide.
_DECIDED = ("forecast", "state")


@dataclass(frozen=True, slots=True)
class Revision:
    """What a change turns: the keys of claims and of assertions, their statuses, and the
    contradictions of these claims. `tables` are those that the statuses were computed from.
    """

    turned: AbstractSet[str]
    found: Assessment
    contradictions: list[Contradiction]
    tables: Tables


def revision(
    near: Reach,
    graph: str,
    policy: PolicyRow,
    before: Tables,
    after: Tables,
    touched: Iterable[str],
) -> Revision | None:
    """Return what a change turns, given the rows of the records that changed, and the keys of the
    claims whose evidence or content it changes. `graph` is the derived graph before it.

    None if the change can make or end contradictions between other claims: it alters on whose side
    somebody is or who is the same, or shares that add up to more than the whole.
    """
    if _of_sides(before, after):
        return None
    change = _Change(near, graph, policy, before, near.rules.together(touched))
    part = near.part(change.meeting(change.touched))
    if change.of_shares(part):
        return None
    fresh = _of(contradictions.contradictions(part, policy), _ids(change.touched))
    turned, part = change.turned(fresh, part)
    return change.computed(turned, fresh, part)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of records: the rows before it, and the keys of the claims that it touches, with
    those that are judged together with them, and their versions.
    """

    near: Reach
    graph: str
    policy: PolicyRow
    before: Tables
    touched: AbstractSet[str]

    def meeting(self, claims: Iterable[str]) -> set[str]:
        """Return the claims that these can meet, or could meet before the change."""
        return self.near.near(claims, self.before, steps=1)

    def of_shares(self, part: Tables) -> bool:
        """Tell whether a claim that changed is about a share of a whole, or can meet such a claim:
        a third share decides whether two of them are too much.
        """
        names = {row.id for row in declared(self.near.few).values() if row.shares_of}
        names |= linked(self.near.frame.family, names)
        ids = _ids(self.touched)
        rows = (*self.before.claims, *(row for row in part.claims if row.id in ids))
        return any(row.predicate in names for row in rows)

    def turned(self, fresh: Iterable[Contradiction], part: Tables) -> tuple[set[str], Tables]:
        """Return the claims whose statuses can turn, with the tables that have them: those that are
        touched, those that contradict them or did, and those that all of these can decide.
        """
        facing = _ends(fresh) | _ends(self._derived(self.touched))
        swayed = self.near.rules.together(self.touched | facing)
        part = self.near.part(self.meeting(swayed), part)
        turned = self.near.rules.together(swayed | _decided(part, self.before, _ids(swayed)))
        return turned, self.near.part(turned, part)

    def computed(
        self, turned: AbstractSet[str], fresh: Iterable[Contradiction], part: Tables
    ) -> Revision:
        """Compute the statuses of claims. Their contradictions, and those of the claims that decide
        them, are the fresh ones of what was touched, and of others those that are derived already.
        """
        ends = {key("claim/", row.id) for row in part.claims if row.kind in _DECIDED}
        deciding = self.near.near(turned & ends, steps=1)
        touched, asked = _ids(self.touched), turned | deciding
        pairs = {*fresh, *(pair for pair in self._derived(asked) if not _met(pair, touched))}
        wanted = asked | self.near.rules.together(_ends(pairs))
        tables = self.near.part(wanted, part, assertions=turned)
        found = status.assessment(tables, self.policy, pairs, claims=_ids(turned))
        return Revision(turned, found, sorted(_of(pairs, _ids(turned)), key=pair_order), tables)

    def _derived(self, claims: Iterable[str]) -> set[Contradiction]:
        """Return the contradictions of these claims that the derived graph states."""
        look = self.near.look
        pairs = look.follow(f"GRAPH <{self.graph}> {{ ?found kb:between ?x }}", claims)
        found: dict[str, dict[str, list[str]]] = {}
        for subject, predicate, value in look.statements(self.graph, map(look.iri, pairs)):
            fields = found.setdefault(subject.value, {})
            fields.setdefault(predicate.value.removeprefix(NS), []).append(value.value)
        return {_contradiction(look, fields) for fields in found.values()}


def _of_sides(before: Tables, after: Tables) -> bool:
    """Tell whether a change can alter on whose side somebody is, or who is the same."""
    same = any(end.startswith("entity/") for end in judged(before, after))
    old, new = set(before.entities), set(after.entities)
    ties = differing(before.affiliations, after.affiliations)
    return bool(ties) or same or not (old <= new or new <= old)


def _decided(part: Tables, before: Tables, deciding: AbstractSet[str]) -> set[str]:
    """Return the claims that some of these can decide, or could decide before the change."""
    changed = {row.id for row in before.claims}
    kept = (row for row in part.claims if row.id not in changed)
    found: set[str] = set()
    for tables in (part, replace(part, claims=(*kept, *before.claims))):
        seen = unified(view(tables))
        links = deciders(
            seen.claims, declared(seen), sides_of(seen), seen.judgements, among=deciding
        )
        found |= {key("claim/", claim) for claim, those in links.items() if deciding & {*those}}
    return found


def _contradiction(look: Lookups, fields: dict[str, list[str]]) -> Contradiction:
    """Return a contradiction that the derived graph states."""
    one, other = sorted(look.id(iri).removeprefix("claim/") for iri in fields["between"])
    (kind,), (certainty,), (rule,) = (
        fields[name] for name in ("contradictionKind", "certainty", "rule")
    )
    return Contradiction(
        one,
        other,
        kind.removeprefix(concept("contradiction", "")),
        certainty.removeprefix(concept("certainty", "")),
        rule,
    )


def _of(pairs: Iterable[Contradiction], claims: Collection[str]) -> set[Contradiction]:
    """Return the contradictions of these claims."""
    return {pair for pair in pairs if _met(pair, claims)}


def _met(pair: Contradiction, claims: Collection[str]) -> bool:
    """Tell whether a contradiction is one of these claims."""
    return pair.claim_a in claims or pair.claim_b in claims


def _ends(pairs: Iterable[Contradiction]) -> set[str]:
    """Return the keys of the claims of contradictions."""
    return {key("claim/", claim) for pair in pairs for claim in (pair.claim_a, pair.claim_b)}


def _ids(keys: Iterable[str]) -> set[str]:
    """Return the ids of claims."""
    return {one.removeprefix("claim/") for one in keys}
