"""Ids and names of entities from files of other programs.

The note of an entity lists the identifiers that the file has for it. A later import finds it by
those of the file; the numbers of registers only suggest that two entities are one.
"""

from __future__ import annotations

import re
from typing import Final

from kb.coding import notation
from kb.exchange.findings import Thing
from kb.model.records import Entity
from kb.model.vocabulary import UNATTRIBUTED
from kb.workspace.catalogs.catalog import Known

# The part of an entity's note that names the identifiers of the files it is from.
_NOTED: Final = re.compile(r"(?:^|; )Identifiers: (.+)$")
_BETWEEN: Final = " | "


class Ids:
    """New ids, each different from all others of its kind."""

    def __init__(self, known: Known) -> None:
        self._known = known
        # Nobody in a file gets the id of the speaker who is nobody.
        self._taken = {f"entity/{UNATTRIBUTED}": 1}
        # Entities and sources by the identifier or digest that an import recorded.
        self.noted: dict[str, str] = {}
        for entity in known.entities.values():
            noted = _NOTED.search(entity.note or "")
            for one in noted[1].split(_BETWEEN) if noted else ():
                self.noted.setdefault(one, entity.id)
        self.digests = {s.sha256: s.id for s in known.sources.values() if s.sha256}

    def identified(self, thing: Thing) -> str:
        """Return the id of the entity with an identifier of a thing, or "" if there is none."""
        found = (self.noted.get(identifier(one)) for one in thing.identifiers)
        return next(filter(None, found), "")

    def fresh(self, path: str, wanted: str) -> str:
        """Return `wanted`, with a number appended if a record has this id."""
        found, number = wanted, self._taken.get(path + wanted, 1)
        while path + found in self._known.files or path + found in self._taken:
            number += 1
            found = f"{wanted}-{number}"
        self._taken[path + wanted] = number
        self._taken[path + found] = 1
        return found


def described(thing: Thing, stored: Entity | None) -> dict[str, str]:
    """Return what a file says about an entity, by the keys of a sheet. Names are added."""
    row = {"description": thing.description, "wikidata": thing.wikidata}
    row |= {"lat": thing.lat, "long": thing.long}
    if stored is None or (thing.named and thing.name not in (stored.id, *stored.also)):
        row["name"] = thing.name
    if thing.also:
        also = (*(stored.also if stored else ()), *thing.also)
        row["also"] = notation.joined(name for name in also if name != thing.name)
    return row


def note(thing: Thing) -> str:
    """Return the note of a new entity, with the identifiers by which it is found again."""
    listed = _BETWEEN.join(map(identifier, (*thing.identifiers, *thing.numbers)))
    return "; ".join(filter(None, (thing.note, f"Identifiers: {listed}" if listed else "")))


def identifier(text: str) -> str:
    """Return an identifier as a note of an entity writes it, between others."""
    return " ".join(text.replace(_BETWEEN.strip(), "/").split())
