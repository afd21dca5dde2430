from django.urls import path

from patients.views import join
from patients.views.clinic import flag, record, worklist

urlpatterns = [
    path("join/<str:token>/", join.join, name="join"),
    # Clinicians
    path("worklist/", worklist.worklist, name="worklist"),
    path("flags/<int:pk>/", flag.flag, name="flag"),
    path("flags/<int:pk>/acknowledge/", worklist.acknowledge, name="acknowledge"),
    path("flags/<int:pk>/snooze/", worklist.snooze, name="snooze"),
    path("flags/<int:pk>/decide/", flag.decide, name="decide"),
    path("patients/", record.patient_list, name="patient_list"),
    path("patients/register/", record.register, name="register"),
    path("patients/<int:pk>/", record.record, name="record"),
    path("patients/<int:pk>/start-care/", record.start_care, name="start_care"),
]
