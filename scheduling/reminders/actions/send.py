"""Reminders of visits: posted when they are due, looked at once more before they leave.

The row is the queue (ADR 2): a reminder and its e-mail are written together, once for each time of a
visit, so that a sweep that dies in the middle loses none and writes none twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from accounts.actions import JobRun
from accounts.last_look import Hold, looks_after
from accounts.models import JobFailure, Notice
from patients.queries.records import pk_array
from scheduling.models import Consultation, VisitReminder
from scheduling.models.visit_type import POSSIBLE_REMINDERS, USUAL_REMINDERS
from scheduling.reminders.links import visit_token
from scheduling.rules.reminding import ToRemind, is_night, morning_after, to_remind
from scheduling.texts.actions.send import post_reminder

Dropped = VisitReminder.Dropped
# The longest reminder, and the evening to which a night may bring it forward.
AHEAD = timedelta(hours=max(POSSIBLE_REMINDERS) + 24)


def post_visit_reminders(*, now: datetime) -> int:
    """Write what is due now and was not written yet. Returns how many visits that were."""
    to_come = Consultation.objects.to_remind(now, now + AHEAD).values_list("pk", flat=True)
    return JobRun(JobFailure.Job.VISIT_REMINDERS, now).do(to_come, partial(_post, now=now))


def _post(visits: list[int], now: datetime) -> int:
    rows = Consultation.objects.to_remind(now, now + AHEAD).filter(pk__in=pk_array(visits))
    related = rows.select_related("patient__clinic", "patient__user", "visit_type")
    new = [
        (visit, found)
        for visit in related.prefetch_related("reminders").order_by("pk")
        if (found := _new_of(visit, now))
    ]
    for visit, found in new:
        for hours in found.overtaken:
            _note(visit, hours, now, dropped=Dropped.OVERTAKEN)
        if found.send is not None:
            _remind(visit, found.send, now)
    return len(new)


def _new_of(visit: Consultation, now: datetime) -> ToRemind | None:
    """What is due of this visit and was not written yet; None where nothing is."""
    hours = visit.visit_type.remind_hours if visit.visit_type else USUAL_REMINDERS
    written = {one.hours_before for one in visit.reminders.all() if one.starts_at == visit.starts}
    since, zone = visit.booked_at or now, visit.patient.zone
    due = to_remind(visit.starts, hours, booked_at=since, now=now, zone=zone)
    if due.send is None or due.send in written:
        return None
    return ToRemind(due.send, tuple(each for each in due.overtaken if each not in written))


def _remind(visit: Consultation, hours: int, now: datetime) -> None:
    if visit.patient.user is None:
        _note(visit, hours, now, dropped=Dropped.NO_ACCOUNT)
        return
    key = f"visit-reminder:{visit.uid}:{int(visit.starts.timestamp())}:{hours}"
    path = reverse("visit_link", args=[visit_token(visit)])
    post_reminder(visit=visit, hours=hours, path=path, now=now)
    notice, _made = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": Notice.Kind.VISIT_REMINDER,
            "clinic": visit.patient.clinic,
            "email": visit.patient.user.email,
            "whom": visit.patient.mail_name,
            "language": visit.patient.language,
            "path": path,
            "due_at": now,
        },
    )
    _note(visit, hours, now, notice=notice)


def _note(visit: Consultation, hours: int, now: datetime, **said: object) -> None:
    VisitReminder.objects.get_or_create(
        visit=visit, starts_at=visit.starts, hours_before=hours, defaults={"posted_at": now, **said}
    )


@looks_after(Notice.Kind.VISIT_REMINDER)
def look_once_more(notice: Notice, now: datetime) -> Hold | None:
    """Just before it leaves. The visit stays locked until the message has left: whoever moves or cancels it
    comes before, and nothing is sent, or after, and the message was right when it left."""
    reminder = VisitReminder.objects.select_related("visit__patient__clinic").get(notice=notice)
    locked = Consultation.objects.select_for_update(no_key=True).filter(pk=reminder.visit_id)
    dropped = _why_not(locked.get(), reminder, now)
    if dropped:
        VisitReminder.objects.filter(pk=reminder.pk).update(dropped=dropped)
        return Hold()
    zone = reminder.visit.patient.zone
    return Hold(until=morning_after(now, zone)) if is_night(now, zone) else None


def _why_not(visit: Consultation, reminder: VisitReminder, now: datetime) -> str:
    if not visit.is_to_come:
        return Dropped.CANCELLED if visit.state == visit.State.CANCELLED else Dropped.BEGUN
    if visit.starts != reminder.starts_at:
        return Dropped.MOVED
    return Dropped.BEGUN if visit.starts <= now else ""
