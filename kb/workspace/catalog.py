"""What a knowledge base holds, looked up by the names people use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.errors import Usage
from kb.model import identifiers
from kb.model.identifiers import suggestion
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Relay, Source


@dataclass(frozen=True, slots=True)
class Declared:
    """A predicate as the ontology declares it."""

    kind: str | None
    label: str


def past(file: str) -> bool:
    """Whether a stored file holds what no longer counts: `claims/<collection>/history/…`.

    >>> past("claims/main/history/sources/report.ttl"), past("claims/main/sources/history.ttl")
    (True, False)
    """
    return file.split("/")[2:3] == ["history"]


def history(file: str) -> str:
    """Where the past records of a stored file lie.

    >>> history("claims/main/sources/report.ttl")
    'claims/main/history/sources/report.ttl'
    """
    claims, collection, rest = file.split("/", 2)
    return file if past(file) else f"{claims}/{collection}/history/{rest}"


def present(file: str) -> str:
    """Where the present records of a file of past ones lie.

    >>> present("claims/main/history/sources/report.ttl")
    'claims/main/sources/report.ttl'
    """
    return file.replace("/history/", "/", 1) if past(file) else file


@dataclass(slots=True)
class Known:
    """All records by class and id, and the file of each. Adding is how a sheet's own new records
    become known to it.
    """

    predicates: Mapping[str, Declared] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # path + id → file
    entities: dict[str, Entity] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    assertions: dict[str, Assertion] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    relays: dict[str, Relay] = field(default_factory=dict)
    others: dict[str, Record] = field(default_factory=dict)
    past: dict[str, Record] = field(
        default_factory=dict
    )  # by path + id: replaced and withdrawn ones, which no look-up by name finds
    names: dict[str, list[str]] = field(default_factory=dict)
    # Ids by what they are looked up by: statement → claims, claim → assertions, assertion → relays.
    # An id stays in its list when its record changes, so each find is compared with the record.
    _stated: dict[str, dict[str, None]] = field(default_factory=dict)
    _said: dict[str, dict[str, None]] = field(default_factory=dict)
    _links: dict[str, dict[str, None]] = field(default_factory=dict)
    # Path and id → the last number that was put behind it.
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, record: Record, file: str) -> None:
        """Know a record, in place of an earlier one of the same id."""
        key = record.path + record.id
        self.files[key] = file
        if past(file):
            self.past[key] = record
            return
        self.past.pop(key, None)
        match record:
            case Entity():
                self.entities[record.id] = record
                for name in filter(None, (record.name, *record.also)):
                    bearers = self.names.setdefault(name.casefold(), [])
                    if record.id not in bearers:
                        bearers.append(record.id)
            case Claim():
                self.claims[record.id] = record
                self._stated.setdefault(record.statement or "", {})[record.id] = None
            case Source():
                self.sources[record.id] = record
            case Assertion():
                self.assertions[record.id] = record
                self._said.setdefault(record.claim or "", {})[record.id] = None
            case Quote():
                self.quotes[record.id] = record
            case Relay():
                self.relays[record.id] = record
                self._links.setdefault(record.id.rpartition("-r")[0], {})[record.id] = None
            case _:
                self.others[record.path + record.id] = record

    def stated(self, statement: str) -> list[Claim]:
        """The present claims with this very statement."""
        found = (self.claims.get(id) for id in self._stated.get(statement, ()))
        return [c for c in found if c and c.statement == statement and not c.invalidated]

    def said(self, claim: str) -> list[Assertion]:
        """The present assertions on a claim."""
        found = (self.assertions.get(id) for id in self._said.get(claim, ()))
        return [a for a in found if a and a.claim == claim]

    def links(self, assertion: str) -> list[str]:
        """Ids of the present relays that are named as those of an assertion."""
        return [id for id in self._links.get(assertion, ()) if id in self.relays]

    def entity(self, name: str) -> str:
        """Id of the entity with this id or name. Raises Usage with the nearest names, or with those
        that share it.
        """
        if name in self.entities:
            return name
        bearers = self.names.get(name.casefold(), [])
        if len(bearers) == 1:
            return bearers[0]
        if bearers:
            raise Usage(f"“{name}” is a name of {', '.join(bearers)}.", "write the id")
        declare = f"declare it: kb add entity {identifiers.slug(name)} person --as '{name}', or on a sheet under new:"
        raise Usage(
            f"no entity is called “{name}”.",
            suggestion(name, [*self.entities, *self.names], declare),
        )

    def source(self, name: str) -> Source:
        """The source with this id, its unique beginning, the beginning of its file's name, or its
        digest. Raises Usage.
        """
        found = _meant(name, self.sources)
        if not found and name:
            found = [
                s.id
                for s in self.sources.values()
                if (s.file_name or "").startswith(name) or (s.sha256 or "").startswith(name)
            ]
        if len(found) == 1:
            return self.sources[found[0]]
        if found:
            raise Usage(f"“{name}” may be {', '.join(found)}.", "write more of it")
        raise Usage(
            f"there is no source “{name}”.",
            suggestion(
                name, self.sources, "kb add source FILE reads one in; kb list sources shows them"
            ),
        )

    def claim(self, name: str) -> Claim:
        """The claim with this id or its unique beginning. Raises Usage."""
        found = _meant(name, self.claims)
        if len(found) == 1:
            return self.claims[found[0]]
        if found:
            raise Usage(
                f"“{name}” begins {len(found)} claims: {', '.join(found[:4])}.", "write more of it"
            )
        if f"claim/{name}" in self.past:
            raise Usage(
                f"{name} no longer counts.", f"kb show {name} --history tells what became of it"
            )
        raise Usage(
            f"there is no claim “{name}”.",
            suggestion(name, self.claims, "kb find WORDS looks for one"),
        )

    def anything(self, name: str) -> str:
        """`path/id` of the entity, claim or source that a name means, in this order. Raises Usage
        with the nearest.
        """
        try:
            return f"entity/{self.entity(name)}"
        except Usage as error:
            for found in (sorted(_meant(name, self.claims)), sorted(_meant(name, self.sources))):
                if len(found) == 1:
                    return f"{'claim' if found[0] in self.claims else 'source'}/{found[0]}"
            if name.casefold() in self.names:
                raise error
            tails = [key.partition("/")[2] for key in self.files]
            hint = suggestion(
                name.rpartition("/")[2], [*tails, *self.names], "kb find WORDS looks for one"
            )
            raise Usage(f"no record is called “{name}”.", hint) from None

    def forget(self, key: str) -> None:
        """Know a record no longer: it is withdrawn or removed."""
        path, _, id = key.partition("/")
        for group in self._groups(path):
            group.pop(id, None)
        self.others.pop(key, None)
        self.files.pop(key, None)
        self._numbers.clear()  # a number may be free again

    def _groups(self, path: str) -> list[dict[str, Any]]:
        """Where records with this path lie."""
        groups: dict[str, list[dict[str, Any]]] = {
            "entity": [self.entities], "claim": [self.claims], "source": [self.sources, self.quotes],
            "assertion": [self.assertions, self.relays],
        }  # fmt: skip
        return groups.get(path, [])

    def fresh(self, path: str, wanted: str) -> str:
        """`wanted`, or with a number behind it where a record, present or past, has this id."""
        if path + wanted not in self.files:
            return wanted
        n = self._numbers.get(path + wanted, 1) + 1
        while f"{path}{wanted}-{n}" in self.files:
            n += 1
        self._numbers[path + wanted] = n
        return f"{wanted}-{n}"

    def present(self, key: str) -> Record | None:
        """The record with this path and id, None where there is none or it no longer counts."""
        path, _, id = key.partition("/")
        found: Iterator[Record] = (group[id] for group in self._groups(path) if id in group)
        return next(found, None) or self.others.get(key)

    def record(self, key: str) -> Record | None:
        """The record, present or past, with this path and id."""
        return self.present(key) or self.past.get(key)

    def all(self) -> Iterable[Record]:
        """Every present record."""
        for group in (
            self.sources,
            self.quotes,
            self.claims,
            self.assertions,
            self.relays,
            self.entities,
            self.others,
        ):
            yield from group.values()


def _meant(name: str, ids: Collection[str]) -> list[str]:
    return [name] if name in ids else sorted(i for i in ids if name and i.startswith(name))
