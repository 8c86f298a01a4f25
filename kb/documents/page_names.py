"""Contents of elements of a web page, as their tags, class names and ids show them."""

from __future__ import annotations

import re
from typing import Any, Final

FORMS: Final = {
    "h1": "headline",
    "h2": "subheading",
    "h3": "subheading",
    "h4": "subheading",
    "h5": "subheading",
    "h6": "subheading",
    "figcaption": "caption",
    "caption": "caption",
    "aside": "aside",
    "footer": "footer",
    "blockquote": "quotation",
    "tr": "table",
}
# Words of class names and ids, and what an element with such a name contains.
NAMES: Final = {
    "navigation": "nav navbar menu breadcrumb breadcrumbs pagination toolbar skip",
    "archive toolbar": "wm donato",
    "advertising": "ad ads advert adverts advertisement advertising sponsored promo adslot dfp "
    "taboola outbrain",
    "cookie notice": "cookie cookies consent gdpr onetrust",
    "paywall": "paywall regwall piano",
    "subscription form": "newsletter subscribe signup",
    "share buttons": "share sharing sharebar addthis",
    "links to other articles": "related recommended recommendations trending mostread readmore",
    "readers' comments": "comments disqus respond",
}
KINDS: Final = {word: kind for kind, words in NAMES.items() for word in words.split()}
# Words of class names of captions that are no figcaption.
CAPTIONS: Final = frozenset(
    {"caption", "captions", "figcaption", "thumbcaption", "gallerytext", "cutline"}
)
WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Elements directly in a caption. What has more of them is no caption, whatever its name.
MOST_PARTS: Final = 5


def named_kinds(element: Any) -> list[str]:
    """Return what an element contains, as far as words of its class names and id show it."""
    figure = element.tag == "figure" and element.find(".//figcaption") is not None
    # A caption is part of the text, whatever the name of its figure.
    if figure or element.tag == "figcaption":
        return []
    return [KINDS[word] for word in _words(element) if word in KINDS]


def form_of(element: Any) -> str | None:
    """Return the form of the text in an element, or None if it is running text."""
    if form := FORMS.get(element.tag):
        return form
    named = not CAPTIONS.isdisjoint(_words(element)) or element.tag.endswith("-caption")
    return "caption" if named and len(element) <= MOST_PARTS else None


def _words(element: Any) -> list[str]:
    """Return the words of class names and id, in lower case."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return [word.lower() for word in WORD.findall(names)]
