"""Writer of sheets as YAML. Reading the YAML gives the same sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.coding.sheet import Entry, Sheet

# Characters that YAML does not read as text, unless the value is in quotes.
MISREAD = re.compile(r": |:$| #|^[\s&*!|>%@`'\"\[\]{},?#-]|\s$")
# Characters that YAML or a terminal does not show as they are: controls, line separators, and marks
# that change the direction of writing.
ESCAPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    '\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"\\\\]'
)


def scalar(text: str) -> str:
    r"""Quote or escape a text, so that YAML reads the same text back.

    >>> scalar("no: never"), scalar("a\u202eb")
    ("'no: never'", '"a\\u202eb"')
    """
    if any(sign not in '"\\' for sign in ESCAPED.findall(text)):
        return '"' + ESCAPED.sub(_escape, text) + '"'
    if text and not MISREAD.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in '"\\' else f"\\u{ord(found[0]):04x}"


def write(sheet: Sheet) -> str:
    """Write a sheet as YAML."""
    out = [f"{key}: {scalar(value.text)}" for key, value in sheet.top.items()]
    if sheet.new:
        out.append("new:")
        out += [f"  {scalar(slug)}: {scalar(value.text)}" for slug, value in sheet.new.items()]
    for name, values in (("affiliations", sheet.affiliations), ("skip", sheet.skip)):
        if values:
            out.append(f"{name}:")
            out += [f"- {scalar(value.text)}" for value in values]
    out += _entries("judgements", sheet.judgements)
    out += _entries("records", sheet.records)
    out += _entries("claims", sheet.claims)
    return "\n".join(out) + "\n"


def _entries(name: str, entries: Iterable[Entry]) -> list[str]:
    lines = [line for entry in entries for line in _lines(entry, "")]
    return [f"{name}:", *lines] if lines else []


def _lines(entry: Entry, indent: str) -> list[str]:
    rows = [f"{key}: {scalar(value.text)}" for key, value in entry.values.items()]
    out = [f"{indent}{'- ' if i == 0 else '  '}{row}" for i, row in enumerate(rows)]
    if entry.said:
        out.append(f"{indent}  said:")
        for one in entry.said:
            out += _lines(one, indent + "  ")
    return out
