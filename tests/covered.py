"""How much of the product the tests reach: coverage.py's report and its limit, without its tracer.

`make test` names this plugin in PYTEST_PLUGINS, so that it is there before the product is imported, in every
worker. What a test marked `no_cover` reaches does not count.
"""

from io import StringIO
from pathlib import Path

import coverage
import pytest
from coverage.results import should_fail_under

from tests.probes import REACHED, watch
from tests.reached import hand_over

MEASURE = coverage.Coverage(data_file=None)
PACKAGES = MEASURE.get_option("run:source")
REPORT = []
watch(set(PACKAGES), without={"migrations"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if not item.get_closest_marker("no_cover"):
        return (yield)
    before = {file: reached[:] for file, reached in REACHED.items()}
    try:
        return (yield)
    finally:
        for file, reached in before.items():
            REACHED[file][:] = reached


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """What a worker has reached joins what the others have."""
    for file, theirs in getattr(node, "workeroutput", {}).get("reached", {}).items():
        ours = REACHED.setdefault(file, [0] * len(theirs))
        ours[:] = [one | other for one, other in zip(ours, theirs, strict=True)]


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["reached"] = {f: bytes(each) for f, each in REACHED.items()}
        return
    hand_over(MEASURE, [str(file.resolve()) for file in sources()])
    said = StringIO()
    total = MEASURE.report(file=said)
    least = MEASURE.get_option("report:fail_under")
    too_little = should_fail_under(total, least, MEASURE.get_option("report:precision"))
    verdict = "is less than" if too_little else "reaches"
    REPORT.append(
        f"{said.getvalue()}\nCoverage of {total:.2f}% {verdict} the {least}% that is asked for."
    )
    if too_little and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for text in REPORT:
        terminalreporter.section("coverage")
        terminalreporter.write_line(text)


def sources():
    for package in PACKAGES:
        yield from (file for file in Path(package).rglob("*.py") if "migrations" not in file.parts)
