"""A statement composed once gives what its query would give, each time anew."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.composed import Composed
from accounts.models import Membership, User

pytestmark = pytest.mark.django_db


def working_in(clinic, user):
    rows = Membership.objects.current().filter(clinic=clinic, user=user)
    return rows.select_related("clinic", "user")


def test_it_gives_the_same_rows_as_the_query(northside, dr_kim, sam):
    ask = Composed(working_in, int, int)
    for user in (dr_kim, sam, dr_kim):
        [row] = working_in(northside.pk, user.pk)
        [same] = ask(northside.pk, user.pk)
        assert (same, same.role, same.clinic.zone, same.user.name) == (
            row, row.role, northside.zone, user.name,
        )  # fmt: skip


def test_its_relations_cost_no_further_query(northside, dr_kim):
    ask = Composed(working_in, int, int)
    with CaptureQueriesContext(connection) as asked:
        assert ask(northside.pk, dr_kim.pk)[0].user.email == dr_kim.email
    assert len(asked) == 1


def test_a_row_that_it_gave_can_be_saved(northside, dr_kim):
    [row] = Composed(working_in, int, int)(northside.pk, dr_kim.pk)
    row.credentials = "PT"
    row.save()
    assert [each.credentials for each in dr_kim.memberships.all()] == ["PT"]


def test_it_reads_what_stands_there_now(northside, dr_kim, ada, now):
    ask = Composed(working_in, int, int)
    assert ask(northside.pk, dr_kim.pk)
    dr_kim.memberships.update(ended_at=now, ended_by=ada)
    assert ask(northside.pk, dr_kim.pk) == []


def test_columns_alone_come_as_they_are_in_python(dr_kim):
    ask = Composed(lambda key: User.objects.filter(pk=key).values_list("name", "joined_at"), int)
    [(name, joined)] = ask.rows(dr_kim.pk)
    assert (name, joined) == (dr_kim.name, dr_kim.joined_at)


def test_a_value_that_decides_how_the_query_looks_is_refused(dr_kim):
    def depends(key, now):
        return User.objects.filter(pk=key) if now else User.objects.none()

    with pytest.raises(TypeError):
        Composed(depends, int, datetime)(dr_kim.pk, dr_kim.joined_at)
