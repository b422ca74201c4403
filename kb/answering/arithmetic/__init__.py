"""Sums in a text, in digits or words of either language -> recomputed exactly."""
