r"""Control characters in foreign text, made visible so that they cannot move the cursor, change
colours or reorder what people read.
"""

from __future__ import annotations

import re
from typing import Final

# Controls of the terminal (C0 except tab and line feed, DEL, C1), line and paragraph separators,
# every control of the direction of writing, invisible operators, deprecated format characters,
# marks of annotations, and halves of surrogate pairs.
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Make controls of the terminal and of the writing direction visible; keep tabs and line ends.

    >>> print(visible("a\u202eb\x1b"))
    a\u202eb\x1b
    """
    return UNSEEN.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    """Return one control character as `\\xHH` or `\\uHHHH`."""
    code = ord(found[0])
    return f"\\u{code:04x}" if code > 255 else f"\\x{code:02x}"


def escaped(text: str) -> str:
    r"""Write the same controls as escapes of Turtle and JSON, which keep the data the same.

    >>> print(escaped('"a\u202eb\x1b"'))
    "a\u202Eb\u001B"
    """
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04X}", text)
