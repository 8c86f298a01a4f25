"""Predicates that imported claims use and nobody has declared: named, or declared on request."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.app.changes import own_predicates
from kb.app.changes.own_predicates import Declaration
from kb.app.changes.planning import Additions
from kb.app.session import Session
from kb.coding.sheet import Entry, Sheet, Value
from kb.model import identifiers, values
from kb.model.vocabulary import KINDS
from kb.workspace.catalogs.catalog import Declared, Known

CODE: Final = "unknown-predicate"


@dataclass(slots=True)
class _Word:
    """A word that is not declared: the sheet and value of its first use, and its claims."""

    sheet: Sheet
    value: Value
    entry: Entry
    uses: int = 0


def settle(
    session: Session,
    known: Known,
    sheets: Sequence[Sheet],
    labels: Mapping[str, str],
    create: bool,
) -> Additions:
    """Return declarations of the predicates that nobody has declared. Without `create`, add a
    problem for each of them to the sheet of its first use.

    `labels` are the words of a predicate in a sentence. Raises Invalid for a declaration that the
    shapes of predicates do not allow.
    """
    found = _undeclared(known, sheets)
    unfit = {word: use for word, use in found.items() if identifiers.slug(word) != word}
    for word, use in (unfit if create else found).items():
        _report(known, word, use, unfit)
    if not create or unfit or not found:
        return Additions()
    wanted = [
        as_used(word, labels.get(word), use.sheet.name, use.entry.get("claim"), _kind(use.entry))
        for word, use in found.items()
    ]
    return declared(session, wanted)


def declared(session: Session, wanted: Sequence[Declaration]) -> Additions:
    """Return what a plan adds for these declarations. Raises Invalid for one that the shapes of
    predicates do not allow.
    """
    iri = f"{session.folder.base}predicate/"
    return Additions(
        predicates=own_predicates.together(session, wanted),
        declared={one.word: Declared(one.kind, one.label, iri + one.word) for one in wanted},
    )


def as_used(word: str, label: str | None, by: str, example: str, kind: str | None) -> Declaration:
    """Return the declaration of a word as the file `by` uses it, with a claim of it.

    >>> as_used("moored-at", None, "berths.csv", "The ferry moors at pier 2.", None).definition
    'As berths.csv uses “moored at”.'
    """
    label, example = _usable(label or word.replace("-", " ")), _usable(example)
    return Declaration(word, label, f"As {by} uses “{label}”.", example, kind or "event")


def _usable(text: str) -> str:
    """Return a text of a file without what a declaration cannot have: control characters."""
    if values.wrong(text, values.LONGEST_SENTENCE):
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[: values.LONGEST_SENTENCE]


def _kind(entry: Entry) -> str | None:
    """Return the kind of a claim. A wrong one is reported where the claim is read."""
    kind = entry.get("kind")
    return kind if kind in KINDS else None


def _undeclared(known: Known, sheets: Sequence[Sheet]) -> dict[str, _Word]:
    found: dict[str, _Word] = {}
    for sheet, entry in _claims(sheets):
        value = entry.values["what"]
        parts = [part.strip() for part in value.text.split(">", 2)]
        if len(parts) > 1 and all(parts) and not known.declared(parts[1]):
            found.setdefault(parts[1], _Word(sheet, value, entry)).uses += 1
    return found


def _claims(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Entry]]:
    return ((s, entry) for s in sheets for entry in s.claims if entry.get("what"))


def _report(known: Known, word: str, use: _Word, unfit: Container[str]) -> None:
    often = f", in {use.uses} claims" if use.uses > 1 else ""
    near = identifiers.suggestion(
        word, known.predicates, "kb list predicates shows those there are"
    )
    fit = "lower-case words joined by hyphens can be declared"
    hint = f"{near}; {fit if word in unfit else '--create declares it'}"
    use.sheet.problem(CODE, f"no predicate is called “{word}”{often}.", use.value, hint)
