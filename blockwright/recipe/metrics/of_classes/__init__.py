"""Metrics of outputs that choose one of several classes: one file each."""
