"""JSON with the place of each value in its text, so that a passage can name the field it is from.

https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from kb.errors import Usage, position

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Placed:
    """A value. `start` is that of its name, if it has one, `at` that of the value; `end` is
    exclusive.
    """

    start: int
    at: int
    end: int
    value: Any


def value(name: str, text: str, at: int = 0, what: str = "JSON") -> Placed:
    """Return the value at an offset. Raises Usage with line and column.

    >>> value("a.json", ' {"a": 1} ').value
    {'a': 1}
    """
    start = _after(text, at)
    try:
        found, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise _wrong(name, text, start, "it is nested too deeply", what) from None
    except json.JSONDecodeError as error:
        raise _wrong(name, text, error.pos, error.msg[:1].lower() + error.msg[1:], what) from None
    except ValueError:
        raise _wrong(name, text, start, "a number has too many digits", what) from None
    return Placed(start, start, end, found)


def whole(name: str, text: str) -> Placed:
    """Return the only value of a text. Raises Usage, also if something follows it."""
    found = value(name, text)
    rest = _after(text, found.end)
    if rest < len(text):
        raise _wrong(name, text, rest, "something follows the value", "JSON")
    return found


def _wrong(name: str, text: str, at: int, why: str, what: str) -> Usage:
    line, column = position(text, at)
    return Usage(f"{name}:{line}:{column}: this is not {what}: {why}.", "export the file again")


def _after(text: str, at: int) -> int:
    """Return the offset of the first character that is not a space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def items(text: str, at: int) -> Iterator[Placed]:
    """Yield the values of the array at an offset of a text that is JSON.

    >>> [text[p.at:p.end] for text in ['[1, {"a": 2}]'] for p in items(text, 0)]
    ['1', '{"a": 2}']
    """
    at = _after(text, at + 1)
    while text[at] != "]":
        found, end = _DECODER.raw_decode(text, at)
        yield Placed(at, at, end, found)
        at = _after(text, end)
        at = _after(text, at + 1) if text[at] == "," else at


def members(text: str, at: int) -> dict[str, Placed]:
    """Return the members of the object at an offset of a text that is JSON. Of two with one name,
    the last one counts.

    >>> text = '{"a": 1, "b": [2]}'
    >>> [text[p.start:p.end] for p in members(text, 0).values()]
    ['"a": 1', '"b": [2]']
    """
    found: dict[str, Placed] = {}
    at = _after(text, at + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        start = _after(text, _after(text, end) + 1)
        value, end = _DECODER.raw_decode(text, start)
        found[name] = Placed(at, start, end, value)
        at = _after(text, end)
        at = _after(text, at + 1) if text[at] == "," else at
    return found
