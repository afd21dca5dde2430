"""Every form of the product, with the ids of another clinic in the place of one's own.

The rows of each table are numbered from a number of its own, Southside's from ten million on. So each number in
a form says of which table it is, and one of Southside's of the same table takes its place. Whatever the
answer: no row of Northside names one of Southside's afterwards, none of Southside's has changed, and the
answer does not speak of Stella.
"""

import re
from random import Random
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.db import connection, models, transaction
from django.test import override_settings

from pathway.publish_criteria import publish_criteria
from tests.fuzz.cases import Case, body_of, found_forms, said_in, signed_in
from tests.fuzz.conftest import OWN_MEMORY
from tests.fuzz.hostile import encoded, multipart
from tests.fuzz.page_forms import forms_of
from tests.two_hats import CRITERIA, NORTH, NOW, SOUTH, a_clinic, a_record, publish

pytestmark = pytest.mark.django_db

APART, SOUTHS, LATER = 10_000, 10_000_000, 5_000
NUMBER = re.compile(r"(?<!\d)\d{5,7}(?!\d)")
TRIED = 2  # rows of the other clinic in each place
# What a form asks for in words, and finds a record by.
BY_NUMBER = {"number", "patient", "kept", "other"}
NUMBERED = [
    model
    for model in apps.get_models()
    if isinstance(model._meta.pk, models.AutoField | models.BigAutoField) and not model._meta.proxy
]
# A history says what its row says.
OURS = [
    model
    for model in NUMBERED
    if model._meta.app_label in {"accounts", "patients", "scheduling"}
    and not model.__name__.endswith("Event")
]
# Known to be taken from a form: were one not found, the walk would have lost its way.
ATTACKED = {
    "to", "flag", "membership", "absent", "slot", "compared_with", "outcome-handed_to", "kept", "other", "number",
    "patient",
}  # fmt: skip


def number_from(offset):
    with connection.cursor() as cursor:
        for place, model in enumerate(NUMBERED, 1):
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [f'"{model._meta.db_table}"', model._meta.pk.column, place * APART + offset],
            )


class World:
    """Northside with Maria and Joy, Southside with Stella, told apart by their numbers."""

    def __init__(self):
        protocol = publish()
        number_from(1)
        north = a_clinic(protocol, NORTH, "America/New_York")
        asked = publish_criteria(source=CRITERIA.read_text(), now=NOW)[0]
        self.maria = a_record(north, "Maria Ortiz", asked)
        self.joy = a_record(north, "Joy Adeyemi", asked)
        number_from(SOUTHS)
        self.stella = a_record(a_clinic(protocol, SOUTH, "America/Denver"), "Stella Strange", asked)
        number_from(LATER)
        self.people = {
            "Maria": self.maria.patient.user,
            "the clinician": north.clinician,
            "the scheduler": north.scheduler,
            "the administrator": north.administrator,
        }
        found, _pages = found_forms(self.people, self.maria)
        self.forms = [*found, *behind(self.people, found)]
        self.foreign = {
            place: list(model._base_manager.filter(pk__gte=SOUTHS).order_by("-pk").values_list("pk", flat=True)[:TRIED])
            for place, model in enumerate(NUMBERED, 1)
        }  # fmt: skip


def behind(people, found):
    """Forms of the pages that a form of search or choice leads to, such as many flags at once."""
    asking = [
        (who, form) for who, form in found if form.method == "get" and form.fields and who in people
    ]
    for who, form in asking:
        client = signed_in(people[who])
        asked = body_of(Case(0, who, form, "as it is"), Random(form.action), [])
        answer = client.get(form.action, dict(pair for pair in asked if isinstance(pair[1], str)))
        if answer.status_code == 200:
            yield from ((who, one) for one in forms_of(said_in(answer), form.action) if one.fields)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), CACHES=OWN_MEMORY)
    clock = time_machine.travel(NOW, tick=False)
    with django_db_blocker.unblock(), media, clock, transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def attacks(world):
    """(who, form, field, what is put there), for each field that holds a number of a row."""
    for who, form in world.forms:
        if form.method != "post":
            continue
        for name, one in form.fields.items():
            for value in dict.fromkeys(foreign_values(world, name, one)):
                yield who, form, name, value


def foreign_values(world, name, one):
    last = name.rsplit("-", 1)[-1]
    if last in BY_NUMBER and one.kind not in ("select", "radio", "checkbox"):
        yield world.stella.patient.number
    if last == "slot":
        yield world.stella.free
    for value in map(str, one.values[:3]):
        yield from in_the_place_of(world, value)


def in_the_place_of(world, value):
    if is_uuid(value):
        yield from (str(world.stella.log.submission_id), str(world.stella.score.submission_id))
    for found in NUMBER.finditer(value):
        for key in world.foreign.get(int(found[0]) // APART, ()):
            yield value[: found.start()] + str(key) + value[found.end() :]


def is_uuid(value):
    try:
        return bool(UUID(value))
    except ValueError:
        return False


def send(client, who, form, name, value):
    fields = body_of(Case(0, who, form, "as it is"), Random(f"{form.action} {name}"), [])
    fields = [pair for pair in fields if pair[0] != name] + [(name, value)]
    if form.is_multipart:
        kind, body = multipart(fields)
    else:
        kind, body = "application/x-www-form-urlencoded", encoded(fields)
    return client.post(form.action, body, content_type=kind)


def crossings():
    """How many rows of Northside name one of Southside's, by column."""
    return {
        (model._meta.label, field.name): (
            f'SELECT count(*) FROM "{model._meta.db_table}"'  # noqa: S608
            f" WHERE {model._meta.pk.column} < {SOUTHS} AND {field.column} >= {SOUTHS}"
        )
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in NUMBERED
    }


def changed():
    """A sum over all that is written in Southside's rows, by table."""
    return {
        model._meta.label: (
            "SELECT coalesce(sum(hashtextextended(one::text, 0)), 0)"  # noqa: S608
            f' FROM "{model._meta.db_table}" AS one'
            f" WHERE {model._meta.pk.column} >= {SOUTHS}"
        )
        for model in OURS
    }


QUESTIONS = {**crossings(), **changed()}
ALL_AT_ONCE = "SELECT " + ", ".join(f"({sql})" for sql in QUESTIONS.values())


def state():
    with connection.cursor() as cursor:
        cursor.execute(ALL_AT_ONCE)
        return dict(zip(QUESTIONS, cursor.fetchone(), strict=True))


def fault_of(world, clients, attack, before):
    who, form, name, value = attack
    client = clients(who, form.action)
    with transaction.atomic():
        answer = send(client, who, form, name, value)
        said = said_in(answer)
        after = state() if answer.status_code < 400 else before
        transaction.set_rollback(True)
    moved = [str(key) for key in before if before[key] != after[key]]
    told = ["Stella"] if "Stella Strange" in said else []
    failed = [str(answer.status_code)] if answer.status_code >= 500 else []
    if moved or told or failed:
        return f"{who}: {form.action} {name}={value}: {', '.join(moved + told + failed)}"
    return ""


def test_no_form_takes_a_row_of_another_clinic(world, clients):
    tried = list(attacks(world))
    before = state()
    faults = [fault for attack in tried if (fault := fault_of(world, clients, attack, before))]
    assert not faults, "\n".join(faults)
    assert {name for _who, _form, name, _value in tried} >= ATTACKED
    assert len(tried) > 60, len(tried)


def test_the_walk_would_notice(world, clients):
    """A row of Southside's in the place of one's own is seen, and so is a change of hers."""
    before = state()
    with transaction.atomic():
        type(world.maria.flag).objects.filter(pk=world.maria.flag.pk).update(
            owner=world.stella.at.clinician, owned_at=NOW, owned_until=NOW
        )
        type(world.stella.patient).objects.filter(pk=world.stella.patient.pk).update(phone="1")
        after = state()
        transaction.set_rollback(True)
    assert {key for key in before if before[key] != after[key]} == {
        ("patients.Flag", "owner"),
        "patients.Patient",
    }
