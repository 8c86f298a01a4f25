"""Authors and publisher of a document that is added: as typed or stated, and as entities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kb import documents
from kb.coding import namesakes
from kb.model import identifiers
from kb.model.records import Entity
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.labels import names_of

# Asks for the type of an author with this name; "" if it is not known.
Ask = Callable[[str], str]


def authors(
    given: Mapping[str, str], read: documents.Read, known: Known, ask: Ask | None
) -> Iterator[documents.Agent]:
    """Yield the authors, as typed or as the document states them, with their types if known."""
    names = [name.strip() for name in given.get("author", "").split(";") if name.strip()]
    typed = [documents.Agent(name, _stated_type(name, read)) for name in names]
    for author in typed or read.authors:
        kind = given.get("author-type") or author.type
        if not kind and ask and not known.exactly(author.name, ("entity",)):
            kind = ask(author.name)
        yield replace(author, type=kind or None)


def _stated_type(name: str, read: documents.Read) -> str | None:
    """Return the type of an author who was typed, if the document states it."""
    agents = [*read.authors, *([read.publisher] if read.publisher else [])]
    return next((a.type for a in agents if a.name.casefold() == name.casefold()), None)


class People:
    """The author, the other authors and the publisher of a source, as entities."""

    def __init__(self, known: Known, file: str, notes: list[str]) -> None:
        self.known = known
        self.file = file
        self.notes = notes
        self.new: list[Entity] = []
        self.publisher: str | None = None
        # The entity that the text's own words belong to; a new one if nobody is named.
        self.author: str | None = None
        self.others: tuple[str, ...] = ()
        self.named = False

    def find(self, given: Mapping[str, str], read: documents.Read, source: str) -> None:
        """Find or make the entities of a source with this id."""
        publisher = read.publisher
        if given.get("publisher"):
            publisher = documents.Agent(given["publisher"], "organisation")
        if publisher:
            self.publisher = self._entity(publisher, "publisher")
        ids = [self._entity(author, "author") for author in read.authors]
        unique = tuple(dict.fromkeys(ids))
        self.named = bool(unique)
        self.author = unique[0] if unique else self.publisher
        self.others = unique[1:]
        if self.author is None:
            name = f"author of {source}"
            self.author = f"author-of-{source}"
            self.new.append(Entity(self.author, kind="agent", name=name, naming="unnamed"))

    def _entity(self, agent: documents.Agent, role: str) -> str:
        """Return the id of the entity with this name, made if there is none."""
        if self.known.exactly(agent.name, ("entity",)):
            return self.known.entity(agent.name)
        kind = agent.type or "agent"
        entity = Entity(
            self.known.fresh("entity/", identifiers.slug(agent.name)), kind=kind, name=agent.name
        )
        index = namesakes.Namesakes(self.known.likenesses(()), self.known.entities)
        called = names_of(entity)
        for message, hint in namesakes.pointed_out(self.known, index, entity, called):
            self.notes.append(f"{message} {hint}")
        self.new.append(entity)
        self.known.add(entity, self.file)
        if kind == "agent":
            self.notes.append(
                f"{role} “{agent.name}” is recorded as an agent: nothing shows whether that is a "
                f"person or an organisation. Use --author-type, or later "
                f"kb edit entity/{entity.id} type=person"
            )
        return entity.id
