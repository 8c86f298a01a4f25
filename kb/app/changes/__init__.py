"""Changes: each is planned and checked before anything is written, and can be undone."""
