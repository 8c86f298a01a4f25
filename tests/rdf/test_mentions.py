"""Which files may name a record: found in the text, without parsing it."""

from __future__ import annotations

import pytest

from kb.rdf import mentions
from kb.rdf.turtle_writer import heading

BASE = "https://x.org/"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<assertion/1> kb:claim <claim/pier> .", True),
        ("<claim/pier~2> kb:note 1 .", True),
        ("<claim/pier-r1> kb:note 1 .", True),
        ("<claim/pier#char=1,2> kb:note 1 .", True),
        ("<https://x.org/claim/pier> kb:note 1 .", True),
        ("<claim/piers> kb:note 1 .", False),
        ("<claim/pier-2> kb:note 1 .", False),
        ("<claim/mole> kb:note 'no base of the fleet' .", False),
        ("@prefix c: <claim/pi> . c:er kb:note 1 .", True),
        ("BASE <https://x.org/claim/> <a> kb:note 1 .", True),
        (r"<claim/pie\u0072> kb:note 1 .", True),
    ],
)
def test_a_file_that_may_name_a_record_is_found(text: str, named: bool) -> None:
    assert mentions.may_name(heading(BASE) + text, BASE, "claim/pier") is named


def test_a_file_with_other_prefixes_may_name_anything() -> None:
    assert mentions.may_name("@prefix c: <https://x.org/claim/> . c:a a c:b .", BASE, "claim/pier")
