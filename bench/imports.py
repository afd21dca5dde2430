"""How long an import takes and how much memory: `python -m bench.imports [lines …]`.

Makes a diary with every fault of tests/data/faults.csv in it, imports it through the command into a
database of its own, and compares with the floor: the same number of logs by bulk_create alone.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import django

SIZES = (10_000, 100_000)
FAULTS = (
    "Back pain,30-Nov--0001,,,4,",
    "name,startday,startmonth,startyear,intensity,date",
    "Back pain,-3,5,2019,4,",
    "Back pain,3,5,2019,10.5,",
    "Back pain,3,5,2019,86,",
    "Back pain,3,5,2019,inf,",
    "Back pain,3,5,2019,nan,",
    "Back pain,3,5,2019,,",
    "",
    "Back pain,3,5,2190,4,",
    "Back pain,3,5,1919,4,",
    "Back pain,3,5,2019",
    "Back pain,3,5,2019,4,2019-05-03 10:00:00\0",
    "Back pain,3,5,2019,4,2019-05-02 10:00:00",
    'Back pain,"3,5,2019,4,',
    "Back pain,3,5,2019,4," + "x" * 20_000,
)


def diary(lines: int) -> Iterator[str]:
    """Unsorted reports, several a day, a tenth about something else, one line in fifty broken or a
    repeat."""
    chance = random.Random(lines)  # noqa: S311
    yield "name,startday,startmonth,startyear,intensity,date"
    last = ""
    for _ in range(lines):
        pick = chance.random()
        if pick < 0.01:
            yield chance.choice(FAULTS)
        elif pick < 0.02 and last:
            yield last
        elif pick < 0.12:
            yield f"happiness,3,5,2019,{chance.randrange(11)},2019-05-03 10:00:00"
        else:
            last = report(chance)
            yield last


def report(chance: random.Random) -> str:
    day = date(2016, 1, 1) + timedelta(days=chance.randrange(3600))
    typed = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        seconds=chance.randrange(6 * 3600, 30 * 3600)
    )
    score = chance.randrange(21) / 2
    return f"Back pain,{day.day},{day.month},{day.year},{score:g},{typed:%Y-%m-%d %H:%M:%S}"


def peak() -> float:
    """MB that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(lines: int) -> None:
    from django.core.management import call_command

    from patients.models import ImportRun, SymptomLog

    patient, episode = person(f"N-{lines}")
    file = Path(tempfile.mkdtemp()) / "diary.csv"
    with file.open("w") as out:
        out.writelines(f"{line}\n" for line in diary(lines))
    before, began, worked = peak(), time.perf_counter(), time.process_time()
    call_command("import_logs", str(file), patient=patient.number, stdout=StringIO())
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    tally = ImportRun.objects.latest("pk").counts
    assert tally.rows == lines, "every line is accounted for"
    assert SymptomLog.objects.filter(episode=episode).count() == tally.taken_in_all
    began = time.perf_counter()
    call_command("import_logs", str(file), patient=patient.number, stdout=StringIO())
    again, second = time.perf_counter() - began, ImportRun.objects.latest("pk").counts
    assert (second.taken_in_all, second.known) == (0, tally.taken_in_all)
    floor = bare_insert(tally.taken_in_all)
    print(
        f"{lines:>9,} lines  {file.stat().st_size / 1e6:6.1f} MB  taken {tally.taken_in_all:,}  "
        f"bad {tally.bad:,}  left out {tally.left_out_in_all:,}  {seconds:6.1f} s ({worked:.1f} s of them Python)  "
        f"again {again:5.1f} s  floor {floor:5.1f} s  ratio {seconds / floor:4.1f}  "
        f"peak {before:.0f} → {peak():.0f} MB"
    )


def bare_insert(rows: int) -> float:
    """Seconds for as many logs by bulk_create alone, history and all."""
    from patients.models import SymptomLog

    patient, episode = person(f"F-{rows}")
    began = time.perf_counter()
    for start in range(0, rows, 2_000):
        SymptomLog.objects.bulk_create(
            SymptomLog(
                episode=episode,
                submission_id=uuid4(),
                logged_at=datetime(2019, 5, 3, tzinfo=UTC),
                local_date=date(2019, 5, 3),
                average_pain=4,
                entered_by=patient.registered_by,
            )
            for _ in range(min(2_000, rows - start))
        )
    return time.perf_counter() - began


def person(number: str):  # type: ignore[no-untyped-def]
    """A patient of the bench's clinic with an open episode and a running trial."""
    from django.utils import timezone

    from accounts.models import Clinic, User
    from pathway.models import Protocol
    from patients.record.actions.register import open_episode, register_patient
    from patients.record.actions.trials import TrialStart, start_trial

    clinic, by, now = Clinic.objects.get(), User.objects.get(), timezone.now()
    patient = register_patient(
        clinic=clinic, by=by, now=now, name="Bench", birth_date=date(1960, 1, 1), number=number
    )
    episode = open_episode(
        patient=patient,
        condition=Protocol.objects.current().conditions.first(),
        by=by,
        today=now.date(),
        region="back",
        radiating=False,
        onset_on=date(2020, 1, 1),
    )
    start_trial(
        episode=episode,
        start=TrialStart(level=2, started_on=now.date()),
        by=by,
        now=now,
    )
    return patient, episode


def furnish() -> None:
    """The protocol, and a clinic with one administrator."""
    from django.utils import timezone

    from accounts import actions as accounts
    from accounts.models import Invitation
    from pathway.management.commands.publish_protocol import translations_of
    from pathway.publish import publish_protocol

    now = timezone.now()
    source = Path("pathway/protocols/conservative-spine-care.toml")
    publish_protocol(
        source=source.read_text(encoding="utf-8"), translations=translations_of(source), now=now
    )
    accounts.open_clinic(
        name="Bench",
        time_zone="America/New_York",
        phone="555-0100",
        alert_email="bench@clinic.example",
        administrator_email="bench@clinic.example",
        administrator_name="Bench",
        now=now,
    )
    accounts.accept_invitation(invitation=Invitation.objects.get(), now=now)


def main(sizes: tuple[int, ...]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        furnish()
        for lines in sizes:
            measure(lines)
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
