"""Description of the CSV tables as a Frictionless data package: types, keys, references.

https://specs.frictionlessdata.io/tabular-data-package/
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kb.model.records import Affiliation, Entity, Judgement, Quote, Record, Source, slots

NAME: Final = "datapackage.json"
_STORED: Final[Mapping[str, type[Record]]] = {
    "sources": Source,
    "entities": Entity,
    "quotes": Quote,
    "affiliations": Affiliation,
    "judgements": Judgement,
}
_TYPES: Final = {
    "integer": "integer",
    "decimal": "number",
    "date": "date",
    "time": "datetime",
    "boolean": "boolean",
}
_DATES: Final = ("said_from", "said_to", "when_from", "when_to")
_INTEGERS: Final = """
    start end documents originals voices_for voices_against no_known_stake
"""
_NUMBERS: Final = ("quantity_min", "quantity_max", "quantity_best")
# Types of the columns of assertions, claims and contradictions; all others are text.
_COMPUTED: Final = (
    dict.fromkeys(_DATES, "date")
    | dict.fromkeys(_INTEGERS.split(), "integer")
    | dict.fromkeys(_NUMBERS, "number")
    | {"recorded": "datetime", "chosen": "boolean"}
)
_KEYS: Final = {
    "assertions": "assertion",
    "claims": "claim",
    "sources": "source",
    "entities": "entity",
    "quotes": "passage",
    "affiliations": "affiliation",
    "judgements": "judgement",
}
# Table → column → the table whose ids it has.
_REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "assertions": {"claim": "claims", "speaker": "entities", "source": "sources"},
    "claims": {"subject": "entities"},
    "quotes": {"source": "sources"},
    "sources": {"publisher": "entities", "author": "entities"},
    "affiliations": {"member": "entities", "party": "entities"},
    "contradictions": {"claim_a": "claims", "claim_b": "claims"},
}


def describe(columns: Mapping[str, Sequence[str]], licence: str, title: str) -> str:
    """Return datapackage.json for tables with these columns, in files `<table>.csv`."""
    package: dict[str, Any] = {"profile": "tabular-data-package", "name": "knowledge-base"}
    package["title"] = title
    if licence:
        package["licenses"] = [{"path": licence}]
    package["resources"] = [_resource(name, found) for name, found in columns.items()]
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(table: str, columns: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [{"name": name, "type": type_of(table, name)} for name in columns],
        "missingValues": [""],
    }
    if key := _KEYS.get(table):
        schema["primaryKey"] = key
    if references := _REFERENCES.get(table):
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": other, "fields": _KEYS[other]}}
            for column, other in references.items()
        ]
    return {
        "name": table,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def type_of(table: str, column: str) -> str:
    """Return the type of a column.

    >>> type_of("claims", "when_from"), type_of("entities", "lat"), type_of("sources", "unknown")
    ('date', 'number', 'string')
    """
    if table not in _STORED:
        return _COMPUTED.get(column, "string")
    slot = slots(_STORED[table]).get(column)
    return "string" if slot is None or slot.many else _TYPES.get(slot.type, "string")
