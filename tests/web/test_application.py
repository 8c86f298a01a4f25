"""Pages and their data: what the commands print, from one state of the files."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from conftest import MORE, Kb
from serving import ADMITTED, BASE, HOSTILE, client
from starlette.testclient import TestClient

from kb.app.knowledge_base import KnowledgeBase
from kb.web import bounded_work, desk, look
from kb.web.application import application
from kb.web.desk import Desk
from kb.web.responses import WARNING
from kb.web.words import NO_WORDS, WAIT

CLAIM = "claim/northland-sent-tugs-to-oldport"
ID = CLAIM.removeprefix("claim/")
DAY = "2024-03-03"
# The address of data, and the command that prints the same.
DATA = [
    ("/overview.json", "overview --format json"),
    ("/overview.csv", "overview --format csv"),
    ("/disputes.csv", "overview --format csv"),
    ("/claims.json", "status --format json"),
    ("/claims.csv", "status --format csv"),
    ("/claims.csv?status=disputed", "status --status disputed --format csv"),
    ("/claims.json?speaker=Lukin&kind=state", "status --speaker Lukin --kind state --json"),
    (f"/claims.csv?as-of={DAY}", f"status --as-of {DAY} --format csv"),
    ("/claims.csv?policy=cautious", "status --policy cautious --format csv"),
    ("/search.json?q=nortland", "find nortland --json"),
    ("/search.json?q=the&limit=2", "find the --limit 2 --json"),
    ("/search.csv?q=harbor", "find harbor --format csv"),
    (f"/{CLAIM}.json", f"show {CLAIM} --json"),
    (f"/{CLAIM}/status.json", f"status {CLAIM} --why --json"),
    (f"/{CLAIM}/what-if.json", f"status {CLAIM} --what-if --json"),
    (f"/{CLAIM}/what-if.csv", f"status {CLAIM} --what-if --format csv"),
    (f"/{CLAIM}/history.json", f"show {CLAIM} --history --json"),
    ("/entity/coastguard.json", "show entity/coastguard --json"),
    ("/source/2024-quarrel.json", "show source/2024-quarrel --json"),
    ("/source/2024-quarrel/text.json", "read 2024-quarrel --json"),
    ("/source/2024-quarrel/coverage.csv", "coverage 2024-quarrel --format csv"),
    ("/review/sources.json", "inbox sources --json"),
    ("/review/files.csv", "inbox files --format csv"),
    ("/sources.csv", "list sources --format csv"),
    ("/entities.json", "list entities --json"),
    ("/assertions.csv?speaker=Lukin", "list assertions --speaker Lukin --format csv"),
    (f"/assertions.csv?as-of={DAY}", f"list assertions --as-of {DAY} --format csv"),
]


class Standings(HTMLParser):
    """The statuses on a page, and those beside which both sides are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses = self.sides = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a status, and each side."""
        classes = (dict(attrs).get("class") or "").split()
        self.statuses += "data-status" in dict(attrs)
        self.sides += "side" in classes


def links(text: str) -> set[str]:
    """The addresses on this server that a page links to."""
    found = re.findall(r'href="(/[^"#]*)', text)
    return {address.replace("&amp;", "&") for address in found}


def crawled(pages: TestClient, most: int = 90) -> dict[str, str]:
    """Every page that can be reached from the first one by links, up to a number of pages."""
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found or re.search(
            r"(\.(css|svg|js|json|csv)|/dossier|/undo)(\?|$)", address
        ):
            continue
        answer = pages.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.text)
        found[address] = answer.text
        waiting += sorted(links(answer.text))
    return found


@pytest.fixture(scope="module")
def crawl(pages: TestClient) -> dict[str, str]:
    """The pages of the small knowledge base by address."""
    return crawled(pages)


@pytest.mark.parametrize(("address", "command"), DATA, ids=[a for a, _ in DATA])
def test_the_data_of_a_page_is_what_the_command_prints(
    pages: TestClient, seen: Kb, address: str, command: str
) -> None:
    done = seen(*command.split())
    assert done.code == 0
    assert done.out
    assert pages.get(address).text == done.out


def test_every_link_of_every_page_leads_to_a_page(crawl: dict[str, str]) -> None:
    assert {"/", "/claims", f"/{CLAIM}", "/review", "/questions"} <= set(crawl)


def test_every_link_to_data_leads_to_data(pages: TestClient, crawl: dict[str, str]) -> None:
    every = {address for text in crawl.values() for address in links(text)}
    data = [a for a in sorted(every) if re.search(r"\.(json|csv)$", a) and "/question/" not in a]
    assert len(data) > 20
    for address in data:
        assert pages.get(address).status_code == 200, address


def test_a_status_is_never_without_both_sides(crawl: dict[str, str]) -> None:
    seen = 0
    for address, text in crawl.items():
        found = Standings()
        found.feed(text)
        assert found.sides == 2 * found.statuses, address
        seen += found.statuses
    assert seen > 20


def test_a_claim_has_both_sides_with_passages_in_their_sentences(pages: TestClient) -> None:
    text = pages.get(f"/{CLAIM}").text
    affirmed, against = text.index('id="for"'), text.index('id="against"')
    assert affirmed < text.index("<mark>The coastguard said on Friday") < against
    assert against < text.index("<mark>Northland denied this</mark>")
    assert "2024-03-04" in text
    assert "Disputed" in text or "disputed" in text


def test_a_document_has_its_passages_marked_and_its_claims_in_the_margin(pages: TestClient) -> None:
    text = pages.get("/source/2024-quarrel").text
    line = text[text.index('id="line-5"') : text.index('id="line-6"')]
    assert re.search(r"<mark>.*the coastguard controls the pier</mark>\.", line)
    assert 'href="/claim/the-coastguard-controls-the-pier"' in line
    assert "Пётр Лукин" in line
    link = re.search(r'href="/source/2024-quarrel#(char=\d+,\d+)"', pages.get(f"/{CLAIM}").text)
    assert link
    assert f'id="{link[1]}"' in text


def test_an_entity_has_its_names_what_it_says_and_what_is_said_about_it(pages: TestClient) -> None:
    text = pages.get("/entity/northland").text
    assert text.index("denies it") < text.index('id="about"')
    assert text.index('id="about"') < text.rindex("Northland sent tugs to Oldport")
    assert "within" in pages.get("/entity/pier").text


def test_review_shows_records_that_nobody_else_has_checked(kb: Kb) -> None:
    pages = client(kb.root)
    text = pages.get("/review").text
    assert "being-coded" in text
    assert text.count('class="pair"') == 7
    assert ">7 assertions</a> that nobody but the coder has checked" in pages.get("/").text
    assert pages.get(f"/review?as-of={DAY}").headers["Location"] == "/review"


def test_a_dossier_is_one_file_with_both_sides_and_digests(pages: TestClient, seen: Kb) -> None:
    answer = pages.get(f"/{CLAIM}/dossier")
    assert f"filename*=UTF-8''{ID}.html" in answer.headers["Content-Disposition"]
    text = answer.text
    assert (
        text.index('id="for"')
        < text.index("<mark>The coastguard said")
        < text.index('id="against"')
    )
    assert "<mark>Northland denied this</mark>" in text
    assert "src=" not in text
    assert "href=" not in text
    known = json.loads(seen("show", "source/2024-quarrel", "--json").out)
    assert known["sha256"] in text


def test_a_dossier_claims_no_more_than_the_page(kb: Kb) -> None:
    """A claim that perhaps excludes another, a speaker who is silent, and a judgement."""
    said = "  - by: layla\n    silent: yes\n    at: 6 denied on Sunday … pier\n"
    assert kb.sheet(f"{MORE}{said}").code == 0
    two = ("claim/northland-controls-the-pier", CLAIM)
    reason = ("--certainty", "possible", "--because", "two harbours")
    assert kb("judge", "contradicts", *two, *reason).code == 0
    pages = client(kb.root)
    page, dossier = (pages.get(f"/{two[0]}{ending}").text for ending in ("", "/dossier"))
    for words in ("Perhaps contradicted by", "On neither side", "did not comment", "two harbours"):
        assert words in page
        assert words in dossier
    assert page.count("Contradicted by") == dossier.count("Contradicted by")


def test_numbers_of_the_overview_are_links(pages: TestClient) -> None:
    text = pages.get("/").text
    assert re.search(r'<a href="/claims\?status=disputed"[^>]*><strong>2</strong> disputed', text)


def test_an_earlier_view_is_in_the_address_and_in_every_link(pages: TestClient) -> None:
    text = pages.get(f"/claims?as-of={DAY}").text
    assert f"as published by <strong>{DAY}</strong>" in text
    inner = links(text) - {"/claims"} - {a for a in links(text) if a.startswith("/static")}
    assert inner
    assert [a for a in inner if f"as-of={DAY}" not in a] == []
    assert "0 claims" in text


def test_a_name_leads_to_the_record(pages: TestClient) -> None:
    answer = pages.get("/claim/northland-sent?as-of=2024-03-05")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/{CLAIM}?as-of=2024-03-05"


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("/claim/nothing-like-it", 404, "nothing-like-it"),
        ("/nothing", 404, "no such page"),
        ("/claims?as-of=yesterday", 400, "as-of=2024-03-02"),
        ("/claims?status=dispute", 400, "disputed"),
        ("/claims?policy=none", 400, "no policy"),
        ("/search.json", 400, "no word"),
        ("/search?q=the&limit=many", 400, "limit=50"),
        ("/claims?statuss=disputed", 400, "status"),
        ("/sources.json?speaker=Lukin", 400, "speaker"),
        ("/claims?as-of=2024-03-02&as-of=2024-03-03", 400, "twice"),
        ("/claim/the", 300, "records"),
    ],
)
def test_a_mistake_is_said_in_words(pages: TestClient, address: str, code: int, words: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == code, answer.text
    assert words in answer.text


@pytest.mark.parametrize("path", ["/claims", "/assertions", "/review"])
def test_a_page_beyond_the_end_is_the_last_one(pages: TestClient, path: str) -> None:
    first, last = (pages.get(f"{path}{query}").text for query in ("", "?start=99999"))
    assert last.replace("?start=99999", "") == first


def test_a_line_beyond_the_end_is_the_last_one(pages: TestClient) -> None:
    assert pages.get(f"/source/2024-quarrel?line={'9' * 5000}").status_code == 200


def test_a_withdrawn_claim_has_no_status_and_says_why(kb: Kb) -> None:
    claim = "claim/the-coastguard-entered-oldport"
    done = kb("withdraw", claim, "--because", "misread")
    assert done.code == 0, done
    pages = client(kb.root)
    for what in ("status.json", "what-if.json", "what-if"):
        assert pages.get(f"/{claim}/{what}").status_code == 400
    assert "is withdrawn, so it has no status" in pages.get(f"/{claim}").text
    assert "is withdrawn, so it has no status" in pages.get(f"/{claim}/dossier").text


def test_what_takes_too_long_is_refused_as_a_whole(
    seen: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of a large knowledge base name the command without a limit, and never say that nothing
    was found.
    """
    monkeypatch.setattr(look, "QUICK", 0)
    monkeypatch.setattr(bounded_work, "SHORT", 0)
    pages = client(seen.root)
    nothing = ("No single record decides this status", "No dated publication changed it")
    for what in ("", "/what-if", "/history"):
        answer = pages.get(f"/{CLAIM}{what}")
        assert answer.status_code == 200
        assert not any(words in answer.text for words in nothing), what
        refused = "This takes longer than 0 seconds, so it is not computed here." in answer.text
        assert refused == bool(what)
    assert "--what-if computes it without a limit" in pages.get(f"/{CLAIM}/what-if").text
    assert "Versions of the record" in pages.get(f"/{CLAIM}/history").text
    asked = "/question/said-by?speaker=Lukin"
    for address in (f"/{CLAIM}/what-if", f"/{CLAIM}/history", asked):
        more = f"{address}{'&amp;' if '?' in address else '?'}wait=yes"
        assert f'href="{more}">{WAIT}<' in pages.get(address).text
        assert WAIT not in pages.get(more.replace("&amp;", "&")).text
    assert WAIT not in pages.get(asked).text  # the answer is kept
    monkeypatch.setattr(bounded_work, "LONG", 0)
    assert f'href="/{CLAIM}/what-if"' in pages.get(f"/{CLAIM}").text
    for ending in ("json", "csv"):
        answer = pages.get(f"/{CLAIM}/what-if.{ending}")
        assert answer.status_code == 403
        assert set(answer.json()) == {"error", "hint"}


def test_a_history_shows_each_publication_that_changed_the_status(pages: TestClient) -> None:
    text = pages.get(f"/{CLAIM}/history").text
    assert f'href="/{CLAIM}?as-of=2024-03-0' in text
    assert "nobody had spoken →" in text


def test_the_present_keeps_the_question_and_not_the_place(pages: TestClient) -> None:
    text = pages.get(f"/claims?status=disputed&start=0&as-of={DAY}").text
    assert text.count('href="/claims?status=disputed">') == 2
    assert 'name="start"' not in text
    assert 'type="date" name="as-of"' in text


def test_a_search_says_that_there_is_more(pages: TestClient) -> None:
    text = pages.get("/search?q=the&limit=1").text
    assert "The first 1." in text
    assert "q=the&amp;limit=5" in text
    assert "The first" not in pages.get("/search?q=nortland&limit=50").text


@pytest.mark.parametrize(
    ("address", "command"),
    [
        (f"/claims?as-of={DAY}&policy=cautious", f"kb status --as-of {DAY} --policy cautious"),
        (f"/sources?as-of={DAY}", f"kb list sources --as-of {DAY}"),
        ("/sources?policy=cautious", ""),
        (f"/?as-of={DAY}", ""),
        (f"/search?q=pier&as-of={DAY}", ""),
        ("/search?q=pier", "kb find pier"),
    ],
)
def test_the_command_of_a_page_shows_its_view_or_is_left_out(
    pages: TestClient, address: str, command: str
) -> None:
    found = re.search("In a terminal: <code>(.*)</code>", pages.get(address).text)
    assert (found[1] if found else "") == command


def test_a_page_that_has_not_changed_is_not_sent_again(pages: TestClient) -> None:
    first = pages.get("/claims")
    again = pages.get("/claims", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_follow_the_files(kb: Kb) -> None:
    pages = client(kb.root)
    assert "Northland controls" not in pages.get("/claims").text
    assert kb.sheet(MORE).code == 0
    assert "Northland controls the pier" in pages.get("/claims").text
    assert kb("undo").code == 0
    assert "Northland controls" not in pages.get("/claims").text


def test_an_unreadable_file_is_named_on_every_page(kb: Kb) -> None:
    pages = client(kb.root)
    assert "warnings" not in pages.get("/claims").text
    with kb.file("source").open("a") as stream:
        stream.write("what is this\n")
    text = pages.get("/claims").text
    assert "cannot be read, so its records are missing from this answer" in text


def test_data_without_unreadable_records_are_refused_unless_they_are_asked_for(kb: Kb) -> None:
    pages = client(kb.root)
    whole = pages.get("/claims.json")
    assert WARNING not in whole.headers
    with kb.file("source").open("a") as stream:
        stream.write("what is this\n")
    sentence = "cannot be read, so its records are missing from this answer"
    for address in ("/claims.json", "/claims.csv", f"/{CLAIM}.json", "/question/disputed.json"):
        answer = pages.get(address)
        assert answer.status_code == 503, address
        assert sentence in answer.json()["problems"][0]
    asked = pages.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
    assert (asked.status_code, sentence in asked.text) == (503, True)
    part = pages.get("/claims.json?incomplete=yes")
    assert part.status_code == 200
    assert sentence in unquote(part.headers[WARNING])
    part = pages.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "incomplete": "yes"})
    assert sentence in unquote(part.headers[WARNING])
    assert pages.get("/questions.json").status_code == 200


def test_missing_texts_are_told_once_on_a_page(kb: Kb) -> None:
    pages = client(kb.root)
    assert NO_WORDS not in pages.get(f"/{CLAIM}").text
    for text in (kb.root / "documents").iterdir():
        text.unlink()
    stored = re.compile(r' ;\n *kb:fragment ".*"(?= [;.])')
    for file in (kb.root / "claims").rglob("*.ttl"):
        file.write_text(stored.sub("", file.read_text("utf-8")), "utf-8")
    for path in ("/", "/disputes", f"/{CLAIM}", "/review", f"/{CLAIM}/dossier"):
        assert pages.get(path).text.count(NO_WORDS) == 1, path


def test_search_follows_records_and_texts(kb: Kb) -> None:
    pages = client(kb.root)

    def found(word: str) -> list[dict[str, str]]:
        """Search, also with what the pages keep."""
        rows: list[dict[str, str]] = pages.get(f"/search.json?q={word}").json()
        assert rows == json.loads(kb("find", word, "--json").out or "[]")
        return rows

    before = found("coast")
    assert kb("edit", "entity/coastguard", "name=Coast Watch").code == 0
    assert found("coast") != before
    (text,) = (kb.root / "documents").iterdir()
    content, hits = text.read_bytes(), found("boats")
    assert hits != []
    text.unlink()
    assert found("boats") == []
    text.write_bytes(content)
    assert found("boats") == hits


def test_an_answer_does_not_repeat_the_statement_of_its_claim(pages: TestClient) -> None:
    page, rows = (pages.get(f"/question/disputed{end}") for end in ("", ".json"))
    assert all(row["statement"] for row in rows.json())
    assert ">statement</th>" not in page.text
    assert page.text.count(f"<bdi>{rows.json()[0]['statement']}</bdi>") == 1


def test_a_warning_is_beside_the_data_and_in_their_tag(kb: Kb) -> None:
    pages = client(kb.root)
    before = pages.get("/claims.json")
    own = kb.root / "queries" / "questions" / "bad.rq"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("this is no query\n")
    after = pages.get("/claims.json", headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.text) == (200, before.text)
    assert "bad.rq" in unquote(after.headers[WARNING])


@pytest.mark.parametrize("missing", ["stance", "speaker", "claim", "source", "quote"])
def test_a_record_that_lacks_a_field_has_pages(kb: Kb, missing: str) -> None:
    """As another tool may have written it."""
    stored = kb.file("source")
    text = stored.read_text()
    without = re.sub(rf"^ +kb:{missing} [^;.]*;\n", "", text, flags=re.MULTILINE)
    assert without != text
    stored.write_text(without)
    pages = client(kb.root)
    for address in ("/", "/claims", "/review", "/assertions", "/entities", f"/{CLAIM}"):
        assert pages.get(address).status_code == 200, address
    for address in ("/entity/lukin", "/source/2024-quarrel", f"/{CLAIM}/history"):
        assert pages.get(address).status_code == 200, address


def test_hostile_text_stays_text(hostile: Kb) -> None:
    for address, text in crawled(client(hostile.root), 40).items():
        assert HOSTILE not in text, address
        assert "<img" not in text, address
        assert "\u202e" not in text, address
        assert 'href="javascript' not in text, address


def test_an_empty_knowledge_base_says_what_to_do(empty: Kb) -> None:
    pages = client(empty.root)
    assert '<a href="/add/source">' in pages.get("/").text
    assert pages.get("/claims").status_code == 200
    reading = TestClient(application(Desk(str(empty.root), read_only=True), ADMITTED), BASE)
    assert "kb add source FILE" in reading.get("/").text


def test_a_dossier_of_an_entity_has_every_claim_about_it_with_both_sides(
    pages: TestClient, seen: Kb
) -> None:
    text = pages.get("/entity/oldport/dossier").text
    for words in ("<mark>The coastguard said", "<mark>Northland denied this</mark>", "SHA-256"):
        assert words in text
    assert text.count('class="for"') == text.count('class="against"') > 1
    assert "src=" not in text
    assert "href=" not in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("key", [CLAIM, "entity/northland"])
def test_the_command_writes_the_same_dossier(pages: TestClient, seen: Kb, key: str) -> None:
    done = seen("export", "dossier", key)
    assert (done.code, done.out) == (0, pages.get(f"/{key}/dossier").text)
    before = seen("export", "dossier", "entity/northland", "--as-of", "2024-03-05")
    assert before.out == pages.get("/entity/northland/dossier?as-of=2024-03-05").text
    seen.refuses(2, "export", "dossier", says=("kb export dossier entity/ID",))
    seen.refuses(2, "export", "turtle", key, says=("--about",))
    seen.refuses(2, "export", "dossier", key, "--status", "disputed", says=("one record",))


@pytest.mark.parametrize(("assertions", "times"), [(10**6, 2), (0, 4)])
def test_views_of_a_large_collection_leave_memory_one_at_a_time(
    seen: Kb, monkeypatch: pytest.MonkeyPatch, assertions: int, times: int
) -> None:
    """Two days are shown in turn: both views are kept, or only the last one."""
    computed = []

    def at(self: KnowledgeBase, *days: object) -> object:
        computed.append(days)
        return whole(self, *days)

    whole = KnowledgeBase.at
    monkeypatch.setattr(KnowledgeBase, "at", at)
    monkeypatch.setattr(desk, "ASSERTIONS", assertions)
    pages = client(seen.root)
    for day in ("2024-03-01", "2024-03-04", "2024-03-01", "2024-03-04"):
        assert pages.get(f"/claims?as-of={day}").status_code == 200
    assert len(computed) == times
