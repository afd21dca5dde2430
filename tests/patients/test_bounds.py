"""No day outside of every life gets in: not by a form, not behind it, not by an address."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse

from patients.bounds import SUFFIX
from patients.fields import DayField
from scheduling import slots
from tests.patients.record_data import CHECKS

pytestmark = pytest.mark.django_db

APPS = ("accounts", "pathway", "patients", "scheduling")
DAYS = (models.DateField, DateTimeRangeField)
# Nobody types these: the review works them out from days that have bounds, or a clock stamps them.
WORKED_OUT = {
    "Finding.since", "Finding.as_of", "TrialReview.status_since", "TrialReview.assessed_on",
    "TrialReview.quiet_from", "TrialReview.quiet_until", "AccessLog.at", "BreakGlass.at", "User.last_login",
}  # fmt: skip
STAMPED_BY_A_CLOCK = re.compile(r"_at$")
HOSTILE = ("0001-01-01", "0026-03-02", "1899-12-31", "2200-01-01", "9999-12-31", "infinity")


def kept_models():
    """Without the tables of history: they hold what the others held."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if not hasattr(model, "pgh_tracked_model"):
                yield model


def bounded(model):
    """Its fields that have a constraint of patients/bounds.py."""
    for constraint in model._meta.constraints:
        if constraint.name.endswith(f"_{SUFFIX}"):
            asked = constraint.condition
            of_list = isinstance(asked, models.Func)
            name = asked.source_expressions[0].name if of_list else asked.children[0][0]
            yield name.split("__")[0], constraint.name


def is_day(field):
    """Or a list of days."""
    return isinstance(field, DAYS) or isinstance(getattr(field, "base_field", None), DAYS)


def test_every_day_of_every_table_has_bounds():
    without = {
        f"{model.__name__}.{field.name}"
        for model in kept_models()
        for field in model._meta.get_fields()
        if is_day(field) and field.name not in dict(bounded(model))
    }
    stamps = {name for name in without if STAMPED_BY_A_CLOCK.search(name)}
    assert without - stamps == WORKED_OUT


@pytest.mark.parametrize("model", [m for m in kept_models() if dict(bounded(m))])
def test_the_table_refuses_what_no_form_let_through(model):
    """On a copy of the table that has these constraints and no others."""
    with connection.cursor() as cursor:
        table = f"attacked_{model._meta.db_table}"
        cursor.execute(
            f"CREATE TEMP TABLE {table} (LIKE {model._meta.db_table} INCLUDING CONSTRAINTS)"
        )
        cursor.execute(
            "SELECT conname, contype FROM pg_constraint WHERE conrelid = %s::regclass", [table]
        )
        for name, _kind in cursor.fetchall():
            if not name.endswith(SUFFIX):
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for column in model._meta.local_concrete_fields:
            cursor.execute(f'ALTER TABLE {table} ALTER "{column.column}" DROP NOT NULL')
        for name, constraint in bounded(model):
            field = model._meta.get_field(name)
            for day in HOSTILE:
                until = "infinity" if day == "infinity" else "9999-12-31"
                value = f"[{day},{until}]" if isinstance(field, DateTimeRangeField) else day
                value = f"{{2026-07-03,{day}}}" if isinstance(field, ArrayField) else value
                with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                    cursor.execute(f'INSERT INTO {table} ("{name}") VALUES (%s)', [value])  # noqa: S608


def all_forms():
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    waiting, found = [forms.BaseForm], []
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [form for form in below if form.__module__.split(".")[0] in APPS]
    return found


def test_every_day_of_every_form_has_bounds():
    asked = {
        f"{form.__name__}.{name}": field
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField)
    }
    assert len(asked) > 15
    unbound = [name for name, field in asked.items() if not isinstance(field, DayField)]
    # Of an app below this one: tests/accounts/test_our_clinic.py holds its bounds.
    assert unbound == ["ClosedDayForm.day"]


def test_no_form_makes_a_day_of_its_own_while_it_runs():
    """What is put together in a form's `__init__` is not seen by the walk: so nobody names the class."""
    named = re.compile(r"forms\.(Date|DateTime|SplitDateTime)Field")
    sources = (file for app in APPS for file in Path(app).rglob("*.py"))
    assert [str(file) for file in sources if named.search(file.read_text())] == [
        "accounts/clinic_forms.py",
        "patients/fields.py",
    ]


class Diary(forms.Form):
    day = DayField(window=importlib.import_module("patients.bounds").HAPPENED)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("0001-01-01", "Give a day that is not before Jan. 1, 1900."),
        ("0026-03-02", "Give a day that is not before Jan. 1, 1900."),
        ("2026-03-03", "Give a day that is not in the future."),
        ("9999-12-31", "Give a day that is not in the future."),
    ],
)
def test_the_form_says_what_to_do_and_the_browser_knows_too(day, words, now):
    form = Diary({"day": day})
    assert form.errors["day"] == [words]
    assert 'min="1900-01-01" max="2026-03-02"' in str(form["day"])


def test_nothing_was_done_before_birth(episode, maria, dr_kim, sign_in):
    page = sign_in(dr_kim).post(
        reverse("record_add", args=[episode.pk, "plan"]),
        {"to_do": "Walk", "given_on": "1971-05-03"},
    )
    assert page.status_code == 422
    assert "Give a day that is not before May 4, 1971." in page.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "0026-03-02", "9999-12-31"])
class TestPagesThatBroke:
    def test_time_off(self, day, sam, dr_kim, sign_in):
        desk, kim = sign_in(sam), dr_kim.membership_as("clinician")
        off = {"membership": kim.pk, "kind": "off", "date": day}
        assert desk.post(reverse("add_exception"), off).status_code == 422
        assert desk.get(reverse("availability")).status_code == 200

    def test_away_and_cover(self, day, ada, dr_kim, sign_in, northside):
        asked = {"first": day, "last": day, "membership": dr_kim.membership_as("clinician").pk}
        assert sign_in(dr_kim).post(reverse("away"), asked).status_code == 422

    def test_a_time_pressed_that_no_clinic_offers(self, day, northside, trial):
        key = f"1-{day.replace('-', '')}0000"
        assert slots.find(northside, key) is None

    def test_an_injection(self, day, episode, dr_kim, protocol, sign_in):
        injection = {
            "modality": protocol.modalities.get(key="epidural-steroid-injection").pk,
            "purpose": "injection", "level_of_spine": "L4/5", "side": "left", "done_on": day,
            **CHECKS,
        }  # fmt: skip
        page = sign_in(dr_kim).post(
            reverse("record_add", args=[episode.pk, "procedure"]), injection
        )
        assert page.status_code == 422

    def test_the_day_of_a_log_in_an_address(self, day, trial, maria, sign_in):
        assert sign_in(maria.user).get(f"/log/{day}/").status_code == 404
