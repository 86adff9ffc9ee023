"""The page Design: stack, palette, toolbar."""
