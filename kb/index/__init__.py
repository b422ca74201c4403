"""Chunks and vectors -> the catalog, and what is derived from it."""
