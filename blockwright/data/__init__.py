"""Data sets: cards as plain data, loading, fitting to a design's input. Heavy imports happen inside functions."""
