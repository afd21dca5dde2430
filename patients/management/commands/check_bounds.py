"""Finds rows with impossible dates, zones and languages and puts one of them right, with history."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import pghistory
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Clinic, JobFailure, User
from patients.bounds import SUFFIX
from patients.models import Episode, Patient
from patients.review.queue import mark_review_due

APPS = ("patients", "scheduling")
# Words that code reads by a list that may change: what they name may not be there any more.
WORDS: tuple[tuple[type[models.Model], str], ...] = (
    (Clinic, "time_zone"),
    (Patient, "time_zone"),
    (Patient, "language"),
    (User, "language"),
)


class Command(BaseCommand):
    help = "Tell which rows have a day, zone or language that cannot be (no names); --set puts one right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--set", nargs=4, metavar=("MODEL", "ID", "FIELD", "VALUE"))
        parser.add_argument("--by", metavar="EMAIL", help="whose correction it is; with --set")
        parser.add_argument("--reason", help="why, for the history; with --set")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["set"]:
            self._correct(*options["set"], by=options["by"], reason=options["reason"])
            return
        found = list(broken())
        for model, key, field, said in found:
            self.stdout.write(f"{model} {key} {field}: {said}")
        for failure in JobFailure.objects.order_by("job", "row"):
            self.stdout.write(f"set apart: {failure} ({failure.tries} tries)")
        self.stdout.write(f"{len(found)} values out of bounds")

    def _correct(
        self, model: str, key: str, field: str, value: str, *, by: str, reason: str
    ) -> None:
        author = User.objects.filter(email__iexact=by or "").first()
        if author is None or not reason:
            raise CommandError("Say who corrects (--by EMAIL) and why (--reason).")
        try:
            correct(model=model, key=int(key), field=field, value=value, by=author, reason=reason)
        except (LookupError, FieldDoesNotExist, ObjectDoesNotExist, ValueError) as problem:
            raise CommandError(f"No such row or field: {problem}") from problem
        except (ValidationError, IntegrityError) as problem:
            raise CommandError(f"{value} is not a possible value there.") from problem
        self.stdout.write("Corrected; the history names who and why.")


def bounded() -> Iterator[tuple[type[models.Model], str, Q]]:
    """Each field with bounds, and what they ask of it."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for constraint in model._meta.constraints:
                if isinstance(constraint, models.CheckConstraint) and constraint.name.endswith(
                    SUFFIX
                ):
                    asked: Any = constraint.condition
                    yield model, asked.children[0][0].split("__")[0], asked


def broken() -> Iterator[tuple[str, int, str, str]]:
    """Model, key, field, and what is wrong with it in words that name nobody."""
    for model, field, condition in bounded():
        rows: QuerySet[Any] = model._default_manager.order_by("pk")
        kept = rows.filter(**{f"{field}__isnull": False})
        for key in kept.filter(~condition).values_list("pk", flat=True):
            yield model.__name__, key, field, "outside of every life"
        for key in _before_birth(kept.filter(condition), field):
            yield model.__name__, key, field, "before the patient was born"
    yield from _unknown_words()


def _unknown_words() -> Iterator[tuple[str, int, str, str]]:
    for model, name in WORDS:
        field: Any = model._meta.get_field(name)
        rows = model._default_manager.order_by("pk")
        used = rows.order_by(name).values_list(name, flat=True).distinct()
        lost = [word for word in used if not _is_known(field, word)]
        for key in rows.filter(**{f"{name}__in": lost}).values_list("pk", flat=True):
            yield model.__name__, key, name, "not known here"


def _is_known(field: Any, word: str) -> bool:
    try:
        field.clean(word, None)
    except ValidationError:
        return False
    return True


def _before_birth(rows: QuerySet[Any], field: str) -> Iterator[int]:
    to_patient = getattr(rows, "to_patient", "")
    if to_patient and isinstance(rows.model._meta.get_field(field), models.DateField):
        born = F(f"{to_patient}__birth_date")
        yield from rows.filter(**{f"{field}__lt": born}).values_list("pk", flat=True)


@transaction.atomic
def correct(*, model: str, key: int, field: str, value: str, by: User, reason: str) -> None:
    """Write one value into one row, in the name of somebody who says why.

    The sweep then looks at the complaint again. Raises LookupError for a field without bounds,
    ObjectDoesNotExist, ValidationError, IntegrityError.
    """
    kinds = {(kind.__name__, name): kind for kind, name in (*WORDS, *_bounded_fields())}
    kind: Any = kinds[model, field]
    typed = _typed(kind._meta.get_field(field), value)
    with pghistory.context(user=by.pk, purpose="command: check_bounds", reason=reason):
        if not kind._default_manager.filter(pk=key).update(**{field: typed}):
            raise ObjectDoesNotExist(f"{model} {key}")
    episodes = Episode.objects.filter(pk=key) if kind is Episode else _episode_of(kind, key)
    for episode in episodes:
        mark_review_due(episode=episode, now=timezone.now())


def _bounded_fields() -> Iterator[tuple[type[models.Model], str]]:
    yield from ((model, field) for model, field, _condition in bounded())


def _typed(field: Any, value: str) -> Any:
    """Raises ValidationError."""
    return field.clean(value, None) if value else field.to_python(None)


def _episode_of(kind: Any, key: int) -> QuerySet[Any]:
    path = getattr(kind._default_manager.all(), "to_patient", "")
    if not path.endswith("episode__patient"):
        return Episode.objects.none()
    to_episode = path.removesuffix("__patient")
    return Episode.objects.filter(pk__in=kind._default_manager.filter(pk=key).values(to_episode))
