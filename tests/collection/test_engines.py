"""Every saved query on every engine, asked of the shipped collection: the same rows by kind, value,
datatype and language, as the table in the documentation says.
"""

from __future__ import annotations

import re

import pytest
from conftest import CHECKOUT
from engine_table import ENGINES, PAGE, compared, row
from real_servers import VIRTUOSO, VIRTUOSO_LOGIN
from workspace.files.test_shipped_queries import QUESTIONS, name

from kb.app import knowledge_base


@pytest.mark.parametrize("engine", ENGINES)
def test_every_saved_query_gives_the_same_rows_of_the_collection(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "virtuoso" and VIRTUOSO is None:
        pytest.skip("Virtuoso is not installed: apt install virtuoso-opensource-7")
    for variable, value in zip(("USER", "PASSWORD"), VIRTUOSO_LOGIN, strict=True):
        monkeypatch.setenv(f"KB_{variable}_127_0_0_1", value)
    kb = knowledge_base.open(str(CHECKOUT))
    different, found_something = compared(kb, engine)
    assert not different, {name(path): how for path, how in different.items()}
    # Nothing of this is in the collection.
    nothing = {name(path) for path in {*QUESTIONS} - found_something}
    assert nothing == {"admitted", "stale-forecasts"}
    # Another version of an engine is no difference.
    any_version = re.escape(row(engine, different))
    any_version = re.sub(r"\d+(\\\.\d+)+", r"[0-9.]+", any_version, count=1)
    page = PAGE.read_text(encoding="utf-8")
    assert re.search(f"^{any_version}$", page, re.MULTILINE), "run `make engines`"
