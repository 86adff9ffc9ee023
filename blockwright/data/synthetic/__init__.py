"""Data sets from seeded generators."""
