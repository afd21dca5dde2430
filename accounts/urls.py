from django.urls import path

from accounts import door, views

urlpatterns = [
    path("session/", door.session, name="session"),
    path("still-you/", door.prove_it, name="prove_it"),
    path("people/", views.people, name="people"),
    path("clinic/", views.change_clinic, name="change_clinic"),
    path("people/invite/", views.invite_person, name="invite_person"),
]
