"""Inquiry: questions, search, statuses, summaries and work lists; nothing is written."""
