"""The header of a `.rq` file: the lines that begin with `#+ ` are one YAML mapping.

Every scalar is text, so `no` stays *no*.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from kb.errors import Usage

MARK: Final = "#+"
OURS: Final = "x-kb"
# The keys of grlc. We use the first six and leave the others to grlc.
_TOP: Final = (
    "summary",
    "description",
    "tags",
    "method",
    "defaults",
    "enumerate",
    "pagination",
    "endpoint_in_url",
    "endpoint",
    "transform",
)
_TEXTS: Final = ("summary", "description", "method")
_OWN: Final = ("params", "columns", "chart", "severity", "expect", "message", "hint")
_OWN_TEXTS: Final = ("severity", "expect", "message", "hint")
_PARAM: Final = ("label", "widget")
# Limits that keep the time of reading a header short: characters, YAML nodes, depth of nesting.
LARGEST: Final = 65_536
_MOST_NODES: Final = 2_000
_DEEPEST: Final = 10


@dataclass(frozen=True, slots=True)
class Header:
    """A valid header.

    `top` and `own` have the text fields; `params` has label and widget by parameter name.
    """

    top: Mapping[str, str]
    own: Mapping[str, str]
    tags: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    params: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]


def read(text: str, path: str) -> Header:
    """Read the header of a query. Raises `Usage` with `path` and line.

    >>> read("#+ summary: Who said it?\\n#+ tags: [speech]\\nSELECT * {}", "who.rq").tags
    ('speech',)
    >>> read("#+ sumary: Who?\\nSELECT * {}", "who.rq")
    Traceback (most recent call last):
    kb.errors.Usage: who.rq:1: the header has an unknown key 'sumary'.  hint: did you mean summary?
    """
    whole = _mapping(text, path)
    own = whole.get(OURS, {})
    _check_keys(whole, (*_TOP, OURS), text, path)
    if not isinstance(own, dict):
        raise _broken(path, _line(text, OURS), f"{OURS} must be a mapping.")
    _check_keys(own, _OWN, text, path)
    _check_texts(whole, _TEXTS, text, path)
    _check_texts(own, _OWN_TEXTS, text, path)
    if not whole.get("summary"):
        raise _broken(
            path, 1, "the header has no summary.", "begin with `#+ summary: …`, one sentence"
        )
    try:
        return Header(
            top={name: whole[name] for name in _TEXTS if name in whole},
            own={name: own[name] for name in _OWN_TEXTS if name in own},
            tags=_texts(whole.get("tags", []), "tags"),
            columns=_pairs(own.get("columns", []), "columns"),
            params=_params(own.get("params", {})),
            defaults=dict(_pairs(whole.get("defaults", []), "defaults")),
            choices=_choices(whole.get("enumerate", [])),
        )
    except _Shape as error:
        raise _broken(
            path, _line(text, error.key), f"{error.key} must be {error.wanted}."
        ) from None


def _check_texts(fields: Mapping[str, Any], names: Iterable[str], text: str, path: str) -> None:
    """Raise `Usage` if one of these fields is not text."""
    for name in names:
        if not isinstance(fields.get(name, ""), str):
            raise _broken(path, _line(text, name), f"{name} must be text.")


class _Shape(Exception):
    """A value of the header has the wrong shape."""

    def __init__(self, key: str, wanted: str) -> None:
        super().__init__(key, wanted)
        self.key = key
        self.wanted = wanted


def _mapping(text: str, path: str) -> dict[str, Any]:
    """Return the YAML as plain values."""
    try:
        node = yaml.compose(_block(text, path), Loader=_Bounded)
        whole = _plain(node, path) if node else {}
    except _TooMuch as error:
        raise _broken(path, error.line, error.message, error.hint) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"the header is not YAML: {error.problem or error.context}."
        raise _broken(path, mark.line + 1 if mark else 1, message) from None
    except (yaml.YAMLError, RecursionError):
        raise _broken(path, 1, "the header is not YAML.") from None
    if not isinstance(whole, dict):
        raise _broken(path, 1, "the header is not a mapping.", "write `#+ key: value` lines")
    return whole


def _block(text: str, path: str) -> str:
    """Return the YAML. Its line numbers are those of the file, because it begins the file."""
    lines = text.removeprefix("\ufeff").split("\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith(MARK)), len(lines))
    for number, line in enumerate(lines[count:], count + 1):
        if line.startswith(MARK):
            raise _broken(
                path,
                number,
                "there is a header line after the query has begun.",
                "move it to the top, without blank lines in between",
            )
    if sum(map(len, lines[:count])) > LARGEST:
        raise _broken(
            path,
            1,
            f"the header has more than {LARGEST:,} characters.",
            "shorten it; other remarks begin with # alone",
        )
    return "\n".join(line[len(MARK) :].removeprefix(" ").rstrip("\r") for line in lines[:count])


class _TooMuch(Exception):
    """The YAML is more than any header needs, and could take forever to read."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.hint = hint


class _Bounded(yaml.BaseLoader):
    """A loader that refuses references, which can repeat each other, deep nesting, and many nodes.

    Raises _TooMuch.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.depth = 0
        self.nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node and its content."""
        # PyYAML's stubs have no types for this method.
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _TooMuch(
                line,
                "YAML reads & and * at the start of a value as references.",
                "put the value in quotes",
            )
        self.nodes += 1
        self.depth += 1
        if self.nodes > _MOST_NODES:
            raise _TooMuch(line, f"the header has more than {_MOST_NODES:,} values.", "shorten it")
        if self.depth > _DEEPEST:
            raise _TooMuch(
                line,
                f"the header has lists or mappings more than {_DEEPEST} deep.",
                "a header needs no deep nesting",
            )
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _plain(node: yaml.Node, path: str) -> Any:
    """Convert a node to text, list or mapping.

    YAML's own construction is not used: of two equal keys, the last would win silently.
    """
    match node:
        case yaml.ScalarNode():
            return node.value
        case yaml.SequenceNode():
            return [_plain(item, path) for item in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = _plain(key, path)
        if not isinstance(name, str) or name in found:
            raise _broken(
                path,
                key.start_mark.line + 1,
                f"the header has the key {name!r} twice or not as text.",
            )
        found[name] = _plain(value, path)
    return found


def _check_keys(fields: Mapping[str, Any], allowed: tuple[str, ...], text: str, path: str) -> None:
    for name in fields:
        if name not in allowed and (name == OURS or not name.startswith("x-")):
            near = difflib.get_close_matches(name, allowed, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it may have {', '.join(allowed)}"
            raise _broken(path, _line(text, name), f"the header has an unknown key {name!r}.", hint)


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _Shape(key, "a list of words")
    return tuple(value)


def _pairs(value: object, key: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a mapping, a list of one-pair mappings (as in grlc), or a list of words.

    A word is paired with itself.
    """
    parts = [value] if isinstance(value, dict) else value
    if not isinstance(parts, list):
        raise _Shape(key, "a list or a mapping")
    pairs: list[tuple[str, str]] = []
    for part in parts:
        found = list(part.items()) if isinstance(part, dict) else [(part, part)]
        if not all(isinstance(text, str) for pair in found for text in pair):
            raise _Shape(key, "a list or a mapping of words")
        pairs += found
    return tuple(pairs)


def _params(value: object) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        raise _Shape("params", "a mapping of parameter names")
    value = {
        name: {"label": notes} if isinstance(notes, str) else notes for name, notes in value.items()
    }
    for notes in value.values():
        if not isinstance(notes, dict) or not all(
            key in _PARAM and isinstance(text, str) for key, text in notes.items()
        ):
            raise _Shape("params", f"a mapping, for each name, of {' and '.join(_PARAM)}")
    return value


def _choices(value: object) -> dict[str, tuple[str, ...]]:
    """Return the values of `- name: [a, b]`. A bare `- name` asks grlc for values; it restricts
    nothing.
    """
    parts = [value] if isinstance(value, dict) else value
    if not isinstance(parts, list):
        raise _Shape("enumerate", "a list or a mapping")
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        if isinstance(part, dict):
            found |= {name: _texts(values, "enumerate") for name, values in part.items()}
    return found


def _line(text: str, key: str) -> int:
    """Return the line of the first header line with the key, or 1."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(MARK) and f"{key}:" in line:
            return number
    return 1


def _broken(path: str, line: int, message: str, hint: str = "") -> Usage:
    return Usage(f"{path}:{line}: {message}", hint)
