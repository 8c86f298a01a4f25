"""From YAML to a sheet: shape and places, and what YAML would misread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import yaml

from kb.coding import sheet_rules
from kb.coding.sheet import CLAIM, JUDGEMENT, SAID, TOP, Entry, Sheet, Value, as_value
from kb.model import values
from kb.model.identifiers import suggestion

DEEPEST = 12
LARGEST = 5_000_000


def parse(text: str, name: str) -> Sheet:
    """The sheet in a text; never raises on content: problems are in the sheet.

    >>> parse("claims:\\n- claim: A met B\\n  said:\\n  - at: 1 met\\n", "x.yaml").claims[0].get("claim")
    'A met B'
    """
    sheet = Sheet(name)
    if len(text) > LARGEST:
        sheet.problem(
            "sheet-syntax", f"the sheet is larger than {LARGEST // 1_000_000} MB.", hint="split it"
        )
        return sheet
    root = _compose(text, sheet)
    if root is None or sheet.problems:
        return sheet
    _comments_that_bite(root, text, sheet)
    _odd_keys(root, sheet)
    for key, node in _pairs(root, TOP, sheet):
        _top(key.value, node, sheet)
    sheet_rules.check(sheet)
    return sheet


def _compose(text: str, sheet: Sheet) -> yaml.Node | None:
    try:
        if not _plain(text, sheet):
            return None
        node: yaml.Node | None = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        message = f"YAML cannot read this: {error.problem}."
        at = Value("", line + 1, column + 1)
        sheet.problem("sheet-yaml", message, at, _quoted(text, line))
        return None
    except yaml.reader.ReaderError as error:
        offset = error.position
        at = Value("", text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
        message = f"there is {_character(text, offset)}."
        sheet.problem("bad-character", message, at, "remove it, or type the line again")
        return None
    except (yaml.YAMLError, ValueError, RecursionError):
        hint = "put values with unusual characters in quotes"
        sheet.problem("sheet-yaml", "YAML cannot read this.", None, hint)
        return None
    if node is None:
        sheet.problem("sheet-empty", "the sheet is empty.", hint="kb add --help shows one")
    return node


def _plain(text: str, sheet: Sheet) -> bool:
    """Whether a text is no deeper than a sheet is, and has no references."""
    for depth, event in _depths(text):
        line = event.start_mark.line if event.start_mark else 0
        at = Value("", line + 1 if event.start_mark else 0)
        if depth > DEEPEST:
            sheet.problem("sheet-syntax", "lists inside lists, deeper than a sheet is.", at)
            return False
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = "YAML reads & and * at the start of a value as references."
            sheet.problem("sheet-yaml", message, Value("", line + 1), _quoted(text, line))
            return False
    return True


def _character(text: str, at: int) -> str:
    """The character at an offset, named: no stored value may have it, or YAML does not allow it."""
    return (
        values.forbidden(text[at : at + 1]).partition(", at its")[0]
        or f"U+{ord(text[at]):04X}, which YAML does not allow"
    )


def _odd_keys(root: yaml.Node, sheet: Sheet) -> None:
    """Keys with characters that no stored value may have, or longer than any may be."""
    for node in _keys(root):
        if wrong := values.wrong(node.value):
            sheet.problem("bad-character", f"a key {wrong}.", _at(node), "type the line again")


def _keys(node: yaml.Node) -> Iterable[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _keys(child)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key
            yield from _keys(child)


def _depths(text: str) -> Iterable[tuple[int, yaml.Event]]:
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        yield depth, event


def _quoted(text: str, line: int) -> str:
    """The quoted form of the value on a line (from 0)."""
    lines = text.split("\n")
    row = lines[line] if line < len(lines) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "indent with spaces; YAML allows no tabs there"
    match = re.match(r"\s*(?:- )?\s*([\w-]+):\s+(.+?)\s*$", row)
    if not match:
        return "indent with spaces; put a value with “: ” or “ #” in quotes"
    value = match[2].strip("'\"").replace("'", "''")
    return f"write it in quotes: {match[1]}: '{value}'"


def _comments_that_bite(root: yaml.Node, text: str, sheet: Sheet) -> None:
    """A ` #` inside a plain value silently ends it: say so."""
    lines = text.split("\n")
    for node in _scalars(root):
        mark = node.end_mark
        rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
        if node.style is None and node.value and re.match(r"\s+#\S", rest):
            value = Value("", mark.line + 1, mark.column + 1)
            sheet.problem(
                "sheet-yaml",
                f"YAML reads “{rest.strip()}” as a comment and drops it.",
                value,
                _quoted(text, mark.line),
            )


def _scalars(node: yaml.Node) -> Iterable[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield from _scalars(key)
            yield from _scalars(child)


def _pairs(
    node: yaml.Node, known: Iterable[str] | None, sheet: Sheet
) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The key–value pairs of a mapping; unknown and repeated keys are problems."""
    if not isinstance(node, yaml.MappingNode):
        sheet.problem(
            "sheet-shape", "here must stand “key: value” lines.", _at(node), "see kb add --help"
        )
        return []
    out, seen = [], set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in seen:
            sheet.problem(
                "sheet-key",
                f"“{getattr(key, 'value', '')}” is given twice."
                if isinstance(key, yaml.ScalarNode)
                else "a key must be a word.",
                _at(key),
            )
        elif known is not None and key.value not in known:
            names = list(known)
            sheet.problem(
                "sheet-key",
                f"“{key.value}” is not a key here.",
                _at(key),
                suggestion(key.value, names, f"known: {', '.join(names)}"),
            )
        else:
            seen.add(key.value)
            out.append((key, value))
    return out


def _at(node: yaml.Node) -> Value:
    start, end = node.start_mark, node.end_mark
    return Value("", start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _text(node: yaml.Node, sheet: Sheet) -> Value:
    if not isinstance(node, yaml.ScalarNode):
        sheet.problem(
            "sheet-yaml",
            "YAML reads this as a list or a mapping; here belongs text.",
            _at(node),
            "put the value in quotes: '…'",
        )
        return Value("")
    return replace(_at(node), text=as_value(node.value).text)


def _items(node: yaml.Node, sheet: Sheet) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if not (isinstance(node, yaml.ScalarNode) and not node.value):
        sheet.problem("sheet-shape", "here belongs a list: lines that begin with “- ”.", _at(node))
    return []


def _top(key: str, node: yaml.Node, sheet: Sheet) -> None:
    match key:
        case "new":
            if not (isinstance(node, yaml.ScalarNode) and not node.value):
                sheet.new |= {k.value: _text(v, sheet) for k, v in _pairs(node, None, sheet)}
        case "affiliations":
            sheet.affiliations += [_text(item, sheet) for item in _items(node, sheet)]
        case "skip":
            sheet.skip += [_text(item, sheet) for item in _items(node, sheet)]
        case "judgements":
            sheet.judgements += [_entry(item, JUDGEMENT, sheet) for item in _items(node, sheet)]
        case "records":
            sheet.records += [_entry(item, None, sheet) for item in _items(node, sheet)]
        case "claims":
            sheet.claims += [_claim(item, sheet) for item in _items(node, sheet)]
        case _:
            sheet.top[key] = _text(node, sheet)


def _entry(node: yaml.Node, known: Iterable[str] | None, sheet: Sheet) -> Entry:
    return _ranged(node, {k.value: _text(v, sheet) for k, v in _pairs(node, known, sheet)})


def _claim(node: yaml.Node, sheet: Sheet) -> Entry:
    pairs = _pairs(node, CLAIM, sheet)
    said = [
        _entry(item, SAID, sheet)
        for k, v in pairs
        if k.value == "said"
        for item in _items(v, sheet)
    ]
    return _ranged(node, {k.value: _text(v, sheet) for k, v in pairs if k.value != "said"}, said)


def _ranged(node: yaml.Node, values: Mapping[str, Value], said: Iterable[Entry] = ()) -> Entry:
    """An entry with the range of its node."""
    at = _at(node)
    return Entry(values, at.line, tuple(said), at.column, at.end_line, at.end_column)
