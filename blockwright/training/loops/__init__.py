"""The training loop, its callbacks, and the reporter that writes the events of the run."""
