from django.urls import path

from scheduling.reminders import views

urlpatterns = [path("my-visit/<str:token>/", views.visit_link, name="visit_link")]
