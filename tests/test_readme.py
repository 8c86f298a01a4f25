"""What the README and the pages of docs/ show is what happens."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb import sheet

CHECKOUT = Path(__file__).resolve().parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
# Each example of these has a sheet of its own; test_docs_status and test_docs_contradictions enter it and compare what is printed.
WORKED = {"status.md", "contradictions.md"}
PAGES = [CHECKOUT / "README.md", *(p for p in sorted((CHECKOUT / "docs").glob("*.md")) if p.name not in WORKED)]
EXIT = re.compile(r"\s+# exit (\d+)$")


def blocks(language: str, text: str = README) -> list[str]:
    """A page's blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str = README) -> list[tuple[str, int]]:
    """Every command of a page with the exit code it must have."""
    out = []
    for line in "".join(blocks("console", text)).splitlines():
        if line.startswith("$ "):
            code = EXIT.search(line)
            out.append((EXIT.sub("", line.removeprefix("$ ")), int(code[1]) if code else 0))
    return out


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the commands touch, in a folder of its own; the ontology and the queries are those of the program."""
    for name in ("claims", "docs"):
        shutil.copytree(CHECKOUT / name, tmp_path / name)
    shutil.copy(CHECKOUT / "kb.toml", tmp_path)
    for name in ("ontology", "queries"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_of_a_page_ends_as_it_says(page: Path, checkout: Path) -> None:
    """In order, as processes of a shell; `cd` lasts."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KB_")}
    environment = {**clean, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONWARNINGS": "default"}
    who = {f"GIT_{part}_{what}": f"you@{part}" for part in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CEILING_DIRECTORIES": str(checkout.parent),
        **who,
    }
    folder, where = checkout, checkout.with_name("where")
    for command, code in commands(page.read_text(encoding="utf-8")):
        script = f"{command}\ncode=$?; pwd > {shlex.quote(str(where))}; exit $code"
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, f"$ {command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, command
        assert "defect of the program" not in done.stderr, command
        folder = Path(where.read_text(encoding="utf-8").strip())


def test_every_command_of_the_program_is_in_the_readme() -> None:
    from kb.cli import COMMANDS

    shown = {word for command, _ in commands() for word in re.findall(r"\bkb (?:--kb \S+ )?([a-z]+)", command)}
    # The index keeps itself up to date, and only the knowledge bases of an older kb are migrated: nobody begins with these.
    assert set(COMMANDS) - shown - {"index", "migrate"} == set()


def test_the_sheets_of_the_readme_are_sheets() -> None:
    for text in blocks("yaml"):
        assert sheet.parse(text, "README.md").problems == []


def test_every_key_of_a_sheet_is_in_the_readme() -> None:
    reference = README[README.index("## The sheet") : README.index("## Files")]
    shown = set(re.findall(r"[a-z]+", " ".join(re.findall(r"`([^`]*)`", reference))))
    assert {*sheet.TOP, *sheet.CLAIM, *sheet.SAID, *sheet.JUDGEMENT} - {"affirms"} <= shown


def test_the_targets_that_the_readme_names_exist() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)$", "".join(blocks("sh")), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
