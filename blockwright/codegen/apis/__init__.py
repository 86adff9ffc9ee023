"""The network in each of the three APIs: subclassing, functional, sequential."""
