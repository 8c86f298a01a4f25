"""Generated parts of the documentation are up to date, links work, and the README is short."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pages import CHECKOUT, DOCS, GENERATED, OUTPUT_PAGES, PICTURE, kb, overview, plain, with_output

# More than this is not read in one go.
README_WORDS = 600
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TOP_PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = [*(CHECKOUT / name for name in TOP_PAGES), *sorted(DOCS.rglob("*.md"))]


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as git hosts make them."""
    heads = HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def targets(page: Path) -> list[tuple[Path, str]]:
    """The files of this project that a page links to, each with its anchor."""
    found = []
    for link in LINK.findall(prose(page)):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            found.append(((page.parent / path).resolve() if path else page, anchor))
    return found


@pytest.mark.parametrize(("page", "make"), GENERATED.items(), ids=lambda p: getattr(p, "name", ""))
def test_a_reference_page_says_what_the_program_says(page: Path, make: Callable[[], str]) -> None:
    assert page.read_text(encoding="utf-8") == make(), "run `make pages`"


@pytest.mark.parametrize("page", OUTPUT_PAGES, ids=lambda p: p.name)
def test_output_on_a_page_is_what_the_program_prints(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == with_output(text), "run `make pages`"


@pytest.mark.parametrize(
    "code", ["quote-mismatch", "affiliation-member", "claim-without-assertion"]
)
def test_a_problem_code_of_the_page_means_what_kb_explain_says(code: str) -> None:
    """One code of the program, one of a shape, one of a saved check."""
    page = (DOCS / "reference" / "problem-codes.md").read_text(encoding="utf-8")
    assert squeezed(kb("explain", code)) in squeezed(page), "run `make pages`"


def test_the_picture_shows_the_overview_in_full() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    shown = html.unescape(re.sub(r"<[^>]+>", "", svg)).replace("\xa0", " ")
    missing = [
        line for line in plain(overview()).splitlines() if squeezed(line) not in squeezed(shown)
    ]
    assert missing == [], "run `make picture`"


def squeezed(text: str) -> str:
    """Text without blanks."""
    return re.sub(r"\s+", "", text)


def test_the_picture_loads_nothing_from_elsewhere() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert re.findall(r"(?:url\(|href=)[\"']?https?:", svg) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(CHECKOUT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = targets(page)
    assert [str(target) for target, _ in links if not target.exists()] == []
    assert [
        anchor
        for target, anchor in links
        if anchor and target.suffix == ".md" and anchor not in anchors(target)
    ] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [CHECKOUT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        waiting += [
            target for target, _ in targets(page) if target.suffix == ".md" and target.exists()
        ]
    assert [str(page.relative_to(CHECKOUT)) for page in PAGES if page not in reached] == []


def test_the_readme_is_short() -> None:
    assert len((CHECKOUT / "README.md").read_text(encoding="utf-8").split()) <= README_WORDS
