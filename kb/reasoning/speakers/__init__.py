"""Speakers: whose voice an assertion is, who is independent of whom, and what still counts."""
