"""Django's PostgreSQL, but for a server that has stopped answering (`base.py`)."""
