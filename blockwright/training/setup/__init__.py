"""What a run computes with, made before its first epoch: data, network, optimizer, precision."""
