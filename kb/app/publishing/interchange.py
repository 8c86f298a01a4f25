"""Exports in the formats of other programs, with a report of what each has no place for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kb.app.checks import passage_checks
from kb.app.inquiry import statuses
from kb.app.session import Session
from kb.app.views.public import complete
from kb.model.vocabulary import PREDICATES, SKOS
from kb.text import anchoring, excerpts

if TYPE_CHECKING:
    from kb.exchange.material import Material, Passage
    from kb.workspace.catalogs.catalog import Known

# Characters of the text before and after a passage that are stated with it, as annotation clients
# do, to find it again in a page that changed.
SURROUNDING: Final = 32
OWL: Final = "http://www.w3.org/2002/07/owl#"


@dataclass(frozen=True, slots=True)
class Handed:
    """An export with its losses.

    `lost` has the fields that the format has no place for, by record class, each with the number of
    records that have it; `skipped` says what else is missing. A folder has `files` by path.
    """

    title: str
    text: str
    lost: Mapping[str, Mapping[str, int]]
    skipped: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)


def formats() -> list[str]:
    """Return the words of the formats."""
    from kb.exchange.registry import FORMATS

    return list(FORMATS)


def write(session: Session, kind: str) -> Handed:
    """Export the records of a session in a format. Raises Invalid if a file cannot be read, because
    an export must be complete.
    """
    from kb.exchange.material import lost
    from kb.exchange.registry import FORMATS

    format = FORMATS[kind]
    found = material(session)
    made = format.write(found)
    return Handed(format.title, made.text, lost(found, format.kept), made.skipped)


def material(session: Session) -> Material:
    """Return everything that an export can state: what counts now, and what may leave."""
    from kb.exchange.material import Material

    session = complete(session)
    known, found = session.together(lambda: (session.known(), statuses.status(session)))
    passages = {id: words for id in known.quotes if (words := _passage(session, known, id))}
    return Material(
        known,
        session.folder.base,
        statuses=found.rows,
        voices=found.voices,
        passages=passages,
        licence=session.folder.licence,
        conditions=statuses.conditions(session),
        properties=_properties(session),
        one_object=_one_object(session),
    )


def _properties(session: Session) -> dict[str, str]:
    """Return predicate → property of Wikidata, where the ontology says that they mean the same."""
    same = (SKOS + "exactMatch", SKOS + "closeMatch", OWL + "equivalentProperty")
    found = {}
    for subject, property, value in (t for file in session.ontology() for t in file):
        item = re.fullmatch(r"http://www\.wikidata\.org/(?:prop/direct|entity)/(P\d+)", value.value)
        if property.value in same and item:
            found[subject.value.removeprefix(PREDICATES)] = item[1]
    return found


def _one_object(session: Session) -> frozenset[str]:
    """Return the predicates of which a subject has one object ever."""
    declared = statuses.declarations(session).predicates
    return frozenset(row.id for row in declared if row.functional == "subject")


def _passage(session: Session, known: Known, id: str) -> Passage | None:
    """Return the words of a quote, and those around it, if all of them may leave.

    With `passages = "fragments"` in kb.toml, only stored words leave, and only if they are a whole
    passage of at most six words.
    """
    from kb.exchange.material import Passage

    quote = known.quotes[id]
    source = known.sources.get(quote.source or "")
    private = session.folder.passages == "fragments"
    text = session.text(source) if source and not private else None
    if text is None or passage_checks.mismatch(quote, text):
        words = quote.fragment or ""
        whole = bool(words) and anchoring.digest(words) == quote.sha256
        short = excerpts.is_fragment(words) or not private
        return Passage(words) if whole and short else None
    start, end = quote.start or 0, quote.end or 0
    before, after = text[max(0, start - SURROUNDING) : start], text[end : end + SURROUNDING]
    return Passage(text[start:end], before, after)
