"""Claims that say the same as others, looked up in a store.

They answer the saved check `claim-in-other-words`. A SPARQL engine would compare each pair of the
claims with one triple: for two thousand of them, that takes many minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from kb.app.derivation import extraction
from kb.app.derivation.lookups import Lookups
from kb.app.derivation.reach import IndexLinks, triple_of
from kb.model.rdf_terms import Triple
from kb.model.records import Claim
from kb.rdf import decoding
from kb.reasoning import rows
from kb.reasoning.analysis.neighbourhood import Triple as Said
from kb.reasoning.content.twins import circumstances, twins
from kb.store import Reader

CHECK: Final = "claim-in-other-words"
# Tables that are not needed.
_NONE: Final = {name: () for name in extraction.KEYS if name not in ("claim", "judgement")}


def pairs(store: Reader, base: str, focus: Collection[str] | None) -> list[tuple[str, str]]:
    """Return pairs of claims (IRIs) that say the same and were not judged, the later one first:
    those of which the later one is in focus, or all if it is None.
    """
    look = Lookups(store, base)
    only = dict[str, Collection[str]](_NONE)
    if focus is not None:
        claims = {id for id in map(look.id, focus) if _is_claim(id)}
        if not claims:
            return []
        links = IndexLinks(look)
        claims |= _similar(links, links.triples(claims))
        only["claim"] = list(map(look.iri, claims))
        only["judgement"] = list(map(look.iri, look.follow("?found kb:about ?x", claims)))
    found = (
        (look.iri(Claim.path + later), look.iri(Claim.path + early))
        for later, early in twins(extraction.read(look, only))
    )
    return [pair for pair in found if focus is None or pair[0] in focus]


def compared(look: Lookups, changed: Collection[str], former: Sequence[Triple]) -> set[str]:
    """Return the claims that may say the same as changed ones (IRIs) do, or did by their `former`
    triples.
    """
    links, claims = IndexLinks(look), {id for id in map(look.id, changed) if _is_claim(id)}
    before = rows.from_records(decoding.records(former, look.base)).claims
    if not claims:
        return set()
    near = claims | _similar(links, [*links.triples(claims), *map(triple_of, before)])
    only = {**_NONE, "claim": list(map(look.iri, near)), "judgement": ()}
    found = extraction.read_records(look, only).claims
    same = {circumstances(row) for row in before}
    same |= {circumstances(row) for row in found if Claim.path + row.id in claims}
    return {Claim.path + row.id for row in found if circumstances(row) in same}


def _is_claim(id: str) -> bool:
    return id.startswith(Claim.path)


def _similar(links: IndexLinks, triples: Collection[Said]) -> set[str]:
    """Return the claims about the same two entities, in either order; of claims without a second
    entity, those with the same subject and predicate.
    """
    two = {pair for s, _, o in triples if o for pair in ((s, o), (o, s))}
    return links.of_two(two) | links.of_subject({(s, p) for s, p, o in triples if not o})
