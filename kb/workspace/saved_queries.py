"""Saved queries: one valid `.rq` file each, with a header and typed parameters.

The lines that begin with `#+ ` are one YAML mapping, in which every scalar is text. Parameters are
variables, as in grlc and BASIL: `?_event_iri` is required, `?__since_xsd_date` is optional. Values
are bound as terms and never pasted into the text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from kb.errors import KbError, Unreadable, Usage
from kb.model.vocabulary import XSD
from kb.rdf import query_header
from kb.store.sparql import Token, form, refuse, tokens
from kb.workspace.folder import Folder, regular_bytes, shipped

__all__ = [
    "GROUPS",
    "SUFFIX",
    "Parameter",
    "SavedQuery",
    "Value",
    "bind",
    "form",
    "load",
    "own",
    "parameters",
    "parse",
    "refuse",
]

GROUPS: Final = ("questions", "checks", "exports")
SUFFIX: Final = ".rq"
# Bytes of a query file. Nobody writes larger ones by hand.
LARGEST: Final = 1_000_000
Value = str | int | date
# A function from the user's text and the name of a parameter to an IRI.
Resolve = Callable[[str, str], str]


def _as_given(text: str, parameter: str) -> str:
    return text


_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_VARIABLE: Final = re.compile(r"(__?)([A-Za-z0-9]+)(?:_(iri|xsd_date|xsd_integer|xsd_string))?")
_KINDS: Final = {
    "iri": "iri",
    "xsd_date": "date",
    "xsd_integer": "integer",
    "xsd_string": "string",
    None: "string",
}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# More digits do not fit the 64-bit numbers of engines.
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`\ud800-\udfff]+')
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPES: Final = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_HOW: Final = {
    "iri": "a slug, a name or an IRI",
    "date": "a date such as 2020-06-05",
    "integer": "a whole number such as 12",
    "string": "any text",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query.

    `kind` is iri, date, integer or string. A `default` of None means none; empty `choices` mean
    any.
    """

    name: str
    kind: str
    required: bool
    label: str = ""
    widget: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A `.rq` file.

    `group` is its folder, `columns` are pairs of variable and heading, `text` is the file as it is,
    header included. `shown` is its path in messages.
    """

    name: str
    group: str
    summary: str
    text: str
    description: str = ""
    params: tuple[Parameter, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    method: str = ""
    severity: str = ""
    expect: str = ""
    message: str = ""
    hint: str = ""
    path: Path = Path()
    shown: str = ""


def load(folders: Sequence[Path]) -> dict[str, SavedQuery]:
    """Load all saved queries of folders, by name, sorted.

    Raises `KbError` with file and line for a broken one.
    """
    found: dict[str, SavedQuery] = {}
    for group in GROUPS:
        for folder in folders:
            for path in sorted((folder / group).glob("*.rq")):
                _join(found, parse(path, group))
    return dict(sorted(found.items()))


def own(folder: Folder) -> dict[str, SavedQuery]:
    """Return the knowledge base's own saved queries by name.

    Those that cannot be read, or have the name of a query of the program, are left out; the
    condition of the knowledge base reports them.
    """
    found: dict[str, SavedQuery] = {}
    taken = shipped_names()
    for name in sorted(folder.own_queries().files, key=group_number):
        number = group_number(name)
        if number < len(GROUPS) and Path(name).stem not in taken:
            with suppress(KbError):
                _join(found, parse(folder.root / name, GROUPS[number], name))
    return found


def shipped_names() -> set[str]:
    """Return the names of the program's queries, which own queries cannot have."""
    return {path.stem for path in shipped("queries").rglob(f"*{SUFFIX}")}


def is_copy(folder: Folder, name: str) -> bool:
    """Tell whether an own query is a copy of the program's query with its name."""
    with suppress(KbError, OSError):
        theirs = shipped("queries") / name.partition("/")[2]
        return regular_bytes(folder.root / name, LARGEST) == theirs.read_bytes()
    return False


def group_number(name: str) -> int:
    """Return the index in GROUPS of a query, by its path; the number of GROUPS if it is in none."""
    _, _, place = name.partition("/")
    group, slash, rest = place.partition("/")
    known = group in GROUPS and slash and "/" not in rest
    return GROUPS.index(group) if known else len(GROUPS)


def _join(found: dict[str, SavedQuery], query: SavedQuery) -> None:
    """Add a query. Raises Usage if there is another one with its name."""
    if query.name in found:
        raise Usage(
            f"{query.shown}: there is already a query named {query.name} "
            f"in {found[query.name].group}.",
            "rename one of them",
        )
    found[query.name] = query


def parse(path: Path, group: str, shown: str = "") -> SavedQuery:
    """Read one file, which messages call `shown`.

    Raises `Usage` with file and line if the header or the query is broken, and `Unreadable` if it
    is not text.
    """
    shown = shown or str(path)
    try:
        text = regular_bytes(path, LARGEST).decode("utf-8")
    except (Usage, UnicodeDecodeError):
        raise Unreadable(f"{shown} cannot be read as UTF-8 text.") from None
    if not _NAME.fullmatch(path.stem):
        raise Usage(
            f"{shown}: {path.stem!r} cannot be the name of a query.",
            "use lower-case letters, digits and hyphens",
        )
    fields = query_header.read(text, shown)
    try:
        refuse(text)
        params = _described(parameters(text), fields)
    except KbError as error:
        raise type(error)(f"{shown}: {error.message}", error.hint) from None
    own = {
        key: fields.own[key]
        for key in ("severity", "expect", "message", "hint")
        if key in fields.own
    }
    return SavedQuery(
        name=path.stem,
        group=group,
        summary=fields.top["summary"],
        text=text,
        description=fields.top.get("description", ""),
        params=params,
        columns=fields.columns,
        tags=fields.tags,
        method=fields.top.get("method", ""),
        path=path,
        shown=shown,
        **own,
    )


def parameters(query: str) -> tuple[Parameter, ...]:
    """Return the parameters of a query, in order of appearance, from its variables.

    >>> found = parameters("SELECT * { ?_who_iri ?p ?__since_xsd_date, ?o }")
    >>> [(p.name, p.kind, p.required) for p in found]
    [('who', 'iri', True), ('since', 'date', False)]
    """
    found: dict[str, Parameter] = {}
    for token in tokens(query):
        if (parameter := _parameter(token)) is None:
            continue
        if found.setdefault(parameter.name, parameter) != parameter:
            raise Usage(
                f"The parameter {parameter.name} is written in two ways.",
                "use the same variable everywhere",
            )
    return tuple(found.values())


def bind(query: SavedQuery, values: Mapping[str, Value], resolve: Resolve = _as_given) -> str:
    """Return the query with each parameter replaced by a typed term.

    An optional parameter without a value stays an unbound variable. `resolve` turns the user's text
    for an IRI parameter into an IRI; without it, only full IRIs are accepted. Raises `Usage` for an
    unknown, missing or ill-typed value.

    >>> text = "SELECT * { ?_who_iri ?p ?_name }"
    >>> query = SavedQuery("who", "questions", "Who?", text, params=parameters(text))
    >>> print(bind(query, {"who": "https://example.org/a", "name": 'a "b"'}))
    SELECT * { <https://example.org/a> ?p "a \\"b\\"" }
    """
    known = {parameter.name: parameter for parameter in query.params}
    for name in values:
        if name not in known:
            raise _unknown(query.name, name, known)
    terms = {
        p.name: _serialised(p, value, resolve)
        for p in query.params
        if (value := _given(query.name, p, values)) is not None
    }
    parts, at = [], 0
    for token in tokens(query.text):
        parameter = _parameter(token)
        if parameter is not None and parameter.name in terms:
            parts += [query.text[at : token.start], terms[parameter.name]]
            at = token.start + len(token.text)
    return "".join([*parts, query.text[at:]])


def _parameter(token: Token) -> Parameter | None:
    if token.kind != "variable" or not token.text[1:].startswith("_"):
        return None
    match = _VARIABLE.fullmatch(token.text[1:])
    if match is None:
        raise Usage(
            f"{token.text} is not a parameter.",
            "write ?_name or ?__name in letters and digits, optionally followed by "
            "_iri, _xsd_date, _xsd_integer or _xsd_string",
        )
    return Parameter(match[2], _KINDS[match[3]], match[1] == "_")


def _described(found: tuple[Parameter, ...], fields: query_header.Header) -> tuple[Parameter, ...]:
    names = {parameter.name for parameter in found}
    for name in [*fields.params, *fields.defaults, *fields.choices]:
        if name not in names:
            raise Usage(
                f"the header describes the parameter {name!r}, which the query does not have.",
                _nearest(name, names),
            )
    described = []
    for p in found:
        notes: Mapping[str, Any] = fields.params.get(p.name, {})
        default, choices = fields.defaults.get(p.name), fields.choices.get(p.name, ())
        full = Parameter(
            p.name,
            p.kind,
            p.required,
            notes.get("label", ""),
            notes.get("widget", ""),
            default,
            choices,
        )
        # The default of an IRI may be an id, which only a knowledge base can resolve.
        if default is not None and p.kind != "iri":
            _serialised(full, default, _as_given)
        described.append(full)
    return tuple(described)


def _given(query: str, parameter: Parameter, values: Mapping[str, Value]) -> Value | None:
    value = values.get(parameter.name, parameter.default)
    if value is None and parameter.required:
        raise Usage(
            f"{query} needs a value for {parameter.name}.",
            f"add {parameter.name}=VALUE, where VALUE is {_HOW[parameter.kind]}",
        )
    return value


def _unknown(query: str, name: str, known: Mapping[str, Parameter]) -> Usage:
    return Usage(f"{query} has no parameter {name!r}.", _nearest(name, known) or "it takes none")


def _nearest(name: str, known: Mapping[str, Parameter] | set[str]) -> str:
    """Return the nearest names as a hint, or all names if none is near."""
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"it takes {', '.join(sorted(known))}" if known else ""


def _serialised(parameter: Parameter, value: Value, resolve: Resolve) -> str:
    """Return the value as a SPARQL term.

    A datetime is not a date and a boolean is not a number here, although Python says so.
    """
    text = "" if isinstance(value, bool) else str(value)
    if parameter.choices and text not in parameter.choices:
        raise Usage(
            f"{text!r} is not one of the values of {parameter.name}.",
            f"use one of {', '.join(parameter.choices)}",
        )
    match parameter.kind:
        case "iri" if _IRI.fullmatch(iri := resolve(text, parameter.name)):
            return f"<{iri}>"
        case "date" if _is_date(text):
            return f'"{text}"^^<{XSD}date>'
        case "integer" if _INTEGER.fullmatch(text):
            return f'"{text}"^^<{XSD}integer>'
        case "string" if not _SURROGATE.search(text) and not isinstance(value, bool):
            return _quoted(text)
    raise Usage(f"{text!r} is not a value of {parameter.name}.", f"give {_HOW[parameter.kind]}")


def _is_date(text: str) -> bool:
    """Tell whether this is a calendar date in ASCII digits."""
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _quoted(text: str) -> str:
    """Quote a string.

    A `u` after a backslash is escaped too: some engines decode `\\u…` even if the backslash itself
    is escaped. Eight digits are used, because rdflib takes hexadecimal digits after `\\u` for a
    part of it.
    """
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return (
        '"' + re.sub(r"(?<=\\\\)[uU]", lambda match: f"\\U{ord(match.group()):08X}", escaped) + '"'
    )
