"""What every page shares: routing, state, sidebar, messages, and the way to the backend."""
