from django.urls import path

from accounts import signing_in, views

urlpatterns = [
    path("session/", signing_in.session, name="session"),
    path("still-you/", signing_in.prove_it, name="prove_it"),
    path("people/", views.people, name="people"),
    path("clinic/", views.change_clinic, name="change_clinic"),
    path("people/invite/", views.invite_person, name="invite_person"),
]
