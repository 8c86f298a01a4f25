"""Writing that loses nothing: one writer at a time, batches finished or taken back, a log that can be undone."""

from kb.journal.commits import UNREADABLE, commit, put_aside, record, recover, unreadable, writing

__all__ = ["UNREADABLE", "commit", "put_aside", "record", "recover", "unreadable", "writing"]
