"""Lists of names on a sheet."""

from __future__ import annotations

import pytest
from conftest import Kb
from hypothesis import given
from hypothesis import strategies as st

from kb.coding import notation


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Guard, Harbour Guard", ("Guard", "Harbour Guard")),
        ("Acme, Inc.", ("Acme, Inc.",)),
        ("Acme Grain, Inc., Acme", ("Acme Grain, Inc.", "Acme")),
        ("Smith, Jones & Co.", ("Smith, Jones & Co.",)),
        ("Dow, Jones & Company, Inc.", ("Dow, Jones & Company, Inc.",)),
        ("John Doe, Jr., Jane Ray", ("John Doe, Jr.", "Jane Ray")),
        ('"Doe, Jane", Acme', ("Doe, Jane", "Acme")),
        ("“Doe, Jane”, Acme", ("Doe, Jane", "Acme")),
        (r"Doe\, Jane, Acme", ("Doe, Jane", "Acme")),
        ('"Acme", "Inc."', ("Acme", "Inc.")),
        ("a, a, , b", ("a", "b")),
        ("", ()),
    ],
)
def test_a_comma_separates_names_unless_it_belongs_to_one(
    typed: str, names: tuple[str, ...]
) -> None:
    assert notation.names_in(typed) == names


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)


@given(st.lists(st.one_of(NAMES, st.sampled_from(["Inc.", "a, b", "x & Co.", "q\\", "“r”"]))))
def test_names_that_are_printed_are_read_back(names: list[str]) -> None:
    assert notation.names_in(notation.joined(names)) == tuple(dict.fromkeys(names))


SHEET = """source: 2024-quarrel
new:
  acme: organisation; as Acme Grain, Inc.
  doe: person; as "Doe, Jane"
claims:
- claim: The silo burnt down
  kind: event
  said:
  - by: {by}
    at: By Saturday all was calm
"""


@pytest.mark.parametrize("by", ["Acme Grain, Inc.", "Doe, Jane", '"Doe, Jane"', "acme, doe"])
def test_a_speaker_whose_name_has_a_comma_is_one_speaker(kb: Kb, by: str) -> None:
    done = kb.sheet(SHEET.format(by=by if by[0] != '"' else f"'{by}'"))
    assert done.code == 0, done
    names = kb("list", "entities", "--format", "csv").out
    assert '"Acme Grain, Inc."' in names
    assert '"Doe, Jane"' in names


def test_two_names_of_one_speaker_are_refused_with_a_word_on_the_comma(kb: Kb) -> None:
    sheet = SHEET.format(by="Acme Grain, acme")
    kb.refuses(
        1,
        "add",
        "--from",
        kb.write("s.yaml", sheet),
        says=("bad-speaker", "a comma separates names"),
    )


def test_the_word_for_nobody_never_becomes_a_voice(kb: Kb) -> None:
    sheet = kb.write("s.yaml", SHEET.format(by="unattributed"))
    declared = "new:\n  unattributed: person; as Somebody"
    other = kb.write("t.yaml", sheet.read_text().replace("new:", declared, 1))
    kb.refuses(1, "add", "--from", other, says=("bad-id", "whom nobody names"))
    assert kb("rename", "entity/lukin", "unattributed").code == 0
    kb.refuses(1, "add", "--from", sheet, says=("bad-speaker", "kb rename entity/unattributed"))
    assert kb("undo").code == 0
    assert kb("add", "--from", sheet).code == 0


def test_no_part_of_a_new_entity_is_dropped() -> None:
    assert notation.new_entity("object; as Tug; as Tugs").names == ("Tug", "Tugs")
    for text in ("object; as Tug;", "object; ; as Tug", "object; as Tug; wd Q1; wd Q2"):
        with pytest.raises(ValueError, match="remove"):
            notation.new_entity(text)
