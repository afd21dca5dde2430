"""Celery is the clock and the muscle; the database row is the queue (docs/adr/0002)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")

app = Celery("spinecare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
