from django.urls import path

from patients.worklist.views import (
    decision,
    flag,
    flag_actions,
    next_flag,
    saved_views,
    worklist,
)

urlpatterns = [
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/beside/<int:pk>/", worklist.beside, name="worklist_beside"),
    path("flags/<int:pk>/", flag.flag, name="flag"),
    path("flags/<int:pk>/explain/", flag.explain, name="explain"),
    path("worklist/meeting/", worklist.meeting, name="meeting"),
    path("worklist/assign/", flag_actions.assign_many, name="assign_many"),
    path("worklist/give-back/", flag_actions.give_back_many, name="give_back_many"),
    path("worklist/views/", saved_views.save_view, name="save_view"),
    path("worklist/views/<int:pk>/drop/", saved_views.drop_view, name="drop_view"),
    path("flags/<int:pk>/next/", next_flag.next_flag, name="next_flag"),
    path("flags/<int:pk>/row/", worklist.flag_row, name="flag_row"),
    path("flags/<int:pk>/acknowledge/", flag_actions.acknowledge, name="acknowledge"),
    path("flags/<int:pk>/give-back/", flag_actions.give_back, name="give_back"),
    path("flags/<int:pk>/assign/", flag_actions.assign, name="assign"),
    path("flags/<int:pk>/snooze/", flag_actions.snooze, name="snooze"),
    path("flags/<int:pk>/wake/", flag_actions.wake, name="wake"),
    path("flags/<int:pk>/discuss/", flag_actions.discuss, name="discuss"),
    path("flags/<int:pk>/discussed/", flag_actions.stop_discussing, name="stop_discussing"),
    path("flags/<int:pk>/decide/", flag.decide, name="decide"),
    path("decisions/<int:pk>/correct/", decision.correct_decision, name="correct_decision"),
    path("decisions/<int:pk>/undo/", decision.undo_decision, name="undo_decision"),
]
