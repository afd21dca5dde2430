"""No number of the protocol is shown and then not kept to: each is read by code."""

import re
from pathlib import Path

import pytest

from pathway.models import Tier
from pathway.models.threshold import DEADLINES, HELD, SETTINGS

CODE = "\n".join(
    file.read_text()
    for app in ("patients", "scheduling", "pathway/views.py", "pathway/pyramid.py", "templates")
    for file in ([Path(app)] if app.endswith(".py") else Path(app).glob("**/*.*"))
    if file.suffix in {".py", ".html"} and "migrations" not in file.parts
)


@pytest.mark.parametrize("key", sorted(SETTINGS - HELD.keys()))
def test_every_setting_is_read(key):
    assert f'setting("{key}")' in CODE or re.search(rf'setting\(\s*"{key}"\s*\)', CODE)


@pytest.mark.parametrize("key", sorted(DEADLINES))
def test_every_clock_runs(key):
    """By the kind of flag that it is for, or by its name."""
    assert re.search(rf'"{key}"', CODE)


@pytest.mark.parametrize(
    "name", [field.name for field in Tier._meta.concrete_fields if field.name != "sign_off"]
)
def test_every_number_of_a_tier_is_read(name):
    """A `sign_off` is a note for those who review the source."""
    assert re.search(rf"\b(?:\w+__|\.){name}\b|\"{name}\"", CODE)
