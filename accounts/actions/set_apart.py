"""One bad row stops no other: a row that a job cannot process is set apart, and the others are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from accounts.models import JobFailure

logger = structlog.get_logger(__name__)

# The server is down, another worker was quicker, the time is up: no row is to blame.
NO_ROWS_FAULT = (OperationalError, InterfaceError, SoftTimeLimitExceeded)
# Does some rows, all or none of them; returns how many of what it counts.
Work = Callable[[list[int]], int]


@dataclass(frozen=True)
class JobRun:
    """One run of a job, for one clinic or (None) for all."""

    job: JobFailure.Job
    now: datetime
    clinic: int | None = None

    def do(self, rows: Iterable[int], work: Work) -> int:
        """Hand all rows to `work` in one transaction. When it raises, each half is done by itself,
        down to the rows that raise alone: those are noted. Returns the sum of what `work` returned.

        Raises errors that are no row's fault.
        """
        asked = sorted(rows)
        if not asked:
            return 0
        try:
            with transaction.atomic():
                counted = work(asked)
                self.done(asked)
        except NO_ROWS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one row does, the others go on
            return self.do_halves(asked, work, error)
        return counted

    def do_halves(self, rows: list[int], work: Work, error: Exception) -> int:
        """Do each half by itself, after all of these together raised an error."""
        if len(rows) == 1:
            self.failed(rows[0], error)
            return 0
        middle = len(rows) // 2
        return self.do(rows[:middle], work) + self.do(rows[middle:], work)

    def failed(self, row: int, error: Exception) -> None:
        """Note it with the kind of error: what the error says may hold somebody's data."""
        kind = type(error).__name__[:80]
        logger.error("set apart", job=self.job.value, row=row, error=kind, clinic_id=self.clinic)
        same = {"job": self.job, "row": row}
        noted = {"clinic_id": self.clinic, "error": kind, "failed_at": self.now}
        first = JobFailure(**same, **noted, tries=0)
        JobFailure.objects.bulk_create([first], ignore_conflicts=True)
        JobFailure.objects.filter(**same).update(**noted, tries=F("tries") + 1)

    def done(self, rows: Iterable[int]) -> None:
        """Forget rows that were set apart and work again."""
        JobFailure.objects.filter(job=self.job, row__in=rows).delete()
