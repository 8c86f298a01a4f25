"""Lists of records: the columns of each kind, and a row for each record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kb.errors import Usage
from kb.model.identifiers import suggestion
from kb.presentation.passages import passage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.views.wanted import Wanted
    from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Quote, Source
    from kb.workspace.catalogs.catalog import Known

Table = tuple[tuple[str, ...], list[list[object]]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its columns, and its records by id. A row is made when it is asked for, because its
    passage has to be looked up in a text.
    """

    columns: tuple[str, ...]
    records: Sequence[tuple[str, Any]]
    row: Callable[[Any], list[object]]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.records)

    def rows(self, start: int = 0, end: int | None = None) -> list[list[object]]:
        """Return the rows from one number to another, end exclusive; all by default."""
        return [self.row(record) for _, record in self.records[start:end]]


def _listing(
    columns: tuple[str, ...],
    records: Iterable[tuple[str, Any]],
    row: Callable[[Any], list[object]],
) -> Listing:
    """Return a list of pairs of an id and a record, sorted by id."""
    return Listing(columns, sorted(records, key=lambda pair: pair[0]), row)


def claims(known: Known, chosen: Collection[str]) -> Listing:
    """List the chosen claims that are not withdrawn."""
    found = ((c.id, c) for c in known.claims.values() if c.id in chosen and not c.invalidated)
    return _listing(("claim", "kind", "statement"), found, _claim)


def _claim(claim: Claim) -> list[object]:
    return [claim.id, claim.kind, claim.statement]


def assertions(kb: Answers, known: Known, chosen: Collection[str]) -> Listing:
    """List the valid assertions on the chosen claims."""
    said = known.assertions.values()
    found = ((a.id, a) for a in said if a.claim in chosen and not a.invalidated)
    columns = ("assertion", "statement", "stance", "speaker", "claim", "passage", "place")
    return _listing(columns, found, lambda one: _assertion(kb, known, one))


def _assertion(kb: Answers, known: Known, one: Assertion) -> list[object]:
    claim = known.claims.get(one.claim or "")
    found = passage(kb, known, one.quote)
    return [
        one.id,
        claim.statement if claim else None,
        one.stance,
        one.speaker,
        one.claim,
        " ".join(found.words.split()) or None,
        found.place or None,
    ]


def sources(kb: Answers, known: Known) -> Listing:
    """List the documents."""
    columns = ("source", "title", "author", "published", "words")
    return _listing(columns, known.sources.items(), _source)


def _source(one: Source) -> list[object]:
    from kb.model.dates import show as dates

    return [one.id, one.title, one.author, dates(one.published_from, one.published_to), one.words]


def entities(kb: Answers, known: Known) -> Listing:
    """List people, places and everything else that claims are about."""
    columns = ("entity", "type", "name", "also", "description")
    return _listing(columns, known.entities.items(), _entity)


def _entity(one: Entity) -> list[object]:
    return [one.id, one.kind, one.name, one.also, one.description]


def predicates(kb: Answers, known: Known) -> Listing:
    """List the predicates that a claim can have."""
    found = ((name, [name, p.label, p.kind]) for name, p in known.predicates.items())
    return _listing(("predicate", "label", "kind"), found, lambda row: row)


def affiliations(kb: Answers, known: Known) -> Listing:
    """List the dated ties between entities."""
    from kb.model.records import Affiliation

    columns = ("affiliation", "member", "relation", "party", "from", "to", "basis")
    found = (r for r in known.others.values() if isinstance(r, Affiliation) and not r.invalidated)
    return _listing(columns, ((tie.id, tie) for tie in found), _affiliation)


def _affiliation(tie: Affiliation) -> list[object]:
    return [
        tie.id,
        tie.member,
        tie.relation,
        tie.party,
        tie.from_date,
        tie.to_date,
        tie.basis,
    ]


def judgements(kb: Answers, known: Known) -> Listing:
    """List the decisions of analysts, with their reasons."""
    from kb.model.records import Judgement

    columns = ("judgement", "kind", "about", "other", "verdict", "certainty", "coder", "why")
    found = (r for r in known.others.values() if isinstance(r, Judgement) and not r.invalidated)
    return _listing(columns, ((one.id, one) for one in found), _judgement)


def _judgement(one: Judgement) -> list[object]:
    return [
        one.id,
        one.kind,
        one.about,
        one.other,
        one.verdict,
        one.certainty,
        one.coder,
        one.why,
    ]


def quotes(kb: Answers, known: Known) -> Listing:
    """List the passages of assertions, and the skipped passages with the reason."""
    columns = ("quote", "source", "start", "end", "place", "passage", "skipped")
    return _listing(columns, known.quotes.items(), lambda one: _quote(kb, known, one))


def _quote(kb: Answers, known: Known, one: Quote) -> list[object]:
    found = passage(kb, known, one.id)
    words = " ".join(found.words.split()) or None
    return [one.id, one.source, one.start, one.end, found.within or None, words, one.skipped]


# The lists to which the filters of claims do not apply, by name.
OTHERS: Final[dict[str, Callable[[Answers, Known], Listing]]] = {
    "sources": sources,
    "entities": entities,
    "predicates": predicates,
    "affiliations": affiliations,
    "judgements": judgements,
    "quotes": quotes,
}
NAMES: Final = ("claims", "assertions", *OTHERS)


def named(kb: Answers, what: str, wanted: Wanted, known: Known | None = None) -> Table:
    """Return a list by its name, with all rows, as `listed` does."""
    found = listed(kb, what, wanted, known)
    return found.columns, found.rows()


def listed(
    kb: Answers,
    what: str,
    wanted: Wanted,
    known: Known | None = None,
    words: Mapping[str, str] | None = None,
) -> Listing:
    """Return a list by its name, sorted by id. `known` are the records, and `words` the statuses,
    if they were read already.

    Raises Usage for an unknown name, or a filter that does not apply.
    """
    if what not in NAMES:
        raise Usage(
            f"“{what}” cannot be listed.", suggestion(what, NAMES, f"one of {', '.join(NAMES)}")
        )
    known = known or kb.known()
    filters = wanted.described()
    if what in OTHERS:
        if filters:
            raise Usage(
                f"{what} cannot be filtered by {filters}.",
                "the filters apply to claims and assertions: kb list claims --help",
            )
        return OTHERS[what](kb, known)
    ids: Collection[str] = known.claims
    if filters:
        ids = kb.fitting(wanted, known, kb.status_words() if words is None else words)
    return claims(known, ids) if what == "claims" else assertions(kb, known, ids)
