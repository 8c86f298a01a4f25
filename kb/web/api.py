"""Description of the saved questions as an interface for programs (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb import __version__
from kb.presentation import answer_rows
from kb.web import days
from kb.web.look import Look
from kb.web.results import Asked, Document
from kb.workspace.files.saved_queries import SavedQuery

# Kind of a parameter → its JSON Schema.
SCHEMAS: Final[Mapping[str, Mapping[str, object]]] = {
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
}
TEXT: Final[Mapping[str, object]] = {"type": "string"}
ROWS: Final = {"type": "array", "items": {"type": "object"}}


def document(look: Look, asked: Asked) -> Document:
    """Return the description: one path for each question, as JSON and as CSV."""
    paths: dict[str, object] = {}
    for query in answer_rows.ordered(look.kb.queries().values()):
        paths[f"/question/{query.name}.json"] = _path(query, "application/json", ROWS)
        paths[f"/question/{query.name}.csv"] = _path(query, "text/csv", TEXT)
    info = {"title": look.kb.folder.root.name, "version": __version__}
    return Document({"openapi": "3.1.0", "info": info, "paths": paths})


def _path(query: SavedQuery, media: str, schema: Mapping[str, object]) -> dict[str, object]:
    """Describe one question in one format."""
    parameters = [
        {
            "name": one.name,
            "in": "query",
            "required": one.required and one.default is None,
            "description": one.label or one.name,
            "schema": {**SCHEMAS.get(one.kind, TEXT), **_values(one.choices, one.default)},
        }
        for one in query.params
    ]
    for name in days.NAMES:
        shape = TEXT if name == days.POLICY else SCHEMAS["date"]
        parameters.append({"name": name, "in": "query", "required": False, "schema": shape})
    answers = {
        "200": {"description": "The rows", "content": {media: {"schema": schema}}},
        "400": {"description": "A value is missing or not understood"},
        "403": {"description": "The question exceeded a limit"},
    }
    ending = "json" if schema is ROWS else "csv"
    return {
        "get": {
            "operationId": f"{query.name}-{ending}",
            "summary": query.summary,
            "description": query.description,
            "parameters": parameters,
            "responses": answers,
        }
    }


def _values(choices: tuple[str, ...], default: str | None) -> dict[str, object]:
    """Return what a schema says about the values of a parameter."""
    found: dict[str, object] = {"enum": list(choices)} if choices else {}
    return found if default is None else {**found, "default": default}
