"""Annotations of other programs: W3C Web Annotations in JSON-LD, and exports of Hypothesis.

https://www.w3.org/TR/annotation-model/, https://h.readthedocs.io/en/latest/api-reference/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kb.errors import Usage
from kb.model.vocabulary import NS, PREDICATES, ROLES
from kb.system import intake

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of a passage. `number` counts from 1 in its file.

    `source` is the IRI of the source in the knowledge base that wrote it; `comment` is the text of
    another author; `stated` has the columns of a table of claims, if a knowledge base wrote it.
    """

    number: int
    url: str = ""
    source: str = ""
    sha256: str = ""
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    comment: str = ""
    stated: dict[str, str] = field(default_factory=dict)


def read(name: str, data: bytes) -> list[Annotation]:
    """Return the annotations of a file. Raises Usage if it has none, or is not JSON."""
    try:
        found = json.loads(intake.exported(data, name))
    except RecursionError:
        raise Usage(f"{name} is nested too deeply.", "export the annotations again") from None
    except ValueError as error:
        raise Usage(f"{name} is not JSON: {error}.", "export the annotations again") from None
    nodes = list(_nodes(found))
    if not nodes:
        raise Usage(
            f"{name} has no annotations.", "a page of Web Annotations, or an export of Hypothesis"
        )
    return [_annotation(number, node) for number, node in enumerate(nodes, 1)]


def _nodes(found: Any) -> Iterator[Node]:
    """Yield the annotations of a page, a collection, an answer of Hypothesis, or a list."""
    if isinstance(found, list):
        for one in found:
            yield from _nodes(one)
    elif isinstance(found, dict):
        inner = [found[key] for key in ("items", "rows", "first", "annotations") if key in found]
        for one in inner:
            yield from _nodes(one)
        if not inner and "target" in found:
            yield found


def _annotation(number: int, node: Node) -> Annotation:
    target = _first(node.get("target"))
    selectors = [s for s in _list(target.get("selector")) if isinstance(s, dict)]
    words = _of(selectors, "TextQuoteSelector")
    position = _of(selectors, "TextPositionSelector")
    bodies = [body for body in _list(node.get("body")) if isinstance(body, dict)]
    own = next((body for body in bodies if body.get("type") == "kb:Assertion"), {})
    texts = [_text(b.get("value")) for b in bodies if "value" in b]
    comment = "\n".join([*texts, _text(node.get("bodyValue")), _text(node.get("text"))]).strip()
    return Annotation(
        number,
        url=_text(target.get("source")) or _text(node.get("uri")),
        source=_text(_dict(target.get("kb:source")).get("id")),
        sha256=_text(_dict(target.get("state")).get("kb:sha256")),
        exact=_text(words.get("exact")),
        prefix=_text(words.get("prefix")),
        suffix=_text(words.get("suffix")),
        start=_offset(position.get("start")),
        end=_offset(position.get("end")),
        comment="" if own else comment,
        stated=_stated(own) if own else {},
    )


def _stated(own: Node) -> dict[str, str]:
    """Return the columns of a claim and its assertion, as a knowledge base wrote them."""
    claim = _dict(own.get("kb:claim"))
    found = {
        "claim": _text(claim.get("kb:statement")),
        "by": _name(own.get("kb:speaker")),
        "stance": _token(own.get("kb:stance"), "stance"),
        "scope": "|".join(_token(one, "dispute") for one in _list(own.get("kb:scope"))),
        "basis": _token(own.get("kb:basis"), "basis"),
        "form": _token(own.get("kb:form"), "form"),
        "degree": _token(own.get("kb:degree"), "degree"),
        "standing": _token(own.get("kb:standing"), "standing"),
        "reading": _token(own.get("kb:reading"), "reading"),
        "certain": "no" if _false(own.get("kb:speakerCertain")) else "",
        "kind": _token(claim.get("kb:kind"), "kind"),
        "what": _what(claim),
        "not": "yes" if _token(claim.get("kb:polarity"), "polarity") == "negative" else "",
        "when": _period(claim),
        "count": _text(claim.get("kb:quantityPhrase")),
        "unit": _text(claim.get("kb:unit")),
        "counted": _text(claim.get("kb:counted")),
    }
    for role in ROLES:
        column = "topic-of" if role == "topic" else role
        found[column] = "|".join(_name(one) for one in _list(claim.get(f"kb:{role}")))
    return {column: value for column, value in found.items() if value}


def _what(claim: Node) -> str:
    predicate = _text(_dict(claim.get("rdf:predicate")).get("id")).removeprefix(PREDICATES)
    parts = (_name(claim.get("rdf:subject")), predicate, _name(claim.get("rdf:object")))
    return " > ".join(parts) if all(parts) else ""


def _period(claim: Node) -> str:
    first, last = (
        _text(_dict(claim.get(f"kb:{name}")).get("@value"))
        for name in ("beginEarliest", "endLatest")
    )
    return first if first == last else f"{first}..{last}"


def _false(node: Any) -> bool:
    return node is False or _dict(node).get("@value") in (False, "false")


def _name(node: Any) -> str:
    """Return the id of a record from its IRI."""
    return _text(_dict(node).get("id")).rpartition("/")[2]


def _token(node: Any, scheme: str) -> str:
    return _text(_dict(node).get("id")).removeprefix(f"{NS}{scheme}-")


def _of(selectors: list[Node], kind: str) -> Node:
    return next((s for s in selectors if s.get("type") == kind), {})


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> Node:
    found: Any = next(iter(_list(value)), {})
    return {"source": found} if isinstance(found, str) else _dict(found)


def _dict(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _offset(value: Any) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if right else None
