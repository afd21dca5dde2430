from django.urls import path

from patients.reassessment.views import reassessment

urlpatterns = [
    path("episodes/<int:pk>/reassess/", reassessment.reassess, name="reassess"),
    path("reassessments/<int:pk>/", reassessment.reassessment, name="reassessment"),
    path("reassessments/<int:pk>/finish/", reassessment.finish, name="finish_reassessment"),
]
