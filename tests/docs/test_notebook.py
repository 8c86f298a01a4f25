"""The notebook of the documentation runs, and shows what its cells show."""

from __future__ import annotations

import json

from notebook import NOTEBOOK, executed, text


def test_the_notebook_shows_what_its_cells_show() -> None:
    stored = NOTEBOOK.read_text(encoding="utf-8")
    assert stored == text(executed(json.loads(stored))), "run `make pages`"


def test_the_notebook_is_small_and_has_the_form_of_jupyter() -> None:
    stored = NOTEBOOK.read_text(encoding="utf-8")
    notebook = json.loads(stored)
    assert len(stored) < 40_000
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
