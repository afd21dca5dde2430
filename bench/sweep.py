"""How fast a night's review is: claim due trials, read their logs, assess, write.

    python -m bench.sweep [--full] [--rounds N]

The floor is one `count` and `sum` over the same log rows. Floor and job take turns; a figure is the
median of its rounds, a ratio the median of the rounds' ratios, with the least and the most, so that
the noise of a busy machine shows. Workers are processes of their own, as Celery's are.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

for library_threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library_threads, "1")

from bench import clinic  # noqa: E402
from pathway.rules.courses import library  # noqa: E402

SIZES = (1_000, 10_000)
FULL = (*SIZES, 100_000)
SCAN = "SELECT count(*), sum(average_pain) FROM patients_symptomlog WHERE withdrawn_at IS NULL"
ENGINE = [sys.executable, "-m", "bench.engine", "--trials", "2048"]
WORKER = [sys.executable, "-m", "bench.sweep", "--worker"]


@dataclass(frozen=True)
class Round:
    """Seconds of one turn: the scan as the server plans it, by one process; the job by 1 and 2."""

    scan: float
    lone_scan: float
    one: float
    two: float
    peak: float


def worker() -> None:
    """Wait for a line, review until nothing is due, say how many trials and how much memory."""
    import django
    import structlog

    os.environ["DJANGO_SETTINGS_MODULE"] = "spinecare.settings"
    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    from patients.review.sweep import review_due_trials

    review_due_trials(now=clinic.NOW)  # nothing is due yet: connects
    library(clinic.WINDOW)  # made once in a worker's life
    print("ready", flush=True)
    if not sys.stdin.readline():
        return  # whoever started us is gone
    trials = review_due_trials(now=clinic.NOW)
    print(trials, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


@contextmanager
def workers(number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Each in a session of its own: Linux shares a busy machine out by session, and two workers
    of one session would get no more of it than one."""
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(WORKER, stdin=pipe, stdout=pipe, text=True, start_new_session=True)
        for _ in range(number)
    ]
    try:
        for process in started:
            assert _line(process) == "ready"
        yield started
    finally:
        for process in started:
            process.communicate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def job(number: int, trials: int) -> tuple[float, float]:
    """Seconds for `trials` due trials with so many workers, and the greatest one's memory in MB."""
    with workers(number) as started:
        clinic.mark_all_due()
        began = time.perf_counter()
        for process in started:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        said = [_line(process).split() for process in started]
        seconds = time.perf_counter() - began
    assert sum(int(done) for done, _ in said) == trials, said
    return seconds, max(float(peak) for _, peak in said)


def scan(processes: int) -> float:
    """Seconds of the floor, with so many helpers as the server may plan."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SET max_parallel_workers_per_gather = {processes}")
        began = time.perf_counter()
        cursor.execute(SCAN)
        return time.perf_counter() - began


def one_round(trials: int) -> Round:
    plain, lone = scan(2), scan(0)
    one, peak = job(1, trials)
    again, lone_again = scan(2), scan(0)
    two, other = job(2, trials)
    return Round((plain + again) / 2, (lone + lone_again) / 2, one, two, max(peak, other))


def spread(figures: list[float]) -> str:
    return f"{median(figures):7.1f}   ({min(figures):.1f}-{max(figures):.1f})"


def measure(known: int, trials: int, rounds: int) -> float:
    """Print one size; microseconds a trial of one worker."""
    clinic.fill(known, trials)
    scan(2)
    first, _ = job(1, trials)
    print(f"\n{trials:,} due trials, {trials * clinic.LOGS:,} logs; {rounds} rounds")
    print(f"  first night, with {trials - known:,} trials never seen: {first:.2f} s")
    return report(trials, [one_round(trials) for _ in range(rounds)])


def report(trials: int, found: list[Round]) -> float:
    for name, seconds in (
        ("floor: count and sum", [turn.scan for turn in found]),
        ("floor, in one process", [turn.lone_scan for turn in found]),
        ("one worker", [turn.one for turn in found]),
        ("two workers", [turn.two for turn in found]),
    ):
        print(f"  {name:36s} {median(seconds):7.3f} s ({min(seconds):.3f}-{max(seconds):.3f})")
    for name, ratio in (
        ("one worker, x floor", [turn.one / turn.scan for turn in found]),
        ("two workers, x floor", [turn.two / turn.scan for turn in found]),
        ("one worker, x floor in one process", [turn.one / turn.lone_scan for turn in found]),
        ("two workers, x floor in one process", [turn.two / turn.lone_scan for turn in found]),
        ("one worker / two workers", [turn.one / turn.two for turn in found]),
    ):
        print(f"  {name:36s} {spread(ratio)}")
    each = median(turn.one for turn in found) / trials * 1e6
    print(
        f"  one worker, a trial {each:20.0f} µs; peak of a worker {max(t.peak for t in found):.0f} MB"
    )
    return each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--full", action="store_true", help="100,000 due trials as well")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        return worker()
    print(__doc__)
    subprocess.run(ENGINE, check=True)
    clinic.open_database()
    try:
        clinic.first_person()
        each, known = {}, 0
        for trials in FULL if chosen.full else SIZES:
            each[trials] = measure(known, trials, chosen.rounds)
            known = trials
        print(f"\ntime a trial, {trials:,} against 10,000: {each[trials] / each[10_000]:.2f}")
        print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    finally:
        clinic.close_database()


if __name__ == "__main__":
    main()
