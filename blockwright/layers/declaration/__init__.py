"""How a Keras layer is declared: the form of a declaration, and what several declarations share."""
