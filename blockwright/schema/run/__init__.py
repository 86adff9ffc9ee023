"""What belongs to a run as plain data: its settings, its evaluation, and what it can be exported as."""
