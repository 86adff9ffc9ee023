"""A trained network as files for other programs, each checked by loading it again."""
