"""The design service: its calls, and the processes that answer them."""
