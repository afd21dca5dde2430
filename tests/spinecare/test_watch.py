"""The alerts and the dashboard ask for what the product tells, in words that Prometheus understands.

Grafana has no parser outside of itself: of the dashboard only its shape and its questions are checked.
"""

import json
import re

import promql_parser
import pytest
import yaml
from django.conf import settings

from accounts.tasks import send_notices

WATCH = settings.BASE_DIR / "deploy" / "watch"
RULES = yaml.safe_load((WATCH / "alerts.yml").read_text())["groups"][0]["rules"]
PANELS = json.loads((WATCH / "dashboard.json").read_text())["panels"]
QUESTIONS = [rule["expr"] for rule in RULES] + [p["targets"][0]["expr"] for p in PANELS]
NAME = re.compile(r"\bspinecare_\w+")


@pytest.mark.parametrize("question", QUESTIONS)
def test_prometheus_can_read_it(question):
    assert promql_parser.parse(question)


@pytest.mark.django_db
def test_every_number_that_is_asked_for_is_told(client):
    send_notices.apply()
    client.get("/healthz")
    told = set(NAME.findall(client.get("/metrics").content.decode()))
    asked = {name for question in QUESTIONS for name in NAME.findall(question)}
    assert asked <= told


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_where_to_read_on(rule):
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    file, _, heading = rule["annotations"]["runbook"].partition(": ")
    lines = (settings.BASE_DIR / file).read_text().lower().splitlines()
    assert f"## {heading.lower()}" in lines


def test_panels_have_a_place_of_their_own_and_a_source():
    places = {(p["gridPos"]["x"], p["gridPos"]["y"]) for p in PANELS}
    assert len(places) == len(PANELS) == len({p["id"] for p in PANELS})
    assert {p["datasource"]["uid"] for p in PANELS} == {"${source}"}
