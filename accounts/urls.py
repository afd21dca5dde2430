from django.urls import path

from accounts import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("clinic/", views.change_clinic, name="change_clinic"),
    path("people/invite/", views.invite_person, name="invite_person"),
]
