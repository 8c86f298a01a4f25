"""Files that other tools wrote, and values the model does not read: an edit keeps them as written,
or is refused.
"""

from __future__ import annotations

import dataclasses

import pytest

from kb.errors import Refused
from kb.model.rdf_terms import Term
from kb.model.records import Claim
from kb.rdf import decoding, encoding, turtle_reader, turtle_writer
from kb.workspace.files.folder import create
from kb.workspace.transactions import transaction

BASE = "https://example.org/x/"
ROWS = 'a kb:Claim ; kb:statement "Nets were lost" ; kb:whenPhrase "Friday"'

_K = f"<claim/nets> {ROWS} .".replace("kb:", "k:")


def claim_in(text: str) -> Claim:
    return next(
        r
        for r in decoding.records(turtle_reader.triples(text, BASE), BASE)
        if isinstance(r, Claim) and r.id == "nets"
    )


def noted(text: str) -> str:
    """The file after its claim was given a note."""
    return turtle_writer.replace(
        text, [dataclasses.replace(claim_in(text), scope_note="seen")], BASE
    )


def gained(before: str, after: str) -> list[str]:
    """Values that a text states and another does not; none may be lost."""
    old, new = (turtle_reader.statements(text, BASE) for text in (before, after))
    assert old <= new
    return [o.split()[0] for _, _, o in new - old]


@pytest.mark.parametrize(
    "text",
    [
        turtle_writer.heading(BASE).replace("prefix kb:", "prefix ns1:") + f"<claim/nets> {ROWS} .".replace("kb:", "ns1:"),
        turtle_writer.heading("https://other.example/") + f"<{BASE}claim/nets> {ROWS} .",
        turtle_writer.heading(BASE).replace("prefix kb:", "prefix k:") + "@prefix kb: <x:> ." + _K,
        f"BASE <{BASE}>\nPREFIX kb: <https://w3id.org/claimkb/ns#>\n<claim/nets> {ROWS} .\nPREFIX late: <https://example.org/late#>\n",
        f"@prefix kb: <https://w3id.org/claimkb/ns#> .<a/../claim/nets> {ROWS}.<claim/other> a kb:Claim.",
    ],
    ids=["another prefix", "another base", "kb: bound elsewhere", "directives as in SPARQL", "dots in an address"],
)  # fmt: skip
def test_a_file_with_names_of_its_own_is_edited_in_its_own_names(text: str) -> None:
    assert gained(text, noted(text)) == ["seen"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kb:whenPhrase "Friday"', 'kb:beginEarliest "2024-02-29Z"^^xsd:date'),
        ('kb:whenPhrase "Friday"', 'kb:beginEarliest "2024-02-30"^^xsd:date'),
        ('kb:whenPhrase "Friday"', 'kb:whenPhrase "Friday"@en'),
        ('kb:whenPhrase "Friday"', 'kb:whenPhrase "Friday", "Freitag"@de'),
        ('kb:whenPhrase "Friday"', '<https://example.org/p> "x"@en, 1.5e3'),
        (
            'kb:whenPhrase "Friday"',
            'prov:generatedAtTime "2024-03-01T10:00:00.125+02:00"^^xsd:dateTime',
        ),
        ('kb:whenPhrase "Friday"', 'kb:quantityMin "+4.50"^^xsd:decimal'),
        ("a kb:Claim", "a kb:Claim, <https://example.org/Other>"),
    ],
)
def test_what_an_edit_does_not_name_stays_as_written(old: str, new: str) -> None:
    text = turtle_writer.heading(BASE) + f"\n<claim/nets> {ROWS} .\n".replace(old, new)
    assert gained(text, noted(text)) == ["seen"]


def test_a_new_text_keeps_the_language_of_the_one_before() -> None:
    text = (
        turtle_writer.heading(BASE)
        + '\n<claim/nets> a kb:Claim ; kb:statement "Nets were lost"@en .\n'
    )
    after = turtle_writer.replace(
        text, [dataclasses.replace(claim_in(text), statement="Nets went missing")], BASE
    )
    assert '"Nets went missing"@en' in after


def test_a_field_with_several_values_is_not_reduced_to_one() -> None:
    text = (
        turtle_writer.heading(BASE)
        + '\n<claim/nets> a kb:Claim ; kb:statement "Nets were lost", "Netze"@de .\n'
    )
    with pytest.raises(encoding.Altered, match="several times"):
        turtle_writer.replace(
            text, [dataclasses.replace(claim_in(text), statement="Nets went missing")], BASE
        )


def test_a_record_in_several_places_is_not_edited() -> None:
    text = (
        turtle_writer.heading(BASE)
        + f"\n<claim/nets> {ROWS} .\n<claim/nets> kb:extent kb:extent-whole .\n"
    )
    with pytest.raises(encoding.Altered, match="several places"):
        noted(text)


def test_a_file_with_a_node_that_has_no_name_is_not_edited() -> None:
    text = turtle_writer.heading(BASE) + f"\n<claim/nets> {ROWS} .\n[] kb:statement 'x' .\n"
    with pytest.raises(encoding.Altered, match="nothing was written"):
        noted(text)


def test_a_withdrawn_record_takes_what_the_model_does_not_read_with_it() -> None:
    text = turtle_writer.heading(BASE) + f"\n<claim/nets> {ROWS} ; <https://example.org/p> 'x' .\n"
    moved = turtle_writer.stated([text], {BASE + "claim/nets"}, BASE)
    assert '<https://example.org/p> "x"' in turtle_writer.replace(
        "", [claim_in(text)], BASE, (), moved
    )


def test_a_base_that_is_no_folder_is_written_in_full() -> None:
    text = turtle_writer.replace("", [Claim("nets", statement="Nets were lost")], "urn:x:")
    assert turtle_reader.triples(text, "urn:x:")[0][0] == Term("iri", "urn:x:claim/nets")


@pytest.mark.parametrize(
    "text",
    [
        'NAMES<entity/a> a kb:Entity ; skos:prefLabel "A\0" .',
        "NAMES<entity/a> a kb:Entity ; skos:prefLabel <A B> .",
        "NAMES<entity/a> a kb:Entity ; skos:prefLabel 'A\ud800' .",
        "@prefix kb: <https://example.org/other#> .\nNAMES<entity/a> a kb:Entity .".replace(
            "NAMES<", "<"
        ),
    ],
    ids=["NUL", "an address with a space", "half a character", "other names for what is there"],
)
def test_no_text_is_promised_that_states_something_else(tmp_path, text: str) -> None:  # type: ignore[no-untyped-def]
    folder = create(tmp_path / "x", BASE, "main")
    before = (
        turtle_writer.heading(BASE)
        + "\n<entity/a>\n    a kb:Entity .\n\n<entity/b>\n    a kb:Entity .\n"
    )
    transaction.commit(folder, {"claims/main/a.ttl": before}, {}, "first")
    after = text.replace("NAMES", turtle_writer.heading(BASE)) + "\n<entity/b>\n    a kb:Entity .\n"
    with pytest.raises(Refused):
        transaction.commit(
            folder, {"claims/main/a.ttl": after}, {"claims/main/a.ttl": before}, "second"
        )
    assert folder.read("claims/main/a.ttl") == before
