"""The copy of one's record. It is here because it includes visits, which belong to this app."""

from __future__ import annotations

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile

from django.http import FileResponse
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient
from patients.portal.export.tables import export_tables_of
from patients.portal.export.zip import write_zip
from scheduling.models import Consultation, Referral

IN_MEMORY = 5_000_000


@patient
@require_safe
def my_data_file(request: PatientRequest) -> FileResponse:
    own = request.patient
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        write_zip(file, own, export_tables_of(own, [Consultation, Referral]))
        file.seek(0)
        stack.pop_all()  # the response closes it
    return FileResponse(file, as_attachment=True, filename="my-record.zip")
