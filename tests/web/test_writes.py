"""Forms that change records: what is written, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from conftest import MORE, Kb
from serving import ADMITTED, BASE, client
from starlette.testclient import TestClient

from kb.web.application import application
from kb.web.desk import Desk

CLAIM = "claim/northland-sent-tugs-to-oldport"
DENIAL = "assertion/2024-quarrel.northland-sent-tugs-to-oldport.northland.denies"
RIVALS = """source: 2024-quarrel
claims:
- claim: Northland controlled the pier
  what: northland > controls > pier
  when: 2024-03-02
  said:
  - by: Lukin
    at: 8 near the pier
- claim: Northland did not control the pier
  what: northland > controls > pier
  not: yes
  when: 2024-03-02
  said:
  - by: layla
    at: 8 The captain spoke of a market
"""
INPUT = re.compile(r"<input([^>]*)>")
SELECT = re.compile(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)
AREA = re.compile(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
NAME = re.compile(r'\bname="([^"]*)"')
VALUE = re.compile(r'\bvalue="([^"]*)"')
FORM = re.compile(r'<form[^>]*method="post" action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)


def form(text: str, action: str) -> dict[str, str]:
    """The fields of the form with this action, as a browser would send them."""
    found = next((body for to, body in FORM.findall(text) if html.unescape(to) == action), None)
    assert found is not None, [to for to, _ in FORM.findall(text)]
    values = {}
    for attributes in INPUT.findall(found):
        if name := NAME.search(attributes):
            value = VALUE.search(attributes)
            values[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in SELECT.findall(found):
        chosen = re.search(r"<option selected>(.*?)</option>", options)
        values[name] = html.unescape(chosen[1]) if chosen else ""
    for name, words in AREA.findall(found):
        values[name] = html.unescape(words)
    return values


def opened(pages: TestClient, address: str) -> dict[str, str]:
    """The fields of the form at this address."""
    answer = pages.get(address)
    assert answer.status_code == 200, answer.text
    return form(answer.text, address.partition("?")[0])


def log(kb: Kb) -> list[dict[str, str]]:
    """The entries of the log, newest first."""
    found: list[dict[str, str]] = json.loads(kb("log", "--json").out)
    return found


def stored(kb: Kb, key: str) -> dict[str, object]:
    """A record as `kb show` prints it."""
    found: dict[str, object] = json.loads(kb("show", key, "--json").out)
    return found


@pytest.fixture
def pages(kb: Kb) -> TestClient:
    """The pages of a knowledge base that can be changed."""
    return client(kb.root)


def test_a_pasted_text_becomes_a_source_that_can_be_coded(kb: Kb, pages: TestClient) -> None:
    typed = opened(pages, "/add/source")
    typed |= {"title": "Harbour note", "author": "The Harbour Office", "published": "2024-04-01"}
    typed |= {"author-type": "organisation"}
    answer = pages.post("/add/source", data=typed | {"text": "Ships left.\r\n\tالسفن 🚢 \r\n"})
    assert answer.status_code == 200, answer.text
    assert '<a href="/code/2024-harbour-note">' in answer.text
    assert stored(kb, "source/2024-harbour-note")["title"] == "Harbour note"
    assert "--" not in re.sub(r"<[^>]*>", "", answer.text.partition("<main")[2])
    text = kb("read", "2024-harbour-note").out
    assert "Ships left." in text
    assert "السفن 🚢" in text
    assert "add source" in str(log(kb)[0])
    assert kb("fsck").code == 0
    again = pages.post("/add/source", data=typed | {"text": "Ships left.\r\n\tالسفن 🚢 \r\n"})
    assert again.status_code == 403
    assert "Harbour note" in again.text


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"title": " "}, 400, "A document needs a title."),
        ({"text": " \n"}, 400, "There is no text."),
        ({"published": "soon"}, 400, "soon"),
        ({"csrf": "other"}, 403, "another run"),
    ],
)
def test_a_document_that_is_refused_is_shown_again_and_nothing_is_written(
    kb: Kb, pages: TestClient, changed: dict[str, str], code: int, said: str
) -> None:
    before = log(kb)
    typed = opened(pages, "/add/source") | {"title": "Note", "text": "A <b>kept</b> text."}
    answer = pages.post("/add/source", data=typed | changed)
    assert answer.status_code == code
    assert said in answer.text
    if "text" not in changed:
        assert "A &lt;b&gt;kept&lt;/b&gt; text." in answer.text
    assert log(kb) == before


def test_an_unknown_name_leads_to_where_it_is_declared(pages: TestClient) -> None:
    """And the person who is declared has a name where the status that would result is shown."""
    address = "/code/2024-quarrel"
    typed = {"said-by": "hesh", "said-at": "char=0,4", "claim-claim": "A", "claim-kind": "event"}
    fields = {**opened(pages, address), **typed, "step": "preview"}
    assert '<a href="#new">' in pages.post(address, data=fields).text
    answer = pages.post(address, data={**fields, "new": "hesh: person; as Henri Esh"}).text
    assert '<a href="#new">' not in answer
    assert re.search(r'<span class="which">For</span> \s*<bdi>Henri Esh</bdi>', answer)


def test_a_claim_is_corrected_and_the_log_says_so(kb: Kb, pages: TestClient) -> None:
    address = f"/edit/{CLAIM}"
    fields = opened(pages, address)
    assert fields["what.1"] == "sent"
    answer = pages.post(address, data={**fields, "when": "2024-03-01", "step": "save"})
    assert answer.status_code == 303
    number = log(kb)[0]["entry"]
    assert answer.headers["Location"] == f"/{CLAIM}?saved={number}"
    assert log(kb)[0]["command"] == f"edit {CLAIM} when"
    assert stored(kb, CLAIM)["begin_earliest"] == "2024-03-01"
    following = pages.get(answer.headers["Location"]).text
    assert f"entry {number} of the" in following
    assert form(following, "/undo")["number"] == str(number)
    assert kb("fsck").code == 0


def test_what_is_checked_first_is_not_written(kb: Kb, pages: TestClient) -> None:
    address, before = f"/edit/{DENIAL}", kb.tree()
    fields = opened(pages, address)
    assert (fields["stance"], fields["scope"]) == ("denies", "occurrence")
    fields |= {"stance": "affirms", "scope": ""}
    answer = pages.post(address, data={**fields, "step": "preview"})
    assert answer.status_code == 200
    assert kb.tree() == before
    assert "was disputed" in answer.text
    assert "Nothing is saved yet" in answer.text
    again = form(answer.text, address)
    assert again["stance"] == "affirms"
    assert pages.post(address, data={**again, "step": "save"}).status_code == 303
    assert json.loads(kb("status", CLAIM, "--json").out)[0]["status"] != "disputed"


def test_a_record_is_withdrawn_only_with_a_reason(kb: Kb, pages: TestClient) -> None:
    address = f"/withdraw/{DENIAL}"
    fields = opened(pages, address)
    refused = pages.post(address, data={**fields, "why": " ", "step": "save"})
    assert (refused.status_code, "needs a reason" in refused.text) == (400, True)
    answer = pages.post(address, data={**fields, "why": "of another town", "step": "save"})
    assert answer.status_code == 303
    assert log(kb)[0]["command"] == f"withdraw {DENIAL}"
    assert pages.get(answer.headers["Location"]).status_code == 200
    assert "of another town" in kb("show", DENIAL, "--history").out


def test_a_withdrawn_entity_leads_to_a_page_that_is_there(kb: Kb, pages: TestClient) -> None:
    assert kb("add", "entity", "ferry", "object", "--as", "the ferry").code == 0
    fields = opened(pages, "/withdraw/entity/ferry")
    data = {**fields, "why": "there was none", "step": "save"}
    answer = pages.post("/withdraw/entity/ferry", data=data)
    assert answer.status_code == 303
    assert pages.get(answer.headers["Location"]).status_code == 200


JUDGEMENTS = [
    ("same-claim", CLAIM, "claim/northland-controls-the-pier", {}),
    ("different-claim", CLAIM, "claim/northland-controls-the-pier", {}),
    ("same-event", CLAIM, "claim/northland-controls-the-pier", {}),
    ("contradicts", CLAIM, "claim/northland-controls-the-pier", {"certainty": "possible"}),
    ("does-not-contradict", CLAIM, "claim/northland-controls-the-pier", {}),
    ("same-entity", "entity/lukin", "entity/layla", {}),
    ("different-entity", "entity/lukin", "entity/layla", {}),
    ("copy-of", "source/other", "source/2024-quarrel", {"lines": "1"}),
    ("not-copy-of", "source/other", "source/2024-quarrel", {}),
    ("verdict", CLAIM, "", {"verdict": "established"}),
    ("outcome", "claim/the-pier-will-close", CLAIM, {"verdict": "came-true"}),
]
FORECAST = """source: 2024-quarrel
claims:
- claim: The pier will close
  kind: forecast
  said:
  - by: Lukin
    at: 8 near the pier
"""


def test_every_kind_of_judgement_can_be_made(kb: Kb, pages: TestClient) -> None:
    for sheet in (MORE, FORECAST):
        assert kb.sheet(sheet).code == 0
    other = kb.write("other.txt", "A quarrel over the old harbour, again\n")
    assert kb("add", "source", other, "--id", "other").code == 0
    for kind, about, second, more in JUDGEMENTS:
        fields = opened(pages, f"/judge?about={about}&other={second}&kind={kind}")
        said = {**fields, **more, "why": f"because of {kind}", "coder": "cd", "step": "save"}
        answer = pages.post("/judge", data=said)
        assert answer.status_code == 303, (kind, answer.text)
        found = json.loads(kb("list", "judgements", "--json").out)
        assert kind in {row["kind"] for row in found}, kind
        newest = log(kb)[0]
        assert str(newest["command"]).startswith(f"judge {kind} {about}")
        following = pages.get(answer.headers["Location"]).text
        undo = {**form(following, "/undo"), "step": "save"}
        assert pages.post("/undo", data=undo).status_code == 303, kind
    kinds = {kind for kind, *_ in JUDGEMENTS}
    offered = re.findall(r"<option[^>]*>([a-z-]+)</option>", pages.get("/judge").text)
    assert kinds <= set(offered)


def test_review_leads_to_the_form_that_decides_about_a_pair(kb: Kb, pages: TestClient) -> None:
    """The form is filled in, and leads back to the review."""
    text = next((kb.root / "documents").glob("*.txt")).read_text(encoding="utf-8")
    assert kb("add", "source", kb.write("copy.txt", text + "\nMore.\n"), "--id", "copy").code == 0
    (link,) = re.findall(
        r'<a href="(/judge\?kind=copy-of[^"]*)">Judge</a>', pages.get("/review").text
    )
    said = {
        **opened(pages, html.unescape(link)),
        "why": "word for word",
        "coder": "cd",
        "step": "save",
    }
    assert said["lines"]
    answer = pages.post("/judge", data=said)
    assert re.fullmatch(r"/review\?saved=\d+#passages", answer.headers["Location"])
    (row,) = json.loads(kb("list", "judgements", "--json").out)
    assert (row["kind"], {row["about"], row["other"]}) == (
        "copy-of",
        {"source/copy", "source/2024-quarrel"},
    )
    assert "Judge</a>" not in pages.get("/review").text


def test_a_contradiction_can_be_dismissed_where_it_is_shown(kb: Kb, pages: TestClient) -> None:
    """On the page of open disputes, and on the pages of both claims."""
    assert kb.sheet(RIVALS).code == 0
    (pair,) = json.loads(kb("contradictions", "--json").out)
    one, other = pair["claim_a"], pair["claim_b"]
    link = re.compile(r'<a href="(/judge\?[^"]*other=claim[^"]*)">Judge</a>')
    for path in ("/", "/disputes", f"/claim/{other}", f"/claim/{one}"):
        (found,) = link.findall(pages.get(path).text)
    assert other in found
    fields = opened(pages, html.unescape(found))
    said = {"kind": "does-not-contradict", "why": "two piers", "coder": "cd", "step": "save"}
    answer = pages.post("/judge", data={**fields, **said})
    assert answer.headers["Location"].startswith(f"/claim/{one}?saved=")
    text = pages.get(f"/claim/{one}").text
    assert "checked: no contradiction" in text
    assert not link.search(text)
    assert json.loads(kb("contradictions", "--json").out) == []


def test_a_judged_contradiction_is_decided_already(kb: Kb, pages: TestClient) -> None:
    """Its judgement is corrected or withdrawn instead: the opposite beside it is refused."""
    assert kb.sheet(MORE).code == 0
    pair = (CLAIM, "claim/northland-controls-the-pier")
    assert kb("judge", "contradicts", *pair, "--because", "the tugs were there").code == 0
    text = pages.get(f"/{CLAIM}").text
    section = text.partition('id="pairs"')[2].partition("</section>")[0]
    assert "judged" in section
    assert "/judge?" not in section
    assert 'href="/judgement/' in text


def test_a_refused_address_is_not_called_typed(kb: Kb, pages: TestClient) -> None:
    text = pages.get("/undo?number=99").text
    assert "99" in text
    assert "What you typed" not in text


def test_a_second_person_checks_an_assertion(kb: Kb, pages: TestClient) -> None:
    address = f"/check/{DENIAL}"
    fields = opened(pages, address)
    for coder, words in (("", "needs your initials"), ("ab", "coded this assertion yourself")):
        refused = pages.post(address, data={**fields, "coder": coder, "step": "save"})
        assert (refused.status_code, words in refused.text) == (400, True)
    answer = pages.post(address, data={**fields, "coder": "cd", "step": "save"})
    assert answer.status_code == 303
    assert stored(kb, DENIAL)["checked_by"] == ["cd"]


def test_review_accepts_and_rejects_and_comes_back(kb: Kb, pages: TestClient) -> None:
    text = pages.get("/review").text
    assert text.count("Accept</button>") == 7
    fields = form(text, f"/check/{DENIAL}")
    answer = pages.post(f"/check/{DENIAL}", data={**fields, "coder": "cd", "step": "save"})
    assert re.fullmatch(r"/review\?saved=\d+#unchecked", answer.headers["Location"])
    text = pages.get("/review").text
    assert text.count("Accept</button>") == 6
    other = "assertion/2024-quarrel.the-coastguard-controls-the-pier.lukin.affirms"
    fields = form(text, f"/withdraw/{other}")
    data = {**fields, "why": "he spoke of a plan", "step": "save"}
    assert pages.post(f"/withdraw/{other}", data=data).status_code == 303
    assert pages.get("/review").text.count("Accept</button>") == 5
    assert kb("fsck").code == 0


def test_the_last_change_is_undone(kb: Kb, pages: TestClient) -> None:
    before = kb.tree()
    fields = opened(pages, f"/edit/{CLAIM}")
    data = {**fields, "statement": "Northland sent four tugs", "step": "save"}
    assert pages.post(f"/edit/{CLAIM}", data=data).status_code == 303
    assert kb.tree() != before
    undo = opened(pages, "/undo")
    assert pages.post("/undo", data={**undo, "step": "save"}).status_code == 303
    assert kb.tree() == before
    assert str(log(kb)[0]["command"]).startswith("undo ")
    assert pages.post("/undo", data={**undo, "step": "save"}).status_code == 400


def test_an_unknown_stance_does_not_become_an_affirmation(kb: Kb, pages: TestClient) -> None:
    address, before = f"/edit/{DENIAL}", kb.tree()
    fields = opened(pages, address) | {"stance": "nonsense", "step": "save"}
    assert (pages.post(address, data=fields).status_code, kb.tree()) == (400, before)


@pytest.mark.parametrize("number", [None, "", "0", "x", "٣", "-1", "1" * 5_000])
def test_a_form_without_its_entry_undoes_nothing(
    kb: Kb, pages: TestClient, number: str | None
) -> None:
    fields = opened(pages, "/undo")
    del fields["number"]
    before = kb.tree()
    answer = pages.post("/undo", data={**fields, **({} if number is None else {"number": number})})
    assert (answer.status_code, kb.tree()) == (400, before)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x()"])
@pytest.mark.parametrize("address", [f"/edit/{CLAIM}", f"/withdraw/{CLAIM}", f"/check/{DENIAL}"])
def test_the_way_back_leads_to_no_other_site(pages: TestClient, address: str, back: str) -> None:
    answer = pages.get(address, params={"back": back})
    assert answer.status_code == 200
    assert back not in answer.text


def test_the_log_page_has_the_data_of_the_command(kb: Kb, pages: TestClient) -> None:
    assert pages.get("/log.csv").text == kb("log", "--limit", "0", "--format", "csv").out
    assert pages.get("/log.json").text == kb("log", "--limit", "0", "--json").out


def test_a_record_that_changed_meanwhile_is_not_overwritten(kb: Kb, pages: TestClient) -> None:
    """The second of two browsers sees what the first one wrote, and keeps what it typed."""
    address = f"/edit/{CLAIM}"
    first, second = opened(pages, address), opened(pages, address)
    data = {**first, "when": "2024-03-01", "note": "of the first", "step": "save"}
    assert pages.post(address, data=data).status_code == 303
    data = {**second, "note": "of the second", "step": "save"}
    refused = pages.post(address, data=data)
    assert refused.status_code == 409
    assert "changed meanwhile" in refused.text
    assert "Somebody changed it to: <bdi>of the first</bdi>" in refused.text
    again = form(refused.text, address)
    assert (again["note"], again["when"]) == ("of the second", "2024-03-01")
    assert pages.post(address, data={**again, "step": "save"}).status_code == 303
    record = stored(kb, CLAIM)
    assert (record["scope_note"], record["begin_earliest"]) == ("of the second", "2024-03-01")


def test_an_editor_that_changed_the_file_meanwhile_is_noticed(kb: Kb, pages: TestClient) -> None:
    address = f"/edit/{CLAIM}"
    fields = opened(pages, address)
    path = kb.file("claims/general.ttl")
    path.write_text(path.read_text().replace("Northland sent tugs", "Northland sent two tugs"))
    refused = pages.post(address, data={**fields, "note": "mine", "step": "save"})
    assert refused.status_code == 409
    assert form(refused.text, address)["note"] == "mine"
    assert "two tugs" in path.read_text()


def test_a_record_that_is_gone_leaves_what_was_typed(kb: Kb, pages: TestClient) -> None:
    address = f"/edit/{DENIAL}"
    fields = opened(pages, address)
    assert kb("withdraw", DENIAL, "--because", "of another town").code == 0
    refused = pages.post(address, data={**fields, "note": "typed at length", "step": "save"})
    assert refused.status_code in (400, 404, 409)
    assert "typed at length" in refused.text


def test_the_result_that_was_seen_is_the_one_that_is_saved(kb: Kb, pages: TestClient) -> None:
    """Another record changed, so that the same values lead to another status."""
    address = f"/withdraw/{DENIAL}"
    fields = {**opened(pages, address), "why": "of another town"}
    seen = form(pages.post(address, data={**fields, "step": "preview"}).text, address)
    assert seen["shown"]
    denial = "  - by: lukin\n    denies: unspecified\n    at: 9 the mayor said\n"
    sheet = f"source: 2024-quarrel\nclaims:\n- claim: ={CLAIM[6:]}\n  said:\n{denial}"
    assert kb.sheet(sheet).code == 0
    refused = pages.post(address, data={**seen, "step": "save"})
    assert (refused.status_code, "result is different" in refused.text) == (409, True)
    again = form(refused.text, address)
    assert pages.post(address, data={**again, "step": "save"}).status_code == 303


def test_a_form_of_another_run_is_refused_and_kept(kb: Kb, pages: TestClient) -> None:
    address = f"/edit/{CLAIM}"
    fields, before = opened(pages, address), kb.tree()
    for token in ("", "wrong", "\N{SNOWMAN}"):
        data = {**fields, "csrf": token, "note": "typed at length", "step": "save"}
        refused = pages.post(address, data=data)
        assert refused.status_code == 403
        assert form(refused.text, address)["note"] == "typed at length"
    assert kb.tree() == before
    started_again = client(kb.root)
    again = form(started_again.post(address, data={**fields, "note": "x"}).text, address)
    assert started_again.post(address, data={**again, "step": "save"}).status_code == 303


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_another_site_cannot_send_a_form(
    kb: Kb, pages: TestClient, headers: dict[str, str], code: int
) -> None:
    address = f"/edit/{CLAIM}"
    data, before = {**opened(pages, address), "note": "x", "step": "save"}, kb.tree()
    assert pages.post(address, data=data, headers=headers).status_code == code
    assert kb.tree() == before


@pytest.mark.parametrize("missing", ["seen", "was", "csrf"])
def test_a_form_without_its_basis_is_refused(kb: Kb, pages: TestClient, missing: str) -> None:
    address, before = f"/edit/{CLAIM}", kb.tree()
    data = {**opened(pages, address), "note": "x", "step": "save"}
    del data[missing]
    assert pages.post(address, data=data).status_code in (400, 403)
    assert kb.tree() == before


def test_a_body_without_end_is_refused(pages: TestClient) -> None:
    assert pages.post("/judge", data={"why": "x" * 1_100_000}).status_code == 413
    many = "&".join(f"a{n}=" for n in range(100_000))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert pages.post("/judge", content=many, headers=headers).status_code in (400, 403)


def test_a_read_only_server_offers_and_takes_no_forms(kb: Kb) -> None:
    desk = Desk(str(kb.root), read_only=True)
    pages = TestClient(application(desk, ADMITTED), base_url=BASE, follow_redirects=False)
    before = kb.tree()
    for address in ("/", f"/{CLAIM}", "/review", "/source/2024-quarrel", "/log"):
        text = pages.get(address).text
        assert 'method="post"' not in text
        assert 'href="/edit' not in text
    for address in (f"/edit/{CLAIM}", f"/withdraw/{DENIAL}", "/judge", "/undo"):
        assert pages.get(address).status_code == 403
        data = {"csrf": desk.secret, "seen": "x", "step": "save", "why": "x"}
        assert pages.post(address, data=data).status_code == 403
    assert kb.tree() == before


def test_an_earlier_state_offers_no_forms(pages: TestClient) -> None:
    text = pages.get(f"/{CLAIM}?as-of=2024-03-04").text
    assert 'href="/edit' not in text


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_a_form_leads_to_no_other_site(kb: Kb, pages: TestClient, address: str) -> None:
    fields = opened(pages, f"/edit/{CLAIM}?back={address}")
    data = {**fields, "back": address, "note": "x", "step": "save"}
    answer = pages.post(f"/edit/{CLAIM}", data=data)
    assert answer.headers["Location"].startswith(f"/{CLAIM}?saved=")


def test_every_field_of_a_record_that_can_be_edited_is_on_its_form(
    kb: Kb, pages: TestClient
) -> None:
    """So that nothing can be said by a command alone."""
    from kb.app import knowledge_base
    from kb.app.changes import editing

    known = knowledge_base.open(str(kb.root)).known()
    judgement = ("judge", "same-entity", "lukin", "layla", "--because", "x")
    assert kb(*judgement).code == 0
    for key in (CLAIM, DENIAL, "entity/northland", "source/2024-quarrel"):
        fields = opened(pages, f"/edit/{key}")
        names = {name.partition(".")[0] for name in fields}
        stances = {"affirms", "denies", "doubts", "silent", "retracts", "disowns", "overrules"}
        assert set(editing.keys(known, key)) - stances <= names, key


def test_unreadable_files_stop_every_form(kb: Kb, pages: TestClient) -> None:
    fields = opened(pages, f"/edit/{CLAIM}")
    path = Path(kb.file("source"))
    path.write_text(path.read_text() + "\n<broken")
    before = kb.tree()
    answer = pages.post(f"/edit/{CLAIM}", data={**fields, "note": "typed", "step": "save"})
    assert answer.status_code >= 400
    assert "typed" in answer.text
    assert kb.tree() == before


def test_a_judgement_says_on_which_records_it_is_based(kb: Kb, pages: TestClient) -> None:
    """A form that showed records cannot be saved as one that showed none."""
    fields = opened(pages, f"/judge?about={CLAIM}")
    data = {**fields, "kind": "verdict", "verdict": "true", "why": "seen", "step": "save"}
    answer = pages.post("/judge", data={**data, "based": ""})
    assert (answer.status_code, "was changed meanwhile" in answer.text) == (409, True)
    assert "verdict" not in kb("list", "judgements").out
    assert pages.post("/judge", data=data).status_code == 303


@pytest.mark.parametrize("word", ["maybe", "<script>", "1"])
def test_a_word_that_is_neither_yes_nor_no_is_refused(kb: Kb, pages: TestClient, word: str) -> None:
    address = f"/edit/{DENIAL}"
    fields = opened(pages, address)
    before = kb.tree()
    answer = pages.post(address, data={**fields, "certain": word, "step": "save"})
    assert answer.status_code in (400, 422)
    assert "is not allowed here" in answer.text
    assert kb.tree() == before
