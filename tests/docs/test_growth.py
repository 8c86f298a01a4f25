"""The page and the picture of growth are what the file of figures gives."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from xml.etree import ElementTree

import growth
import growth_page
import pytest
from generated_bases import generate
from growth_page import Figure, Figures
from growth_picture import APART, COLOURS, picture, spread

# Figures in which one work has the same cost at each size, one grows in step, one in between.
EXPONENTS = {"kb show CLAIM": 0.0, "kb stats": 0.5, "kb index": 1.0}
SIZES = (1000, 10_000, 100_000)
MADE = Figures(
    Figure(claims, work, claims**exponent / 100, 0.1, claims / 40, "2026-01-01", "a machine")
    for claims in SIZES
    for work, exponent in EXPONENTS.items()
)


def test_the_page_and_the_picture_are_what_the_figures_give() -> None:
    figures = growth_page.read()
    found = [path.read_text("utf-8") for path in (growth_page.PAGE, growth_page.PICTURE)]
    made = [growth_page.page(figures), growth_page.picture(figures)]
    assert found == made, "run `make pages`"


def test_a_size_that_is_measured_again_replaces_its_earlier_figures() -> None:
    new = [Figure(10_000, "kb index", 7.0, 0.1, 50.0, "2026-01-02", "a machine")]
    merged = growth_page.merged(MADE, new)
    assert merged.sizes == [1000, 10_000, 100_000]
    assert [row for row in merged.rows if row.claims == 10_000] == new


def test_works_are_grouped_by_how_they_grow() -> None:
    groups = [line for line in growth_page.growing(MADE).splitlines() if line.startswith("-")]
    assert groups == [
        "- Nearly constant: `kb show CLAIM` 1.0 ×.",
        "- Grows more slowly than the number of claims: `kb stats` 3.2 ×.",
        "- Grows in step with the number of claims: `kb index` 10 ×.",
    ]


def test_the_memory_of_a_million_claims_is_told_only_while_they_are_not_measured() -> None:
    assert "about 24 GB" in growth_page.page(MADE)
    row = Figure(1_000_000, "kb index", 9000.0, 0.1, 9000.0, "2026-01-02", "a machine")
    assert "## A million claims" not in growth_page.page(growth_page.merged(MADE, [row]))


def test_the_picture_has_a_line_and_a_name_for_each_work() -> None:
    figures = growth_page.read()
    svg = growth_page.PICTURE.read_text(encoding="utf-8")
    texts = [element.text or "" for element in ElementTree.fromstring(svg).iter()]
    names = [text.rpartition("  ")[0] for text in texts if "  " in text]
    assert sorted(names) == sorted(figures.works)
    assert svg.count('<path class="line ') == 2 * len(figures.works)  # each has a leader
    assert re.findall(r"(?:url\(|href=)", svg) == []


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    ends = [100.0, 101.0, 102.0, 300.0, 310.0, 330.0, 335.0]
    names = spread(ends, APART)
    assert min(b - a for a, b in zip(names, names[1:], strict=False)) >= APART - 1e-9
    assert names[1] == 101.0


def test_a_name_of_a_work_is_not_read_as_a_mark_of_svg() -> None:
    svg = picture("a < b", {"<b>": [(10, 1.0), (100, 2.0)]})
    assert "<b>  2.0 s" in [element.text for element in ElementTree.fromstring(svg).iter()]


@pytest.mark.parametrize("which", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", sorted(COLOURS.keys() - {"ground", "grid"}))
def test_text_of_the_picture_can_be_read_in_light_and_dark(name: str, which: int) -> None:
    """A contrast of 4.5 at least (WCAG 2.2, 1.4.3)."""
    low, high = sorted((luminance(COLOURS[name][which]), luminance(COLOURS["ground"][which])))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_job_runs_in_a_generated_knowledge_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once each, in a small one."""
    monkeypatch.setenv("KB_HOME", str(tmp_path / "kb"))
    generate(tmp_path / "kb", 120)
    peaks: list[float] = []
    works = []
    for job in growth.jobs(tmp_path / "kb", 120, peaks):
        job.run()
        works.append(job.work)
    assert works == growth_page.read().works
    assert len(peaks) == 1
    assert peaks[0] > 1


@pytest.mark.parametrize("text", ["abc", "0", "99", "-5", "1e3", ""])
def test_a_size_that_cannot_be_measured_is_refused(text: str) -> None:
    assert growth.size("100") == 100
    with pytest.raises(argparse.ArgumentTypeError, match="from 100 on"):
        growth.size(text)
