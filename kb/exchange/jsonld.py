"""Records as JSON-LD 1.1 with the program's context: the same triples, every literal as written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import RDF, XSD
from kb.rdf import block_order

# Ids that a JSON-LD reader would mistake for a keyword, an absolute or compact IRI, or a different
# path.
UNSAFE = re.compile(r"@|[^/?#]*:|/|$|(?:.*/)?\.\.?(?:[/?#]|$)|.*[\x00-\x20<>\"{}|^`\\]", re.DOTALL)
# Whole numbers that every reader of JSON keeps as they are.
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
# Where the text of the context is put, which is encoded once for all documents.
_PLACE: Final = "the context of this document"
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the context.

    `type` is the datatype of its plain values ("@id" for references), `set` tells whether they are
    always a list, `tokens` maps concepts (IRIs) to their short names.
    """

    name: str
    type: str
    set: bool
    tokens: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """A JSON-LD context, indexed for writing: keys by property, class names and prefixes by IRI."""

    keys: Mapping[str, Key]
    names: Mapping[str, str]
    prefixes: Mapping[str, str]


@lru_cache(maxsize=2)
def read_context(text: str) -> Context:
    """Parse the context.

    >>> text = '{"@context": {"x": "urn:x:", "said": {"@id": "x:said", "@type": "@id"}}}'
    >>> read_context(text).keys["urn:x:said"].name
    'said'
    """
    terms: dict[str, Any] = json.loads(text)["@context"]
    ids = {
        k: v["@id"] if isinstance(v, dict) else v for k, v in terms.items() if not k.startswith("@")
    }
    prefixes = {v: k for k, v in ids.items() if v.endswith(("#", "/", ":"))}
    namespaces = {prefix: namespace for namespace, prefix in prefixes.items()}
    full = {k: _expand(v, namespaces) for k, v in ids.items()}
    keys = {full[k]: _key(k, terms[k], namespaces) for k in ids if ids[k] not in prefixes}
    return Context(keys, {iri: k for k, iri in full.items() if isinstance(terms[k], str)}, prefixes)


def _key(name: str, term: Any, namespaces: Mapping[str, str]) -> Key:
    if isinstance(term, str):
        return Key(name, "", False, {})
    tokens = {_expand(v, namespaces): k for k, v in term.get("@context", {}).items()}
    return Key(
        name, _expand(term.get("@type", ""), namespaces), term.get("@container") == "@set", tokens
    )


def _expand(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return namespaces[prefix] + local if colon and prefix in namespaces else name


def document(
    triples: Iterable[Triple],
    context: str,
    base: str,
    reference: str = "",
    remarks: Mapping[str, str] = {},
) -> str:
    """Return a JSON-LD document.

    `context` is the text of the context. It is included, unless there is a `reference` to use in
    its place. Record ids are relative to `base`. `remarks` become a `$comment`, which is not data.
    """
    nodes = _nodes(triples, read_context(context), base)
    comment = {"$comment": "; ".join(f"{k} {v}" for k, v in remarks.items())} if remarks else {}
    named = reference or _PLACE
    whole = {**comment, "@context": [named, {"@base": base}], "@graph": nodes}
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    return text if reference else text.replace(json.dumps(_PLACE), _included(context), 1)


@lru_cache(maxsize=2)
def _included(context: str) -> str:
    """Return the text of a context as it is in a document: two levels deep."""
    shipped = json.loads(context)["@context"]
    return json.dumps(shipped, ensure_ascii=False, indent=1).replace("\n", "\n  ")


def _nodes(triples: Iterable[Triple], context: Context, base: str) -> list[Node]:
    grouped: dict[str, list[Triple]] = {}
    for triple in sorted(set(triples)):
        grouped.setdefault(triple[0].value, []).append(triple)
    return [_node(grouped[subject], context, base) for subject in block_order.arrange(grouped)]


def _node(triples: Sequence[Triple], context: Context, base: str) -> Node:
    subject = triples[0][0]
    node: Node = {"id": _id(subject, base)}
    values: dict[str, list[Any]] = {}
    for _, predicate, object in triples:
        if predicate.value == RDF + "type" and object.kind == "iri":
            values.setdefault("type", []).append(context.names.get(object.value, object.value))
        else:
            key = context.keys.get(
                predicate.value, Key(_short(predicate.value, context), "", False, {})
            )
            values.setdefault(key.name, []).append(_value(object, key, context, base))
    sets = {k.name for k in context.keys.values() if k.set}
    return node | {k: v if len(v) > 1 or k in sets else v[0] for k, v in values.items()}


def _id(term: Term, base: str) -> str:
    if term.kind == "bnode":
        return f"_:{term.value}"
    tail = term.value.removeprefix(base)
    return term.value if tail == term.value or UNSAFE.match(tail) else tail


def _short(iri: str, context: Context) -> str:
    """Abbreviate an IRI with a prefix, if the local name is free of special characters."""
    for namespace, prefix in context.prefixes.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"[A-Za-z0-9_-]+", local):
            return f"{prefix}:{local}"
    return iri


def _plain(text: str, datatype: str) -> Any:
    """Return a value as JSON has it: a number or a truth value, if it is read back as written.

    Decimal numbers stay text. Readers of JSON-LD make floating point of those with a fraction
    (JSON-LD 1.1 Processing Algorithms §8.2.2), and rdflib reads the others as values that pySHACL
    does not take for decimals.

    >>> _plain("12", XSD + "integer"), _plain("012", XSD + "integer")
    (12, '012')
    """
    if datatype == XSD + "integer" and WHOLE.fullmatch(text):
        return int(text)
    if datatype == XSD + "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _value(term: Term, key: Key, context: Context, base: str) -> Any:
    if term.kind != "literal":
        if term.value in key.tokens:
            return key.tokens[term.value]
        id = _id(term, base)
        if term.kind == "iri" and id == term.value:
            id = _short(term.value, context)
        return id if key.type == "@id" else {"id": id}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    datatype = term.datatype or XSD + "string"
    if datatype == (key.type or XSD + "string"):
        return _plain(term.value, datatype)
    if datatype == XSD + "string":
        return {"@value": term.value}
    return {"@value": term.value, "@type": datatype}
