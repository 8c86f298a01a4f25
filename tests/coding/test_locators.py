"""Places in a medium: pages, time codes, posts, cells."""

from __future__ import annotations

import pytest
from conftest import Kb

SHEET = """source: 2024-quarrel
claims:
- claim: The boats left
  kind: event
  said:
  - at: On Sunday the boats left
    locator: {locator}
"""


@pytest.mark.parametrize(
    "locator",
    ["page 12", "pp. 3-4", "00:14:30", "time 1:02", "post 3", "cell Sheet1!B7", "section 4.2"],
)
def test_a_locator_is_kept_with_the_passage_and_printed_back(kb: Kb, locator: str) -> None:
    sheet = SHEET.format(locator=f"'{locator}'")
    assert kb.sheet(sheet).code == 0
    assert f'kb:locator "{locator}"' in kb.file("source").read_text(encoding="utf-8")
    assert kb("validate").code == 0
    printed = kb("sheet", "2024-quarrel").out
    assert f"locator: {locator}" in printed
    again = kb("add", "--from", kb.write("again.yaml", printed))
    assert "Nothing new" in again.out, again


def test_a_locator_of_no_known_form_is_refused(kb: Kb) -> None:
    sheet = SHEET.format(locator="somewhere")
    kb.refuses(1, "add", "--from", kb.write("s.yaml", sheet), says=("bad-locator", "page 12"))


def test_an_empty_locator_takes_it_away(kb: Kb) -> None:
    assert kb.sheet(SHEET.format(locator="page 12")).code == 0
    assert kb.sheet(SHEET.format(locator="")).code == 0
    assert "kb:locator" not in kb.file("source").read_text(encoding="utf-8")
