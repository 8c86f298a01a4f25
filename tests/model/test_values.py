"""Values that no stored record may have are refused where they come in, with the place and a way
out; nothing is written.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import MORE, Kb
from rdflib import Graph

from kb.model import iris, values
from kb.model.rdf_terms import Term
from kb.model.records import Entity, Source
from kb.rdf import decoding, turtle_reader
from kb.rdf.turtle_writer import compose, render

BASE = "https://example.org/quarrel/"
FORBIDDEN = [
    "\0",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\ud800",
    "\udc80",
    "\ufffe",
    "\uffff",
    "\U0001fffe",
]
NOT_ADDRESSES = [
    "https://news.example/a b",
    "http://x> ; kb:note <http://y",
    "https://news.example/?tag[]=port",
    "https://news.example/100%-sure",
    "https://news.example/{id}|x^y",
    "https://news.example/\\x",
    "https://news.example/\u202egnp.exe",
    "https://[::1::2]/",
    "https:///no-host",
    "www.news.example/no-scheme",
    "javascript:alert(1)",
]
ADDRESSES = [
    "https://en.example.org/wiki/Pier_(Selmouth)",
    "https://news.example/a,b;c=1?x=%E2%82%AC&y=a%20b#:~:text=closed,pier",
    "https://ar.example/أخبار/مرفأ?id=٣",
    "http://user@[2001:db8::1]:8080/x",
    "https://example.org/quarrel/mailto:x",
    "https://example.org/quarrel/../x",
    "https://example.org/quarrel//x",
    "urn:isbn:0451450523",
]


def escaped(character: str) -> str:
    """A character as YAML writes it in double quotes."""
    return f"\\U{ord(character):08X}"


@pytest.mark.parametrize("character", FORBIDDEN, ids=ascii)
@pytest.mark.parametrize("line", ["- claim: Something {}", "  note: a{}b", "  unit: '{}'"])
def test_a_sheet_with_a_forbidden_character_is_refused_at_its_line(
    seen: Kb, tmp_path: Path, character: str, line: str
) -> None:
    sheet = tmp_path / "s.yaml"
    filled = line.replace("'", "").format(escaped(character))
    key, _, value = filled.partition(": ")
    rest = "" if key == "- claim" else f'{key}: "{value}"\n'
    first = f'- claim: "{value}"\n' if key == "- claim" else "- claim: Something\n"
    sheet.write_text(
        f"source: 2024-quarrel\nclaims:\n{first}{rest}  kind: event\n  said:\n  - by: lukin\n    at: 8 near the pier\n"
    )
    place = f"s.yaml:{3 if key == '- claim' else 4}:"
    seen.refuses(
        1, "add", "--from", sheet, says=(place, "bad-character", f"U+{ord(character):04X}")
    )


@pytest.mark.parametrize(
    "command",
    [
        ("add", "entity", "boat", "object", "--as", "B\x1boat"),
        ("add", "entity", "boat", "object", "--as", "Boat", "--description", "B\x1boat"),
        ("add", "affiliation", "lukin", "speaks-for", "northland", "--note", "a\x1b"),
        (
            "add",
            "claim",
            "Something \x1b",
            "--kind",
            "event",
            "--source",
            "2024-quarrel",
            "--at",
            "8 near the pier",
            "--by",
            "lukin",
        ),
        ("edit", "pier", "name=a\x1b"),
        ("edit", "source/2024-quarrel", "title=a\x1b"),
        ("judge", "verdict", "northland-sent", "--verdict", "so", "--why", "a\x1b"),
        ("merge", "lukin", "layla", "--why", "a\x1b"),
    ],
)
def test_an_option_with_a_forbidden_character_is_refused(
    seen: Kb, command: tuple[str, ...]
) -> None:
    seen.refuses(1, *command, says=("U+001B", "a control character"))


@pytest.mark.parametrize(
    "option",
    ["--title", "--author", "--publisher", "--because", "--obtained", "--language", "--url"],
)
def test_what_is_typed_for_a_document_is_refused_with_a_forbidden_character(
    seen: Kb, option: str
) -> None:
    seen.refuses(
        2, "add", "source", "-", option, "a\x1bb", stdin="Some text.\n", says=(option, "U+001B")
    )


def test_a_reason_for_a_withdrawal_is_refused_with_a_forbidden_character(seen: Kb) -> None:
    seen.refuses(2, "withdraw", "northland-sent", "--why", "a\x1b", says=("the reason", "U+001B"))


def test_an_argument_that_is_not_utf_8_is_refused(seen: Kb) -> None:
    seen.refuses(2, "edit", "pier", "name=a\udcff", says=("not UTF-8",))


def test_an_editor_that_leaves_a_forbidden_character_is_refused(kb: Kb) -> None:
    editor = kb.write("editor.sh", '#!/bin/sh\nsed -i \'s/^  name:.*/  name: "a\\\\x1bb"/\' "$1"\n')
    before = kb.file("entities.ttl").read_bytes()
    done = kb("edit", "pier", EDITOR=f"sh {editor}")
    assert done.code == 1
    assert "U+001B" in done.err
    assert kb.file("entities.ttl").read_bytes() == before


def test_a_title_from_a_document_is_cleaned_and_that_is_said(kb: Kb) -> None:
    document = kb.root / "n.txt"
    document.write_bytes(b"A\x07 title\n\nText.\n")
    done = kb("add", "source", document, "--id", "n")
    assert done.code == 0
    assert "U+0007" in done.err
    assert "A\ufffd title" in (kb.root / "claims/main/sources/n.ttl").read_text()
    assert kb("validate").code == 0


@pytest.mark.parametrize("address", NOT_ADDRESSES)
def test_what_is_not_an_address_is_refused_with_a_remedy(seen: Kb, address: str) -> None:
    seen.refuses(
        2, "add", "source", "-", "--url", address, stdin="Some text.\n", says=("--url", "hint: ")
    )
    seen.refuses(1, "edit", "source/2024-quarrel", f"url={address}", says=("bad-address", "hint: "))


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_kept_letter_for_letter(address: str) -> None:
    assert iris.address_fault(address) == ""
    block = render(Source("a", url=address), BASE)
    text = compose(
        turtle_reader.triples(
            f"@base <{BASE}> .\n@prefix kb: <https://w3id.org/claimkb/ns#> .\n@prefix schema: <https://schema.org/> .\n{block}",
            BASE,
        ),
        BASE,
    )
    (record,) = decoding.records(turtle_reader.triples(text, BASE), BASE)
    assert isinstance(record, Source)
    assert record.url == address
    assert [
        str(o) for _, p, o in Graph().parse(data=text, format="turtle") if str(p).endswith("/url")
    ] == [address]


def test_the_remedy_for_an_address_is_an_address() -> None:
    assert (
        iris.remedy("https://news.example/a b?tag[]=1%")
        == "write https://news.example/a%20b?tag%5B%5D=1%25"
    )
    assert iris.remedy("www.news.example/x") == "write https://www.news.example/x"


@pytest.mark.parametrize(
    "item", ["Q1> <x", "Q²", "Q0", "http://www.wikidata.org/entity/P5", "q1", "Q" + "9" * 40]
)
def test_an_item_of_wikidata_is_q_and_digits(seen: Kb, item: str) -> None:
    seen.refuses(1, "edit", "pier", f"wikidata={item}", says=("Wikidata",))
    seen.refuses(1, "add", "entity", "boat", "object", "--wikidata", item, says=("Wikidata",))


def test_a_semicolon_in_an_option_adds_no_other_value(seen: Kb) -> None:
    seen.refuses(2, "add", "entity", "boat", "object; as Other", says=("semicolon",))
    seen.refuses(
        2, "add", "entity", "boat", "object", "--wikidata", "Q1; as Other", says=("semicolon",)
    )


@pytest.mark.parametrize(
    "change",
    [
        "lat=1E999999999",
        "lat=NaN",
        "lat=Infinity",
        "long=" + "9" * 10_000,
        "lat=90.5",
        "long=-180.1",
        "lat=1e-9999",
        "lat=1_0",
    ],
)
def test_a_coordinate_is_a_number_within_its_range(seen: Kb, change: str) -> None:
    seen.refuses(1, "edit", "pier", change, says=("error bad-",))


@pytest.mark.parametrize(
    "count",
    ["1E99999999", "8..1E9999", "more than 1E400", "about " + "9" * 10_000, "NaN", "inf..inf"],
)
def test_a_count_has_a_bound(seen: Kb, tmp_path: Path, count: str) -> None:
    sheet = tmp_path / "s.yaml"
    sheet.write_text(MORE.replace("  said:", f"  count: {count}\n  said:"))
    seen.refuses(1, "add", "--from", sheet, says=("s.yaml:5:", "bad-count"))


@pytest.mark.parametrize("at", ["9" * 5_000 + " near the pier", "1-" + "9" * 5_000 + " near"])
def test_a_line_number_has_a_bound(seen: Kb, tmp_path: Path, at: str) -> None:
    sheet = tmp_path / "s.yaml"
    sheet.write_text(MORE.replace("8 near the pier", at))
    seen.refuses(1, "add", "--from", sheet, says=("s.yaml:7:", "quote-line"))


@pytest.mark.parametrize("by", ["unnamed 51 residents", f"unnamed {'9' * 5_000} residents"])
def test_a_number_of_speakers_has_a_bound(seen: Kb, tmp_path: Path, by: str) -> None:
    sheet = tmp_path / "s.yaml"
    sheet.write_text(MORE.replace("by: Lukin", f"by: {by}"))
    seen.refuses(1, "add", "--from", sheet, says=("s.yaml:6:", "bad-speaker", "people"))


@pytest.mark.parametrize(
    "when", ["2024-W09-5", "20241301", "99999-01-01", "0000-01-01", "-0044-03-15"]
)
def test_a_date_is_a_day_of_the_calendar(seen: Kb, when: str) -> None:
    seen.refuses(1, "edit", "northland-sent", f"when={when}", says=("bad-date",))


def test_a_relative_date_before_the_first_year_is_refused(seen: Kb, tmp_path: Path) -> None:
    sheet = tmp_path / "s.yaml"
    sheet.write_text(
        MORE.replace("claims:", "published: 0001-01-01\nclaims:").replace(
            "  said:", "  when: yesterday\n  said:"
        )
    )
    seen.refuses(1, "add", "--from", sheet, says=("bad-date", "1 to 9999"))


def test_names_statements_and_lists_have_a_length(seen: Kb, tmp_path: Path) -> None:
    seen.refuses(
        1,
        "edit",
        "pier",
        f"name={'x' * 1_001}",
        says=("the name of entity/pier has 1,001 characters; the most is 1,000",),
    )
    seen.refuses(
        1,
        "edit",
        "pier",
        f"also={', '.join(f'n{n}' for n in range(1_001))}",
        says=("1,001 values",),
    )
    sheet = tmp_path / "s.yaml"
    sheet.write_text(MORE.replace("Northland controls the pier", "x" * 5_001))
    seen.refuses(1, "add", "--from", sheet, says=("s.yaml:3", "the most is 5,000"))


@pytest.mark.parametrize(
    "code", [*range(0x20), 0x7F, 0x85, 0x2028, 0x2029, 0x202E, 0xFEFF, 0xFFFE, 0xFFFF, 0x10FFFF]
)
def test_every_character_that_turtle_can_say_is_written_so_that_it_reads_back(code: int) -> None:
    value = f'a{chr(code)}b"\\'
    row = (
        Term("iri", f"{BASE}entity/a"),
        Term("iri", "https://x.example/p"),
        Term("literal", value),
    )
    (read,) = turtle_reader.triples(compose([row], BASE), BASE)
    assert read[2].value == value


@pytest.mark.parametrize("base", ["urn:x:", "https://example.org/kb#", "https://example.org/kb/"])
def test_a_record_is_below_every_base_that_a_knowledge_base_may_have(base: str) -> None:
    text = compose(
        [(Term("iri", f"{base}entity/a"), Term("iri", f"{base}p"), Term("iri", f"{base}entity/b"))],
        base,
    )
    assert [t.value for t in turtle_reader.triples(text, base)[0]] == [
        f"{base}entity/a",
        f"{base}p",
        f"{base}entity/b",
    ]
    assert [b.subject for b in turtle_reader.blocks(text, base) if b.subject] == [f"{base}entity/a"]


@pytest.mark.parametrize("name", ["a\ud800", "\udfffb"])
def test_half_a_surrogate_pair_is_never_written(name: str) -> None:
    with pytest.raises(Exception, match="surrogate"):
        render(Entity("a", name=name), BASE)


@pytest.mark.parametrize(
    "iri",
    ["http://x> <y", "http://x y", "http://x\\u003e", "http://x\n", 'http://x"', "http://x\ud800"],
)
def test_an_iri_that_would_end_early_is_never_written(iri: str) -> None:
    with pytest.raises(Exception, match="cannot be in an IRI"):
        render(Source("a", url=iri), BASE)


@pytest.mark.parametrize("text", ["1e400", "9" * 25, "1e999999999999", "0." + "1" * 25])
def test_a_number_is_refused_before_it_is_expanded(text: str) -> None:
    with pytest.raises(values.TooLarge):
        values.number(text)
