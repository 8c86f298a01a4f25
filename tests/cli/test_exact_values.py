"""Options are read without pydantic where nothing has to be converted, and as Typer reads them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import typer
from conftest import CHECKOUT
from typer.main import get_command

from kb.cli import exact_values

GIVEN = (None, "", "x", "12", "1.5", (), ("a", "b"), ["q"], 3, 1.5, True, False, 0, [])


def command(
    word: str = "",
    more: list[str] = typer.Option([], "--more"),
    number: int = 1,
    part: float = 0.5,
    flag: bool = False,
    rest: list[str] = typer.Argument(None),
) -> None:
    """A command with every kind of option that commands of kb have."""


def read(conversion: Any, value: Any, param: Any) -> tuple[str, Any]:
    """What a conversion returns, or the error that it raises."""
    try:
        found = conversion(value, param=param, ctx=None)
    except typer.BadParameter as error:
        return "refused", error.message
    return type(found).__name__, found


@pytest.mark.parametrize("value", GIVEN, ids=repr)
def test_a_value_is_read_as_typer_reads_it(value: Any) -> None:
    app = typer.Typer(add_completion=False)
    app.command()(command)
    ours: Any = get_command(app)
    wanted = [read(p.get_runtime_param().coerce, value, p) for p in ours.params]
    exact_values.accept(ours, ours.context_class(ours))
    assert [read(p.get_runtime_param().coerce, value, p) for p in ours.params] == wanted


def test_a_short_command_imports_no_pydantic() -> None:
    code = "import sys; from kb.cli import main; sys.argv = ['kb', 'stats']\n"
    code += "try: main()\nfinally: print('pydantic' in sys.modules, 'yaml' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "False False", done.stderr
