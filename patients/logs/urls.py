from django.urls import path, register_converter

from patients.converters import DayConverter
from patients.logs.views import log, log_saved, reminders

register_converter(DayConverter, "day")

urlpatterns = [
    path("log/", log.log, name="log"),
    path("log/<day:day>/", log.log, name="log_day"),
    path("log/<int:pk>/saved/", log_saved.log_saved, name="log_saved"),
    path("log/<int:pk>/change/", log_saved.log_change, name="log_change"),
    path("log/<int:pk>/undo/", log_saved.log_undo, name="log_undo"),
    path("log/<int:pk>/restore/", log_saved.log_restore, name="log_restore"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/pause/", reminders.pause_reminders, name="pause_reminders"),
    path("reminders/off/<str:token>/", reminders.reminders_off, name="reminders_off"),
]
