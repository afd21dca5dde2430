"""One world for all hostile forms."""

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from tests.fuzz.cases import found_forms, signed_in
from tests.two_hats import NOW, a_world

MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
OWN_MEMORY = {"default": MEMORY, "redis": MEMORY}


class World:
    """Northside with Maria in it, Southside with Stella, and all that may be asked of them."""

    def __init__(self):
        made = a_world()
        self.maria, self.joy, self.stella = made.maria, made.joy, made.stella
        north = made.north
        self.kim, self.wu = north.clinician.membership_as(), north.wu
        self.people = {
            "Maria": self.maria.patient.user,
            "the clinician": north.clinician,
            "the scheduler": north.scheduler,
            "the administrator": north.administrator,
            "somebody": None,
        }
        self.forms, self.pages = found_forms(self.people, self.maria)
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
    held = {}

    def client_for(who, address):
        if who not in held:
            client = signed_in(world.people[who])
            held[who] = client, client.cookies.copy()
        client, cookies = held[who]
        client.cookies = cookies.copy()  # an answer to a hostile cookie takes it away
        if address.startswith("/account/"):
            del held[who]  # a new password, or all sessions ended
        return client

    return client_for
