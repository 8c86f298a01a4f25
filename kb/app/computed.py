"""Records and statuses of one state of the files, for faces that answer more than once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kb.app.answers import Answers
from kb.workspace.catalogs.catalog import Known

if TYPE_CHECKING:
    from kb.app.derivation.kept_statuses import Statuses


class Computed:
    """Records and statuses, each read at most once."""

    def __init__(self, kb: Answers) -> None:
        self.kb = kb

    @cached_property
    def known(self) -> Known:
        """The catalog of all records."""
        return self.kb.known()

    @cached_property
    def outcome(self) -> Statuses:
        """The status of every claim, and all contradictions."""
        return self.kb.status()
