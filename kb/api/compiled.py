"""Objects that were entered, as sheets in which each problem finds its object again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kb.api import entries
from kb.api.entries import Affiliation, Entity, Sheet, Skip
from kb.coding import sheet_rules, yaml_reader
from kb.coding.sheet import Entry, Value, as_value
from kb.coding.sheet import Sheet as Coded
from kb.errors import Place, Problem
from kb.model.vocabulary import ENTITY_TYPES
from kb.workspace.catalogs.catalog import Known
from kb.workspace.files import folder

# The name of a sheet that was made of objects; their numbers are its lines.
NAME: Final = "objects"
# Fields of a sheet that are at its top.
TOP: Final = ("source", "coder", "checked", "collection", "sensitive")
_LINE: Final = re.compile(r"^line (\d+): ")


class Numbered:
    """Objects by their numbers, from 1, with their places: `claims[0].said[1]`."""

    def __init__(self) -> None:
        self.places: list[str] = []

    def entry(self, place: str, entered: Any, **more: str) -> Entry:
        """Return an object as an entry of a sheet. Raises Usage for a value of another type."""
        self.places.append(place)
        line = len(self.places)
        given = {k: entries.text(k, v) for k, v in entries.keyed(entered) if k != "said"}
        values = {k: _at(line, text) for k, text in {**given, **more}.items()}
        said = [
            self.entry(f"{place}.said[{n}]", one)
            for n, one in enumerate(getattr(entered, "said", ()))
        ]
        return Entry(values, line, tuple(said))

    def value(self, place: str, text: str) -> Value:
        """Return a text as a value of a sheet."""
        self.places.append(place)
        return _at(len(self.places), text)

    def problem(self, problem: Problem) -> Problem:
        """Return a problem with the place of its object, without one if it is about the whole."""
        line = problem.place.line
        if problem.place.path != NAME:
            return problem
        known = 0 < line <= len(self.places)
        return replace(problem, place=Place(self.places[line - 1] if known else ""))

    def note(self, sentence: str) -> str:
        """Return a note with the place of its object instead of a line."""
        found = _LINE.match(sentence)
        if not found or not 0 < int(found[1]) <= len(self.places):
            return sentence
        return f"{self.places[int(found[1]) - 1]}: {sentence[found.end() :]}"


def _at(line: int, text: str) -> Value:
    return replace(as_value(text), line=line)


def compiled(sheets: Sequence[Sheet], known: Known) -> tuple[list[Coded], Numbered]:
    """Return sheets as the compiler reads them, with the places of their objects. Raises Usage for
    a value of another type.
    """
    numbered = Numbered()
    several = len(sheets) > 1
    made = [
        _sheet(sheet, known, numbered, f"sheets[{n}]." if several else "")
        for n, sheet in enumerate(sheets)
    ]
    return made, numbered


def _sheet(sheet: Sheet, known: Known, numbered: Numbered, before: str) -> Coded:
    top = {name: getattr(sheet, name) for name in TOP}
    given = {key: entries.text(key, value) for key, value in top.items() if entries.filled(value)}
    made = Coded(NAME, {key: as_value(text) for key, text in given.items()})
    for n, entity in enumerate(sheet.entities):
        _entity(made, entity, known, numbered, f"{before}entities[{n}]")
    for n, tie in enumerate(sheet.affiliations):
        made.affiliations.append(numbered.value(f"{before}affiliations[{n}]", _tie(tie)))
    for n, claim in enumerate(sheet.claims):
        made.claims.append(numbered.entry(f"{before}claims[{n}]", claim))
    for n, judgement in enumerate(sheet.judgements):
        made.judgements.append(numbered.entry(f"{before}judgements[{n}]", judgement))
    for n, skip in enumerate(sheet.skip):
        made.skip.append(numbered.value(f"{before}skip[{n}]", _skip(skip)))
    sheet_rules.check(made)
    return made


def _entity(made: Coded, entity: Entity, known: Known, numbered: Numbered, place: str) -> None:
    """Declare an entity if it is new, and give it its values."""
    entry = numbered.entry(place, entity, id=f"entity/{entity.id}")
    if entity.id in known.entities:
        made.records.append(entry)
        return
    if entity.kind not in ENTITY_TYPES:
        message = f"“{entity.kind}” is not a type of entity."
        made.problem("bad-entity", message, entry, ", ".join(ENTITY_TYPES))
        return
    made.new[entity.id] = Value(entity.kind, entry.line)
    made.records.append(replace(entry, values=_without(entry.values, "type")))


def _without(values: Mapping[str, Value], key: str) -> Mapping[str, Value]:
    return {k: v for k, v in values.items() if k != key}


def _tie(tie: Affiliation) -> str:
    """Write an affiliation as on a sheet."""
    head = " ".join(_texts(tie, ("member", "relation", "party", "when")))
    share = [f"share {text}" for text in _texts(tie, ("share",))]
    basis = [f"basis {text}" for text in _texts(tie, ("basis",))]
    note = [f"note {text}" for text in _texts(tie, ("note",))]
    return "; ".join([head, *share, *basis, *note])


def _texts(entered: object, names: Iterable[str]) -> list[str]:
    found = ((name, getattr(entered, name)) for name in names)
    return [entries.text(name, value) for name, value in found if entries.filled(value)]


def _skip(skip: Skip) -> str:
    return f"{entries.text('at', skip.at)}; {skip.why}"


def read(path: str) -> Coded:
    """Read a sheet in YAML. Raises Usage if it cannot be read; its problems are in the sheet."""
    return yaml_reader.parse(folder.read_text(Path(path)), path)
