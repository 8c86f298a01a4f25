"""Rows of tables as sheets: entities, sources, and claims with who asserts them.

Every value keeps its cell, so that problems name it. An empty cell says nothing: what is recorded
stays.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kb.coding import notation, sheet_rules
from kb.coding.sheet import ROLE_KEYS, Entry, Sheet, Value
from kb.coding.table_columns import ALIASES, COMPUTED, ENTITIES, SOURCES, TABLES
from kb.model import identifiers
from kb.model.records import Entity, Source
from kb.model.vocabulary import ENTITY_TYPES, STANCES
from kb.text.addresses import Lines, address
from kb.workspace.catalogs.catalog import Known

# A line that begins with this is an explanation.
REMARK: Final = "#"
# Digits of an offset.
LONGEST_OFFSET: Final = 12
# Columns without a name in the header are called this and their number.
UNNAMED: Final = "column "
_MANY: Final = """
    also within overlaps co-authors by via behalf words hedges garbles place origin destination
    instrument counterpart victim beneficiary purpose topic-of
"""
_LISTS: Final = frozenset(_MANY.split())
# Columns that are keys of a sheet, too.
_OF_CLAIM: Final = "what kind not when held count unit counted extent if note"
_OF_ASSERTION: Final = """
    by at locator on via occurred degree standing basis form manner words hedges garbles reading
    certain
"""
# Column → key of a sheet.
_CONTENT: Final = {name: name for name in _OF_CLAIM.split()} | {
    "topic-of" if role == "topic" else role: key for key, role in ROLE_KEYS.items()
}
_SAID: Final = {name: name for name in _OF_ASSERTION.split()} | {"behalf": "for", "remark": "note"}
# A row: column → value with its cell.
Row = Mapping[str, Value]


@dataclass(slots=True)
class Rows:
    """A table that can be imported. `name` is its file or sheet; `table` one of TABLES."""

    name: str
    table: str
    rows: list[Row]
    # Columns that are not read, and the number of rows that are remarks.
    unread: list[str] = field(default_factory=list)
    remarks: int = 0
    # Columns that the header names twice.
    doubled: list[Value] = field(default_factory=list)


def recognised(name: str, rows: Iterable[tuple[int, Sequence[str]]]) -> Rows | None:
    """Return a table by its header, or None if the header is that of none.

    >>> found = recognised("x.csv", [(1, ["entity", "kind"]), (2, ["pier", "place"])])
    >>> found.table, found.rows[0]["kind"].text
    ('entities', 'place')
    """
    filled = [(n, row) for n, row in rows if any(row)]
    numbered = [(n, row) for n, row in filled if not row[0].startswith(REMARK)]
    if not numbered:
        return None
    header = [cell.strip().casefold() for cell in numbered[0][1]]
    table = _table(set(header))
    if table is None:
        return None
    columns = _columns(table, header)
    explained = f"{REMARK} {next(iter(TABLES[table].values()))}"
    remarks = [row for _, row in filled if row[0].startswith(REMARK) and row[0] != explained]
    found = [_row(columns, number, cells) for number, cells in numbered[1:]]
    doubled = [Value(columns[at], numbered[0][0], at + 1) for at in _doubled(columns, table)]
    return Rows(name, table, found, _unread(table, found), len(remarks), doubled)


def _doubled(columns: Sequence[str], table: str) -> Iterable[int]:
    """Return the places of columns that are read, and are named before."""
    return (n for n, name in enumerate(columns) if name in TABLES[table] and name in columns[:n])


def _unread(table: str, rows: Iterable[Row]) -> list[str]:
    """Return the columns with values that are not read. Labels are beside ids for people."""
    given = dict.fromkeys(name for row in rows for name in row)
    read = TABLES[table].keys() | ({"start", "end"} & COMPUTED[table])
    return [
        n for n in given if n not in read and not n.startswith(UNNAMED) and not n.endswith("_label")
    ]


def _table(header: set[str]) -> str | None:
    if header & {"at", "quote"} and header & {"claim", "statement"}:
        return "claims"
    if "entity" in header or {"name", "kind"} <= header or {"name", "type"} <= header:
        return "entities"
    if "source" in header and header & {"title", "url", "publisher", "author"}:
        return "sources"
    return None


def _columns(table: str, header: Sequence[str]) -> list[str]:
    """Return the column of an import for each cell of a header."""
    aliases = ALIASES[table]
    # “claim” is an id in the exported table, which has the sentence under “statement”.
    if table == "claims" and "statement" not in header:
        aliases = {k: v for k, v in aliases.items() if k != "claim"}
    return [aliases.get(name, name) for name in header]


def _row(columns: Sequence[str], number: int, cells: Sequence[str]) -> Row:
    row = {}
    for at, text in enumerate(cells, 1):
        if not text:
            continue
        column = (columns[at - 1] if at <= len(columns) else "") or f"{UNNAMED}{at}"
        row[column] = value_of(column, text, number, at)
    return row


def value_of(column: str, text: str, line: int, at: int) -> Value:
    """Return the text of a cell as the value of a column, with its place."""
    if column in _LISTS:
        text = notation.joined(part.strip() for part in text.split("|") if part.strip())
    return Value(" ".join(text.replace("\r\n", "\n").split("\n")), line, at)


def sheets(
    found: Rows, known: Known, text: Callable[[str], str | None], coder: str = ""
) -> list[Sheet]:
    """Return the sheets that enter a table. `text` returns the text of a source by its id."""
    if found.table == "entities":
        made = [_entities(found, known)]
    elif found.table == "sources":
        made = [_sources(found, known)]
    else:
        made = _claims(found, known, text)
    made = [_misplaced(found), *made]
    made = [sheet for sheet in made if sheet.records or sheet.claims or sheet.problems]
    for sheet in made:
        sheet_rules.sign(sheet, coder)
        sheet_rules.check(sheet)
    return made


def _misplaced(found: Rows) -> Sheet:
    """Return a sheet with a problem for each column that the header names twice, and for each cell
    without a column.
    """
    sheet = Sheet(found.name)
    for column in found.doubled:
        message = f"there is another column for “{column.text}”."
        sheet.problem("sheet-key", message, column, "keep one of them, or rename the other one")
    for row in found.rows:
        for name, value in row.items():
            if name.startswith(UNNAMED):
                sheet.problem(
                    "sheet-key",
                    "this cell is in a column without a name.",
                    value,
                    "put quotes around cells that contain the separator, or name the column",
                )
    return sheet


def _entities(found: Rows, known: Known) -> Sheet:
    """Return the sheet of a table of entities: new ones are declared, then all get their values."""
    sheet, seen = Sheet(found.name), dict[str, Value]()
    for row in found.rows:
        first = next(iter(row.values()))
        id = row.get("entity") or replace(
            row.get("name", first), text=identifiers.slug(row["name"].text if "name" in row else "")
        )
        if not id.text:
            sheet.problem("bad-entity", "this row has neither an id nor a name.", first)
            continue
        if id.text in seen:
            again = f"“{id.text}” is on line {seen[id.text].line}, too."
            sheet.problem("bad-entity", again, id, "an entity has one row")
            continue
        seen[id.text] = id
        if id.text not in known.entities and not _declared(sheet, row, id):
            continue
        values = _values(row, ENTITIES, known.entities.get(id.text))
        values.pop("entity", None)
        key = replace(id, text=f"entity/{id.text}")
        sheet.records.append(Entry({"id": key, **values}, id.line, column=id.column))
    return sheet


_KEYS: Final = {"kind": "type"}


def _values(row: Row, columns: Container[str], stored: Entity | Source | None) -> dict[str, Value]:
    """Return the values of a row by key of a sheet. A list is added to the one that is stored."""
    values = {}
    for column, value in row.items():
        if column not in columns:
            continue
        if column in _LISTS and stored is not None:
            here = getattr(stored, column.replace("-", "_"))
            value = replace(value, text=notation.joined((*here, *notation.names_in(value.text))))
        values[_KEYS.get(column, column)] = value
    return values


def _declared(sheet: Sheet, row: Row, id: Value) -> bool:
    """Declare a new entity. Return False, and add a problem, if its type is missing or unknown."""
    kind = row.get("kind", replace(id, text=""))
    if kind.text not in ENTITY_TYPES:
        hint = identifiers.suggestion(kind.text, ENTITY_TYPES, ", ".join(ENTITY_TYPES))
        message = f"“{kind.text}” is not a type." if kind.text else "a new entity needs its kind."
        sheet.problem("bad-entity", message, kind, hint)
        return False
    sheet.new[id.text] = replace(id, text=kind.text)
    return True


def _sources(found: Rows, known: Known) -> Sheet:
    """Return the sheet of a table of sources, which must be recorded already."""
    sheet = Sheet(found.name)
    for row in found.rows:
        first = next(iter(row.values()))
        id = row.get("source")
        if id is None or id.text not in known.sources:
            called = f"“{id.text}”" if id else "this row"
            sheet.problem(
                "unknown-source",
                f"{called} is not a source here, and a table has no text.",
                id or first,
                "add the document first: kb add source FILE --id ID",
            )
            continue
        values = _values(row, SOURCES, known.sources[id.text])
        values.pop("source")
        key = replace(id, text=f"source/{id.text}")
        sheet.records.append(Entry({"id": key, **values}, id.line, column=id.column))
    return sheet


def _claims(found: Rows, known: Known, text: Callable[[str], str | None]) -> list[Sheet]:
    """Return a sheet for each source of a table of claims."""
    made: dict[str, Sheet] = {}
    entries: dict[tuple[str, str], Entry] = {}
    stray = Sheet(found.name)
    for row in _distinct(found.rows):
        source, claim = row.get("source"), row.get("claim")
        if source is None or claim is None:
            missing = "its source" if source is None else "its claim"
            first = next(iter(row.values()))
            stray.problem("sheet-claim", f"this row does not name {missing}.", first)
            continue
        sheet = made.setdefault(source.text, Sheet(found.name, {"source": source}))
        entry = _entry(sheet, row, claim, _placed(row, text(source.text), known))
        _merge(sheet, entries, (source.text, claim.text), entry)
    for (source_id, _), entry in entries.items():
        made[source_id].claims.append(entry)
    return [*([stray] if stray.problems else []), *made.values()]


def _distinct(rows: Iterable[Row]) -> Iterable[Row]:
    """Return the rows without those that say the same as an earlier one."""
    return {tuple((name, v.text) for name, v in row.items()): row for row in rows}.values()


def _entry(sheet: Sheet, row: Row, claim: Value, at: Value | None) -> Entry:
    """Return the claim of a row with its assertion."""
    content = {key: row[name] for name, key in _CONTENT.items() if name in row}
    said = _said(sheet, row, claim, at)
    return Entry({"claim": claim, **content}, claim.line, (said,), claim.column)


def _merge(
    sheet: Sheet, entries: dict[tuple[str, str], Entry], key: tuple[str, str], new: Entry
) -> None:
    """Add a row to the entry of its claim. Add a problem for a value that differs."""
    old = entries.get(key)
    if old is None:
        entries[key] = new
        return
    for name, value in new.values.items():
        if name in old.values and old.values[name].text != value.text:
            message = f"line {old.values[name].line} says “{old.values[name].text}” of this claim."
            sheet.problem("sheet-claim", message, value, "write it once, or the same twice")
    entries[key] = replace(old, values={**new.values, **old.values}, said=old.said + new.said)


def _placed(row: Row, text: str | None, known: Known) -> Value | None:
    """Return the address of the passage: as typed, or from exact offsets, if the text there has
    the words of the row, or they are those that are stored of it.
    """
    at = row.get("at")
    if at is None or text is None or "start" not in row or "end" not in row:
        return at
    ends = [row[name].text for name in ("start", "end")]
    if not all(end.isdecimal() and len(end) <= LONGEST_OFFSET for end in ends):
        return at
    start, end = map(int, ends)
    stored = known.quotes.get(f"{row['source'].text}#char={start},{end}")
    if " ".join(at.text.split()) not in {
        " ".join((words or "").split())
        for words in (text[start:end], stored.fragment if stored else None)
    }:
        return at
    return replace(at, text=address(Lines(text), start, end) or at.text)


def _said(sheet: Sheet, row: Row, claim: Value, at: Value | None) -> Entry:
    """Return the assertion of a row."""
    values = {key: row[name] for name, key in _SAID.items() if name in row}
    if at is not None:
        values["at"] = at
    stance = row.get("stance", Value("affirms"))
    if stance.text not in STANCES:
        hint = identifiers.suggestion(stance.text, STANCES, ", ".join(STANCES))
        sheet.problem("unknown-word", f"“{stance.text}” is not a stance.", stance, hint)
    elif stance.text != "affirms":
        values[stance.text] = row.get("target") or replace(stance, text=_scope(stance.text, row))
    return Entry(values, claim.line, (), claim.column)


def _scope(stance: str, row: Row) -> str:
    """Return the value of a stance on a sheet: its scope, or `yes`."""
    if stance not in ("denies", "doubts"):
        return "yes"
    scope = row["scope"].text if "scope" in row else "unspecified"
    return scope.replace("|", ", ")
