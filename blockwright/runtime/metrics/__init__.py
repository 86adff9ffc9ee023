"""Metrics written as `keras.metrics.Metric`, whose text stands in the generated files that use them."""
