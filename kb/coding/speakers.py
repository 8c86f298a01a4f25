"""Speakers of an assertion, as its `by:` names them. Unnamed speakers become entities of the
source.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kb.coding import notation
from kb.coding.context import Context
from kb.coding.sheet import Entry, Value
from kb.model import identifiers, values
from kb.model.records import Affiliation, Entity
from kb.model.vocabulary import UNATTRIBUTED
from kb.text.descriptions import means_one
from kb.workspace.catalogs.labels import fold

# Kinds of entities that have members.
_BODIES: Final = frozenset({"organisation", "force", "state", "group", "person"})


def speakers(context: Context, said: Entry) -> list[str]:
    """Return the ids of the speakers of an entry. Without `by:`, that is the source's author."""
    value = said.values.get("by")
    if value is None or not value.text:
        return _author(context, said)
    try:
        named = _in_notation(context, value)
    except ValueError as error:
        context.problem("bad-speaker", error, value)
        return []
    found = (_speaker(context, speaker, value) for speaker in named)
    return _distinct(context, [id for id in found if id], value)


def _author(context: Context, said: Entry) -> list[str]:
    if context.source and not context.source.author:
        context.problem(
            "no-author",
            "the source has no author to speak for itself.",
            said,
            "add by:, or kb add source FILE --author NAME",
        )
    return [context.source.author] if context.source and context.source.author else []


def _in_notation(context: Context, value: Value) -> list[notation.Speaker]:
    """Parse a `by:`. An entity whose name contains a comma is one speaker."""
    if "," in value.text and context.names(value) == (value.text,):
        return [notation.Speaker(value.text)]
    return notation.speakers(value.text)


def _distinct(context: Context, speakers: list[str], value: Value) -> list[str]:
    """Return the speakers. Add a problem if two names mean the same one."""
    if len(set(speakers)) == len(speakers):
        return speakers
    context.problem(
        "bad-speaker",
        f"“{values.shown(value.text)}” names one speaker twice, because a comma separates names.",
        value,
        'write a name with a comma in quotes, such as "Doe, Jane", or write the id of the speaker',
    )
    return []


def _speaker(context: Context, meant: notation.Speaker, value: Value) -> str | None:
    """Return the id of a speaker. An unnamed speaker is recorded as an entity of its own."""
    if meant.naming == "named":
        return context.entity(meant.words, value)
    if context.source is None:
        return None
    own = "" if meant.naming == UNATTRIBUTED else " " + context.source.id
    slug = identifiers.slug(meant.slug_words() + own, longest=90)
    recorded = context.known.entities.get(slug)
    if meant.naming == UNATTRIBUTED and recorded and recorded.naming != UNATTRIBUTED:
        message = f"entity/{slug} is a named speaker here: by: {slug} would give them a voice."
        context.problem("bad-speaker", message, value, f"kb rename entity/{slug} NEW")
        return None
    if slug not in context.known.entities:
        name = f"{meant.words}, {meant.number} of {meant.of}" if meant.of > 1 else meant.words
        one = meant.of or (meant.naming == "unnamed" and means_one(meant.words))
        kind = "person" if one else "group"
        entity = Entity(slug, kind=kind, name=name, naming=meant.naming)
        context.put(entity, context.file("entities"))
        if meant.naming != UNATTRIBUTED:
            _affiliate(context, slug, meant.words)
    return slug


def _affiliate(context: Context, slug: str, description: str) -> None:
    """Make an unnamed “official of the ministry” or “ministry official” a member of the ministry.

    Do so if the description names one recorded body. The longest name counts.
    """
    text = f" {description.casefold()} "
    called = {id for name in _runs(text) for id in context.known.called("entity", name)}
    bodies = (context.known.entities[id] for id in called if id != slug)
    named = {e.id: length for e in bodies if (length := _named_in(e, text))}
    longest = max(named.values(), default=0)
    parties = [id for id, length in named.items() if length == longest]
    if len(parties) == 1:
        id = identifiers.slug(f"{slug} member-of {parties[0]}", longest=120)
        affiliation = Affiliation(id, slug, "member-of", parties[0], recorded=context.now)
        context.put(affiliation, context.file("affiliations"))


def _runs(text: str) -> set[str]:
    """Return every run of words of a description, folded, with and without an article before."""
    words = text.replace(" of the ", " of ").split(" ")
    starts = range(len(words))
    runs = {
        fold(" ".join(words[start:end]))
        for start in starts
        for end in range(start + 1, len(words) + 1)
    }
    return {name for run in runs if run for name in (run, f"the {run}")}


def _named_in(entity: Entity, text: str) -> int:
    """Return the length of the longest name of a body inside a description, 0 for none.

    The description must have other words, too. `text` has a space at both ends.
    """
    if entity.kind not in _BODIES or entity.naming not in (None, "named"):
        return 0
    names = (entity.name, *entity.also, entity.id.replace("-", " "))
    known = {n.casefold().removeprefix("the ") for n in names if n}
    of = " of" if entity.kind == "person" else ""  # an “aide of Ada”, but no “guard captain”
    found = (n for n in known if f"{of} {n} " in text.replace(" of the ", " of "))
    return max((len(n) for n in found if n != text.strip()), default=0)


def affiliate_recorded(context: Context, bodies: Collection[str]) -> None:
    """Make recorded unnamed speakers members of new bodies that their descriptions name."""
    if not bodies:
        return
    named = [context.known.entities[body] for body in bodies if body in context.known.entities]
    for speaker in context.known.unnamed():
        description = (speaker.name or "").partition(",")[0].casefold()
        fits = any(_named_in(body, f" {description} ") for body in named)
        if fits and not context.known.ties(speaker.id):
            _affiliate(context, speaker.id, description)
