"""The generated part of the ontology, which `make ontology` writes: the JSON-LD context, and the
end of the shapes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kb.model.vocabulary import NS
from kb.rdf import turtle_reader
from kb.rdf.jsonld_context import Graph, context
from kb.rdf.record_shapes import HEADING, record_shapes


def generated(folder: Path) -> dict[str, str]:
    """Return file name → text of what is generated from the model and the files in a folder."""
    vocabulary = (folder / "vocabulary.ttl").read_text(encoding="utf-8")
    shapes = (folder / "shapes.ttl").read_text(encoding="utf-8")
    by_hand, _, _ = shapes.partition(HEADING)
    return {
        "context.jsonld": context(_graph(vocabulary)),
        "shapes.ttl": by_hand + record_shapes(_graph(by_hand)),
    }


def _graph(text: str) -> Graph:
    return turtle_reader.by_subject(turtle_reader.triples(text, NS))


def main() -> None:
    """Write the generated files into the ontology folder given as the argument."""
    folder = Path(sys.argv[1])
    for name, text in generated(folder).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
