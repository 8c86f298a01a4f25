"""Generate the parts of the documentation that come from the program itself.

`python tests/pages.py` rewrites all of them (`make pages`), `python tests/pages.py picture` only
the picture (`make picture`). tests/docs/test_generated.py compares the files with the program.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import rdflib
import yaml
from starter import Starter, starter

import kb as api
from kb.api import entries
from kb.cli import COMMANDS

CHECKOUT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = CHECKOUT / "docs"
PICTURE: Final = DOCS / "overview.svg"
# Columns of help: what a terminal of common width shows.
HELP_COLUMNS: Final = "80"
# Columns of output on a page: wide enough for the tables of the examples.
PAGE_COLUMNS: Final = "100"
EXIT: Final = re.compile(r"\s+# exit (\d+)$")
CONSOLE: Final = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Python, and what it prints: a block of text directly below.
PYTHON: Final = re.compile(
    r"^```python\n(.*?)^```$(\n\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
# An example in a docstring, with what it shows.
EXAMPLE: Final = re.compile(r"((?:^>>> .*\n(?:^(?!>>>|$).*\n)*)+)", re.MULTILINE)
RUNNING: Final = re.compile(f"{CONSOLE.pattern}|{PYTHON.pattern}", re.MULTILINE | re.DOTALL)
# A parameter in a query: `?_name_type` is required, `?__name_type` is optional.
PARAMETER: Final = re.compile(r"\?_(_?)([a-z]+)_[a-z]+")
# How `kb explain` introduces the remedy of a saved check.
REMEDY: Final = "To fix it"
# The documents of docs/example in the order in which they were published: author and day.
DOCUMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "wire": ("Northcoast News Agency", "2024-03-01"),
    "statement": ("Varga Shipping", "2024-03-01"),
    "gazette": ("The Selmouth Gazette", "2024-03-03"),
    "notice": ("Coast Safety Authority", "2024-03-05"),
    "correction": ("Northcoast News Agency", "2024-03-06"),
    "ruling": ("District Court of Northcoast", "2024-11-12"),
}
OUTPUT_PAGES: Final = (
    CHECKOUT / "README.md",
    DOCS / "tutorial.md",
    *sorted((DOCS / "how-to").glob("*python*.md")),
    *sorted((DOCS / "how-to").glob("for-*.md")),
)


@dataclass(frozen=True)
class Step:
    """A command of a page, its exit code, and the output shown below it (empty: not shown)."""

    command: str
    code: int
    shown: str


def steps(text: str) -> list[Step]:
    """Every command in the console blocks of a page, in order."""
    return [step for block in CONSOLE.findall(text) for step in _steps(block)]


def _steps(block: str) -> list[Step]:
    """The commands of one block."""
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        code = EXIT.search(line)
        found.append(Step(EXIT.sub("", line), int(code[1]) if code else 0, shown.strip("\n")))
    return found


def workplace(root: Path) -> Path:
    """Prepare a folder with everything that the commands of the pages use, and return it."""
    for name in ("claims", "docs"):
        shutil.copytree(CHECKOUT / name, root / name)
    shutil.copy(CHECKOUT / "kb.toml", root)
    for name in ("ontology", "queries"):
        (root / name).symlink_to(CHECKOUT / name)
    return root


@dataclass
class Shell:
    """A shell that keeps its folder between commands, without settings of the user."""

    folder: Path
    root: Path

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one command; its messages and its output arrive together, in order."""
        where = self.root.with_name(f"{self.root.name}.where")
        script = f"{command}\ncode=$?; pwd > {shlex.quote(str(where))}; exit $code"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment(self.root.parent),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        self.folder = Path(where.read_text(encoding="utf-8").strip())
        return done


@cache
def commands() -> Starter:
    """The process that the commands of the pages are forked from."""
    return starter({**_without_settings(), "PYTHONWARNINGS": "default"})


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KB_")}


def environment(ceiling: Path) -> Mapping[str, str]:
    """The environment of the pages: this `kb`, no settings of the user, git without a home."""
    places = (commands().program().parent, Path(sys.executable).parent, os.environ["PATH"])
    who = {
        f"GIT_{part}_{what}": f"you@{part}"
        for part in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    git = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CEILING_DIRECTORIES": str(ceiling),
    }
    own = {"PATH": os.pathsep.join(map(str, places)), "COLUMNS": PAGE_COLUMNS}
    return {**commands().environment, **own, **git, **who}


def plain(output: str) -> str:
    """Output as a page shows it: no blanks at the end of a line, no empty first or last line."""
    return "\n".join(line.rstrip() for line in output.splitlines()).strip("\n")


def with_output(text: str) -> str:
    """A page with the output of each command that shows some, as the program prints it now."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "checkout"
        root.mkdir()
        shell, names = Shell(workplace(root), root), {"__name__": "page"}

        def block(match: re.Match[str]) -> str:
            """One block with fresh output."""
            if match[1] is not None:
                return f"```console\n{''.join(_fresh(shell, step) for step in _steps(match[1]))}```"
            printed = run_python(match[2], names, shell.folder)
            shown = f"\n\n```text\n{printed}\n```" if match[3] is not None else ""
            return f"```python\n{match[2]}```{shown}"

        return RUNNING.sub(block, text)


def run_python(code: str, names: dict[str, Any], folder: Path) -> str:
    """What Python code prints, run in a folder; `names` are those of the page so far.

    Remarks of `kb` on a document are warnings, which a page does not show.
    """
    printed = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
        environment_of(folder),
    ):
        warnings.simplefilter("ignore", api.KbWarning)
        exec(compile(code, "page", "exec"), names)
    return plain(printed.getvalue())


@contextlib.contextmanager
def environment_of(folder: Path) -> Iterator[None]:
    """Run without the settings of the user, as the commands of a page do."""
    before, during = dict(os.environ), environment(folder)
    os.environ.clear()
    os.environ.update(during)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _fresh(shell: Shell, step: Step) -> str:
    """A command and its new output, with an empty line behind output."""
    done = shell.run(step.command)
    if done.returncode != step.code:
        raise SystemExit(f"$ {step.command}\n{done.stdout}")
    line = f"$ {step.command}{f'  # exit {step.code}' if step.code else ''}\n"
    return f"{line}{plain(done.stdout)}\n" if step.shown else line


# --- Reference pages


def kb(*arguments: str) -> str:
    """What a `kb` command prints on standard output."""
    return subprocess.run(
        [commands().program(), *arguments],
        cwd=CHECKOUT,
        env={**environment(CHECKOUT), "COLUMNS": HELP_COLUMNS},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


@cache
def command_names() -> tuple[str, ...]:
    """Every command in the order of help, `add source` and its like behind `add`."""
    names = []
    for name in COMMANDS:
        names.append(name)
        if name == "add":
            names += [f"add {sub}" for sub in _listed("add", "--help")]
    return tuple(names)


def _listed(*arguments: str) -> list[str]:
    """The commands that a help text lists."""
    listing = kb(*arguments).rpartition("Commands:\n")[2]
    return re.findall(r"^  ([a-z]+)\s", listing, re.MULTILINE)


def commands_page() -> str:
    """docs/reference/commands.md."""
    parts = [
        "# Commands\n",
        "Generated from `--help` by `make pages`; do not edit.\n",
        f"```text\n{plain(kb('--help'))}\n```\n",
    ]
    for name in command_names():
        text = plain(kb(*name.split(), "--help"))
        parts.append(f"## kb {name}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def questions_page() -> str:
    """docs/reference/questions.md."""
    parts = [
        "# Saved questions\n",
        "Generated from the headers in `queries/` by `make pages`; do not edit.\n",
        "Ask one with `kb query NAME PARAMETER=VALUE`. Parameters in [brackets] are optional.",
        "[Ask questions](../how-to/ask-questions.md) shows how to add your own.\n",
    ]
    for path in sorted((CHECKOUT / "queries" / "questions").glob("*.rq")):
        parts.append(_question(path.stem, path.read_text(encoding="utf-8")))
    return "\n".join(parts)


def _question(name: str, text: str) -> str:
    """The entry of one saved question."""
    header = _header(text)
    own = header.get("x-kb") or {}
    optional = {word for mark, word in PARAMETER.findall(text) if mark}
    parts = [f"## {name}\n", f"{header['summary']}\n"]
    if "description" in header:
        parts.append(f"{header['description']}\n")
    meanings = (own.get("params") or {}).items()
    shown = [f"- `{f'[{p}]' if p in optional else p}`: {meaning}" for p, meaning in meanings]
    if shown:
        parts.append("\n".join(shown) + "\n")
    parts.append(f"Columns: {', '.join(own.get('columns') or ['as in the query'])}.\n")
    return "\n".join(parts)


def _header(text: str) -> Any:
    """The header of a saved query; every value is text."""
    lines = [line[3:] for line in text.splitlines() if line.startswith("#+ ")]
    return yaml.load("\n".join(lines), Loader=yaml.BaseLoader)


def problem_codes_page() -> str:
    """docs/reference/problem-codes.md."""
    parts = [
        "# Problem codes\n",
        "Generated from `kb explain` by `make pages`; do not edit.\n",
        "`kb validate`, `kb fsck` and `kb add` print a code with every problem:",
        "`FILE:LINE:COLUMN: error CODE: message  hint: what to do`.\n",
    ]
    for code, meaning in _meanings().items():
        parts.append(f"## {code}\n\n{meaning}\n")
    return "\n".join(parts)


def _meanings() -> dict[str, str]:
    """Each code and its meaning as `kb explain` prints it: of the program, the shapes, the checks.

    Put together here, because `kb explain` reads every shape anew for each code.
    """
    texts = {**_own_meanings(), **_shape_meanings(), **_check_meanings()}
    return {code: "\n\n".join(texts[code].strip().splitlines()) for code in sorted(texts)}


def _own_meanings() -> Mapping[str, str]:
    """The table CODES of the program, wherever its module is."""
    for path in sorted((CHECKOUT / "kb").rglob("*codes.py")):
        name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
        codes: Mapping[str, str] | None = getattr(importlib.import_module(name), "CODES", None)
        if codes:
            return codes
    raise SystemExit("no table of problem codes found in kb/")


def _shape_meanings() -> Mapping[str, str]:
    """The messages of the shipped shapes, by the local names of the shapes."""
    graph = rdflib.Graph()
    for path in (CHECKOUT / "ontology").glob("*shapes.ttl"):
        graph.parse(path)
    found = graph.subject_objects(rdflib.SH.message)
    return {re.split(r"[/#]", str(shape))[-1]: str(text) for shape, text in found}


def _check_meanings() -> Mapping[str, str]:
    """What the headers of the saved checks say."""
    found = {}
    for path in (CHECKOUT / "queries" / "checks").glob("*.rq"):
        header = _header(path.read_text(encoding="utf-8"))
        remedy = (header.get("x-kb") or header).get("hint", "")
        meaning = f"{header['summary']}. {header.get('description', '')}".strip()
        found[path.stem] = f"{meaning}\n{REMEDY}: {remedy}"
    return found


def python_page() -> str:
    """docs/reference/python.md: the public names of the package, from their docstrings."""
    parts = [
        "# Python API\n",
        "Generated from the docstrings by `make pages`; do not edit.",
        "[Use kb from Python](../how-to/use-from-python.md) shows how it is used.\n",
        "`Names` is a name or a list of names, `Text` is text, a date or a number, `Day` is a date or",
        "its text (`2024-03-02`).\n",
    ]
    for name in sorted(api.__all__, key=lambda name: (not name.islower(), name)):
        parts.append(_public(f"kb.{name}", getattr(api, name)))
    return "\n".join(parts)


def _public(name: str, found: Any) -> str:
    """The entry of one public name: a function, or a class with its methods."""
    made = not isinstance(found, type) or found.__module__ == entries.__name__
    parts = [f"## {name}\n"]
    if made:
        parts.append(f"```text\n{name}{_signature(found)}\n```\n")
    parts.append(_prose(found))
    if isinstance(found, type) and found is not api.View:
        for method, member in inspect.getmembers(found):
            own = str(getattr(getattr(member, "fget", member), "__module__", "")).startswith("kb.")
            if own and not method.startswith("_") and not isinstance(member, type):
                call = "" if isinstance(member, property) else _signature(member)
                parts += [f"**`{method}{call}`**\n", _prose(member)]
    return "\n".join(parts)


def _signature(found: Any) -> str:
    """The parameters of a function, as they are written."""
    given = []
    signature = inspect.signature(found)
    for name, parameter in signature.parameters.items():
        if name == "self":
            continue
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        default = parameter.default
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in "".join(given):
            given.append("*")
        shown = "" if default is parameter.empty else f" = {default!r}"
        given.append(f"{star}{name}: {parameter.annotation}{shown}")
    returned = signature.return_annotation
    arrow = f" -> {returned}" if isinstance(returned, str) and not isinstance(found, type) else ""
    return f"({', '.join(given)}){arrow}"


def _prose(found: Any) -> str:
    """A docstring, with its examples as code."""
    text = (inspect.getdoc(found) or "") + "\n"
    return EXAMPLE.sub(r"```text\n\1```\n", text)


# --- The picture


def picture() -> str:
    """docs/overview.svg: `kb overview` of the example, with sober colours."""
    from rich.console import Console
    from rich.terminal_theme import TerminalTheme
    from rich.text import Text

    theme = TerminalTheme(
        (250, 250, 248),
        (45, 49, 55),
        [(45, 49, 55), (150, 60, 50), (60, 105, 75), (140, 105, 40), (55, 90, 130)]
        + [(95, 100, 108)] * 4,
    )
    output = overview()
    width = max(map(len, output.splitlines()))
    console = Console(record=True, width=width, file=io.StringIO(), legacy_windows=False)
    text = Text(f"$ kb overview\n{output}")
    text.highlight_regex(r"(?m)^\S.*$", "bold")
    text.highlight_regex(r"(?m)^ {4}affirms", "green")
    text.highlight_regex(r"(?m)^ {4}(denies|doubts)", "red")
    text.highlight_regex(r"(?m)^  kb .*$", "blue")
    text.highlight_regex(r"\[\d+\]", "yellow")
    console.print(text, soft_wrap=True, highlight=False)
    svg = console.export_svg(title="kb overview", theme=theme, unique_id="overview")
    # The picture loads no font from elsewhere: the viewer's own monospaced font is used.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "ui-monospace, Menlo, Consolas")
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


@cache
def overview() -> str:
    """What `kb overview` prints of the made-up documents in docs/example."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "checkout"
        root.mkdir()
        shell = Shell(workplace(root), root)
        for command in _example():
            done = shell.run(command)
            if done.returncode:
                raise SystemExit(f"$ {command}\n{done.stdout}")
        return plain(done.stdout)


def _example() -> Iterator[str]:
    """Return the commands that enter the documents of docs/example, and the overview."""
    yield from ("kb init harbour", "cp docs/example/* harbour/", "cd harbour")
    for name, (author, published) in DOCUMENTS.items():
        yield f"kb add source {name}.txt --id {name} --author {author!r} --published {published}"
        yield f"kb add --from {name}.yaml"
    yield "kb judge copy-of source/gazette source/wire --lines 3-4 --because 'word for word'"
    yield "kb overview"


GENERATED: Final[Mapping[Path, Callable[[], str]]] = {
    DOCS / "reference" / "commands.md": commands_page,
    DOCS / "reference" / "questions.md": questions_page,
    DOCS / "reference" / "problem-codes.md": problem_codes_page,
    DOCS / "reference" / "python.md": python_page,
}


def main(wanted: str) -> None:
    """Write the picture, and unless only that is wanted, every generated page."""
    PICTURE.write_text(picture(), encoding="utf-8")
    if wanted == "picture":
        return
    for path, page in GENERATED.items():
        path.write_text(page(), encoding="utf-8")
    for path in OUTPUT_PAGES:
        path.write_text(with_output(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "all")
