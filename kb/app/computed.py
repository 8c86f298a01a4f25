"""Records and statuses of one state of the files, for faces that answer more than once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kb.app.answers import Answers
from kb.workspace.catalog import Known

if TYPE_CHECKING:
    from kb.app.derivation.materialisation import ComputedStatuses


class Computed:
    """Records and statuses, each read or computed at most once.

    `former` are the statuses of an earlier state, until those of this one are computed.
    """

    def __init__(self, kb: Answers, former: ComputedStatuses | None = None) -> None:
        self.kb = kb
        self.former = former

    @cached_property
    def known(self) -> Known:
        """The catalog of all records."""
        return self.kb.known()

    @cached_property
    def outcome(self) -> ComputedStatuses:
        """The status of every claim."""
        found = self.kb.status(self.former)
        self.former = None
        return found

    def computed(self) -> ComputedStatuses | None:
        """Return the statuses that were computed last, here or in an earlier state."""
        return self.__dict__.get("outcome", self.former)
