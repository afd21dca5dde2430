"""Every form by two at the same moment, over connections of their own: no error, and no row more than by one.

What one alone would write is tried first and taken back; then two are committed, and the world is put back.
"""

from threading import Barrier, Thread

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client, override_settings

from tests.conftest import empty_or_publish
from tests.fuzz.conftest import OWN_MEMORY, World
from tests.fuzz.keepsake import Keepsake
from tests.fuzz.test_twice import OF_EACH_REQUEST, TOLD, as_shown, told_form
from tests.stage import STAGE
from tests.two_hats import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
PEOPLE = ["Maria", "the clinician", "the scheduler", "the administrator", "somebody"]
# Nothing happens there: not a form, somebody else's, none at all.
IS_NOTHING = {403, 404, 405}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), CACHES=OWN_MEMORY)
    with django_db_blocker.unblock(), media, time_machine.travel(NOW, tick=False):
        STAGE.strike()
        try:
            yield World()
        finally:
            empty_or_publish()


@pytest.fixture(scope="module")
def keepsake(world):
    return Keepsake()


@pytest.fixture
def _django_db_helper(keepsake):
    """In the place of pytest-django's own: what is done here is committed, and put back."""


def grown(keepsake):
    """But for what each request may write."""
    more = keepsake.grown().items()
    return {
        table: rows
        for table, rows in more
        if table not in OF_EACH_REQUEST and not table.endswith("event")
    }


def signed_in(user):
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(type(user).objects.get(pk=user.pk))
    return client


def by_one(user, sending, keepsake):
    """The code of the answer and what grew, taken back."""
    with transaction.atomic():
        code = sending(signed_in(user))
        more = grown(keepsake)
        transaction.set_rollback(True)
    return code, more


def by_two(user, sending):
    """The codes of both answers, to one session as by a thumb that taps twice."""
    cookies, start, codes = signed_in(user).cookies, Barrier(2), []

    def tap():
        client = Client(raise_request_exception=False)
        client.cookies = cookies.copy()
        start.wait()
        try:
            codes.append(sending(client))
        finally:
            connections.close_all()

    threads = [Thread(target=tap) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def fault_of(world, keepsake, who, name, sending):
    user = world.people[who]
    cache.clear()
    code, once = by_one(user, sending, keepsake)
    if code in IS_NOTHING:
        return ""
    cache.clear()
    codes = by_two(user, sending)
    twice = grown(keepsake)
    keepsake.put_back()
    more = {table: rows for table, rows in twice.items() if rows > once.get(table, 0)}
    wrong = len(codes) < 2 or max(codes) >= 500 or more
    return f"{who}: {name}: {code}, at once {codes}: {more}" if wrong else ""


@pytest.mark.parametrize("who", PEOPLE)
def test_a_form_that_comes_twice_at_once_counts_once(world, keepsake, who):
    sent = [
        (form.action, as_shown(world, who, form, 0))
        for one, form in world.forms
        if one == who and form.method == "post"
    ]
    sent += [(name, told_form(world, name)[1]) for name in TOLD if TOLD[name][0] == who]
    faults = [fault for one in sent if (fault := fault_of(world, keepsake, who, *one))]
    assert faults == [], "\n".join(faults)
