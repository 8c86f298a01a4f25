"""The table of names: what a file adds to it, and what is left when the file changes."""

from __future__ import annotations

import resource
from contextlib import closing
from pathlib import Path

import pytest

from kb.model.records import Assertion, Claim, Entity, Record, Relay, Source
from kb.rdf.encoding import to_triples
from kb.store.faults import Damaged
from kb.workspace.indexing import name_table
from kb.workspace.indexing.name_table import NameTable, NameWriter, Row

BASE = "https://example.org/kb/"
FILE, OTHER = "claims/main/a.ttl", "claims/main/b.ttl"


def rows(*records: Record) -> set[Row]:
    return name_table.rows((t for record in records for t in to_triples(record, BASE)), BASE)


def test_records_are_found_by_their_names_and_by_parts_of_them(tmp_path: Path) -> None:
    with closing(NameWriter(tmp_path)) as table:
        table.replace(
            FILE,
            new=rows(
                Entity("petrova", "person", "Olena Petróva", also=("Petrova, O.",)),
                Claim("a-ship-came", statement="A ship came"),
                Source("report", title="The Report", sha256="ab" * 32),
                Assertion("report.a-ship-came", relays=("report.a-ship-came-r1",)),
                Relay("report.a-ship-came-r1"),
            ),
        )
    with closing(NameTable(tmp_path)) as table:
        assert table.ids("entity", "olena petrova") == table.ids("entity", "petrova o")
        assert table.ids(name_table.TAIL, "petrova") == ["petrova"]
        assert table.beginning("claim", "a sh") == ["a-ship-came"]
        assert table.ids(name_table.WORD, "ship") == ["a-ship-came"]
        assert table.ids(name_table.ALIKE, "petr…") == ["petrova"]
        assert table.beginning(name_table.DIGEST, "abab") == ["report"]
        assert table.ids(name_table.RELAY, "report.a-ship-came") == ["report.a-ship-came-r1"]
        # A relay has no name of its own.
        assert table.beginning("assertion", "report") == ["report.a-ship-came"]


def test_a_name_stays_as_long_as_one_file_has_it(tmp_path: Path) -> None:
    old, new = rows(Claim("c", statement="One")), rows(Claim("c", statement="Two"))
    with closing(NameWriter(tmp_path)) as table:
        table.replace(FILE, new=old)
        table.replace(OTHER, new=old)
        table.replace(FILE, old, new)
    with closing(NameTable(tmp_path)) as table:
        assert [table.ids("claim", name) for name in ("one", "two")] == [["c"], ["c"]]
    with closing(NameWriter(tmp_path)) as table:
        table.replace(OTHER, old)
    with closing(NameTable(tmp_path)) as table:
        assert [table.ids("claim", name) for name in ("one", "two")] == [[], ["c"]]


def test_a_damaged_table_is_an_error_of_the_index(tmp_path: Path) -> None:
    (tmp_path / name_table.FILE).write_bytes(b"no table " * 200)
    with pytest.raises(Damaged):
        NameTable(tmp_path).ids("claim", "one")


def test_a_table_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unable to open"):
        NameWriter(tmp_path / "deleted")
    table = NameWriter(tmp_path)
    table.replace(FILE, new=rows(*(Claim(f"claim-{n}", statement="x" * 50) for n in range(99))))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError, match=r"disk|full|large"):
            table.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
