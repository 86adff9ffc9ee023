"""The home folder: its files, written whole or not at all, images, uploads, and what a failed write means."""
