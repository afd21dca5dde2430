"""Hostile forms: no answer is an error of ours, and every page opens afterwards.

`make fuzz` sends about 12,000 requests, `make test` the first 600 of the same order. A request that fails
is named with its number: `FUZZ_ONLY=4711 make fuzz` sends it alone.
"""

import os
from random import Random

import pytest
from django.db import connection, transaction

from accounts.models import JobFailure
from patients.models import AccessLog, SymptomLog
from tests.fuzz.cases import all_cases, said_in, send
from tests.jobs import every_job
from tests.two_hats import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

SEED = os.environ.get("FUZZ_SEED", "10")
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "600"))
ONLY = [int(number) for number in os.environ.get("FUZZ_ONLY", "").split()]
IN_A_TURN = 200
# What the clinic sees first: whatever was sent, these open. A row's own page may be gone when its row has
# moved on, and so may all of Maria's: one form closes her account.
FIRST = {
    "/", "/worklist/", "/patients/", "/scheduling/", "/scheduling/hours/", "/scheduling/referrals/",
    "/people/", "/imports/", "/care-teams/",
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(world):
    """Those of this run, in an order of their own."""
    found = all_cases(world.forms)
    Random(SEED).shuffle(found)
    return [case for case in found if case.number in ONLY] or found[:REQUESTS]


def fault_of(world, case, clients):
    """What was wrong with the answer; nothing where nothing was. What it wrote stays."""
    client = clients(case.who, case.form.action)
    try:
        with transaction.atomic():
            chance = Random(f"{SEED} {case.number}")
            answer = send(client, case, chance, world.foreign)
            said = said_in(answer)
            connection.check_constraints()
    except Exception as error:  # noqa: BLE001 - all that went wrong is told at once
        return f"{case}: {told(error)}"
    if answer.status_code >= 500:
        return f"{case}: {answer.status_code}"
    return f"{case} names Stella" if "Stella Strange" in said else ""


def told(error):
    return f"{type(error).__name__}: {str(error)[:300]}"


def pages_that_broke(world, clients):
    for address, who in world.pages.items():
        try:
            with transaction.atomic():
                answer = clients(who, address).get(address)
                said_in(answer)
        except Exception as error:  # noqa: BLE001 - as above
            yield f"{who} get {address}: {told(error)}"
        else:
            if answer.status_code >= 500 or (address in FIRST and answer.status_code != 200):
                yield f"{who} get {address}: {answer.status_code}"


def jobs_that_failed():
    every_job(NOW)
    return [
        f"{failed.job} set {failed.row} apart: {failed.error}"
        for failed in JobFailure.objects.all()
    ]


def rows_of(record):
    logs = SymptomLog.objects.filter(episode=record.episode)
    looked = AccessLog.objects.filter(patient=record.patient)
    return list(logs.values()), looked.count()


@pytest.mark.parametrize("turn", range(-(-REQUESTS // IN_A_TURN)))
def test_hostile_forms_break_no_page_and_no_job(world, cases, turn, clients):
    now = cases[turn * IN_A_TURN : (turn + 1) * IN_A_TURN]
    before = rows_of(world.stella)
    faults = [fault for case in now if (fault := fault_of(world, case, clients))]
    faults += pages_that_broke(world, clients)
    faults += jobs_that_failed()
    assert faults == [], "\n".join(faults)
    assert rows_of(world.stella) == before
