"""Documents are added one or several at a time; what a person should know about them is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Kb
from document_samples import pdf

from kb.app import knowledge_base

WORDS = "The mayor said that the pier was closed for the day, and that it would open again.\n"
PAGE = (
    '<!doctype html><html lang="en"><head><meta property="article:modified_time" '
    'content="2024-05-01T10:00:00+01:00"><link rel="canonical" '
    'href="https://web.archive.org/web/20240309101500/https://coast.example/toll"></head><body>'
    "<nav>Front page</nav><article><h1>Toll raised</h1><figure><figcaption>The quay at dawn"
    f"</figcaption></figure><p>{WORDS}</p></article></body></html>"
)


def stored(kb: Kb, name: str) -> str:
    return (kb.root / f"claims/main/sources/{name}.ttl").read_text(encoding="utf-8")


def test_the_files_of_a_folder_are_added_one_by_one(kb: Kb) -> None:
    folder = kb.root.parent / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text(WORDS)
    (folder / "b.png").write_bytes(b"\x89PNG\r\n")
    (folder / "c.pdf").write_bytes(pdf([["Nobody objected."]]))
    done = kb("add", "source", folder, "--publisher", "Coast Daily")
    assert done.code == 1
    assert done.out.count("Added source") == 2
    assert "b.png is an image, which is not read.  hint: read its text: tesseract" in done.err
    assert "1 of 3 documents were not added" in done.err


def test_what_belongs_to_one_document_is_not_given_to_several(kb: Kb) -> None:
    files = [kb.write("a.txt", WORDS), kb.write("b.txt", "Nobody objected.")]
    before = kb.tree()
    done = kb("add", "source", *files, "--title", "Pier")
    assert (done.code, kb.tree()) == (2, before)
    assert "--title can belong to one document only" in done.err


def test_a_web_address_is_refused_with_a_way_to_save_the_page(kb: Kb) -> None:
    done = kb("add", "source", "https://coast.example/toll?a=b&c=d")
    assert done.code == 2
    assert "add source page.html --url 'https://coast.example/toll?a=b&c=d'" in done.err


def test_forms_and_what_a_page_states_are_shown(kb: Kb) -> None:
    pytest.importorskip("trafilatura")
    done = kb("add", "source", kb.write("page.html", PAGE), "--id", "toll")
    assert "note: left out: navigation, 2 words (Front page)" in done.err
    assert "archived copy" in done.err
    assert "   2  [caption] The quay at dawn\n" in kb("read", "toll").out
    card = kb("show", "toll").out
    assert "url: https://coast.example/toll\n" in card
    assert "archived copy: https://web.archive.org/web/20240309101500/" in card
    assert "stated: modified 2024-05-01T10:00:00+01:00 (meta article:modified_time)" in card
    assert "left out: navigation, 2 words" in card
    assert "Front page" not in stored(kb, "toll")
    assert kb("validate").code == 0


def test_a_passage_takes_its_page_as_locator(kb: Kb) -> None:
    pytest.importorskip("pypdf")
    document = kb.write("minutes.pdf", pdf([["The board met."], ["Nobody objected."]]))
    kb("add", "source", document, "--id", "minutes")
    assert "      [page 2]\n   2  Nobody objected.\n" in kb("read", "minutes").out
    sheet = (
        "source: minutes\nclaims:\n- claim: Nobody objected\n  kind: event\n"
        "  said:\n  - at: 2 Nobody objected\n"
    )
    assert kb("add", "--from", "-", stdin=sheet).code == 0
    assert 'kb:locator "page 2"' in stored(kb, "minutes")
    again = kb("sheet", "minutes").out
    assert "locator: page 2" in again
    assert "Nothing new" in kb("add", "--from", "-", stdin=again).out


@pytest.mark.parametrize(
    ("options", "kind"),
    [((), "agent"), (("--author-type", "organisation"), "organisation")],
)
def test_the_type_of_an_author_is_never_guessed(
    kb: Kb, options: tuple[str, ...], kind: str
) -> None:
    document = kb.write("a.txt", WORDS)
    done = kb("add", "source", document, "--author", "Coast Daily", *options)
    assert ("is recorded as an agent" in done.err) == (kind == "agent")
    entities = (kb.root / "claims/main/entities.ttl").read_text(encoding="utf-8")
    described = entities.partition("<entity/coast-daily>")[2].partition("\n\n")[0]
    assert f"kb:type-{kind}" in described


def test_an_author_is_asked_for_if_somebody_can_answer(kb: Kb) -> None:
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return "organisation"

    opened = knowledge_base.open(kb.root)
    given = {"author": "Coast Daily; A Gazette"}
    made = opened.add_source("a.txt", WORDS.encode(), given, ask=ask)
    # A Gazette is a record already.
    assert asked == ["Coast Daily"]
    assert (made.author, made.co_authors) == ("coast-daily", ("a-gazette",))


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (WORDS, "en"),
        ("Der Bürgermeister sagte, dass der Pier für den Tag geschlossen ist.", "de"),
        ("Мэр сказал, что пирс был закрыт и что он не будет продан.", "ru"),
        ("Pier 5", None),
    ],
)
def test_the_language_is_detected_or_unknown(kb: Kb, words: str, language: str | None) -> None:
    made = knowledge_base.open(kb.root).add_source("a.txt", words.encode(), {})
    assert made.language == language
    assert ("language" in made.unknown) == (language is None)


def test_a_wrong_type_of_author_is_refused(kb: Kb, tmp_path: Path) -> None:
    done = kb("add", "source", kb.write("a.txt", WORDS), "--author", "X", "--author-type", "cat")
    assert done.code == 2
    assert "one of person, organisation, group, agent" in done.err


def test_the_same_text_is_added_again_only_as_a_copy(kb: Kb) -> None:
    document = kb.write("wire.txt", WORDS)
    assert kb("add", "source", document, "--id", "wire").code == 0
    refused = kb("add", "source", document, "--id", "gazette")
    assert refused.code == 1
    assert "--copy-of wire" in refused.err
    assert kb("add", "source", document, "--id", "gazette", "--copy-of", "wire").code == 0
    assert "kb:copyOf <source/wire>" in stored(kb, "gazette")
    assert kb("validate").code == 0


def test_another_text_at_the_same_address_is_pointed_out(kb: Kb) -> None:
    one, two = kb.write("one.txt", WORDS), kb.write("two.txt", f"{WORDS}It did not.\n")
    kb("add", "source", one, "--id", "one", "--url", "https://coast.example/toll")
    done = kb("add", "source", two, "--id", "two", "--url", "http://www.coast.example/toll/")
    assert "kb edit source/two version-of=one" in done.err
    three = kb.write("three.txt", f"{WORDS}It never did.\n")
    options = ("--url", "https://coast.example/toll", "--version-of", "two")
    done = kb("add", "source", three, "--id", "three", *options)
    assert "kb:versionOf <source/two>" in stored(kb, "three")
    assert "source/three version-of=two" not in done.err
