"""Nanopublications come in: whoever the provenance names states what the assertion graph says."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Kb, run
from foreign_files import comes_and_goes, survived
from suites import suite

from kb.errors import Usage
from kb.exchange import nanopublication_files

PREFIXES = """@prefix : <https://pubs.example/np1#> .
@prefix np: <http://www.nanopub.org/nschema#> .
@prefix npx: <http://purl.org/nanopub/x/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <https://things.example/> .
"""
PUBLICATION = (
    PREFIXES
    + """
:head { :np a np:Nanopublication ; np:hasAssertion :assertion ;
  np:hasProvenance :provenance ; np:hasPublicationInfo :info . }
:assertion {
  # a brace in a comment: }
  ex:tugs ex:sunkIn ex:harbour .
  ex:tugs rdfs:label "four } tugs" .
  :assertion npx:asSentence <http://purl.org/aida/The+harbour+is+deep.> .
}
:provenance { :assertion prov:wasAttributedTo ex:lukin ; prov:hadPrimarySource ex:log . }
:info { :np dct:created "2024-03-05T10:00:00Z" ; dct:creator ex:holm . ex:lukin rdfs:label "P. Lukin" . }
"""
)
TRIPLES = PUBLICATION.replace(
    "  :assertion npx:asSentence <http://purl.org/aida/The+harbour+is+deep.> .\n", ""
)


@pytest.fixture
def here(tmp_path: Path) -> Kb:
    """An empty knowledge base."""
    assert run("init", tmp_path / "new", cwd=tmp_path).code == 0
    return Kb(tmp_path / "new")


def test_a_sentence_is_a_claim_of_the_one_it_is_attributed_to(here: Kb) -> None:
    comes_and_goes(here, "nanopublications", here.write("np.trig", PUBLICATION))
    shown = here("show", "claim/the-harbour-is-deep").out
    for words in ("P. Lukin", "2024-03-05"):
        assert words in shown


def test_each_triple_is_a_claim_with_its_predicate_once_it_is_created(here: Kb) -> None:
    file = here.write("np.trig", TRIPLES)
    here.refuses(1, "import", "nanopublications", file, says=("np.trig:", "“sunk-in”"))
    comes_and_goes(here, "nanopublications", file, "--create")
    shown = here("show", "claim/four-tugs-sunk-in-harbour").out
    assert "sunk in" in shown


def test_own_nanopublications_come_back_and_change_nothing(kb: Kb, here: Kb) -> None:
    before = kb.tree()
    file = kb.write("own.trig", kb("export", "nanopublications").out)
    done = kb("import", "nanopublications", file)
    assert (done.code, kb.tree() == before) == (0, True), done
    comes_and_goes(here, "nanopublications", file)
    rows = here("status", "--format", "csv").out
    assert rows.count("disputed") == 2


def test_published_ones_are_read_and_invalid_ones_refused_with_a_reason() -> None:
    folder = suite("nanopub")
    for path in sorted((folder / "valid").rglob("*.trig")):
        found = nanopublication_files.read(path.name, path.read_bytes())
        assert found.statements or found.untaken, path
    refused = 0
    for path in sorted((folder / "invalid" / "plain").glob("*.trig")):
        try:
            refused += bool(nanopublication_files.read(path.name, path.read_bytes()).untaken)
        except Usage as error:
            refused += path.name in error.message
    assert refused >= 7


def test_damaged_files_give_located_messages_and_write_nothing(here: Kb) -> None:
    survived(here, "nanopublications", PUBLICATION.encode(), 40)
