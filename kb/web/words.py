"""Sentences of the pages that are not part of a template: refusals, headings, explanations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb.presentation.entry_fields import parts as parts
from kb.presentation.explanation import AFFIRMING, OPPOSING

# --- refusals

WRONG_HOST: Final = (
    "This server answers only at the address that kb serve printed. Open that address."
)
WRONG_ORIGIN: Final = "Pages of other sites cannot send requests to this server."
LONG_ADDRESS: Final = "The address is too long. Shorten the question."
ONLY_READ: Final = "This page is read-only: use GET."
INCOMPLETE: Final = "Records cannot be read, so these data would be incomplete."
HOW_INCOMPLETE: Final = "repair the files, or add incomplete=yes to the address"
LATE: Final = "The request did not arrive in time."
NO_TOKEN: Final = "A token is needed. Open the address with ?token=… that kb serve printed."
STRANGER: Final = "To change records, open the address with ?token=… that kb serve printed."
WRONG_MEDIA_TYPE: Final = (
    "Send a query as application/sparql-query, or as the field query of "
    "application/x-www-form-urlencoded."
)
NO_QUERY: Final = "The request has no query."
TWO_QUERIES: Final = "The request has more than one query."
NO_UPDATE: Final = "This service only reads. Records are changed by the commands of kb."
NO_DATASET: Final = "The graphs of a query cannot be parameters. Name them in FROM."
LONG_BODY: Final = "The request is longer than 1 MB."
NOT_UTF_8: Final = "The request is not UTF-8."
NO_MEDIA_TYPE: Final = "The answer cannot be written in any media type that Accept names."
NO_FORM: Final = "Send a form as application/x-www-form-urlencoded."
READ_ONLY: Final = "This server only reads."
HOW_TO_WRITE: Final = "run kb serve without --read-only"
NOT_NOW: Final = "This page shows an earlier state. Records can be changed only in the present one."
NEW_START: Final = "This form is from another run of kb serve. Nothing was saved."
SAVE_AGAIN: Final = "check what you typed, then save it again"
NO_BASIS: Final = "This form does not say on which state it is based. Nothing was saved."
OPEN_AGAIN: Final = "open the page again"
CHANGED: Final = "The record was changed meanwhile. Nothing was saved."
COMPARE: Final = "compare what you typed with the record as it is now, then save it again"
OTHERWISE: Final = "The result is different from what you saw, because records were changed."
UNSOUND: Final = "It has errors, so nothing was saved."
NOTHING_CHANGED: Final = "You changed nothing."
NO_TITLE: Final = "A document needs a title."
HOW_TITLE: Final = "type its heading, or a few words that people know it by"
NO_TEXT: Final = "There is no text."
HOW_DAY: Final = "type a day such as 2024-03-02, or leave the field empty"
HOW_TEXT: Final = "paste the text of the document"
NO_INITIALS: Final = "A check needs your initials."
OWN_CHECK: Final = "You coded this assertion yourself. Somebody else has to check it."
NO_PAGE: Final = "There is no such page."
NO_FORMAT: Final = "This page has no such format."
DEFECT: Final = "This is a defect of the program. The terminal of kb serve shows where."

DECLARE: Final = "Declare entities that are not known yet under “New entities and ties”"
NO_WORDS: Final = (
    "The text of some documents is not available here, so their passages are without words."
)
HOW_WORDS: Final = "Put the files into documents/, or set KB_DOCUMENTS to their folder."

METHOD: Final = (
    "Each assertion is one speaker's stance on the claim, in one passage of one document. Passages "
    "are found by their characters and compared by SHA-256. The status is computed from the "
    "assertions by the rules of a policy and never entered by hand: speakers who speak for one "
    "party, repeat each other or belong together count as one voice. Accepted does not mean true."
)

NOT_COMPUTED: Final = "This {}, so it is not computed here."
# Limit of the work for a page → what reached it.
LIMITS: Final[Mapping[str, str]] = {
    "time": "takes longer than {seconds:g} seconds",
    "memory": "needs more memory than a page may use",
    "result": "is too long for a page",
}
NOT_READ: Final = (
    "Records changed since the server started. To compute this, all of them are read again, which "
    "takes longer than a page may take."
)
WAIT: Final = "Wait for it"
HOW_WHAT_IF: Final = "kb status {} --what-if computes it without a limit"
HOW_TURNS: Final = "open the claim as published by a day to see its status then"

# --- what each status means, in one sentence

STATUSES: Final[Mapping[str, str]] = {
    "opinion": "An evaluation, which cannot be shown to be true or false.",
    "pending": "A forecast that no claim has decided yet.",
    "came-true": "A forecast. An undisputed claim states that it happened.",
    "failed": "A forecast. An undisputed claim states the opposite.",
    "void": "A forecast whose condition never occurred.",
    "retracted": "The speaker who affirmed it took it back.",
    "superseded": "A state that a later event ended.",
    "disputed": "One voice affirms it; another denies it or affirms what contradicts it.",
    "denied-only": "A voice denies it and no voice affirms it.",
    "admitted": "The party whose interest it harms affirms it.",
    "corroborated": "Enough independent voices affirm it, enough of them without a known stake.",
    "single-voice": "It is affirmed, but not by enough independent voices.",
    "unsupported": "No voice affirms it.",
}
# --- names of sides, kinds and columns

STANCES: Final[Mapping[str, str]] = {
    "affirms": "says so",
    "denies": "denies it",
    "doubts": "doubts it",
    "retracts": "takes it back",
    "disowns": "denies having said so",
    "overrules": "sets the finding aside",
    "silent": "asked, and did not comment",
}
# Side on which each stance is shown; the others are on neither.
SIDES: Final[Mapping[str, str]] = {
    **dict.fromkeys(AFFIRMING, "for"),
    **dict.fromkeys(OPPOSING, "against"),
}
RIVAL: Final[Mapping[str, str]] = {
    "certain": "Contradicted by",
    "possible": "Perhaps contradicted by",
}
CERTAINTY: Final[Mapping[str, str]] = {
    "certain": "cannot both be true",
    "possible": "may exclude each other",
}
HOW: Final[Mapping[str, str]] = {
    "denied": "denied",
    "doubted": "doubted",
    "certain": "contradiction",
    "possible": "possible contradiction",
}
# Ending of data → the name of the format, where it is not the ending in capitals.
FORMATS: Final[Mapping[str, str]] = {
    "ttl": "Turtle",
    "geojson": "GeoJSON",
    "graphml": "GraphML",
}
ADD_SOURCE: Final = "Add a document"
# Fields of the form for a document: name, label, help, and whether it must be filled in.
SOURCE_FIELDS: Final = (
    ("title", "Title", "", True),
    ("author", "Author", "A name, or the id of an entity.", False),
    ("author-type", "The author is", "", False),
    ("publisher", "Publisher", "", False),
    ("published", "Published", "A day such as 2024-03-02, or 2024-03-02..2024-03-05.", False),
    ("url", "Address on the web", "", False),
    ("language", "Language", "A code such as en or ar.", False),
)
NAVIGATION: Final = (
    ("/", "Overview"),
    ("/claims", "Claims"),
    ("/sources", "Documents"),
    ("/entities", "Entities"),
    ("/questions", "Questions"),
    ("/review", "Review"),
)
FILTERS: Final = (
    ("place", "Place"),
    ("about", "About"),
    ("speaker", "Speaker"),
    ("source", "Source"),
    ("text", "Words"),
)
# A query that works in every knowledge base.
EXAMPLE: Final = """PREFIX kb: <https://w3id.org/claimkb/ns#>
SELECT ?claim ?statement WHERE {
  ?claim a kb:Claim ; kb:statement ?statement .
} LIMIT 20"""
# Keys of the pages, if the browser runs scripts.
KEYS: Final = (
    ("j", "Go to the next line, record or claim"),
    ("k", "Go to the one before"),
    ("← →", "In a line of a document: select the word before or after"),
    ("Shift ← →", "In a line: extend the selection by a word"),
    ("n", "Code the selected words, or the whole line: go to the form"),
    ("a", "In the review: accept the record"),
    ("Esc", "Leave a field, or close this panel"),
    ("?", "Show this panel"),
)
