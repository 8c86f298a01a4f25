"""Writing that loses nothing: one writer at a time, batches finished or taken back, a log that can be undone."""

from kb.journal.commits import calm, commit, put_aside, record, recover, steady, writing
from kb.journal.promises import UNREADABLE, unreadable

__all__ = ["UNREADABLE", "calm", "commit", "put_aside", "record", "recover", "steady", "unreadable", "writing"]
