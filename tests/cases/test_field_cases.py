"""Situations that public threads describe, in which people have documents, names, terminals and
repositories as they are: each is a script of its own.

The scripts are in a folder beside the checkout; where it is missing, these tests are skipped. The
same kinds of fault have small tests of our own in tests/documents.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CHECKOUT, STARTER, surroundings

CASES = next(
    (found for up in CHECKOUT.parents if (found := up / "shared" / "cases" / "field").is_dir()),
    None,
)
# Case to the beginnings of lines that may say NOT, for a reason.
SITUATIONS: dict[str, tuple[str, ...]] = {
    "01-nbsp-softhyphen": (),
    "03-curly-and-ligature": (),
    "04-pdf-line-hyphen": (),
    "06-persian-thai-marks": (),
    "07-jsonld-commented": (),
    "10-caption-lost": (),
    "12-live-blog": (),
    # The script looks for kb:url; the address is stored as schema:url.
    "14-wayback-copy": ("NOT: where it was published",),
    "15-day-and-time-zone": (),
    "16-same-text-two-outlets": (),
    "17-same-address-changed-text": (),
    "18-modified-date-only": (),
    "19-before-a-year": (),
    "20-bce-and-early-years": (),
    "21-day-month-order": (),
    "22-impossible-day": (),
    "23-decade-century": (),
    "24-names-with-commas": (),
    "25-same-name-two-people": (),
    "27-name-variants-scripts": (),
    "28-ill-typed-literals": (),
    "29-awkward-addresses": (),
    "31-remote-endpoint-answers": (),
    "32-git-autocrlf": (),
    "34-narrow-encoding": (),
    "36-pipe-closed": (),
    "37-ci-and-narrow": (),
    "38-completion-shells": (),
    "39-csv-in-excel": (),
    "40-yaml-words": (),
    "41-claimreview-page": (),
    "42-stix-disagreement": (),
    # The script asks with a term that was renamed, and takes the warning for a part of the answer;
    # the file for Gephi is that of kb export graphml.
    "43-network-edges": ("NOT: an edge list for Gephi", "NOT: entities.csv has no columns"),
    "44-citations": (),
    "45-web-annotations": (),
    "47-other-documents": (),
    "48-shapes-elsewhere": (),
    "49-decimal-comma": (),
    # The script takes a document from a case that is not in the folder.
    "51-throwaway-variable": ("NOT: a query with the throw-away variable",),
    "54-title-of-anything": (),
    "55-paywalled-page": (),
}


@pytest.mark.skipif(CASES is None, reason="the folder of field cases is not beside the checkout")
@pytest.mark.parametrize("case", SITUATIONS)
def test_a_situation_ends_as_a_careful_reader_expects(case: str, tmp_path: Path) -> None:
    assert CASES is not None
    # Scripts look for other programs and for the ontology from the place of `kb`.
    installed = tmp_path / "installed" / "bin"
    installed.mkdir(parents=True)
    (installed / "kb").symlink_to(STARTER.program())
    (installed / "pyshacl").symlink_to(Path(sys.executable).with_name("pyshacl"))
    (tmp_path / "ontology").symlink_to(CHECKOUT / "ontology")
    done = subprocess.run(
        ["bash", str(CASES / case / "run.sh")],
        env=surroundings(KB=str(installed / "kb"), PY=sys.executable, TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=500,
    )
    wrong = [line for line in done.stdout.split("\n") if line.startswith("NOT:")]
    assert [line for line in wrong if not line.startswith(SITUATIONS[case] or "-")] == [], (
        done.stdout
    )
    assert "ok:" in done.stdout
