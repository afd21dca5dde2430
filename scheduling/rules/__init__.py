"""What a clinic's hours mean as instants. Pure: neither Django nor Celery."""
