"""Catalog of the records of a knowledge base, and their lookup by id, prefix or name."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kb.errors import Ambiguous, Unknown, Usage
from kb.model import identifiers
from kb.model.records import (
    Assertion,
    Claim,
    Entity,
    Quote,
    Record,
    Relay,
    Source,
)
from kb.workspace.catalogs.labels import Labels, fold, has, label, likenesses, resembles
from kb.workspace.catalogs.past_files import past
from kb.workspace.catalogs.record_links import RecordLinks
from kb.workspace.catalogs.referrers import Referrers

# Kinds of records with names, in the order in which candidates are listed.
RECORDS: Final = ("entity", "claim", "source", "assertion", "affiliation", "judgement")
# Characters of a digest that are enough to identify a source.
DIGEST: Final = 8
# Characters of a label that are shown with a candidate.
LABEL: Final = 60
# Names of which every one is compared with a wrong name, and of more, how many on either side.
MANY_NAMES: Final = 10_000
BESIDE: Final = 500
ELSEWHERE: Final = "kb find WORDS looks for one"
HINTS: Final = {
    "entity": "kb list entities shows them",
    "source": "kb add source FILE adds one; kb list sources shows them",
    "judgement": "kb show RECORD names the judgements about it",
}

# Returns ids for a key.
Lookup = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Declared:
    """A predicate as the ontology declares it."""

    kind: str | None
    label: str
    # Its id in records: the word itself, or the full IRI if the program does not define it.
    id: str = ""
    # The word of the predicate that says the same from object to subject, "" if there is none.
    inverse: str = ""


@dataclass(slots=True)
class Known(RecordLinks):
    """All records by class and id, and the file of each.

    A sheet adds its new records, so that it can refer to them.
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
    base: str = ""  # of the IRIs of all records
    # Names by kind of record, indexed at the first look-up of each kind.
    _labels: dict[str, Labels] = field(default_factory=dict)
    _referrers: Referrers = field(default_factory=Referrers)
    # Records by the keys that they refer to, collected at the first look-up.
    _pointing: dict[str, list[Record]] = field(default_factory=dict)
    # The last number that was appended to an id, by path and id.
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, record: Record, file: str) -> None:
        """Add a record, replacing one with the same id."""
        key = record.path + record.id
        self._pointing.clear()
        self.files[key] = file
        if past(file):
            self.past[key] = record
            return
        self.past.pop(key, None)
        labels = self._labels.get(record.path.rstrip("/")) if self._labels else None
        if labels is not None and not isinstance(record, Quote | Relay):
            labels.add(record)
        match record:
            case Entity():
                self.entities[record.id] = record
            case Claim():
                self.claims[record.id] = record
            case Source():
                self.sources[record.id] = record
            case Assertion():
                self.assertions[record.id] = record
            case Quote():
                self.quotes[record.id] = record
            case Relay():
                self.relays[record.id] = record
            case _:
                self.others[key] = record
        self._referrers.add(record)

    def declared(self, name: str) -> tuple[str, Declared] | None:
        """Return what a predicate is called here and its declaration, by that word or by its id."""
        if found := self.predicates.get(name):
            return name, found
        local = name.rstrip("/#").replace("#", "/").rpartition("/")[2]
        found = self.predicates.get(local) if "://" in name else None
        return (local, found) if found and found.id == name else None

    def resolve(self, name: str, kinds: Sequence[str] = RECORDS, also: Container[str] = ()) -> str:
        """Return the key (`claim/x`) of the one record of these kinds that a name means.

        A name is an id, a key, an IRI, a name or statement, the beginning of any of these, or the
        last word of an entity's name; case, accents and punctuation do not matter. `also` are keys
        of past records that count too, by id or key. Raises Ambiguous with all candidates, Usage
        with the nearest names.
        """
        # An id, also of a past record, comes before a name that is spelled like it.
        ids = [key for key in self._keys(name, kinds) if self._is_record(key, kinds) or key in also]
        found = ids or self.exactly(name, kinds)
        if not found:
            self._refuse_past(name, kinds)
            found = self.loosely(name, kinds)
        if len(found) == 1:
            return found[0]
        if found:
            raise Ambiguous(name, [self.described(key) for key in found], found[0])
        raise self._unknown(name, kinds)

    def exactly(self, name: str, kinds: Sequence[str] = RECORDS) -> list[str]:
        """Return the keys of the records of these kinds with exactly this id, or else this name."""
        keys = [key for key in self._keys(name, kinds) if self._is_record(key, kinds)]
        if keys:
            return keys
        kinds, name = self._within(name, kinds)
        folded = fold(name)
        return [f"{kind}/{id}" for kind in kinds for id in self.called(kind, folded)]

    def loosely(self, name: str, kinds: Sequence[str] = RECORDS) -> list[str]:
        """Return the keys of the records of these kinds with a name that begins with this one.

        An entity also matches by the last word of its name.
        """
        kinds, name = self._within(name, kinds)
        folded, found = fold(name), dict[str, None]()
        for kind in kinds if folded else ():
            for id in self._labels_of(kind).loose(folded, last_words=kind == "entity"):
                record = self.present(f"{kind}/{id}")
                # The id of an assertion begins with that of its source, so only a longer name means
                # it.
                whole = kind == "assertion" and len(kinds) > 1 and "." not in name
                if record and not whole and resembles(record, folded):
                    found[f"{kind}/{id}"] = None
        if "source" in kinds and len(name) >= DIGEST:
            found |= {f"source/{id}": None for id in self._with_digest(name)}
        return sorted(found, key=lambda key: (RECORDS.index(key.partition("/")[0]), key))

    def _with_digest(self, beginning: str) -> list[str]:
        """Return the ids of the sources whose text has a digest with this beginning."""
        return [s.id for s in self.sources.values() if (s.sha256 or "").startswith(beginning)]

    def called(self, kind: str, folded: str) -> list[str]:
        """Return the ids of the present records of a kind with exactly this folded name."""
        found = ((id, self.present(f"{kind}/{id}")) for id in self._labels_of(kind).whole(folded))
        return [id for id, record in found if record and has(record, folded)]

    def words(self) -> Lookup:
        """Return a look-up: the ids of present claims in which a word occurs."""
        found: dict[str, list[str]] = {}
        for id in self.claims:
            for word in dict.fromkeys(id.split("-")):
                found.setdefault(word, []).append(id)
        return lambda word: found.get(word, ())

    def likenesses(self, but: Container[str]) -> Lookup:
        """Return a look-up: the ids of present entities with one of the keys that similar names
        share (`labels.likeness_keys`), or with exactly these sorted words. It leaves out the
        entities `but`.
        """
        found: dict[str, list[str]] = {}
        for entity in self.entities.values():
            if entity.id not in but:
                for key in likenesses(entity):
                    found.setdefault(key, []).append(entity.id)
        return lambda key: found.get(key, ())

    def entity(self, name: str) -> str:
        """Return the id of the entity that a name means. Raises Usage."""
        return self.resolve(name, ("entity",)).partition("/")[2]

    def source(self, name: str) -> Source:
        """Return the source that a name means. Raises Usage."""
        return self.sources[self.resolve(name, ("source",)).partition("/")[2]]

    def claim(self, name: str) -> Claim:
        """Return the claim that a name means. Raises Usage."""
        return self.claims[self.resolve(name, ("claim",)).partition("/")[2]]

    def described(self, key: str) -> str:
        """Return a key and what its record is called: `entity/usa — United States`."""
        record = self.record(key)
        called = " ".join(label(record).split()) if record else ""
        short = called if len(called) <= LABEL else f"{called[: LABEL - 1]}…"
        return f"{key} — {short}" if short else key

    def _within(self, name: str, kinds: Sequence[str]) -> tuple[Sequence[str], str]:
        """Return the kinds that a name allows, and the name without IRI and kind."""
        tail = name.strip().removeprefix(self.base) if self.base else name.strip()
        kind, slash, rest = tail.partition("/")
        if slash and kind in RECORDS:
            return tuple(k for k in kinds if k == kind), rest
        return kinds, tail

    def _keys(self, name: str, kinds: Sequence[str]) -> list[str]:
        kinds, id = self._within(name, kinds)
        return [f"{kind}/{id}" for kind in kinds if id]

    def _is_record(self, key: str, kinds: Sequence[str]) -> bool:
        """Tell whether a key is that of a present record.

        Passages and relays count only if several kinds are allowed.
        """
        kind, _, id = key.partition("/")
        own = self._groups(kind)[0] if self._groups(kind) else None
        return (own is not None and id in own) or (len(kinds) > 1 and bool(self.present(key)))

    def _labels_of(self, kind: str) -> Labels:
        if kind not in self._labels:
            groups = self._groups(kind)
            others = (r for k, r in self.others.items() if k.startswith(f"{kind}/"))
            self._labels[kind] = Labels(groups[0].values() if groups else others)
        return self._labels[kind]

    def _refuse_past(self, name: str, kinds: Sequence[str]) -> None:
        """Raise Usage if a name is the id of a past record, or of a version."""
        past = [key for key in self._keys(name, kinds) if key in self.past]
        id, number, _ = (past[0] if past else name).partition("~")
        if past and not number:
            raise Usage(f"{past[0]} no longer counts.", f"kb show {id} --history shows why")
        if number and (past or self.exactly(id, kinds)):
            raise Usage(
                f"{name} is an old version, and old versions are not changed.",
                f"kb show {id} --history shows them",
            )

    def _unknown(self, name: str, kinds: Sequence[str]) -> Unknown:
        noun = kinds[0] if len(kinds) == 1 else "record"
        others = self.exactly(name, [kind for kind in RECORDS if kind not in kinds])
        if others:
            return Unknown(
                f"“{name}” is {self.described(others[0])}, not {_a(noun)}.",
                f"kb show {others[0]}",
            )
        near = self._nearest(name, kinds)
        hint = f"did you mean {' or '.join(near)}?" if near else HINTS.get(noun, ELSEWHERE)
        return Unknown(f"no {noun} is called “{name}”.", hint, near)

    def _nearest(self, name: str, kinds: Sequence[str]) -> list[str]:
        """Return the keys (ids if there is one kind) of the records with the most similar names."""
        names: dict[str, str] = {}
        for kind in kinds:
            for called, id in self._similar_to(kind):
                names.setdefault(called, id if len(kinds) == 1 else f"{kind}/{id}")
        folded = fold(self._within(name, kinds)[1])
        near = identifiers.nearest(folded, _comparable(folded, names))
        return list(dict.fromkeys(names[one] for one in near))

    def _similar_to(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield the names, with ids, of the present records of a kind that an unknown name is
        compared with: of claims, only names that are ids.
        """
        for called, ids in self._labels_of(kind):
            for id in ids if kind != "claim" or called.replace(" ", "-") in self.claims else ():
                if self.present(f"{kind}/{id}"):
                    yield called, id

    def forget(self, key: str) -> None:
        """Remove a record that was withdrawn or removed."""
        path, _, id = key.partition("/")
        for group in self._groups(path):
            group.pop(id, None)
        self.others.pop(key, None)
        self.files.pop(key, None)
        self._pointing.clear()
        # A number may be free again.
        self._numbers.clear()

    def _groups(self, path: str) -> list[dict[str, Any]]:
        """Return the groups of records with this path."""
        groups: dict[str, list[dict[str, Any]]] = {
            "entity": [self.entities],
            "claim": [self.claims],
            "source": [self.sources, self.quotes],
            "assertion": [self.assertions, self.relays],
        }
        return groups.get(path, [])

    def fresh(self, path: str, wanted: str) -> str:
        """Return `wanted`, with a number appended if a present or past record has this id."""
        if path + wanted not in self.files:
            return wanted
        n = self._numbers.get(path + wanted, 1) + 1
        while f"{path}{wanted}-{n}" in self.files:
            n += 1
        self._numbers[path + wanted] = n
        return f"{wanted}-{n}"

    def present(self, key: str) -> Record | None:
        """Return the present record with this path and id, or None."""
        path, _, id = key.partition("/")
        found: Iterator[Record] = (group[id] for group in self._groups(path) if id in group)
        return next(found, None) or self.others.get(key)

    def record(self, key: str) -> Record | None:
        """Return the record, present or past, with this path and id, or None."""
        return self.present(key) or self.past.get(key)


def _comparable(name: str, names: Collection[str]) -> Iterable[str]:
    """Return the names that are compared with one letter by letter, which takes long: all, or of
    very many only those that come next to it in the order of their beginnings, and of their ends.
    """
    if len(names) <= MANY_NAMES:
        return names
    forward, backward = sorted(names), sorted(one[::-1] for one in names)
    at, end = bisect(forward, name), bisect(backward, name[::-1])
    by_end = (one[::-1] for one in backward[max(end - BESIDE, 0) : end + BESIDE])
    return [*forward[max(at - BESIDE, 0) : at + BESIDE], *by_end]


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
