"""A clinic full of people for bench/requests.py: diaries, names, open flags and what they show."""

from datetime import timedelta

from bench import clinic

EARLIER = """
INSERT INTO patients_symptomlog (episode_id, submission_id, logged_at, local_date, is_late,
       average_pain, programme, medicine, note, source, entered_by_id)
SELECT episode_id, gen_random_uuid(), logged_at - make_interval(days => %(back)s),
       local_date - %(back)s, is_late, average_pain, programme, medicine, note, source, entered_by_id
  FROM patients_symptomlog
 WHERE local_date > %(until)s AND episode_id >= %(first)s
"""
NAMES = """
UPDATE patients_patient
   SET name = (ARRAY['Maria','Ben','Joy','Ivan','Sara','Otto','Lena','Noor'])[1 + id %% 8] || ' ' ||
              (ARRAY['Ortiz','Shaw','Adeyemi','Kim','Silva','Brandt','Novak'])[1 + id %% 7] || ' ' || id,
       birth_date = DATE '1940-01-01' + (id * 7919 %% 22000)::int
 WHERE id >= %(first)s
"""
# Every so-many-th patient; the kinds take turns, a few are owned, snoozed or to be discussed.
FLAGS = """
INSERT INTO patients_flag SELECT flag.*
  FROM patients_flag AS one, generate_series(%(first)s::bigint, %(last)s, %(step)s) AS n,
       LATERAL (SELECT n / %(step)s %% 5 AS turn) AS turns,
       jsonb_populate_record(one, jsonb_build_object(
         'id', n, 'episode_id', n, 'trial_id', n,
         'kind', (ARRAY['plateau','worsening','window_complete','review_requested','insufficient_data'])[1 + turn],
         'severity', (ARRAY[2, 2, 2, 2, 1])[1 + turn],
         'due_at', one.due_at + make_interval(mins => (n * 7919 %% 10000)::int),
         'owner_id', CASE WHEN turn IN (1, 4) THEN %(by)s END, 'owned_at', CASE WHEN turn IN (1, 4) THEN one.opened_at END,
         'owned_until', CASE WHEN turn IN (1, 4) THEN one.due_at END)) AS flag
 WHERE one.id = %(one)s
"""
FINDINGS = """
INSERT INTO patients_finding SELECT finding.*
  FROM patients_finding AS one, patients_flag AS flag, generate_series(0, 1) AS k,
       jsonb_populate_record(one, jsonb_build_object(
         'id', flag.id * 2 + k, 'flag_id', flag.id, 'trial_id', flag.trial_id, 'kind', flag.kind,
         'since', one.since - k::int)) AS finding
 WHERE one.flag_id = %(one)s AND flag.id >= %(first)s
"""
SCORES = """
INSERT INTO patients_functionscore SELECT score.*
  FROM patients_functionscore AS one, patients_flag AS flag, generate_series(0, 9) AS k,
       jsonb_populate_record(one, jsonb_build_object(
         'id', flag.id * 10 + k, 'episode_id', flag.episode_id, 'submission_id', gen_random_uuid(),
         'local_date', one.local_date - (k * 7)::int)) AS score
 WHERE flag.id >= %(first)s
"""


def fill(patients: int, days: int, flags: int) -> None:
    """People with diaries as the sweep's bench makes them; then older logs, names, flags, scores."""
    from django.db import connection

    clinic.fill(0, patients)
    first = {"first": clinic.FIRST}
    with connection.cursor() as cursor:
        back, older = clinic.LOGS, days - clinic.LOGS
        if older > 0:
            until = clinic.NOW.date() - timedelta(days=older)
            without(cursor, "patients_symptomlog", EARLIER, {"back": back, "until": until, **first})
        without(cursor, "patients_patient", NAMES, first)
        one, by = a_flag()
        step = max(1, patients // flags)
        span = {"last": clinic.FIRST + step * flags - 1, "step": step}
        asked = {"one": one, "by": by, **span, **first}
        for table, sql in (
            ("patients_flag", FLAGS), ("patients_finding", FINDINGS), ("patients_functionscore", SCORES),
        ):  # fmt: skip
            without(cursor, table, sql, asked)
        cursor.execute("VACUUM ANALYZE")


def without(cursor, table: str, sql: str, values: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    """No history of what nobody did."""
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(sql, values)
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def a_flag() -> tuple[int, int]:
    """The flag and the score that the others are copies of, and who owns some of them."""
    from uuid import uuid4

    from accounts.models import User
    from pathway.models import Protocol
    from patients.flags.actions import request_review
    from patients.models import Episode
    from patients.questionnaires.actions.scores import FilledForm, record_peg

    protocol, by = Protocol.objects.current(), User.objects.get()
    episode = Episode.objects.get(pk__lt=clinic.FIRST)
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 6))
    record_peg(episode=episode, form=form, by=by, now=clinic.NOW)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=clinic.NOW)
    return flag.pk, by.pk


def look_at_flagged() -> None:
    """So that the flags' trials have the numbers that their pages show."""
    from patients.models import Flag, ReviewDue
    from patients.review.sweep import review_due_trials

    flagged = Flag.objects.filter(trial__isnull=False)
    trials = flagged.values_list("trial", "episode__patient__clinic")
    ReviewDue.objects.bulk_create(
        ReviewDue(trial_id=trial, clinic_id=where, due_at=clinic.NOW) for trial, where in trials
    )
    review_due_trials(now=clinic.NOW)
