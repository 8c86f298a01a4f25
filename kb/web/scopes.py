"""Subjects of pictures: everything, an entity, or a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.model.records import Claim
from kb.web import names
from kb.web.look import Look
from kb.web.results import Asked, Build, Elsewhere, Result

EVERYTHING: Final = ""
KINDS: Final = (EVERYTHING, "entity", "claim")
PICTURES: Final = ("timeline", "map", "network")
Draw = Callable[[Look, Asked, "Scope"], Result]


@dataclass(frozen=True, slots=True)
class Scope:
    """The subject of a picture: its key, "" for everything, and its name. `claims` are the claims
    about it that are not withdrawn, `entities` the ids of the entity or of those in the claim.
    """

    key: str
    name: str
    claims: tuple[Claim, ...]
    entities: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path of its page, without a slash at the end."""
        return f"/{self.key}" if self.key else ""


def scope(look: Look, kind: str, name: str) -> Scope:
    """Return the subject that an address names. Raises Usage."""
    if kind == EVERYTHING:
        return Scope("", look.kb.folder.root.name, tuple(_current(look)))
    key = names.resolved(look, kind, name)
    id = key.partition("/")[2]
    if kind == "claim":
        record = look.known.record(key)
        assert isinstance(record, Claim)
        entities = tuple(dict.fromkeys(e for e in record.participants() if e))
        return Scope(key, look.statement(id), (record,), entities)
    claims = tuple(c for c in _current(look) if id in c.participants())
    return Scope(key, look.name(id), claims, (id,))


def _current(look: Look) -> Iterator[Claim]:
    return (claim for claim in look.known.claims.values() if not claim.invalidated)


def build(kind: str, picture: str, draw: Draw) -> Build:
    """Return the function that makes the page of a picture for one kind of subject."""

    def page(look: Look, asked: Asked) -> Result:
        """Return the picture."""
        found = scope(look, kind, asked.name)
        if found.key and found.key != f"{kind}/{asked.name}":
            return Elsewhere(look.to(f"{found.path}/{picture}"))
        return draw(look, asked, found)

    return page
