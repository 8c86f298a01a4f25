"""Statuses of a part of the claims in Parquet files: what one worker does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kb.app.derivation import part_statuses
from kb.app.derivation.materialisation import ComputedStatuses
from kb.errors import Conflict
from kb.exchange.parquet_reader import ParquetFiles
from kb.reasoning import rows
from kb.reasoning.analysis.parts import Part
from kb.reasoning.tables import PolicyRow, PredicateRow, Tables
from kb.system.distribution import PACKAGE
from kb.workspace.indexing.index_contents import rules


@dataclass(frozen=True, slots=True)
class FilePart:
    """A part of the claims in Parquet files, and how to compute their statuses.

    `rules` is the digest of the code of the rules where the part was made.
    """

    place: str
    part: Part
    policy: str
    as_of: date | None = None
    rules: str = ""

    def statuses(self) -> ComputedStatuses:
        """Read the part and compute its statuses.

        Raises Unreadable if the files are not there, and Conflict if this machine has another
        version of the rules.
        """
        if self.rules and self.rules != rules(PACKAGE):
            raise Conflict(
                "a worker has another version of kb, with other rules.",
                "install the same version on all machines",
            )
        files = ParquetFiles(self.place)
        found = rows.from_records(files.part(self.part.claims, self.part.strays))
        return part_statuses.of_part(declared(files, found), self.policy, self.part, self.as_of)


def declared(files: ParquetFiles, tables: Tables) -> Tables:
    """Return tables with the declared predicates and policies of Parquet files."""
    return replace(
        tables,
        predicates=files.declared("predicates", PredicateRow),
        policies=files.declared("policies", PolicyRow),
    )
