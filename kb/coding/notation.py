"""Notations inside the values of a sheet: new entities, names, speakers, affiliations.

All parsers raise ValueError with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from kb.model import iris, values
from kb.model.identifiers import suggestion
from kb.model.vocabulary import ENTITY_TYPES, RELATIONS, UNATTRIBUTED

# Each unnamed speaker is a separate voice. More people than this are a crowd, which is one voice.
MOST_SPEAKERS = 50


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity as declared under `new:`. The first name is preferred."""

    type: str
    description: str
    names: tuple[str, ...] = ()
    naming: str | None = None
    within: tuple[str, ...] = ()
    wikidata: str | None = None
    sensitive: bool = False


def new_entity(text: str) -> NewEntity:
    """Parse `TYPE, description; as Name, Other name; within SLUG; unnamed|collective; wd Q123`.

    It can end in `; sensitive`.

    >>> new_entity("place, port; as Harbour, Old Harbour").names
    ('Harbour', 'Old Harbour')
    """
    head, *parts = (p.strip() for p in text.split(";"))
    type_, _, description = (p.strip() for p in head.partition(","))
    if type_ not in ENTITY_TYPES:
        known = suggestion(type_, ENTITY_TYPES, "known: " + ", ".join(ENTITY_TYPES))
        raise ValueError(f"“{type_}” is not a type of entity; {known}")
    entity = NewEntity(type_, description)
    for part in parts:
        if not part:
            raise ValueError(
                f"nothing follows a “;” in “{values.shown(text)}”; remove it. A name that contains "
                "“;” is entered by kb add entity."
            )
        entity = _with(entity, part)
    return entity


def _with(entity: NewEntity, part: str) -> NewEntity:
    """Return an entity with one more part of its declaration."""
    word, _, rest = part.partition(" ")
    match word:
        case "as":
            return replace(entity, names=(*entity.names, *names_in(rest)))
        case "within":
            return replace(entity, within=(*entity.within, rest.strip()))
        case "unnamed" | "collective" if part == word:
            return replace(entity, naming=part)
        case "sensitive" if part == word:
            return replace(entity, sensitive=True)
        case "wd" if entity.wikidata:
            raise ValueError("an entity has one Wikidata item; remove the other wd.")
        case "wd":
            return replace(entity, wikidata=_wikidata(rest))
    raise ValueError(
        f"“{part}” is not understood; known: as NAME, NAME · within SLUG · unnamed · collective · "
        "sensitive · wd Q123."
    )


def _wikidata(text: str) -> str:
    if item := iris.wikidata(text.strip()):
        return item
    raise ValueError(f"“{values.shown(text)}” is not a Wikidata item; write wd Q123.")


# Ends of a name after a comma: Acme, Inc.
_SUFFIX: Final = re.compile(
    r"(?:Inc|Ltd|LLC|L\.L\.C|LLP|LP|Corp|Co|PLC|plc|GmbH|AG|KG|SE|S\.?A|S\.?p\.?A|N\.?V|B\.?V"
    r"|A/S|AB|AS|Oy|Pty|Limited|Incorporated|Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq|MP|QC|KC|OBE|CBE)\.?"
)
# The end of a name with several commas: Smith, Jones & Co.
_PARTNERS: Final = re.compile(
    r".*\S\s+(?:&|and)\s+(?:Co|Company|Sons|Brothers|Partners|Associates|Cie)\.?", re.IGNORECASE
)
_PART: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|“([^”]*)”|((?:\\,|[^,])+))\s*(?:,|$)')


def names_in(text: str) -> tuple[str, ...]:
    """Split names at commas. A comma inside a name is written in quotes or after a backslash.

    A backslash before another character is kept. “Acme, Inc.” and “Smith, Jones & Co.” are
    recognised as one name.

    >>> names_in("Guard, Harbour Guard")
    ('Guard', 'Harbour Guard')
    >>> names_in('Acme, Inc., Acme, "Doe, Jane"')
    ('Acme, Inc.', 'Acme', 'Doe, Jane')
    >>> names_in(r"Doe\\, Jane, C:\\new")
    ('Doe, Jane', 'C:\\\\new')
    """
    found: list[str] = []
    plain: list[bool] = []  # of each name: it has no quotes
    for part in _PART.finditer(text):
        name, unquoted = _name(part), part[3] is not None
        if unquoted and found and plain[-1] and _SUFFIX.fullmatch(name):
            found[-1] += f", {name}"
        elif unquoted and found and all(plain) and _PARTNERS.fullmatch(name):
            found, plain = [", ".join((*found, name))], [True]
        elif name:
            found.append(name)
            plain.append(unquoted)
    return tuple(dict.fromkeys(found))


def _name(part: re.Match[str]) -> str:
    """Return a name without its quotes and backslashes."""
    if part[1] is not None:
        return re.sub(r'\\(["\\])', r"\1", part[1]).strip()
    return (part[2] if part[2] is not None else part[3].replace("\\,", ",")).strip()


def joined(names: Iterable[str]) -> str:
    """Join names, so that `names_in` reads them back.

    >>> joined(["Guard", "Doe, Jane"])
    'Guard, "Doe, Jane"'
    """
    each = tuple(dict.fromkeys(names))
    odd = [_quoted(name) if "," in name or names_in(name) != (name,) else name for name in each]
    writings = (", ".join(each), ", ".join(odd))
    return next((w for w in writings if names_in(w) == each), ", ".join(map(_quoted, each)))


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker in a `by:`. If `naming` is not *named*, it is an entity of this source only.

    Of a counted group, such as 2 residents, this is number `number` of `of`; both are 0 otherwise.
    """

    words: str
    naming: str = "named"
    number: int = 0
    of: int = 0

    def slug_words(self) -> str:
        """Return the words from which the entity's id is made."""
        naming = "" if self.naming == UNATTRIBUTED else self.naming
        return " ".join(filter(None, (naming, self.words, str(self.number or ""))))


def speakers(text: str) -> list[Speaker]:
    """Parse a `by:`: ids or names joined by commas, `unnamed 2 residents`, `collective others`,
    `unattributed`.

    >>> [s.number for s in speakers("unnamed 2 residents")]
    [1, 2]
    """
    if text == UNATTRIBUTED:
        return [Speaker(UNATTRIBUTED, UNATTRIBUTED)]
    counted = re.fullmatch(r"(unnamed|collective)\s+(?:(\d+)\s+)?(.+)", text)
    if not counted:
        return [Speaker(name) for name in names_in(text)]
    naming, digits, words = counted.groups()
    if not digits or not int(digits[:3]):
        return [Speaker(words, naming)]
    number = int(digits[:3])
    if len(digits) > 2 or number > MOST_SPEAKERS:
        raise ValueError(
            f"{values.shown(digits)} people cannot be separate speakers; write unnamed {words}"
        )
    return [Speaker(words, naming, n, number) for n in range(1, number + 1)]


@dataclass(frozen=True, slots=True)
class Tie:
    """An affiliation as typed. `when` is empty if no dates are given."""

    member: str
    relation: str
    party: str
    when: str
    basis: str = ""
    note: str = ""
    share: Decimal | None = None


def tie(text: str) -> Tie:
    """Parse `MEMBER RELATION PARTY [DATES]; share 60%; basis CLAIM; note TEXT`.

    Share, basis and note are optional.

    >>> tie("north rival-of south 2014..").when
    '2014..'
    >>> tie("holding owns mill; share 62.5 %").share
    Decimal('62.5')
    """
    typed, *more = (p.strip() for p in text.split(";"))
    details = _details(more)
    parts = typed.split(None, 3)
    if len(parts) < 3 or parts[1] not in RELATIONS:
        known = ", ".join(RELATIONS)
        raise ValueError(f"“{text}” is not “MEMBER RELATION PARTY [DATES]”; relations: {known}")
    member, relation, party, when = (*parts, "")[:4]
    if "share" in details and relation != "owns":
        raise ValueError(f"a share belongs to “owns”, not to “{relation}”.")
    share = _percent(details["share"]) if "share" in details else None
    basis, note = details.get("basis", ""), details.get("note", "")
    return Tie(member, relation, party, when, basis, note, share)


def _percent(text: str) -> Decimal:
    """Read a share, with or without its sign. Raises ValueError with a sentence."""
    return values.number(re.sub(r"\s*(?:%|per\s?cent)$", "", text))


def _details(parts: Iterable[str]) -> dict[str, str]:
    """Return share, basis and note. The note comes last and may contain semicolons."""
    found = dict[str, str]()
    for part in filter(None, parts):
        word, _, rest = part.partition(" ")
        if "note" in found:
            found["note"] += f"; {part}"
        elif word in ("share", "basis", "note") and word not in found and rest:
            found[word] = rest.strip()
        else:
            known = "share 60% · basis CLAIM · note TEXT"
            raise ValueError(f"“{part}” is not understood; known: {known}.")
    return found
