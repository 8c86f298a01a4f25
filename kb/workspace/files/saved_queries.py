"""Saved queries: one valid `.rq` file each, with a header and typed parameters.

The lines that begin with `#+ ` are one YAML mapping, in which every scalar is text. Parameters are
variables, as in grlc and BASIL: `?_event_iri` is required, `?__since_xsd_date` is optional. Values
are bound as terms and never pasted into the text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kb.errors import KbError, Unreadable, Usage
from kb.rdf.query_parameters import (
    HOW,
    Parameter,
    Resolve,
    Value,
    among,
    as_given,
    parameter_of,
    parameters,
    serialised,
)
from kb.store.sparql import form, refuse, tokens
from kb.workspace.files.folder import Folder, regular_bytes, shipped

if TYPE_CHECKING:
    from kb.rdf import query_header

__all__ = [
    "GROUPS",
    "SUFFIX",
    "Parameter",
    "Resolve",
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
# The beginning of a header; its reader, kb.rdf.query_header, is loaded only where needed.
_HEADER: Final = "#+"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


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


def load(folders: Sequence[Path], groups: Sequence[str] = GROUPS) -> dict[str, SavedQuery]:
    """Load the saved queries of folders, by name, sorted; all of them, or those of some groups.

    Raises `KbError` with file and line for a broken one.
    """
    found: dict[str, SavedQuery] = {}
    for group in groups:
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
    return _parsed(text, path, group, shown)


@lru_cache(maxsize=256)
def _parsed(text: str, path: Path, group: str, shown: str) -> SavedQuery:
    """Read the text of a query. Raises Usage."""
    from kb.rdf import query_header  # its reader of YAML takes as long as a short command

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


def unsaved(text: str, values: Collection[str]) -> SavedQuery:
    """Return a query that is in no file of ours, with the parameters that have these names.

    If it has a header, all its parameters count, as in a saved query.
    """
    described = text.lstrip("\ufeff").startswith(_HEADER)
    params = parameters(text) if described else among(text, values)
    return SavedQuery("-", "questions", "", text, params=params)


def bind(query: SavedQuery, values: Mapping[str, Value], resolve: Resolve = as_given) -> str:
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
        p.name: serialised(p, value, resolve)
        for p in query.params
        if (value := _given(query.name, p, values)) is not None
    }
    parts, at = [], 0
    for token in tokens(query.text):
        parameter = parameter_of(token)
        if parameter is not None and parameter.name in terms:
            parts += [query.text[at : token.start], terms[parameter.name]]
            at = token.start + len(token.text)
    return "".join([*parts, query.text[at:]])


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
            serialised(full, default, as_given)
        described.append(full)
    return tuple(described)


def _given(query: str, parameter: Parameter, values: Mapping[str, Value]) -> Value | None:
    value = values.get(parameter.name, parameter.default)
    if value is None and parameter.required:
        raise Usage(
            f"{query} needs a value for {parameter.name}.",
            f"add {parameter.name}=VALUE, where VALUE is {HOW[parameter.kind]}",
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
