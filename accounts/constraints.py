"""What the database refuses, told by the name of the constraint that refused it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


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
