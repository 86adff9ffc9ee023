"""What an output can learn. Plain when imported, so that both sides of the process boundary use it."""
