"""What keeps a gesture to few bytes: widget keys, component patches, background calls."""
