"""Parameters of saved queries: their variables, their kinds, and their values as SPARQL terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.errors import Usage
from kb.model.vocabulary import XSD
from kb.rdf.turtle_terms import ESCAPES, SURROGATE
from kb.store.sparql import Token, tokens

Value = str | int | date
# A function from the user's text and the name of a parameter to an IRI.
Resolve = Callable[[str, str], str]
_VARIABLE: Final = re.compile(r"(__?)([A-Za-z0-9]+)(?:_(iri|xsd_date|xsd_integer|xsd_string))?")
# A name that begins like that of a parameter.
_UNNAMED: Final = re.compile(r"[?$]__?[^_]")
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
# Kind → what to write, for messages.
HOW: Final = {
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


def as_given(text: str, parameter: str) -> str:
    """Return the text of an IRI parameter unchanged."""
    return text


def parameters(query: str) -> tuple[Parameter, ...]:
    """Return the parameters of a query, in order of appearance, from its variables.

    `?_` and `?__` have no name, so they are ordinary variables. Raises Usage for other variables
    that begin with an underscore but are no parameters.

    >>> found = parameters("SELECT * { ?_who_iri ?p ?__since_xsd_date, ?o ; ?_ ?__ }")
    >>> [(p.name, p.kind, p.required) for p in found]
    [('who', 'iri', True), ('since', 'date', False)]
    """
    found: dict[str, Parameter] = {}
    for token in tokens(query):
        parameter = parameter_of(token)
        if parameter is None and token.kind == "variable" and _UNNAMED.match(token.text):
            raise Usage(
                f"{token.text} is not a parameter.",
                "write ?_name or ?__name in letters and digits, optionally followed by "
                "_iri, _xsd_date, _xsd_integer or _xsd_string",
            )
        if parameter is None:
            continue
        if found.setdefault(parameter.name, parameter) != parameter:
            raise Usage(
                f"The parameter {parameter.name} is written in two ways.",
                "use the same variable everywhere",
            )
    return tuple(found.values())


def among(query: str, names: Collection[str]) -> tuple[Parameter, ...]:
    """Return the parameters of a query without a header: those with one of these names.

    All other variables of such a query are ordinary ones, because SPARQL allows names that begin
    with an underscore (SPARQL 1.1 §19.8, VARNAME).

    >>> [p.name for p in among("SELECT * { ?_a ?_b_ ?_c_iri }", ["c"])]
    ['c']
    """
    found = dict.fromkeys(filter(None, map(parameter_of, tokens(query))))
    return tuple(parameter for parameter in found if parameter.name in names)


def parameter_of(token: Token) -> Parameter | None:
    """Return the parameter that a token is, or None if it is something else."""
    match = _VARIABLE.fullmatch(token.text[1:]) if token.kind == "variable" else None
    return Parameter(match[2], _KINDS[match[3]], match[1] == "_") if match else None


def serialised(parameter: Parameter, value: Value, resolve: Resolve) -> str:
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
        case "string" if not SURROGATE.search(text) and not isinstance(value, bool):
            return _quoted(text)
    raise Usage(f"{text!r} is not a value of {parameter.name}.", f"give {HOW[parameter.kind]}")


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
    escaped = "".join(ESCAPES.get(character, character) for character in text)
    return (
        '"' + re.sub(r"(?<=\\\\)[uU]", lambda match: f"\\U{ord(match.group()):08X}", escaped) + '"'
    )
