"""Terms as Turtle tokens. No other module turns values into text for stored files."""

from __future__ import annotations

import re

from kb.errors import Refused
from kb.model.rdf_terms import Term
from kb.model.vocabulary import XSD
from kb.rdf.turtle_reader import Names


def write(term: Term, names: Names) -> str:
    """Format a term as Turtle.

    Raises Refused if Turtle cannot express it: an IRI or a language tag with characters that would
    end it, or half of a surrogate pair.

    >>> write(Term("literal", "a\\nb", XSD + "string"), Names("https://example.org/"))
    '"a\\\\nb"'
    """
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.kind == "iri":
        return _write_iri(term.value, names)
    if term.datatype == XSD + "integer" and re.fullmatch(r"[+-]?[0-9]+", term.value):
        return term.value
    if term.datatype == XSD + "boolean" and term.value in {"true", "false"}:
        return term.value
    if surrogate := SURROGATE.search(term.value):
        raise Refused(
            f"U+{ord(surrogate[0]):04X}, half of a surrogate pair, cannot be written.",
            "type the text again, or remove that character",
        )
    text = f'"{UNPRINTED.sub(_escaped, term.value)}"'
    if term.language:
        return f"{text}@{_tag(term.language)}"
    if term.datatype in {"", XSD + "string"}:
        return text
    return f"{text}^^{_write_iri(term.datatype, names)}"


def _escaped(found: re.Match[str]) -> str:
    return ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _write_iri(iri: str, names: Names) -> str:
    """Format an IRI in the shortest form that reads back as the same IRI."""
    if found := ENDING.search(iri):
        raise Refused(
            f"U+{ord(found[0]):04X} cannot be in an IRI: {ascii(iri)}.",
            "percent-encode it, such as %20 for a space",
        )
    return names.written(iri)


def _tag(language: str) -> str:
    """Check a language tag, which may have a base direction."""
    if not re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?", language):
        raise Refused(
            f"{ascii(language)} is not a language tag.", "write a tag such as en or zh-Hant"
        )
    return language


ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
# Characters of a literal that are escaped: those that Turtle requires, and those that an editor or
# a tool may take for the end of a line or of the file.
UNPRINTED = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]')
SURROGATE = re.compile("[\ud800-\udfff]")
# Characters that end an IRI or are not allowed in one.
ENDING = re.compile('[\x00-\x20<>"{}|^`\\\\\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
