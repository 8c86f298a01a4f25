"""Entities whose names are the same or look alike, pointed out when the second one is named.

Nothing is merged. Somebody judges whether the two are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final

from kb.coding.context import Context
from kb.model.records import Entity
from kb.workspace.catalogs.catalog import Known, Lookup
from kb.workspace.catalogs.labels import (
    EDGE,
    likeness_keys,
    likenesses,
    names_of,
    skeleton,
    sorted_words,
)

# Entities that may share a beginning or an end of a word. A more common one shows nothing.
COMMON: Final = 40
# The least likeness of two words of names: of every word, and of the most similar one. Words with
# the same consonants have the second one: they may be two transliterations.
ALIKE, MOST_ALIKE = 0.75, 0.88
BONES: Final = 3
# Entities that are pointed out for one name.
MOST_SHOWN: Final = 3


class Namesakes:
    """Entities by the words of their names: recorded ones, which a look-up finds, and new ones."""

    def __init__(self, recorded: Lookup, known: Mapping[str, Entity]) -> None:
        """`recorded` is a look-up by `labels.likenesses`, and `known` has the entities."""
        self._recorded, self._known = recorded, known
        self._new: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, entity: Entity) -> None:
        """Add a new entity."""
        for key in likenesses(entity):
            self._new[key][entity.id] = None

    def alike(self, called: Collection[str], apart_from: str) -> Iterator[tuple[str, bool]]:
        """Yield the ids of entities with one of these folded names or a similar one, and whether
        it is the same name. The same names come first.

        >>> petrova = Entity("petrova", name="Olena Petrova")
        >>> known = Namesakes(lambda key: (), {"petrova": petrova})
        >>> known.add(petrova)
        >>> [*known.alike(["petrova olena"], "new"), *known.alike(["olena petrowa"], "new")]
        [('petrova', True), ('petrova', False)]
        >>> list(known.alike(["oleg petrov"], "new"))
        []
        """
        found = {apart_from}
        # One at a time: a reader who needs a few does not wait for thousands.
        for name in map(sorted_words, called):
            for id in self._ids(name):
                if id not in found and any(sorted_words(o) == name for o in self._names(id)):
                    found.add(id)
                    yield id, True
        near = {
            id
            for name in called
            for id in self._candidates(name)
            if any(_similar(name, other) for other in self._names(id))
        }
        yield from ((id, False) for id in sorted(near - found))

    def _candidates(self, name: str) -> dict[str, None]:
        keys = [key for key in likeness_keys(name) if self._number(key) <= COMMON]
        return {id: None for key in keys for id in self._ids(key)}

    def _number(self, key: str) -> int:
        """Return at most how many entities have a key."""
        return len(self._recorded(key)) + len(self._new.get(key, ()))

    def _ids(self, key: str) -> Iterator[str]:
        yield from sorted(self._recorded(key))
        yield from self._new.get(key, ())

    def _names(self, id: str) -> set[str]:
        entity = self._known.get(id)
        return names_of(entity) if entity else set()


def mentioned(context: Context) -> None:
    """Add a warning for each entity to which the sheet gives a name that another one has."""
    new = {
        id: called
        for id, (before, _) in context.entities.items()
        if (
            called := names_of(context.known.entities[id]) - (names_of(before) if before else set())
        )
    }
    if not new:
        return
    index = Namesakes(context.known.likenesses(new), context.known.entities)
    for id, called in new.items():
        entity = context.known.entities[id]
        for message, hint in pointed_out(context.known, index, entity, called):
            _, at = context.entities[id]
            context.sheet.problem("entity-alike", message, at, hint, severity="warning")
        index.add(entity)


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
