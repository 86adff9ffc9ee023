"""What workspaces share: their turns in the queue, what each may use and uses, and when its runs are deleted."""
