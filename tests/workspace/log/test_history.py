"""What was done to a record, where no log tells it but the records themselves."""

from __future__ import annotations

import json
import shutil

from conftest import Kb


def test_of_a_record_without_a_log_only_it_and_its_versions_are_told(kb: Kb) -> None:
    short = "the-coastguard"  # the beginning of other ids
    assert kb("rename", "northland-sent-tugs-to-oldport", short).code == 0
    assert kb("edit", short, "when=Sunday").code == 0
    shutil.rmtree(kb.root / ".journal")
    assert kb("fsck", "--accept").code == 0
    told = {row["did"] for row in json.loads(kb("log", short, "--json").out)}
    assert told == {f"recorded claim/{short}", f"recorded claim/{short}~1"}
