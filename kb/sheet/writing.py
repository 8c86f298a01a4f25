"""From a sheet to YAML that reads back as the same sheet."""

from __future__ import annotations

import re

import yaml

from kb.sheet.data import Entry, Sheet

# What YAML reads only as an escape: controls, line separators, the byte order mark, halves of surrogate pairs.
ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def scalar(text: str) -> str:
    """A text as it must be typed for YAML to read the same text back.

    >>> scalar("no: never")
    "'no: never'"
    """
    plain = text and not re.search(r": |:$| #|^[\s&*!|>%@`'\"\[\]{},?#-]|\s$", text) and not ESCAPED.search(text)
    if plain:
        return text
    return (
        "'" + text.replace("'", "''") + "'"
        if not ESCAPED.search(text)
        else yaml.dump(text, allow_unicode=True, default_style='"', width=10**9).strip()
    )


def write(sheet: Sheet) -> str:
    """A sheet as YAML."""
    out = [f"{key}: {scalar(value.text)}" for key, value in sheet.top.items()]
    if sheet.new:
        out += ["new:"] + [f"  {scalar(slug)}: {scalar(value.text)}" for slug, value in sheet.new.items()]
    for name, values in (("affiliations", sheet.affiliations), ("skip", sheet.skip)):
        if values:
            out += [f"{name}:"] + [f"- {scalar(value.text)}" for value in values]
    for name, entries in (("judgements", sheet.judgements), ("records", sheet.records), ("claims", sheet.claims)):
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
