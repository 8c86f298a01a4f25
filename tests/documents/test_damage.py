"""Damaged documents of every format: text or a sentence, never a traceback.

Chance is seeded, so that a failure can be repeated.
"""

from __future__ import annotations

import random

import pytest
from document_samples import SAMPLES, damaged

from kb.documents import Read, read
from kb.errors import Usage

# Damaged versions of each sample; make torture tries more.
NUMBER = 12


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read(name: str) -> None:
    assert read(name, SAMPLES[name]).text.strip()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_document_is_text_or_a_sentence(name: str) -> None:
    chance = random.Random(name)
    for _ in range(NUMBER):
        data = damaged(SAMPLES[name], chance)
        try:
            found = read(name, data)
        except Usage:
            continue
        assert isinstance(found, Read)
        assert all(0 <= part.start < part.end <= len(found.text) for part in found.parts)
        found.text.encode()
