"""Analysis of statuses: what they depend on, when they changed, and what would change them."""
