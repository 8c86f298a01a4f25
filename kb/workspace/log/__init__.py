"""The log: entries, their chain of digests, and the history of a record."""
