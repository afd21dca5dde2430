from django.urls import path

from scheduling.views import board, calls, hours, mine, my_data, times, visits

urlpatterns = [
    path("scheduling/", board.board, name="board"),
    path("scheduling/requests/<int:pk>/times/", times.find_time, name="find_time"),
    path("scheduling/requests/<int:pk>/book/", times.book, name="book"),
    path("scheduling/holds/<int:pk>/release/", board.release_hold, name="release_hold"),
    path("scheduling/visits/<int:pk>/cancel/", visits.cancel_visit, name="cancel_visit"),
    path("scheduling/visits/<int:pk>/move/", visits.reschedule_visit, name="reschedule_visit"),
    path("scheduling/visits/<int:pk>/arrived/", board.mark_arrived, name="mark_arrived"),
    path("scheduling/visits/<int:pk>/done/", board.mark_done, name="mark_done"),
    path("scheduling/patients/<int:pk>/call/", calls.note_call, name="note_call"),
    path("scheduling/calls/<int:pk>/take-back/", calls.take_back_call, name="take_back_call"),
    path("scheduling/hours/", hours.availability, name="availability"),
    path("scheduling/hours/add/", hours.add_hours, name="add_hours"),
    path("scheduling/hours/<int:pk>/end/", hours.end_hours, name="end_hours"),
    path("scheduling/days/add/", hours.add_exception, name="add_exception"),
    path("scheduling/days/<int:pk>/withdraw/", hours.withdraw_exception, name="withdraw_exception"),
    path("my-data/my-record.zip", my_data.my_data_file, name="my_data_file"),
    path("visits/", mine.visits, name="visits"),
    path("visits/<int:pk>/visit.ics", mine.visit_calendar, name="visit_calendar"),
]
