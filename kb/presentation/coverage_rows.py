"""Coverage of sources: the columns, a row for each source, and a row for each sentence of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kb.presentation.values import percent

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.inquiry.coverage import Coverage
    from kb.workspace.catalogs.catalog import Known

# Words of a sentence that are shown: enough to recognise it.
WORDS: Final = 12
SOURCES: Final = ("source", "sentences", "coded", "skipped", "open", "done_percent")
SENTENCES: Final = ("sentence", "state", "line", "start", "end", "reason", "words")


def numbers(one: Coverage) -> list[object]:
    """Return the values of SOURCES for one source."""
    if not one.known:
        return [one.source, None, None, None, None, None]
    counts = [one.count(state) for state in ("coded", "skipped", "open")]
    return [one.source, len(one.sentences), *counts, percent(one.share)]


def sentences(kb: Answers, known: Known, one: Coverage, state: str = "") -> list[list[object]]:
    """Return the values of SENTENCES for the sentences in a state, by default all.

    Line and words are only there if the text is available.
    """
    text = kb.document(known.sources[one.source])
    rows: list[list[object]] = []
    # Lines are counted on the way: counting from the beginning each time takes minutes for 5 MB.
    line, at = 1, 0
    for sentence in one.sentences:
        if text is not None:
            line, at = line + text.count("\n", at, sentence.start), sentence.start
        if state in ("", sentence.state):
            rows.append(
                [
                    sentence.number,
                    sentence.state,
                    line if text else None,
                    sentence.start,
                    sentence.end,
                    sentence.reason or None,
                    _beginning((text or "")[sentence.start : sentence.end]),
                ]
            )
    return rows


def _beginning(sentence: str) -> str | None:
    words = sentence.split()
    return " ".join(words[:WORDS]) + (" …" if len(words) > WORDS else "") or None
