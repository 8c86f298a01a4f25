"""Pages in a real Chromium: what is requested, what is seen, what a keyboard reaches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Kb
from serving import CHROMIUM, Watched, serving, tab_to

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="there is no Chromium (Debian package chromium)"
)
CLAIM = "/claim/northland-sent-tugs-to-oldport"
PAGES = (
    "/",
    "/claims",
    CLAIM,
    f"{CLAIM}/history",
    "/search?q=harbour",
    "/entities",
    "/entity/northland",
    "/source/2024-quarrel",
    "/question/who-controlled?place=pier&day=2024-03-04",
    "/sparql",
    "/review",
    "/log",
    "/timeline",
    f"{CLAIM}/timeline",
    "/map",
    "/entity/pier/map",
    "/network",
    "/entity/northland/network",
    "/code/2024-quarrel",
    "/judge?about=entity/layla",
    "/add/source",
    f"/edit{CLAIM}",
    f"/withdraw{CLAIM}",
    "/check/assertion/2024-quarrel.northland-sent-tugs-to-oldport.northland.denies",
)
# Statuses beside which a side is missing or not visible.
ONE_SIDED = """() => [...document.querySelectorAll('[data-status]')].filter(one => {
    const sides = [...one.querySelectorAll('.side')];
    return sides.length !== 2 || sides.some(side => !side.checkVisibility() || !side.innerText);
}).length"""

# Colours of text and of a card, as the style sheet has them.
COLOURS = """() => {
    const one = document.body.appendChild(document.createElement('p'));
    one.style.background = 'var(--card)';
    const style = getComputedStyle(one);
    return [style.color, style.backgroundColor];
}"""


@pytest.fixture(scope="module")
def address(seen: Kb) -> Iterator[str]:
    """The address of a server for the small knowledge base, without the slash at its end."""
    with serving(seen.root) as found:
        yield found.rstrip("/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_sides_are_seen_wherever_a_status_is(browser: Any, address: str, scheme: str) -> None:
    """And nothing is requested from elsewhere, and the console stays empty."""
    with Watched(browser, address, color_scheme=scheme) as watched:
        seen = 0
        for path in PAGES:
            watched.page.goto(address + path)
            seen += watched.page.locator("[data-status]").count()
            assert watched.page.evaluate(ONE_SIDED) == 0, path
        assert seen >= 5


@pytest.mark.parametrize("width", [320, 640, 1600])
def test_no_page_is_wider_than_the_window(browser: Any, address: str, width: int) -> None:
    """320 px is also a window of 1280 px at 400 % (WCAG 1.4.10)."""
    with Watched(browser, address, viewport={"width": width, "height": 700}) as watched:
        for path in PAGES:
            watched.page.goto(address + path)
            inside = watched.page.evaluate("document.documentElement.scrollWidth")
            assert inside <= width, path


def test_pictures_are_printed_whole_and_dark_on_white(browser: Any, address: str) -> None:
    """On A4 between margins, from a dark screen; a picture is not higher than a page."""
    with Watched(browser, address, color_scheme="dark") as watched:
        page = watched.page
        page.set_viewport_size({"width": 680, "height": 1000})
        page.emulate_media(media="print", color_scheme="dark")
        drawn = 0
        for path in (
            "/timeline",
            f"{CLAIM}/timeline",
            "/network",
            "/entity/northland/network",
            CLAIM,
        ):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 680, path
            screen = page.locator(".top, .days, .tools, footer")
            assert not any(one.is_visible() for one in screen.all()), path
            assert page.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"], path
            pictures = page.locator("main svg").all()
            drawn += len(pictures)
            assert all(one.bounding_box()["height"] < 900 for one in pictures), path
        assert drawn >= 3


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 320), ("light", 640)])
def test_axe_finds_nothing(browser: Any, address: str, axe: str, scheme: str, width: int) -> None:
    """`bypass_csp` is for axe alone: the pages themselves run no other script. 640 px are a window
    of 1280 px at 200 %.
    """
    size = {"width": width, "height": 800}
    options = {"color_scheme": scheme, "viewport": size, "bypass_csp": True}
    with Watched(browser, address, **options) as watched:
        for path in PAGES:
            watched.page.goto(address + path)
            watched.page.evaluate(axe)
            found = watched.page.evaluate("axe.run()")["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], path


def test_pages_work_without_javascript_and_by_keyboard(browser: Any, address: str) -> None:
    """From the first page to the passage of a claim with Tab and Enter."""
    with Watched(browser, address, java_script_enabled=False) as watched:
        watched.page.goto(address)
        watched.page.keyboard.press("Tab")
        watched.page.keyboard.press("Enter")
        assert watched.page.url.endswith("#content")
        watched.page.goto(address)
        tab_to(watched.page, watched.page.locator("#find"))
        watched.page.keyboard.type("tugs oldport")
        watched.page.keyboard.press("Enter")
        name = "Northland sent tugs to Oldport"
        tab_to(watched.page, watched.page.get_by_role("link", name=name).first)
        watched.page.keyboard.press("Enter")
        watched.page.wait_for_url(f"{address}{CLAIM}")
        assert watched.page.locator("#sides mark").first.is_visible()


def test_a_claim_is_seen_on_an_earlier_day_with_the_slider_and_by_links(
    browser: Any, address: str
) -> None:
    with Watched(browser, address) as watched:
        page = watched.page
        page.goto(address + CLAIM)
        slider = page.locator("input[data-for=as-of]")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        assert page.locator("main input[name=as-of]").input_value() == "2024-03-04"
        assert slider.get_attribute("aria-valuetext") == "2024-03-04"
        page.locator("main .days button").press("Enter")
        page.wait_for_url(f"{address}{CLAIM}?as-of=2024-03-04*")
        assert page.locator("#sides mark").first.is_visible()
    with Watched(browser, address, java_script_enabled=False) as watched:
        watched.page.goto(address + CLAIM)
        assert not watched.page.locator("input[type=range]").first.is_visible()
        watched.page.locator("nav.steps a").first.press("Enter")
        watched.page.wait_for_url(f"{address}{CLAIM}?as-of=2024-03-04*")


def test_hostile_texts_and_names_do_nothing(browser: Any, hostile: Kb) -> None:
    with serving(hostile.root) as found:
        address = found.rstrip("/")
        with Watched(browser, address) as watched:
            watched.page.goto(address)
            paths = {"/", "/claims", "/search?q=quay", "/entities", "/judgements", "/sources"}
            for link in watched.page.locator("main a").all():
                paths.add(str(link.get_attribute("href")).partition("#")[0])
            assert len(paths) > 9
            for path in sorted(paths):
                watched.page.goto(address + path)
                assert not watched.page.title().startswith("owned")
                assert watched.page.locator("main img, main script").count() == 0


def test_a_dossier_opens_offline(browser: Any, address: str, tmp_path: Path) -> None:
    with Watched(browser, address, accept_downloads=True) as watched:
        watched.page.goto(address + CLAIM)
        with watched.page.expect_download() as started:
            watched.page.get_by_role("link", name="Dossier").click()
        file = tmp_path / started.value.suggested_filename
        started.value.save_as(file)
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.locator(".for mark").first.is_visible()
    assert page.locator(".against mark").first.is_visible()
    assert page.locator(".sides").evaluate("one => getComputedStyle(one).display") == "grid"
    context.close()


def test_another_page_cannot_put_a_page_in_a_frame(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f'<iframe src="{address}/" width="600"></iframe>')
    page.wait_for_timeout(300)
    assert page.frames[1].url.startswith("chrome-error:")
    context.close()
