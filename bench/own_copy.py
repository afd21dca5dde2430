"""What a patient's own copy of the record costs: processor seconds, with ten years of daily logs.

python -m bench.own_copy [--logs 3700]
"""

import argparse
import os
import sys
import time
from tempfile import TemporaryFile

import time_machine

from bench import clinic

LOGS = """
INSERT INTO patients_symptomlog (episode_id, submission_id, logged_at, local_date, is_late,
       average_pain, interference, programme, medicine, note, source, entered_by_id)
SELECT %(episode)s, gen_random_uuid(), %(now)s - make_interval(days => n), %(now)s::date - n, false,
       n %% 11, n %% 7, 'done', 'planned', CASE WHEN n %% 5 = 0 THEN 'Walked to the shop' ELSE '' END,
       'patient', %(by)s
  FROM generate_series(0, %(logs)s - 1) AS n
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--logs", type=int, default=3_700)
    asked = parser.parse_args()
    clinic.open_database()
    with time_machine.travel(clinic.NOW, tick=True):
        clinic.first_person()
        try:
            return report(asked.logs)
        finally:
            clinic.close_database()


def report(logs: int) -> int:
    from django.db import connection

    from accounts.models import User
    from patients.models import Episode
    from patients.portal.export.tables import export_tables_of
    from patients.portal.export.zip import write_zip
    from scheduling.models import Consultation, Referral

    episode = Episode.objects.select_related("patient__clinic").get()
    told = {"episode": episode.pk, "now": clinic.NOW, "by": User.objects.get().pk, "logs": logs}
    with connection.cursor() as cursor:
        cursor.execute(LOGS, told)
    for turn in ("first", "again"):
        began = time.process_time()
        with TemporaryFile() as file:
            write_zip(
                file, episode.patient, export_tables_of(episode.patient, [Consultation, Referral])
            )
            size = file.tell()
        took = time.process_time() - began
        print(
            f"{turn}: {logs:,} logs with their history, {size:,} bytes, {took:.2f} s of processor"
        )
        report_fhir(turn, episode.patient)
    return 0


def report_fhir(turn: str, patient) -> None:
    """The same record as a FHIR file, and one page of it as another house reads it."""
    from accounts.models import System
    from exchange.bundles import searched
    from exchange.record_file import write_bundle
    from exchange.resources import KINDS
    from exchange.search import asked_of, find

    began = time.process_time()
    with TemporaryFile() as file:
        write_bundle(file, patient, clinic.NOW)
        size = file.tell()
    took = time.process_time() - began
    print(f"{turn}: the FHIR file, {size:,} bytes, {took:.2f} s of processor")
    kind, began = KINDS["Observation"], time.perf_counter()
    given = [("_count", "200"), ("_lastUpdated", "ge2000")]
    page = find(kind.sources, System(clinic=patient.clinic), asked_of(kind, given))
    searched(page, "Observation", given)
    print(f"{turn}: a page of 200 observations, {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    sys.exit(main())
