"""Types of STIX relationships as predicates: https://docs.oasis-open.org/cti/stix/v2.1/ (§5.1)."""

from __future__ import annotations

from typing import Final

from kb.model import identifiers

# Type → predicate of the program, and its words in a sentence.
_SHIPPED: Final = {
    "targets": ("targeted", "targeted"),
    "located-at": ("located-in", "is located in"),
    "owns": ("owns", "owns"),
}
# Types that need a verb in a sentence.
_PASSIVE: Final = ("attributed-to", "authored-by", "derived-from", "related-to", "based-on")
_NOMINAL: Final = {"duplicate-of": "is a duplicate of", "variant-of": "is a variant of"}


def core_of(type: str) -> tuple[str, str]:
    """Return the word of the predicate that a type of relationship is, and its words in a sentence.

    >>> core_of("attributed-to"), core_of("targets")
    (('attributed-to', 'is attributed to'), ('targeted', 'targeted'))
    """
    if type in _SHIPPED:
        return _SHIPPED[type]
    words = " ".join(type.replace("-", " ").replace("_", " ").split())
    words = f"is {words}" if type in _PASSIVE else words
    return identifiers.slug(type), _NOMINAL.get(type, words)
