"""Places of terms in a Turtle block: the range of its subject, of a property, or of one value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.model.vocabulary import RDF
from kb.rdf import turtle_reader
from kb.rdf.turtle_reader import Block, Names

_Tokens = Sequence[re.Match[str]]
_QUOTES = ('"""', "'''", '"', "'")


class Range(NamedTuple):
    """A part of a file: lines and columns from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Statement(NamedTuple):
    """A property of a block, and one of its values, as tokens."""

    property: str
    predicate: _Tokens
    value: _Tokens


def subject(block: Block) -> Range:
    """Return the range of a block's subject."""
    return _range(block, _tokens(block)[:1])


def find(block: Block, property: str = "", value: str = "") -> Range:
    """Return the range of a value of a property (an IRI) in a block.

    Without a value, or if none is like it, it is the range of the only value, or of the property
    where it has several. Without a property, it is that of the only such value of any. A property
    that is not stated has the range of the subject.
    """
    stated = list(statements(block))
    own = [one for one in stated if one.property == property] if property else []
    if value:
        names = block.names or Names("")
        same = [one for one in (own or stated) if _text(one.value, names) == value]
        if len(same) == 1 or (same and own):
            return _range(block, same[0].value)
    if not own:
        return subject(block)
    return _range(block, own[0].value if len(own) == 1 else own[0].predicate)


def statements(block: Block) -> Iterator[Statement]:
    """Yield the properties of a block with their values, in order."""
    names = block.names or Names("")
    predicate: list[re.Match[str]] = []
    value: list[re.Match[str]] = []
    for token in _tokens(block)[1:]:
        if token[0] in (",", ";") or token.lastgroup == "end":
            if predicate and value:
                yield Statement(_property(predicate[0][0], names), tuple(predicate), tuple(value))
            value = []
            if token[0] != ",":
                predicate = []
        elif predicate:
            value.append(token)
        else:
            predicate = [token]


def _tokens(block: Block) -> list[re.Match[str]]:
    found = turtle_reader.TOKEN.finditer(block.text)
    return [match for match in found if match.lastgroup not in {"space", "comment"}]


def _property(token: str, names: Names) -> str:
    return RDF + "type" if token == "a" else names.expanded(token)


def _text(value: _Tokens, names: Names) -> str:
    """An IRI, or the text of a literal."""
    token = value[0][0]
    if value[0].lastgroup == "iri" or (value[0].lastgroup == "word" and ":" in token):
        return names.expanded(token)
    if value[0].lastgroup != "string":
        return token
    quote = next(mark for mark in _QUOTES if token.startswith(mark))
    if "\\" not in token:
        return token[len(quote) : -len(quote)]
    return turtle_reader.triples(f"<x:s> <x:p> {token} .", "x:")[0][2].value


def _range(block: Block, tokens: _Tokens) -> Range:
    return Range(*_at(block, tokens[0].start()), *_at(block, tokens[-1].end()))


def _at(block: Block, offset: int) -> tuple[int, int]:
    """Line and column of an offset in the text of a block."""
    before = block.text.count("\n", 0, offset)
    column = offset - block.text.rfind("\n", 0, offset)
    return block.line + before, column if before else column + block.column - 1
