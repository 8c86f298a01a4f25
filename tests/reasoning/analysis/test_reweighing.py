"""What removals change, computed only where they can reach, is what they change in the whole."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from worlds import SEEDS, day, judged, world

from kb.model.vocabulary import JUDGEMENTS
from kb.reasoning.analysis.removals import SAME, Reaches, Removal, reaches, removals, without
from kb.reasoning.analysis.reweighing import Baseline, baseline
from kb.reasoning.analysis.sensitivity import fragile
from kb.reasoning.tables import DEFAULT_POLICY, EntityRow, JudgementRow, PredicateRow, Tables

PAIRS = {
    "copy-of": "source/s0 source/s1 source/s3",
    "same-entity": "entity/ann entity/bob entity/lna",
    "different-entity": "entity/clerk entity/guard entity/many",
}
CLAIMS = "claim/c claim/n claim/will claim/rival claim/holds claim/never claim/five claim/share-1"


def with_more(tables: Tables, seed: int) -> Tables:
    """Ties and judgements with ids, judgements of all kinds, a passage for two, places in parties,
    and a tie of somebody unnamed.
    """
    rng = Random(seed)
    kinds = rng.sample(JUDGEMENTS, 3)
    found = [
        JudgementRow(kind, *rng.sample((PAIRS.get(kind) or CLAIMS).split(), 2), id=f"more-{kind}")
        for kind in kinds
    ]
    fates = ("came-true", "failed", "void")
    ties = [*tables.affiliations]
    if ties and rng.random() < 0.3:
        ties[0] = replace(ties[0], member=rng.choice(("clerk", "guard")))
    single = PredicateRow("took", against_interest=("subject",), functional="object")
    return replace(
        tables,
        affiliations=tuple(replace(tie, id=f"t{n}") for n, tie in enumerate(ties)),
        judgements=(
            *tables.judgements,
            *(replace(row, verdict=rng.choice(fates)) for row in found),
        ),
        entities=(*tables.entities, EntityRow("town", within=("lna",))),
        predicates=(single, *tables.predicates[1:]) if rng.random() < 0.4 else tables.predicates,
        claims=tuple(
            replace(row, begin_earliest=day(-2)) if rng.random() < 0.2 else row
            for row in tables.claims
        ),
    )


Changes = dict[tuple[Removal, str], str]


def by_definition(tables: Tables) -> Changes:
    before = judged(tables)
    return {
        (removal, claim): row.status
        for removal in removals(tables)
        for claim, row in judged(without(tables, removal)).items()
        if row.status != before[claim].status
    }


def where_it_reaches(base: Baseline, reach: Reaches) -> Changes:
    return {
        (removal, claim): after
        for removal in removals(base.tables)
        if (reached := reach.of(removal))
        for claim, after in base.changes(reached)
    }


def near(tables: Tables, removal: Removal) -> bool:
    kinds = {row.kind for row in tables.judgements if row.id == removal.id}
    return removal.kind == "judgement" and not kinds.isdisjoint(SAME)


@pytest.mark.parametrize("start", range(0, 200, 40))
def test_what_is_computed_where_a_removal_reaches_is_what_it_changes(start: int) -> None:
    """Of every removal, all changes. In `fragile`, also those of the judgements that two records
    are the same.
    """
    for seed in SEEDS[start : start + 40]:
        tables = with_more(world(seed), seed)
        expected = by_definition(tables)
        base = baseline(tables, DEFAULT_POLICY)
        assert where_it_reaches(base, reaches(base)) == {
            key: after for key, after in expected.items() if not near(tables, key[0])
        }, seed
        found = fragile(tables, DEFAULT_POLICY)
        assert {flip.claim for flip in found} == {claim for _, claim in expected}, seed
        for flip in found:
            assert expected[flip.removal, flip.claim] == flip.after
            assert flip.flips == sum(removal == flip.removal for removal, _ in expected)
