"""Formats of other programs: each module with its title, what it keeps, and its writer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from kb.exchange import (
    bibtex,
    claim_review,
    csl_json,
    follow_the_money,
    geojson,
    graphml,
    nanopublications,
    prov_json,
    quickstatements,
    stix,
    web_annotation,
)
from kb.exchange.material import Made, Material


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `title` is its name in sentences, `kept` the fields that it states (see
    `material.lost`).
    """

    title: str
    kept: Collection[str]
    write: Callable[[Material], Made]


# By the word of the command line.
FORMATS: Final = {
    "bibtex": Format(bibtex.TITLE, bibtex.KEPT, bibtex.write),
    "claimreview": Format(claim_review.TITLE, claim_review.KEPT, claim_review.write),
    "csl-json": Format(csl_json.TITLE, csl_json.KEPT, csl_json.write),
    "ftm": Format(follow_the_money.TITLE, follow_the_money.KEPT, follow_the_money.write),
    "ftm-statements": Format(
        follow_the_money.STATEMENTS, follow_the_money.KEPT, follow_the_money.statements
    ),
    "geojson": Format(geojson.TITLE, geojson.KEPT, geojson.write),
    "graphml": Format(graphml.TITLE, graphml.KEPT, graphml.write),
    "nanopublications": Format(
        nanopublications.TITLE, nanopublications.KEPT, nanopublications.write
    ),
    "prov-json": Format(prov_json.TITLE, prov_json.KEPT, prov_json.write),
    "quickstatements": Format(quickstatements.TITLE, quickstatements.KEPT, quickstatements.write),
    "stix": Format(stix.TITLE, stix.KEPT, stix.write),
    "web-annotations": Format(web_annotation.TITLE, web_annotation.KEPT, web_annotation.write),
}
