"""Claims that say the same as others, looked up in a store.

They answer the saved check `claim-in-other-words`. A SPARQL engine would compare each pair of the
claims with one triple: for two thousand of them, that takes many minutes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kb.app.derivation import extraction
from kb.app.derivation.lookups import Lookups
from kb.app.derivation.reach import IndexLinks
from kb.model.records import Claim
from kb.reasoning.content.twins import twins
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
        claims = {id for id in map(look.id, focus) if id.startswith(Claim.path)}
        if not claims:
            return []
        only["claim"] = [look.iri(id) for id in claims | _similar(look, claims)]
    found = (
        (look.iri(Claim.path + later), look.iri(Claim.path + early))
        for later, early in twins(extraction.read(look, only))
    )
    return [pair for pair in found if focus is None or pair[0] in focus]


def _similar(look: Lookups, claims: Collection[str]) -> set[str]:
    """Return the claims about the same two entities, in either order; of claims without a second
    entity, those with the same subject and predicate.
    """
    links = IndexLinks(look)
    triples = links.triples(claims)
    two = {pair for s, _, o in triples if o for pair in ((s, o), (o, s))}
    return links.of_two(two) | links.of_subject({(s, p) for s, p, o in triples if not o})
