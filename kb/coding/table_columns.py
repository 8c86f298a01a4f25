"""Columns of the tables that can be imported, with an explanation of each for the template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Column → explanation. Lists in one cell are separated by “|”.
ENTITIES: Final = {
    "entity": "id: lower-case words joined by hyphens; made from the name if empty",
    "kind": "person, organisation, place, … : kb add entity --help",
    "name": "as sources write it",
    "also": "other names, separated by |",
    "description": "a few words",
    "naming": "unnamed or collective, if it has no name of its own",
    "within": "places that contain it, separated by |",
    "overlaps": "places that it may overlap, separated by |",
    "wikidata": "Q123, only if you are sure",
    "lat": "degrees, with a point: 54.5",
    "long": "degrees",
    "precision": "exact, vicinity, settlement, district, region, country",
    "note": "a remark",
    "sensitive": "yes: it is in no export",
}
SOURCES: Final = {
    "source": "id of a source that kb add source has added",
    "title": "its title",
    "publisher": "id or name of an entity",
    "author": "id or name of an entity",
    "co-authors": "ids or names, separated by |",
    "language": "en",
    "url": "address of publication",
    "from": "first possible day of publication: 2024-03-02",
    "to": "last possible day of publication",
    "because": "the reason for these days",
    "obtained": "how you got it",
    "copy-of": "id of the source that it copies",
    "version-of": "id of the source that it is a version of",
    "state": "retracted, corrected, superseded, satire, forged",
    "state-from": "the day of that",
    "state-because": "the reason",
    "note": "a remark",
    "sensitive": "yes: it is in no export",
}
CLAIMS: Final = {
    "source": "the document: its id, or the beginning of it",
    "claim": "one plain sentence in your own words; =ID for an existing claim",
    "what": "subject > predicate > object: kb list predicates",
    "kind": "event, state, speech-act, intent, cause, forecast, evaluation; or as the predicate",
    "place": "where, separated by |",
    "origin": "from where or whom",
    "destination": "to where or whom",
    "instrument": "with what",
    "counterpart": "against whom",
    "victim": "who suffers it",
    "beneficiary": "for whom",
    "purpose": "for what",
    "topic-of": "about what",
    "not": "yes, if the claim says that this is not so",
    "when": "2024-03-02, March 2024, 2014..2016",
    "held": "all or some: a state lasted on all or some of these days",
    "count": "a number: 8, about 30, at least 8",
    "unit": "its unit",
    "counted": "what is counted",
    "extent": "whole or part of a place",
    "if": "the condition of a forecast",
    "note": "what the claim covers",
    "by": "who says it, separated by |; empty: the document itself",
    "stance": "affirms, denies, doubts, silent, retracts, disowns, overrules; empty: affirms",
    "scope": "what is denied or doubted: occurrence, responsibility, …",
    "target": "for disowns and overrules: the assertion, or its speaker",
    "at": "line number and words copied from the document: 3 The mayor said … pier",
    "locator": "page 12, 00:14:30",
    "on": "when it was said",
    "via": "who passed it on, outermost first, separated by |",
    "behalf": "for whom the speaker speaks, separated by |",
    "occurred": "the speaker's own date for the event",
    "degree": "definite, probable, possible",
    "standing": "allegation, testimony, finding, judgment",
    "basis": "witnessed, took-part, told, document, footage, inferred, unstated",
    "form": "stated, presupposed, headline, caption, teaser",
    "manner": "how the event is characterised",
    "words": "loaded words, separated by |",
    "hedges": "words that make it less than certain, separated by |",
    "garbles": "damaged or mistaken words, separated by |",
    "reading": "literal, repaired, unclear",
    "certain": "no, if the speaker is a guess",
    "remark": "a remark on the assertion",
}
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "entities": ENTITIES,
    "sources": SOURCES,
    "claims": CLAIMS,
}
# Names of columns in the tables of `kb export csv` and `xlsx` → columns of an import.
ALIASES: Final[Mapping[str, Mapping[str, str]]] = {
    "entities": {"type": "kind", "id": "entity"},
    "sources": {
        "co_authors": "co-authors",
        "published_from": "from",
        "published_to": "to",
        "published_because": "because",
        "copy_of": "copy-of",
        "version_of": "version-of",
        "state_from": "state-from",
        "state_because": "state-because",
    },
    "claims": {
        "statement": "claim",
        "claim": "id-of-claim",
        "speaker": "by",
        "quote": "at",
        "start": "start",
        "end": "end",
    },
}
_OF_SOURCES: Final = """
    unknown file_name sha256 length words sentences recorded modified archived stated parts left_out
"""
_OF_CLAIMS: Final = """
    assertion speaker_label voice relays source_sha256 said_from said_to coder recorded status
    chosen id-of-claim start end
"""
# Columns of the exported tables that are computed, or that a table cannot change.
COMPUTED: Final[Mapping[str, frozenset[str]]] = {
    "entities": frozenset({"chosen"}),
    "sources": frozenset(_OF_SOURCES.split()),
    "claims": frozenset(_OF_CLAIMS.split()),
}
