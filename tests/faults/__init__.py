"""Rows of `make torture`, a module each; `figures` is what they share."""
