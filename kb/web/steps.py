"""Steps through time: the days on which a claim can look different, to move between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from kb.app.inquiry.key_days import key_days
from kb.web import days
from kb.web.look import Look


@dataclass(frozen=True, slots=True)
class Steps:
    """The days of one parameter of a view, and the one that is chosen; None is now."""

    parameter: str
    label: str
    days: tuple[date, ...]
    chosen: date | None

    @property
    def earlier(self) -> date | None:
        """The day before the chosen one, if there is any."""
        found = bisect_left(self.days, self.chosen) if self.chosen else len(self.days)
        return self.days[found - 1] if found else None

    @property
    def later(self) -> date | None:
        """The day after the chosen one, None if that is now."""
        found = bisect_right(self.days, self.chosen) if self.chosen else len(self.days)
        return self.days[found] if found < len(self.days) else None

    @property
    def at(self) -> int:
        """The number of the last day that counts; the number of all days is now."""
        return bisect_right(self.days, self.chosen) - 1 if self.chosen else len(self.days)


def steps(look: Look, claim: str) -> dict[str, Steps]:
    """Return the steps of a claim by parameter."""
    rivals = (other for other, _, _ in look.present.pairs.get(claim, ()))
    found = key_days(look.present.known, claim, rivals)
    axes = (
        Steps(days.AS_OF, "As published by", found.published, look.days.as_of),
        Steps(days.KNOWN_ON, "As known on", found.recorded, look.days.known_on),
    )
    return {one.parameter: one for one in axes}
