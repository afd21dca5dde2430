"""Ada's desk, at which diaries are imported; and what the rules say, without the weeks of logs that it takes
to make them say it."""

from io import BytesIO

import pytest
from django.urls import reverse

from patients import tasks
from patients.flags.actions import Found, open_or_fold
from patients.models import ImportRun, Kind, Severity
from tests.patients.diaries import FAULTS, FAULTY_COLUMNS


@pytest.fixture
def uploads(tmp_path, settings):
    """Where uploaded files are kept in this test."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return settings.MEDIA_ROOT / "imports"


@pytest.fixture
def desk(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def upload(desk, maria, uploads):
    """Choose a file for Maria; the worker has its first look at once, unless `read` says no. Returns
    the answer."""

    def send(content, number=maria.number, name="diary.csv", read=True):
        file = BytesIO(content if isinstance(content, bytes) else content.encode())
        file.name = name
        answer = desk.post(reverse("imports"), {"number": number, "file": file})
        if read:
            tasks.read_on_due_imports()
        return answer

    return send


@pytest.fixture
def checked(desk, upload, episode):
    """The file with all faults, uploaded and checked by the worker."""
    upload(FAULTS.read_bytes(), name="faults.csv")
    run = ImportRun.objects.get()
    desk.post(reverse("import_columns", args=[run.pk]), FAULTY_COLUMNS)
    tasks.read_on_due_imports()
    run.refresh_from_db()
    return run


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
