"""One state of a knowledge base, as it is shown on one page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, TypeVar, cast
from urllib.parse import quote, urlencode

from kb.app.answers import Answers
from kb.app.computed import Computed
from kb.app.inquiry import overview, questions
from kb.app.inquiry.network import Network, network
from kb.app.inquiry.overview import Open
from kb.app.inquiry.search import Searchable, searchable
from kb.app.inquiry.word_scores import Hit
from kb.app.inquiry.worklist import Inbox, waits
from kb.app.knowledge_base import KnowledgeBase
from kb.app.views import public
from kb.errors import Usage
from kb.presentation import accounts, explanation, status_rows
from kb.presentation.accounts import Account
from kb.presentation.card_parts import statement
from kb.presentation.names import entity_name
from kb.presentation.sparql_results import Result
from kb.presentation.values import amount
from kb.reasoning.analysis.surroundings import Surroundings
from kb.reasoning.outcome.status_row import StatusRow
from kb.web.days import Days
from kb.workspace.caches import document_library
from kb.workspace.files.saved_queries import SavedQuery

T = TypeVar("T")
# Answers to questions that are kept.
ANSWERS: Final = 8
# Assertions of a knowledge base whose texts are compared and made ready for a search at the start.
QUICK: Final = 20_000
# Lines of a document on one page.
LINES: Final = 1_000
# What is computed once for a state, for all requests.
KEPT: Final = (
    "known",
    "outcome",
    "pairs",
    "surroundings",
    "words",
    "ranked",
    "disputes",
    "counts",
    "waiting",
    "network",
    "by_texts",
    "answered",
    "shared",
)


@dataclass(frozen=True, slots=True)
class StatusWithSides:
    """The status of a claim with both sides, which are shown wherever the status is.

    `affirmed` and `against` are names; `rivals` are the claims that contradict it, each with
    certain or possible.
    """

    claim: str
    status: str
    affirmed: tuple[str, ...]
    against: tuple[str, ...]
    rivals: tuple[tuple[str, str], ...]


class Look(Computed):
    """Answers from one state, records and statuses read at most once.

    `warnings` are sentences about the knowledge base; `missing` are those about records that
    are missing from the answers. `present` is the state as it is now.
    """

    # Parameters that name a part of a page; another view may have fewer parts.
    PLACES: Final = ("start", "line")

    def __init__(
        self, kb: Answers, days: Days, warnings: Sequence[str] = (), missing: Sequence[str] = ()
    ) -> None:
        super().__init__(kb)
        self.days = days
        self.warnings = tuple(warnings)
        self.missing = tuple(missing)
        # What was computed from the texts of documents, with the files that they were in.
        self.by_texts: dict[str, tuple[Mapping[str, str], object]] = {}
        self.answered: OrderedDict[tuple[str, str], Result] = OrderedDict()
        self.present = self

    @property
    def quick(self) -> bool:
        """Whether there are so few records that each page can look at all their texts."""
        return len(self.known.assertions) <= QUICK

    @cached_property
    def surroundings(self) -> Surroundings:
        """The look-up of what can matter to a status."""
        return self.kb.surroundings()

    @property
    def has_surroundings(self) -> bool:
        """Whether the surroundings were computed already."""
        return "surroundings" in self.__dict__

    def inbox(self) -> Inbox:
        """Return the remaining work. Raises Usage for an earlier state."""
        kb = self.kb
        if not isinstance(kb, KnowledgeBase):
            raise Usage("what is left to do is only known for now.", "leave out the dates")
        return self._of_texts("inbox", lambda: kb.inbox(self.known, self.outcome))

    def find(self, words: str, limit: int) -> list[Hit]:
        """Return what `kb find` finds: in the table of words, or for a view in all of its texts.
        Raises Usage.
        """
        session = self.kb.session
        found = questions.looked_up(session, words, limit)
        if found is not None:
            return found

        def searched() -> Searchable:
            """Return the texts of the state, in the form in which they are searched."""
            return searchable(self.known, session.documents(self.known))

        return self._of_texts("search", searched).find(words, limit)

    def answer(
        self, query: SavedQuery, given: Mapping[str, str], seconds: float | None = None
    ) -> Result:
        """Return the answer to a saved question; the last ones are kept. Raises Usage, Refused,
        and OverLimit if it takes longer than these seconds.
        """
        key = (query.text, repr(sorted(given.items())))
        if key not in self.answered:
            limits = questions.within(seconds)
            self.answered[key] = self.kb.query(query.name, given, self.known, limits)
        self.answered.move_to_end(key)
        if len(self.answered) > ANSWERS:
            self.answered.popitem(last=False)
        return self.answered[key]

    def _of_texts(self, name: str, make: Callable[[], T]) -> T:
        """Return what is computed from texts, computed again if texts were added or changed."""
        files = document_library.by_digest(self.kb.folder)
        kept = self.by_texts.get(name)
        if kept is None or kept[0] != files:
            kept = self.by_texts[name] = (files, make())
        return cast(T, kept[1])

    @cached_property
    def pairs(self) -> Mapping[str, Sequence[tuple[str, str, str]]]:
        """For each claim its contradictions: other claim, kind, certainty; certain ones first."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for pair in self.outcome.contradictions:
            ends = (pair.claim_a, pair.claim_b)
            for one, other in (ends, ends[::-1]):
                found.setdefault(one, []).append((other, pair.kind, pair.certainty))
        return {one: sorted(set(rows), key=lambda row: row[::-1]) for one, rows in found.items()}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """For each claim its status in one word."""
        return {id: row.status for id, row in self.outcome.rows.items()}

    @cached_property
    def ranked(self) -> Sequence[StatusRow]:
        """The statuses of present claims, those that need attention first."""
        rows, claims = self.outcome.rows, self.known.claims
        return status_rows.ordered(row for id, row in rows.items() if id in claims)

    @cached_property
    def disputes(self) -> Sequence[Open]:
        """The open disputes, with both sides."""
        return overview.disputes(self.known, self.outcome.rows, self.outcome.contradictions)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The numbers of documents, assertions and claims."""
        return overview.counts(self.known)

    @cached_property
    def waiting(self) -> int:
        """The number of assertions that nobody but their coder has checked."""
        return sum(map(waits, self.known.assertions.values()))

    @cached_property
    def network(self) -> Network:
        """Ties, and who contradicts whom."""
        return network(self.known, self.outcome.rows, self.outcome.contradictions)

    @property
    def undated(self) -> int:
        """The number of sources left out because nobody knows when they were published."""
        return len(self.kb.undated()) if self.days.as_of else 0

    def cautions(self) -> list[str]:
        """Return sentences that a reader of the answers must know."""
        number = self.undated
        left_out = f"{amount(number, 'source')} left out: the day of publication is unknown."
        return [*self.warnings, *([left_out] if number else [])]

    def over(self, kb: Answers, warnings: Sequence[str], missing: Sequence[str]) -> Look:
        """Return the same state for another request, with a session of its own."""
        found = Look(kb, self.days, warnings, missing)
        found.__dict__ |= {name: value for name, value in self.__dict__.items() if name in KEPT}
        return found

    def public(self) -> Look:
        """Return what may leave the knowledge base, for pages that are kept or published."""
        return self.shared or self

    @cached_property
    def shared(self) -> Look | None:
        """What may leave the knowledge base; None if that is everything."""
        records = chain(self.known.all(), self.known.past.values())
        # A view has its own marks already, and no past records.
        if self.days.present and not public.holds(self.kb.session, records):
            return None
        part = self.kb.public()
        if part.session is self.kb.session:
            return None
        return Look(part, self.days, self.warnings, self.missing)

    # --- what templates show

    def row(self, claim: str) -> StatusRow | None:
        """Return the computed status of a claim, or None if it has none."""
        return self.outcome.rows.get(claim)

    def status_with_sides(self, claim: str) -> StatusWithSides | None:
        """Return the status of a claim with both sides, or None if it has none."""
        row = self.row(claim)
        if row is None:
            return None
        affirmed, against = explanation.sides(self.known, self.outcome, row)
        rivals = tuple(explanation.against(row).items())
        return StatusWithSides(claim, row.status, affirmed, against, rivals)

    def accounts(self, claim: str, *of: str) -> list[Account]:
        """Return what speakers with one of these stances say about a claim."""
        return accounts.accounts(self.kb, self.known, claim, of, self.outcome.voices)

    def name(self, entity: str | None) -> str:
        """Return the preferred name of an entity."""
        return entity_name(self.known, entity)

    def statement(self, claim: str | None) -> str:
        """Return the statement of a claim, by default its id."""
        return statement(self.known, claim or "")

    def title(self, source: str | None) -> str:
        """Return the title of a source, by default its id."""
        found = self.known.sources.get(source or "")
        return (found.title if found else None) or source or ""

    def label(self, key: str) -> str:
        """Return the name, statement or title of a record by its key, by default the key."""
        path, _, id = key.partition("/")
        shown = {"entity": self.name, "claim": self.statement, "source": self.title}
        one = self.known.assertions.get(id) if path == "assertion" else None
        if one:
            return f"{self.name(one.speaker) or 'somebody'} {one.stance}: {self.title(one.source)}"
        return shown[path](id) if path in shown else key

    def to(self, path: str, **parameters: str) -> str:
        """Return the address of a page that shows the same view."""
        query = urlencode({**parameters, **self.days.query()})
        return f"{quote(path)}?{query}" if query else quote(path)

    def address(self, path: str, kept: Iterable[tuple[str, str]], **parameters: object) -> str:
        """Return the address of a page that also keeps these parameters, unless they are given."""
        rest = [pair for pair in kept if pair[0] not in parameters]
        given = [(name, str(value)) for name, value in parameters.items()]
        query = urlencode([*rest, *given, *self.days.query().items()])
        return f"{quote(path)}?{query}" if query else quote(path)

    def now(self, path: str, kept: Iterable[tuple[str, str]]) -> str:
        """Return the address of a page with these parameters that shows the present."""
        query = urlencode([pair for pair in kept if pair[0] not in self.PLACES])
        return f"{quote(path)}?{query}" if query else quote(path)

    def on(self, path: str, kept: Iterable[tuple[str, str]], name: str, day: object) -> str:
        """Return the address of the same page with another day of the view; "" is no limit."""
        given = {**self.days.query(), name: str(day)}
        rest = [pair for pair in kept if pair[0] not in self.PLACES]
        query = urlencode([*rest, *((n, text) for n, text in given.items() if text)])
        return f"{quote(path)}?{query}" if query else quote(path)

    def passage(self, source: str, line: int | None) -> str:
        """Return the address of the part of a document that has a line."""
        later = line is not None and line > LINES
        return self.to(f"/source/{source}", **({"line": str(line)} if later else {}))
