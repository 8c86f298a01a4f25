"""Mentions of a record in the text of a file, found without parsing it."""

from __future__ import annotations

import re
from typing import Final

from kb.rdf.turtle_writer import heading

# A declaration of a base or a prefix: the words in a literal have a quotation mark after them.
_DECLARED: Final = re.compile(r"\b(?:prefix|base)\b[^<>\"']*<", re.IGNORECASE)


def may_name(text: str, base: str, key: str) -> bool:
    """Tell whether a file's text may name a record (path and id), a passage, a relay or a version
    of it. A text with escapes or with declarations of its own may.

    >>> text = heading("https://x.org/") + '<claim/a-b> rdfs:label "at the base" .'
    >>> [may_name(text, "https://x.org/", f"claim/{id}") for id in ("a-b", "a")]
    [True, False]
    >>> may_name(text + " PREFIX c: <claim/> ", "https://x.org/", "claim/a")
    True
    """
    rest = text.removeprefix(heading(base))
    id = re.escape(key.partition("/")[2])
    named = re.search(rf"{id}(?![^\W_]|-(?!r\d))", rest)
    return bool(named) or "\\" in rest or bool(_DECLARED.search(rest))
