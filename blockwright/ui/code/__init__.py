"""The page Code."""
