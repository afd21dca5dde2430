"""Somebody writes to the record that goes, in the instant of the merge: the row goes along, and none is lost."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from patients.care_team.actions.care_team import join_care_team
from patients.merging.actions import merge_patients, movable, undo_merge
from patients.models import ClosureRequest, Patient
from patients.portal.actions.my_data import ask_to_close
from tests.factories import PatientFactory


@pytest.fixture
def again(northside, dr_kim, now):
    return PatientFactory(clinic=northside, by=dr_kim, name="M. Ortiz", joined=False)


@pytest.mark.django_db
@pytest.mark.parametrize("table", list(movable()), ids=lambda table: table[0].__name__)
def test_each_table_whose_rows_move_leads_them_on(table):
    model, column = table
    names = {trigger.name for trigger in model._meta.triggers}
    assert column == "patient"
    assert "follow_merge" in names, "give its Meta `triggers = [follows_merge()]`"


@pytest.mark.django_db
def test_what_is_written_to_the_merged_record_later_stands_in_the_one_that_goes_on(
    maria, again, northside, dr_kim, ada, now
):
    """Twice over: the record that went on was merged again."""
    third = PatientFactory(clinic=northside, by=dr_kim, name="Maria O.", joined=False)
    merge_patients(kept=maria, other=again, by=ada, now=now)
    merge_patients(kept=third, other=maria, by=ada, now=now)
    asked = ask_to_close(patient=again, reason="", now=now)
    assert ClosureRequest.objects.get(pk=asked.pk).patient == third
    asked.reason = "saved whole, by who had the old record in hand"
    asked.save()
    assert ClosureRequest.objects.get(pk=asked.pk).patient == third


@pytest.mark.django_db
def test_the_undo_brings_the_rows_back(maria, again, dr_kim, ada, now):
    kim = dr_kim.membership_as()
    member = join_care_team(patient=again, membership=kim, by=dr_kim, now=now)
    merge = merge_patients(kept=maria, other=again, by=ada, now=now)
    undo_merge(merge=merge, by=ada, now=now)
    member.refresh_from_db()
    assert member.patient == again


def in_a_thread(act):
    def alone():
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=alone)
    thread.start()
    return thread


def somebody_waits():
    """A session stands before a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_in_the_same_instant_it_waits_and_goes_along(maria, again, ada, now):
    done = Event()

    def write():
        ask_to_close_without_a_lock(again, now)
        done.set()

    with transaction.atomic():
        merge_patients(kept=maria, other=again, by=ada, now=now)
        writer = in_a_thread(write)
        while not somebody_waits():
            assert not done.is_set(), "it was written beside the merge"
    writer.join()
    assert Patient.objects.get(pk=again.pk).merged_into == maria
    assert ClosureRequest.objects.get().patient == maria


def ask_to_close_without_a_lock(patient, now):
    """As any action may that holds no row of the patient."""
    ClosureRequest.objects.create(patient=patient, asked_at=now)
