"""Reasoning: pure functions from tables to voices, contradictions, statuses and their reasons."""
