"""Which rows, and whose."""
