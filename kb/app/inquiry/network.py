"""Network of entities: their ties, and which voices contradict each other about which claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from kb.model.records import Affiliation
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import Contradiction
from kb.workspace.catalogs.catalog import Known

# Voices of one side of a claim that are paired with those of the other side.
MOST_VOICES: Final = 40


@dataclass(frozen=True, slots=True)
class Opposition:
    """Two voices (`entity/x`) that contradict each other, and the claims about which they do.

    `one` sorts before `other`.
    """

    one: str
    other: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Ties by id, and oppositions, those about most claims first."""

    ties: tuple[Affiliation, ...]
    oppositions: tuple[Opposition, ...]

    def around(self, entities: Collection[str]) -> Network:
        """Return what leads from or to these entities, by their ids."""
        near = {f"entity/{id}" for id in entities}
        ties = (t for t in self.ties if t.member in entities or t.party in entities)
        facing = (o for o in self.oppositions if o.one in near or o.other in near)
        return Network(tuple(ties), tuple(facing))


def network(known: Known, rows: Mapping[str, StatusRow], pairs: Iterable[Contradiction]) -> Network:
    """Return the network of all records.

    Two voices contradict each other if one affirms a claim and the other denies or doubts it, or if
    they affirm two claims that cannot both be true. A contradiction that is only possible is not
    counted.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one, other, claims in _facing(rows, pairs):
        found.setdefault((one, other), {}).update(dict.fromkeys(claims))
    facing = [Opposition(one, other, tuple(claims)) for (one, other), claims in found.items()]
    facing.sort(key=lambda o: (-len(o.claims), o.one, o.other))
    return Network(_ties(known), tuple(facing))


def _ties(known: Known) -> tuple[Affiliation, ...]:
    """Return the affiliations that count, by id."""
    ties = (r for r in known.others.values() if isinstance(r, Affiliation) and not r.invalidated)
    return tuple(sorted(ties, key=lambda t: t.id))


def _facing(
    rows: Mapping[str, StatusRow], pairs: Iterable[Contradiction]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield two voices on different sides, in order, with the claims."""
    sides: list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
        ((r.claim,), r.voices_for, r.voices_against) for r in rows.values() if r.voices_against
    ]
    for pair in pairs:
        ends = (pair.claim_a, pair.claim_b)
        if pair.certainty == "certain" and all(end in rows for end in ends):
            sides.append((ends, rows[ends[0]].voices_for, rows[ends[1]].voices_for))
    for claims, affirming, opposing in sides:
        for one, other in product(affirming[:MOST_VOICES], opposing[:MOST_VOICES]):
            if one != other:
                yield min(one, other), max(one, other), claims


def linked(found: Network) -> dict[str, None]:
    """Return all voices with a tie or an opposition, those with most of them first.

    Each comes right after or before another one to which it is linked.
    """
    links = [(f"entity/{t.member}", f"entity/{t.party}", 1) for t in found.ties]
    links += [(o.one, o.other, len(o.claims)) for o in found.oppositions]
    weight = Counter[str]()
    for one, other, claims in links:
        weight.update({one: claims, other: claims})
    links.sort(key=lambda link: (-weight[link[0]] - weight[link[1]], link))
    return dict.fromkeys(end for one, other, _ in links for end in (one, other))
