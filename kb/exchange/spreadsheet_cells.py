"""Cells of spreadsheets: which texts a spreadsheet would run or change, and names of cells."""

from __future__ import annotations

import re
from typing import Final

# Characters that spreadsheets skip at the beginning of a cell: spaces, controls, invisible ones.
SKIPPED: Final = (
    "\\s\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
# The beginnings of a formula (OWASP, CSV injection), including full-width and small forms. A plain
# number is not a formula.
FORMULA: Final = re.compile(f"[\t\r]|[{SKIPPED}]*[=+\\-@＝＋－＠﹦﹢﹣﹫]")
NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
_MONTH: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# Texts that spreadsheets change when they open a file: leading zeros and the digits after the
# fifteenth are lost, 1E5 is computed, and 3-4, 1/2 and MAR1 become days of this year.
CHANGED: Final = re.compile(
    r"0[0-9]+(?:\.[0-9]*)?|[0-9]{16,}|[0-9.]+E[+-]?[0-9]+|[0-9]{1,2}[-/][0-9]{1,2}"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}"
    rf"|[0-9]{{1,2}}[ -]?{_MONTH}|{_MONTH}[ -]?[0-9]{{1,4}}",
    re.IGNORECASE,
)


def changes(text: str) -> bool:
    """Tell whether a spreadsheet would show something different from this text.

    >>> changes("=1+1"), changes("007"), changes("-5"), changes("2024-03-04")
    (True, True, False, False)
    """
    return not NUMBER.fullmatch(text) and bool(FORMULA.match(text) or CHANGED.fullmatch(text))


def marked(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would change."""
    return f"'{text}" if changes(text) else text


def unmarked(text: str) -> str:
    """Remove the apostrophe that `marked` puts before a text.

    >>> unmarked("'=1+1"), unmarked("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and changes(text[1:]) else text


def named(row: int, column: int) -> str:
    """Return the name of a cell; row and column count from 1.

    >>> named(3, 2), named(1, 28)
    ('B3', 'AB1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
