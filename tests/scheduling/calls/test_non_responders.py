"""Who has gone quiet is on Sam's board until somebody was reached, or logs come again."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from patients.models import LogReminder, Patient
from patients.record.actions.trials import end_trial
from scheduling.calls import actions
from scheduling.calls.selectors import non_responders
from scheduling.models import Call
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory, keep_diary
from tests.pages import drawn

DAY = timedelta(days=1)


@pytest.fixture
def early(episode, dr_kim, now):
    """Maria in week four of a step, asked daily; she logged until a week ago."""
    trial = TrialFactory(episode=episode, by=dr_kim, days_ago=25)
    keep_diary(episode, [5] * 18, now.date() - 7 * DAY)
    return trial


@pytest.fixture
def board(sign_in, sam):
    return sign_in(sam)


def text(response):
    return drawn(response)


def names(clinic, now):
    patients = Patient.objects.filter(clinic=clinic)
    return [row.patient.name for row in non_responders(patients, clinic, now)]


def call(board, patient, outcome):
    return board.post(f"/scheduling/patients/{patient.pk}/call/", {"outcome": outcome}, follow=True)


def test_five_days_without_a_log_that_was_asked_for(early, episode, northside, now):
    day_after_the_last = now - 6 * DAY
    waits = [names(northside, day_after_the_last + days * DAY) for days in (4, 5)]

    assert waits == [[], ["Maria Ortiz"]]


def test_weekly_loggers_are_not_quiet_in_between(trial, episode, northside, now):
    """The course is stable and a log is asked for on day 7: five days after that is quiet."""
    keep_diary(episode, [5] * 14, now.date())

    assert names(northside, now + 11 * DAY) == []
    assert names(northside, now + 12 * DAY) == ["Maria Ortiz"]


def test_three_reminders_without_an_answer_are_enough(episode, dr_kim, maria, northside, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=10)
    LogFactory(episode=episode, now=now - 3 * DAY)
    for back in (2, 1):
        day = now - back * DAY
        LogReminder.objects.create(patient=maria, local_date=day.date(), posted_at=day)
    assert names(northside, now) == []

    LogReminder.objects.create(patient=maria, local_date=now.date(), posted_at=now)
    assert names(northside, now) == ["Maria Ortiz"]


def test_the_board_says_since_when_and_how_often(board, early, maria, now):
    LogReminder.objects.create(patient=maria, local_date=now.date(), posted_at=now)

    page = text(board.get("/scheduling/"))

    assert "Gone quiet (1)" in page
    assert "Last log: Mon, Feb 23. 1 reminder without an answer" in page
    assert "555-0142" in page


def test_who_never_logged_is_quiet_too(board, episode, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, days_ago=6)

    assert "No log yet" in text(board.get("/scheduling/"))


def test_nobody_is_quiet(board, northside):
    assert "Nobody. Everyone who is asked for logs is sending them." in text(
        board.get("/scheduling/")
    )


class TestCalls:
    @pytest.mark.parametrize("outcome", ["no_answer", "left_message"])
    def test_not_reached_stays_with_the_tries(self, board, early, maria, outcome):
        page = text(call(board, maria, outcome))

        assert "The call to Maria Ortiz is noted." in page
        assert "Gone quiet (1)" in page
        assert "Called 1 time" in page

    def test_reached_gives_the_same_days_again(self, board, early, maria, northside, now):
        call(board, maria, "reached")

        assert names(northside, now) == []
        assert names(northside, now + 4 * DAY) == []
        assert names(northside, now + 5 * DAY) == ["Maria Ortiz"]

    def test_declined_is_not_asked_again_until_she_logs(self, board, early, episode, maria, northside, now):  # fmt: skip
        call(board, maria, "declined")
        assert names(northside, now + 30 * DAY) == []

        LogFactory(episode=episode, now=now + 31 * DAY)
        assert names(northside, now + 45 * DAY) == ["Maria Ortiz"]

    def test_a_log_takes_her_off_the_list(self, early, episode, northside, now):
        LogFactory(episode=episode)

        assert names(northside, now) == []

    def test_pressed_twice_it_is_one_call_and_later_another(self, early, maria, sam, now):
        for at in (now, now + timedelta(seconds=5), now + timedelta(hours=2)):
            actions.note_call(patient=maria, outcome="no_answer", by=sam, now=at)

        assert Call.objects.count() == 2

    def test_noted_by_mistake_it_is_taken_back_and_kept_in_history(self, board, early, maria):
        page = text(call(board, maria, "reached"))
        assert "Your calls in the last hour" in page
        noted = Call.objects.get()

        page = text(board.post(f"/scheduling/calls/{noted.pk}/undo/", follow=True))

        assert "Gone quiet (1)" in page
        assert noted.events.count() == 2

    def test_an_unknown_outcome_is_nothing(self, board, maria):
        call(board, maria, "shouted")

        assert not Call.objects.exists()

    def test_the_database_knows_the_outcomes(self, maria, sam, now):
        with pytest.raises(IntegrityError, match="call_outcome_known"), transaction.atomic():
            Call.objects.create(patient=maria, outcome="shouted", called_at=now, called_by=sam)

    def test_it_says_what_it_is(self, maria, sam, now):
        noted = actions.note_call(patient=maria, outcome="left_message", by=sam, now=now)

        assert str(noted) == "Left a message: Maria Ortiz"


def test_other_clinics_people_are_theirs(early, southside, stella, dr_strand, now):
    theirs = EpisodeFactory(patient=stella, by=dr_strand)
    TrialFactory(episode=theirs, by=dr_strand, days_ago=10)

    assert names(southside, now) == ["Stella Strange"]


def test_the_longest_quiet_first_in_a_fixed_number_of_queries(
    early, northside, dr_kim, now, django_assert_max_num_queries
):
    for number in range(3):
        patient = PatientFactory(clinic=northside, by=dr_kim, name=f"Person {number}")
        TrialFactory(
            episode=EpisodeFactory(patient=patient, by=dr_kim), by=dr_kim, days_ago=20 - number
        )
    with django_assert_max_num_queries(6):
        assert names(northside, now) == ["Person 0", "Person 1", "Person 2", "Maria Ortiz"]


def test_two_complaints_are_one_person(early, maria, dr_kim, northside, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    TrialFactory(episode=neck, by=dr_kim, days_ago=40)

    [row] = non_responders(Patient.objects.all(), northside, now)

    assert row.asked.on == date(2026, 1, 21)


def test_between_steps_nobody_waits(early, dr_kim, northside, now):
    end_trial(trial=early, outcome="partial", by=dr_kim, today=now.date())

    assert names(northside, now) == []
