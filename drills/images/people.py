"""Read by `manage.py shell` inside the web container: people and a visit, through the product's actions."""

import json
import secrets
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import actions as accounts
from accounts.models import Clinic, Membership
from pathway.models import Protocol
from patients.logs.actions.log import LogEntry, log_symptoms
from patients.record.actions.register import invite_patient, join, open_episode, register_patient
from patients.record.actions.trials import TrialStart, start_trial
from scheduling.models import Room
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import book_held, hold_for_call

clinic, now = Clinic.objects.get(), timezone.now()


def at_work(role, name):
    invited = accounts.invite(
        clinic=clinic, role=role, name=name, email=f"{role}@clinic.example", by=None, now=now
    )
    return accounts.accept_invitation(invitation=invited, now=now)


dr_kim, sam = at_work("clinician", "Dr. Kim"), at_work("scheduler", "Sam Silva")
patient = register_patient(
    clinic=clinic, by=dr_kim, now=now, name="Maria Ortiz", birth_date=date(1971, 5, 4), sex="F",
    number="N-1", email="maria@mail.example", phone="555-0142",
)  # fmt: skip
join(invitation=invite_patient(patient=patient, by=dr_kim, now=now), now=now)
patient.refresh_from_db()
condition = Protocol.objects.current().conditions.get(key="mechanical-pain")
episode = open_episode(
    patient=patient, condition=condition, by=dr_kim, today=now.date(), region="back", radiating=False,
    onset_on=now.date() - timedelta(days=100),
)  # fmt: skip
start = TrialStart(
    level=2, started_on=now.date() - timedelta(days=56), window_days=84, usual_pain=6
)
start_trial(episode=episode, start=start, by=dr_kim, now=now)
for back in range(56, 0, -1):
    day = now.date() - timedelta(days=back)
    log_symptoms(
        episode=episode, entry=LogEntry(local_date=day, average_pain=6 + (back % 7 == 3)),
        submission_id=uuid4(), by=patient.user, now=datetime.combine(day, time(12), ZoneInfo(clinic.time_zone)),
    )  # fmt: skip

room = Room.objects.create(clinic=clinic, name="Room 4")
begins = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
slot = Slot(begins, begins + timedelta(minutes=30), Membership.objects.get(user=dr_kim).pk, room.pk)
held = hold_for_call(patient=patient, kind=None, slot=slot, by=sam, now=now)
visit = book_held(held=held, by=sam, now=now)
password = secrets.token_urlsafe(24)
patient.user.set_password(password)
patient.user.save()
print(
    "told " + json.dumps({"email": patient.user.email, "password": password, "visit": visit.state})
)
