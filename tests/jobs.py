"""All that the clock calls, as it stands in the schedule: a new job is in it by itself."""

import time_machine
from celery.schedules import crontab
from django.conf import settings
from django.utils.module_loading import import_string


def every_job(now):
    """Each job once, at this moment: those of the day's clock first, which leave work to the others."""
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    with time_machine.travel(now, tick=False):
        for entry in sorted(entries, key=lambda one: not isinstance(one["schedule"], crontab)):
            import_string(entry["task"])()
