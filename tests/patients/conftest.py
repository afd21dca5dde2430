"""Ada's desk, at which diaries are imported."""

from io import BytesIO

import pytest
from django.urls import reverse

from patients import tasks
from patients.models import ImportRun
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
