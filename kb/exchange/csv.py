"""CSV tables for spreadsheets and programs: a table for each kind of record, and contradictions.

They are UTF-8 without BOM, with a header row and `\\n` line ends. Ids are slugs, lists are joined
by `|`, unknown values are empty, tokens are those of the vocabulary. `start` and `end` count code
points from 0, end exclusive, in the text with the given SHA-256. Invalidated records are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from kb.exchange.material import StatusLike
from kb.exchange.spreadsheet_cells import marked as safe
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Source,
    slots,
)
from kb.model.values import decimal_text
from kb.workspace.catalogs.catalog import Known
from kb.workspace.files.folder import write as write_file

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
# A table whose cells are values: numbers, dates, lists.
Values = tuple[tuple[str, ...], list[tuple[Any, ...]]]

_ASSERTIONS = """
    assertion claim stance scope speaker speaker_label voice relays source source_sha256 start end
    quote said_from said_to basis form manner words coder recorded statement kind status
"""
# New columns are added at the end, so that programs that count columns keep working.
_CLAIMS = """
    claim kind subject predicate object roles polarity when_from when_to held quantity_min
    quantity_max unit statement status support contest dispute flags documents originals
    voices_for voices_against no_known_stake quantity_best exactness counted quantity
"""
CONTRADICTIONS = ("claim_a", "claim_b", "kind", "certainty", "rule")
ASSERTIONS = tuple(_ASSERTIONS.split())
CLAIMS = tuple(_CLAIMS.split())


class PairLike(Protocol):
    """The parts of a contradiction that the tables need."""

    @property
    def claim_a(self) -> str:
        """The first claim of the pair, by id."""

    @property
    def claim_b(self) -> str:
        """The second claim of the pair."""

    @property
    def kind(self) -> str:
        """The kind of contradiction."""

    @property
    def certainty(self) -> str:
        """Whether the claims certainly or possibly cannot both be true."""

    @property
    def rule(self) -> str:
        """The rule that found it."""


def assertions(
    known: Known,
    statuses: Mapping[str, StatusLike],
    voices: Mapping[str, str | None],
    passages: Mapping[str, str] = {},
) -> Values:
    """Return one row for each assertion, in the order of the documents.

    `statuses` is keyed by claim id, `voices` by assertion id, and `passages` by quote id. A passage
    is known if the text is available; otherwise the row has the stored fragment.
    """
    valid = [a for a in known.assertions.values() if not a.invalidated]
    quotes = {a.id: known.quotes.get(a.quote or "", Quote("")) for a in valid}
    valid.sort(key=lambda a: (a.source or "", quotes[a.id].start or 0, a.id))
    return ASSERTIONS, [
        _assertion(
            a,
            _whole(quotes[a.id], passages),
            known,
            statuses.get(a.claim or ""),
            voices.get(a.id),
        )
        for a in valid
    ]


def _whole(quote: Quote, passages: Mapping[str, str]) -> Quote:
    """Replace the stored fragment of a quote with its passage, if that is known."""
    return replace(quote, fragment=passages.get(quote.id) or quote.fragment)


def _assertion(
    a: Assertion, quote: Quote, known: Known, status: StatusLike | None, voice: str | None
) -> tuple[Any, ...]:
    claim = known.claims.get(a.claim or "", Claim(""))
    speaker = known.entities.get(a.speaker or "", Entity(""))
    source = known.sources.get(a.source or "", Source(""))
    relays = sorted(
        (known.relays[r] for r in a.relays if r in known.relays),
        key=lambda r: (r.position or 0, r.id),
    )
    who = (a.speaker, speaker.name, _slug(voice), [r.speaker for r in relays])
    where = (a.source, source.sha256, quote.start, quote.end, quote.fragment)
    how = (a.said_from, a.said_to, a.basis, a.form, a.manner, a.words, a.coder, a.recorded)
    said = (claim.statement, claim.kind, status.status if status else None)
    return (a.id, a.claim, a.stance, a.scope, *who, *where, *how, *said)


def claims(known: Known, statuses: Mapping[str, StatusLike]) -> Values:
    """Return one row for each claim, by id. `statuses` is keyed by claim id. Voices are counted."""
    valid = sorted((c for c in known.claims.values() if not c.invalidated), key=lambda c: c.id)
    return CLAIMS, [_claim(c, statuses.get(c.id)) for c in valid]


def _claim(c: Claim, status: StatusLike | None) -> tuple[Any, ...]:
    roles = [f"{role}={entity}" for role, entity in c.roles()]
    stored = (
        c.id,
        c.kind,
        c.subject,
        c.predicate,
        c.object or c.object_value or (c.object_claim and f"claim/{c.object_claim}"),
        roles,
        c.polarity or "positive",
        c.begin_earliest,
        c.end_latest,
        c.held,
    )
    sentence = (c.quantity_min, c.quantity_max, c.unit, c.statement)
    amount = (c.quantity_best, c.exactness, c.counted, c.quantity)
    return (*stored, *sentence, *_status(status), *amount)


def _status(status: StatusLike | None) -> Iterable[object]:
    """The columns of a status, empty where a claim has none."""
    if status is None:
        return [None] * 10
    return (
        status.status,
        status.support,
        status.contest,
        status.dispute,
        status.flags,
        status.documents,
        status.originals,
        len(status.voices_for),
        len(status.voices_against),
        status.no_known_stake,
    )


def sources(known: Known) -> Values:
    """Return one row for each source, by id, with every stored field."""
    return _stored("source", Source, known.sources.values())


def entities(known: Known) -> Values:
    """Return one row for each entity, by id, with every stored field."""
    return _stored("entity", Entity, known.entities.values())


def quotes(known: Known, passages: Mapping[str, str] = {}) -> Values:
    """Return one row for each passage, by id, with every stored field."""
    return _stored("passage", Quote, (_whole(q, passages) for q in known.quotes.values()))


def _counting(known: Known, kind: type[Record]) -> list[Record]:
    """Return the records of a class that count."""
    found = (r for r in known.others.values() if isinstance(r, kind))
    return [r for r in found if not getattr(r, "invalidated", None)]


def contradictions(pairs: Iterable[PairLike]) -> Values:
    """Return one row for each pair of claims and rule."""
    rows = sorted({tuple(getattr(p, name) for name in CONTRADICTIONS) for p in pairs})
    return CONTRADICTIONS, rows


def _stored(name: str, kind: type[Record], records: Iterable[Record]) -> Values:
    names = tuple(slots(kind))
    rows = []
    for record in sorted(records, key=lambda r: r.id):
        rows.append((record.id, *(getattr(record, field) for field in names)))
    return (name, *names), rows


def tables(
    known: Known,
    statuses: Mapping[str, StatusLike],
    voices: Mapping[str, str | None],
    passages: Mapping[str, str] = {},
    chosen: Collection[str] | None = None,
) -> dict[str, Values]:
    """Return the tables of records by name. `passages` are as in `assertions`.

    For a selection, assertions and claims have a column that says whether the claim was `chosen` or
    is included because of another one.
    """
    said, stated = assertions(known, statuses, voices, passages), claims(known, statuses)
    return {
        "assertions": said if chosen is None else marked(said, chosen),
        "claims": stated if chosen is None else marked(stated, chosen),
        "sources": sources(known),
        "entities": entities(known),
        "quotes": quotes(known, passages),
        "affiliations": _stored("affiliation", Affiliation, _counting(known, Affiliation)),
        "judgements": _stored("judgement", Judgement, _counting(known, Judgement)),
    }


def marked(table: Values, chosen: Collection[str]) -> Values:
    """Add a last column that says whether the claim of the row was chosen.

    >>> marked((("claim",), [("a",), ("b",)]), {"a"})
    (('claim', 'chosen'), [('a', True), ('b', False)])
    """
    columns, rows = table
    at = columns.index("claim")
    return (*columns, "chosen"), [(*row, row[at] in chosen) for row in rows]


def write(folder: Path, tables: Mapping[str, Table]) -> list[Path]:
    """Write each table to `<name>.csv` in a folder, atomically. Return the paths."""
    return _written(folder, {name: text(*table) for name, table in tables.items()})


def write_for_spreadsheet(folder: Path, tables: Mapping[str, Table], delimiter: str) -> list[Path]:
    """Write the tables as spreadsheets expect them: with a byte order mark, and their delimiter."""
    return _written(
        folder, {name: f"\ufeff{text(*table, delimiter)}" for name, table in tables.items()}
    )


def _written(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    paths = []
    for name, content in texts.items():
        paths.append(folder / f"{name}.csv")
        write_file(paths[-1], content)
    return paths


def text(columns: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Format a table as CSV (RFC 4180, with `\\n` as line end).

    >>> text(("a", "b"), [("1", "x, y")])
    'a,b\\n1,"x, y"\\n'
    """
    out = io.StringIO(newline="")
    plain = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    # Before Python 3.13 the writer does not quote a lone carriage return, and the reader then
    # rejects the line.
    quoted = csv.writer(out, lineterminator="\n", delimiter=delimiter, quoting=csv.QUOTE_ALL)
    for row in (columns, *rows):
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return out.getvalue()


def harmless(table: Table) -> Table:
    """Make a table safe for spreadsheets: put an apostrophe before a cell that would be changed.

    The values are then no longer exact.

    >>> harmless((("a",), [("=1+1",), ("-5",), ("007",)]))
    (('a',), [("'=1+1",), ('-5',), ("'007",)])
    """
    columns, rows = table
    return columns, [tuple(map(safe, row)) for row in rows]


def as_text(table: Values) -> Table:
    """Write the values of a table as text.

    >>> as_text((("claim", "flags", "chosen"), [("a", ("x", "y"), True)]))
    (('claim', 'flags', 'chosen'), [('a', 'x|y', 'true')])
    """
    columns, rows = table
    return columns, [tuple(map(_cell, row)) for row in rows]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Decimal():
            return decimal_text(value)
        case datetime():
            return value.isoformat(timespec="seconds").replace("+00:00", "Z")
        case tuple() | list() | set() | frozenset():
            return "|".join(_cell(v) for v in value)
    return str(value)


def _slug(voice: str | None) -> str | None:
    """Return the id of a voice that may have a path: `entity/x`, `source/x`."""
    return voice.removeprefix("entity/").removeprefix("source/") if voice else None
