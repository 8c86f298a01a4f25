"""Caches in `.kb`. Each knows whether it is still valid; deleting them loses nothing."""
