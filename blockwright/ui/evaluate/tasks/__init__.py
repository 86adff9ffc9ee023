"""What the page Evaluate shows of an output: a module for each task."""
