"""The demo's people: new ones in every state of an intake, and answers about daily life for a part."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from patients.models import (
    FunctionScore,
    ImagingStudy,
    Intake,
    MedicationCourse,
    Patient,
    Reassessment,
)
from patients.questionnaires.selectors.due import ACTIVITIES, OVERALL, PEG, ROLAND_MORRIS
from spinecare.demo.daily_life import answer_daily_life, look_back, name_activities
from spinecare.demo.diary import Diary, questionnaires
from spinecare.demo.fill import NotEmpty, fill
from spinecare.demo.newcomers import HALF_DONE, email_of, receive
from spinecare.demo.people import patients
from spinecare.demo.rooms import fill_rooms
from spinecare.demo.staff import hire
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(protocol, now):
    return hire(now=now - timedelta(days=200))


@pytest.fixture
def demo(staff, now):
    receive(staff, now=now)
    return staff


def text(response):
    return drawn(response)


def groups(page):
    return {part.split('"')[0]: part for part in page.split('<section aria-labelledby="')[1:]}


def test_somebody_stands_in_every_group_of_the_list(demo, sign_in):
    parts = groups(text(sign_in(demo.clinician).get(reverse("intakes"))))

    for group, names in {
        "stopped": ["Carl Beck"], "ready": ["Tom Novak", "Grace Moore"],
        "half-done": ["Walt Jensen", "Rosa Lima"],
        "waiting": ["Iris Wong", "Sven Lund", "Noor Haddad"],
    }.items():  # fmt: skip
        for name in names:
            assert name in parts[group]
    assert "Overdue" in parts["ready"].split("Tom Novak")[0]


def test_one_was_confirmed_this_morning_with_what_was_told(demo):
    episode = Intake.objects.get(reviewed_by=demo.clinician).episode

    assert episode.trials.get().ended_on is None
    assert MedicationCourse.objects.get(episode=episode).recorded_by == demo.clinician
    assert str(ImagingStudy.objects.get(episode=episode)) == "X-ray, 2025-06"


def test_years_of_care_are_told_with_medicines_and_images_to_confirm(demo, sign_in):
    intake = Intake.objects.get(episode__patient__name="Grace Moore")
    page = text(sign_in(demo.clinician).get(reverse("intake_review", args=[intake.pk])))
    for words in ("Tramadol", "2024-11", "Suggested: tier"):
        assert words in page


def test_the_visitor_goes_on_where_the_new_patient_stopped(demo, sign_in):
    walt = Patient.objects.get(email=email_of(HALF_DONE))
    page = sign_in(walt.user).get(reverse("intake"), follow=True)
    assert "When did this pain start?" in text(page)


def test_six_of_them_have_begun(demo):
    answers = dict(Intake.objects.values_list("episode__patient__name", "answers"))
    assert len(answers) == 6
    assert answers["Tom Novak"]["words"]["words"].startswith("I lifted a box")


def test_nobody_moves_in_beside_real_clinics(southside, now):
    with pytest.raises(NotEmpty):
        fill(now=now, say=print)


@pytest.fixture
def diary(episode, dr_kim, protocol):
    TrialFactory(episode=episode, by=dr_kim, days_ago=84)
    days = [date(2025, 12, 8) + timedelta(days=14 * each) for each in range(6)]
    pain = {days[0]: 7, days[-1]: 4}
    function = {day: 60.0 - each for each, day in enumerate(days)}
    return Diary(patients()[0], episode, pain, function, questionnaires(protocol))


def test_a_part_of_the_people_answers_all_questionnaires(diary, maria, now):
    name_activities(diary, now=now - timedelta(days=84))
    for day in diary.function:
        answer_daily_life(
            diary, day, by=maria.user, now=now - timedelta(days=(now.date() - day).days)
        )
    look_back([diary], now=now)

    scores = FunctionScore.objects.filter(episode=diary.episode)
    count = {key: scores.filter(instrument__key=key).count() for key in (PEG, ACTIVITIES)}
    assert count == {PEG: 6, ACTIVITIES: 6}
    back = scores.filter(instrument__key=ROLAND_MORRIS).order_by("local_date")
    assert [int(score.total) for score in back] == [14, 14, 13]
    assert scores.get(instrument__key=OVERALL).total == 2


def test_others_answer_the_short_one_only(diary, maria, now):
    other = replace(diary, person=patients()[1])
    name_activities(other, now=now)
    answer_daily_life(other, min(other.function), by=maria.user, now=now)
    look_back([other], now=now)
    assert FunctionScore.objects.get().instrument.key == PEG
    assert not diary.episode.activities.exists()


def test_the_safety_desk_and_the_reassessment_room_hold_something_to_look_at(staff, sign_in, now):
    diaries = {}
    for place in (21, 27, 53):
        who = patients()[place]
        person = PatientFactory(clinic=staff.clinic, by=staff.clinician, name=who.name)
        episode = EpisodeFactory(patient=person, by=staff.clinician)
        TrialFactory(episode=episode, by=staff.clinician)
        diaries[place] = Diary(who, episode, {}, {}, {})
    fill_rooms(diaries, staff, now=now)

    desk = text(sign_in(staff.clinician).get(reverse("safety_desk")))
    assert diaries[27].person.name in desk
    assert "No answer" in desk
    assert diaries[21].person.name not in desk
    own = Reassessment.objects.get(episode=diaries[53].episode)
    letters = own.letters.order_by("kind", "-version").distinct("kind").values_list("kind", "state")
    assert own.finished_at
    assert dict(letters) == {"gp": "final", "patient": "draft"}
    assert own.visit_request.closed_at is None
