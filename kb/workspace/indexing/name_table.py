"""Table of names: which records of an index have a name, found without reading the records; and
the statuses and contradictions that the index keeps.

It is a SQLite file beside the files of the engine, and like them it never changes once its index is
complete. Beside names it has what else records are looked up by: the words of a claim's id, what
similar names of entities share, the digest of a source's text, the assertion of a relay. It also
knows which claims each update has reached, for readers that follow changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import astuple
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kb.model.rdf_terms import Term, Triple
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Record,
    Relay,
    Source,
    slots,
)
from kb.rdf.decoding import CLASSES
from kb.rdf.turtle_reader import TYPE, by_subject
from kb.reasoning.tables import Contradiction
from kb.store import faults
from kb.system.modules import later
from kb.workspace.catalogs.labels import fold, likenesses, names

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = later("sqlite3")

# The name of the file.
FILE: Final = "names.sqlite"
# What is looked up beside the names of each kind of record: the last words of an entity's name, the
# words of a claim's id, what similar names of entities share, a text's digest, a relay's assertion.
TAIL: Final = "tail"
WORD: Final = "word"
ALIKE: Final = "alike"
DIGEST: Final = "digest"
RELAY: Final = "relay"
# Greater than every character of a folded name.
_LAST: Final = "\U0010ffff"
# Fields of the records that are looked up by more than their ids.
_FIELDS: Final[Mapping[type[Record], Sequence[str]]] = {
    Entity: ("name", "also", "naming"),
    Claim: ("statement",),
    Source: ("title", "file_name", "sha256"),
}
# Records that are looked up by their ids alone.
_NAMED: Final = (Assertion, Affiliation, Judgement)
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS files (number INTEGER PRIMARY KEY, file TEXT UNIQUE)",
    "CREATE TABLE IF NOT EXISTS names (kind TEXT, name TEXT, id TEXT, file INTEGER, "
    "PRIMARY KEY (kind, name, id, file)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS statuses "
    "(claim TEXT PRIMARY KEY, word TEXT, status TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS contradictions (claim_a TEXT, claim_b TEXT, kind TEXT, "
    "certainty TEXT, rule TEXT, PRIMARY KEY (claim_a, claim_b, kind, rule)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS contradicting ON contradictions (claim_b)",
    "CREATE TABLE IF NOT EXISTS updates (number INTEGER PRIMARY KEY, mark TEXT)",
    "CREATE TABLE IF NOT EXISTS reached (claim TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID",
)
_CONTRADICTIONS: Final = "SELECT claim_a, claim_b, kind, certainty, rule FROM contradictions"
_REACHED: Final = "INSERT OR REPLACE INTO reached SELECT ?, max(number) FROM updates"
# What is looked up, under which key, and the id that is found.
Row = tuple[str, str, str]
# The status of a claim that is kept: in a word, and with everything behind it as a text. The word
# is empty where there is no status, but only voices of assertions.
Kept = tuple[str, str]


def rows(triples: Iterable[Triple], base: str) -> set[Row]:
    """Return the rows of the records that a file describes.

    >>> from kb.model.vocabulary import NS
    >>> subject = Term("iri", "https://x.org/claim/a-b")
    >>> triples = [(subject, Term("iri", TYPE), Term("iri", f"{NS}Claim"))]
    >>> sorted(rows(triples, "https://x.org/"))
    [('claim', 'a b', 'a-b'), ('word', 'a', 'a-b'), ('word', 'b', 'a-b')]
    """
    return {
        row
        for iri, properties in by_subject(triples).items()
        for row in _rows(iri, properties, base)
        if row[1]
    }


def pair_order(pair: Contradiction) -> tuple[str, ...]:
    """Return what contradictions are sorted by."""
    return pair.claim_a, pair.claim_b, pair.kind, pair.rule


def _rows(iri: str, properties: Mapping[str, Sequence[Term]], base: str) -> Iterator[Row]:
    """Yield the rows of one record."""
    kind = CLASSES.get(
        min((t.value for t in properties.get(TYPE, ()) if t.value in CLASSES), default="")
    )
    if kind is None or not iri.startswith(base + kind.path):
        return
    id = iri.removeprefix(base + kind.path)
    if kind is Relay:
        yield RELAY, id.rpartition("-r")[0], id
    elif kind in _FIELDS:
        yield from _labelled(_described(kind, id, properties))
    elif kind in _NAMED:
        yield kind.path.rstrip("/"), fold(id), id


def _described(kind: type[Record], id: str, properties: Mapping[str, Sequence[Term]]) -> Record:
    """Return a record with the fields by which it is looked up. Of several values where one is
    allowed, the first counts.
    """
    values: dict[str, Any] = {}
    for name in _FIELDS.get(kind, ()):
        slot = slots(kind)[name]
        terms = properties.get(slot.property, ())
        found = [term.value for term in (terms if slot.many else sorted(terms)[:1])]
        values[name] = tuple(found) if slot.many else next(iter(found), None)
    return kind(id, **values)


def _labelled(record: Record) -> Iterator[Row]:
    """Yield the rows of a record that has names."""
    called = list(names(record))
    yield from ((record.path.rstrip("/"), name, record.id) for name in called)
    match record:
        case Entity():
            yield from ((TAIL, tail, record.id) for name in called for tail in _tails(name))
            yield from ((ALIKE, key, record.id) for key in likenesses(record))
        case Claim():
            yield from ((WORD, word, record.id) for word in record.id.split("-"))
        case Source():
            yield DIGEST, record.sha256 or "", record.id


def _tails(name: str) -> Iterator[str]:
    """Yield the last words of a name."""
    words = name.split(" ")
    return (" ".join(words[n:]) for n in range(1, len(words)))


class NameTable:
    """The table of a complete index, for reading."""

    def __init__(self, place: Path) -> None:
        """Open the table in the folder of an index. Raises Damaged."""
        try:
            address = f"{(place / FILE).absolute().as_uri()}?mode=ro&immutable=1"
            self._table = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise faults.damaged(error) from None

    def ids(self, kind: str, name: str, most: int = -1) -> list[str]:
        """Return the ids under exactly this key, sorted, at most so many."""
        question = "SELECT DISTINCT id FROM names WHERE kind = ? AND name = ? LIMIT ?"
        return [id for (id,) in self._asked(question, kind, name, most)]

    def beginning(self, kind: str, name: str) -> list[str]:
        """Return the ids under keys that begin with this text."""
        question = "SELECT DISTINCT id FROM names WHERE kind = ? AND name >= ? AND name < ?"
        return [id for (id,) in self._asked(question, kind, name, name + _LAST)]

    def names(self, kind: str) -> Sequence[tuple[str, ...]]:
        """Return every key of a kind with each of its ids, sorted."""
        return self._asked("SELECT DISTINCT name, id FROM names WHERE kind = ?", kind)

    def statuses(self, claims: Iterable[str] | None = None) -> list[str]:
        """Return the statuses of these claims, or of all, as texts in the order of the claims."""
        return list(self.kept(claims).values())

    def kept(self, claims: Iterable[str] | None = None) -> dict[str, str]:
        """Return the statuses of these claims, or of all, as texts by claim."""
        return dict(self._of_claims("status", claims))

    def mark(self) -> str:
        """Return the mark of the last update of what is kept."""
        last = self._asked("SELECT mark FROM updates ORDER BY number DESC LIMIT 1")
        return next((mark for (mark,) in last), "")

    def reached(self, mark: str) -> list[str] | None:
        """Return the claims that updates have reached since the one with this mark. None if there
        was none, or if everything was computed since.
        """
        for (number,) in self._asked("SELECT number FROM updates WHERE mark = ?", mark):
            since = self._asked("SELECT claim FROM reached WHERE number > ?", number)
            return [claim for (claim,) in since]
        return None

    def words(self, claims: Iterable[str] | None = None) -> dict[str, str]:
        """Return the statuses of these claims, or of all, in a word, by claim."""
        return {claim: word for claim, word in self._of_claims("word", claims) if word}

    def contradictions(self, claims: Iterable[str] | None = None) -> list[Contradiction]:
        """Return the contradictions of these claims, or all, sorted by claims, kind and rule."""
        order = "ORDER BY claim_a, claim_b, kind, rule"
        if claims is None:
            return list(starmap(Contradiction, self._asked(f"{_CONTRADICTIONS} {order}")))
        one = f"{_CONTRADICTIONS} WHERE claim_a = ?1 OR claim_b = ?1"
        found = {row for claim in set(claims) for row in self._asked(one, claim)}
        return sorted(starmap(Contradiction, found), key=pair_order)

    def _of_claims(self, column: str, claims: Iterable[str] | None) -> list[Any]:
        """Return pairs of a claim and a column of its status."""
        asked = f"SELECT claim, {column} FROM statuses"
        if claims is None:
            return self._asked(f"{asked} ORDER BY claim")
        one = f"{asked} WHERE claim = ?"
        return [row for claim in sorted(set(claims)) for row in self._asked(one, claim)]

    def _asked(self, question: str, *values: object) -> list[Any]:
        try:
            return self._table.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise faults.damaged(error) from None

    def close(self) -> None:
        """Release the file."""
        self._table.close()


class NameWriter:
    """The table of an index that is being built. No other process uses it meanwhile."""

    def __init__(self, place: Path) -> None:
        """Open the table in the folder of an index, made if it is missing. Raises OSError."""
        try:
            self._table = sqlite3.connect(place / FILE, isolation_level=None)
        except sqlite3.Error as error:
            raise OSError(str(error)) from None
        # Nobody reads an incomplete index, so that nothing has to survive a crash.
        for line in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", *_SCHEMA, "BEGIN"):
            self._run(line)

    def replace(
        self, file: str, old: AbstractSet[Row] = frozenset(), new: AbstractSet[Row] = frozenset()
    ) -> None:
        """Replace the rows of a file. Raises OSError."""
        if old == new:
            return
        self._run("INSERT OR IGNORE INTO files (file) VALUES (?)", (file,))
        ((number,),) = self._run("SELECT number FROM files WHERE file = ?", (file,))
        self._each(
            "DELETE FROM names WHERE kind = ? AND name = ? AND id = ? AND file = ?",
            old - new,
            number,
        )
        self._each("INSERT OR IGNORE INTO names VALUES (?, ?, ?, ?)", new - old, number)

    def keep(
        self,
        statuses: Mapping[str, Kept],
        contradictions: Iterable[Contradiction],
        reached: Iterable[str] | None = None,
    ) -> None:
        """Replace what is kept: statuses by claim, and contradictions; those of the claims that a
        change reaches, or all. Raises OSError.

        The update has a random mark, so that a reader can tell whether it has seen it.
        """
        if reached is None:
            for table in ("statuses", "contradictions", "updates", "reached"):
                self._run(f"DELETE FROM {table}")
        self._run("INSERT INTO updates (mark) VALUES (?)", (os.urandom(8).hex(),))
        claims = sorted(reached or ())
        self._many(_REACHED, ((claim,) for claim in claims))
        gone = [(claim,) for claim in claims if claim not in statuses]
        self._many("DELETE FROM statuses WHERE claim = ?", gone)
        rows = ((claim, *kept) for claim, kept in sorted(statuses.items()))
        self._many("INSERT OR REPLACE INTO statuses VALUES (?, ?, ?)", rows)
        for column in ("claim_a", "claim_b"):
            every = ((claim,) for claim in claims)
            self._many(f"DELETE FROM contradictions WHERE {column} = ?", every)
        self._many(
            "INSERT INTO contradictions VALUES (?, ?, ?, ?, ?)", map(astuple, contradictions)
        )

    def _each(self, statement: str, found: Iterable[Row], number: int) -> None:
        """Run a statement for each row of a file, in the order of the table."""
        self._many(statement, ((*row, number) for row in sorted(found)))

    def _many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each of these rows."""
        try:
            self._table.executemany(statement, rows)
        except sqlite3.Error as error:
            raise OSError(str(error)) from None

    def _run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[int, ...]]:
        try:
            return self._table.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise OSError(str(error)) from None

    def close(self) -> None:
        """Write everything and release the file. Raises OSError."""
        try:
            if self._table.in_transaction:
                self._run("COMMIT")
        finally:
            self._table.close()
