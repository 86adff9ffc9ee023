"""The layers of a Keras model file, read as data."""
