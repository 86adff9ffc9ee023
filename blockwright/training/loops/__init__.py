"""The training loops, their callbacks, and the reporter that writes the events of the run."""
