"""The small writings inside a sheet: new entities, speakers, affiliations. Each raises
ValueError with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kb.model import iris, values
from kb.model.identifiers import suggestion
from kb.model.vocabulary import ENTITY_TYPES, RELATIONS

# Each unnamed speaker is a voice of its own: more than these are a crowd, which speaks as one.
MOST_SPEAKERS = 50


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity as declared under `new:`. The first name is the preferred one."""

    type: str
    description: str
    names: tuple[str, ...]
    naming: str | None
    within: tuple[str, ...]
    wikidata: str | None


def new_entity(text: str) -> NewEntity:
    """`TYPE, description; as Name, Other name; within SLUG; unnamed|collective; wd Q123`.

    >>> new_entity("place, port; as Harbour, Old Harbour").names
    ('Harbour', 'Old Harbour')
    """
    head, *parts = (p.strip() for p in text.split(";"))
    type_, _, description = (p.strip() for p in head.partition(","))
    if type_ not in ENTITY_TYPES:
        raise ValueError(
            f"“{type_}” is not a type of entity; {suggestion(type_, ENTITY_TYPES, 'known: ' + ', '.join(ENTITY_TYPES))}"
        )
    names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    naming = wikidata = None
    for part in filter(None, parts):
        word, _, rest = part.partition(" ")
        if word == "as":
            names = names_in(rest)
        elif word == "within":
            within = (*within, rest.strip())
        elif part in {"unnamed", "collective"}:
            naming = part
        elif word == "wd" and (item := iris.wikidata(rest.strip())):
            wikidata = item
        elif word == "wd":
            raise ValueError(
                f"“{values.shown(rest)}” is not an item of Wikidata; write it as wd Q123."
            )
        else:
            raise ValueError(
                f"“{part}” is not understood; known: as NAME, NAME · within SLUG · unnamed · collective · wd Q123."
            )
    return NewEntity(type_, description, names, naming, within, wikidata)


# What follows a comma and is still a part of the same name.
_SUFFIX: Final = re.compile(
    r"(?:Inc|Ltd|LLC|L\.L\.C|LLP|LP|Corp|Co|PLC|plc|GmbH|AG|KG|SE|S\.?A|S\.?p\.?A|N\.?V|B\.?V|A/S|AB|AS|Oy"
    r"|Pty|Limited|Incorporated|Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq|MP|QC|KC|OBE|CBE)\.?"
)
# The end of a firm's name that joins what stands before it: Smith, Jones & Co.
_PARTNERS: Final = re.compile(
    r".*\S\s+(?:&|and)\s+(?:Co|Company|Sons|Brothers|Partners|Associates|Cie)\.?", re.IGNORECASE
)
_PART: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|“([^”]*)”|((?:\\,|[^,])+))\s*(?:,|$)')


def names_in(text: str) -> tuple[str, ...]:
    """Names separated by commas. A comma within a name is written in quotes or after a backslash,
    which means itself elsewhere; the commas of “Acme, Inc.” and “Smith, Jones & Co.” are known to belong to the name.

    >>> names_in("Guard, Harbour Guard")
    ('Guard', 'Harbour Guard')
    >>> names_in('Acme, Inc., Acme, "Doe, Jane"')
    ('Acme, Inc.', 'Acme', 'Doe, Jane')
    >>> names_in(r"Doe\\, Jane, C:\\new")
    ('Doe, Jane', 'C:\\\\new')
    """
    found: list[str] = []
    plain: list[bool] = []
    for part in _PART.finditer(text):
        quoted = part[1] if part[1] is not None else part[2]
        if part[1] is not None:
            name = re.sub(r'\\(["\\])', r"\1", part[1]).strip()
        else:
            name = (quoted if quoted is not None else part[3].replace("\\,", ",")).strip()
        if quoted is None and found and plain[-1] and _SUFFIX.fullmatch(name):
            found[-1] += f", {name}"
        elif quoted is None and found and all(plain) and _PARTNERS.fullmatch(name):
            found, plain = [", ".join((*found, name))], [True]
        elif name:
            found.append(name)
            plain.append(quoted is None)
    return tuple(dict.fromkeys(found))


def joined(names: Iterable[str]) -> str:
    """Names as `names_in` reads them back.

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
    """Who is meant by one `by:`. `naming` other than named makes an entity of the source's own;
    `number` of `of`, 0 where not counted.
    """

    words: str
    naming: str = "named"
    number: int = 0
    of: int = 0

    def slug_words(self) -> str:
        """Words that the entity's id is made from."""
        return " ".join(
            filter(
                None,
                (
                    "" if self.naming == "unattributed" else self.naming,
                    self.words,
                    str(self.number or ""),
                ),
            )
        )


def speakers(text: str) -> list[Speaker]:
    """The speakers of a `by:`: slugs or names joined by commas, `unnamed 2 residents`, `collective
    …`, `unattributed`.

    >>> [s.number for s in speakers("unnamed 2 residents")]
    [1, 2]
    """
    if text == "unattributed":
        return [Speaker("unattributed", "unattributed")]
    counted = re.fullmatch(r"(unnamed|collective)\s+(?:(\d+)\s+)?(.+)", text)
    if not counted:
        return [Speaker(name) for name in names_in(text)]
    naming, words = counted[1], counted[3]
    number = int(counted[2]) if len(counted[2] or "") in (1, 2) else 100 if counted[2] else 0
    if number > MOST_SPEAKERS:
        raise ValueError(
            f"{values.shown(counted[2])} people who each speak for themselves are not credible; write unnamed {words}"
        )
    return [Speaker(words, naming, n + 1 if number else 0, number) for n in range(number or 1)]


@dataclass(frozen=True, slots=True)
class Tie:
    """An affiliation as typed: `when` is empty where no dates are given."""

    member: str
    relation: str
    party: str
    when: str
    basis: str = ""
    note: str = ""
    share: Decimal | None = None


def tie(text: str) -> Tie:
    """`MEMBER RELATION PARTY [DATES]; share 60%; basis CLAIM; note …`, the last three where there
    are any.

    >>> tie("north rival-of south 2014..").when
    '2014..'
    >>> tie("holding owns mill; share 62.5 %").share
    Decimal('62.5')
    """
    typed, *more = (p.strip() for p in text.split(";"))
    further = dict[str, str]()
    for part in filter(None, more):
        word, _, rest = part.partition(" ")
        if "note" in further:  # which comes last, and may hold a semicolon
            further["note"] += f"; {part}"
        elif word in ("share", "basis", "note") and word not in further and rest:
            further[word] = rest.strip()
        else:
            known = "share 60% · basis CLAIM · note TEXT"
            raise ValueError(f"“{part}” is not understood; known: {known}.")
    parts = typed.split(None, 3)
    if len(parts) < 3 or parts[1] not in RELATIONS:
        known = ", ".join(RELATIONS)
        raise ValueError(f"“{text}” is not “MEMBER RELATION PARTY [DATES]”; relations: {known}")
    if "share" in further and parts[1] != "owns":
        raise ValueError(f"a share belongs to “owns”, not to “{parts[1]}”.")
    return Tie(
        parts[0],
        parts[1],
        parts[2],
        parts[3] if len(parts) > 3 else "",
        further.get("basis", ""),
        further.get("note", ""),
        _percent(further["share"]) if "share" in further else None,
    )


def _percent(text: str) -> Decimal:
    """Read a share, with or without its sign. Raises ValueError with a sentence."""
    return values.number(re.sub(r"\s*(?:%|per\s?cent)$", "", text))
