"""The hazard log names, for every kind of flag, a test that is really there."""

import re
import tomllib
from pathlib import Path

import pytest

from patients.models import Kind

LOG = Path("docs/clinical-safety.md").read_text()
SOURCE = tomllib.loads(Path("pathway/protocols/conservative-spine-care.toml").read_text())
NUMBERS = [threshold["key"] for threshold in SOURCE["thresholds"]]
ROWS = re.findall(r"^\| (H\d+) \|.*\| `(tests/[\w/]+\.py)::(\w+)` \|$", LOG, re.MULTILINE)


@pytest.mark.parametrize(("number", "file", "name"), ROWS)
def test_a_hazards_test_exists(number, file, name):
    assert f"def {name}(" in Path(file).read_text(), number


def test_every_hazard_has_a_test_and_its_own_number():
    numbers = [int(number[1:]) for number, _file, _name in ROWS]
    assert numbers == sorted(set(numbers)), "each its own, in order; a range may be left open"
    assert len(ROWS) == len(re.findall(r"^\| H\d+ \|", LOG, re.MULTILINE))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_flag_is_in_the_log(kind):
    assert f"(`{kind}`)" in LOG


@pytest.mark.parametrize("key", NUMBERS)
def test_every_number_of_the_protocol_is_in_the_log(key):
    assert f"`{key}`" in LOG.split("## Awaiting sign-off")[0]


def test_the_limit_is_said_first():
    assert "only been proven on simulated courses" in LOG.split("## Hazard log")[0]
