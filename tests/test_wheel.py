"""The wheel carries all it needs: installed elsewhere and run from another folder, it works without
the checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KB_")} | (
        {"PYTHONPATH": str(path)} if path else {}
    )
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "-q", str(ROOT), "--no-deps", "-w", str(place), cwd=place)
    (wheel,) = place.glob("*.whl")
    run(*pip, "install", "-q", "--no-deps", "--target", str(place / "site"), str(wheel), cwd=place)
    return place / "site"


def test_the_installed_wheel_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    where = run(sys.executable, "-c", "import kb; print(kb.__file__)", cwd=tmp_path, path=installed)
    assert where.startswith(str(installed))
    (tmp_path / "report.txt").write_text(
        "A report\n\nThe guard said it entered the harbour.\n", encoding="utf-8"
    )
    (tmp_path / "sheet.yaml").write_text(
        "source: report\nnew:\n  guard: force; as Guard\n  harbour: place; as Harbour\nclaims:\n- claim: The guard entered the harbour\n"
        "  what: guard > entered > harbour\n  said:\n  - by: guard\n    at: 3 The guard said … harbour\n",
        encoding="utf-8",
    )
    kb = (sys.executable, "-c", "from kb.cli import main; main()")
    for words in (
        "init",
        "add source report.txt --id report",
        "add --from sheet.yaml",
        "validate",
        "fmt --check",
        "query one-voice",
        "queries",
    ):
        run(*kb, *words.split(), cwd=tmp_path, path=installed)
    assert run(*kb, "--version", cwd=tmp_path, path=installed).endswith(
        f"(claimkb, {installed / 'kb'})\n"
    )
    assert "single-voice" in run(*kb, "status", "--format", "csv", cwd=tmp_path, path=installed)


def test_the_version_names_another_distribution_in_the_same_folder(
    installed: Path, tmp_path: Path
) -> None:
    """As pip leaves it behind after `pip install claimkb kb-manager`."""
    site = tmp_path / "site"
    shutil.copytree(installed, site)
    info = site / "kb_manager-0.1.8.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kb-manager\nVersion: 0.1.8\n")
    (info / "RECORD").write_text("kb/opener.py,,\nkb_manager-0.1.8.dist-info/METADATA,,\n")
    done = subprocess.run(
        (sys.executable, "-c", "from kb.cli import main; main()", "--version"),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("kb ")
    assert "kb-manager has files in the same folder" in done.stderr


def test_the_types_of_the_package_are_in_the_wheel(installed: Path) -> None:
    assert (installed / "kb" / "py.typed").is_file()
