"""What the page Train measures before a run."""
