"""Derivation: statuses, contradictions and voices from records, and what a change reaches."""
