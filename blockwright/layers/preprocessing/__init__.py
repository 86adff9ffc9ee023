"""Layers that prepare inputs: they read text, categories, numbers and images."""
