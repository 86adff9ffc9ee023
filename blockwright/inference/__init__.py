"""Shapes, data types and costs of a design, without building it."""
