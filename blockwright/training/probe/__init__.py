"""What a training would be like, measured by a few steps whose weights are thrown away."""
