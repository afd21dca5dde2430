"""Who asks for which page, straight at the WSGI application, and what a request costs."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Clinic, User
from bench import clinic, plain
from patients.models import Episode, Flag, Patient
from patients.record.actions.register import invite_patient, join
from patients.record.sealed_search import sealed

TOKEN = "t" * 32


@dataclass
class Page:
    """Asked for again and again; `clear` takes back what the last requests wrote."""

    handler: WSGIHandler
    address: str
    cookies: str = ""
    answers: Callable[[], dict[str, object]] | None = None
    clear: Callable[[], None] = lambda: None
    wanted: int = 200
    environ: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        path, _, query = self.address.partition("?")
        self.environ = {
            "REQUEST_METHOD": "POST" if self.answers else "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "HTTP_HOST": "testserver",
            "HTTP_COOKIE": f"csrftoken={TOKEN}; {self.cookies}",
            "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.multiprocess": True,
            "wsgi.multithread": False,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
            "wsgi.errors": io.StringIO(),
        }

    def status(self) -> int:
        """What it answers; 500 where it breaks."""
        answer = self.handler(
            {**self.environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}, _ignore
        )
        list(answer)
        answer.close()
        return int(answer.status_code)

    def ask(self, times: int) -> None:
        for body in self._bodies(times):
            self._ask(body)

    def cost(self, times: int) -> tuple[float, float]:
        """Processor seconds a request, of this process and of the database's."""
        self.clear()
        bodies = self._bodies(times)
        before, began = of_database(), time.process_time()
        for body in bodies:
            self._ask(body)
        took = time.process_time() - began
        return took / times, (of_database() - before) / times

    def _bodies(self, times: int) -> list[bytes]:
        if self.answers is None:
            return [b""] * times
        return [
            urlencode({"csrfmiddlewaretoken": TOKEN, **self.answers()}).encode()
            for _ in range(times)
        ]

    def _ask(self, body: bytes) -> None:
        environ = {
            **self.environ,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        answer = self.handler(environ, _ignore)
        for _part in answer:
            pass
        answer.close()
        assert self.wanted in (0, answer.status_code), (self.address, answer.status_code)


def _ignore(*_told: object) -> None:
    """WSGI's start_response."""


def of_database() -> float:
    """Seconds that the database's process for this connection has worked (Linux; else 0)."""
    pid = connection.connection.info.backend_pid if connection.connection else 0
    told = Path(f"/proc/{pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0


def pages() -> dict[str, Page]:
    """By the names that the goals use."""
    ours, bare = WSGIHandler(), handler_of(plain.MIDDLEWARE)
    kim, maria = people()
    clinician, patient = signed_in(kim), signed_in(maria)
    stranger = signed_in(maria, plain.BACKEND)
    episode = Episode.objects.get(patient__user=maria)
    flag = Flag.objects.filter(kind="plateau", trial__isnull=False).earliest("pk")
    return {
        "plain page": Page(bare, reverse("plain"), stranger),
        "plain insert": Page(
            bare, reverse("plain_save"), stranger, a_plain_row, no_plain_rows, 302
        ),
        "empty": Page(ours, reverse("bench_empty"), clinician),
        "empty, patient": Page(ours, reverse("bench_empty_patient"), patient),
        "log saved": Page(ours, reverse("log"), patient, a_log, lambda: no_logs(episode), 302),
        "log form": Page(ours, reverse("log"), patient, clear=lambda: no_logs(episode)),
        "home": Page(ours, reverse("home"), patient),
        "progress": Page(ours, reverse("progress"), patient),
        "worklist": Page(ours, reverse("worklist"), clinician),
        "evidence": Page(ours, reverse("flag", args=[flag.pk]), clinician),
        "by day": Page(ours, reverse("timeline", args=[flag.episode.patient_id]), clinician),
        "patients": Page(ours, reverse("patient_list"), clinician),
        "patients, searched": Page(
            ours, f"{reverse('patient_list')}?q={sealed('ortiz maria')}", clinician
        ),
        "patients, silent": Page(ours, reverse("patient_list") + "?silent=14", clinician),
        "nothing, anonymous": Page(ours, reverse("healthz")),
        "help, anonymous": Page(ours, reverse("help_now")),
        "offline page": Page(ours, reverse("offline")),
        "learn, anonymous": Page(ours, reverse("learn")),
        "learn, patient": Page(ours, reverse("learn"), patient),
    }


def handler_of(middleware: list[str]) -> WSGIHandler:
    """A plain project's, with Django's own way of reading a session."""
    engine = "django.contrib.sessions.backends.db"
    with override_settings(MIDDLEWARE=middleware, SESSION_ENGINE=engine):
        return WSGIHandler()


def signed_in(user: User, backend: str | None = None) -> str:
    window = Client()
    window.force_login(user, backend)
    return f"{settings.SESSION_COOKIE_NAME}={window.cookies[settings.SESSION_COOKIE_NAME].value}"


def people() -> tuple[User, User]:
    """A clinician with a second factor, and a patient with an account."""
    house, by = Clinic.objects.get(), User.objects.get()
    asked = {"clinic": house, "role": "clinician", "by": by, "now": clinic.NOW}
    invited = accounts.invite(email="kim@clinic.example", name="Dr. Kim", **asked)
    kim = accounts.accept_invitation(invitation=invited, now=clinic.NOW)
    TOTP.activate(kim, generate_totp_secret())
    patient = Patient.objects.get(pk=clinic.FIRST)
    Patient.objects.filter(pk=patient.pk).update(email="maria@mail.example")
    patient.refresh_from_db()
    invited = invite_patient(patient=patient, by=by, now=clinic.NOW)
    return kim, join(invitation=invited, now=clinic.NOW)


def everybody() -> dict[str, tuple[str, str]]:
    """One of each role: their empty page's name, and their cookies."""
    kim, maria = people()
    house = Clinic.objects.get()
    ada = house.memberships.filter(role="administrator").earliest("pk").user
    asked = {"clinic": house, "role": "scheduler", "by": ada, "now": clinic.NOW}
    invited = accounts.invite(email="sam@clinic.example", name="Sam", **asked)
    sam = accounts.accept_invitation(invitation=invited, now=clinic.NOW)
    for user in (ada, sam):
        TOTP.activate(user, generate_totp_secret())
    return {
        "clinician": ("bench_empty", signed_in(kim)),
        "scheduler": ("bench_empty", signed_in(sam)),
        "administrator": ("bench_empty", signed_in(ada)),
        "patient": ("bench_empty_patient", signed_in(maria)),
    }


def a_log() -> dict[str, object]:
    day = clinic.NOW.date()
    return {
        "average_pain": 4, "interference": 2, "programme": "some", "anything_new": "no",
        "submission_id": uuid4(), "local_date": day,
    }  # fmt: skip


def a_plain_row() -> dict[str, object]:
    return {"average_pain": 4, "interference": 2, "programme": "some"}


def no_plain_rows() -> None:
    plain.Row.objects.all().delete()


def no_logs(episode: Episode) -> None:
    """Of today, else the day is full after some rounds; and nothing waits for review."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE patients_symptomlog DISABLE TRIGGER USER")
        cursor.execute(
            "DELETE FROM patients_symptomlog WHERE episode_id = %s AND interference IS NOT NULL",
            [episode.pk],
        )
        cursor.execute("ALTER TABLE patients_symptomlog ENABLE TRIGGER USER")
        cursor.execute("DELETE FROM patients_reviewdue")
