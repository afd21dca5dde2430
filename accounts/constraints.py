"""What the database refuses, told by the name of the constraint that refused it; and a list of days that it keeps
within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, CheckConstraint, F, Func

# As patients/bounds.py has it for plans.
EACH_DAY_WITHIN = "daterange('2000-01-01', '2199-12-31', '[]') @> ALL (%(expressions)s)"


@contextmanager
def refused_as(meaning: Callable[[], Exception], *by: str) -> Iterator[None]:
    """In a savepoint: a row that one of the constraints `by` refuses raises `meaning`. Whatever else is
    refused is a fault of ours and must not be told as something that people do."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) not in by:
            raise
        raise meaning() from error


def constraint_of(error: IntegrityError) -> str:
    """ "" where the database names none (a column that must not be empty)."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def list_of_days(table: str, field: str) -> CheckConstraint:
    """One day outside of every life, and nobody could read the row any more."""
    within = Func(F(field), template=EACH_DAY_WITHIN, output_field=BooleanField())
    return CheckConstraint(condition=within, name=f"{table}_{field}_in_bounds")
