"""The form of the training settings, each field from its declaration."""
