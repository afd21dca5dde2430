"""What many tests begin with is made once, for those that follow one another and need the same.

The rows of a `staged` fixture lie in a savepoint around the transaction of the test, on top of those
that it needs itself, like plates on a pile. Before a test the pile is taken down to what it shares with
the test before, and built up to what it needs. Each test gets objects of its own.
"""

import inspect
import pickle
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

# What a staged fixture may ask for beside others of its kind.
GIVEN = {"db", "now"}


def staged(make):
    """A fixture that writes rows, and nothing else, and returns what can be pickled.

    A test that overrides something it needs, or works without a transaction, gets it made for itself.
    """

    def fixture(**given):
        return STAGE.objects[name] if (name := name_of(make)) in STAGE.objects else make(**given)

    fixture.__name__, fixture.__doc__ = make.__name__, make.__doc__
    fixture.__signature__ = inspect.signature(make)
    fixture.make = make
    return pytest.fixture(fixture)


def name_of(make):
    return f"{make.__module__}.{make.__qualname__}"


def parameters(make):
    return list(inspect.signature(make).parameters)


@dataclass(frozen=True)
class Part:
    """A staged fixture as one test sees it: `needs` names what made each of its arguments."""

    make: Callable[..., object]
    needs: tuple[tuple[str, str], ...]


def parts_of(item):
    """What this test wants on the stage, each after what it needs; the cast first, in its own order."""
    named = item._fixtureinfo.name2fixturedefs.items()
    return _parts_among(tuple((name, defs[-1].func) for name, defs in named))


@cache
def _parts_among(named):
    """Once for all tests that see the same fixtures."""
    fixtures, found = dict(named), {}
    for name in sorted(fixtures, key=lambda name: _place(fixtures[name])):
        _find_part(name, fixtures, found)
    return [part for part in found.values() if part]


def _place(func):
    """Where it is written: first what is for all tests, then what is for a folder, then for a file."""
    code = getattr(func, "make", func).__code__
    return code.co_filename.count("/"), "conftest" not in code.co_filename, code.co_firstlineno


def _find_part(name, fixtures, found):
    """Its part, which joins those found; None where it has to be made for this test alone."""
    if name not in found:
        make = getattr(fixtures.get(name), "make", None)
        wanted = [each for each in parameters(make) if each not in GIVEN] if make else []
        needs = [(each, _find_part(each, fixtures, found)) for each in wanted if each != name]
        staged = make and len(needs) == len(wanted) and all(part for _, part in needs)
        pairs = tuple((each, name_of(part.make)) for each, part in needs if part)
        found[name] = Part(make, pairs) if staged else None
    return found[name]


def in_order(items):
    """The tests of one file that need the same follow one another; else the order stays."""
    for _, tests in groupby(items, key=lambda item: item.path):
        yield from sorted(tests, key=lambda item: [name_of(part.make) for part in parts_of(item)])


@dataclass(frozen=True)
class Layer:
    part: Part
    savepoint: transaction.Atomic
    snapshot: bytes  # everything on the stage as it was when this part was ready


class Stage:
    """The pile of this process."""

    def __init__(self):
        self.layers = []
        self.objects = {}  # of the test that runs, by the name of what made them

    def set_for(self, parts, moment):
        """Exactly these stand, in this order, made at this moment."""
        self.strike(down_to=self._shared_with(parts))
        for part in parts[len(self.layers) :]:
            self._add(part, moment)
        self.objects = self._copies()

    def strike(self, down_to=0):
        while len(self.layers) > down_to:
            _roll_back(self.layers.pop().savepoint)

    def _shared_with(self, parts):
        pairs = enumerate(zip(self.layers, parts, strict=False))
        differs = (number for number, (layer, part) in pairs if layer.part != part)
        return next(differs, min(len(self.layers), len(parts)))

    def _copies(self):
        return pickle.loads(self.layers[-1].snapshot) if self.layers else {}  # noqa: S301 (our own)

    def _add(self, part, moment):
        objects = self._copies()
        always = {"db": None, "now": moment}
        given = {each: always[each] for each in parameters(part.make) if each in always}
        given |= {each: objects[name] for each, name in part.needs}
        translation.deactivate()
        with ExitStack() as unless_made, time_machine.travel(moment, tick=False):
            savepoint = _begin()
            unless_made.callback(_roll_back, savepoint)
            objects[name_of(part.make)] = part.make(**given)
            self.layers.append(Layer(part, savepoint, pickle.dumps(objects)))
            unless_made.pop_all()


def _begin():
    savepoint = transaction.atomic()
    savepoint._from_testcase = True  # an outermost transaction of the product may begin within it
    savepoint.__enter__()
    return savepoint


def _roll_back(savepoint):
    transaction.set_rollback(True)
    savepoint.__exit__(None, None, None)


STAGE = Stage()
