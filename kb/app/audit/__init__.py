"""Audits of a whole folder: records, documents, log and index, and their repair."""
