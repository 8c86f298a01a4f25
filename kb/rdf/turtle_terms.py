"""Terms as Turtle tokens: the only place where a value becomes a part of a stored file."""

from __future__ import annotations

import re

from kb.errors import Refused
from kb.model.rdf_terms import Term
from kb.model.vocabulary import XSD
from kb.rdf.turtle_reader import Names


def write(term: Term, names: Names) -> str:
    """A term as Turtle. Raises Refused where no Turtle says it: an IRI or a language tag that would
    end early, half a surrogate pair.
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
            "type the text again",
        )
    text = (
        '"' + UNPRINTED.sub(lambda m: ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04X}", term.value) + '"'
    )
    if term.language:
        return f"{text}@{_tag(term.language)}"
    return (
        text
        if term.datatype in {"", XSD + "string"}
        else f"{text}^^{_write_iri(term.datatype, names)}"
    )


def _write_iri(iri: str, names: Names) -> str:
    """An IRI in the shortest form that reads back as the same IRI."""
    if found := ENDING.search(iri):
        raise Refused(
            f"U+{ord(found[0]):04X} cannot be in an IRI: {ascii(iri)}.",
            "percent-encode it, as %20 for a space",
        )
    return names.written(iri)


def _tag(language: str) -> str:
    """A language tag, with a base direction where it has one."""
    if not re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?", language):
        raise Refused(f"{ascii(language)} is not a language tag.", "as en, or zh-Hant")
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
# What a literal holds by an escape: what Turtle needs, and what an editor or a tool may take for
# the end of a line or of a file.
UNPRINTED = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]')
SURROGATE = re.compile("[\ud800-\udfff]")
# What ends an IRI, or is in none.
ENDING = re.compile('[\x00-\x20<>"{}|^`\\\\\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
