"""Modules that are imported when they are first used."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from kb.system.modules import later


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module whose import takes a while."""
    text = "import time\ntime.sleep(0.2)\nVALUE = 7\n"
    (tmp_path / "slow_to_import.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "slow_to_import", raising=False)
    return "slow_to_import"


def test_a_module_is_imported_when_one_of_its_names_is_used(slow: str) -> None:
    module = later(slow)
    assert slow not in sys.modules
    assert module.VALUE == 7
    assert slow in sys.modules


def test_threads_that_need_a_module_at_once_all_get_it_whole(slow: str) -> None:
    module, ready = later(slow), Barrier(4)

    def used(_: int) -> int:
        ready.wait()
        return int(module.VALUE)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(used, range(4))) == [7, 7, 7, 7]


def test_a_name_that_a_module_does_not_have_is_named(slow: str) -> None:
    with pytest.raises(AttributeError, match="OTHER"):
        _ = later(slow).OTHER
