"""Questions: saved queries, SPARQL and search, and the wording of their answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kb.app.session import Session
from kb.errors import Usage
from kb.model import identifiers
from kb.model.rdf_terms import Term
from kb.model.records import Source
from kb.model.vocabulary import NS, PREDICATES, SCHEMES
from kb.rdf import query_runner, renamed_terms, turtle_reader
from kb.system.modules import later
from kb.text import anchoring, sentences
from kb.workspace.catalogs.catalog import RECORDS, Known
from kb.workspace.files import folder, saved_queries
from kb.workspace.indexing import word_table
from kb.workspace.indexing.word_table import WordTable

if TYPE_CHECKING:
    from kb.app.checks import passage_checks
    from kb.app.inquiry import kept_search, search, word_scores
    from kb.coding import decompiler, yaml_writer
else:
    passage_checks = later("kb.app.checks.passage_checks")
    kept_search = later("kb.app.inquiry.kept_search")
    search = later("kb.app.inquiry.search")
    decompiler = later("kb.coding.decompiler")
    yaml_writer = later("kb.coding.yaml_writer")

# Parameter of a question → kinds of record it can name; any other may name any record.
ASKED: Final = {
    "claim": ("claim",),
    "source": ("source",),
    **dict.fromkeys(
        ("about", "entity", "holder", "on", "place", "side", "speaker", "who", "whom"), ("entity",)
    ),
}

# Characters of a sentence that are shown on either side of a passage.
SURROUNDING: Final = 400


def query(
    session: Session,
    name: str,
    values: Mapping[str, str],
    known: Known | None = None,
    limits: query_runner.Limits = query_runner.ASKED,
) -> query_runner.Result:
    """Answer a saved question, an export, or SPARQL text, in a child with limits. Raises Usage,
    Refused, query_runner.OverLimit.
    """
    saved = session.queries().get(name)
    if saved is None and re.fullmatch(r"[\w.-]*", name):
        questions = list(session.queries())
        raise Usage(
            f"there is no query “{name}”.",
            identifiers.suggestion(name, questions, "kb queries lists them"),
        )
    if saved is None:
        saved = saved_queries.unsaved(renamed_terms.current(name), values)
    text = saved_queries.bind(saved, values, resolver(session, known))
    return session.asked(lambda reader: query_runner.run(reader, text, limits, session.graphs()))


def within(seconds: float | None) -> query_runner.Limits:
    """Return the limits of a query that may take so many seconds, None for as long as any."""
    asked = query_runner.ASKED
    return asked if seconds is None else replace(asked, seconds=min(seconds, asked.seconds))


def allowed(session: Session, name: str) -> query_runner.Limits:
    """Return the limits of a saved query whose answer a command needs. Queries of the program
    have higher limits.
    """
    saved = session.queries().get(name)
    shipped = saved is not None and saved.path.is_relative_to(folder.shipped("queries"))
    return query_runner.WORK if shipped else query_runner.ASKED


def resolver(session: Session, known: Known | None = None) -> saved_queries.Resolve:
    """Return how the value of a parameter becomes an IRI: an IRI stays, anything else is the
    name of a record of the kind that the parameter asks for.
    """

    def resolve(text: str, parameter: str) -> str:
        """Return the IRI of a name. The records are read for the first name."""
        if "://" in text:
            return text
        have = known or session.known()
        if text in have.files:
            return session.folder.base + text
        return session.folder.base + have.resolve(text, ASKED.get(parameter, RECORDS))

    return resolve


def query_at(
    session: Session,
    server: str,
    name: str,
    values: Mapping[str, str],
    seconds: float | None = None,
) -> query_runner.Result:
    """Ask a SPARQL server: one of kb.toml by its name, or an address. The saved question or text is
    bound as for `query`. `seconds` limits the time for the answer.
    """
    from kb.app.inquiry import servers

    saved = session.queries().get(name) or saved_queries.unsaved(name, values)
    text = saved_queries.bind(saved, values, resolver(session))
    return servers.query(session, servers.named(session, server, seconds), text)


def passage(session: Session, known: Known, quote: str | None) -> tuple[str, int]:
    """Return the full passage, or its fragment if the text is not available, and its line, 0 if
    unknown.
    """
    found = known.quotes.get(quote or "")
    if found is None:
        return "", 0
    source = known.sources.get(found.source or "")
    text = session.text(source) if source else None
    if text is not None and not passage_checks.mismatch(found, text):
        return text[found.start : found.end], anchoring.line_of(text, found.start or 0)
    if anchoring.digest(found.fragment or "") == found.sha256:
        return found.fragment or "", 0
    return f"{found.fragment} …", 0


def in_sentence(session: Session, known: Known, quote: str | None) -> tuple[str, str, str]:
    """Return a passage between the rest of its first and the rest of its last sentence.

    Each rest has at most SURROUNDING characters, and is empty if the text is not available.
    """
    words, line = passage(session, known, quote)
    found = known.quotes.get(quote or "")
    source = known.sources.get((found.source if found else None) or "")
    text = session.text(source) if source and line else None
    if found is None or source is None or text is None:
        return "", words, ""
    start, end = found.start or 0, found.end or 0
    begin, stop = _around(source, text, start, end)
    before, after = text[begin:start], text[end:stop]
    if len(before) > SURROUNDING:
        before = f"… {before[-SURROUNDING:]}"
    if len(after) > SURROUNDING:
        after = f"{after[:SURROUNDING]} …"
    return before, words, after


def _around(source: Source, text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentences begin and end that a passage touches, or else its lines."""
    with suppress(ValueError):  # kb validate reports it
        spans = sentences.parse(source.sentences or "", len(text))
        touched = [(a, b) for a, b in spans if a < end and b > start]
        if touched:
            return min(touched[0][0], start), max(touched[-1][1], end)
    stop = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop


def short(session: Session, term: Term) -> str:
    """Shorten a value for readers: ids without the base, tokens without their list."""
    if term.kind != "iri":
        return term.value
    tail = term.value.removeprefix(session.folder.base)
    if tail != term.value:
        return tail.partition("/")[2] or tail
    token = term.value.removeprefix(NS)
    scheme, hyphen, word = token.partition("-")
    if token != term.value and hyphen and scheme in SCHEMES:
        return word
    return (
        turtle_reader.compact(term.value).partition(":")[2]
        if term.value.startswith((NS, PREDICATES))
        else term.value
    )


def find(session: Session, words: str, limit: int = 20) -> list[word_scores.Hit]:
    """Find records whose names, statements or passages are similar to these words: in the table of
    words, or in all records if there is none.
    """
    found = looked_up(session, words, limit)
    if found is not None:
        return found
    known = session.known()
    return search.find(known, words, limit, session.documents(known))


def words_of(session: Session) -> WordTable | None:
    """Return the table of words of the index that `refresh` prepared. None without an index, for an
    excerpt, and if it cannot be made.
    """
    if session.excerpt or not session.generation:
        return None
    return word_table.opened(session.folder, session.generation.holds)


def looked_up(session: Session, words: str, limit: int) -> list[word_scores.Hit] | None:
    """Return what `find` finds in the table of words, or None if there is none that can be read."""
    with suppress(IndexError, KeyError, ValueError):  # it is damaged
        table = words_of(session)
        return kept_search.find(table, words, limit) if table else None
    return None


def sheet(session: Session, name: str) -> str:
    """Return a source's records as a sheet."""
    known = session.known()
    source = known.source(name)
    return yaml_writer.write(decompiler.sheet_of(known, source.id, session.document(source)))
