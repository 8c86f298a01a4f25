"""A knowledge base's own shapes add to those of the program, and run nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from conftest import Kb
from listener import Listener, listening

from kb.workspace.files.folder import shipped

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kb: <https://w3id.org/claimkb/ns#> .
"""
SHAPE = "https://w3id.org/claimkb/shape/claim-statement"
NOTE = (
    HEAD
    + '<urn:s> a sh:NodeShape ; sh:targetClass kb:Claim ; sh:property [ sh:path kb:note ; sh:minCount 1 ; sh:message "needs a note" ] .'
)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that counts who connects."""
    with listening() as found:
        yield found


def own(kb: Kb, text: str) -> None:
    (kb.root / "ontology").mkdir()
    (kb.root / "ontology/shapes.ttl").write_text(text)


def test_an_own_shape_is_applied_beside_those_of_the_program(kb: Kb) -> None:
    own(kb, NOTE)
    done = kb("validate")
    assert (done.code, "error own-shape: needs a note" in done.out) == (1, True)


def test_an_empty_file_of_shapes_turns_none_off(kb: Kb) -> None:
    own(kb, "")
    path = kb.file("claims/general.ttl")
    lines = path.read_text().splitlines(keepends=True)
    lines.remove(next(line for line in lines if " kb:statement " in line))
    path.write_text("".join(lines))
    assert "error claim-statement" in kb("validate").out


@pytest.mark.parametrize(
    "shape",
    [
        'sh:sparql [ sh:select "SELECT $this {{ S\\\\u0045RVICE <{here}> {{ ?a ?b ?c }} }}" ]',
        '<http://www.w3.org/ns/shacl#s\\u0070arql> [ sh:select "SELECT $this {{ SERVICE <{here}> {{ ?a ?b ?c }} }}" ]',
        'sh:rule [ sh:construct "CONSTRUCT {{}} {{}}" ]',
        'sh:target [ sh:select "SELECT ?this {{}}" ]',
        "sh:js [ sh:jsFunctionName 'f' ]",
        "<http://www.w3.org/2002/07/owl#imports> <{here}>",
        "sh:shapesGraph <{here}>",
    ],
)
def test_a_shape_that_could_run_something_is_a_problem_with_its_line(
    kb: Kb, listener: Listener, shape: str
) -> None:
    own(
        kb,
        f"{HEAD}<urn:s> a sh:NodeShape ; sh:targetClass kb:Claim ;\n {shape.format(here=f'http://127.0.0.1:{listener.port}/')} .\n",
    )
    done = kb("validate")
    assert (done.code, "ontology/shapes.ttl:" in done.out, "error own-shapes" in done.out) == (
        1,
        True,
        True,
    )
    assert listener.connections() == 0


def test_a_shape_of_the_program_that_is_redefined_is_named_with_its_line(kb: Kb) -> None:
    own(kb, HEAD + f"\n<{SHAPE}> a sh:PropertyShape ;\n sh:deactivated true .\n")
    done = kb("validate")
    assert f"ontology/shapes.ttl:4: warning shape-redefined: {SHAPE}" in done.out


def test_a_copy_of_the_shipped_ontology_says_nothing_new(kb: Kb) -> None:
    shutil.copytree(shipped("ontology"), kb.root / "ontology")
    done = kb("validate")
    assert (done.code, "redefined" in done.out + done.err) == (0, False)


def test_a_blank_node_in_place_of_a_date_is_a_problem_and_no_defect(kb: Kb) -> None:
    path = kb.file("claims/general.ttl")
    text = path.read_text()
    path.write_text(
        re.sub(r'kb:beginEarliest "[^ ]*"\^\^xsd:date', "kb:beginEarliest _:day", text, count=1)
    )
    assert path.read_text() != text
    done = kb("validate")
    assert (done.code, "error blank-node" in done.out, "defect" in done.err) == (1, True, False)
