"""Words for the values that a format has no place for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kb.presentation.values import amount

_PLURALS: Final = {"entity": "entities"}


def lines(
    title: str, lost: Mapping[str, Mapping[str, int]], skipped: Mapping[str, int]
) -> Iterator[str]:
    """Yield the losses of an export, one line for each kind of record.

    >>> print(*lines("STIX", {"claim": {"begin_latest": 2, "unit": 1}}, {"maps": 3}), sep="\\n")
    2 fields have no place in STIX:
      claims: begin latest (2), unit (1)
    left out: maps (3)
    """
    number = sum(map(len, lost.values()))
    if number:
        have = "has" if number == 1 else "have"
        yield f"{amount(number, 'field')} {have} no place in {title}:"
    for kind, fields in lost.items():
        named = (f"{name.replace('_', ' ')} ({n})" for name, n in fields.items())
        yield f"  {_PLURALS.get(kind, f'{kind}s')}: {', '.join(named)}"
    for what, count in skipped.items():
        yield f"left out: {what} ({count})"
