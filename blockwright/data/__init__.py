"""Data sets: loading, and preparing them for a design. Heavy imports happen inside functions."""
