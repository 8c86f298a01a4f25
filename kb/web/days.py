"""Days of a view as they are in the address of a page: `?as-of=…&known-on=…&policy=…`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.errors import Usage

AS_OF: Final = "as-of"
KNOWN_ON: Final = "known-on"
POLICY: Final = "policy"
# Parameters that belong to the view, not to the page.
NAMES: Final = (AS_OF, KNOWN_ON, POLICY)


@dataclass(frozen=True, slots=True)
class Days:
    """What had been published by `as_of` and recorded by `known_on`, under a policy.

    None is no limit; an empty policy is that of the knowledge base.
    """

    as_of: date | None = None
    known_on: date | None = None
    policy: str = ""

    @property
    def present(self) -> bool:
        """Whether this is the knowledge base as it is now, under its own policy."""
        return self == Days()

    def query(self) -> dict[str, str]:
        """Return the parameters of an address that shows the same view."""
        values = {AS_OF: self.as_of, KNOWN_ON: self.known_on, POLICY: self.policy}
        return {name: str(value) for name, value in values.items() if value}

    def options(self) -> str:
        """Return the options of a command that shows the same view, with a space before each.

        >>> Days(date(2024, 3, 2)).options()
        ' --as-of 2024-03-02'
        """
        return "".join(f" --{name} {value}" for name, value in self.query().items())


def read(parameters: Mapping[str, str]) -> Days:
    """Read the days from the parameters of an address. Raises Usage for what is not a day.

    >>> read({"as-of": "2024-03-02"}).as_of
    datetime.date(2024, 3, 2)
    """
    return Days(_day(parameters, AS_OF), _day(parameters, KNOWN_ON), parameters.get(POLICY, ""))


def _day(parameters: Mapping[str, str], name: str) -> date | None:
    text = parameters.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Usage(f"{name} “{text}” is not a day.", f"write it as in {name}=2024-03-02") from None
