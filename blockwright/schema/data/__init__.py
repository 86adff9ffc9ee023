"""Data sets as plain data: their cards, features and targets, and which one was chosen."""
