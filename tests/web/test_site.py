"""A copy of the pages as files: complete in itself, browsable, and without what is marked."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from conftest import Kb
from serving import CHROMIUM

from kb.app import knowledge_base
from kb.app.publishing import target_files
from kb.errors import Refused
from kb.web import site
from kb.web.site_links import LONGEST, file_of, rewritten

CLAIM = "the-coastguard-controls-the-pier"


@pytest.fixture(scope="module")
def base(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base with a sensitive speaker and a licence."""
    root = Path(shutil.copytree(made, tmp_path_factory.mktemp("base") / "quarrel"))
    with (root / "kb.toml").open("a", encoding="utf-8") as settings:
        settings.write('licence = "https://creativecommons.org/licenses/by/4.0/"\n')
    kb = knowledge_base.open(str(root))
    kb.add(kb.edit("entity/layla", {"sensitive": "yes"}))
    return root


@pytest.fixture(scope="module")
def copy(base: Path) -> dict[str, str]:
    return dict(site.files(knowledge_base.open(str(base)).without_texts()))


def test_every_link_leads_to_a_file_of_the_copy_and_nothing_is_loaded_from_elsewhere(
    copy: dict[str, str],
) -> None:
    lost, loaded = [], []
    pages = {path: text for path, text in copy.items() if path.endswith(".html")}
    for path, text in pages.items():
        for tag, address in re.findall(r'<(\w+)[^>]*?\b(?:href|src)="([^"]*)"', text):
            plain = unquote(address.partition("#")[0])
            if "://" in plain:
                loaded += [(path, address)] if tag != "a" else []
            elif plain:
                folder = path.rpartition("/")[0]
                steps = plain.count("../")
                inside = plain.removeprefix("../") if steps else f"{folder}/{plain}".strip("/")
                lost += [(path, address)] if inside not in copy or steps != path.count("/") else []
    assert lost == []
    assert loaded == []
    assert not [path for path, text in pages.items() if re.search("<form|<button|<dialog", text)]


def test_a_page_of_a_claim_has_status_and_both_sides_but_not_the_text(
    copy: dict[str, str],
) -> None:
    page = copy["claim/northland-sent-tugs-to-oldport.html"]
    for shown in ("disputed", "Coastguard", "Northland denied this"):
        assert shown in page
    assert "Nobody else was asked" not in "".join(copy.values())
    assert "creativecommons.org" in copy["index.html"]


def test_a_copy_has_no_trace_of_what_is_marked(copy: dict[str, str]) -> None:
    whole = "".join((*copy, *copy.values()))
    assert "layla" not in whole.casefold()
    assert "ليلى" not in whole
    assert f"claim/{CLAIM}.html" in copy
    assert 'data-status="disputed"' not in copy[f"claim/{CLAIM}.html"]


def test_data_beside_the_pages_is_read_by_another_program(copy: dict[str, str]) -> None:
    for path, text in copy.items():
        if path.endswith(".ttl"):
            assert list(ox.parse(text, format=ox.RdfFormat.TURTLE)), path
    claim = copy[f"claim/{CLAIM}.jsonld"]
    found = {str(q.predicate) for q in ox.parse(claim, format=ox.RdfFormat.JSON_LD)}
    assert "<https://w3id.org/claimkb/ns#stance>" in found
    described = {str(t) for t in ox.parse(copy["dataset.ttl"], format=ox.RdfFormat.TURTLE)}
    assert any("http://www.w3.org/ns/dcat#downloadURL" in t and "all.ttl" in t for t in described)
    assert any("license" in t and "creativecommons" in t for t in described)


def test_each_term_has_a_page_with_its_definition(copy: dict[str, str]) -> None:
    assert "must not leave the knowledge base" in copy["term/sensitive.html"]
    assert "term/stance-denies.html" in copy


def test_a_site_is_written_by_a_command_and_searched_without_a_server(
    base: Path, tmp_path: Path
) -> None:
    kb = Kb(Path(shutil.copytree(base, tmp_path / "quarrel")))
    kb.refuses(2, "site", "kb.toml", says=("is a file",))
    kb.refuses(1, "site", "claims", says=("part of the knowledge base",))
    public = tmp_path / "public"
    public.mkdir()
    (public / "index.html").write_text("mine")
    kb.refuses(1, "site", public, says=("index.html", "--force"))
    assert [path.name for path in public.iterdir()] == ["index.html"]
    done = kb("site", public, "--force")
    assert done.code == 0, done
    assert "index.html" in done.err
    index = (public / "static/site-index.js").read_text(encoding="utf-8")
    rows = json.loads(index.removeprefix("window.kbIndex = ").removesuffix(";\n"))
    assert all((public / row[0]).is_file() for row in rows)
    assert ["entity/oldport.html", "entity", "Oldport", "oldport", "Old Port"] in rows


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no Chromium")
def test_the_search_works_from_files(copy: dict[str, str], browser: Any, tmp_path: Path) -> None:
    for name, text in copy.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    page, asked = browser.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{tmp_path}/claim/{CLAIM}.html")
    page.fill("#find", "old PORT")
    page.click("#found a >> text=/^Oldport$/")
    assert page.url.endswith("/entity/oldport.html")
    assert {address.partition(":")[0] for address in asked} == {"file"}
    page.close()


def test_files_that_are_gone_are_removed_and_those_of_others_are_kept(
    base: Path, tmp_path: Path
) -> None:
    home = knowledge_base.open(str(shutil.copytree(base, tmp_path / "quarrel"))).folder
    public = tmp_path / "public"
    assert target_files.mirror(public, {"a/x.html": "1", "b.html": "2"}, home, False) == []
    (public / "notes.txt").write_text("mine")
    assert target_files.mirror(public, {"b.html": "3"}, home, False) == [public / "a/x.html"]
    assert (public / "notes.txt").read_text() == "mine"
    (public / "b.html").write_text("changed by somebody")
    with pytest.raises(Refused, match=r"b\.html"):
        target_files.mirror(public, {"b.html": "4", "c.html": "5"}, home, False)
    assert not (public / "c.html").exists()


def test_names_of_files_are_short_and_distinct() -> None:
    long = "/assertion/" + "a" * 300
    assert len(file_of(long).rpartition("/")[2]) <= LONGEST + 9
    assert file_of(long) != file_of(long + "b")
    assert file_of("/claims", "about=a") != file_of("/claims", "about=A")


def test_a_link_to_a_page_that_is_not_in_the_copy_goes_with_its_text() -> None:
    page = '<p class="more"><a href="/log">Log</a> · <a href="/claims?status=x">All</a></p>'
    kept = rewritten(page, "../", lambda path, query: path == "/claims")
    assert kept == '<p class="more"> <a href="../claims.status-x.html">All</a></p>'
