"""Blocks as code: their source reduced to what one design needs of it."""
