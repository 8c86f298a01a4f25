"""Terms of SHACL that the shapes of a knowledge base may use: those of SHACL Core."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kb.model.rdf_terms import Triple
from kb.rdf import turtle_reader

SH: Final = "http://www.w3.org/ns/shacl#"
IMPORTS: Final = "http://www.w3.org/2002/07/owl#imports"
# SHACL Core (W3C SHACL §2 to §4). Other terms of SHACL run queries or programs, or read other
# graphs.
_CORE_TERMS: Final = """
    NodeShape PropertyShape Shape PropertyGroup
    targetClass targetNode targetObjectsOf targetSubjectsOf
    severity message deactivated Info Warning Violation
    path alternativePath inversePath zeroOrMorePath oneOrMorePath zeroOrOnePath
    class datatype nodeKind BlankNode IRI Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral
    minCount maxCount minExclusive minInclusive maxExclusive maxInclusive
    minLength maxLength pattern flags languageIn uniqueLang
    equals disjoint lessThan lessThanOrEquals not and or xone node property
    qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint
    closed ignoredProperties hasValue in
    name description order group defaultValue
"""
_CORE: Final = frozenset(SH + name for name in _CORE_TERMS.split())


def has_shapes(triples: Iterable[Triple]) -> bool:
    """Tell whether triples use SHACL."""
    return any(iri.startswith(SH) for iri in _iris(triples))


def refused(text: str, base: str, triples: Iterable[Triple]) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each term that own shapes must not use.

    These are owl:imports and all terms of SHACL that are not SHACL Core. They are found in the
    triples, so their spelling in the text does not matter. A file without shapes may contain
    anything.
    """
    known = list(triples)
    if has_shapes(known) and _beyond(known):
        heading: list[str] = []
        for block in turtle_reader.blocks(text, base):
            if block.text.lower().startswith(("@prefix", "@base", "prefix", "base")):
                heading.append(block.text)
                continue
            for term in _beyond(turtle_reader.triples("\n".join([*heading, block.text]), base)):
                yield (
                    _line(block, term),
                    f"sh:{term.removeprefix(SH)}" if term.startswith(SH) else "owl:imports",
                )


def _beyond(triples: Iterable[Triple]) -> list[str]:
    """Return the terms that own shapes must not use, sorted."""
    terms = set(_iris(triples))
    return sorted(t for t in terms if t == IMPORTS or (t.startswith(SH) and t not in _CORE))


def _iris(triples: Iterable[Triple]) -> Iterator[str]:
    return (term.value for triple in triples for term in triple if term.kind == "iri")


def _line(block: turtle_reader.Block, term: str) -> int:
    """Return the line of a statement that contains a term spelled in the usual way."""
    name = re.escape(term.rpartition("#")[2])
    before = re.split(rf"[:#]{name}\b", block.text, maxsplit=1)
    return block.line + (before[0].count("\n") if len(before) > 1 else 0)
