"""Views: a part of a knowledge base, an earlier state, and the difference of two states."""
