"""Entities whose names are the same or look alike, pointed out when the second one is named.

Nothing is merged. Somebody judges whether the two are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from kb.coding.context import Context
from kb.model.records import Entity
from kb.workspace.catalog import Known
from kb.workspace.labels import fold, skeleton

# Entities that may share a beginning or an end of a word. A more common one shows nothing.
COMMON: Final = 40
# Letters of a beginning or an end, and the shortest word that may be misspelt.
EDGE: Final = 4
# The least likeness of two words of names: of every word, and of the most similar one. Words with
# the same consonants have the second one: they may be two transliterations.
ALIKE, MOST_ALIKE = 0.75, 0.88
BONES: Final = 3
# Entities that are pointed out for one name.
MOST_SHOWN: Final = 3


class Namesakes:
    """Entities by the words of their names."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._ids: dict[str, dict[str, None]] = defaultdict(dict)
        self._names: dict[str, dict[str, None]] = defaultdict(dict)
        for entity in entities:
            self.add(entity)

    def add(self, entity: Entity) -> None:
        """Add the names of an entity."""
        for name in names(entity):
            self._names[entity.id][name] = None
            self._ids[_sorted(name)][entity.id] = None
            for key in _keys(name):
                self._ids[key][entity.id] = None

    def alike(self, called: Collection[str], apart_from: str) -> list[tuple[str, bool]]:
        """Return the ids of entities with one of these folded names or a similar one, and whether
        it is the same name.

        >>> known = Namesakes([Entity("petrova", name="Olena Petrova")])
        >>> known.alike(["petrova olena"], "new"), known.alike(["olena petrowa"], "new")
        ([('petrova', True)], [('petrova', False)])
        >>> known.alike(["oleg petrov"], "new")
        []
        """
        same = {id: True for name in called for id in self._ids.get(_sorted(name), ())}
        near = {
            id: False
            for name in called
            for id in self._candidates(name)
            if any(_similar(name, other) for other in self._names[id])
        }
        # The same names come first.
        found = {**same, **near, **same}
        return [pair for pair in found.items() if pair[0] != apart_from]

    def _candidates(self, name: str) -> dict[str, None]:
        groups = [self._ids.get(key, {}) for key in _keys(name)]
        return {id: None for ids in groups if len(ids) <= COMMON for id in ids}


def mentioned(context: Context) -> None:
    """Add a warning for each entity to which the sheet gives a name that another one has."""
    new = {
        id: called
        for id, (before, _) in context.entities.items()
        if (called := names(context.known.entities[id]) - (names(before) if before else set()))
    }
    others = context.known.entities.items() if new else ()
    index = Namesakes(entity for id, entity in others if id not in new)
    for id, called in new.items():
        entity = context.known.entities[id]
        for message, hint in pointed_out(context.known, index, entity, called):
            _, at = context.entities[id]
            context.sheet.problem("entity-alike", message, at, hint, severity="warning")
        index.add(entity)


def names(entity: Entity) -> set[str]:
    """Return the folded names of an entity; none if they are only a description."""
    if entity.naming:
        return set()
    return {folded for name in (entity.name, *entity.also) if name and (folded := fold(name))}


def pointed_out(
    known: Known, index: Namesakes, entity: Entity, called: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield a sentence and its remedy for each entity with one of these names of an entity, or a
    similar one, unless somebody judged the two.
    """
    key = f"entity/{entity.id}"
    judged = {end for one in known.judgements(key) for end in (one.about, one.other)}
    shown = 0
    for id, same in index.alike(called, entity.id):
        other = known.entities.get(id)
        if other is None or f"entity/{id}" in judged or (not same and other.kind != entity.kind):
            continue
        how = "has the same name as" if same else "has a name that looks like that of"
        both = f'{key} entity/{id} --because "…"'
        yield (
            f"{key} {how} {known.described(f'entity/{id}')}.",
            f"one entity: kb judge same-entity {both} · two: kb judge different-entity {both}",
        )
        shown += 1
        if shown == MOST_SHOWN:
            return


def _sorted(name: str) -> str:
    """Return the words of a name in a fixed order: “Petrova, Olena” is “Olena Petrova”."""
    return " ".join(sorted(name.split()))


def _keys(name: str) -> set[str]:
    """Return the beginnings, ends and consonants of words by which similar names are looked up."""
    words = [word for word in name.split() if len(word) >= EDGE]
    edges = {f"{word[:EDGE]}…" for word in words} | {f"…{word[-EDGE:]}" for word in words}
    return edges | {f"~{skeleton(word)}" for word in words}


def _similar(name: str, other: str) -> bool:
    """Tell whether two names differ only in the spelling of their words.

    >>> _similar("jon smith", "john smith"), _similar("pier 1", "pier 2"), _similar("ann", "anne")
    (True, False, False)
    """
    pairs = [*zip(sorted(name.split()), sorted(other.split()), strict=False)]
    if name == other or len(name.split()) != len(other.split()):
        return False
    likeness = [1.0 if a == b else _likeness(a, b) for a, b in pairs]
    return min(likeness) >= ALIKE and max(likeness) >= MOST_ALIKE


def _likeness(word: str, other: str) -> float:
    """Return how similar two different words are, from 0 to 1; short words and numbers are not."""
    if min(len(word), len(other)) < EDGE - 1 or not (word.isalpha() and other.isalpha()):
        return 0.0
    ratio = SequenceMatcher(None, word, other).ratio()
    bones = skeleton(word)
    transliterated = word.isascii() and len(bones) >= BONES and bones == skeleton(other)
    return max(ratio, MOST_ALIKE) if transliterated else ratio
