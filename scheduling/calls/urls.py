from django.urls import path

from scheduling.calls.views import noted, phone_log

urlpatterns = [
    path("scheduling/patients/<int:pk>/call/", noted.note_call, name="note_call"),
    path("scheduling/patients/<int:pk>/tell/", noted.tell_clinician, name="tell_clinician"),
    path("scheduling/patients/<int:pk>/log/", phone_log.phone_log, name="phone_log"),
    path("scheduling/calls/<int:pk>/undo/", noted.undo_call, name="undo_call"),
]
