"""Inspection of single files of a knowledge base: a verdict on each, whatever it contains."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from kb.errors import KbError, Place, Problem, Refused, Usage, problem_of
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS
from kb.rdf import query_runner, renamed_terms, turtle_reader
from kb.rdf.decoding import CLASSES
from kb.rdf.turtle_reader import TYPE
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.caches.verdicts import Verdict, unreadable
from kb.workspace.files import declarations, ontology, saved_queries, settings
from kb.workspace.files.folder import Folder

# A query is run on an empty store to check its syntax: sample values for its parameters, and limits
# of time and memory.
_SAMPLE: Final = {"iri": "urn:x", "date": "2020-01-01", "integer": "1", "string": "x"}
_SYNTAX: Final = query_runner.Limits(seconds=2.0, memory=256 * 2**20)


def stored(folder: Folder, name: str) -> Verdict:
    """Return the verdict on one stored file.

    Its facts are `fits`, or `other` and the base that would fit.
    """
    try:
        triples = turtle_reader.triples(folder.stored(name), folder.base)
    except Usage as error:
        return Verdict((problem_of("unreadable", name, error),))
    except turtle_reader.Broken as error:
        return Verdict((_syntax(name, error),))
    subjects = list(dict.fromkeys(s.value for s, _, _ in triples))
    records = _records(triples, folder.base)
    foreign = [s for s in subjects if s not in records]
    if not foreign:
        return Verdict(facts=("fits",) if records else ())
    if records:
        return Verdict((_foreign(name, foreign, len(subjects)),), ("fits",))
    other = _base_of(triples)
    message = (
        f"none of its {len(subjects)} records begins with <{folder.base}>, "
        "so no answer includes them."
    )
    hint = "kb validate lists them"
    if other:
        hint = f"its base is <{other}>: write that into {settings.NAME}, or change the file"
    return Verdict(
        (Problem("error", "foreign-base", message, Place(name), hint=hint),), ("other", other)
    )


def _syntax(name: str, error: turtle_reader.Broken) -> Problem:
    hint = "end each property line with “ ;”, the last with “ .”; see kb explain turtle-syntax"
    return Problem(
        "error",
        "turtle-syntax",
        f"this is not Turtle: {error}.",
        Place(name, error.line, error.column),
        hint=hint,
    )


def _records(triples: Sequence[Triple], base: str) -> set[str]:
    """Return the IRIs of records: below the base, with the path of their type."""
    types = [
        (s.value, CLASSES[o.value]) for s, p, o in triples if p.value == TYPE and o.value in CLASSES
    ]
    return {iri for iri, kind in types if iri.startswith(base + kind.path)}


def _foreign(name: str, foreign: Sequence[str], number: int) -> Problem:
    message = (
        f"{len(foreign)} of its {number} subjects are not records of this knowledge base, "
        "so only queries in SPARQL see them."
    )
    return Problem(
        "error",
        "not-a-record",
        message,
        Place(name),
        foreign[0],
        f"the first is {foreign[0]}; kb validate lists them all",
    )


def _base_of(triples: Sequence[Triple]) -> str:
    """Return the base that fits most records of a file; empty if nothing looks like a record."""
    bases = Counter[str]()
    for s, p, o in triples:
        if p.value == TYPE and o.value in CLASSES:
            before, path, _ = s.value.rpartition(CLASSES[o.value].path)
            bases[before] += bool(path and before)
    return max(bases, key=lambda b: bases[b], default="")


def vocabulary(folder: Folder, path: Path, shown: str) -> Verdict:
    """Return the verdict on an ontology file. Its facts are the policies that it declares."""
    try:
        triples = ontology.read(folder, path, shown)
        problems = tuple(_changed_terms(folder, path, shown)) if ontology.is_own(path) else ()
    except Usage as error:
        return Verdict((problem_of("unreadable", shown, error),))
    except turtle_reader.Broken as error:
        return Verdict((_syntax(shown, error),))
    policies = [s.value for s, p, o in triples if p.value == TYPE and o.value == f"{NS}Policy"]
    return Verdict(problems, tuple(policies))


def _changed_terms(folder: Folder, path: Path, shown: str) -> Iterator[Problem]:
    """Yield the terms that an own ontology file redefines, those that have a new name, and what
    it declares of predicates that no rule understands.
    """
    yield from ontology.redefined(folder, path, shown)
    old = list(ontology.renamed(folder, path, shown))
    yield from old or declarations.wrong(folder, ontology.text(path, shown), shown)


def query(path: Path, name: str) -> Verdict:
    """Return the verdict on a query: its header first, then its syntax, which only a run shows."""
    try:
        asked = saved_queries.parse(path, Path(name).parent.name, name)
        renamed_terms.refuse(asked.text)
        given = {p.name: _SAMPLE[p.kind] for p in asked.params if p.required and not p.choices}
        chosen = {p.name: p.choices[0] for p in asked.params if p.required and p.choices}
        # A query may reach a limit even without data. Whoever runs it sees a message.
        with suppress(Refused):
            query_runner.run(
                lambda: EmbeddedStore(None), saved_queries.bind(asked, {**given, **chosen}), _SYNTAX
            )
    except KbError as error:
        line = re.search(r" at line (\d+), column (\d+)", error.message)
        problem = problem_of("own-query", name, error)
        return Verdict(
            (replace(problem, place=Place(name, int(line[1]), int(line[2]))) if line else problem,)
        )
    return Verdict()


def text(name: str, path: str) -> Verdict:
    """Return the verdict on one text: whether it can be opened."""
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return Verdict((unreadable(name, error.strerror or "it cannot be opened"),))
    return Verdict()
