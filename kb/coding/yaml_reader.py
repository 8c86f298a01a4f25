"""Reader of sheets: YAML with its places, and checks for values that YAML would misread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import yaml

from kb.coding import sheet_rules
from kb.coding.sheet import CLAIM, JUDGEMENT, SAID, TOP, Entry, Sheet, Value, as_value
from kb.errors import position
from kb.model import values
from kb.model.identifiers import suggestion

DEEPEST = 12
LARGEST = 5_000_000
# Keys whose values are words of a list, dates or numbers: what follows “ # ” is meant as a comment.
COMMENTED = {
    *("source", "published", "coder", "topic", "collection", "checked", "id"),
    *("kind", "when", "on", "count", "unit", "not", "held", "extent", "form", "degree"),
    *("denies", "doubts", "silent", "retracts", "standing", "certainty"),
}


def parse(text: str, name: str) -> Sheet:
    """Parse a sheet. Its problems are added to it; no content raises an error.

    >>> sheet = parse("claims:\\n- claim: A met B\\n  said:\\n  - at: 1 met\\n", "x.yaml")
    >>> sheet.claims[0].get("claim")
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
    _check_comments(root, text, sheet)
    _check_keys(root, sheet)
    for key, node in _pairs(root, TOP, sheet):
        _top(key.value, node, sheet)
    sheet_rules.check(sheet)
    return sheet


def _compose(text: str, sheet: Sheet) -> yaml.Node | None:
    """Parse YAML into nodes. Return None and add a problem if it cannot be read."""
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
        _bad_character(text, error.position, sheet)
        return None
    except (yaml.YAMLError, ValueError, RecursionError):
        hint = "put values with unusual characters in quotes"
        sheet.problem("sheet-yaml", "YAML cannot read this.", None, hint)
        return None
    if node is None:
        sheet.problem("sheet-empty", "the sheet is empty.", hint="kb add --help shows one")
    return node


def _bad_character(text: str, offset: int, sheet: Sheet) -> None:
    """Add a problem for a character that YAML does not allow."""
    at = Value("", *position(text, offset))
    message = f"there is {_character(text, offset)}."
    sheet.problem("bad-character", message, at, "remove it, or type the line again")


def _plain(text: str, sheet: Sheet) -> bool:
    """Tell whether a text has no references and is not nested too deeply. Add a problem if not."""
    for depth, event in _depths(text):
        line = event.start_mark.line if event.start_mark else 0
        at = Value("", line + 1 if event.start_mark else 0)
        if depth > DEEPEST:
            sheet.problem("sheet-syntax", "the sheet is nested too deeply.", at)
            return False
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = "YAML reads & and * at the start of a value as references."
            sheet.problem("sheet-yaml", message, Value("", line + 1), _quoted(text, line))
            return False
    return True


def _character(text: str, at: int) -> str:
    """Name the character at an offset, which no stored value may have or YAML does not allow."""
    return (
        values.forbidden(text[at : at + 1]).partition(", at its")[0]
        or f"U+{ord(text[at]):04X}, which YAML does not allow"
    )


def _check_keys(root: yaml.Node, sheet: Sheet) -> None:
    """Add a problem for each key that is too long or has characters that are not allowed."""
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
    """Return a hint with the quoted form of the value on a line (from 0)."""
    lines = text.split("\n")
    row = lines[line] if line < len(lines) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "indent with spaces; YAML allows no tabs there"
    match = re.match(r"\s*(?:- )?\s*([\w-]+):\s+(.+?)\s*$", row)
    if not match:
        return "indent with spaces; put a value with “: ” or “ #” in quotes"
    value = match[2].strip("'\"").replace("'", "''")
    return f"write it in quotes: {match[1]}: '{value}'"


def _check_comments(root: yaml.Node, text: str, sheet: Sheet) -> None:
    """Add a problem for each value with a ` #`, from which YAML would drop the rest.

    It is a warning if a space follows, as in a comment.
    """
    lines = text.split("\n")
    for key, node in _scalars(root):
        mark = node.end_mark
        rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
        comment = re.match(r"\s+#(\s*)\S", rest)
        if node.style is None and node.value and comment and not (comment[1] and key in COMMENTED):
            value = Value("", mark.line + 1, mark.column + 1)
            sheet.problem(
                "sheet-yaml",
                f"YAML reads “{rest.strip()}” as a comment and drops it.",
                value,
                _quoted(text, mark.line),
                severity="warning" if comment[1] else "error",
            )


def _scalars(node: yaml.Node, key: str = "") -> Iterable[tuple[str, yaml.ScalarNode]]:
    """Yield all texts, each with its key."""
    if isinstance(node, yaml.ScalarNode):
        yield key, node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child, key)
    elif isinstance(node, yaml.MappingNode):
        for name, child in node.value:
            yield from _scalars(name)
            yield from _scalars(child, name.value if isinstance(name, yaml.ScalarNode) else "")


def _pairs(
    node: yaml.Node, known: Iterable[str] | None, sheet: Sheet
) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Return the pairs of a mapping. Add a problem for each unknown or repeated key."""
    if not isinstance(node, yaml.MappingNode):
        message = "expected “key: value” lines."
        sheet.problem("sheet-shape", message, _at(node), "see kb add --help")
        return []
    allowed = None if known is None else list(known)
    pairs: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            sheet.problem("sheet-key", "a key must be a word.", _at(key))
        elif key.value in pairs:
            sheet.problem("sheet-key", f"“{key.value}” is given twice.", _at(key))
        elif allowed is not None and key.value not in allowed:
            _unknown_key(key, allowed, sheet)
        else:
            pairs[key.value] = (key, value)
    return list(pairs.values())


def _unknown_key(key: yaml.ScalarNode, known: Sequence[str], sheet: Sheet) -> None:
    hint = suggestion(key.value, known, f"known: {', '.join(known)}")
    sheet.problem("sheet-key", f"“{key.value}” is not a key here.", _at(key), hint)


def _at(node: yaml.Node) -> Value:
    start, end = node.start_mark, node.end_mark
    return Value("", start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _text(node: yaml.Node, sheet: Sheet) -> Value:
    if not isinstance(node, yaml.ScalarNode):
        sheet.problem(
            "sheet-yaml",
            "expected text, but YAML reads this as a list or a mapping.",
            _at(node),
            "put the value in quotes: '…'",
        )
        return Value("")
    return replace(_at(node), text=as_value(node.value).text)


def _items(node: yaml.Node, sheet: Sheet) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if not (isinstance(node, yaml.ScalarNode) and not node.value):
        sheet.problem("sheet-shape", "expected a list: lines that begin with “- ”.", _at(node))
    return []


def _top(key: str, node: yaml.Node, sheet: Sheet) -> None:
    """Add one key of the top and its value to the sheet."""
    match key:
        case "new":
            if not (isinstance(node, yaml.ScalarNode) and not node.value):
                sheet.new |= {k.value: _text(v, sheet) for k, v in _pairs(node, None, sheet)}
        case "affiliations" | "skip":
            values = sheet.affiliations if key == "affiliations" else sheet.skip
            values += [_text(item, sheet) for item in _items(node, sheet)]
        case "judgements" | "records":
            known = JUDGEMENT if key == "judgements" else None
            entries = sheet.judgements if key == "judgements" else sheet.records
            entries += [_entry(item, known, sheet) for item in _items(node, sheet)]
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
    """Return an entry with the place of its node."""
    at = _at(node)
    return Entry(values, at.line, tuple(said), at.column, at.end_line, at.end_column)
