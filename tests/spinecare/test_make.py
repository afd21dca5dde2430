"""What other projects leave in the environment does not reach what `make` starts; what was meant, does.

And what others call of ours, the forge and the container of an editor, is there.
"""

import os
import re
import shutil
import subprocess

import pytest
import yaml

from spinecare.embedded import BASE_DIR
from tests.spinecare.test_compose import settings_variables

MEANT = {"DATABASE_URL", "REDIS_URL"}
SET_BY_MAKE = {"SPINECARE_MODE"}
LEFT_OVER = {
    "PYTHONPATH": "/nowhere",
    "PYTHONHOME": "/nowhere",
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "DJANGO_SETTINGS_MODULE": "shop.settings",
    "VIRTUAL_ENV": "/nowhere",
    "BROKER_URL": "amqp://broker.example",
    "CELERY_BROKER_URL": "amqp://broker.example",
    "GRANIAN_PORT": "1",
    "PGSERVICE": "shop",
    "PYTEST_ADDOPTS": "--nonsense",
}


def environment_of_a_recipe(**more):
    make = [shutil.which("make"), "--no-print-directory", "--eval", "show: ; @env -0", "show"]
    out = subprocess.run(
        make, cwd=BASE_DIR, env=os.environ | more, capture_output=True, text=True, check=True
    )
    return dict(pair.split("=", 1) for pair in out.stdout.split("\0") if "=" in pair)


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch):
    for name in MEANT | {"NO_PROXY", "no_proxy"}:
        monkeypatch.delenv(name, raising=False)


def test_what_is_left_over_stays_outside():
    settings = dict.fromkeys(settings_variables() - MEANT - SET_BY_MAKE, "left over")
    seen = environment_of_a_recipe(**LEFT_OVER, **settings)
    assert set(seen) & (set(LEFT_OVER) | set(settings)) == set()
    assert seen["SPINECARE_MODE"] == "development"


def test_servers_that_are_named_are_used_with_what_libpq_knows_of_them():
    named = {"DATABASE_URL": "postgresql://db.example/x", "REDIS_URL": "redis://r.example/0"}
    seen = environment_of_a_recipe(**named, PGPASSFILE="/home/ana/.pgpass")
    assert named.items() <= seen.items()
    assert seen["PGPASSFILE"] == "/home/ana/.pgpass"


def test_this_machine_is_reached_without_the_proxy():
    for name in ("NO_PROXY", "no_proxy"):
        seen = environment_of_a_recipe(HTTP_PROXY="http://proxy.example", **{name: "intra.example"})
        expected = "intra.example,127.0.0.1,localhost,::1"
        assert (seen["NO_PROXY"], seen["no_proxy"]) == (expected, expected)


def test_help_names_the_commands_that_the_pages_promise():
    out = subprocess.run(
        [shutil.which("make"), "help"], cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    named = {line.split()[0] for line in out.stdout.splitlines()}
    assert {"demo", "dev", "test", "test-fast", "lint", "reset", "lock"} <= named


def test_the_forge_runs_what_our_build_server_runs():
    workflow = yaml.safe_load((BASE_DIR / ".github" / "workflows" / "ci.yml").read_text())
    steps = workflow["jobs"]["everything"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert os.access(BASE_DIR / ".ci" / "run", os.X_OK)
    assert all(re.search(r"@v\d+\.\d+\.\d+$", step["uses"]) for step in steps if "uses" in step)


def test_an_editors_container_sets_up_with_make():
    text = (BASE_DIR / ".devcontainer" / "devcontainer.json").read_text()
    container = yaml.safe_load(re.sub("(?m)^//.*$", "", text))
    make, *targets = container["postCreateCommand"].split()
    assert make == "make"
    subprocess.run([shutil.which("make"), "-n", *targets], cwd=BASE_DIR, check=True)
