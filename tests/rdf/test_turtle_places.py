"""Where a term is in a Turtle file: its line and column, and those of its end."""

from __future__ import annotations

import pytest

from kb.rdf import turtle_places, turtle_reader

BASE = "https://x.org/"
NS = "https://w3id.org/claimkb/ns#"
TEXT = """@base <https://x.org/> .
@prefix kb: <https://w3id.org/claimkb/ns#> .

<claim/a> a kb:Claim ;
    kb:statement \"\"\"two
lines\"\"\" ;
    kb:kind kb:kind-event ; kb:count 12 ;
    kb:place <entity/harbour>, <entity/quay> .
  <claim/b> kb:statement "say \\"no\\""@en .
"""


def cut(place: turtle_places.Range) -> str:
    """The part of the text in a range."""
    lines = TEXT.split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    lines[0] = lines[0][place.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("subject", "property", "value", "found"),
    [
        ("a", "", "", "<claim/a>"),
        ("a", "statement", "", '"""two\nlines"""'),
        ("a", "kind", NS + "kind-event", "kb:kind-event"),
        ("a", "count", "12", "12"),
        ("a", "place", BASE + "entity/quay", "<entity/quay>"),
        ("a", "place", BASE + "entity/elsewhere", "kb:place"),
        ("a", "place", "", "kb:place"),
        ("a", "unit", "", "<claim/a>"),
        ("a", "", BASE + "entity/harbour", "<entity/harbour>"),
        ("b", "", "", "<claim/b>"),
        ("b", "statement", 'say "no"', '"say \\"no\\""@en'),
    ],
)
def test_a_range_is_that_of_the_token_meant(
    subject: str, property: str, value: str, found: str
) -> None:
    blocks = {block.subject: block for block in turtle_reader.blocks(TEXT, BASE)}
    block = blocks[f"{BASE}claim/{subject}"]
    assert cut(turtle_places.find(block, property and NS + property, value)) == found


def test_a_prefix_declared_later_counts_from_there_on() -> None:
    text = '<claim/a> <x:p> "a" .\n@prefix q: <x:> .\n<claim/b> q:p "b" .\n'
    blocks = [block for block in turtle_reader.blocks(text, BASE) if block.subject]
    assert [turtle_places.find(block, "x:p").line for block in blocks] == [1, 3]
