"""A run while one watches it: its state, numbers, curves and diagnoses."""
