"""Exercises that a therapist chose: Maria reads how, ticks what she did, and that is the log's answer."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from patients.models import Exercise, SymptomLog
from patients.record.actions.language import choose_language
from patients.record.exercise_library import LIBRARY
from patients.record.selectors.evidence import evidence_of
from patients.record.selectors.exercises import exercises_done, given_on
from tests.factories import LogFactory
from tests.pages import drawn
from tests.patients.record_data import a_programme, an_exercise

pytestmark = pytest.mark.usefixtures("trial")
LOG, MINE = "/log/", "/programme/"


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


@pytest.fixture
def programme(episode, dr_kim, now):
    return a_programme(episode, dr_kim, now)


@pytest.fixture
def bridge(programme, dr_kim, now):
    return an_exercise(programme, dr_kim, now)


@pytest.fixture
def walk(programme, dr_kim, now):
    return an_exercise(programme, dr_kim, now, key="", name="Walk to the bus", how="Slowly.")


def text(response):
    return drawn(response)


def save(phone, page=LOG, **answers):
    form = phone.get(page).context["form"]
    sent = {field.name: str(field.value()) for field in form.hidden_fields()}
    return phone.post(page.split("?")[0], {**sent, "average_pain": "4", **answers}, follow=True)


class TestMyExercises:
    def test_she_reads_what_was_chosen_for_her_and_nothing_else(self, phone, bridge, walk):
        page = text(phone.get(MINE))

        assert "<h2>Bridge</h2>" in page
        assert "2 sets of 10, 5 days a week" in page
        assert "Lift your hips off the floor." in page
        assert "#bridge" in page, "with our drawing"
        assert "<h2>Walk to the bus</h2>" in page
        assert page.count("<svg") == 1 + text(phone.get("/progress/")).count('class="icon"')
        assert "Chin tuck" not in page
        assert 'href="/programme/">My exercises</a>' in text(phone.get("/home/"))

    def test_without_a_programme_nothing_is_advised(self, phone):
        assert "No exercises are written down for you yet." in text(phone.get(MINE))
        assert MINE not in text(phone.get("/home/"))

    def test_the_therapists_words_come_before_ours(self, phone, programme, dr_kim, now):
        an_exercise(programme, dr_kim, now, name="Hip lift", how="As I showed you.")
        page = text(phone.get(MINE))

        assert "<h2>Hip lift</h2>" in page
        assert "As I showed you." in page
        assert "Lift your hips" not in page

    def test_what_is_over_withdrawn_or_still_to_come_is_not_shown(
        self, phone, programme, dr_kim, now
    ):
        yesterday, tomorrow = (now.date() + timedelta(days=by) for by in (-1, 1))
        an_exercise(programme, dr_kim, now, name="Over", ended_on=yesterday)
        an_exercise(programme, dr_kim, now, name="To come", days_ago=-1)
        an_exercise(programme, dr_kim, now, name="Last day", ended_on=now.date())
        gone = an_exercise(programme, dr_kim, now, name="Withdrawn", ended_on=tomorrow)
        Exercise.objects.filter(pk=gone.pk).update(withdrawn_at=now, withdrawn_by=dr_kim)

        assert [each.shown.name for each in phone.get(MINE).context["exercises"]] == ["Last day"]

    def test_in_spanish_in_our_words(self, phone, maria, bridge):
        choose_language(user=maria.user, language="es")
        page = text(phone.get(MINE))

        assert "<h2>Puente</h2>" in page
        assert "2 series de 10, 5 días a la semana" in page

    def test_strangers_and_staff_see_nothing(self, sign_in, stella, dr_kim, bridge):
        assert "Bridge" not in text(sign_in(stella.user).get(MINE, follow=True))
        assert sign_in(dr_kim).get(MINE).status_code == 403


class TestTheTickIsTheAnswer:
    def test_what_is_ticked_on_the_page_is_ticked_in_the_log(self, phone, bridge, walk):
        form = phone.get(f"{LOG}?done={walk.pk}").context["form"]
        assert form["exercises_done"].value() == [str(walk.pk)]

        saved = save(phone, f"{LOG}?done={walk.pk}", exercises_done=[walk.pk])
        log = SymptomLog.objects.get()
        assert (log.programme, log.exercises_done) == ("some", [walk.pk])
        assert "Exercises: some" in text(saved)
        page = text(phone.get(MINE))
        assert page.count("<strong>Done today</strong>") == 1
        assert f'href="{reverse("log_change", args=[log.pk])}"' in page

    @pytest.mark.parametrize(
        ("said", "ticks", "answer", "done"),
        [
            ("", 2, "done", 2),
            ("", 1, "some", 1),
            ("", 0, "", 0),
            ("done", 0, "done", 2),
            ("some", 0, "some", 0),
            ("none", 0, "none", 0),
            ("none", 1, "some", 1),
            ("rest", 0, "rest", 0),
            ("done", 1, "some", 1),
        ],
    )
    def test_ticks_and_answer_agree(self, phone, bridge, walk, said, ticks, answer, done):
        save(phone, programme=said, exercises_done=[bridge.pk, walk.pk][:ticks])

        log = SymptomLog.objects.get()
        assert (log.programme, len(log.exercises_done)) == (answer, done)

    @pytest.mark.parametrize(
        ("said", "answer", "done"),
        [("none", "none", 0), ("rest", "rest", 0), ("some", "some", 1), ("done", "done", 2)],
    )
    def test_where_only_the_answer_is_changed_the_ticks_follow(
        self, phone, bridge, walk, said, answer, done
    ):
        before = "none" if said == "some" else "some"
        save(phone, exercises_done=[bridge.pk])
        log = SymptomLog.objects.get()
        SymptomLog.objects.update(programme=before)
        change = reverse("log_change", args=[log.pk])
        phone.post(change, {"average_pain": "4", "programme": said, "exercises_done": [bridge.pk]})

        log.refresh_from_db()
        assert (log.programme, len(log.exercises_done)) == (answer, done)

    def test_an_exercise_of_nobody_is_refused(self, phone, bridge):
        assert save(phone, exercises_done=[bridge.pk + 1]).status_code == 422
        assert not SymptomLog.objects.exists()

    def test_without_a_programme_the_log_asks_as_before(self, phone):
        assert "Which ones?" not in text(phone.get(LOG))
        save(phone, programme="done")
        assert SymptomLog.objects.get().exercises_done == []


class TestHowOften:
    def test_of_the_days_that_were_answered_in_two_weeks(self, episode, bridge, walk, dr_kim, now):
        today = now.date()
        for ago, programme, done in (
            (0, "some", [bridge.pk]), (1, "done", [bridge.pk, walk.pk]), (2, "none", []), (3, "rest", []),
            (4, "", []), (13, "some", [walk.pk]), (14, "some", [bridge.pk]),
        ):  # fmt: skip
            LogFactory(
                episode=episode, local_date=today - timedelta(days=ago), programme=programme,
                exercises_done=done,
            )  # fmt: skip
        young = an_exercise(bridge.programme, dr_kim, now, key="chin-tuck", days_ago=1)
        shown = evidence_of(episode, today)
        done = exercises_done(given_on(shown.record.exercises, today), shown.diary, today)

        assert {each.shown.row.pk: (each.done, each.answered) for each in done} == {
            bridge.pk: (2, 4), walk.pk: (2, 4), young.pk: (0, 2),
        }  # fmt: skip


class TestTheTherapist:
    def test_picks_from_the_library_changes_and_ends_it(self, sign_in, dr_kim, programme, now):
        desk = sign_in(dr_kim)
        add = reverse("record_add_to", args=["exercise", programme.pk])
        assert "Knee to chest" in text(desk.get(add))
        given = {"key": "knee-to-chest", "sets": "3", "repetitions": "5", "days_a_week": "7", "started_on": "2026-03-02"}  # fmt: skip
        desk.post(add, given)

        exercise = Exercise.objects.get()
        listed = text(desk.get(reverse("records", args=[programme.episode_id])))
        assert "Knee to chest</a>: 3 sets of 5, 7 days a week" in listed
        change = reverse("record_change", args=["exercise", exercise.pk])
        desk.post(change, {**given, "ended_on": "2026-03-03"})
        exercise.refresh_from_db()
        assert exercise.ended_on.day == 3

    def test_one_without_a_name_or_amount_is_sent_back(self, sign_in, dr_kim, programme):
        add = reverse("record_add_to", args=["exercise", programme.pk])
        page = sign_in(dr_kim).post(add, {"sets": "0", "repetitions": "5", "days_a_week": "8"})

        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"name", "sets", "days_a_week", "started_on"}


def test_each_of_the_library_has_its_drawing():
    symbols = re.findall(r'<symbol id="([^"]+)"', Path("static/exercises.svg").read_text())
    assert symbols == list(LIBRARY)
