"""Claims entered by objects. They compile through a sheet, so the same rules apply.

Values are written as on a sheet. A date, a number, True and a list of names can be objects, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kb.api.tables import LINE, short
from kb.coding import notation
from kb.errors import Usage

# One name, or several.
Names = str | Sequence[str]
# A text as on a sheet, or a value of Python.
Text = str | date | int | Decimal


def _key(name: str) -> Any:
    """Return a field that has another name on a sheet, where it is a word of Python."""
    return field(default="", metadata={"key": name})


class Short:
    """An object with a repr of one line: the values that were given."""

    __slots__ = ()

    def __repr__(self) -> str:
        names = (one.name for one in fields(self))  # type: ignore[arg-type]
        values = ((name, getattr(self, name)) for name in names)
        given = (f"{name}={short(repr(value), 40)}" for name, value in values if filled(value))
        return short(f"{type(self).__name__}({', '.join(given)})", LINE)


@dataclass(frozen=True, slots=True, repr=False)
class Said(Short):
    """Who says a claim, and where. Without a stance the speaker affirms it.

    `by` are names or ids. `at` is a line and words copied from it (`"6 Varga denied this"`), or the
    first and last character of the passage (`(120, 138)`). `denies` and `doubts` name what is
    denied: occurrence, responsibility and others. `on_behalf` is `for` of a sheet.

    >>> Said(by="Varga", denies="occurrence", at="6 Varga denied this")
    Said(by='Varga', at='6 Varga denied this', denies='occurrence')
    """

    by: Names = ""
    at: str | tuple[int, int] = ""
    denies: Names = ""
    doubts: Names = ""
    silent: bool = False
    retracts: bool = False
    disowns: str = ""
    overrules: str = ""
    on: Text = ""
    via: Names = ""
    on_behalf: Names = _key("for")
    occurred: Text = ""
    degree: str = ""
    standing: str = ""
    basis: str = ""
    form: str = ""
    manner: str = ""
    words: Names = ""
    hedges: Names = ""
    garbles: Names = ""
    reading: str = ""
    certain: str = ""
    locator: str = ""
    note: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Claim(Short):
    """A sentence that can be true or false, and who says it. `"=ID"` is a claim that is recorded.

    `what` is subject, predicate and object: `("varga", "sent", "petrel")`. `origin`, `destination`,
    `instrument`, `counterpart` and `beneficiary` are `from`, `to`, `with`, `against` and `for` of a
    sheet, `negated` is `not`, and `condition` is `if`.

    >>> Claim("The dam leaks", kind="state", about=["dam"])
    Claim(claim='The dam leaks', kind='state', about=['dam'])
    """

    claim: str
    said: Sequence[Said] = ()
    what: str | tuple[str, str, str] = ""
    kind: str = ""
    when: Text = ""
    place: Names = ""
    about: Names = ""
    origin: Names = _key("from")
    destination: Names = _key("to")
    instrument: Names = _key("with")
    counterpart: Names = _key("against")
    victim: Names = ""
    beneficiary: Names = _key("for")
    purpose: Names = ""
    negated: bool = field(default=False, metadata={"key": "not"})
    held: str = ""
    count: Text = ""
    unit: str = ""
    counted: str = ""
    extent: str = ""
    condition: str = _key("if")
    note: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Entity(Short):
    """A person, place, organisation or other thing. `kind` is its type. What is recorded of an
    entity with this id stays, unless a value is given here.

    >>> Entity("varga", "organisation", name="Varga Shipping", also=["Varga"])
    Entity(id='varga', kind='organisation', name='Varga Shipping', also=['Varga'])
    """

    id: str
    kind: str = field(default="", metadata={"key": "type"})
    name: str = ""
    also: Names = ""
    description: str = ""
    naming: str = ""
    within: Names = ""
    wikidata: str = ""
    lat: Text = ""
    long: Text = ""
    precision: str = ""
    note: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Affiliation(Short):
    """A relation of two entities, by their ids: `Affiliation("holt", "speaks-for", "selmouth")`."""

    member: str
    relation: str
    party: str
    when: Text = ""
    share: Text = ""
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Judgement(Short):
    """A decision of yours about one or two records, with its reason."""

    kind: str
    about: str
    other: str = ""
    why: str = ""
    lines: str = ""
    verdict: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Skip(Short):
    """A passage that was read and has no claim, with the reason."""

    at: str | tuple[int, int]
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Sheet(Short):
    """What one source says, and what you know beside it. `source` is the id of the source, or the
    beginning of the id; entities, affiliations and judgements need none. What is `sensitive` is in
    no export; here it is the source.
    """

    source: str = ""
    claims: Sequence[Claim] = ()
    entities: Sequence[Entity] = ()
    affiliations: Sequence[Affiliation] = ()
    judgements: Sequence[Judgement] = ()
    skip: Sequence[Skip] = ()
    coder: str = ""
    checked: str = ""
    collection: str = ""
    sensitive: bool = False


def filled(value: object) -> bool:
    """Tell whether a value was given. Zero is a value.

    >>> filled(0), filled(False), filled("")
    (True, False, False)
    """
    return value is not False and value is not None and value != "" and value != ()


def keyed(entered: Any) -> Iterator[tuple[str, object]]:
    """Yield the given values of an object by the keys of a sheet.

    >>> list(keyed(Claim("It rains", destination="pier", negated=True)))
    [('claim', 'It rains'), ('to', 'pier'), ('not', True)]
    """
    for one in fields(entered):
        value = getattr(entered, one.name)
        if filled(value):
            yield one.metadata.get("key", one.name), value


def text(key: str, value: object) -> str:
    """Write a value as on a sheet. Raises Usage.

    >>> text("at", (12, 40)), text("by", ["Ann", "Acme, Ltd of York"]), text("not", True)
    ('char=12,40', 'Ann, "Acme, Ltd of York"', 'yes')
    """
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _time(value)
        case date():
            return value.isoformat()
        case (int() as start, int() as end) if key == "at":
            return f"char={start},{end}"
        case [_, _, _] if key == "what":
            return " > ".join(map(str, value))
        case int() | Decimal():
            return str(value)
        case list() | tuple() if all(isinstance(name, str) for name in value):
            return notation.joined(map(str, value))
    raise Usage(f"{key} cannot be {short(repr(value), 40)}.", "write it as text, as on a sheet")


def _time(value: datetime) -> str:
    """Return a time with its zone. Raises Usage if it has none."""
    offset = value.isoformat()[-6:]
    if value.tzinfo is None:
        raise Usage(f"{value.isoformat(' ')} has no time zone.", "datetime(…, tzinfo=timezone.utc)")
    return f"{value:%Y-%m-%d %H:%M} {offset}"
