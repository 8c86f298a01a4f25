"""The generated ontology files, which `make ontology` writes."""

from __future__ import annotations

import sys
from pathlib import Path

from kb.model.vocabulary import NS
from kb.rdf import turtle_reader
from kb.rdf.jsonld_context import context
from kb.rdf.record_shapes import record_shapes


def generated(folder: Path) -> dict[str, str]:
    """Return file name → text of what is generated from the model and the files in a folder."""
    graphs = {}
    for name in ("vocabulary.ttl", "shapes.ttl"):
        text = (folder / name).read_text(encoding="utf-8")
        graphs[name] = turtle_reader.by_subject(turtle_reader.triples(text, NS))
    return {
        "context.jsonld": context(graphs["vocabulary.ttl"]),
        "record-shapes.ttl": record_shapes(graphs["shapes.ttl"]),
    }


def main() -> None:
    """Write the generated files into the ontology folder given as the argument."""
    folder = Path(sys.argv[1])
    for name, text in generated(folder).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
