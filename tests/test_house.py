"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import figures
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
MODULES = sorted((CHECKOUT / "kb").rglob("*.py"))
# A longer one is two modules, or two functions.
LONGEST_MODULE = 350
# One table of sentences.
LONGEST_TABLE = {"kb/model/problem_codes.py": 380}
# Nodes of the syntax tree: width and line breaks do not matter (decision 32).
LARGEST_FUNCTION = 300
# Nine functions of ten are not larger than this: without the marks that Python adds to each name
# and operator, and with them. The second is a ceiling, to be lowered and never raised.
LARGE_FUNCTION = 120
LARGE_FUNCTION_WITH_MARKS = 186
# Spelled so that this file does not find itself.
UNDONE = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
Function = ast.FunctionDef | ast.AsyncFunctionDef
PACKAGES = sorted(
    {
        name.parts[0]
        for name in (p.relative_to(CHECKOUT / "kb") for p in MODULES)
        if len(name.parts) > 1
    }
)
# Floors with many modules have a folder for each purpose.
FLOORS_WITH_FOLDERS = {"app", "reasoning", "workspace"}
MOST_PARAMETERS = 6
# Comprehensions that contain another one, in a thousand lines of code.
MOST_NESTED = 2.0


def name(path: Path) -> str:
    """A module as people write it."""
    return path.relative_to(CHECKOUT).as_posix()


def public(tree: ast.AST) -> Iterator[Function | ast.ClassDef]:
    """Functions and classes that others may use, and the methods of those classes; not what stands
    inside a function.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def is_command(function: Function) -> bool:
    """Tell whether Typer makes a command of a function. Its parameters are the options of the
    command, which Typer passes by name, so that their number does not matter.
    """
    calls = [node.func for node in function.decorator_list if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr == "command" for call in calls)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_short(path: Path) -> None:
    longest = LONGEST_TABLE.get(name(path), LONGEST_MODULE)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= longest


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_are_small(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    sizes = {function.name: figures.size(function) for function in functions}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FUNCTION} == {}


def test_few_functions_are_large() -> None:
    functions = [f for module in figures.modules(CHECKOUT / "kb") for f in module.functions()]
    assert figures.percentile([figures.words(f) for f in functions], 0.9) <= LARGE_FUNCTION
    sizes = [figures.size(f) for f in functions]
    assert figures.percentile(sizes, 0.9) <= LARGE_FUNCTION_WITH_MARKS


def test_no_module_imports_itself_through_others() -> None:
    """Imports inside functions and imports of types count as well."""
    assert figures.cycles(figures.modules(CHECKOUT / "kb")) == []


def test_the_package_shows_its_floors() -> None:
    """Modules are in the folder of their floor; only words that every floor uses are beside them."""
    flat = {path.name for path in (CHECKOUT / "kb").glob("*.py")}
    assert flat == {"__init__.py", "__main__.py", "errors.py", "notes.py"}
    deep = [path.relative_to(CHECKOUT / "kb").parts for path in MODULES]
    assert {parts[0] for parts in deep if len(parts) == 3} == FLOORS_WITH_FOLDERS
    assert max(len(parts) for parts in deep) == 3


def test_the_tests_have_the_layout_of_the_package() -> None:
    """A folder of tests for each floor; what concerns several floors is in a folder of its own kind."""
    kb = CHECKOUT / "kb"
    folders = {path.parent.relative_to(kb).parts for path in MODULES} - {()}
    floors = {parts[0] for parts in folders}
    around = {"cases", "collection", "docs", "faults", "laws"}
    tests = [
        path.relative_to(CHECKOUT / "tests") for path in (CHECKOUT / "tests").rglob("test_*.py")
    ]
    assert {path.parts[0] for path in tests} == floors | around | {"test_house.py", "test_wheel.py"}
    assert {path.parts[:2] for path in tests if len(path.parts) == 3} <= folders
    assert max(len(path.parts) for path in tests) == 3


@pytest.mark.parametrize("package", PACKAGES)
def test_few_comprehensions_are_nested(package: str) -> None:
    modules = figures.modules(CHECKOUT / "kb" / package)
    nested = sum(map(figures.nested_comprehensions, modules))
    lines = sum(map(figures.code_lines, modules))
    assert nested <= max(1, MOST_NESTED * lines / 1000)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_function_has_few_positional_parameters(package: str) -> None:
    modules = figures.modules(CHECKOUT / "kb" / package)
    functions = [function for module in modules for function in module.functions()]
    several = [f for f in functions if figures.positional(f) > MOST_PARAMETERS]
    assert [f.name for f in several if not is_command(f)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_is_described_by_a_noun(package: str) -> None:
    modules = figures.modules(CHECKOUT / "kb" / package)
    assert [module.name for module in modules if figures.quaint(module)] == []


TESTS = sorted((CHECKOUT / "tests").rglob("*.py"))
CLOCKS = {"monotonic", "perf_counter", "process_time", "time", "time_ns"}
PUBLIC_UNDERSCORES = {"_replace", "_asdict", "_fields", "_make", "_exit"}


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_no_test_asserts_how_long_something_took(path: Path) -> None:
    """A slow machine is no fault. Count the work, compare with a smaller input, or set a timeout."""
    timed = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assert):
            calls = [n.func for n in ast.walk(node.test) if isinstance(n, ast.Call)]
            clocks = [c.attr for c in calls if isinstance(c, ast.Attribute)]
            timed += [node.lineno] if CLOCKS & set(clocks) - {"time"} else []
            timed += [node.lineno] if "time.time()" in ast.unparse(node.test) else []
    assert timed == []


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_use_public_names_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported, private = set[str](), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "kb":
            imported.update(alias.asname or alias.name for alias in node.names)
            private += [alias.name for alias in node.names if alias.name.startswith("_")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            hidden = node.attr.startswith("_") and not node.attr.endswith("__")
            hidden = hidden and node.attr not in PUBLIC_UNDERSCORES
            private += [node.attr] if hidden and node.value.id in imported else []
    assert private == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_what_others_may_use_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [node.name for node in public(tree) if not ast.get_docstring(node)]
    assert silent == []
    assert ast.get_docstring(tree) or not tree.body, "the module says nothing of itself"


def test_nothing_is_left_undone() -> None:
    files = [
        p
        for folder in ("kb", "tests", "ontology", "queries", "docs")
        for p in (CHECKOUT / folder).rglob("*")
        if p.is_file()
    ]
    texts = [p for p in files if p.suffix in {".py", ".ttl", ".rq", ".md", ".sh", ".yaml"}]
    assert [name(p) for p in texts if UNDONE.search(p.read_text(encoding="utf-8"))] == []


def test_no_line_of_a_query_is_wider_than_those_of_the_code() -> None:
    queries = sorted((CHECKOUT / "queries").rglob("*.rq"))
    wide = [p for p in queries if max(map(len, p.read_text(encoding="utf-8").splitlines())) > 100]
    assert [name(p) for p in wide] == []


def test_imports_point_downward_only() -> None:
    """The contracts are in pyproject.toml."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
