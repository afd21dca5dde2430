"""Which trials are to be reviewed next."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from patients.models import Episode, TrialReview

# One statement, because every log that is saved pays for it.
MARK = """
INSERT INTO patients_reviewdue (trial_id, clinic_id, due_at)
SELECT trial.id, patient.clinic_id, %s
  FROM patients_tiertrial AS trial
  JOIN patients_episode AS episode ON episode.id = trial.episode_id
  JOIN patients_patient AS patient ON patient.id = episode.patient_id
 WHERE trial.episode_id = %s AND trial.ended_on IS NULL
"""


def hold_reviews(episode: Episode) -> None:
    """Lock what the sweep locks first, in its order, before a flag or a trial is locked: else each of the
    two would wait for the other, and the database would break one off."""
    reviews = TrialReview.objects.filter(trial__episode=episode).order_by("pk")
    list(reviews.select_for_update(of=("self",)).values_list("pk"))
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)


def mark_review_due(*, episode: Episode, now: datetime) -> None:
    """Something new was entered: the sweep reviews the running trials within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(MARK, [now, episode.pk])
