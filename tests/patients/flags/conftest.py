"""What the rules say, without the weeks of logs that it takes to make them say it."""

import pytest

from patients.flags.actions import Found, open_or_fold
from patients.models import Kind, Severity


@pytest.fixture
def found(trial, episode, protocol, now):
    """Something that was found in Maria's physical therapy."""

    def make(kind=Kind.PLATEAU, severity=Severity.REVIEW, of=trial, **more):
        day = now.date()
        whole = {
            "episode": of.episode_id, "trial": of.pk, "kind": kind, "severity": severity,
            "sentence": f"Says {kind}", "rule": kind, "protocol": protocol, "since": day,
            "as_of": day,
        }  # fmt: skip
        return Found(**whole | more)

    return make


@pytest.fixture
def fold():
    """Into the one flag of a complaint."""

    def folded(*findings, at):
        [flag] = open_or_fold(findings=findings, now=at)
        flag.refresh_from_db()
        return flag

    return folded
