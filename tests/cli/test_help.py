"""Help: in groups, whole sentences, and the same words everywhere."""

from __future__ import annotations

import re

import pytest
from conftest import Kb

from kb.cli import COMMANDS, GROUPS


def test_help_has_groups_and_no_description_is_cut_off(seen: Kb) -> None:
    out = seen("--help").out
    assert max(map(len, out.splitlines())) <= 80
    assert "..." not in out.partition("Start:")[2]
    positions = [out.index(f"{title}:\n") for title in GROUPS]
    assert positions == sorted(positions)
    for name, (_, text) in COMMANDS.items():
        assert f"  {name} " in out
        assert text in out


@pytest.mark.parametrize("args", [("help",), ("-h",), ()])
def test_help_can_be_asked_for_in_several_ways(seen: Kb, args: tuple[str, ...]) -> None:
    assert seen(*args).out == seen("--help").out


def test_help_explains_a_command(seen: Kb) -> None:
    assert seen("help", "status").out == seen("status", "--help").out
    assert seen("help", "add", "source").out == seen("add", "source", "--help").out
    seen.refuses(2, "help", "statsu", says=("status",))


def test_the_kinds_of_record_to_add_are_described_in_whole_sentences(seen: Kb) -> None:
    listing = seen("add", "--help").out.rpartition("Commands:\n")[2]
    assert "..." not in listing
    assert listing.startswith("  source ")


def test_no_line_of_help_is_wider_than_80_columns(seen: Kb) -> None:
    kinds = re.findall(r"^  (\w+)  ", seen("add", "--help").out.rpartition("Commands:")[2], re.M)
    assert "source" in kinds
    for command in (*((name,) for name in COMMANDS), *(("add", kind) for kind in kinds)):
        wide = [line for line in seen(*command, "--help").out.splitlines() if len(line) > 80]
        assert wide == [], command


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_usage_names_values_without_types_and_braces(seen: Kb, command: str) -> None:
    out = seen(command, "--help").out
    assert "<str>" not in out
    assert "<list" not in out
    assert not {"{", "[["} & set(out.splitlines()[0].split())
    assert "{" not in out.splitlines()[0]


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"export", "serve", "site"}))
def test_every_command_prints_json(seen: Kb, command: str) -> None:
    """For export, the format is an argument; serve prints an address, and site writes pages."""
    out = seen(command, "--help").out
    assert "--format" in out
    assert "--json" in out


def test_version_has_a_short_form(seen: Kb) -> None:
    assert seen("-V").out == seen("--version").out


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_only_the_program_itself_installs_completion(seen: Kb, command: str) -> None:
    assert "--install-completion" not in seen(command, "--help").out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("status", "--only", "disputed"), ("status", "--status", "disputed")),
        (("forecasts", "--record"), ("forecasts", "--track-record")),
        (("inbox", "sources", "--only=unread"), ("inbox", "sources", "--state=unread")),
        (("changes", "--from", "2024-03-01"), ("changes", "--since", "2024-03-01")),
    ],
    ids=lambda args: " ".join(args),
)
def test_old_spellings_still_work_and_name_the_new_one(
    seen: Kb, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    before, after = seen(*old), seen(*new)
    assert (before.code, before.out) == (after.code, after.out)
    assert before.err.startswith("note: --")
    assert "is now called" in before.err


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("status", "--status"), "kb status --help"),
        (("status", "--nope"), "kb status --help"),
        (("add", "sheet.yaml"), "kb add --from sheet.yaml"),
        (("--nope",), "kb --help"),
    ],
    ids=lambda args: " ".join(args) if isinstance(args, tuple) else "",
)
def test_wrong_use_names_the_help_of_the_command(
    seen: Kb, args: tuple[str, ...], hint: str
) -> None:
    seen.refuses(2, *args, says=(f"hint: {hint}\n",))
