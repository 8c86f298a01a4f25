"""Values of options that are what the command wants already, without a conversion.

Typer converts every value with pydantic, whose import takes longer than most commands. Nearly all
values are texts from the command line or defaults, and need none.
"""

from __future__ import annotations

from typing import Any, Final, get_args, get_origin

# Types that need no conversion if a value has exactly this type.
_PLAIN: Final = (str, int, bool, float)


def accept(command: Any, ctx: Any) -> None:
    """Make the parameters of a Typer command, and of those in it, accept exact values as they are.

    `ctx` is a context in which the option for help has the same names.
    """
    for inner in getattr(command, "commands", {}).values():
        accept(inner, ctx)
    for param in command.get_params(ctx):
        param.get_runtime_param = _Exact(param)


class _Exact:
    """The conversion of one parameter, in the form in which Typer asks for it."""

    def __init__(self, param: Any) -> None:
        self.param = param

    def __call__(self) -> _Exact:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return an exact value as it is, and let Typer convert or refuse any other."""
        kind = param.type_descriptor.annotation
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if kind in _PLAIN and type(value) is kind:
            return value
        if get_origin(kind) is list and _all_exact(value, get_args(kind)):
            return list(value)
        return type(param).get_runtime_param(param).coerce(value, param=param, ctx=ctx)


def _all_exact(values: Any, kinds: tuple[Any, ...]) -> bool:
    """Tell whether all of several values have the one plain type that a list wants."""
    several = isinstance(values, (list, tuple)) and len(kinds) == 1 and kinds[0] in _PLAIN
    return several and all(type(value) is kinds[0] for value in values)
