"""Figures of the house: size, density and documentation of the code. `make figures` prints them.

The figures do not depend on the width of lines, so that they can be compared with other packages:
`python tests/figures.py FOLDER` measures the package in a folder.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
COLUMNS = 80
# Words with which the docstring of a module does not begin: it names the module's job with a noun.
QUAINT = ("what", "who", "how", "which", "where", "whether", "when", "whose")
Function = ast.FunctionDef | ast.AsyncFunctionDef
# Nodes without a word of their own in the text: whether a name is read or set, and operators, which
# belong to the expression that contains them.
MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a package: its dotted name, its source text and its syntax tree."""

    name: str
    text: str
    tree: ast.Module

    def functions(self) -> list[Function]:
        """Return all functions and methods, nested ones included."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


def modules(package: Path) -> list[Module]:
    """Read all modules of a package, sorted by path."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = (package.name, *path.relative_to(package).with_suffix("").parts)
        name = ".".join(parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        found.append(Module(name, text, ast.parse(text)))
    return found


def code_lines(module: Module) -> int:
    """Count the lines that have code: not blank, not only a comment, not a docstring."""
    ignored = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    rows: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in (*ignored, tokenize.ENDMARKER):
            rows.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(module.tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            docstring = node.body[0]
            rows -= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return len(rows)


def comments(module: Module) -> int:
    """Count the comments."""
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


def size(node: ast.AST) -> int:
    """Count the nodes of a syntax tree."""
    return sum(1 for _ in ast.walk(node))


def words(node: ast.AST) -> int:
    """Count the nodes of a syntax tree without marks.

    >>> tree = ast.parse("x = y + 1")
    >>> size(tree), words(tree)
    (9, 6)
    """
    return sum(not isinstance(n, MARKS) for n in ast.walk(node))


def count(found: Sequence[Module], *kinds: type[ast.AST]) -> int:
    """Count the nodes of some kinds."""
    return sum(isinstance(node, kinds) for module in found for node in ast.walk(module.tree))


def nested_comprehensions(module: Module) -> int:
    """Count the comprehensions that contain another one."""
    number = 0
    for node in ast.walk(module.tree):
        if isinstance(node, COMPREHENSIONS):
            number += any(isinstance(n, COMPREHENSIONS) for n in ast.walk(node) if n is not node)
    return number


def positional(function: Function) -> int:
    """Count the positional parameters, without `self` and `cls`."""
    arguments = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    return len(arguments) - (arguments[:1] in (["self"], ["cls"]))


def lines_at(body: Sequence[ast.stmt], columns: int = COLUMNS, depth: int = 1) -> int:
    """Estimate how many lines statements need at a width, docstrings not counted.

    Each simple statement, and the head of each compound one, is unparsed and cut at the width.

    >>> lines_at(ast.parse("for x in y:\\n    print(x)").body)
    2
    """
    number = 0
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        blocks = [
            block for name in ("body", "orelse", "finalbody") for block in _block(statement, name)
        ]
        blocks += [case.body for case in getattr(statement, "cases", ())]
        blocks += [handler.body for handler in getattr(statement, "handlers", ())]
        whole = ast.unparse(statement)
        head = whole.split("\n", 1)[0] if blocks else whole
        number += ceil(len(head) / max(20, columns - 4 * depth))
        number += sum(lines_at(block, columns, depth + 1) for block in blocks)
    return number


def _block(statement: ast.stmt, name: str) -> Iterator[list[ast.stmt]]:
    block = getattr(statement, name, None)
    if isinstance(block, list) and block:
        yield block


def public(tree: ast.AST) -> Iterator[Function | ast.ClassDef]:
    """Yield public functions and classes, and the public methods of those classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def typed(function: Function) -> bool:
    """Tell whether a function has a type for its result and all its parameters."""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    named = [a for a in arguments if a.arg not in ("self", "cls")]
    return function.returns is not None and all(a.annotation for a in named)


def imports(module: Module, names: frozenset[str]) -> set[str]:
    """Return the modules of the package that a module imports, lazily or not."""
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= parts
            found |= set() if parts <= names else {node.module}
    return (found & names) - {module.name}


def cycles(found: Sequence[Module]) -> list[str]:
    """Return the modules that import themselves through others. Types count as well."""
    names = frozenset(module.name for module in found)
    direct = {module.name: imports(module, names) for module in found}
    guilty = []
    for start in sorted(names):
        seen, todo = set[str](), list(direct[start])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(direct[name])
        guilty += [start] if start in seen else []
    return guilty


def quaint(module: Module) -> bool:
    """Tell whether a module's docstring begins with a relative clause instead of a noun."""
    words = (ast.get_docstring(module.tree) or "").split()
    return bool(words) and words[0].lower() in QUAINT


def percentile(values: Sequence[int], share: float) -> int:
    """Return the value that is at least as large as this share of the values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def floors() -> int:
    """Return the number of rows in the layer contract of the package."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return len(next(c["layers"] for c in contracts if c.get("containers") == ["kb"]))


def figures(package: Path) -> Iterator[tuple[str, str]]:
    """Yield name and value of each figure of a package."""
    found = modules(package)
    functions = [function for module in found for function in module.functions()]
    lengths = [lines_at(function.body) for function in functions]
    sizes = [size(function) for function in functions]
    short = [words(function) for function in functions]
    lines = sum(map(code_lines, found)) or 1
    shown = [node for module in found for node in public(module.tree)]
    documented = sum(bool(ast.get_docstring(node)) for node in shown)
    callable_ = [node for node in shown if isinstance(node, Function)]
    nested = sum(map(nested_comprehensions, found))
    thousand = 1000 / lines
    yield "modules, of them in the root", f"{len(found)}, {len(list(package.glob('*.py')))}"
    yield "lines of code", f"{lines:,}"
    yield "AST nodes per line of code", f"{sum(size(m.tree) for m in found) / lines:.1f}"
    yield (
        "comprehensions / nested / conditional expressions per 1,000 lines",
        f"{count(found, *COMPREHENSIONS) * thousand:.0f} / {nested * thousand:.1f} / "
        f"{count(found, ast.IfExp) * thousand:.0f}",
    )
    yield (
        f"length of a function at {COLUMNS} columns, median / p90 / p99",
        " / ".join(str(percentile(lengths, share)) for share in (0.5, 0.9, 0.99)),
    )
    yield "nodes of a function, p90 / largest", f"{percentile(sizes, 0.9)} / {max(sizes)}"
    yield "the same without marks", f"{percentile(short, 0.9)} / {max(short)}"
    yield "positional parameters, most", str(max(map(positional, functions)))
    yield "comments per 100 lines", f"{100 * sum(map(comments, found)) / lines:.1f}"
    yield "module docstrings that begin with what, who, how …", str(sum(map(quaint, found)))
    yield "public names with a docstring", f"{100 * documented / len(shown):.0f} %"
    yield (
        "public functions with types",
        f"{100 * sum(map(typed, callable_)) / len(callable_):.0f} %",
    )
    yield "modules in import cycles", str(len(cycles(found)))


def main() -> None:
    """Print the figures of the package in the folder given, by default those of kb."""
    package = Path(sys.argv[1]) if sys.argv[1:] else CHECKOUT / "kb"
    rows = list(figures(package))
    if not sys.argv[1:]:
        tests = sum(map(code_lines, modules(CHECKOUT / "tests")))
        rows += [("floors", str(floors())), ("lines of tests", f"{tests:,}")]
    for name, value in rows:
        print(f"{name:68}{value}")


if __name__ == "__main__":
    main()
