"""The TensorBoards that pages open: a process each, started, watched and ended by the backend."""
