"""Metrics of numbers and reconstructions: one file each."""
