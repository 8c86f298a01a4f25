"""Work list: sources to code and to check, shared passages, claims that may be the same, and
files not imported yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from kb import notes
from kb.app.inquiry import coverage, duplicates, statuses
from kb.app.inquiry.coverage import Coverage
from kb.app.session import Session
from kb.model import identifiers
from kb.model.records import Assertion, Judgement, Source
from kb.reasoning.analysis.retellings import Retelling
from kb.text import similarity
from kb.text.similarity import Pair, Passage
from kb.workspace.caches import document_library
from kb.workspace.catalogs.catalog import Known

if TYPE_CHECKING:
    from kb.app.derivation.kept_statuses import Statuses

STATES = ("unread", "being-coded", "checked")


@dataclass(frozen=True, slots=True)
class Work:
    """The progress of a source. `unchecked` assertions were checked by nobody but their coder;
    `last` is the time of the newest assertion.
    """

    source: Source
    state: str
    coverage: Coverage
    assertions: int
    unchecked: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """The remaining work: sources, pairs of sources with passages in common, passages that may
    repeat another source without naming it, ids of claims that say the same (the later one first),
    pairs of sources that may be translations with the reason, paths of files not imported yet.
    """

    work: tuple[Work, ...]
    alike: tuple[Pair, ...]
    files: tuple[str, ...]
    retold: tuple[Pair, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    translated: tuple[tuple[Pair, str], ...] = ()


def remaining(
    session: Session, known: Known | None = None, outcome: Statuses | None = None
) -> Inbox:
    """Return the remaining work of a knowledge base. `known` and `outcome` are the records and
    statuses if they were read already.
    """
    known = known or session.known()
    texts = session.documents(known)
    ids = notes.counted(sorted(known.sources), "comparing sentences")
    found = coverage.several(known, ((id, texts.get(id)) for id in ids))
    files = document_library.by_digest(session.folder)
    repeated, twins = statuses.retellings(session, outcome), statuses.twins(session)
    return inbox(known, found, texts, files, repeated, twins)


def unchecked(known: Known, start: int, most: int) -> list[Assertion]:
    """Return at most so many of the assertions that nobody but their coder has checked, after the
    first `start`. They are sorted by document and place; other documents are not sorted.
    """
    waiting: dict[str, list[Assertion]] = {}
    for one in known.assertions.values():
        if waits(one):
            waiting.setdefault(one.source or "", []).append(one)
    found: list[Assertion] = []
    for _, group in sorted(waiting.items()):
        if start < len(group) and len(found) < most:
            found += sorted(group, key=lambda a: (_start(known, a), a.id))[start:]
        start = max(start - len(group), 0)
    return found[:most]


def waits(one: Assertion) -> bool:
    """Tell whether an assertion counts, and nobody but its coder has checked it."""
    return not one.invalidated and not checked(one)


def _start(known: Known, one: Assertion) -> int:
    quote = known.quotes.get(one.quote or "")
    return (quote.start if quote else None) or 0


def inbox(
    known: Known,
    found: Sequence[Coverage],
    texts: Mapping[str, str],
    files: Mapping[str, str],
    retold: Iterable[Retelling] = (),
    twins: Iterable[tuple[str, str]] = (),
) -> Inbox:
    """Return the remaining work. `texts` are the available ones by source id; `files` are those in
    the document folders, by SHA-256.
    """
    read = {s.sha256 for s in known.sources.values()}
    unread = sorted(path for sha, path in files.items() if sha not in read)
    same = alike(known, found, texts)
    recorded = {frozenset((p.one, p.other)) for p in same} | _judged(known)
    repeated = [p for p in suspected(retold, texts) if frozenset((p.one, p.other)) not in recorded]
    return Inbox(
        tuple(work(known, found)),
        tuple(same),
        tuple(unread),
        tuple(repeated),
        tuple(twins),
        tuple(_translated(known, texts, recorded)),
    )


def _translated(
    known: Known, texts: Mapping[str, str], recorded: set[frozenset[str]]
) -> Iterator[tuple[Pair, str]]:
    """Yield pairs of sources that may be one text in two languages, with the reason."""
    for one, other, why in duplicates.translated(known, texts):
        if frozenset((one, other)) not in recorded:
            lines = [(1, 1 + texts.get(id, "").rstrip("\n").count("\n")) for id in (one, other)]
            yield Pair(one, other, 0, 1.0, 1.0, lines[0], lines[1]), why


def suspected(retold: Iterable[Retelling], texts: Mapping[str, str]) -> list[Pair]:
    """Return the pairs of sources of which the first may repeat what the second published: their
    lines, and how many claims they share in this way.
    """
    by_pair: dict[tuple[str, str], list[Retelling]] = {}
    for one in retold:
        ends = (one.assertion.source or "", one.original.source or "")
        by_pair.setdefault(ends, []).append(one)
    return [
        Pair(
            *ends,
            len({r.claim for r in found}),
            0.0,
            0.0,
            _lines([r.assertion.quote for r in found], texts.get(ends[0], "")),
            _lines([r.original.quote for r in found], texts.get(ends[1], "")),
        )
        for ends, found in sorted(by_pair.items())
    ]


def _lines(quotes: Iterable[str | None], text: str) -> tuple[int, int]:
    """Return the first and last line (from 1) of passages in their text."""
    spans = [span for quote in quotes if (span := identifiers.span(quote or ""))]
    numbers = [1 + text.count("\n", 0, start) for start, _ in spans]
    return min(numbers, default=1), max(numbers, default=1)


def work(known: Known, found: Iterable[Coverage]) -> list[Work]:
    """Return every source, by what needs to be done: unread, in progress, checked; then by id.

    *unread*: nothing is coded or skipped. *checked*: no sentence is open, and every assertion was
    checked by somebody other than its coder. *being-coded*: everything in between.
    """
    said, skipped = _said(known), _skipped(known)
    rows = [
        _work(known.sources[one.source], one, said.get(one.source, ()), one.source in skipped)
        for one in found
    ]
    return sorted(rows, key=lambda w: (STATES.index(w.state), w.source.id))


def first(session: Session, known: Known, most: int) -> list[Work]:
    """Return the first sources in the order of `work`, without reading the texts of the others.
    Left out are those of which no assertion is unchecked: perhaps nothing is left to do there.
    """
    said, skipped = _said(known), _skipped(known)
    begun = {id for id in known.sources if said.get(id) or id in skipped}
    waiting = {id for id in begun if not all(map(checked, said.get(id, ())))}
    wanted = [*sorted(known.sources.keys() - begun), *sorted(waiting)][:most]
    find = session.finder()
    texts = ((id, find(known.sources[id])) for id in wanted)
    return work(known, coverage.several(known, texts))


def _said(known: Known) -> dict[str, list[Assertion]]:
    """Return source → the assertions in it that count."""
    said: dict[str, list[Assertion]] = {}
    for assertion in known.assertions.values():
        if not assertion.invalidated:
            said.setdefault(assertion.source or "", []).append(assertion)
    return said


def _skipped(known: Known) -> set[str | None]:
    """Return the sources with skipped passages."""
    return {quote.source for quote in known.quotes.values() if quote.skipped}


def _work(source: Source, one: Coverage, said: Sequence[Assertion], skipped: bool) -> Work:
    """Return the progress of a source, given its present assertions, and whether it has skipped
    passages.
    """
    unchecked = sum(not checked(a) for a in said)
    begun = said or skipped
    done = one.known and not one.count("open") and not unchecked
    state = "unread" if not begun else "checked" if done else "being-coded"
    return Work(
        source,
        state,
        one,
        len(said),
        unchecked,
        max((a.recorded for a in said if a.recorded), default=None),
    )


def checked(assertion: Assertion) -> bool:
    """Tell whether somebody other than its coder compared it with the text.

    >>> checked(Assertion("a", coder="ab", checked_by=("ab",)))
    False
    >>> checked(Assertion("a", coder="ab", checked_by=("cd",)))
    True
    """
    return any(name != assertion.coder for name in assertion.checked_by)


def alike(known: Known, found: Iterable[Coverage], texts: Mapping[str, str]) -> list[Pair]:
    """Return sources with passages in common, the possible copy first, without pairs that were
    judged or skipped.
    """
    judged = _judged(known)
    passages = {
        one.source: _passages(one, texts[one.source]) for one in found if one.source in texts
    }
    pairs = [p for p in similarity.alike(passages) if frozenset((p.one, p.other)) not in judged]
    return [
        p if _may_copy(known.sources[p.one], known.sources[p.other]) else turned(p) for p in pairs
    ]


def _passages(one: Coverage, text: str) -> list[Passage]:
    out, line, at = [], 1, 0
    for s in one.sentences:
        line += text.count("\n", at, s.start)
        at = s.start
        if s.state != "skipped":
            out.append(Passage(one.source, line, text[s.start : s.end]))
    return out


def _judged(known: Known) -> set[frozenset[str]]:
    """Return the pairs of sources that are recorded as a copy and its original, or as no copy."""
    pairs = {frozenset((s.id, s.copy_of)) for s in known.sources.values() if s.copy_of}
    for record in known.others.values():
        if (
            isinstance(record, Judgement)
            and record.kind in ("copy-of", "not-copy-of")
            and not record.invalidated
            and record.about
            and record.other
        ):
            pairs.add(
                frozenset(
                    (record.about.removeprefix("source/"), record.other.removeprefix("source/"))
                )
            )
    return pairs


def _may_copy(one: Source, other: Source) -> bool:
    """Tell whether the first can be a copy of the second: it was not published before it, as far
    as known.
    """
    mine, theirs = _latest(one), other.published_from
    return mine is None or theirs is None or mine >= theirs


def _latest(source: Source) -> date | None:
    return source.published_to or source.published_from


def turned(pair: Pair) -> Pair:
    """Return the same pair, seen from the other source."""
    return Pair(
        pair.other,
        pair.one,
        pair.sentences,
        pair.share_of_other,
        pair.share,
        pair.lines_of_other,
        pair.lines,
    )


def command(pair: Pair) -> str:
    """Return the command to type if the first is a copy of the second, in full or in these
    lines.
    """
    first, last = pair.lines
    lines = "" if pair.whole else f" --lines {first}-{last}"
    return f'kb judge copy-of source/{pair.one} source/{pair.other}{lines} --because "…"'
