"""Dated views: a knowledge base as it was on a date, as a session that cannot write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kb.app.checks.condition import UNREAD
from kb.app.derivation import policy_names
from kb.app.excerpt import Excerpt
from kb.app.session import Session
from kb.app.stored_files import File
from kb.app.views.closure import PAST, reached
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Affiliation, Assertion, Claim, Judgement, Quote, Record, Source
from kb.model.vocabulary import PROV
from kb.rdf import decoding
from kb.reasoning.dated_tables import day_of, valid_ids, view
from kb.reasoning.tables import Tables
from kb.workspace.catalogs.past_files import past, present
from kb.workspace.catalogs.record_links import references

# Records that can be edited and withdrawn, so that they counted at some times only.
Stated = Claim | Assertion | Affiliation | Judgement
# Properties about other times. In a view every record is valid and the only one with its id.
OTHER_TIMES = (PROV + "invalidatedAtTime", PROV + "wasRevisionOf")


def dated(
    whole: Session,
    as_of: date | None = None,
    known_on: date | None = None,
    policy: str | None = None,
) -> Session:
    """Return what had been published by the end of `as_of` and recorded by the end of `known_on`
    (UTC), under a policy.

    Sources count once they are published, or if something refers to them. Entities, passages and
    relays count if a record names them. Raises Usage if there is no such policy.
    """
    folder = replace(whole.folder, policy=policy or whole.folder.policy)
    stored, problems = whole.files()
    files = [f for f in stored if known_on or not past(f.path)]
    found = Session(folder).outcome(whole.memory(files), as_of, known_on)
    seen = view(found.tables, as_of, known_on)
    stood = _stood(files, _names(found.tables, seen, known_on), folder.base)
    days = {"as of": as_of, "known on": known_on}
    excerpt = Excerpt(
        part=_counting(stood, as_of, known_on, folder.base),
        found=replace(found, tables=seen),
        made={name: day.isoformat() for name, day in days.items() if day},
        unread=tuple(p for p in problems if p.code in UNREAD),
        whole=whole.known,
        withheld=whole.withheld,
        hides=whole.hides,
    )
    named = found.policy.id.removeprefix(policy_names.POLICIES)
    origin = whole, lambda other: dated(other, as_of, known_on, policy)
    return Session(replace(folder, policy=named), excerpt, origin)


def _counting(
    files: Sequence[File], as_of: date | None, known_on: date | None, base: str
) -> tuple[File, ...]:
    """Return the files with the records that counted, and everything they refer to."""
    records = {r.path + r.id: r for f in files for r in f.records}
    public = _public(records.values(), as_of, known_on)
    return taken(files, reached(records, {*_stated(records), *public}), base)


def _names(tables: Tables, seen: Tables, known_on: date | None) -> dict[str, str]:
    """Return the key of each record that counted → its key in the view."""
    pairs = (
        ("claim/", valid_ids(tables.claims, known_on), {r.id for r in seen.claims}),
        ("assertion/", valid_ids(tables.assertions, known_on), {r.id for r in seen.assertions}),
        (
            "affiliation/",
            valid_ids(tables.affiliations, known_on),
            {r.id for r in seen.affiliations},
        ),
        ("judgement/", valid_ids(tables.judgements, known_on), {r.id for r in seen.judgements}),
    )
    return {
        path + old: path + new
        for path, names, ids in pairs
        for old, new in names.items()
        if new in ids
    }


def _stood(files: Iterable[File], names: Mapping[str, str], base: str) -> list[File]:
    """Return the files with the records that counted, each once, under their present ids and in
    their present files.
    """
    lines: dict[str, list[Triple]] = {}
    taken: dict[str, str] = {}
    for file in sorted(files, key=lambda f: past(f.path)):
        stated = {r.path + r.id for r in file.records if isinstance(r, Stated)}
        found: list[Triple] = []
        for subject, property, value in file.triples:
            key = subject.value.removeprefix(base)
            name = names.get(key) if key in stated else key
            if name and taken.setdefault(name, file.path) == file.path:
                found.append((Term("iri", base + name), property, value))
        if found:
            lines.setdefault(present(file.path), []).extend(found)
    return [File(path, "", rows, decoding.records(rows, base)) for path, rows in lines.items()]


def _stated(records: Mapping[str, Record]) -> set[str]:
    """Return the keys of the assertions and judgements of the view, without judgements about
    records outside it.
    """
    found = {key for key, r in records.items() if isinstance(r, Stated)}
    return {
        key
        for key in found
        if not isinstance(records[key], Judgement)
        or records.keys() >= set(references(records[key], but=PAST))
    }


def _public(records: Iterable[Record], as_of: date | None, known_on: date | None) -> Iterator[str]:
    """Return the keys of the sources that had been published and recorded, and of their skipped
    passages.
    """
    found = {
        r.id
        for r in records
        if isinstance(r, Source)
        and _by(r.published_to, as_of)
        and _by(r.recorded and day_of(r.recorded), known_on)
    }
    for record in records:
        if (isinstance(record, Source) and record.id in found) or (
            isinstance(record, Quote) and record.skipped and record.source in found
        ):
            yield record.path + record.id


def _by(day: date | None, limit: date | None) -> bool:
    return limit is None or (day is not None and day <= limit)


def taken(files: Iterable[File], keys: Collection[str], base: str) -> tuple[File, ...]:
    """Return the files with the records with these keys.

    References to records that are left out, and to other times, are removed.
    """
    out = []
    for file in files:
        found = [
            (s, p, o)
            for s, p, o in file.triples
            if s.value.removeprefix(base) in keys and p.value not in OTHER_TIMES
        ]
        found = [
            (s, p, o)
            for s, p, o in found
            if o.kind != "iri" or not o.value.startswith(base) or o.value.removeprefix(base) in keys
        ]
        if found:
            out.append(File(file.path, "", found, decoding.records(found, base)))
    return tuple(out)
