"""Uploaded `.csv` tables, and the small tables inside scikit-learn."""
