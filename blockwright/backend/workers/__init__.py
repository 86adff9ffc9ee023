"""The training workers: when they are started, how many, and what becomes of them."""
