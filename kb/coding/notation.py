"""The small writings inside a sheet: numbers, new entities, speakers, affiliations. Each raises
ValueError with a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kb.model import iris, values
from kb.model.identifiers import suggestion
from kb.model.vocabulary import ENTITY_TYPES, RELATIONS

NUMBER_WORDS: Final = {
    w: n
    for n, w in enumerate(
        [
            "no",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}
# phrase → (offset of the minimum, offset of the maximum); None leaves that end open
LIMITS: Final[dict[str, tuple[int | None, int | None]]] = {
    "more than": (1, None),
    "over": (1, None),
    "at least": (0, None),
    "fewer than": (None, -1),
    "less than": (None, -1),
    "up to": (None, 0),
    "at most": (None, 0),
}


# Each unnamed speaker is a voice of its own: more than these are a crowd, which speaks as one.
MOST_SPEAKERS = 50


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a range; both ends inclusive, None is open."""

    min: Decimal | None
    max: Decimal | None
    best: Decimal | None
    exactness: str | None
    phrase: str


def quantity(text: str) -> Quantity:
    """A range from `8`, `8..10`, `more than 100`, `at least eight`, `about 30`; behind a `;` the
    phrase of the text.

    >>> quantity("more than 100").min
    Decimal('101')
    """
    typed, _, phrase = (p.strip() for p in text.partition(";"))
    phrase = phrase or typed
    if ".." in typed:
        low, high = (_number(p) if p.strip() else None for p in typed.split("..", 1))
        if low is not None and high is not None and low > high:
            raise ValueError(f"“{typed}” counts down.")
        return Quantity(low, high, None, None, phrase)
    for words, (low_by, high_by) in LIMITS.items():
        if typed.lower().startswith(words + " "):
            n = _number(typed[len(words) :])
            low, high = (None if by is None else n + by for by in (low_by, high_by))
            return Quantity(low, high, None, None, phrase)
    about = re.match(r"(?:about|around|some|nearly|almost|roughly)\s+(.+)", typed, re.IGNORECASE)
    if about:
        return Quantity(None, None, _number(about[1]), "about", phrase)
    n = _number(typed)
    return Quantity(n, n, n, "exact", phrase)


def _number(text: str) -> Decimal:
    word = text.strip().lower().replace(",", "")
    if word in NUMBER_WORDS:
        return Decimal(NUMBER_WORDS[word])
    try:
        return values.number(word)
    except values.TooLarge as error:
        raise ValueError(
            f"{error} write a rounded number, as about 30; the words of the text stay behind a “;”."
        ) from None
    except ValueError:
        raise ValueError(
            f"“{values.shown(text.strip())}” is not a number; write 8, 8..10, more than 100, at least 8, up to 8, about 30, "
            "or 200..; hundreds."
        ) from None


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


def names_in(text: str) -> tuple[str, ...]:
    """Names separated by commas.

    >>> names_in("Guard, Harbour Guard")
    ('Guard', 'Harbour Guard')
    """
    return tuple(dict.fromkeys(n.strip() for n in text.split(",") if n.strip()))


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


def tie(text: str) -> Tie:
    """`MEMBER RELATION PARTY [DATES]; basis CLAIM; note …`, the last two where there are any.

    >>> tie("north rival-of south 2014..").when
    '2014..'
    """
    typed, *more = (p.strip() for p in text.split(";"))
    further = dict[str, str]()
    for part in filter(None, more):
        word, _, rest = part.partition(" ")
        if "note" in further:  # which comes last, and may hold a semicolon
            further["note"] += f"; {part}"
        elif word in ("basis", "note") and word not in further and rest:
            further[word] = rest.strip()
        else:
            raise ValueError(f"“{part}” is not understood; known: basis CLAIM · note TEXT.")
    parts = typed.split(None, 3)
    if len(parts) < 3 or parts[1] not in RELATIONS:
        known = ", ".join(RELATIONS)
        raise ValueError(f"“{text}” is not “MEMBER RELATION PARTY [DATES]”; relations: {known}")
    return Tie(
        parts[0],
        parts[1],
        parts[2],
        parts[3] if len(parts) > 3 else "",
        further.get("basis", ""),
        further.get("note", ""),
    )
