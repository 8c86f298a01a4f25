"""Content of claims: what each implies, on which days, and its numbers."""
