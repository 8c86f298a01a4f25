"""Writing that loses nothing: one writer at a time, batches finished or taken back, a log that can be undone."""

from kb.journal.commits import accept, calm, commit, now, put_aside, recover, steady, writing
from kb.journal.digests import missing
from kb.journal.promises import UNREADABLE, unreadable

__all__ = [
    "UNREADABLE",
    "accept",
    "calm",
    "commit",
    "missing",
    "now",
    "put_aside",
    "recover",
    "steady",
    "unreadable",
    "writing",
]
