"""Materialisation: the derived graph of statuses, contradictions and voices, computed from the
records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date

from kb.app.derivation import extraction, kept_statuses, policy_names, record_tables
from kb.app.derivation.kept_statuses import Statuses
from kb.app.derivation.lookups import Lookups
from kb.app.derivation.reach import Reach, reach
from kb.app.derivation.revision import revision
from kb.model.identifiers import slug
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, RDF, XSD, concept
from kb.reasoning.analysis.neighbourhood import key
from kb.reasoning.contradiction import contradictions
from kb.reasoning.dated_tables import view
from kb.reasoning.outcome import status
from kb.reasoning.outcome.explanations import MAINTAINED, no_longer
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    AssertionRow,
    Contradiction,
    PolicyRow,
    Tables,
)
from kb.store import Reader
from kb.system import garbage
from kb.workspace.indexing.index_updates import Derived, Parsed, Revised
from kb.workspace.indexing.name_table import Kept

# Scheme of a word of a status → its property, where that has another name.
PROPERTIES = {"dispute": "disputeKind"}


@dataclass(frozen=True, slots=True)
class ComputedStatuses(Statuses):
    """The result of a computation: the statuses, the tables and the policy that they were computed
    from, and echoes by assertion id.
    """

    tables: Tables = Tables()
    policy: PolicyRow = DEFAULT_POLICY
    echoes: Mapping[str, str] = field(default_factory=dict)

    def only(self, claims: AbstractSet[str], said: AbstractSet[str]) -> ComputedStatuses:
        """Return the statuses of these claims, their contradictions, and the voices of these
        assertions.
        """
        return replace(
            self,
            rows={c: row for c, row in self.rows.items() if c in claims},
            voices={a: voice for a, voice in self.voices.items() if a in said},
            echoes={a: echoed for a, echoed in self.echoes.items() if a in said},
            contradictions=[
                p for p in self.contradictions if p.claim_a in claims or p.claim_b in claims
            ],
        )


def outcome(
    store: Reader, base: str, policy: str, as_of: date | None = None, known_on: date | None = None
) -> ComputedStatuses:
    """Return the tables of a store and the statuses. Raises Usage if there is no such policy."""
    return worked_out(extraction.read(Lookups(store, base)), policy, as_of, known_on)


def worked_out(
    tables: Tables,
    policy: str,
    as_of: date | None = None,
    known_on: date | None = None,
    claims: Collection[str] | None = None,
) -> ComputedStatuses:
    """Return the statuses of tables as of two dates. Raises Usage if there is no such policy.

    If `claims` are given, only their statuses are returned, and those of claims that contradict
    them. The others are counted.
    """
    chosen = policy_named(tables.policies, policy)
    with garbage.paused():
        seen = view(tables, as_of, known_on)
        pairs = contradictions.contradictions(seen, chosen)
        wanted = None if claims is None else _opposed(claims, pairs)
        found = status.assessment(tables, chosen, pairs, as_of, known_on, wanted)
    spoken = found.rows
    both = [p for p in pairs if p.claim_a in spoken and p.claim_b in spoken]
    return ComputedStatuses(spoken, found.voices, both, tables, chosen, found.echoes)


def _opposed(claims: Collection[str], pairs: Iterable[Contradiction]) -> set[str]:
    """Return claims and all that contradict one of them."""
    both = ((pair.claim_a, pair.claim_b) for pair in pairs)
    return {*claims}.union(*(two for two in both if two[0] in claims or two[1] in claims))


@dataclass(frozen=True, slots=True)
class Derivation:
    """The derivation of statuses and contradictions from the records of a store, for all claims or
    for those that a change affects. `base` is the base IRI.
    """

    base: str
    policy: str

    def whole(self, store: Reader, parsed: Parsed | None = None) -> Derived:
        """Return everything that is derived.

        `parsed` are the records of the store, if they are in memory: reading them back from the
        store takes several times as long. They are forgotten before the statuses are computed.
        """
        found = parsed and record_tables.tables(parsed.stored, parsed.ontology, self.base)
        if parsed:
            parsed.clear()
        tables = found or extraction.read(Lookups(store, self.base))
        computed = worked_out(tables, self.policy)
        return Derived(triples(computed, self.base), kept(computed), computed.contradictions)

    def rows(self, store: Reader, subjects: Iterable[str]) -> Tables:
        """Return the rows of records by their IRIs, and of the assertions whose relays they are."""
        iris = {s for s in subjects if "#" not in s}
        look = Lookups(store, self.base)
        iris |= {look.iri(a) for a in look.follow("?found kb:relay ?x", map(look.id, iris))}
        return extraction.read_records(look, dict.fromkeys(extraction.KEYS, iris))

    def around(self, store: Reader, claims: Iterable[str]) -> ComputedStatuses:
        """Return the statuses of a few claims, by id. Their neighbours are counted but not
        returned.
        """
        return self.recomputed(reach(Lookups(store, self.base)), {key("claim/", c) for c in claims})

    def revised(
        self, store: Reader, graph: str, before: Tables, subjects: Iterable[str]
    ) -> Revised:
        """Return the triples that the derived graph loses and gains when these records (IRIs)
        change, and the statuses that are kept. `before` has their old rows.
        """
        look = Lookups(store, self.base)
        after = self.rows(store, subjects)
        if after == before:
            return Revised()
        near = reach(look, before)
        touched = near.claims(before, after)
        if not touched:
            return Revised()
        reached, found = self._turned(near, graph, before, after, touched)
        gone = {a.id for a in set(before.assertions) - set(after.assertions)}
        old = self._stated(look, graph, reached, _said(found.tables, reached) | gone)
        new = set(triples(found, self.base))
        claims = {r.removeprefix("claim/") for r in reached}
        pairs = found.contradictions
        return Revised(sorted(old - new), sorted(new - old), claims, kept(found), pairs)

    def _turned(
        self, near: Reach, graph: str, before: Tables, after: Tables, touched: AbstractSet[str]
    ) -> tuple[AbstractSet[str], ComputedStatuses]:
        """Return the keys of the claims whose statuses a change can turn, and these statuses.
        `touched` are those whose evidence or content it changes.
        """
        policy = policy_named(near.few.policies, self.policy)
        with garbage.paused():
            made = revision(near, graph, policy, before, after, touched)
        if made is None:
            reached = touched | near.near(touched, before)
            return reached, self.recomputed(near, reached)
        rows, voices, echoes = made.found.rows, made.found.voices, made.found.echoes
        found = ComputedStatuses(rows, voices, made.contradictions, made.tables, policy, echoes)
        claims = {r.removeprefix("claim/") for r in made.turned}
        return made.turned, found.only(claims, _said(made.tables, made.turned))

    def _stated(
        self, look: Lookups, graph: str, reached: AbstractSet[str], said: Iterable[str]
    ) -> set[Triple]:
        """Return what the derived graph states about these claims, their contradictions, and
        these assertions.
        """
        ids = {r.removeprefix("claim/") for r in reached}
        claims = {f"{self.base}claim/{c}" for c in ids}
        derived = claims | {f"{self.base}status/{c}" for c in ids}
        derived |= {f"{self.base}assertion/{a}" for a in said}
        old = look.statements(graph, derived, claims)
        pairs = {s.value for s, p, _ in old if p.value == NS + "between"}
        return old | look.statements(graph, pairs)

    def recomputed(self, near: Reach, reached: AbstractSet[str]) -> ComputedStatuses:
        """Compute the statuses of claims, and the voices of assertions without a claim."""
        claims = {r.removeprefix("claim/") for r in reached}
        found = worked_out(near.tables(reached, reached), self.policy, claims=claims)
        return found.only(claims, _said(found.tables, reached))


def _said(tables: Tables, reached: AbstractSet[str]) -> set[str]:
    """Return the assertions on the claims that are reached, and those that are reached
    themselves.
    """
    return of_reached((*tables.assertions, *view(tables).assertions), reached)


def of_reached(rows: Iterable[AssertionRow], reached: AbstractSet[str]) -> set[str]:
    """Return the ids of those rows that are reached, or are on claims that are."""
    return {
        a.id
        for a in rows
        if not reached.isdisjoint((key("claim/", a.claim or ""), key("assertion/", a.id)))
    }


def policy_named(policies: Sequence[PolicyRow], name: str) -> PolicyRow:
    """Return the policy with this id, or the latest version of that name. Raises Usage.

    >>> policies = [PolicyRow("default-1"), PolicyRow("default-12"), PolicyRow("default-9")]
    >>> policy_named(policies, "default").id
    'default-12'
    """
    known = {policy.id: policy for policy in policies}
    return known[policy_names.named(known, name)]


def kept(found: ComputedStatuses) -> dict[str, Kept]:
    """Return the statuses as the index keeps them, by claim."""
    return kept_statuses.texts(found, ((a.id, a.claim) for a in view(found.tables).assertions))


def triples(found: ComputedStatuses, base: str) -> Iterator[Triple]:
    """Yield the derived graph: statuses of claims, voices and origins of assertions, and
    contradictions.
    """
    stances = {a.id: a.stance for a in found.tables.assertions}
    for row in found.rows.values():
        yield from _status(row, base)
        if status.accepted(row, found.policy):
            yield _iri(f"{base}claim/{row.claim}"), _iri(NS + "accepted"), _policy(row)
        yield from _admissions(row, base)
        yield from _gone(row, stances, base)
    for assertion, voice in found.voices.items():
        if voice:
            said = _iri(f"{base}assertion/{assertion}")
            yield said, _iri(NS + "voice"), _iri(base + voice)
    for assertion, origin in found.echoes.items():
        echo, echoed = (_iri(f"{base}assertion/{id}") for id in (assertion, origin))
        yield echo, _iri(NS + "echoes"), echoed
    for pair in found.contradictions:
        yield from _contradicting(pair, base)
        yield from _contradiction(pair, base)


def _contradicting(pair: Contradiction, base: str) -> list[Triple]:
    """Return the triples that link two contradicting claims."""
    one, other = (_iri(f"{base}claim/{claim}") for claim in (pair.claim_a, pair.claim_b))
    contradicts = _iri(NS + "contradicts")
    return [(one, contradicts, other), (other, contradicts, one)]


def _policy(row: StatusRow) -> Term:
    """Return the policy under which a status was computed."""
    return _iri(policy_names.iri(row.policy))


def _admissions(row: StatusRow, base: str) -> list[Triple]:
    """Return the triples that name the assertions that admit a claim."""
    said = (a for reason in row.reasons if reason.rule == "admitted" for a in reason.assertions)
    claim = _iri(f"{base}claim/{row.claim}")
    return [(_iri(f"{base}assertion/{a}"), _iri(NS + "admits"), claim) for a in said]


def _gone(row: StatusRow, stances: Mapping[str, str | None], base: str) -> list[Triple]:
    """Return the triples that name the assertions that no longer count for a claim."""
    gone = (a for a in no_longer(row.reasons) if stances.get(a) in MAINTAINED)
    claim, property = _iri(f"{base}claim/{row.claim}"), _iri(NS + "noLongerCountsFor")
    return [(_iri(f"{base}assertion/{a}"), property, claim) for a in sorted(gone)]


def _contradiction(pair: Contradiction, base: str) -> list[Triple]:
    """Return the triples of a contradiction between a pair of claims by one rule."""
    subject = _iri(
        f"{base}contradiction/{pair.claim_a}--{pair.claim_b}--{slug(pair.rule, longest=200)}"
    )
    values = [
        (RDF + "type", _iri(NS + "Contradiction")),
        (NS + "between", _iri(f"{base}claim/{pair.claim_a}")),
        (NS + "between", _iri(f"{base}claim/{pair.claim_b}")),
        (NS + "contradictionKind", _iri(concept("contradiction", pair.kind))),
        (NS + "certainty", _iri(concept("certainty", pair.certainty))),
        (NS + "rule", Term("literal", pair.rule, XSD + "string")),
    ]
    return [(subject, _iri(p), o) for p, o in values]


def _iri(value: str) -> Term:
    return Term("iri", value)


def _status(row: StatusRow, base: str) -> list[Triple]:
    words = {
        "status": (row.status,),
        "support": (row.support,),
        "contest": row.contest,
        "dispute": row.dispute,
        "flag": row.flags,
    }
    counts = {
        "documents": row.documents,
        "originals": row.originals,
        "voicesFor": len(row.voices_for),
        "voicesAgainst": len(row.voices_against),
        "noKnownStake": row.no_known_stake,
    }
    values = [
        (RDF + "type", _iri(NS + "Status")),
        (NS + "statusOf", _iri(f"{base}claim/{row.claim}")),
    ]
    for scheme, found in words.items():
        property = NS + PROPERTIES.get(scheme, scheme)
        values += [(property, _iri(concept(scheme, word))) for word in found]
    for name, count in counts.items():
        values.append((NS + name, Term("literal", str(count), XSD + "integer")))
    values.append((NS + "policy", _policy(row)))
    subject = _iri(f"{base}status/{row.claim}")
    return [(subject, _iri(p), o) for p, o in values]
