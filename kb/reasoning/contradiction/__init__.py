"""Contradiction: pairs of claims that cannot both be true, by declarations of predicates."""
