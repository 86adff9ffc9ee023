"""The run store's database: its tables and their versions, connections, and the log of events."""
