"""What TAB completes, asked as a shell asks."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import Kb, surroundings

SENT = "northland-sent-tugs-to-oldport"


def completed(kb: Kb, line: str) -> list[str]:
    """What bash would offer at the end of a line."""
    asked = {
        "_KB_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "kb"],
        cwd=kb.root,
        capture_output=True,
        timeout=60,
        env=surroundings(**asked),
        check=False,
        text=True,
    )
    assert done.stderr == "", done
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("kb sta", ["status", "stats"]),
        ("kb status north", [SENT]),
        ("kb edit north", ["northland", SENT]),
        ("kb edit claim/north", [f"claim/{SENT}"]),
        (
            "kb edit 2024-quarrel.northland-sent-tugs-to-oldport.nor",
            [f"2024-quarrel.{SENT}.northland.denies"],
        ),
        ("kb read 2", ["2024-quarrel"]),
        ("kb query disp", ["disputed"]),
        ("kb add claim x --by la", ["layla"]),
        ("kb add assertion north", [SENT]),
        ("kb add affiliation layla side", ["side-with"]),
        ("kb add entity x pl", ["place"]),
        ("kb add entity pi", []),
        ("kb judge same-ev", ["same-event"]),
        ("kb status --status dis", ["disputed"]),
        ("kb list claims --kind st", ["state"]),
        ("kb list judg", ["judgements"]),
        ("kb facts --format nd", ["ndjson"]),
        ("kb export nq", ["nquads"]),
        ("kb contradictions --type pol", ["polarity"]),
        ("kb inbox --state unr", ["unread"]),
        ("kb judge same-event north", ["northland", SENT]),
        ("kb withdraw x layl", ["layla"]),
        ("kb nonsense x", []),
        ("kb --kb /nowhere show x", []),
    ],
)
def test_names_of_commands_records_and_questions_are_completed(
    seen: Kb, line: str, offers: list[str]
) -> None:
    assert sorted(completed(seen, line)) == sorted(offers)


def test_versions_and_withdrawn_records_are_not_offered(kb: Kb) -> None:
    assert kb("edit", SENT, "when=2024-02-02").code == 0
    assert kb("withdraw", "the-coastguard-entered-oldport", "--why", "misread").code == 0
    assert completed(kb, "kb show north") == ["northland", SENT]
    assert completed(kb, "kb show the-coastguard-e") == []


def test_completion_loads_no_engine(seen: Kb) -> None:
    asked = {"_KB_COMPLETE": "complete_bash", "COMP_WORDS": "kb show n", "COMP_CWORD": "2"}
    engines = "[m for m in ('rdflib', 'pyshacl', 'pyoxigraph.store') if m in sys.modules]"
    script = f"import sys, kb.cli\ntry: kb.cli.main()\nfinally: print({engines})"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=seen.root,
        capture_output=True,
        timeout=60,
        env=surroundings(**asked),
        check=False,
        text=True,
    )
    assert done.stdout.endswith("[]\n"), done


def test_the_completion_of_a_shell_is_printed(seen: Kb) -> None:
    # Without the detection of the shell, in which no test need run.
    done = seen("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert (done.code, "complete_bash" in done.out) == (0, True)
