"""Writing that loses nothing: one writer at a time, batches finished or taken back, a log that can be undone."""

from kb.journal.commits import commit, put_aside, record, recover, writing
from kb.journal.promises import UNREADABLE, unreadable

__all__ = ["UNREADABLE", "commit", "put_aside", "record", "recover", "unreadable", "writing"]
