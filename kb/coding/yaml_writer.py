"""From a sheet to YAML that reads back as the same sheet."""

from __future__ import annotations

import re

from kb.coding.sheet import Entry, Sheet

# What YAML reads as something else than the text, where it is not in quotes.
MISREAD = re.compile(r": |:$| #|^[\s&*!|>%@`'\"\[\]{},?#-]|\s$")
# What only an escape can bring through YAML, or through a terminal: controls, line separators,
# controls of the direction of writing.
ESCAPED = re.compile(
    '[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"\\\\]'
)


def scalar(text: str) -> str:
    r"""A text as it must be typed for YAML to read the same text back.

    >>> scalar("no: never"), scalar("a\u202eb")
    ("'no: never'", '"a\\u202eb"')
    """
    if any(sign not in '"\\' for sign in ESCAPED.findall(text)):
        return (
            '"'
            + ESCAPED.sub(
                lambda found: f"\\{found[0]}" if found[0] in '"\\' else f"\\u{ord(found[0]):04x}",
                text,
            )
            + '"'
        )
    if text and not MISREAD.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def write(sheet: Sheet) -> str:
    """A sheet as YAML."""
    out = [f"{key}: {scalar(value.text)}" for key, value in sheet.top.items()]
    if sheet.new:
        out += ["new:"] + [
            f"  {scalar(slug)}: {scalar(value.text)}" for slug, value in sheet.new.items()
        ]
    for name, values in (("affiliations", sheet.affiliations), ("skip", sheet.skip)):
        if values:
            out += [f"{name}:"] + [f"- {scalar(value.text)}" for value in values]
    for name, entries in (
        ("judgements", sheet.judgements),
        ("records", sheet.records),
        ("claims", sheet.claims),
    ):
        if entries:
            out.append(f"{name}:")
            for entry in entries:
                out += _lines(entry, "")
    return "\n".join(out) + "\n"


def _lines(entry: Entry, indent: str) -> list[str]:
    rows = [f"{key}: {scalar(value.text)}" for key, value in entry.values.items()]
    out = [f"{indent}{'- ' if i == 0 else '  '}{row}" for i, row in enumerate(rows)]
    if entry.said:
        out.append(f"{indent}  said:")
        for one in entry.said:
            out += _lines(one, indent + "  ")
    return out
