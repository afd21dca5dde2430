"""What an operator asks first: each thing that is wrong is named with what to do, and nothing secret."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import JobFailure
from spinecare import doctor
from spinecare.tasks import BEAT_KEY, note_beat
from tests.certificates import write_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings):
    """As a good installation has it; the certificate is asked for elsewhere."""
    settings.SECRET_KEY = "an-operator-made-this-key-of-more-than-fifty-characters"
    settings.MFA_KEYS = [Fernet.generate_key().decode()]
    settings.REDIS_URL = "rediss://redis.example/0"
    settings.DATABASE_URL = "postgresql://db.example/spinecare?sslmode=verify-full"
    settings.SITE_URL = "http://127.0.0.1"
    note_beat()


def to_do():
    """What is said about what, where there is something to do."""
    found = {one.about: one for one in doctor.examine(timezone.now()) if one.to_do}
    found.pop("certificate")
    found.pop("role", None)  # these tests own their tables
    return found


def test_where_all_is_well_there_is_nothing_to_do(well):
    assert to_do() == {}


def test_a_beat_that_stopped_is_named(well):
    caches["redis"].set(BEAT_KEY, timezone.now() - timedelta(minutes=6), timeout=None)
    assert "Restart beat" in to_do()["beat"].to_do
    caches["redis"].delete(BEAT_KEY)
    assert to_do()["beat"].said == "never heard"


def test_weak_secrets_are_named_and_not_told(well, settings):
    settings.SECRET_KEY, settings.MFA_KEYS = "letmein" * 3, ["not-a-key"]
    said = [one for one in doctor.examine(timezone.now()) if one.about == "secrets"]
    assert len(said) == 2
    assert all(one.to_do for one in said)
    assert not any(secret in str(said) for secret in ("letmein", "not-a-key"))


def test_a_migration_that_is_pending_stops_the_questions_that_need_it(well):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'scheduling'")
    about = [one.about for one in doctor.examine(timezone.now())]
    assert "manage.py migrate" in to_do()["migrations"].to_do
    assert "role" not in about


def test_a_row_that_was_set_apart_is_counted(well):
    now = timezone.now()
    JobFailure.objects.create(job=JobFailure.Job.NOTICES, row=1, error="ValueError", failed_at=now)
    assert to_do()["rows set apart"].said == "1"


def test_clocks_that_drift_are_named():
    late = doctor.skew("database", timezone.now().timestamp() - 60)
    assert (late.said, "NTP" in late.to_do) == ("60.0 s from ours", True)


def test_a_relay_that_is_away_and_a_full_disk_are_named(well, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**9)
    found = to_do()
    assert set(found) == {"mail", "disk"}
    assert "EMAIL_HOST" in found["mail"].to_do


@contextmanager
def site(certificate):
    """A server on this machine that shows this certificate and hangs up."""
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            line, _who = listening.accept()
            with line, shown.wrap_socket(line, server_side=True) as sealed:
                sealed.recv(1)

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]


def test_a_certificate_that_ends_soon_is_named(settings, tmp_path, monkeypatch):
    file = write_certificate(tmp_path / "site.pem")
    trusting = ssl.create_default_context(cafile=file)
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    with site(file) as port:
        settings.SITE_URL = f"https://localhost:{port}"
        [found] = doctor.certificate(timezone.now())
    assert (found.said, found.to_do) == ("good for 0 days", "Renew it; reload nginx.")


def test_the_command_prints_a_line_each_and_ends_with_1_where_something_is_wrong(well):
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    lines = out.getvalue().splitlines()
    assert ended.value.code == 1
    assert "! certificate: none: SITE_URL is not https → Only for a demo on one machine." in lines
    assert any(line.startswith("  database: PostgreSQL") for line in lines)
