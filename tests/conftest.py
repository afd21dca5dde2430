"""The cast, known to every test by name.

Northside (New York): Maria, a patient with back pain in tier 2; Dr. Kim, her clinician; Sam, the
scheduler; Ada, the administrator. Southside (Denver): the same four as strangers, who must learn
nothing: Stella, Dr. Strand, Sid and Ann. Everybody was made through actions (tests/factories.py).
"""

import gc
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.test.client import ClientHandler
from django.utils import translation

from pathway.management.commands.publish_protocol import translations_of
from pathway.models import Protocol
from pathway.publish import publish_protocol
from tests import factories
from tests.emptying import empty_tables
from tests.migrated import migrated_database
from tests.stage import STAGE, in_order, parts_of, staged

# Playwright keeps its loop running in this thread; the calls beside it are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# A busy machine is no fault of the rules.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")
# Tests leave little rubbish and load much: to look for rubbish seldom saves a tenth of the time.
gc.set_threshold(100_000, 20, 20)
# Started under nohup, our children would ignore the signal of a closed terminal that some tests send.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

SOURCE = Path("pathway/protocols/conservative-spine-care.toml")
SPANISH = SOURCE.with_suffix(".es.toml")
# Loaded once, as by a process of the product: to gather static files and middleware takes as long as a page.
HANDLER = ClientHandler(enforce_csrf_checks=False)
MONDAY_MORNING = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # 09:00 in New York


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Test databases are copies of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The protocol is published once for all tests."""
    HANDLER.load_middleware()
    with django_db_blocker.unblock():
        wait_for_no_disk()
        publish()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_or_publish())
        yield
    with django_db_blocker.unblock():
        STAGE.strike()


def wait_for_no_disk():
    """A commit of a test, or of a process that it starts, is not waited for until it lies on the disk."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        cursor.execute("SET synchronous_commit = off")


def empty_or_publish():
    if not empty_tables():
        publish()


@pytest.fixture
def set_stage(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        parts = [] if has_no_transaction(request.node) else parts_of(request.node)
        STAGE.set_for(parts, MONDAY_MORNING)


@pytest.fixture
def _django_db_helper(set_stage, _django_db_helper):
    """The transaction of a test, which begins when the stage is set."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long comes first, so that no worker begins with it when the others are done; then real
    processes, which mostly wait while the rest is done."""
    items.sort(
        key=lambda item: (not takes_long(item), item.get_closest_marker("processes") is None)
    )
    items[:] = in_order(items)


def takes_long(item):
    return item.path.parent.name == "fuzz" or item.path.stem in {"test_journey", "test_launch"}


def has_no_transaction(item):
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and marker.kwargs.get("transaction", False)
    return asked or "transactional_db" in item.fixturenames


def publish():
    """Publishing the same source twice changes nothing."""
    return publish_protocol(
        source=SOURCE.read_text(), translations=translations_of(SOURCE), now=MONDAY_MORNING
    ).protocol


def write_translations_beside(file):
    """The protocol's translations, under the names that `publish_protocol` looks for."""
    for language, text in translations_of(SOURCE).items():
        file.with_suffix(f".{language}.toml").write_text(text)


@pytest.fixture(autouse=True, scope="session")
def as_fast_as_they_like():
    """The clock stands still, and everybody's posts of all tests would count as those of one minute."""
    others = {name: most for name, most in settings.ACCOUNT_RATE_LIMITS.items() if name != "post"}
    with override_settings(ACCOUNT_RATE_LIMITS=others):
        yield


@pytest.fixture(autouse=True)
def english():
    """The test client leaves the language of its last request in force; the next test begins afresh."""
    translation.deactivate()


@staged
def protocol(db):
    """As it was published before the tests."""
    return Protocol.objects.current()


@pytest.fixture
def now():
    """Monday, 2 March 2026, nine in the morning in New York; the clock stands still."""
    with time_machine.travel(MONDAY_MORNING, tick=False):
        yield MONDAY_MORNING


@staged
def northside(protocol, now):
    return factories.ClinicFactory(name="Northside Spine Clinic")


@staged
def dr_kim(northside):
    return factories.StaffFactory(clinic=northside, role="clinician", name="Dr. Kim")


@staged
def maria(northside, dr_kim):
    """Maria's patient record; she has accepted her invitation, so `maria.user` signs in."""
    return factories.PatientFactory(clinic=northside, by=dr_kim, name="Maria Ortiz")


@staged
def episode(maria, dr_kim):
    """Maria's low back pain since December."""
    return factories.EpisodeFactory(patient=maria, by=dr_kim)


@staged
def trial(episode, dr_kim):
    """Maria's tier 2: physical therapy, begun eight weeks ago, usual pain 6."""
    return factories.TrialFactory(episode=episode, by=dr_kim)


@staged
def sam(northside):
    return factories.StaffFactory(clinic=northside, role="scheduler", name="Sam Silva")


@staged
def ada(northside):
    return factories.StaffFactory(clinic=northside, role="administrator", name="Ada Abel")


@staged
def southside(protocol, now):
    return factories.ClinicFactory(name="Southside Spine Clinic", time_zone="America/Denver")


@staged
def dr_strand(southside):
    return factories.StaffFactory(clinic=southside, role="clinician", name="Dr. Strand")


@staged
def sid(southside):
    return factories.StaffFactory(clinic=southside, role="scheduler", name="Sid Sand")


@staged
def ann(southside):
    return factories.StaffFactory(clinic=southside, role="administrator", name="Ann Arc")


@staged
def stella(southside, dr_strand):
    return factories.PatientFactory(clinic=southside, by=dr_strand, name="Stella Strange")


@pytest.fixture
def sign_in():
    """A browser without script in which this person is signed in, second factor done."""

    def signed_in(user):
        client = Client()
        client.handler = HANDLER
        client.force_login(user)
        return client

    return signed_in
