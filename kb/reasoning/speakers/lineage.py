"""Lineage of documents: copies, translations and later versions share one original."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kb.reasoning.tables import JudgementRow, SourceRow


def roots(sources: Iterable[SourceRow], judgements: Iterable[JudgementRow] = ()) -> dict[str, str]:
    """Return source id → id of the root document, which copies, translations, versions and
    syndications share.

    A copy is stated by the source or by a judgement about the entire source (see `excerpts` for
    parts). Documents that copy each other in a circle share one of them as root.

    >>> copies = [JudgementRow("copy-of", "source/c", "source/b")]
    >>> roots([SourceRow("a"), SourceRow("b", copy_of="a"), SourceRow("c")], copies)
    {'a': 'a', 'b': 'a', 'c': 'a'}
    """
    rows = list(sources)
    parents = predecessors(rows, judgements)
    found: dict[str, str] = {}
    for row in rows:
        if row.id not in found:
            _trace(row.id, parents, found)
    return {row.id: found[row.id] for row in rows}


def predecessors(rows: Iterable[SourceRow], judgements: Iterable[JudgementRow]) -> dict[str, str]:
    """Return source id → id of the document that it copies, or is a version of."""
    listed = list(rows)
    judged = sorted(
        (j.about, j.other)
        for j in judgements
        if j.kind == "copy-of" and j.about and j.other and not j.span
    )
    parents = {
        about.removeprefix("source/"): other.removeprefix("source/")
        for about, other in reversed(judged)
    }
    parents |= {s.id: s.version_of for s in listed if s.version_of}
    return parents | {s.id: s.copy_of for s in listed if s.copy_of}


def excerpts(judgements: Iterable[JudgementRow]) -> dict[str, tuple[tuple[int, int, str], ...]]:
    """Return source id → the parts of it that were copied: start, end and the original source.

    Start and end are code points from 0, end exclusive.

    >>> excerpts([JudgementRow("copy-of", "source/c", "source/b", span=(0, 80))])
    {'c': ((0, 80, 'b'),)}
    """
    found: dict[str, set[tuple[int, int, str]]] = defaultdict(set)
    for judgement in judgements:
        if judgement.kind == "copy-of" and judgement.about and judgement.other and judgement.span:
            found[judgement.about.removeprefix("source/")].add(
                (*judgement.span, judgement.other.removeprefix("source/"))
            )
    return {source: tuple(sorted(ranges)) for source, ranges in found.items()}


def _trace(source: str, parents: Mapping[str, str], found: dict[str, str]) -> None:
    """Note the root of a source and of every source in between, so that each is followed once."""
    trail: dict[str, None] = {}
    here: str | None = source
    while here is not None and here not in found and here not in trail:
        trail[here] = None
        here = parents.get(here)
    names = list(trail)
    if here is None:
        root = names[-1]
    elif here in found:
        root = found[here]
    else:
        root = min(names[names.index(here) :])
    found.update(dict.fromkeys(trail, root))
