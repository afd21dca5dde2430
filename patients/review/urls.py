from django.urls import path

from patients.review.views import flag_outcomes, protocol, shadow

urlpatterns = [
    path("yield/", flag_outcomes.yields, name="yields"),
    path("protocol/", protocol.protocol_page, name="protocol_page"),
    path("clinic/yield/", flag_outcomes.yields_clinic, name="yields_clinic"),
    path("clinic/protocol/", protocol.protocol_clinic, name="protocol_clinic"),
    path("shadow/", shadow.shadow, name="shadow"),
    path("shadow/switch/", shadow.switch_shadow, name="switch_shadow"),
    path("shadow/calibration/", shadow.calibration, name="calibration"),
]
