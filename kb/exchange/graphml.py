"""Claims and affiliations as a network of entities in GraphML, for Gephi, yEd or Cytoscape.

http://graphml.graphdrawing.org/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from kb.exchange.material import Made, Material, fields_of
from kb.model.records import Affiliation, Claim, Entity

TITLE: Final = "GraphML"
_NODE: Final = "kind name description naming wikidata lat long"
_EDGE: Final = "kind statement subject predicate object polarity begin_earliest end_latest"
_TIE: Final = "member relation party from_date to_date share"
KEPT: Final = (
    fields_of(Entity, _NODE)
    | fields_of(Claim, _EDGE)
    | fields_of(Affiliation, _TIE)
    | {"claim status"}
)
# Keys of nodes and edges; all values are text but these.
_NUMBERS: Final = ("lat", "long", "share", "voices_for", "voices_against")
_KEYS: Final = {
    "node": ("label", "kind", "description", "naming", "wikidata", "lat", "long"),
    "edge": (
        "label",
        "record",
        "kind",
        "statement",
        "polarity",
        "status",
        "voices_for",
        "voices_against",
        "from",
        "to",
        "share",
    ),
}
# Characters that XML 1.0 does not have.
_BARRED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write(material: Material) -> Made:
    """Return a directed graph: a node for each entity, an edge for each claim about two entities
    and for each affiliation.
    """
    known = material.known.entities
    nodes = [_node(entity) for entity in sorted(known.values(), key=lambda e: e.id)]
    edges, skipped = list[str](), 0
    for claim in material.claims():
        if claim.subject in known and claim.object in known:
            edges.append(_edge(claim.id, (claim.subject, claim.object), _claim(material, claim)))
        else:
            skipped += 1
    ties = (r for r in material.known.others.values() if isinstance(r, Affiliation))
    for tie in sorted((t for t in ties if not t.invalidated), key=lambda t: t.id):
        if tie.member in known and tie.party in known:
            edges.append(_edge(tie.id, (tie.member, tie.party), _tie(tie)))
    remark = f"<!-- {_clean(material.remark).replace('--', '- -')} -->\n" if material.remark else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'{remark}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        f"{''.join(_declared())}"
        f'<graph id="claims" edgedefault="directed">\n{"".join(nodes)}{"".join(edges)}</graph>\n'
        "</graphml>\n"
    )
    return Made(text, {"claims without two entities": skipped})


def _declared() -> Iterator[str]:
    """Yield the declarations of the keys."""
    for of, names in _KEYS.items():
        for name in names:
            kind = "double" if name in _NUMBERS else "string"
            yield (f'<key id="{of[0]}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n')


def _node(entity: Entity) -> str:
    values = {name: getattr(entity, name) for name in _NODE.split() if name != "name"}
    values["label"] = entity.name or entity.id
    return f"<node id={_quoted(entity.id)}>{_data('n', values)}</node>\n"


def _claim(material: Material, claim: Claim) -> Mapping[str, object]:
    status = material.statuses.get(claim.id)
    return {
        "label": claim.predicate,
        "record": "claim",
        "kind": claim.kind,
        "statement": claim.statement,
        "polarity": claim.polarity,
        "status": status.status if status else None,
        "voices_for": len(status.voices_for) if status else None,
        "voices_against": len(status.voices_against) if status else None,
        "from": claim.begin_earliest,
        "to": claim.end_latest,
    }


def _tie(tie: Affiliation) -> Mapping[str, object]:
    return {
        "label": tie.relation,
        "record": "affiliation",
        "share": tie.share,
        "from": tie.from_date,
        "to": tie.to_date,
    }


def _edge(id: str, ends: tuple[str, str], values: Mapping[str, object]) -> str:
    source, target = map(_quoted, ends)
    head = f"<edge id={_quoted(id)} source={source} target={target}>"
    return f"{head}{_data('e', values)}</edge>\n"


def _data(of: str, values: Mapping[str, object]) -> str:
    return "".join(
        f'<data key="{of}_{name}">{escape(_clean(str(value)))}</data>'
        for name, value in values.items()
        if value is not None
    )


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _BARRED.sub("\N{REPLACEMENT CHARACTER}", text)
