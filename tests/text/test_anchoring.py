"""The address of a passage in a text."""

from __future__ import annotations

from kb.text import anchoring


def test_the_bounds_of_a_passage_are_an_address() -> None:
    """Where the words occur twice, or are no words."""
    text = "so so\r\n😀😀 so"
    assert anchoring.find(text, "char=7,8") == anchoring.Span(7, 8)
    assert anchoring.find(text, " char=0,5 ") == anchoring.Span(0, 5)
    for wrong in ("char=5,5", "char=9,3", "char=0,99", "char=5,7"):
        found = anchoring.find(text, wrong)
        assert isinstance(found, anchoring.Miss)
        assert found.code == "quote-address"
