"""Readable ids: slugs for entities, claims and sources; combined ids for assertions and quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from difflib import get_close_matches

from kb.model.values import MOST_COUNTED, forbidden

# Characters of a slug. The id of a claim must fit in a table of 80 columns.
LONGEST = 60
# Alphabets with letters that look the same.
ALIKE = {"LATIN", "CYRILLIC", "GREEK"}
# Signs within a word: apostrophes, the Hebrew geresh and gershayim, and the Catalan middle dot.
WITHIN = "'’‘׳״·"
# Invisible marks that are normal in Arabic, Persian, Hebrew and Indian scripts.
NEEDED = "\u061c\u200c\u200d\u200e\u200f"


def slug(text: str, longest: int = LONGEST) -> str:
    """Turn a text into lower-case words joined by hyphens, without Latin accents.

    Letters and digits of any script are kept, with their vowel signs and accents. Joiners and other
    invisible characters do not part a word. A long text is cut after a word.

    >>> slug("The guard entered Old Harbour (town)")
    'the-guard-entered-old-harbour-town'
    >>> slug("Erdoğan met Сарадж"), slug("ท่าเรือ"), slug("می‌روند")
    ('erdogan-met-сарадж', 'ท่าเรือ', 'میروند')
    """
    out = ""
    for word in "".join(_spelled(text)).split():
        if out and len(out) + 1 + len(word) > longest:
            break
        out = f"{out}-{word}" if out else _cut(word, longest)
    return out or "x"


def _spelled(text: str) -> Iterator[str]:
    """Yield the words of a text, in lower case and with spaces between them, piece by piece."""
    # Whether the last character was a letter that keeps its marks. Latin letters lose theirs.
    keeps = False
    for character in unicodedata.normalize("NFC", text.casefold()):
        base = unicodedata.normalize("NFKD", character)
        if _is_mark(character):
            yield character if keeps else ""
        elif base[:1].isascii():
            keeps = False
            yield from (_part(one) for one in base.lower() if not unicodedata.combining(one))
        else:
            part = _part(character)
            keeps = part != " " and (keeps or bool(part))
            yield part


def _part(character: str) -> str:
    """Return a character of a word as it is, nothing for one within a word, and a space for one
    between words.
    """
    if character.isalnum():
        return character
    within = character in WITHIN or unicodedata.category(character) == "Cf"
    return "" if within else " "


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _cut(word: str, longest: int) -> str:
    """Return the beginning of a word, without parting a letter from its marks."""
    end = longest
    while 0 < end < len(word) and _is_mark(word[end]):
        end -= 1
    return word[: end or longest]


def fresh(wanted: str, taken: Container[str]) -> str:
    """Return `wanted`, or `wanted` followed by the first free number if it is taken.

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
    """Build the id of an assertion.

    >>> assertion_id("2020-report", "x-sent-y", "usa", "affirms")
    '2020-report.x-sent-y.usa.affirms'
    """
    return ".".join((source, claim, speaker, stance))


def quote_id(source: str, start: int, end: int) -> str:
    """Build the id of a passage, which ends in an RFC 5147 fragment.

    >>> quote_id("2020-report", 3, 9)
    '2020-report#char=3,9'
    """
    return f"{source}#char={start},{end}"


def span(quote: str) -> tuple[int, int] | None:
    """Return the start and end in the id of a passage, or None if the id has none.

    >>> span("2020-report#char=3,9")
    (3, 9)
    """
    start, comma, end = quote.rpartition("#char=")[2].partition(",")
    offsets = comma and all(
        re.fullmatch(rf"[0-9]{{1,{MOST_COUNTED}}}", offset) for offset in (start, end)
    )
    return (int(start), int(end)) if offsets else None


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> list[str]:
    """Return up to three known words similar to `word`, best first. `alike` is difflib's cutoff.

    >>> nearest("afirms", ["affirms", "denies", "affirms"])
    ['affirms']
    """
    return get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=alike)


def suggestion(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint with the known words similar to `word`, or `otherwise` if there are none."""
    near = nearest(word, known)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def unseen(text: str) -> str:
    """Name the invisible characters and the words of mixed alphabets in a text; "" for none.

    >>> unseen("pier\u202e"), unseen("Oldp\u043ert"), unseen("\u041f\u0451\u0442\u0440 Lukin")
    ('U+202E', '“Oldpоrt” of Cyrillic and Latin letters', '')
    """
    marks = sorted({f"U+{ord(character):04X}" for character in text if _invisible(character)})
    mixed = []
    for word in dict.fromkeys(re.findall(r"[^\W\d_]+", text)):
        scripts = {_script(letter) for letter in word} & ALIKE
        if len(scripts) > 1:
            names = " and ".join(script.capitalize() for script in sorted(scripts))
            mixed.append(f"“{word}” of {names} letters")
    return ", ".join(marks + mixed)


def _invisible(character: str) -> bool:
    """Tell whether a character cannot be seen and no script needs it."""
    control = unicodedata.category(character) in ("Cc", "Cf")
    return control and character not in NEEDED and not forbidden(character)


def _script(letter: str) -> str:
    """Return the script of a letter, which is the first word of its Unicode name."""
    return unicodedata.name(letter, "").partition(" ")[0]
