"""A small sample of each case of `make torture`, which runs the full numbers."""

from __future__ import annotations

import pytest
import torture

# So much of the full numbers runs here in a few seconds each.
SAMPLE = {"kills": 0.012, "writers": 0.008, "disk": 0.08, "flips": 0.08, "inputs": 0.01, "parameters": 0.1, "names": 0.02}


@pytest.mark.parametrize("case", torture.CASES)
def test_what_is_tortured_holds(case: str) -> None:
    found = list(torture.CASES[case](SAMPLE.get(case, 0.01)))
    assert [f"{f.case}: {f.got}, wanted {f.wanted}" for f in found if not f.good] == []
    assert found
