"""Views of Parquet files: what `kb export parquet` wrote, with statuses that are computed anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kb.app.derivation import file_parts, part_statuses, policy_names
from kb.app.derivation.file_parts import FilePart
from kb.app.derivation.materialisation import ComputedStatuses, policy_named, worked_out
from kb.app.excerpt import Excerpt
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Usage
from kb.exchange.parquet_reader import ParquetFiles
from kb.model.records import Assertion, Claim, Record
from kb.reasoning import rows
from kb.reasoning.analysis.parts import parts
from kb.reasoning.analysis.surroundings import surroundings
from kb.reasoning.dated_tables import view
from kb.reasoning.tables import Tables
from kb.system import garbage
from kb.system.distribution import PACKAGE
from kb.system.modules import later
from kb.workspace.indexing.index_contents import rules

if TYPE_CHECKING:
    from kb.app.inquiry import spark
else:
    spark = later("kb.app.inquiry.spark")


def of_files(
    home: Session,
    place: str,
    engine: str = "",
    as_of: date | None = None,
    policy: str | None = None,
) -> Session:
    """Return the records in Parquet files with their statuses, computed by an engine, or in this
    process without one. Only settings and texts come from the knowledge base `home`.

    Raises Usage, Unreadable.
    """
    if engine:
        spark.checked(engine)
    files = ParquetFiles(place)
    _whole(files)
    wanted = policy or home.folder.policy
    with garbage.paused():
        records = files.records()
        tables = file_parts.declared(files, rows.from_records(records))
    chosen = policy_named(tables.policies, wanted)
    if engine:
        found = by_workers(tables, place, engine, as_of, chosen.id)
    else:
        found = worked_out(tables, chosen.id, as_of)
    seen = view(tables, as_of)
    excerpt = Excerpt(
        part=(File(place, "", records=_counting(records, seen)),),
        found=replace(found, tables=seen),
        made={"as of": as_of.isoformat()} if as_of else {},
    )
    named = chosen.id.removeprefix(policy_names.POLICIES)
    return Session(replace(home.folder, policy=named), excerpt)


def _whole(files: ParquetFiles) -> None:
    """Raise Usage if the files have only a part of a knowledge base: other records would count."""
    conditions = {name: text for name, text in files.conditions().items() if name != "policy"}
    if conditions:
        raise Usage(
            f"{files.place} has only a part of the records ({', '.join(sorted(conditions))}).",
            "kb export parquet --output FOLDER, without dates and filters",
        )


def by_workers(
    tables: Tables, place: str, engine: str, as_of: date | None, policy: str
) -> ComputedStatuses:
    """Compute the statuses of parts of the tables with an engine, and join them."""

    def divided(number: int) -> Sequence[FilePart]:
        """Return the parts, one for each processor."""
        with garbage.paused():
            found = parts(surroundings(view(tables, as_of)), number)
        return [FilePart(place, part, policy, as_of, rules(PACKAGE)) for part in found]

    return part_statuses.joined(tables, policy, spark.computed(engine, divided))


def _counting(records: Collection[Record], seen: Tables) -> list[Record]:
    """Return the records without the claims and assertions that do not count in a view."""
    claims, said = {row.id for row in seen.claims}, {row.id for row in seen.assertions}
    return [
        record
        for record in records
        if not (isinstance(record, Claim) and record.id not in claims)
        and not (isinstance(record, Assertion) and record.id not in said)
    ]
