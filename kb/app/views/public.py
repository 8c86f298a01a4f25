"""The public part of a knowledge base: what may leave it. Everything that is exported, pushed or
published is made from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from kb.app.checks.condition import UNREAD
from kb.app.derivation import materialisation, record_tables
from kb.app.excerpt import Excerpt
from kb.app.session import Cache, Session
from kb.app.stored_files import File
from kb.app.views import redaction
from kb.app.views.redaction import Names
from kb.errors import Invalid
from kb.model.rdf_terms import Triple
from kb.model.records import Quote, Record, Source
from kb.model.vocabulary import NS
from kb.rdf import decoding, turtle_writer
from kb.text import excerpts
from kb.workspace.catalogs.past_files import past

FRAGMENT: Final = NS + "fragment"
SENSITIVE: Final = "sensitive"
# A path for a file whose own path has a name in it.
FURTHER: Final = "claims/further/%s.ttl"
_BEGIN, _END = FURTHER.split("%s")
# The end of a name with a prefix, in a query.
_PREFIXED: Final = re.compile(r":([\w-]+)")


def public(session: Session) -> Session:
    """Return what may leave: without the records that are marked sensitive and those that show
    them, with the statuses that the others have alone, and with no longer fragments than kb.toml
    allows.

    A view is made again from the public part of what it was made from. Without marks, the session
    itself is returned.
    """
    if session.cleared:
        return session
    if session.origin:
        whole, again = session.origin
        found = public(whole)
        return session if found is whole else again(found)
    records = (record for _, records in session.records() for record in records)
    return session.together(lambda: _redacted(session)) if holds(session, records) else session


def holds(session: Session, records: Iterable[Record]) -> bool:
    """Tell whether any of these records may not leave as it is. `records` are all, past ones
    included.
    """
    short = session.folder.passages == "fragments"
    return any(_held(record, short) for record in records)


def complete(session: Session) -> Session:
    """Return the public part. Raises Invalid if a stored file cannot be read; only files that
    changed are parsed to find that.
    """
    part = public(session)
    found = part.excerpt.unread if part.excerpt else part.condition().missing(("claims",))
    if unread := [problem for problem in found if problem.code in UNREAD]:
        raise Invalid(unread)
    return part


def _held(record: Record, short: bool) -> bool:
    """Tell whether a record may not leave as it is."""
    long = short and isinstance(record, Quote) and not excerpts.is_fragment(record.fragment or "")
    return long or bool(getattr(record, SENSITIVE, None))


def _redacted(session: Session) -> Session:
    """Return the public part of a whole knowledge base."""
    files, problems = session.files()
    records = [record for file in files for record in file.records]
    marked = [r for r in records if getattr(r, SENSITIVE, None)]
    names = redaction.names(marked)
    sources = {r.id: r for r in records if isinstance(r, Source)}
    gone = redaction.hidden(records, names, _passages(session, sources))
    part = tuple(_kept(session, files, gone, names))
    excerpt = Excerpt(
        part,
        _outcome(session, part),
        {},
        unread=tuple(problems),
        withheld=frozenset(_withheld(session, sources.values(), gone, names)),
        hides=_hiding(names, gone, session.folder.base) if gone else None,
    )
    return Session(session.folder, excerpt, cleared=True)


def _hiding(names: Names, gone: Collection[str], base: str) -> Callable[[str], bool]:
    """Return a function that tells whether a text, or an IRI, names what may not leave."""
    ids = {key.rpartition("/")[2] for key in gone}
    written = re.compile(rf"(?:<?{re.escape(base)}|<)([^\s<>\"]+)")

    def hides(text: str) -> bool:
        """Tell it by names, by whole and relative IRIs, and by the ends of prefixed names."""
        if names.occur(text) or not ids.isdisjoint(_PREFIXED.findall(text)):
            return True
        return any(key in gone for key in written.findall(text))

    return hides


def _passages(session: Session, sources: dict[str, Source]) -> Callable[[Quote], str]:
    """Return a function that finds the words of a passage in its text."""

    def passage(quote: Quote) -> str:
        """Return the words, "" if the text is not available."""
        source = sources.get(quote.source or "")
        text = session.text(source) if source else None
        return text[quote.start or 0 : quote.end or 0] if text else ""

    return passage


def _withheld(
    session: Session, sources: Iterable[Source], gone: set[str], names: Names
) -> Iterator[str]:
    """Yield the ids of the sources of whose texts only the stored fragments may leave, because they
    name a marked record or have a passage that is gone.
    """
    quoted = {key.partition("#")[0] for key in gone if "#" in key}
    for source in sources:
        if source.path + source.id in quoted or (names and names.occur(session.text(source) or "")):
            yield source.id


def _kept(session: Session, files: Sequence[File], gone: set[str], names: Names) -> Iterator[File]:
    """Yield the files without these records and without references to them."""
    base, short = session.folder.base, session.folder.passages == "fragments"
    for number, file in enumerate(files):
        rows = [_shortened(t) if short else t for t in file.triples if not _shows(t, gone, base)]
        # A path is a part of the name of its graph.
        path = _unnamed(number, files) if names and names.occur(file.path) else file.path
        if rows == file.triples and path == file.path:
            yield file
        elif rows:
            text = turtle_writer.compose(rows, base)
            yield File(path, text, rows, decoding.records(rows, base))


def _unnamed(number: int, files: Sequence[File]) -> str:
    """Return a path for the file with this number that no file has, and that names nobody."""
    taken = {file.path for file in files}
    paths = (FURTHER % n for n in count(number, len(files)))
    return next(path for path in paths if path not in taken)


def home(path: str, files: Sequence[File]) -> str:
    """Return the path here of a file of the public part. `files` are all files.

    >>> home("claims/further/3.ttl", [File("claims/jane.ttl", ""), File("claims/general.ttl", "")])
    'claims/general.ttl'
    """
    number = path.removeprefix(_BEGIN).removesuffix(_END)
    renamed = path == FURTHER % number and re.fullmatch("[0-9]{1,9}", number)
    if not renamed or not files or any(file.path == path for file in files):
        return path
    return files[int(number) % len(files)].path


def _shows(triple: Triple, gone: set[str], base: str) -> bool:
    """Tell whether a triple is about a record that is gone, or refers to one."""
    subject, _, value = triple
    return subject.value.removeprefix(base) in gone or (
        value.kind == "iri" and value.value.removeprefix(base) in gone
    )


def _shortened(triple: Triple) -> Triple:
    """Return a triple with no more words of a passage than may be stored."""
    subject, property, value = triple
    if property.value != FRAGMENT or excerpts.is_fragment(value.value):
        return triple
    return subject, property, value._replace(value=_few(value.value))


def _few(words: str) -> str:
    """Return as many of the words as may be stored, also of a script without spaces."""
    return excerpts.fragment(words)[: excerpts.FRAGMENT_LENGTH]


def _outcome(session: Session, part: Sequence[File]) -> materialisation.ComputedStatuses:
    """Return the statuses that these files have alone."""
    folder = session.folder
    present = [file for file in part if not past(file.path)]
    stored = ((file.path, file.records) for file in present)
    tables = record_tables.tables(stored, session.ontology(), folder.base)
    if tables is None:
        return session.outcome(session.memory(present))
    return materialisation.worked_out(tables, folder.policy)


def without_texts(session: Session) -> Session:
    """Return the public part without the texts of documents: of a passage it has the words that
    are stored with it.
    """
    part = public(session)
    none = frozenset(part.known().sources)
    if part.excerpt:
        return replace(part, excerpt=replace(part.excerpt, withheld=none), cache=Cache())
    excerpt = Excerpt(tuple(part.whole()), part.worked_out(), {}, withheld=none)
    return Session(part.folder, excerpt, cleared=True)


def everything(session: Session) -> Session:
    """Return a session whose exports keep what is marked sensitive."""
    return replace(session, cleared=True)
