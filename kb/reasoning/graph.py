"""Graphs of links: grouping, following links, connected groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

Many = Mapping[str, Collection[str]]


def both(pairs: Iterable[tuple[str, str]]) -> Many:
    """Return the pairs in both directions, as end → other ends."""
    return grouped(end for one, other in pairs for end in ((one, other), (other, one)))


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return pairs as first → seconds."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return dict(found)


def turned(links: Many) -> Many:
    """Return the reverse links."""
    return grouped((other, one) for one, others in links.items() for other in others)


def linked(links: Many, ids: Iterable[str]) -> set[str]:
    """Return everything that any of these links to."""
    return {other for id in ids for other in links.get(id, ())}


def closed(
    start: Iterable[str], following: Callable[[Collection[str]], Collection[str]]
) -> set[str]:
    """Return everything reached from the start, the start included.

    >>> sorted(closed(["a"], lambda new: {"b"} if "a" in new else set()))
    ['a', 'b']
    """
    found = set(start)
    new = set(found)
    while new:
        new = set(following(new)) - found
        found |= new
    return found


def joined(items: Iterable[str], linked: Callable[[str, str], bool]) -> tuple[frozenset[str], ...]:
    """Return groups of items that are linked, directly or through others.

    >>> [sorted(group) for group in joined("abc", lambda one, other: {one, other} == {"a", "c"})]
    [['a', 'c'], ['b']]
    """
    left = sorted(items)
    groups: list[frozenset[str]] = []
    while left:
        group = {left[0]}
        todo = [left.pop(0)]
        while todo:
            here = todo.pop()
            new = [item for item in left if linked(here, item)]
            left = [item for item in left if item not in new]
            group.update(new)
            todo += new
        groups.append(frozenset(group))
    return tuple(groups)
