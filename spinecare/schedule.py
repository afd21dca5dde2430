"""When the jobs run, for Celery's beat."""

from celery.schedules import crontab


def schedule(*, review: float, desk: float, notices: float) -> dict[str, dict[str, object]]:
    """Those that are asked every so many seconds are asked by these; the others have their hour."""
    return {
        "beat": _every(30.0, "spinecare.tasks.note_beat"),
        "review due trials": _every(review, "patients.tasks.review_due_trials"),
        # Every quarter of an hour, because clinics reach 05:00 in zones of whole, half and quarter hours.
        "mark trials due": {
            "task": "patients.tasks.mark_trials_due",
            "schedule": crontab(minute="*/15"),
        },
        "return lapsed flags": _every(60.0, "patients.tasks.return_lapsed_flags"),
        "tell next contacts": _every(30.0, "patients.tasks.tell_next_contacts"),
        "look over records": {
            "task": "patients.tasks.look_over_records",
            "schedule": crontab(minute="5,20,35,50"),
        },
        # Patients' own hours come in zones of half and quarter hours too.
        "remind of logs": {
            "task": "patients.tasks.remind_of_logs",
            "schedule": crontab(minute="*/15"),
        },
        "post visit reminders": _every(desk, "scheduling.tasks.post_visit_reminders"),
        "send texts": _every(60.0, "scheduling.tasks.send_texts"),
        "offer free times": _every(desk, "scheduling.tasks.offer_free_times"),
        "forget held forms": _every(300.0, "accounts.tasks.forget_held_forms"),
        "delete expired": {
            "task": "spinecare.tasks.delete_expired",
            "schedule": crontab(hour="3", minute="40"),
        },
        # Somebody waits for a code or for a diary.
        "look for what waits": _every(2.0, "spinecare.tasks.look_for_what_waits"),
        "read bounces": _every(300.0, "accounts.tasks.read_bounces"),
        "send notices": _every(notices, "accounts.tasks.send_notices"),
    }


def _every(seconds: float, task: str) -> dict[str, object]:
    """One that waited so long that the next is due finds nothing to do: it is dropped. Else a night without
    a worker would leave thousands of them before the first of the morning."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}
