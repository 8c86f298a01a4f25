"""The coding sheet: how people really enter claims. YAML in, YAML out, every value with its line."""

from kb.sheet.data import CLAIM, JUDGEMENT, ROLE_KEYS, SAID, TOP, Entry, Sheet, Value
from kb.sheet.reading import DEEPEST, LARGEST, parse
from kb.sheet.writing import scalar, write

__all__ = ["CLAIM", "DEEPEST", "JUDGEMENT", "LARGEST", "ROLE_KEYS", "SAID", "TOP", "Entry", "Sheet", "Value", "parse", "scalar", "write"]
