"""Fact checks of a page or of a JSON file as findings.

The claim is the claimant's, and the rating is an evaluation by the reviewer, never a status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Final

from kb import documents
from kb.documents import reviews
from kb.documents.reviews import Party, Review
from kb.documents.statements import clean
from kb.errors import Usage
from kb.exchange.findings import Document, Findings, Statement, Thing
from kb.model import dates, iris
from kb.model.vocabulary import UNATTRIBUTED
from kb.system import intake

# A member of a JSON object whose value is a string or a number.
_MEMBER: Final = r'"(?:https?://schema\.org/|schema:)?%s"\s*:\s*("(?:[^"\\]|\\.)*"|[\d.]+)'
_LONGEST: Final = 400


class _Scripts(HTMLParser):
    """The scripts of JSON-LD in a page, each with the line on which it begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether a script with JSON-LD begins."""
        kind = dict(attrs).get("type") or ""
        self._open = tag == "script" and "ld+json" in kind.lower()

    def handle_data(self, data: str) -> None:
        """Keep the text of a script."""
        if self._open and data.strip():
            self.found.append((self.getpos()[0], data))
        self._open = False

    def handle_endtag(self, tag: str) -> None:
        """Note that a script ends."""
        self._open = False


def read(name: str, data: bytes) -> Findings:
    """Return the fact checks in a page or in a JSON file. Raises Usage if there are none."""
    text = intake.exported(data, name)
    findings = Findings(name)
    for line, script in _scripts(text):
        script = script if '"' in script else unescape(script)
        try:
            found = reviews.in_scripts([script])
        except ValueError as error:
            findings.leave(line, "JSON-LD", f"it cannot be read: {error}")
            continue
        if found:
            _Reviewed(findings, line, script.strip("\n"), found).run()
    if not findings.read and findings.untaken:
        raise Usage(findings.untaken[0][1], "correct the JSON-LD, or save the page again")
    if not findings.read:
        raise Usage(
            f"{name} has no fact check with “claimReviewed”.", "JSON-LD of the type ClaimReview"
        )
    return findings


def _scripts(text: str) -> list[tuple[int, str]]:
    """Return the scripts of a page, or the whole text of a JSON file."""
    if not documents.is_page("", text[:8_000].encode("utf-8", "replace")):
        return [(1, text)]
    parser = _Scripts()
    parser.feed(text)
    parser.close()
    return parser.found


class _Reviewed:
    """The fact checks of one script."""

    def __init__(self, findings: Findings, line: int, text: str, found: list[Review]) -> None:
        self.findings = findings
        self.line = line
        self.text = text
        self.found = found
        self.key = f"script on line {line}"
        self.used: set[int] = set()

    def run(self) -> None:
        """Add the document, and the statements of each fact check."""
        first = self.found[0]
        title = first.title or f"Review of “{first.claim[:_LONGEST]}”"
        maker = next((self.party(one, first) for one in first.reviewers), "")
        document = Document(
            self.key, self.line, self.text, title, maker, first.url, _day(first.published)
        )
        self.findings.documents.append(document)
        for review in self.found:
            self.findings.read += 1
            self.review(review)

    def review(self, review: Review) -> None:
        """Add what the claimants and the reviewers say."""
        passage = self.passage("claimReviewed", review.claim)
        if passage is None:
            what = f"“{review.claim[:60]}”"
            return self.findings.leave(self.line, what, "its exact words are not in the file")
        line = self.line + self.text.count("\n", 0, passage[0])
        key = review.id or f"review on line {line}"
        about = review.about or f"claim of {key}"
        said = Statement(key, about, line, self.key, *passage, review.claim, kind="state")
        places = ", ".join(dict.fromkeys(review.appearances))
        said = replace(said, on=_day(review.said), note=f"appeared at {places}" if places else "")
        speakers = [self.party(p, review) for p in review.claimants] or [UNATTRIBUTED]
        self.findings.statements += [replace(said, speaker=who) for who in speakers]
        self.rated(review, key, line, passage)
        return None

    def rated(self, review: Review, key: str, line: int, claim: tuple[int, int]) -> None:
        """Add the rating as an evaluation by each reviewer."""
        if not review.rating:
            return self.findings.leave(line, key, "it has no rating")
        number = review.rating.partition(" on a scale")[0]
        passage = self.passage("alternateName", review.rating) or self.passage(
            "ratingValue", number
        )
        start, end = passage or claim
        sentence = f"The claim “{review.claim}” is rated “{review.rating}”"
        said = Statement(key, f"rating of {key}", line, self.key, start, end, sentence)
        said = replace(said, kind="evaluation", on=_day(review.published), note=review.body)
        speakers = [self.party(p, review) for p in review.reviewers] or [""]
        self.findings.statements += [replace(said, speaker=who) for who in speakers]
        return None

    def party(self, party: Party, review: Review) -> str:
        """Return the key of a claimant or a reviewer: its address and its name identify it."""
        key = f"party {party.name} {' '.join(party.addresses)}"
        if key not in self.findings.things:
            item = next(filter(None, map(iris.wikidata, party.addresses)), "")
            named = f"{review.id or review.url or self.findings.name}: {party.name}"
            named_there = [f"{url} {party.name}" for url in party.addresses]
            known = tuple(f"schema.org {one}" for one in named_there or [named])
            kind = party.type or "agent"
            thing = Thing(key, self.line, party.name, kind, known, wikidata=item)
            self.findings.things[key] = thing
        return key

    def passage(self, name: str, value: str) -> tuple[int, int] | None:
        """Return where the script has a member with this name and value, each place once."""
        for start, end, found in _members(self.text, name):
            if start not in self.used and found == value:
                self.used.add(start)
                return start, end
        return None


def _members(text: str, name: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(_MEMBER % name, text):
        try:
            value = json.loads(match[1], strict=False)
        except ValueError:
            value = match[1].strip('"')
        yield match.start(), match.end(), clean(str(value)) or ""


def _day(text: str) -> str:
    """Return the day of a date or time, or "" if it is none."""
    try:
        return text[:10] if text and dates.parse(text[:10]).window()[0] else ""
    except ValueError:
        return ""
