"""Steps through time on the page of a claim, without a script."""

from __future__ import annotations

import re

from conftest import MORE, Kb
from serving import client

CLAIM = "/claim/the-coastguard-controls-the-pier"
LATER = """source: later
claims:
- claim: Northland controls the pier
  what: northland > controls > pier
  when: since 2024-02-01
  said:
  - by: northland
    at: 1 Northland held the pier
"""


def links(text: str) -> list[str]:
    """The addresses to which the steps of a page lead."""
    found = re.findall(r'<nav class="steps".*?</nav>', text, re.DOTALL)
    return re.findall(r'href="([^"]*)"', "".join(found))


def test_steps_lead_to_the_days_on_which_a_claim_can_look_different(kb: Kb) -> None:
    """Also to a day on which only a document about a contradicting claim was published."""
    note = kb.write("later.txt", "Northland held the pier.\n")
    given = ("--id", "later", "--author", "Northland", "--published", "2024-03-09")
    assert kb("add", "source", note, *given).code == 0
    assert kb.sheet(LATER).code == 0
    pair = (CLAIM.removeprefix("/"), "claim/northland-controls-the-pier")
    assert kb("judge", "contradicts", *pair, "--because", "one pier").code == 0
    pages = client(kb.root)
    now = pages.get(CLAIM).text
    assert 'data-days="2024-03-04 2024-03-09" data-for="as-of"' in now
    earlier = links(now)[0]
    assert earlier == f"{CLAIM}?as-of=2024-03-09"
    first = links(pages.get(earlier).text)[0]
    assert first == f"{CLAIM}?as-of=2024-03-04"
    found = links(pages.get(first).text)
    assert found[:2] == [f"{CLAIM}?as-of=2024-03-09", CLAIM]
    known = [address for address in links(now) if "known-on=" in address]
    assert pages.get(known[0]).status_code == 200


def test_a_claim_shows_what_would_change_it_and_the_log_entries_that_can_be_undone(kb: Kb) -> None:
    assert kb.sheet(MORE).code == 0
    pages = client(kb.root)
    text = pages.get("/claim/northland-sent-tugs-to-oldport").text
    assert text.index('id="change"') < text.index("it would be")
    assert re.search(r'href="/undo\?number=\d+"', pages.get(f"{CLAIM}/history").text)
