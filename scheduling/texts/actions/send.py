"""Texts are rows that wait (ADR 2); each is looked at once more before it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, override

from accounts.actions import JobRun
from accounts.languages import spoken
from accounts.models import JobFailure
from scheduling.models import Consultation, TextConsent, TextMessage
from scheduling.rules.reminding import is_night, morning_after
from scheduling.texts.drivers import Driver, NumberRefused, driver, texts_are_on

Why, Kind = TextMessage.Why, TextMessage.Kind
FIRST_WAIT = timedelta(minutes=5)
MOST_TRIES = 5


def post_welcome(*, consent: TextConsent, now: datetime) -> None:
    _post(consent, Kind.WELCOME, f"text-welcome:{consent.pk}", now)


def post_reminder(*, visit: Consultation, hours: int, path: str, now: datetime) -> None:
    """Beside the e-mail, to patients who want texts; once for each time of a visit."""
    consent = TextConsent.objects.open().filter(patient=visit.patient).first()
    if consent is None or not texts_are_on():
        return
    key = f"text-reminder:{visit.uid}:{int(visit.starts.timestamp())}:{hours}"
    about = {"visit": visit, "starts_at": visit.starts, "path": path}
    _post(consent, Kind.VISIT_REMINDER, key, now, **about)


def _post(consent: TextConsent, kind: str, key: str, now: datetime, **about: Any) -> None:
    patient = consent.patient
    row = TextMessage(
        kind=kind, key=key, patient=patient, phone=consent.phone, language=patient.language,
        due_at=now, **about,
    )  # fmt: skip
    TextMessage.objects.bulk_create([row], ignore_conflicts=True)


def send_due_texts(*, now: datetime, most: int = 100) -> int:
    """Each in a transaction of its own; a service that is away ends the run. Returns how many left."""
    sent = 0
    for _turn in range(most if texts_are_on() else 0):
        with transaction.atomic():
            text = TextMessage.objects.due(now).select_for_update(skip_locked=True, of=("self",))
            found = text.select_related("patient__clinic").first()
            went = _leave(found, driver(), now) if found else None
        sent += went is True
        if went is None:
            break
    return sent


def _leave(text: TextMessage, service: Driver, now: datetime) -> bool | None:
    """True: it left; False: not this one; None: the service is away, or nothing was due."""
    zone = text.patient.zone
    if why := _why_not(text, now):
        return _set(text, given_up_at=now, why=why, path="")
    if is_night(now, zone):
        return _set(text, due_at=morning_after(now, zone))
    run = JobRun(JobFailure.Job.TEXTS, now)
    try:
        name = service.send(to=text.phone, text=_words(text), reference=text.key)
    except NumberRefused:
        return _set(text, given_up_at=now, why=Why.REFUSED, path="", tries=F("tries") + 1)
    except OSError as error:
        run.failed(text.pk, error)
        return _put_off(text, now)
    run.done([text.pk])
    _set(text, sent_at=now, service_id=name, path="", tries=F("tries") + 1)
    return True


def _why_not(text: TextMessage, now: datetime) -> str:
    """The visit stays locked until the text has left: whoever moves it comes before or after."""
    consents = TextConsent.objects.open().filter(patient=text.patient, phone=text.phone)
    if not consents.exists():
        return Why.STOPPED
    if text.visit_id is None:
        return ""
    visit = Consultation.objects.select_for_update(no_key=True).get(pk=text.visit_id)
    if not visit.is_to_come or visit.starts != text.starts_at:
        return Why.MOVED
    return Why.LATE if visit.starts <= now else ""


def _put_off(text: TextMessage, now: datetime) -> bool | None:
    if text.tries + 1 >= MOST_TRIES:
        return _set(text, given_up_at=now, why=Why.NOT_SENT, path="", tries=F("tries") + 1)
    _set(text, due_at=now + FIRST_WAIT * 2**text.tries, tries=F("tries") + 1)
    return None


def _set(text: TextMessage, **said: Any) -> bool:
    TextMessage.objects.filter(pk=text.pk).update(**said)
    return False


def _words(text: TextMessage) -> str:
    """Nothing about health: whoever holds the phone may read it."""
    with override(spoken(text.language)):
        if text.kind == Kind.WELCOME:
            return gettext("Text messages from your clinic are on. Reply STOP to end them.")
        words = gettext("You have a message from your clinic: %(link)s Reply STOP to end texts.")
        return words % {"link": f"{settings.SITE_URL}{text.path}"}
