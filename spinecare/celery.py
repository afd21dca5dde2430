"""Celery schedules and runs the work; the database row is the queue (docs/adr/0002)."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
# A worker is a process for each core; threads of numpy beside them would only take turns.
for library_threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library_threads, "1")

app = Celery("spinecare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_a_wide_role(**_kwargs: Any) -> None:
    from spinecare import privileges

    privileges.refuse_a_wide_role()
