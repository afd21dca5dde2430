"""What the marks say is what coverage.py's own tracer says, of the same file after the same calls."""

import importlib
import sys

import coverage
import pytest

from tests.probes import NAME, Finder
from tests.reached import hand_over

TEXT = '''
"""A file with everything that can be left out."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nowhere import Nothing


class Counted:
    """Text."""

    first = 1

    @functools.lru_cache
    @staticmethod
    def twice(number):
        return (
            number
            + number
        )

    def never(self):
        return self.first


def sign(number):
    """Text."""
    if number > 0:
        return "above"
    elif number == 0:
        return "nothing"
    else:
        return "below"


def first_even(numbers):
    for number in numbers:
        if number % 2:
            continue
        break
    else:
        return None
    return number


def total(numbers):
    found = 0
    for number in numbers:
        if number:
            found += number
    while found > 10:
        found -= 1
    return found


def divided(one, other):
    try:
        with open(__file__) as file:
            if not file:
                return None
            result = one / other
    except TypeError:
        return "words"
    except ZeroDivisionError:
        if one:
            return "nothing"
    else:
        return result
    finally:
        one = 0


def each(numbers):
    @functools.cache
    def inner(number):
        if number:
            yield number

    for number in numbers:
        yield from inner(number)


def left_out(number):  # pragma: no cover
    if number:
        return 1


def quiet(number):
    if number:
        raise ValueError
    print(number)
'''.lstrip()
CALLS = {
    "nothing": (),
    "above": (("sign", 1),),
    "below": (("sign", -1), ("sign", 0)),
    "even": (("first_even", [1, 2]),),
    "odd": (("first_even", [1]),),
    "no number": (("first_even", ()), ("total", ())),
    "much": (("total", [0, 12]),),
    "numbers": (("total", [1]), ("each", [0, 1])),
    "divided": (("divided", 1, 2),),
    "by words": (("divided", 1, "2"),),
    "by nothing": (("divided", 1, 0), ("divided", 0, 0)),
    "error": (("quiet", 1),),
}


def called(name, calls):
    module = importlib.import_module(name)
    for function, *given in calls:
        try:
            list(getattr(module, function)(*given) or ())
        except (TypeError, ValueError):
            continue
    return module


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "counted_sample.py"
    file.write_text(TEXT)
    yield file
    sys.modules.pop(file.stem, None)


def says(measure, file):
    """Its statements, those left out and those that were not reached; the branches of each line."""
    _, *lines, _words = measure.analysis2(str(file))
    return lines, measure.branch_stats(str(file))


def measure_of(file):
    return coverage.Coverage(data_file=None, config_file=False, branch=True, include=[str(file)])


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_marks_say_what_a_tracer_says(file, calls, monkeypatch):
    traced, marked = measure_of(file), measure_of(file)
    with traced.collect():
        called(file.stem, calls)
    del sys.modules[file.stem]
    monkeypatch.setattr(sys, "meta_path", [Finder({file.stem}, set()), *sys.meta_path])
    assert hasattr(called(file.stem, calls), NAME)
    hand_over(marked, [str(file)])
    assert says(marked, file) == says(traced, file)
