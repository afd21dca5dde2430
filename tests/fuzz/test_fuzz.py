"""Hostile forms: no answer is an error of ours, and every page opens afterwards.

`make fuzz` sends about 12,000 requests, `make test` the first 600 of the same order. A request that fails
is named with its number: `FUZZ_ONLY=4711 make fuzz` sends it alone.
"""

import os
from random import Random

import pytest
import time_machine
from django.db import connection, transaction
from django.test import override_settings

from accounts.actions import send_due_notices
from accounts.models import JobFailure
from patients.imports.actions.read_chunks import read_on_due_imports
from patients.logs.actions.reminders import remind_of_logs
from patients.models import AccessLog, SymptomLog
from patients.review.daily_checks import run_daily_checks
from patients.review.sweep import mark_trials_due, review_due_trials
from tests.fuzz.cases import all_cases, found_forms, said_in, send, signed_in
from tests.two_hats import NOW, a_world

pytestmark = pytest.mark.django_db

SEED = os.environ.get("FUZZ_SEED", "10")
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "600"))
ONLY = [int(number) for number in os.environ.get("FUZZ_ONLY", "").split()]
IN_A_TURN = 200
OWN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


class World:
    """Northside with Maria in it, Southside with Stella, and all that may be asked of them."""

    def __init__(self):
        made = a_world()
        self.maria, self.joy, self.stella = made.maria, made.joy, made.stella
        north = made.north
        self.people = {
            "Maria": self.maria.patient.user,
            "the clinician": north.clinician,
            "the scheduler": north.scheduler,
            "the administrator": north.administrator,
            "somebody": None,
        }
        forms, self.pages = found_forms(self.people, self.maria)
        cases = all_cases(forms)
        Random(SEED).shuffle(cases)  # noqa: S311
        self.cases = [case for case in cases if case.number in ONLY] or cases[:REQUESTS]
        self.foreign = [
            *(getattr(self.stella, row).pk for row in ("patient", "episode", "flag", "log", "score")),
            *(getattr(self.stella, row).pk for row in ("image", "programme", "visit", "wanted", "member")),
            made.south.wu.pk, made.south.clinician.pk, self.stella.patient.number, self.stella.free,
            *(of.log.submission_id for of in (self.stella, self.joy, self.maria)),
            *(of.score.submission_id for of in (self.stella, self.joy, self.maria)),
        ]  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), CACHES=OWN_MEMORY)
    clock = time_machine.travel(NOW, tick=False)
    with django_db_blocker.unblock(), media, clock, transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(world):
    """In the place of pytest-django's own, which would end the world's transaction with each test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def clients(world):
    """Everybody signed in; what is asked of the door is asked by somebody who has just come in."""
    held = {who: signed_in(user) for who, user in world.people.items()}

    def client_for(who, address):
        return signed_in(world.people[who]) if address.startswith("/account/") else held[who]

    return client_for


def fault_of(world, case, clients):
    """What was wrong with the answer; nothing where nothing was. What it wrote stays."""
    client = clients(case.who, case.form.action)
    try:
        with transaction.atomic():
            chance = Random(f"{SEED} {case.number}")  # noqa: S311
            answer = send(client, case, chance, world.foreign)
            said = said_in(answer)
            connection.check_constraints()
    except Exception as error:  # noqa: BLE001 - all that went wrong is told at once
        return f"{case}: {type(error).__name__}: {str(error)[:300]}"
    if answer.status_code >= 500:
        return f"{case}: {answer.status_code}"
    return f"{case} names Stella" if "Stella Strange" in said else ""


def pages_that_broke(world, clients):
    for address, who in world.pages.items():
        try:
            with transaction.atomic():
                answer = clients(who, address).get(address)
                said_in(answer)
        except Exception as error:  # noqa: BLE001 - as above
            yield f"{who} get {address}: {type(error).__name__}: {str(error)[:300]}"
        else:
            if answer.status_code >= 500:
                yield f"{who} get {address}: {answer.status_code}"


def every_job():
    read_on_due_imports(now=NOW)
    mark_trials_due(now=NOW)
    review_due_trials(now=NOW)
    run_daily_checks(now=NOW)
    remind_of_logs(now=NOW)
    send_due_notices(now=NOW)
    return [
        f"{failed.job} set {failed.row} apart: {failed.error}"
        for failed in JobFailure.objects.all()
    ]


def rows_of(record):
    logs = SymptomLog.objects.filter(episode=record.episode)
    looked = AccessLog.objects.filter(patient=record.patient)
    return list(logs.values()), looked.count()


@pytest.mark.parametrize("turn", range(-(-REQUESTS // IN_A_TURN)))
def test_hostile_forms_break_no_page_and_no_job(world, turn, clients):
    cases = world.cases[turn * IN_A_TURN : (turn + 1) * IN_A_TURN]
    before = rows_of(world.stella)
    faults = [fault for case in cases if (fault := fault_of(world, case, clients))]
    faults += pages_that_broke(world, clients)
    faults += every_job()
    assert faults == [], "\n".join(faults)
    assert rows_of(world.stella) == before
