"""How fast the rules are by themselves: trials per second of processor time, and memory.

    python -m bench.engine [--trials N]

The floor, measured in the same run, is one plain count and sum over the same scores.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable, Iterator

for library_threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library_threads, "1")

import numpy as np  # noqa: E402

from pathway.rules import TrialSeries, assess  # noqa: E402
from pathway.simulation import PLATEAUS, RESPONDERS, Cohort, Settings, cohort  # noqa: E402

ROUNDS = 5
Job = Callable[[], object]


def jobs(people: Cohort) -> Iterator[tuple[str, Job]]:
    trials, days = people.pain.shape
    pain = people.pain.astype(np.float32)
    last = np.random.default_rng(0).integers(14, days, trials)
    forms = {"function": people.function, "function_days": people.function_days}

    def look(**more: object) -> Job:
        return lambda: assess(TrialSeries(pain, people.usual_pain, days, **more))

    yield "floor: count and sum", lambda: (np.isfinite(pain).sum(axis=1), np.nansum(pain, axis=1))
    yield "nightly, pain", look(from_day=days - 1)
    yield "nightly, pain + function", look(from_day=days - 1, **forms)
    yield "nightly, trials of any age", look(from_day=last, last_day=last)
    yield "every day of the trial", look()


def fastest(tasks: list[tuple[str, Job]]) -> dict[str, float]:
    """Seconds of the processor in the best round: a busy machine makes them no longer, and as the jobs
    take turns what it does to caches hits them alike."""
    best = {name: np.inf for name, _ in tasks}
    for _ in range(ROUNDS):
        for name, job in tasks:
            started = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - started)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--trials", type=int, default=4096)
    trials = parser.parse_args().trials // 8 * 8
    for days in (84, 182):
        people = cohort(trials // 8, Settings(days=days), 1, RESPONDERS + PLATEAUS)
        print(f"\n{days} days, {trials} trials")
        best = fastest(list(jobs(people)))
        floor = min(best.values())
        for name, seconds in best.items():
            print(f"{name:32s} {trials / seconds:12,.0f} trials/s {seconds / floor:8.0f} floors")
    print(f"\nmemory, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
