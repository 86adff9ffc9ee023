"""Counts of right and wrong classes and tags: one file each."""
