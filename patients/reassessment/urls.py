from django.urls import path

from patients.reassessment.views import letters, reassessment, visit_request

OWN = "reassessments/<int:pk>/"
LETTER = f"{OWN}letters/<slug:kind>/"

urlpatterns = [
    path("episodes/<int:pk>/reassess/", reassessment.reassess, name="reassess"),
    path(OWN, reassessment.reassessment, name="reassessment"),
    path(f"{OWN}questions/<slug:question>/", reassessment.answer_question, name="answer_question"),
    path(f"{OWN}finish/", reassessment.finish, name="finish_reassessment"),
    path(f"{OWN}withdraw/", reassessment.withdraw, name="withdraw_reassessment"),
    path(f"{OWN}open-again/", reassessment.undo, name="undo_finishing"),
    path(f"{OWN}visit/", visit_request.ask, name="request_visit"),
    path(f"{OWN}visit/undo/", visit_request.undo, name="undo_visit_request"),
    path(LETTER, letters.letter, name="letter"),
    path(f"{LETTER}anew/", letters.write_anew, name="write_anew"),
    path(f"{LETTER}final/", letters.finalise, name="finalise_letter"),
    path(f"{LETTER}correct/", letters.correct, name="correct_letter"),
    path(f"{LETTER}withdraw/", letters.withdraw, name="withdraw_letter"),
    path(f"{LETTER}print/<int:version>/", letters.print_letter, name="print_letter"),
]
