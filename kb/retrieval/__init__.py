"""A question -> sources."""
