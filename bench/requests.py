"""What a request costs, as ratios inside of one run: processor time of this process, not of the clock.

    python -m bench.requests [--patients 2000] [--days 200] [--flags 200] [--rounds 7] [--profile NAME]

Each page goes through the whole of WSGI and middleware, as granian would call it, log lines and all. The
pages take turns; a figure is the median of the rounds, a ratio the median of the ratios of its rounds, for
the machine's speed drifts from round to round. `bench/plain.py` is the floor: a plain Django project.
"""

import argparse
import cProfile
import gc
import logging
import os
import pstats
import sys
from dataclasses import dataclass
from operator import truediv
from pathlib import Path
from statistics import median

import time_machine

from bench import clinic, crowd

PER_ROUND = 8  # requests of one page in a row
MOST_QUERIES = 12


@dataclass(frozen=True)
class Goal:
    """The page, what it is compared with, and the most (or, of a share, the least) it may be."""

    page: str
    beside: str
    most: float
    is_share: bool = False


GOALS = (
    Goal("log saved", "plain insert", 0.70, is_share=True),
    Goal("log form", "empty, patient", 1.8),
    Goal("home", "empty, patient", 2),
    Goal("progress", "empty, patient", 2),
    Goal("worklist", "empty", 3),
    Goal("evidence", "empty", 3),
    Goal("empty", "plain page", 1.3),
    Goal("empty, patient", "plain page", 1.3),
    Goal("help, anonymous", "empty, patient", 0.2),
    Goal("offline page", "empty, patient", 0.2),
    Goal("learn, anonymous", "empty, patient", 0.2),
    Goal("patients", "empty", 6),
    Goal("patients, searched", "empty", 6),
    Goal("patients, silent", "empty", 6),
    Goal("by day", "empty", 6),
)


@dataclass(frozen=True)
class Figure:
    queries: int
    seconds: list[float]
    database: list[float]

    def beside(self, other: "Figure") -> float:
        return median(map(truediv, self.seconds, other.seconds))


def measure(pages, rounds: int) -> dict[str, Figure]:  # type: ignore[no-untyped-def]
    """Of each page in turn: seconds of this process and of its database's process a request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    queries = {}
    for name, page in pages.items():
        page.clear()
        page.ask(2)  # templates, what is read once a process, the session's first write
        with CaptureQueriesContext(connection) as asked:
            page.ask(1)
        queries[name] = len(asked)
    gc.collect()
    gc.freeze()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for _ in range(rounds):
        for name, page in pages.items():
            taken[name].append(page.cost(PER_ROUND))
    return {
        name: Figure(queries[name], [a for a, _b in pairs], [b for _a, b in pairs])
        for name, pairs in taken.items()
    }


def told(figures: dict[str, Figure]) -> bool:
    """Prints the figures; true when every goal is met."""
    print(f"{'page':20s} {'queries':>8s} {'ms':>8s} {'database':>9s}")
    for name, figure in figures.items():
        print(
            f"{name:20s} {figure.queries:8d} {median(figure.seconds) * 1000:8.2f}"
            f" {median(figure.database) * 1000:9.2f}"
        )
    print(f"\n{'goal':40s} {'now':>6s} {'goal':>7s}")
    kept = [goal for goal in GOALS if _kept(goal, figures)]
    return len(kept) == len(GOALS)


def _kept(goal: Goal, figures: dict[str, Figure]) -> bool:
    figure, other = figures[goal.page], figures[goal.beside]
    ratio = other.beside(figure) if goal.is_share else figure.beside(other)
    good = ratio >= goal.most if goal.is_share else ratio <= goal.most
    good &= figure.queries <= MOST_QUERIES
    words = f"{goal.page} / {goal.beside}" if not goal.is_share else f"{goal.beside} / {goal.page}"
    sign = ">=" if goal.is_share else "<="
    print(f"{words:40s} {ratio:6.2f} {sign} {goal.most:4.2f}{'' if good else '  not met'}")
    return good


def profile(page, requests: int = 40) -> None:  # type: ignore[no-untyped-def]
    page.clear()
    page.ask(5)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(requests // 10):
        page.ask(10)
        profiler.disable()
        page.clear()
        profiler.enable()
    profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(60)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--patients", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=200, help="of diary; at least 120")
    parser.add_argument("--flags", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", default="", help="of one page, instead of the figures")
    asked = parser.parse_args()
    clinic.open_database()
    with time_machine.travel(clinic.NOW, tick=True):
        clinic.first_person()
        try:
            return report(asked)
        finally:
            clinic.close_database()


def report(asked: argparse.Namespace) -> int:
    from django.conf import settings

    from bench import plain
    from patients.models import Flag, SymptomLog

    settings.ROOT_URLCONF = "bench.pages"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.AUTHENTICATION_BACKENDS += [plain.BACKEND]
    lines_go_nowhere()
    plain.make_table()
    crowd.fill(asked.patients, asked.days, asked.flags)
    crowd.look_at_flagged()
    from bench import windows

    pages = windows.pages()
    if asked.profile:
        profile(pages[asked.profile])
        return 0
    print(
        f"{asked.patients:,} patients, {SymptomLog.objects.count():,} logs, "
        f"{Flag.objects.open().count():,} open flags; median of {asked.rounds} rounds of "
        f"{PER_ROUND} requests\n"
    )
    return 0 if told(measure(pages, asked.rounds)) else 1


def lines_go_nowhere() -> None:
    """They are written, as in production, and thrown away."""
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - as long as the process
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    sys.exit(main())
