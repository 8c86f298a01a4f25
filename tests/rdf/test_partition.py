"""Parts of a large graph."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.model.rdf_terms import Term, Triple
from kb.rdf import partition

GRAPH = "https://example.org/derived"


def stated(id: str, number: int) -> Triple:
    """Return a triple about the status of a claim."""
    subject = Term("iri", f"https://example.org/status/{id}")
    return subject, Term("iri", "urn:p"), Term("literal", str(number))


IDS = st.text("abcdefgh-", min_size=1, max_size=4)
TRIPLES = st.sets(st.builds(stated, IDS, st.integers(0, 3)), max_size=60)


@given(TRIPLES, st.integers(4, 12))
def test_the_parts_are_the_whole_and_each_is_small(found: set[Triple], most: int) -> None:
    parts = partition.parts(GRAPH, found, most)
    assert sorted(t for part in parts.values() for t in part) == sorted(found)
    assert all(len(part) <= most for part in parts.values())
    assert all(name.startswith(GRAPH) for name in parts)


@given(TRIPLES, IDS, st.integers(0, 3))
def test_a_change_of_one_record_changes_one_part_or_halves_it(
    found: set[Triple], id: str, number: int
) -> None:
    before = partition.parts(GRAPH, found, 8)
    after = partition.parts(GRAPH, found | {stated(id, number)}, 8)
    changed = {name for name, part in after.items() if set(part) != set(before.get(name, ()))}
    gone = before.keys() - after.keys()
    assert len(gone) <= 1
    assert len(changed) <= 1 or all(n.startswith(*gone) for n in changed)


def test_a_claim_and_its_status_are_in_the_same_part() -> None:
    found = [stated(str(n), 0) for n in range(20)]
    found += [
        (Term("iri", f"https://example.org/claim/{n}"), *stated("", 0)[1:]) for n in range(20)
    ]
    for part in partition.parts(GRAPH, found, 8).values():
        ids = [t[0].value.rpartition("/")[2] for t in part]
        assert all(ids.count(id) == 2 for id in ids)


def test_one_record_is_never_divided() -> None:
    found = [stated("x", n) for n in range(20)]
    assert [*partition.parts(GRAPH, found, 8).values()] == [found]
