"""Lists of records: the columns of each kind, and a row for each record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from kb.errors import Usage
from kb.model.identifiers import suggestion
from kb.presentation.passages import passage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.views.wanted import Wanted
    from kb.model.records import Affiliation, Assertion, Claim, Judgement
    from kb.workspace.catalog import Known

Table = tuple[tuple[str, ...], list[list[object]]]


def claims(known: Known, chosen: Collection[str]) -> Table:
    """List the chosen claims that are not withdrawn."""
    rows = [_claim(c) for c in known.claims.values() if c.id in chosen and not c.invalidated]
    return ("claim", "kind", "statement"), rows


def _claim(claim: Claim) -> list[object]:
    return [claim.id, claim.kind, claim.statement]


def assertions(kb: Answers, known: Known, chosen: Collection[str]) -> Table:
    """List the valid assertions on the chosen claims."""
    found = [a for a in known.assertions.values() if a.claim in chosen and not a.invalidated]
    columns = ("assertion", "statement", "stance", "speaker", "claim", "passage", "place")
    return columns, [_assertion(kb, known, a) for a in found]


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


def sources(kb: Answers, known: Known) -> Table:
    """List the documents."""
    from kb.model.dates import show as dates

    columns = ("source", "title", "author", "published", "words")
    rows: list[list[object]] = [
        [s.id, s.title, s.author, dates(s.published_from, s.published_to), s.words]
        for s in known.sources.values()
    ]
    return columns, rows


def entities(kb: Answers, known: Known) -> Table:
    """List people, places and everything else that claims are about."""
    columns = ("entity", "type", "name", "also", "description")
    rows: list[list[object]] = [
        [e.id, e.kind, e.name, e.also, e.description] for e in known.entities.values()
    ]
    return columns, rows


def predicates(kb: Answers, known: Known) -> Table:
    """List the predicates that a claim can have."""
    rows: list[list[object]] = [[p, d.label, d.kind] for p, d in known.predicates.items()]
    return ("predicate", "label", "kind"), rows


def affiliations(kb: Answers, known: Known) -> Table:
    """List the dated ties between entities."""
    from kb.model.records import Affiliation

    columns = ("affiliation", "member", "relation", "party", "from", "to", "basis")
    found = [r for r in known.others.values() if isinstance(r, Affiliation) and not r.invalidated]
    return columns, [_affiliation(tie) for tie in found]


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


def judgements(kb: Answers, known: Known) -> Table:
    """List the decisions of analysts, with their reasons."""
    from kb.model.records import Judgement

    columns = ("judgement", "kind", "about", "other", "verdict", "certainty", "coder", "why")
    found = [r for r in known.others.values() if isinstance(r, Judgement) and not r.invalidated]
    return columns, [_judgement(j) for j in found]


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


def quotes(kb: Answers, known: Known) -> Table:
    """List the passages of assertions, and the skipped passages with the reason."""
    columns = ("quote", "source", "start", "end", "place", "passage", "skipped")
    rows: list[list[object]] = []
    for quote in known.quotes.values():
        found = passage(kb, known, quote.id)
        words = " ".join(found.words.split()) or None
        place = [quote.start, quote.end, found.within or None]
        rows.append([quote.id, quote.source, *place, words, quote.skipped])
    return columns, rows


# The lists to which the filters of claims do not apply, by name.
OTHERS: Final[dict[str, Callable[[Answers, Known], Table]]] = {
    "sources": sources,
    "entities": entities,
    "predicates": predicates,
    "affiliations": affiliations,
    "judgements": judgements,
    "quotes": quotes,
}
NAMES: Final = ("claims", "assertions", *OTHERS)


def named(kb: Answers, what: str, wanted: Wanted, known: Known | None = None) -> Table:
    """Return a list by its name, sorted by id. `known` are the records if they were read already.

    Raises Usage for an unknown name, or a filter that does not apply.
    """
    if what not in NAMES:
        raise Usage(
            f"“{what}” cannot be listed.", suggestion(what, NAMES, f"one of {', '.join(NAMES)}")
        )
    columns, rows = _named(kb, what, wanted, known or kb.known())
    return columns, sorted(rows, key=lambda row: str(row[0]))


def _named(kb: Answers, what: str, wanted: Wanted, known: Known) -> Table:
    if what in OTHERS:
        if filters := wanted.described():
            raise Usage(
                f"{what} cannot be filtered by {filters}.",
                "the filters apply to claims and assertions: kb list claims --help",
            )
        return OTHERS[what](kb, known)
    ids = kb.fitting(wanted, known, kb.status_words()) if wanted.described() else known.claims
    chosen = set(ids)
    return claims(known, chosen) if what == "claims" else assertions(kb, known, chosen)
