from django.urls import path, register_converter

from patients.converters import Day
from patients.views import join, language
from patients.views.clinic import (
    decision,
    flag,
    flag_acts,
    imports,
    record,
    saved_views,
    score,
    shadow,
    worklist,
)
from patients.views.clinic.records import reassessment, sheets
from patients.views.patient import (
    activities,
    function,
    home,
    log,
    log_saved,
    pathway_mine,
    progress,
    review_request,
    safety,
)

register_converter(Day, "day")

urlpatterns = [
    path("join/<str:token>/", join.join, name="join"),
    path("language/", language.choose_language, name="choose_language"),
    # Patients
    path("home/", home.home, name="home"),
    path("log/", log.log, name="log"),
    path("log/<day:day>/", log.log, name="log_day"),
    path("log/<int:pk>/saved/", log_saved.log_saved, name="log_saved"),
    path("log/<int:pk>/change/", log_saved.log_change, name="log_change"),
    path("log/<int:pk>/undo/", log_saved.log_undo, name="log_undo"),
    path("log/<int:pk>/restore/", log_saved.log_restore, name="log_restore"),
    path("progress/", progress.progress, name="progress"),
    path("my-path/", pathway_mine.pathway_mine, name="pathway_mine"),
    path("questions/<slug:key>/", function.function, name="function"),
    path(
        "questions/<slug:key>/<int:number>/", function.function_question, name="function_question"
    ),
    path("questions/<slug:key>/check/", function.function_check, name="function_check"),
    path("questions/<int:pk>/done/", function.function_done, name="function_done"),
    path("activities/", activities.activities, name="activities"),
    path("safety/", safety.safety, name="safety"),
    path("review/", review_request.review_request, name="review_request"),
    # Clinicians
    path("worklist/", worklist.worklist, name="worklist"),
    path("flags/<int:pk>/", flag.flag, name="flag"),
    path("flags/<int:pk>/explain/", flag.explain, name="explain"),
    path("worklist/meeting/", worklist.meeting, name="meeting"),
    path("worklist/assign/", flag_acts.assign_many, name="assign_many"),
    path("worklist/give-back/", flag_acts.give_back_many, name="give_back_many"),
    path("worklist/views/", saved_views.save_view, name="save_view"),
    path("worklist/views/<int:pk>/drop/", saved_views.drop_view, name="drop_view"),
    path("flags/<int:pk>/row/", worklist.flag_row, name="flag_row"),
    path("flags/<int:pk>/acknowledge/", flag_acts.acknowledge, name="acknowledge"),
    path("flags/<int:pk>/give-back/", flag_acts.give_back, name="give_back"),
    path("flags/<int:pk>/assign/", flag_acts.assign, name="assign"),
    path("flags/<int:pk>/snooze/", flag_acts.snooze, name="snooze"),
    path("flags/<int:pk>/wake/", flag_acts.wake, name="wake"),
    path("flags/<int:pk>/discuss/", flag_acts.discuss, name="discuss"),
    path("flags/<int:pk>/discussed/", flag_acts.stop_discussing, name="stop_discussing"),
    path("flags/<int:pk>/decide/", flag.decide, name="decide"),
    path("decisions/<int:pk>/correct/", decision.correct_decision, name="correct_decision"),
    path("decisions/<int:pk>/take-back/", decision.take_back, name="take_back"),
    path("patients/", record.patient_list, name="patient_list"),
    path("patients/register/", record.register, name="register"),
    path("patients/<int:pk>/", record.record, name="record"),
    path("episodes/<int:pk>/score/", score.score_entry, name="score_entry"),
    path("patients/<int:pk>/start-care/", record.start_care, name="start_care"),
    path("episodes/<int:pk>/records/", sheets.records, name="records"),
    path("episodes/<int:pk>/records/<slug:kind>/add/", sheets.record_add, name="record_add"),
    path("episodes/<int:pk>/reopen/", sheets.reopen_episode, name="reopen_episode"),
    path("records/<slug:kind>/<int:pk>/", sheets.record_change, name="record_change"),
    path("records/<slug:kind>/<int:pk>/withdraw/", sheets.record_withdraw, name="record_withdraw"),
    path("records/<slug:kind>/of/<int:pk>/add/", sheets.record_add_to, name="record_add_to"),
    path("episodes/<int:pk>/reassess/", reassessment.reassess, name="reassess"),
    path("reassessments/<int:pk>/", reassessment.reassessment, name="reassessment"),
    path("reassessments/<int:pk>/finish/", reassessment.finish, name="finish_reassessment"),
    # Administrators
    path("shadow/", shadow.shadow, name="shadow"),
    path("shadow/switch/", shadow.switch_shadow, name="switch_shadow"),
    path("shadow/calibration/", shadow.calibration, name="calibration"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_run, name="import_run"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/drop/", imports.import_drop, name="import_drop"),
    path("imports/<int:pk>/bad-lines/", imports.import_bad_lines, name="import_bad_lines"),
]
