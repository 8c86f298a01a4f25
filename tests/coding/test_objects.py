"""Objects of claims: entities, values in quotes, other claims; conditions that are claims."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import Kb

from kb.app import knowledge_base
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.tables import ClaimRow, Tables

SHEET = """source: 2024-quarrel
new:
  storm: event, storm of March; as the storm
claims:
- claim: The boats left
  kind: event
  what: tugs > left
  said:
  - at: On Sunday the boats left
- claim: The coastguard is known as the grey men
  what: coastguard > characterised-as > "the grey men > all"
  said:
  - at: the boats came back
- claim: The storm drove the boats away
  what: storm > caused > =the-boats-left
  said:
  - at: small, noisy
- claim: The market will close
  kind: forecast
  if: The boats left
  said:
  - at: The hotel by the sea
"""


def test_an_object_is_an_entity_a_value_or_a_claim_and_a_condition_can_be_a_claim(kb: Kb) -> None:
    done = kb.sheet(SHEET)
    assert done.code == 0, done
    stored = (kb.root / "claims/main/claims/general.ttl").read_text(encoding="utf-8")
    assert 'kb:objectValue "the grey men > all"' in stored
    assert "kb:objectClaim <claim/the-boats-left>" in stored
    assert "kb:conditionClaim <claim/the-boats-left>" in stored
    assert kb("validate").code == 0
    printed = kb("sheet", "2024-quarrel").out
    assert 'coastguard > characterised-as > "the grey men > all"' in printed
    assert "storm > caused > =the-boats-left" in printed
    assert "if: The boats left" in printed
    again = kb("add", "--from", kb.write("again.yaml", printed))
    assert "Nothing new" in again.out, again


def test_a_claim_that_causes_something_is_recorded_as_its_cause(kb: Kb) -> None:
    turned = SHEET.replace("storm > caused > =the-boats-left", "=the-boats-left > caused > storm")
    assert kb.sheet(turned).code == 0
    assert "storm > is-caused-by > =the-boats-left" in kb("sheet", "2024-quarrel").out
    assert kb("validate").code == 0


@pytest.mark.parametrize(
    "what",
    [
        "=the-boats-left > left",
        "=the-boats-left > sent > storm",
        "=the-boats-left > caused > =the-boats-left",
        '=the-boats-left > caused > "trouble"',
    ],
)
def test_a_claim_is_a_subject_only_of_a_predicate_with_an_inverse(kb: Kb, what: str) -> None:
    wrong = SHEET.replace("storm > caused > =the-boats-left", what)
    says = ("bad-what", "cannot be the subject", "write the claim as the object")
    kb.refuses(1, "add", "--from", kb.write("s.yaml", wrong), says=says)


def test_a_claim_that_does_not_exist_is_no_object(kb: Kb) -> None:
    wrong = SHEET.replace("=the-boats-left", "=the-boats-stayed-away")
    kb.refuses(1, "add", "--from", kb.write("s.yaml", wrong), says=("unknown-claim",))


def test_the_opposite_of_the_same_value_contradicts_and_another_value_does_not() -> None:
    def of(id: str, value: str, polarity: str = "positive") -> ClaimRow:
        return ClaimRow(
            id, kind="event", subject="ada", predicate="named", object=value, polarity=polarity
        )

    same = (of("a", '"Petrel"'), of("b", '"Petrel"', "negative"))
    assert len(contradictions(Tables(claims=same))) == 1
    assert contradictions(Tables(claims=(of("a", '"Petrel"'), of("b", '"Gull"', "negative")))) == []


NEVER = """source: 2024-quarrel
claims:
- claim: The coastguard never controlled the hotel
  what: coastguard > controls > oldport
  when: never
  said:
  - by: layla
    at: The hotel by the sea
- claim: The coastguard controlled the hotel
  what: coastguard > controls > oldport
  when: 2024-03-01
  said:
  - by: lukin
    at: nobody on the beach
"""


def test_never_excludes_every_day_of_a_state_too(kb: Kb) -> None:
    assert kb.sheet(NEVER).code == 0
    assert ",polarity,certain," in kb("contradictions", "--format", "csv").out
    assert "when: never" in kb("sheet", "2024-quarrel").out
    again = kb("add", "--from", kb.write("again.yaml", kb("sheet", "2024-quarrel").out))
    assert "Nothing new" in again.out, again


def test_a_sheet_added_twice_within_a_second_adds_nothing(kb: Kb) -> None:
    base = knowledge_base.open(str(kb.root))
    now = datetime(2024, 3, 9, 12, tzinfo=UTC)
    base.add(base.plan(NEVER, "s.yaml", now))
    assert base.plan(NEVER, "s.yaml", now).change.added == []
