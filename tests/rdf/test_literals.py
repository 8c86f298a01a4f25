"""What somebody else wrote into a stored file is read, or is a problem with a place; no command
calls it a defect of the program.
"""

from __future__ import annotations

import re

import pytest
from conftest import Kb

MANY = "9" * 10_000
DAY = r'kb:beginEarliest "[^"]*"\^\^xsd:date'
TIME = r'prov:generatedAtTime "[^"]*"\^\^xsd:dateTime'
SAID = r'kb:statement "[^"]*"'
COUNT = r"kb:quantityMin [^ ;]*"
# What is written in place of what, and the code of the problem; empty where the value is a good
# one.
CASES = {
    "a day with a zone": (DAY, 'kb:beginEarliest "2024-02-29Z"^^xsd:date', ""),
    "a week date": (DAY, 'kb:beginEarliest "2024-W09-5"^^xsd:date', "claim-begin-earliest"),
    "a day without hyphens": (DAY, 'kb:beginEarliest "20240229"^^xsd:date', "claim-begin-earliest"),
    "the year 99999": (DAY, 'kb:beginEarliest "99999-01-01"^^xsd:date', "value-unreadable"),
    "the year 0": (DAY, 'kb:beginEarliest "0000-01-01"^^xsd:date', "value-unreadable"),
    "the year -44": (DAY, 'kb:beginEarliest "-0044-03-15"^^xsd:date', "value-unreadable"),
    "a moment before the first year": (
        TIME,
        'prov:generatedAtTime "0001-01-01T00:00:00+14:00"^^xsd:dateTime',
        "value-unreadable",
    ),
    "a moment after the last year": (
        TIME,
        'prov:generatedAtTime "9999-12-31T23:59:59-14:00"^^xsd:dateTime',
        "value-unreadable",
    ),
    "a moment without a zone": (
        TIME,
        'prov:generatedAtTime "2024-03-05T10:00:00"^^xsd:dateTime',
        "",
    ),
    "a moment with fractions": (
        TIME,
        'prov:generatedAtTime "2024-03-05T10:00:00.123456789Z"^^xsd:dateTime',
        "",
    ),
    "a base direction": (SAID, 'kb:statement "Somebody"@ar--rtl', "value-unreadable"),
    "a language tag": (SAID, 'kb:statement "Somebody"@en', "claim-statement"),
    "a control character": (SAID, 'kb:statement "Coast\\u0000guard"', "bad-character"),
    "a number that is none": (COUNT, 'kb:quantityMin "NaN"^^xsd:decimal', "claim-quantity-min"),
    "an exponent without end": (
        COUNT,
        'kb:quantityMin "1E999999999"^^xsd:decimal',
        "value-unreadable",
    ),
    "a double without end": (COUNT, "kb:quantityMin 1E9999", "value-unreadable"),
    "a decimal of 10,000 digits": (COUNT, f"kb:quantityMin {MANY}.5", "value-unreadable"),
    "an integer of 10,000 digits": (COUNT, f"kb:quantityMin {MANY}", "value-unreadable"),
    "words": (COUNT, 'kb:quantityMin "many"^^xsd:integer', "claim-quantity-min"),
    "a statement of 60,000 characters": (SAID, f'kb:statement "{"x" * 60_000}"', "value-too-long"),
}
COMMANDS = [
    ("fsck",),
    ("export", "turtle"),
    ("export", "jsonld"),
    ("export", "ntriples"),
    ("fmt", "--check"),
    ("status", "--as-of", "2024-06-01"),
    ("status", "--known-on", "2024-06-01"),
    ("show", "northland-sent"),
    ("sheet", "2024-quarrel"),
]


def written(kb: Kb, pattern: str, instead: str) -> int:
    """Write something in place of the first text that a pattern finds among the claims; the line on
    which it stands.
    """
    file = kb.file("claims/general.ttl")
    text = file.read_text(encoding="utf-8")
    found = re.search(pattern, text)
    assert found, text
    file.write_text(text[: found.start()] + instead + text[found.end() :], encoding="utf-8")
    return text.count("\n", 0, found.start()) + 1


@pytest.mark.parametrize("case", CASES)
def test_a_stored_value_is_read_or_is_a_problem_with_a_place(kb: Kb, case: str) -> None:
    pattern, instead, code = CASES[case]
    line = written(kb, pattern, instead)
    done = kb("validate")
    problems = [
        row
        for row in done.err.splitlines() + done.out.splitlines()
        if f"general.ttl:{line}:" in row
    ]
    if code:
        assert done.code == 1
        assert len(problems) == 1, done
        assert f" error {code}: " in problems[0]
        assert len(problems[0]) < 500
    else:
        assert (done.code, problems) == (0, [])


@pytest.mark.parametrize("case", CASES)
def test_no_command_breaks_off_at_a_stored_value(kb: Kb, case: str) -> None:
    pattern, instead, _ = CASES[case]
    written(kb, pattern, instead)
    for command in COMMANDS:
        assert kb(*command).code in (0, 1), command


@pytest.mark.parametrize("name", ["length", "wordCount", "start", "end"])
def test_offsets_have_a_bound(kb: Kb, name: str) -> None:
    file = kb.file("source")
    file.write_text(re.sub(rf"kb:{name} \d+", f"kb:{name} {MANY}", file.read_text(), count=1))
    done = kb("validate")
    assert done.code == 1
    assert "more than 15 digits" in done.out + done.err
    for command in COMMANDS:
        assert kb(*command).code in (0, 1, 2), command


def test_a_quote_with_offsets_of_10_000_digits_is_a_problem(kb: Kb) -> None:
    file = kb.file("source")
    file.write_text(re.sub(r"#char=\d+,", f"#char={MANY},", file.read_text()))
    assert kb("validate").code == 1
    for command in COMMANDS:
        assert kb(*command).code in (0, 1, 2), command


def test_a_day_with_a_zone_counts_as_the_day(kb: Kb) -> None:
    written(kb, DAY, 'kb:beginEarliest "2024-03-01Z"^^xsd:date')
    assert "2024-03-01" in kb("show", "northland-sent").out
