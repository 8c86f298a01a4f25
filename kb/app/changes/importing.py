"""Imports from files of other programs: planned as one change, compared with what is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kb.app.changes import (
    annotation_rows,
    bibliography_rows,
    copy_import,
    foreign_records,
    new_words,
    planning,
    review_findings,
)
from kb.app.changes.comparison import Difference, Import, compare
from kb.app.changes.planning import Additions
from kb.app.session import Session
from kb.coding import table_mapping, table_rows
from kb.coding.sheet import Sheet
from kb.coding.table_columns import TABLES
from kb.errors import KbError, Place, Problem, Usage
from kb.exchange import (
    bibliographies,
    csv,
    follow_the_money,
    foreign_annotations,
    ftm_entities,
    grids,
    nanopublication_files,
    stix,
    stix_bundles,
    xlsx,
)
from kb.exchange.findings import Findings
from kb.exchange.spreadsheet_cells import named
from kb.model import identifiers
from kb.model.records import Record
from kb.system import intake
from kb.workspace.catalogs.catalog import Known
from kb.workspace.transactions import transaction

# Formats that can be imported.
TABULAR: Final = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A format of entities and claims: its reader, and the key that an export gives a record with
    an IRI.
    """

    read: Callable[[str, bytes], Findings]
    key: Callable[[Record, str], str]


FOREIGN: Final = {
    "stix": Foreign(stix_bundles.read, stix.key),
    "ftm": Foreign(ftm_entities.read, follow_the_money.key),
    "nanopublications": Foreign(nanopublication_files.read, lambda record, iri: iri),
    "claimreview": Foreign(review_findings.read, lambda record, iri: iri),
}
FORMATS: Final = (*TABULAR, "annotations", *bibliographies.FORMATS, *FOREIGN, "kb")
# Tables of one row, whose name is its place.
_NAMED: Final = re.compile(r" (annotation|item) \d+$")
# Cells that an error names.
SHOWN: Final = 5
# Tables that can be imported, and what is not.
_Tables = tuple[list[table_rows.Rows], list[str]]


def plan(
    session: Session,
    format: str,
    files: Sequence[tuple[str, bytes]],
    coder: str = "",
    create: bool = False,
    mapping: table_mapping.TableMapping | None = None,
) -> Import:
    """Plan the import of files in one of FORMATS. Nothing is written. With `create`, predicates
    that nobody has declared are declared. A `mapping` says what the columns of tables are.

    Raises Usage for a file that cannot be read, or without anything to import.
    """
    if mapping and format not in TABULAR:
        raise Usage(f"{format} has no columns to map.", "--mapping is for csv and xlsx")
    if format == "kb":
        return copy_import.plan(session, files, create)
    known = session.known()
    if format in FOREIGN:
        several = [FOREIGN[format].read(name, data) for name, data in files]
        return _entered(session, known, FOREIGN[format], several, coder, create)
    tables, untaken = _read(session, known, format, files, mapping)
    sheets = _sheets(session, known, tables, coder)
    added = new_words.settle(session, known, sheets, {}, create)
    found = _compared(session, sheets, added, sum(len(t.rows) for t in tables))
    found.untaken = untaken
    names = {t.name for t in tables}
    found.plan.problems = tuple(_at_its_cell(p, names) for p in found.plan.problems)
    return found


def _sheets(
    session: Session, known: Known, tables: Sequence[table_rows.Rows], coder: str
) -> list[Sheet]:
    """Return the sheets of tables, entities first, because claims refer to them."""
    sheets = list[Sheet]()
    for order in TABLES:
        for table in (t for t in tables if t.table == order):
            sheets += table_rows.sheets(table, known, lambda id: _text(session, known, id), coder)
    return sheets


def _read(
    session: Session,
    known: Known,
    format: str,
    files: Sequence[tuple[str, bytes]],
    mapping: table_mapping.TableMapping | None,
) -> _Tables:
    """Return the tables of files, and what is not in them."""
    if format in TABULAR:
        return _tables([g for name, data in files for g in grids.read(name, data)], mapping)
    if format == "annotations":
        return _annotations(session, known, files)
    return _bibliographies(known, format, files)


def _entered(
    session: Session,
    known: Known,
    format: Foreign,
    several: Sequence[Findings],
    coder: str,
    create: bool,
) -> Import:
    """Plan what files of another program state."""
    here = foreign_records.Here(
        known,
        identifiers.slug(session.folder.collection),
        transaction.now(session.folder),
        {format.key(r, f"{known.base}{r.path}{r.id}"): r.path + r.id for r in known.all()},
        session.folder.passages == "fragments",
    )
    entered = foreign_records.entered(here, several)
    sheets = foreign_records.checked(entered.sheets, coder)
    words = new_words.settle(session, known, sheets, entered.labels, create)
    added = replace(entered.added, declared=words.declared, predicates=words.predicates)
    found = _compared(session, sheets, added, sum(f.read for f in several))
    found.untaken = entered.untaken
    found.same += entered.same
    found.plan.change.notes += entered.notes
    return found


def _annotations(session: Session, known: Known, files: Sequence[tuple[str, bytes]]) -> _Tables:
    tables, untaken = list[table_rows.Rows](), list[str]()
    for name, data in files:
        read = foreign_annotations.read(name, data)
        found = annotation_rows.rows(name, read, known, session.text)
        tables, untaken = tables + found[0], untaken + found[1]
    return tables, untaken


def _bibliographies(known: Known, format: str, files: Sequence[tuple[str, bytes]]) -> _Tables:
    items, damaged = list[tuple[str, bibliographies.Item]](), list[str]()
    for name, data in files:
        found, unread = bibliographies.read(format, name, data)
        items += [(name, item) for item in found]
        damaged += unread
    tables, untaken = bibliography_rows.rows(items, known)
    return tables, untaken + damaged


def _compared(session: Session, sheets: Sequence[Sheet], added: Additions, rows: int) -> Import:
    """Plan sheets as one change, and compare it with what is recorded."""
    planned = planning.plan_sheets(session, sheets, added=added)
    found = Import(planned, rows)
    change = planned.change
    found.same = len(change.met.difference(change.added, change.changed))
    # The plan has put its records into the catalog, so what is recorded is read again.
    compare(found, session.known())
    return found


def _tables(
    read: Sequence[grids.Grid], mapping: table_mapping.TableMapping | None
) -> tuple[list[table_rows.Rows], list[str]]:
    """Return the tables of files, and what is not read. Raises Usage if there is no table."""
    found, untaken = list[table_rows.Rows](), list[str]()
    for grid in read:
        tables = _recognised(grid, mapping)
        if not tables:
            untaken.append(f"{grid.name}: {_unknown(grid)}")
            continue
        if grid.faults:
            raise Usage(
                f"{'; '.join(grid.faults[:SHOWN])}{'; …' if grid.faults[SHOWN:] else ''}.",
                "open it in a spreadsheet, correct these cells, and save it again",
            )
        found += tables
        if tables[0].unread:
            untaken.append(f"{grid.name}: the columns {', '.join(tables[0].unread)}")
        if tables[0].remarks:
            untaken.append(
                f"{grid.name}: rows that begin with {table_rows.REMARK}: {tables[0].remarks}"
            )
    if mapping:
        mapping.check(found, [grid.rows[0][1] for grid in read if grid.rows])
    if not found:
        raise Usage(
            f"{read[0].name if read else 'the file'} has no table that can be imported.",
            "kb import csv claims.csv --template writes an empty one; --mapping reads others",
        )
    return found, untaken


def _unknown(grid: grids.Grid) -> str:
    """Return why a sheet is no table that can be imported."""
    if grid.rows and {"claim", "statement", "predicate"} <= set(grid.rows[0][1]):
        return "claims come with who asserts them, from a table with passages; kb edit changes one"
    return "its first row is not the header of a table"


def _recognised(
    grid: grids.Grid, mapping: table_mapping.TableMapping | None
) -> list[table_rows.Rows]:
    """Return the tables of a sheet: by a mapping, or else by its header."""
    mapped = mapping.read(grid.name, grid.rows) if mapping else []
    if mapped:
        return mapped
    table = table_rows.recognised(grid.name, grid.rows)
    return [table] if table else []


def _text(session: Session, known: Known, id: str) -> str | None:
    try:
        return session.text(known.source(id))
    except KbError:
        return None


def _at_its_cell(problem: Problem, names: set[str]) -> Problem:
    """Return a problem with the name of its cell as its place."""
    place = problem.place
    if _NAMED.search(place.path):
        return replace(problem, place=Place(place.path))
    if place.path not in names or not place.line:
        return problem
    return replace(problem, place=Place(f"{place.path}!{named(place.line, place.column or 1)}"))


def mapping_of(name: str, data: bytes) -> table_mapping.TableMapping:
    """Return the mapping in a file. Raises Usage."""
    return table_mapping.parse(name, intake.decode(data, name))


def template(table: str, format: str) -> str | bytes:
    """Return an empty table as CSV, or a workbook with all tables: the columns, and a line that
    explains them. Raises Usage.
    """
    if format == "xlsx":
        return xlsx.workbook({name: _explained(name) for name in TABLES}, {})
    if table not in TABLES:
        raise Usage(
            f"there is no table “{table}”.",
            f"name the file {', '.join(f'{t}.csv' for t in TABLES)}",
        )
    return csv.text(*_explained(table))


def _explained(table: str) -> csv.Table:
    """Return the columns of a table, and a row that explains them."""
    first, *others = TABLES[table].values()
    return tuple(TABLES[table]), [(f"{table_rows.REMARK} {first}", *others)]


__all__ = [
    "FOREIGN",
    "FORMATS",
    "TABULAR",
    "Difference",
    "Import",
    "mapping_of",
    "plan",
    "template",
]
