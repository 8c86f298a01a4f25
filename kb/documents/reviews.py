"""Fact checks that a page or a file states as ClaimReview: https://schema.org/ClaimReview

The claim, who made it and where, and the rating with its author. A rating is the opinion of its
author.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from kb.documents import linked_data
from kb.documents.linked_data import Index, Node, Nodes
from kb.documents.statements import clean

# Keys of the claim that a review is about, and of the documents in which it appeared.
_APPEARANCES: Final = ("appearance", "firstAppearance")
# Fact checks of a page that are notes.
_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Party:
    """A claimant or a reviewer. `type` is person or organisation, or None if it is not stated;
    `addresses` are its own page and those that say the same about it.
    """

    name: str
    type: str | None = None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A fact check. `id` and `about` are the IRIs of the review and of its claim, or "".

    `rating` is the word of the verdict, else its number on the scale.
    """

    id: str
    about: str
    claim: str
    claimants: tuple[Party, ...]
    said: str
    appearances: tuple[str, ...]
    rating: str
    reviewers: tuple[Party, ...]
    url: str
    title: str
    published: str
    body: str


def in_scripts(scripts: Iterable[str]) -> list[Review]:
    """Return the fact checks in scripts of JSON-LD. Raises ValueError if one cannot be read."""
    roots = [value for script in scripts for value in linked_data.parsed(script)]
    nodes, index = linked_data.collected(roots)
    return [_review(node, index) for node in _found(nodes) if clean(node.get("claimReviewed"))]


def sentences(nodes: Nodes, index: Index) -> Iterator[str]:
    """Yield a sentence for each of the first fact checks on a page: the claim, who made it, and
    the rating.
    """
    for review in (_review(node, index) for node in islice(_found(nodes), _MOST)):
        by = ", ".join(party.name for party in review.claimants)
        said = f", by {by}" if by else ""
        on = f", on {review.said}" if review.said else ""
        verdict = review.rating or "not stated"
        if review.claim:
            yield f"ClaimReview: claim reviewed: “{review.claim}”{said}{on}; verdict: {verdict}."


def _found(nodes: Nodes) -> Iterator[Node]:
    return (node for node, _ in nodes if "claimreview" in linked_data.types(node))


def _claim(node: Node, item: Node) -> str:
    """Return the claim that a fact check states, itself or in what it reviews."""
    texts = (node.get("claimReviewed"), item.get("text"), item.get("name"))
    return next(filter(None, map(linked_data.stated_text, texts)), "")


def _review(node: Node, index: Index) -> Review:
    item = linked_data.referred(node.get("itemReviewed"), index) or {}
    rating = linked_data.referred(node.get("reviewRating"), index) or {}
    # Before 2019 the item was the work in which the claim appeared.
    works = [item.get(key) for key in _APPEARANCES if item.get(key)]
    own = item if not works and "claim" not in linked_data.types(item) else {}
    return Review(
        id=clean(node.get("@id")) or "",
        about=clean(item.get("@id")) or "",
        claim=_claim(node, item),
        claimants=tuple(_parties(item.get("author"), index)),
        said=linked_data.stated_text(item.get("datePublished")) or "",
        appearances=tuple(_addresses([*works, own], index)),
        rating=_rating(rating),
        reviewers=tuple(_parties(node.get("author") or node.get("publisher"), index)),
        url=linked_data.stated_text(node.get("url")) or "",
        title=linked_data.stated_text(node.get("headline") or node.get("name")) or "",
        published=linked_data.stated_text(node.get("datePublished")) or "",
        body=linked_data.stated_text(node.get("reviewBody")) or "",
    )


def _rating(rating: Node) -> str:
    """Return the verdict: its words, else its number and the scale."""
    if words := linked_data.stated_text(rating.get("alternateName")):
        return words
    number = _number(rating.get("ratingValue"))
    if not number:
        return linked_data.stated_text(rating.get("name")) or ""
    scale = [_number(rating.get(key)) for key in ("worstRating", "bestRating")]
    return f"{number} on a scale from {scale[0]} to {scale[1]}" if all(scale) else number


def _number(value: Any) -> str:
    right = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:40] if right else (linked_data.stated_text(value) or "")


def _parties(value: Any, index: Index) -> Iterator[Party]:
    for one in linked_data.several(value) if value else ():
        node = linked_data.referred(one, index) if isinstance(one, dict | str) else None
        found = _addresses([node], index) if node else ()
        for name, kind in linked_data.agents(one, index):
            yield Party(name, kind, tuple(dict.fromkeys(found)))


def _addresses(values: Iterable[Any], index: Index) -> Iterator[str]:
    """Yield the addresses of works or parties."""
    for value in values:
        for one in linked_data.several(value):
            node = linked_data.referred(one, index) if isinstance(one, dict) else {"url": one}
            for key in ("url", "sameAs"):
                for address in linked_data.several((node or {}).get(key)):
                    if (text := linked_data.stated_text(address)) and "://" in text:
                        yield text
