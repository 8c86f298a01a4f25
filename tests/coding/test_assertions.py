"""An entry of a sheet that means a stored assertion changes what it names, and nothing else."""

from __future__ import annotations

from conftest import Kb

SHEET = """source: 2024-quarrel
claims:
- claim: The boats left
  kind: event
  said:
  - by: lukin
    at: On Sunday the boats left
"""
FULL = """    via: northland
    basis: witnessed
    words: boats
    note: read twice
    certain: no
"""


def test_what_an_entry_does_not_name_stays_as_it_is(kb: Kb) -> None:
    assert kb.sheet(SHEET + FULL).code == 0
    before = kb("sheet", "2024-quarrel").out
    assert "Nothing new" in kb.sheet(SHEET).out
    assert kb.sheet(SHEET + "    garbles: Sunday\n").code == 0
    after = kb("sheet", "2024-quarrel").out
    assert [line for line in after.splitlines() if line not in before] == ["    garbles: Sunday"]
    assert set(before.splitlines()) <= set(after.splitlines())


def test_an_empty_key_takes_a_field_away(kb: Kb) -> None:
    assert kb.sheet(SHEET + FULL).code == 0
    assert kb.sheet(SHEET + "    note:\n    via:\n").code == 0
    printed = kb("sheet", "2024-quarrel").out
    assert "read twice" not in printed
    assert "northland" not in printed[printed.index("The boats left") :]
    assert "basis: witnessed" in printed
