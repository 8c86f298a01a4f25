"""Writing that loses nothing: one writer at a time, batches finished or taken back, a log that can be undone."""

from kb.journal.commits import commit, record, recover, writing

__all__ = ["commit", "record", "recover", "writing"]
