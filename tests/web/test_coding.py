"""Reading and coding in a real Chromium: by mouse, by keyboard, and without scripts."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Kb, run, surroundings
from serving import CHROMIUM, HOSTILE, Watched, serving, tab_to

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="there is no Chromium (Debian package chromium)"
)
CODE = "/code/2024-quarrel"
CLAIM = "claim/northland-sent-tugs-to-oldport"
SELECTIONS = 200
MIXED = (
    "The guard 👩‍👩‍👧 left 😀 the pier; نفى المتحدث ذلك يوم الجمعة.\r\n"
    "港口在星期五关闭了。 the boats left and the boats came 😀😀\r\n"
    "\r\n"
    "\u202eyauq eht koot\u202c it, \x1b[31m and e\u0301 naïve ﬁsh &amp; <b>not bold</b>\u2028same line\r\n"
    "  عاد القارب \u200fليلى\u200e إلى 港口 𝒜𝒷 with 𐍈 and \u00a0nbsp\u3000 wide\n"
    "last line without an end 🚢"
)
# Select code points of the text as a person would: two points of the shown text.
SELECT = """async ([start, end]) => {
  const place = (offset, last) => {
    for (const piece of document.querySelectorAll('.coding [data-start]')) {
      let at = Number(piece.dataset.start);
      const walk = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        if (node.parentElement.classList.contains('sign')) {
          if (!last && at === offset) return [node, 0];
          at += 1;
          if (last && at === offset) return [node, node.data.length];
          continue;
        }
        let unit = 0;
        for (const point of node.data) {
          if (!last && at === offset) return [node, unit];
          unit += point.length; at += 1;
          if (last && at === offset) return [node, unit];
        }
      }
    }
    return null;
  };
  const [from, to] = [place(start, false), place(end, true)];
  if (!from || !to) return '';
  document.querySelector('#said-at').value = '';
  getSelection().setBaseAndExtent(...from, ...to);
  document.querySelector('.coding').dispatchEvent(new MouseEvent('mouseup', {bubbles: true}));
  await new Promise(done => setTimeout(done, 5));
  return document.querySelector('#said-at').value;
}"""


@pytest.fixture
def address(kb: Kb) -> Iterator[str]:
    """The address of a server of a knowledge base that can be changed."""
    with serving(kb.root) as found:
        yield found.rstrip("/")


def saved(page: Any) -> None:
    """Save the form of a page and wait until it is saved."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".saved").wait_for()


def chosen(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage without blanks around it."""
    while start < end and text[start] in " \t\r\n":
        start += 1
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return start, end


def test_selected_words_are_the_words_at_their_offsets(browser: Any, tmp_path: Path) -> None:
    """In Latin, Arabic, Chinese, emoji of several code points, CRLF, and hidden signs."""
    kb = Kb(tmp_path / "mixed")
    assert run("init", kb.root, cwd=tmp_path).code == 0
    assert kb("add", "source", kb.write("mixed.txt", MIXED), "--id", "mixed").code == 0
    (stored,) = (kb.root / "documents").glob("*.txt")
    text = stored.read_bytes().decode()
    assert "\r\n" in text
    chance, tried = random.Random(15), 0
    with serving(kb.root) as found, Watched(browser, found.rstrip("/")) as watched:
        watched.page.goto(f"{found}code/mixed")
        while tried < SELECTIONS:
            start = chance.randrange(len(text) - 1)
            end = min(len(text), start + chance.choice((1, 2, 5, 20, 90)))
            bounds = chosen(text, start, end)
            if bounds[0] == bounds[1]:
                continue
            filled = watched.page.evaluate(SELECT, bounds)
            assert filled == f"char={bounds[0]},{bounds[1]}", text[slice(*bounds)]
            tried += 1
    assert tried == SELECTIONS


def test_a_claim_is_coded_by_mouse(browser: Any, kb: Kb, address: str) -> None:
    """Select, fill in, check, save; the passage and the status are stored."""
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        words = page.locator("#line-8 .words p")
        words.evaluate("one => getSelection().selectAllChildren(one)")
        words.dispatch_event("mouseup")
        page.locator("#passage", has_text="Line 8: “The captain spoke of a market").wait_for()
        page.fill("#claim-claim", "The captain spoke of a market")
        page.fill("[name='claim-what.0']", "layla")
        page.fill("[name='claim-what.1']", "characterised-as")
        page.fill("[name='claim-what.2']", '"a market"')
        page.fill("#said-by", "layla")
        page.get_by_role("button", name="Check first").click()
        page.locator("#result .effects [data-status]").first.wait_for()
        assert kb("list", "claims", "--json").out.count("a-market") == 0
        saved(page)
        assert page.locator("#line-8.coded .margin li").count() == 1
        assert page.input_value("#claim-claim") == ""
    done = json.loads(kb("show", "claim/the-captain-spoke-of-a-market", "--json").out)
    assert done["assertions"][0]["passage"].startswith("The captain spoke of a market: small")
    assert kb("fsck").code == 0


def test_several_speakers_follow_one_another(browser: Any, kb: Kb, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.fill("#said-at", "9 the mayor said")
        page.fill("#said-by", "lukin")
        page.fill("#claim-claim", "All was calm in the town")
        page.select_option("#claim-kind", "state")
        page.get_by_role("button", name="Save, then another speaker").click()
        page.locator(".saved").wait_for()
        assert page.input_value("#claim-claim") == "=all-was-calm-in-the-town"
        page.fill("#said-at", "11 Nobody else was asked")
        page.fill("#said-by", "layla")
        page.select_option("#said-stance", "denies")
        saved(page)
    said = json.loads(kb("show", "claim/all-was-calm-in-the-town", "--json").out)["assertions"]
    assert {(a["speaker"], a["stance"]) for a in said} == {
        ("layla", "denies"),
        ("lukin", "affirms"),
    }


def test_a_claim_is_coded_by_keyboard_alone(browser: Any, kb: Kb, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        for _ in range(8):
            page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("j")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        assert page.locator("#passage").inner_text().startswith("Line 8: “captain spoke")
        page.keyboard.press("n")
        page.keyboard.type("The captain spoke")
        page.keyboard.press("Tab")
        for words in ("layla", "entered", "oldport"):
            page.keyboard.type(words)
            page.keyboard.press("Tab")
        tab_to(page, page.get_by_role("button", name="Save", exact=True))
        page.keyboard.press("Enter")
        page.locator(".saved").wait_for()
    found = json.loads(kb("show", "claim/the-captain-spoke", "--json").out)
    assert found["assertions"][0]["passage"].strip() == "captain spoke"
    assert found["subject"] == "layla"


def test_keys_are_shown_and_can_be_switched_off(browser: Any, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.uncheck("#use-keys")
        page.keyboard.press("Escape")
        assert not page.locator("#keys").is_visible()
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.className") != "line coded"
        assert page.evaluate("document.activeElement.closest('.line')") is None
        page.locator("#claim-claim").focus()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_names_are_completed_as_they_are_typed(browser: Any, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.locator("#said-by").press_sequentially("lukin, ليلى")
        page.locator("#completions option[value='lukin, layla']").wait_for(state="attached")
        page.locator("#claim-claim").press_sequentially("tugs")
        page.locator(f"#completions option[value='={CLAIM[6:]}']").wait_for(state="attached")
        page.locator("[name='claim-what.1']").press_sequentially("sen")
        page.locator("#completions option[value='sent']").wait_for(state="attached")


def test_a_claim_like_another_one_is_named_before_it_is_saved(browser: Any, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.fill("#claim-claim", "Northland sent tug to Oldport")
        page.select_option("#claim-kind", "event")
        page.fill("#said-at", "11 Nobody else was asked")
        page.get_by_role("button", name="Check first").click()
        page.locator("#result .notes", has_text=f"={CLAIM[6:]}").wait_for()


def test_a_draft_survives_a_closed_tab(browser: Any, kb: Kb, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.fill("#claim-claim", "The mayor was calm")
        page.fill("#said-at", "9 the mayor said")
        page.close()
        page = watched.context.new_page()
        page.goto(address + CODE)
        assert page.locator("#draft").is_visible()
        assert page.input_value("#claim-claim") == "The mayor was calm"
        page.get_by_role("button", name="Discard it").click()
        assert page.input_value("#claim-claim") == ""
        page.fill("#claim-claim", "The mayor was calm")
        page.fill("#said-at", "9 the mayor said")
        page.select_option("#claim-kind", "state")
        saved(page)
        page.goto(address + CODE)
        assert not page.locator("#draft").is_visible()


def test_coding_works_without_scripts(browser: Any, kb: Kb, address: str) -> None:
    with Watched(browser, address, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.fill("#said-at", "11 Nobody else was asked")
        page.fill("#claim-claim", "Nobody else was asked")
        page.select_option("#claim-kind", "event")
        page.get_by_role("button", name="Check first").click()
        assert page.locator("#result .effects [data-status]").count() == 1
        assert page.input_value("#claim-claim") == "Nobody else was asked"
        saved(page)
    assert kb("show", "claim/nobody-else-was-asked").code == 0


def test_a_passage_without_a_claim_and_a_new_entity_are_recorded(
    browser: Any, kb: Kb, address: str
) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.fill("#said-at", "12 Write to us … harbour")
        page.get_by_text("No claim in this passage").click()
        page.fill("#skip-why", "form of the page")
        saved(page)
        assert page.locator("#line-12 .skipped").count() == 1
        page.fill("#said-at", "10 The hotel by the sea was empty")
        page.fill("#claim-claim", "The hotel was empty")
        page.fill("#claim-place", "hotel")
        page.select_option("#claim-kind", "state")
        page.get_by_text("New entities and ties").click()
        page.fill("#new", "hotel: place, hotel by the sea; as the hotel")
        saved(page)
    assert json.loads(kb("show", "entity/hotel", "--json").out)["name"] == "the hotel"


def test_a_mistake_is_named_and_nothing_typed_is_lost(browser: Any, kb: Kb, address: str) -> None:
    before = kb.tree()
    with Watched(browser, address, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(address + CODE)
        page.fill("#said-at", "11 words that are not there")
        page.fill("#said-by", "somebodyunknown")
        page.fill("#claim-claim", HOSTILE)
        page.get_by_role("button", name="Save", exact=True).click()
        assert page.locator(".problems li").count() >= 2
        assert page.input_value("#claim-claim") == HOSTILE
        assert page.input_value("#said-by") == "somebodyunknown"
        watched.wrong.clear()  # Chromium mentions the 422
    assert kb.tree() == before


def test_two_browsers_correct_one_record(browser: Any, kb: Kb, address: str) -> None:
    """The second one is told, sees both values, and nothing is lost."""
    path = f"/edit/{CLAIM}"
    with Watched(browser, address) as first, Watched(browser, address) as second:
        for one in (first, second):
            one.page.goto(address + path)
        first.page.fill("#note", "of the first")
        saved(first.page)
        second.page.fill("#note", "of the second")
        second.page.get_by_role("button", name="Save", exact=True).click()
        second.page.get_by_text("Somebody changed it to: of the first").wait_for()
        assert second.page.input_value("#note") == "of the second"
        second.wrong.clear()  # Chromium mentions the 409
        saved(second.page)
    assert json.loads(kb("show", CLAIM, "--json").out)["scope_note"] == "of the second"


def test_review_is_done_by_keys(browser: Any, kb: Kb, address: str) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(f"{address}/review")
        page.locator(".pair input[name=coder]").first.fill("cd")
        page.locator(".pair input[name=coder]").first.press("Tab")
        page.goto(f"{address}/review")
        page.keyboard.press("j")
        for left in (6, 5):
            page.keyboard.press("a")
            expect(page.locator(".pair")).to_have_count(left)
            expect(page.locator(".pair:focus")).to_have_count(1)
    found = json.loads(kb("list", "assertions", "--json").out)
    assert len(found) == 7
    assert kb("validate").code == 0


def test_a_server_killed_while_it_saves_leaves_the_folder_sound(kb: Kb) -> None:
    """Whatever moment it is: every file as before or as after, and `kb fsck` passes."""
    command = [sys.executable, "-m", "kb", "--kb", str(kb.root), "serve", "--port", "0"]
    chance = random.Random(15)
    for attempt in range(12):
        server = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=surroundings(), cwd=kb.root
        )
        assert server.stderr
        address = server.stderr.readline().split()[1].rstrip("/")
        saving = subprocess.Popen([sys.executable, "-c", SAVE, address, f"note {attempt}"])
        time.sleep(0.3 + chance.random() * 0.9)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        server.stderr.close()
        saving.wait()
        assert kb("fsck").code == 0, attempt
    note = json.loads(kb("show", CLAIM, "--json").out).get("scope_note")
    assert note is None or note.startswith("note ")


# Opens the form of a claim and saves a note, as a browser does; the server may go at any moment.
SAVE = f"""
import html, re, sys, urllib.error, urllib.parse, urllib.request
address, note = sys.argv[1:]
address, _, token = address.partition("/?token=")
asked = urllib.request.Request(f"{{address}}/edit/{CLAIM}", headers={{"Authorization": f"Bearer {{token}}"}})
try:
    text = urllib.request.urlopen(asked).read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', text))
    fields = {{name: html.unescape(value) for name, value in fields.items() if name != "number"}}
    data = urllib.parse.urlencode({{**fields, "note": note, "step": "save"}}).encode()
    urllib.request.urlopen(asked, data).read()
except (OSError, urllib.error.URLError):
    pass
"""


def test_hostile_texts_and_names_do_nothing_in_forms(browser: Any, hostile: Kb) -> None:
    """Not in fields, not beside them, not in the text that is selected, not as completions."""
    paths = [
        "/code/hostile",
        f"/judge?about=entity/guard&other=claim/x&why={quote(HOSTILE)}",
        "/log",
    ]
    for listed in ("claims", "assertions", "entities", "judgements"):
        key = listed.removesuffix("s") if listed != "entities" else "entity"
        for row in json.loads(hostile("list", listed, "--json").out):
            paths += [f"/edit/{key}/{row[key]}", f"/withdraw/{key}/{row[key]}"]
    assert len(paths) > 12
    with serving(hostile.root) as found, Watched(browser, found.rstrip("/")) as watched:
        page = watched.page
        for path in paths:
            page.goto(found.rstrip("/") + path)
            assert not page.title().startswith("owned"), path
            assert page.locator("main img, main script").count() == 0, path
        page.goto(f"{found}code/hostile")
        page.locator("#said-by").press_sequentially("guard")
        page.locator("#completions option").first.wait_for(state="attached")
        words = page.locator("#line-1 .words p")
        words.evaluate("one => getSelection().selectAllChildren(one)")
        words.dispatch_event("mouseup")
        page.locator("#passage", has_text="<script>").wait_for()
        page.fill("#claim-claim", HOSTILE)
        page.get_by_role("button", name="Check first").click()
        page.locator("#result .result").wait_for()
        assert page.locator("main img, main script").count() == 0
        assert not page.title().startswith("owned")
