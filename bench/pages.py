"""The product's addresses, and two pages with nothing on them: what signing in and the frame cost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from accounts.access import clinic, patient
from bench import plain
from spinecare.urls import urlpatterns as ours


@clinic
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


@patient
def empty_patient(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [
    path("bench/plain/", plain.page, name="plain"),
    path("bench/plain/save/", plain.save, name="plain_save"),
    path("bench/empty/", empty, name="bench_empty"),
    path("bench/empty-patient/", empty_patient, name="bench_empty_patient"),
    *ours,
]
