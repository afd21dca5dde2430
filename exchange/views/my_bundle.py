"""A patient's own record as programs read it, beside the copy that people read."""

from __future__ import annotations

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile

from django.http import FileResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient
from exchange.record_file import write_bundle

IN_MEMORY = 5_000_000


@patient
@require_safe
def my_bundle(request: PatientRequest) -> FileResponse:
    with ExitStack() as stack, translation.override("en"):
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        write_bundle(file, request.patient, timezone.now())
        file.seek(0)
        stack.pop_all()  # the response closes it
    return FileResponse(
        file,
        as_attachment=True,
        filename="my-record-fhir.json",
        content_type="application/fhir+json",
    )
