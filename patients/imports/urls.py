from django.urls import path

from patients.imports import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>/", views.import_run, name="import_run"),
    path("imports/<int:pk>/columns/", views.import_columns, name="import_columns"),
    path("imports/<int:pk>/confirm/", views.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/drop/", views.import_drop, name="import_drop"),
    path("imports/<int:pk>/look-again/", views.import_look_again, name="import_look_again"),
    path("imports/<int:pk>/take-back/", views.import_take_back, name="import_take_back"),
    path("imports/<int:pk>/bad-lines/", views.import_bad_lines, name="import_bad_lines"),
]
