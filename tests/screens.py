"""Take the pictures of eight screens that docs/how-to/use-the-browser.md shows.

`python tests/screens.py` rewrites them (`make screens`). They show the shipped collection without
its documents, which are not part of the project. Reading and coding, and the review, show the
invented report of docs/example.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from conftest import run
from pages import CHECKOUT, DOCS, workplace
from PIL import Image
from playwright.sync_api import sync_playwright
from serving import CHROMIUM, QUIET, TOKENS, serving

SCREENS: Final = DOCS / "screens"
SIZE: Final = {"width": 1180, "height": 780}
# Colours of a picture. Pages have few, and fewer make a smaller file.
COLOURS: Final = 64
# Name of the picture → address.
COLLECTION: Final[Mapping[str, str]] = {
    "overview": "/",
    "claim": "/claims?status=disputed",
    "question": "/question/disputed",
    "entity": "/entity/russia",
    "map": "/map",
    "network": "/entity/russia/network",
}


def main() -> None:
    """Take all pictures."""
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        root = Path(folder) / "collection"
        root.mkdir()
        with serving(workplace(root)) as address:
            for name, path in COLLECTION.items():
                page.goto(address.rstrip("/") + path)
                if name == "claim":
                    page.locator("main a[href^='/claim/']").first.click()
                if page.locator("svg.picture").count():
                    page.evaluate("document.querySelector('.picture').scrollIntoView(false)")
                _take(page, name)
        _example(page, Path(folder) / "harbour")
        browser.close()


def _example(page: Any, root: Path) -> None:
    """Take the pictures of reading and coding, with words selected, and of the review."""
    assert run("init", root, cwd=root.parent).code == 0
    example = CHECKOUT / "docs/example"
    given = ("--id", "selmouth", "--author", "The Selmouth Courier", "--published", "2024-03-02")
    assert run("add", "source", example / "report.txt", *given, cwd=root).code == 0
    assert run("add", "--from", example / "sheet.yaml", cwd=root).code == 0
    with serving(root) as address:
        page.goto(f"{address}code/selmouth?token={TOKENS[address.rstrip('/')]}")
        line = page.locator(".line", has_text="The harbour office counted").locator(".words p")
        line.evaluate("one => getSelection().selectAllChildren(one)")
        line.dispatch_event("mouseup")
        page.locator("#passage", has_text="Line").wait_for()
        page.fill("#claim-claim", "The harbour office counted torn nets")
        page.select_option("#claim-kind", "event")
        page.fill("#claim-place", "selmouth")
        page.get_by_role("button", name="Check first").click()
        page.locator("#result .effects").wait_for()
        page.evaluate("document.querySelector('.entry').scrollTop = 0")
        page.evaluate("scrollTo(0, 0)")
        _take(page, "read-and-code")
        page.goto(f"{address}review#unchecked")
        _take(page, "review")


def _take(page: Any, name: str) -> None:
    """Write a picture with few colours."""
    shot = Image.open(io.BytesIO(page.screenshot()))
    found = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    found.save(SCREENS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
