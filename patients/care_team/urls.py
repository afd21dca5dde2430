from django.urls import path

from patients.care_team.views import away, care_team, own_team

urlpatterns = [
    path("patients/<int:pk>/care-team/", own_team.own_team, name="own_team"),
    path("care-team/<int:pk>/leave/", own_team.leave_own_team, name="leave_own_team"),
    path("away/", away.away, name="away"),
    path("away/<int:pk>/end/", away.end_cover, name="end_cover"),
    path("emergency/", away.emergency, name="emergency"),
    path("care-teams/", care_team.care_teams, name="care_teams"),
    path("care-teams/switch/", care_team.switch_care_teams, name="switch_care_teams"),
    path("care-teams/start/", care_team.start_teams, name="start_teams"),
    path("care-teams/next-contact/", care_team.next_contact, name="next_contact"),
    path("care-teams/cover/", care_team.cover_for, name="cover_for"),
    path("care-teams/covers/<int:pk>/end/", care_team.end_cover_for, name="end_cover_for"),
    path("care-teams/<int:pk>/leave/", care_team.leave_team, name="leave_team"),
    path("patients/<int:pk>/team/", care_team.care_team, name="care_team"),
]
