"""The choice of the data set, and how it and the inputs of the design are brought together."""
