"""Uploaded `.npz` files."""
