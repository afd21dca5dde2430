from django.urls import path

from patients.review.views import flag_outcomes, protocol, shadow

urlpatterns = [
    path("flag-outcomes/", flag_outcomes.flag_outcomes, name="flag_outcomes"),
    path("protocol/", protocol.protocol_page, name="protocol_page"),
    path("clinic/flag-outcomes/", flag_outcomes.flag_outcomes_clinic, name="flag_outcomes_clinic"),
    path("clinic/protocol/", protocol.protocol_clinic, name="protocol_clinic"),
    path("shadow/", shadow.shadow, name="shadow"),
    path("shadow/switch/", shadow.switch_shadow, name="switch_shadow"),
    path("shadow/calibration/", shadow.calibration, name="calibration"),
]
