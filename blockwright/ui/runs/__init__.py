"""The page Runs, and what pages ask the run store."""
