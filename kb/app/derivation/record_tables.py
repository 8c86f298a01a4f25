"""Tables of all present records, made from the cache of parsed records without a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.model.rdf_terms import Triple
from kb.model.records import Record
from kb.rdf import decoding, turtle_reader
from kb.reasoning import rows
from kb.reasoning.tables import Tables
from kb.workspace.catalogs.past_files import past


def tables(
    stored: Iterable[tuple[str, Sequence[Record]]],
    ontology: Iterable[Sequence[Triple]],
    base: str,
) -> Tables | None:
    """Return the tables of the records in stored files (path and records) and of an ontology (the
    triples of each file). They are equal to those that `extraction.read` reads from an index.

    Return None if several files have a record with the same id: only a store joins its parts.

    >>> from kb.model.records import Claim
    >>> file = ("claims/main/a.ttl", [Claim("c", statement="A met B")])
    >>> [claim.id for claim in tables([file], [], "https://x.org/").claims]
    ['c']
    >>> tables([file, ("claims/main/b.ttl", [Claim("c")])], [], "https://x.org/") is None
    True
    """
    declared, found = list[Triple](), list[Record]()
    for triples in ontology:
        declared += triples
        found += decoding.records(triples, base)
    for path, records in stored:
        if not past(path):
            found += records
    if len({(type(record), record.id) for record in found}) < len(found):
        return None
    return rows.with_declarations(rows.from_records(found), turtle_reader.by_subject(declared))
