"""Tables for spreadsheets and programs: assertions, claims, sources, entities. UTF-8 without BOM, a header row, lines end with `\\n`.

Ids are slugs, lists are joined by `|`, what is unknown is empty, tokens are those of the
vocabulary. `start` and `end` are code points
into the text whose sha256 is given, from 0, end exclusive. Records that were invalidated are left
out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from kb.model.records import Assertion, Claim, Entity, Quote, Record, Source, slots
from kb.workspace.catalog import Known
from kb.workspace.folder import write as write_file

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]

ASSERTIONS = (
    *(
        "assertion",
        "claim",
        "stance",
        "scope",
        "speaker",
        "speaker_label",
        "voice",
        "relays",
        "source",
        "source_sha256",
        "start",
        "end",
    ),
    *(
        "quote",
        "said_from",
        "said_to",
        "basis",
        "form",
        "manner",
        "words",
        "coder",
        "recorded",
        "statement",
        "kind",
        "status",
    ),
)
CLAIMS = (
    *(
        "claim",
        "kind",
        "subject",
        "predicate",
        "object",
        "roles",
        "polarity",
        "when_from",
        "when_to",
        "held",
        "quantity_min",
    ),
    *(
        "quantity_max",
        "unit",
        "statement",
        "status",
        "support",
        "contest",
        "dispute",
        "flags",
        "documents",
        "originals",
    ),
    *("voices_for", "voices_against", "no_known_stake"),
)
# What spreadsheets pass over at the begin of a cell: space, controls, and characters that are not
# seen.
PASSED_OVER = (
    "\\s\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
# What makes them compute a cell (OWASP, CSV injection), full-width and small forms, too; a plain
# number is none.
FORMULA = re.compile(f"[\t\r]|[{PASSED_OVER}]*[=+\\-@＝＋－＠﹦﹢﹣﹫]")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?)"
)
# What they change when a file is opened: leading zeros and the digits behind the fifteenth are
# lost, 1E5 is computed, and
# 3-4, 1/2 and MAR1 become days of this year.
CHANGED = re.compile(
    rf"0[0-9]+(?:\.[0-9]*)?|[0-9]{{16,}}|[0-9.]+E[+-]?[0-9]+|[0-9]{{1,2}}[-/][0-9]{{1,2}}|[0-9]{{1,2}}([-/.])[0-9]{{1,2}}\1[0-9]{{2,4}}"
    rf"|[0-9]{{1,2}}[ -]?{MONTH}|{MONTH}[ -]?[0-9]{{1,4}}",
    re.IGNORECASE,
)


class StatusLike(Protocol):
    """What these tables need to know of a claim's status."""

    @property
    def headline(self) -> str:
        """First that fits."""

    @property
    def support(self) -> str:
        """How many stand behind it."""

    @property
    def contest(self) -> Collection[str]:
        """How it is contested."""

    @property
    def dispute(self) -> Collection[str]:
        """What the dispute is about."""

    @property
    def flags(self) -> Collection[str]:
        """What else is to be known."""

    @property
    def documents(self) -> int:
        """Documents that carry it."""

    @property
    def originals(self) -> int:
        """Documents that are not copies of each other."""

    @property
    def voices_for(self) -> Collection[str]:
        """Voices that affirm it."""

    @property
    def voices_against(self) -> Collection[str]:
        """Voices that deny or contradict it."""

    @property
    def no_known_stake(self) -> int:
        """Affirming voices without a known stake."""


def assertions(
    known: Known, statuses: Mapping[str, StatusLike], voices: Mapping[str, str | None]
) -> Table:
    """One row an assertion, in the order of the documents. `statuses` by claim id; `voices` by
    assertion id.
    """
    valid = [a for a in known.assertions.values() if not a.invalidated]
    quotes = {a.id: known.quotes.get(a.quote or "", Quote("")) for a in valid}
    valid.sort(key=lambda a: (a.source or "", quotes[a.id].start or 0, a.id))
    return ASSERTIONS, [
        _assertion(a, quotes[a.id], known, statuses.get(a.claim or ""), voices.get(a.id))
        for a in valid
    ]


def _assertion(
    a: Assertion, quote: Quote, known: Known, status: StatusLike | None, voice: str | None
) -> tuple[str, ...]:
    claim = known.claims.get(a.claim or "", Claim(""))
    speaker = known.entities.get(a.speaker or "", Entity(""))
    source = known.sources.get(a.source or "", Source(""))
    relays = sorted(
        (known.relays[r] for r in a.relays if r in known.relays),
        key=lambda r: (r.position or 0, r.id),
    )
    return _row(
        *(
            a.id,
            a.claim,
            a.stance,
            a.scope,
            a.speaker,
            speaker.name,
            _slug(voice),
            [r.speaker for r in relays],
            a.source,
            source.sha256,
        ),
        *(
            quote.start,
            quote.end,
            quote.fragment,
            a.said_from,
            a.said_to,
            a.basis,
            a.form,
            a.manner,
            a.words,
            a.coder,
            a.recorded,
        ),
        *(claim.statement, claim.kind, status.headline if status else None),
    )


def claims(known: Known, statuses: Mapping[str, StatusLike]) -> Table:
    """One row a claim, by id. `statuses` by claim id; voices are counted."""
    valid = sorted((c for c in known.claims.values() if not c.invalidated), key=lambda c: c.id)
    return CLAIMS, [_claim(c, statuses.get(c.id)) for c in valid]


def _claim(c: Claim, status: StatusLike | None) -> tuple[str, ...]:
    roles = [f"{role}={entity}" for role, entity in c.roles()]
    stored = (
        c.id,
        c.kind,
        c.subject,
        c.predicate,
        c.object,
        roles,
        c.polarity or "positive",
        c.begin_earliest,
        c.end_latest,
        c.held,
    )
    amount = (c.quantity_min, c.quantity_max, c.unit, c.statement)
    if status is None:
        return _row(*stored, *amount, *[None] * (len(CLAIMS) - len(stored) - len(amount)))
    said = (
        status.headline,
        status.support,
        status.contest,
        status.dispute,
        status.flags,
        status.documents,
        status.originals,
    )
    return _row(
        *stored,
        *amount,
        *said,
        len(status.voices_for),
        len(status.voices_against),
        status.no_known_stake,
    )


def sources(known: Known) -> Table:
    """One row a source, by id, with every stored field."""
    return _stored("source", Source, known.sources.values())


def entities(known: Known) -> Table:
    """One row an entity, by id, with every stored field."""
    return _stored("entity", Entity, known.entities.values())


def _stored(name: str, kind: type[Record], records: Iterable[Record]) -> Table:
    names = tuple(slots(kind))
    return (name, *names), [
        _row(r.id, *(getattr(r, n) for n in names)) for r in sorted(records, key=lambda r: r.id)
    ]


def tables(
    known: Known, statuses: Mapping[str, StatusLike], voices: Mapping[str, str | None]
) -> dict[str, Table]:
    """All four tables by name."""
    return {
        "assertions": assertions(known, statuses, voices),
        "claims": claims(known, statuses),
        "sources": sources(known),
        "entities": entities(known),
    }


def write(folder: Path, tables: Mapping[str, Table]) -> list[Path]:
    """Write each table as `<name>.csv` into a folder, whole or not at all; the paths written."""
    return _written(folder, {name: text(*table) for name, table in tables.items()})


def write_for_spreadsheet(folder: Path, tables: Mapping[str, Table], delimiter: str) -> list[Path]:
    """The same, with a byte order mark, by which spreadsheets know UTF-8, and the delimiter that
    they expect.
    """
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
    """A table as CSV.

    >>> text(("a", "b"), [("1", "x, y")])
    'a,b\\n1,"x, y"\\n'
    """
    out = io.StringIO(newline="")
    plain = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    # Before Python 3.13 the writer leaves a lone carriage return bare, and its own reader then
    # refuses the line.
    quoted = csv.writer(out, lineterminator="\n", delimiter=delimiter, quoting=csv.QUOTE_ALL)
    for row in (columns, *rows):
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return out.getvalue()


def harmless(table: Table) -> Table:
    """The same table for a spreadsheet: an apostrophe before what it would take for a formula, or
    change. Not exact any more.

    >>> harmless((("a",), [("=1+1",), ("-5",), ("007",)]))
    (('a',), [("'=1+1",), ('-5',), ("'007",)])
    """
    columns, rows = table
    return columns, [tuple(f"'{cell}" if _computed(cell) else cell for cell in row) for row in rows]


def _computed(cell: str) -> bool:
    """Whether a spreadsheet would show something else than this text."""
    return not NUMBER.fullmatch(cell) and bool(FORMULA.match(cell) or CHANGED.fullmatch(cell))


def _row(*values: Any) -> tuple[str, ...]:
    return tuple(_cell(v) for v in values)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Decimal():
            digits = format(value, "f")
            return digits.rstrip("0").rstrip(".") if "." in digits else digits
        case datetime():
            return value.isoformat(timespec="seconds").replace("+00:00", "Z")
        case tuple() | list() | set() | frozenset():
            return "|".join(_cell(v) for v in value)
    return str(value)


def _slug(voice: str | None) -> str | None:
    """A voice may be told with its path: `entity/x`, `source/x`."""
    return voice.removeprefix("entity/").removeprefix("source/") if voice else None
