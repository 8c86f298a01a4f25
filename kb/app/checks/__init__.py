"""Checks of records and files: what cannot be read, what does not fit, what is unusual."""
