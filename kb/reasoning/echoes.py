"""Circular reporting: words on a claim that only come back to where they came from add no voice.

Somebody quoted elsewhere who says the same in a document of their own, and those who name each
other as where they have it from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.reasoning.affiliations import VOICELESS
from kb.reasoning.tables import AssertionRow
from kb.reasoning.voices import Speech

_TELLING: Final = ("affirms", "denies", "doubts")  # a stance is echoed by the same stance only


@dataclass(frozen=True, slots=True)
class _Told:
    """One assertion with the parties it came through, outermost first: the document's author, the
    relays, the speaker.
    """

    row: AssertionRow
    chain: tuple[str, ...]
    own: bool
    rank: tuple[date, str]


def echoes(rows: Iterable[AssertionRow], speech: Speech) -> dict[str, str]:
    """Assertion id → id of the assertion that it only echoes; `rows` are all about one claim.

    The word of somebody who speaks in a document of their own is heard there. Where parties rest on
    each other in a circle, what one
    of them says elsewhere, outside the circle, stands; if there is no such word, the first one
    published does.

    >>> from kb.reasoning.tables import SourceRow, Tables
    >>> from kb.reasoning.voices import speech
    >>> rows = [AssertionRow("1", "c", "a", speaker="bee", stance="affirms"), AssertionRow("2", "c", "b", speaker="ant", stance="affirms")]
    >>> echoes(rows, speech(Tables(sources=(SourceRow("a", "ant"), SourceRow("b", "bee")))))
    {'2': '1'}
    """
    by_stance: dict[str, list[_Told]] = defaultdict(list)
    for row in rows:
        if row.stance in _TELLING and (told := _told(row, speech)):
            by_stance[row.stance].append(told)
    return {id: echoed for told in by_stance.values() for id, echoed in _among(told).items()}


def _told(row: AssertionRow, speech: Speech) -> _Told | None:
    """None where nobody in particular speaks."""
    if row.speaker is None or speech.naming.get(row.speaker) in VOICELESS:
        return None
    period = speech.period(row)
    published = speech.published(row)
    authors = [
        s.author for s in (speech.sources.get(speech.root(row)), published) if s and s.author
    ]
    author = row.speaker if row.speaker in authors else next(iter(authors), None)
    people = [
        p for p in (author, *row.relays, row.speaker) if p and speech.naming.get(p) not in VOICELESS
    ]
    parties = [speech.sides.chain(p, period)[-1] for p in people]
    chain = tuple(p for n, p in enumerate(parties) if n == 0 or parties[n - 1] != p)
    first = (published.published_to if published else None) or date.max
    return _Told(row, chain, author is not None and len(chain) == 1, (first, row.id))


def _among(told: Sequence[_Told]) -> dict[str, str]:
    rests: dict[str, set[str]] = defaultdict(set)
    for one in told:
        for outer, inner in zip(one.chain, one.chain[1:], strict=False):
            rests[outer].add(inner)
    reach = {party: _reached(party, rests) for party in rests}
    circular = [t for t in told if len(t.chain) > 1 and t.chain[-2] in reach.get(t.chain[-1], ())]
    direct = [t for t in told if t not in circular]
    out: dict[str, str] = {}
    for one in sorted(direct, key=lambda t: t.rank):
        own = [t for t in direct if t.own and t.chain == one.chain[-1:]]
        if own and not one.own:
            out[one.row.id] = min(own, key=lambda t: t.rank).row.id
    for one in circular:
        first = _first(one, direct, circular, reach)
        if first != one.row.id:
            out[one.row.id] = out.get(first, first)
    return out


def _first(
    one: _Told,
    direct: Sequence[_Told],
    circular: Sequence[_Told],
    reach: Mapping[str, frozenset[str]],
) -> str:
    """The assertion in which the circle is heard: the party's own word if there is one, else
    anybody's of the circle.
    """
    party = one.chain[-1]
    circle = {party, *(p for p in reach[party] if party in reach.get(p, ()))}
    if standing := [t for t in direct if t.chain[-1] in circle]:
        return min(standing, key=lambda t: (t.chain[-1] != party, not t.own, t.rank)).row.id
    return min((t for t in circular if t.chain[-1] in circle), key=lambda t: t.rank).row.id


def _reached(party: str, rests: Mapping[str, set[str]]) -> frozenset[str]:
    """On whom the party's word rests, at any remove."""
    found: set[str] = set()
    todo = [party]
    while todo:
        new = rests.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return frozenset(found)
