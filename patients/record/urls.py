from django.urls import path

from patients.record.views import (
    invitation,
    join,
    language,
    patient_list,
    person,
    record,
    records,
    risk_facts,
    start_step,
    timeline,
)

urlpatterns = [
    path("join/<str:token>/", join.join, name="join"),
    path("language/", language.choose_language, name="choose_language"),
    path("patients/", patient_list.patient_list, name="patient_list"),
    path("patients/register/", record.register, name="register"),
    path("patients/<int:pk>/", record.record, name="record"),
    path("patients/<int:pk>/person/", person.person, name="person"),
    path("patients/<int:pk>/withdraw/", person.withdraw_registration, name="withdraw_registration"),
    path("patients/<int:pk>/withdraw-link/", invitation.withdraw_link, name="withdraw_link"),
    path("patients/<int:pk>/new-way-in/", person.new_way_in, name="new_way_in"),
    path("patients/<int:pk>/new-link/", invitation.send_new_link, name="send_new_link"),
    path("patients/<int:pk>/start-care/", record.start_care, name="start_care"),
    path("episodes/<int:pk>/records/", records.records, name="records"),
    path("episodes/<int:pk>/records/<slug:kind>/add/", records.record_add, name="record_add"),
    path("episodes/<int:pk>/start-step/", start_step.start_step, name="start_step"),
    path("episodes/<int:pk>/reopen/", records.reopen_episode, name="reopen_episode"),
    path("records/<slug:kind>/<int:pk>/", records.record_change, name="record_change"),
    path("records/<slug:kind>/<int:pk>/withdraw/", records.record_withdraw, name="record_withdraw"),
    path("records/<slug:kind>/of/<int:pk>/add/", records.record_add_to, name="record_add_to"),
    path("patients/<int:pk>/risk-facts/", risk_facts.risk_facts, name="risk_facts"),
    path("patients/<int:pk>/timeline/", timeline.timeline, name="timeline"),
]
