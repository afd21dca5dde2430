from django.urls import path

from patients.packets import views

OWN = "episodes/<int:pk>/proof/"

urlpatterns = [
    path(OWN, views.proofs, name="proofs"),
    path(f"{OWN}<slug:key>/", views.proof, name="proof"),
    path(f"{OWN}<slug:key>/state/", views.state_criterion, name="state_criterion"),
    path(f"{OWN}<slug:key>/sign/", views.sign_packet, name="sign_packet"),
    path("packets/<int:pk>/", views.packet, name="packet"),
]
