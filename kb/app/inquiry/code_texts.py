"""Explanations of problem codes: those of the program, of shapes and of saved checks."""

from __future__ import annotations

from kb.errors import Usage
from kb.model import identifiers, problem_codes
from kb.rdf import shacl
from kb.workspace.files import folder, saved_queries


def explain(code: str) -> str:
    """Explain a problem code of the program, a shape or a saved check. Raises Usage with the
    nearest codes.
    """
    texts = dict(problem_codes.CODES)
    for query in saved_queries.load([folder.shipped("queries")]).values():
        if query.group == "checks":
            hint = query.hint.replace("{subject}", "A").replace("{other}", "B")
            texts[query.name] = (
                f"{query.summary}. {query.description}".strip() + f"\nTo fix it: {hint}"
            )
    texts |= shacl.messages(folder.shipped("ontology"))
    if code not in texts:
        raise Usage(
            f"there is no code “{code}”.",
            identifiers.suggestion(code, texts, "codes are printed by kb validate"),
        )
    return f"{code}\n{texts[code].strip()}"
