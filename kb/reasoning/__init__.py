"""What follows from what is recorded: pure functions from flat tables to voices, contradictions,
statuses and their reasons.
"""
