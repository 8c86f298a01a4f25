"""What is worked out where a change reaches equals what is worked out for everything, and a small
change reaches little.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from edits import World, differences, edited

from kb.app import knowledge_base
from kb.app.derivation.materialisation import Derivation
from kb.app.inquiry import statuses
from kb.model.rdf_terms import Triple
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Source
from kb.rdf import turtle_writer
from kb.store import Reader, Store
from kb.workspace.indexing import index
from kb.workspace.indexing.index_updates import Derived, Parsed, Revised


@pytest.mark.parametrize("seed", [1, 53])
def test_after_random_edits_the_derived_graph_equals_one_worked_out_anew(
    tmp_path: Path, seed: int
) -> None:
    found = list(edited(tmp_path / "kb", seed, 12))
    assert [f for f in found if f.differences] == []
    assert sum(f.changed for f in found) > 2


def test_an_index_kept_up_to_date_equals_one_built_anew(tmp_path: Path) -> None:
    world = World(knowledge_base.init(tmp_path / "kb"), 7)
    world.kb.refresh()
    for _ in range(8):
        world.edit()
    world.kb.refresh()
    before = world.kb.status_words()
    assert differences(world.kb) == (set(), set())
    shutil.rmtree(world.kb.folder.cache)
    assert world.kb.status_words() == before


def test_statuses_that_are_looked_up_after_edits_equal_those_computed_anew(tmp_path: Path) -> None:
    world = World(knowledge_base.init(tmp_path / "kb"), 1)
    before = world.kb.status()
    changed = 0
    for _ in range(8):
        what = world.edit()
        looked_up_equals_computed(world.kb, what)
        found = world.kb.status()
        changed += found.contradictions != before.contradictions
        before = found
    assert changed > 1


def looked_up_equals_computed(kb: knowledge_base.KnowledgeBase, what: str = "") -> None:
    """What the index keeps equals what is computed, also in its order."""
    found, anew = kb.status(), statuses.computed(kb.session)
    assert list(found.rows.items()) == list(anew.rows.items()), what
    assert found.voices == anew.voices, what
    assert list(found.contradictions) == list(anew.contradictions), what


TOWN = [
    *(Entity(e, kind="force", name=e) for e in ("army", "militia", "witness", "town", "farm", "port")),
    Affiliation("witness-speaks-for-militia", member="witness", relation="speaks-for", party="militia"),
    Source("paper", title="paper", author="reporter", sha256="0" * 64),
    Source("copy", title="copy", author="printer", sha256="1" * 64, copy_of="paper"),
    Claim("took", statement="The army took the town", kind="event", subject="army", predicate="took-control-of", object="town"),
    Claim("holds", statement="The militia holds the town", kind="state", subject="militia", predicate="controls", object="town"),
    Claim("port", statement="The army holds the port", kind="state", subject="army", predicate="controls", object="port"),
    Claim("burnt", statement="The farm burnt", kind="event", subject="farm", predicate="burnt"),
    Assertion("1", source="paper", claim="took", speaker="army", stance="affirms"),
    Assertion("2", source="copy", claim="holds", speaker="witness", stance="affirms"),
    Assertion("3", source="other", claim="port", speaker="army", stance="affirms"),
    Assertion("4", source="paper", claim="burnt", speaker="reporter", stance="affirms"),
]  # fmt: skip


def put(kb: knowledge_base.KnowledgeBase, *records: Record) -> None:
    """Each record in a file of its own."""
    for record in records:
        path = kb.folder.root / f"claims/main/{record.path}{record.id}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(turtle_writer.replace("", [record], kb.folder.base), encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path) -> knowledge_base.KnowledgeBase:
    kb = knowledge_base.init(tmp_path / "kb")
    put(kb, *TOWN)
    kb.refresh()
    return kb


@pytest.mark.parametrize(
    ("change", "reached"),
    [
        (Entity("army", kind="force", name="The Army", also=("the forces",)), set()),
        (
            Source("paper", title="Another title", author="reporter", sha256="0" * 64, note="seen"),
            set(),
        ),
        (
            Assertion("4", source="paper", claim="burnt", speaker="reporter", stance="denies"),
            {"burnt"},
        ),
        (
            Assertion("5", source="paper", claim="port", speaker="witness", stance="denies"),
            {"port"},
        ),
        (
            Claim(
                "burnt",
                statement="The farm burnt",
                kind="event",
                subject="farm",
                predicate="burnt",
                polarity="negative",
            ),
            {"burnt"},
        ),
        (
            Assertion("1", source="paper", claim="took", speaker="army", stance="doubts"),
            {"took"},
        ),
        (
            Entity("reporter", kind="person", name="reporter", naming="unattributed"),
            {"burnt", "took", "holds"},
        ),
        (
            Source("paper", title="paper", author="army", sha256="0" * 64),
            {"burnt", "took", "holds"},
        ),
        (
            Affiliation(
                "witness-speaks-for-militia", member="witness", relation="speaks-for", party="army"
            ),
            {"took", "holds"},
        ),
        (
            Affiliation("rivals", member="army", relation="rival-of", party="militia"),
            {"took", "holds", "port"},
        ),
        (Entity("port", kind="place", name="port", within=("town",)), {"port"}),
        (
            Judgement(
                "same", kind="same-claim", about="claim/port", other="claim/burnt", why="a test"
            ),
            {"port", "burnt"},
        ),
    ],
)
def test_a_change_reaches_the_claims_that_it_can_matter_to(
    town: knowledge_base.KnowledgeBase,
    monkeypatch: pytest.MonkeyPatch,
    change: Record,
    reached: set[str],
) -> None:
    rewritten: list[AbstractSet[str]] = []
    real = Derivation.revised

    def seen(self: Derivation, *given: Any) -> Revised:
        found = real(self, *given)
        rewritten.append(found.reached)
        return found

    monkeypatch.setattr(Derivation, "revised", seen)
    put(town, change)
    town.refresh()
    assert rewritten == [reached]
    assert differences(town) == (set(), set())


def test_an_assertion_that_replaced_one_on_another_claim_is_worked_out_with_that_claim(
    town: knowledge_base.KnowledgeBase,
) -> None:
    old = Assertion("4", source="paper", claim="burnt", speaker="reporter", stance="affirms")
    quoted = Assertion("5", source="paper", claim="burnt", speaker="witness", stance="affirms")
    new = replace(old, id="0", claim="port", stance="doubts", revision_of="4")
    put(town, old, quoted, new)
    town.refresh()
    put(town, Claim("port", statement="The port is held", kind="state"))
    town.refresh()
    assert differences(town) == (set(), set())


def test_a_share_that_changes_also_changes_what_the_others_add_up_to(
    town: knowledge_base.KnowledgeBase,
) -> None:
    """Three shares that are too much together: each pair of them hangs on the third."""

    def share(who: str, percent: int) -> Claim:
        value = Decimal(percent)
        return Claim(
            f"share-of-{who}",
            statement=f"The {who} has a share",
            kind="event",
            subject=who,
            predicate="won-votes-in",
            object="town",
            quantity_min=value,
            quantity_max=value,
            quantity_best=value,
            unit="percent",
        )

    def contests() -> set[tuple[str, ...]]:
        return {town.status_of(f"share-of-{w}").rows[f"share-of-{w}"].contest for w in voters}

    voters = ("army", "militia", "witness")
    put(town, *(share(who, 40) for who in voters))
    put(
        town,
        *(
            Assertion(
                f"on-{who}",
                source="paper",
                claim=f"share-of-{who}",
                speaker="reporter",
                stance="affirms",
            )
            for who in voters
        ),
    )
    town.refresh()
    assert differences(town) == (set(), set())
    assert contests() == {("possibly-contradicted",)}
    put(town, share("army", 15))
    town.refresh()
    assert differences(town) == (set(), set())
    assert contests() == {("none",)}


def test_contradictions_that_are_looked_up_follow_each_change(
    town: knowledge_base.KnowledgeBase,
) -> None:
    """One comes with a claim that says the opposite, is only possible without a day, and goes with
    the claim; an assertion on no claim keeps its voice.
    """
    day = date(2024, 3, 1)
    taken = replace(
        next(r for r in TOWN if isinstance(r, Claim) and r.id == "took"),
        begin_earliest=day,
        begin_latest=day,
        end_earliest=day,
        end_latest=day,
    )
    opposite = replace(taken, id="not-taken", polarity="negative")
    loose = Assertion("6", source="paper", speaker="witness", stance="affirms")
    seen = []
    for records in ((taken, opposite, loose), (replace(taken, begin_earliest=None),), (taken,)):
        put(town, *records)
        looked_up_equals_computed(town)
        seen.append([(c.claim_a, c.claim_b, c.certainty) for c in town.status().contradictions])
    certain = [("not-taken", "took", "certain")]
    assert seen[0] == seen[2] == certain != seen[1]
    assert town.status().voices["6"] == "entity/militia"
    for gone in ("claim/not-taken", "assertion/6"):
        (town.folder.root / f"claims/main/{gone}.ttl").unlink()
    looked_up_equals_computed(town)
    assert not town.status().contradictions
    assert "6" not in town.status().voices


class Counting:
    """A derivation that counts how often everything was worked out."""

    def __init__(self, real: Derivation) -> None:
        self.real, self.times = real, 0

    def whole(self, store: Reader, parsed: Parsed | None = None) -> Derived:
        self.times += 1
        return self.real.whole(store, parsed)

    rows: Callable[..., object] = property(lambda self: self.real.rows)  # type: ignore[assignment]
    revised: Callable[..., object] = property(lambda self: self.real.revised)  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("file", "whole"),
    [("claims/main/entity/army.ttl", 0), ("ontology/policies.ttl", 1)],
)
def test_a_change_of_records_is_patched_and_one_of_rules_works_everything_out(
    town: knowledge_base.KnowledgeBase, file: str, whole: int
) -> None:
    path = town.folder.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    shipped = Path(knowledge_base.__file__).parents[2] / file
    text = (
        path.read_text(encoding="utf-8") if path.exists() else shipped.read_text(encoding="utf-8")
    )
    path.write_text(text + "\n# a remark\n", encoding="utf-8")
    counting = Counting(town.session.derivation())
    index.refresh(town.folder, lambda: counting)  # type: ignore[arg-type,return-value]
    assert counting.times == whole


def test_a_blank_node_that_no_change_can_be_traced_by_works_everything_out(
    town: knowledge_base.KnowledgeBase,
) -> None:
    text = "@prefix kb: <https://w3id.org/claimkb/ns#> . [] a kb:Claim ; kb:kind kb:kind-event ."
    (town.folder.root / "claims/main/odd.ttl").write_text(text, encoding="utf-8")
    town.refresh()
    assert differences(town) == (set(), set())


def test_an_index_whose_folder_alone_is_gone_is_built_anew(
    town: knowledge_base.KnowledgeBase,
) -> None:
    before = town.status_words()
    shutil.rmtree(index.path(town.folder))
    assert town.status_words() == before != {}


def test_a_store_takes_triples_out_and_puts_others_in(tmp_path: Path) -> None:
    from kb.model.rdf_terms import Term
    from kb.store.oxigraph import EmbeddedStore
    from kb.store.rdflib import MemoryStore

    def triple(value: str) -> Triple:
        return (
            Term("iri", "https://x.org/s"),
            Term("iri", "https://x.org/p"),
            Term("literal", value, "http://www.w3.org/2001/XMLSchema#integer"),
        )

    stores: list[Store] = [EmbeddedStore(None), EmbeddedStore(tmp_path / "index"), MemoryStore()]
    for store in stores:
        store.replace("https://x.org/g", [triple("1"), triple("2")])
        store.change("https://x.org/g", [triple("1")], [triple("3")])
        store.change("https://x.org/g", [], [])
        assert sorted(
            r["o"] or ""
            for r in store.select("SELECT ?o { GRAPH <https://x.org/g> { ?s ?p ?o } }").dicts()
        ) == ["2", "3"]
        store.close()


def test_the_status_of_one_claim_is_what_the_status_of_all_says(tmp_path: Path) -> None:
    kb = World(knowledge_base.init(tmp_path / "kb"), 11).kb
    whole = kb.status()
    for claim, row in whole.rows.items():
        alone = kb.status_of(claim)
        assert alone.rows == {claim: row}
        assert list(alone.contradictions) == [
            p for p in whole.contradictions if claim in (p.claim_a, p.claim_b)
        ]
