"""Outcome: the status of each claim, with its reasons."""
