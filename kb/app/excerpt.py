"""Excerpts: the part of a knowledge base that a view shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.app.stored_files import File
from kb.errors import Problem, Usage
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, XSD
from kb.system.modules import later

if TYPE_CHECKING:
    from kb.app.derivation import materialisation
    from kb.app.derivation.materialisation import ComputedStatuses
    from kb.workspace.catalogs.catalog import Known
else:
    materialisation = later("kb.app.derivation.materialisation")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The content of a view: a part of the records, fixed when the view was made, with statuses
    that were computed from all records.
    """

    part: tuple[File, ...]
    found: ComputedStatuses
    made: Mapping[str, str]  # dates and selection, in words
    chosen: frozenset[str] | None = None  # claims that were selected; None where nothing was
    unread: tuple[Problem, ...] = ()  # what kept a file from being read when it was made
    whole: Callable[[], Known] | None = None  # returns all records that it was made from
    withheld: frozenset[str] = frozenset()  # sources whose texts it does not have
    hides: Callable[[str], bool] | None = None  # tells whether a text shows what may not leave

    def absent(self, name: str) -> Usage:
        """Return the error for a record that exists, but is not part of this view."""
        if self.chosen is None:
            return Usage(f"“{name}” is not in this view: it came later.", "leave out the date")
        return Usage(f"“{name}” is not in this selection.", "leave out the filters")

    def derived(self, base: str) -> Iterator[Triple]:
        """Return the statuses as triples, and the dates of each, for exports by query."""
        yield from materialisation.triples(self.found, base)
        for name, property in (("as of", "asOf"), ("known on", "knownOn")):
            for claim in self.found.rows if name in self.made else ():
                day = Term("literal", self.made[name], XSD + "date")
                yield Term("iri", f"{base}status/{claim}"), Term("iri", NS + property), day
