"""Metrics of the probabilities of classes and tags: one file each."""
