"""Fields of forms: each key of a sheet or record with its label, advice, choices and completion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kb.model import vocabulary as words


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `choices` are all values that it can have; `completed` names the records or words
    that complete what is typed: entity, place, claim, predicate or source.
    """

    key: str
    label: str
    advice: str = ""
    choices: tuple[str, ...] = ()
    completed: str = ""
    long: bool = False


YES_NO: Final = ("yes", "no")
SENSITIVE: Final = Field("sensitive", "Sensitive", "yes: it is in no export.", YES_NO)
# What is asked first, in this order; the rest is behind “More”.
CLAIM_FIRST: Final = ("claim", "what", "kind", "when", "place")
SAID_FIRST: Final = ("at", "by", "stance", "scope", "on")
# A stance and its scope are two fields of a form, and one key of a sheet.
STANCE: Final = Field("stance", "Stance", "By default the speaker affirms it.", words.STANCES)
SCOPE: Final = Field(
    "scope",
    "Which part",
    f"Of a denial or doubt: {', '.join(words.DISPUTES)}. "
    "disowns, overrules: an assertion or its speaker.",
)
WHAT: Final = Field("what", "What", "subject > predicate > object", completed="entity")
CLAIM: Final = (
    Field("claim", "Claim", "One neutral sentence, or = and an existing claim.", completed="claim"),
    Field("statement", "Sentence", "A different sentence for an existing claim.", long=True),
    WHAT,
    Field("kind", "Kind", "By default the predicate's kind.", words.KINDS),
    Field("when", "When", "2024-03-02, Friday, since 2014, about 1984, never …"),
    Field("place", "Where", completed="place"),
    Field("from", "From where", completed="place"),
    Field("to", "To where", completed="place"),
    Field("with", "With what", completed="entity"),
    Field("against", "Against whom", completed="entity"),
    Field("victim", "Victim", completed="entity"),
    Field("for", "For whom", "Who benefits.", completed="entity"),
    Field("purpose", "Purpose", completed="entity"),
    Field("about", "About what", completed="entity"),
    Field("not", "It was not so", choices=YES_NO),
    Field("held", "A state lasted on", "all or some of these days", words.HELD),
    Field("count", "Number", "8, at least 8, 8..10, about 30, half …"),
    Field("unit", "Unit", "km, %, million litres …"),
    Field("counted", "What is counted"),
    Field("extent", "Extent", "The whole place or a part of it.", words.EXTENTS),
    Field("if", "Condition", "Of a forecast: words, or = and a claim.", completed="claim"),
    Field("note", "Note", "What the claim covers, and what it does not cover.", long=True),
    SENSITIVE,
    Field("topic", "File", "claims/COLLECTION/claims/TOPIC.ttl"),
)
SAID: Final = (
    Field(
        "at", "Passage", "Select words, or type the line and words copied from it: 3 first … last"
    ),
    Field("by", "Speaker", "Names or ids; by default the source itself.", completed="entity"),
    STANCE,
    SCOPE,
    Field("on", "Said on", "2024-03-02, Friday, yesterday …"),
    Field("for", "On behalf of", completed="entity"),
    Field("via", "Passed on by", "Besides the author; the last one first.", completed="entity"),
    Field("locator", "Place in the medium", "page 12, 00:14:30, post 3 …"),
    Field("occurred", "The speaker's own date", "A date like “When”."),
    Field("degree", "How sure", choices=words.DEGREES),
    Field("standing", "Procedural weight", choices=words.STANDINGS),
    Field("basis", "How the speaker knows", choices=words.BASES),
    Field("form", "Form", choices=words.FORMS),
    Field("manner", "Characterised as"),
    Field("words", "Loaded words", "Separated by commas."),
    Field("hedges", "Hedges", "Words that make it less than certain."),
    Field("garbles", "Damaged words"),
    Field("reading", "Reading", choices=words.READINGS),
    Field("certain", "This speaker is meant", "no: a guess.", YES_NO),
    Field("note", "Note", long=True),
    SENSITIVE,
    Field("checked", "Checked by", "Initials of a second person."),
    Field("id", "Assertion to change", "By default kb looks for it."),
)
TOP: Final = (
    Field("coder", "Your initials", "By default KB_CODER."),
    Field("topic", "File of new claims", "claims/COLLECTION/claims/TOPIC.ttl"),
    Field("collection", "Collection", "By default that of kb.toml."),
    Field("published", "Corrected publication date"),
    Field("because", "Reason for this date"),
    Field("checked", "Checked by", "A second person who compared all of it with the text."),
    SENSITIVE,
)
# Fields of records that are not claims or assertions, where a key alone would not say enough.
RECORDS: Final = {
    "type": Field("type", "Type", choices=words.ENTITY_TYPES),
    "naming": Field("naming", "Naming", choices=words.NAMINGS),
    "precision": Field("precision", "Precision", choices=words.PRECISIONS),
    "relation": Field("relation", "Relation", choices=words.RELATIONS),
    "state": Field("state", "State", choices=words.STATES),
    "also": Field("also", "Other names", "Separated by commas."),
    "within": Field("within", "Within", completed="place"),
    "overlaps": Field("overlaps", "Overlaps", completed="place"),
    "author": Field("author", "Author", completed="entity"),
    "publisher": Field("publisher", "Publisher", completed="entity"),
    "co-authors": Field("co-authors", "Further authors", completed="entity"),
    "member": Field("member", "Member", completed="entity"),
    "party": Field("party", "Party", completed="entity"),
    "copy-of": Field("copy-of", "Copy of", completed="source"),
    "version-of": Field("version-of", "Later version of", completed="source"),
    "why": Field("why", "Reason", long=True),
    "note": Field("note", "Note", long=True),
    "description": Field("description", "Description", long=True),
    "kind": Field("kind", "Kind", choices=words.JUDGEMENTS),
    "sensitive": SENSITIVE,
}
JUDGEMENT: Final = (
    Field("kind", "Decision", choices=words.JUDGEMENTS),
    Field("about", "About", "The record that it is about.", completed="record"),
    Field("other", "Other record", "Not for a verdict.", completed="record"),
    Field("why", "Reason", long=True),
    Field("lines", "Lines", "For copy-of: the lines that are copied, as 3-9; by default all."),
    Field(
        "verdict",
        "Verdict",
        f"For verdict: your conclusion in a word. For outcome: {', '.join(words.FATES)}.",
    ),
    Field("certainty", "Certainty", "For contradicts.", words.CERTAINTIES),
)


def fields(kind: str, keys: Iterable[str]) -> list[Field]:
    """Return the fields for the editable keys of a record of a kind, such as claim."""
    if kind == "claim":
        own = set(keys)
        found = [field for field in CLAIM if field.key in own]
        return [replace(f, advice="") if f.key == "statement" else f for f in found]
    if kind == "assertion":
        return _said(keys)
    return [RECORDS.get(key, Field(key, _label(key))) for key in keys]


def _said(keys: Iterable[str]) -> list[Field]:
    """Return the fields of an assertion: its stance is one field, with its scope beside it."""
    known = {field.key: field for field in SAID if field.key != "id"}
    of = Field("claim", "Claim", "The id of another claim.", completed="claim-id")
    wanted = {*keys, "stance", "scope"}
    return [field for field in (of, *known.values()) if field.key in wanted]


def _label(key: str) -> str:
    """Return the label of a key.

    >>> _label("state-from")
    'State from'
    """
    return key.replace("-", " ").capitalize()


def stated(stance: str, scope: str) -> dict[str, str]:
    """Return a stance with its scope as the one key that a sheet has for it.

    >>> stated("denies", ""), stated("", "")
    ({'denies': 'unspecified'}, {})
    """
    if stance not in words.STANCES or stance == "affirms":
        return {}
    implied = "unspecified" if stance in ("denies", "doubts") else "yes"
    return {stance: scope or implied}


def split(values: dict[str, str]) -> dict[str, str]:
    """Return the values of an assertion with its stance and scope as two fields.

    >>> split({"by": "mayor", "denies": "time"})
    {'by': 'mayor', 'stance': 'denies', 'scope': 'time'}
    """
    rest = {key: text for key, text in values.items() if key not in words.STANCES}
    found = next((key for key in values if key in words.STANCES), "affirms")
    scope = values.get(found, "")
    return {**rest, "stance": found, "scope": "" if scope == "yes" else scope}


def parts(what: str) -> tuple[str, str, str]:
    """Return subject, predicate and object of a claim.

    >>> parts("ada > characterised-as > \\"the > builder\\"")
    ('ada', 'characterised-as', '"the > builder"')
    """
    first, _, rest = what.partition(" > ")
    second, _, third = rest.partition(" > ")
    return first.strip(), second.strip(), third.strip()


def joined(parts: Sequence[str]) -> str:
    """Return subject, predicate and object as a sheet has them.

    >>> joined(("mayor", "resigned", ""))
    'mayor > resigned'
    """
    return " > ".join(filter(None, (part.strip() for part in parts)))
