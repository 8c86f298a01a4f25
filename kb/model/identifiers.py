"""Readable ids: slugs for entities, claims and sources, minted keys for assertions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from difflib import get_close_matches

from kb.model.values import MOST_COUNTED, forbidden

# A claim's id stays readable in a listing of 80 columns.
LONGEST = 60
# Alphabets whose letters look like one another's.
ALIKE = {"LATIN", "CYRILLIC", "GREEK"}
# Marks that ordinary Arabic, Persian, Hebrew and Indian writing needs.
NEEDED = "\u061c\u200c\u200d\u200e\u200f"


def slug(text: str, longest: int = LONGEST) -> str:
    """Lower-case letters and digits of any script joined by hyphens; Latin accents fall away; cut
    at a word.

    >>> slug("The guard entered Old Harbour (town)")
    'the-guard-entered-old-harbour-town'
    >>> slug("Erdoğan met Сарадж")
    'erdogan-met-сарадж'
    """
    plain = "".join(_bare(c) for c in text.casefold())
    words = re.findall(r"[^\W_]+", plain.replace("’", "").replace("'", ""))
    out = ""
    for word in words:
        if out and len(out) + 1 + len(word) > longest:
            break
        out = f"{out}-{word}" if out else word[:longest]
    return out or "x"


def _bare(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)
    latin = base[:1].isascii()
    return "".join(c for c in base if not unicodedata.combining(c)) if latin else character


def fresh(wanted: str, taken: Container[str]) -> str:
    """`wanted`, or with the first free number behind it.

    >>> fresh("a", {"a", "a-2"})
    'a-3'
    """
    if wanted not in taken:
        return wanted
    n = 2
    while f"{wanted}-{n}" in taken:
        n += 1
    return f"{wanted}-{n}"


def assertion_id(source: str, claim: str, speaker: str, stance: str) -> str:
    """The readable key an assertion's id is minted from.

    >>> assertion_id("2020-report", "x-sent-y", "usa", "affirms")
    '2020-report.x-sent-y.usa.affirms'
    """
    return ".".join((source, claim, speaker, stance))


def quote_id(source: str, start: int, end: int) -> str:
    """A passage's id, an RFC 5147 fragment.

    >>> quote_id("2020-report", 3, 9)
    '2020-report#char=3,9'
    """
    return f"{source}#char={start},{end}"


def span(quote: str) -> tuple[int, int] | None:
    """Start and end of the passage that a quote's id names; None where it names none.

    >>> span("2020-report#char=3,9")
    (3, 9)
    """
    start, comma, end = quote.rpartition("#char=")[2].partition(",")
    offsets = comma and all(
        re.fullmatch(rf"[0-9]{{1,{MOST_COUNTED}}}", offset) for offset in (start, end)
    )
    return (int(start), int(end)) if offsets else None


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> list[str]:
    """Up to three known words that look like `word`, best first; `alike` is difflib's ratio.

    >>> nearest("afirms", ["affirms", "denies", "affirms"])
    ['affirms']
    """
    return get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=alike)


def suggestion(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint naming what looks like `word`, else `otherwise`."""
    near = nearest(word, known)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def unseen(text: str) -> str:
    """What a reader cannot see in a text, in words; empty where there is nothing of the kind.

    >>> unseen("pier\u202e"), unseen("Oldp\u043ert"), unseen("\u041f\u0451\u0442\u0440 Lukin")
    ('U+202E', '“Oldpоrt” of Cyrillic and Latin letters', '')
    """
    unprinted = (
        c
        for c in text
        if unicodedata.category(c) in ("Cc", "Cf") and c not in NEEDED and not forbidden(c)
    )
    marks = sorted({f"U+{ord(c):04X}" for c in unprinted})
    found = {
        w: {unicodedata.name(c, "").partition(" ")[0] for c in w} & ALIKE
        for w in re.findall(r"[^\W\d_]+", text)
    }
    mixed = [
        f"“{w}” of {' and '.join(s.capitalize() for s in sorted(scripts))} letters"
        for w, scripts in found.items()
        if len(scripts) > 1
    ]
    return ", ".join(marks + mixed)
