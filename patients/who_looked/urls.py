from django.urls import path, register_converter

from patients.converters import MonthConverter
from patients.who_looked import views

register_converter(MonthConverter, "month")

urlpatterns = [
    path("who-looked/", views.who_looked, name="who_looked"),
    path("who-looked/file/", views.who_looked_file, name="who_looked_file"),
    path("who-looked/<month:month>/", views.access_review, name="access_review"),
]
