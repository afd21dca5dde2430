"""Each question is answered by itself; a colleague's words are never written over unread."""

import pytest
from django.urls import reverse

from patients.models import Reassessment, ReassessmentEntry
from patients.reassessment.actions.answers import AnsweredByColleague, NotHeldYet, put_back
from patients.reassessment.questions import questions_of
from tests.factories import StaffFactory, keep_diary
from tests.patients.reassessment.room import SAID, answer_all, begin, finished, read, say
from tests.patients.reassessment.sent import sent
from tests.patients.record_data import an_image

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
DISC = "sign-progressive-disc-change"
MOST_QUERIES = 26


@pytest.fixture
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def own(trial, episode, dr_kim, now):
    return begin(episode, dr_kim, now)


def page_of(own):
    return reverse("reassessment", args=[own.pk])


def by_script(desk, own, key, **typed):
    """The page as it stood, with this typed into it, sent by the script of one question."""
    url = reverse("answer_question", args=[own.pk, key])
    return desk.post(url, sent(desk.get(page_of(own))) | typed, headers=HTMX)


def goals(own):
    return Reassessment.objects.get(pk=own.pk).goals


class TestActions:
    def test_an_answer_is_kept_with_who_gave_it(self, own, dr_kim, now):
        entry = say(own, "goals", {"goals": "Garden again"}, dr_kim, now)
        assert (entry.version, entry.entered_by, str(entry)) == (1, dr_kim, "goals 1")
        assert goals(own) == "Garden again"

    def test_whoever_has_not_read_the_newest_words_does_not_write_over_them(
        self, own, dr_kim, dr_lee, now
    ):
        say(own, "goals", {"goals": "Garden again"}, dr_kim, now)
        with pytest.raises(AnsweredByColleague):
            say(own, "goals", {"goals": "Lift her grandson"}, dr_lee, now)
        assert goals(own) == "Garden again"
        say(own, "goals", {"goals": "Lift her grandson"}, dr_lee, now, seen=1)
        assert goals(own) == "Lift her grandson"
        assert [each.said["goals"] for each in own.entries.order_by("version")] == [
            "Garden again", "Lift her grandson",
        ]  # fmt: skip

    @pytest.mark.parametrize("seen", [1, 7])
    def test_nobody_has_read_what_is_not_there_yet(self, own, dr_kim, now, seen):
        with pytest.raises(AnsweredByColleague):
            say(own, "goals", {"goals": "Walk"}, dr_kim, now, seen=seen)

    def test_a_double_tap_is_one_entry(self, own, dr_kim, now):
        for _tap in range(2):
            say(own, "goals", {"goals": "Walk"}, dr_kim, now)
        assert own.entries.count() == 1

    def test_two_colleagues_on_two_questions_do_not_meet(self, own, dr_kim, dr_lee, now):
        say(own, "goals", {"goals": "Walk"}, dr_kim, now)
        say(own, "function", {"function_note": "Sits an hour"}, dr_lee, now)
        own.refresh_from_db()
        assert (own.goals, own.function_note) == ("Walk", "Sits an hour")

    def test_an_earlier_answer_is_put_back_by_a_further_entry(self, own, dr_kim, now):
        for seen, words in enumerate(("Walk", "Run")):
            say(own, "goals", {"goals": words}, dr_kim, now, seen=seen)
        question = questions_of(own)["goals"]
        put_back(question=question, version=1, seen=2, by=dr_kim, now=now)
        assert goals(own) == "Walk"
        put_back(question=question, version=0, seen=3, by=dr_kim, now=now)
        assert (goals(own), own.entries.count()) == ("", 4)

    def test_every_kind_of_answer_comes_back_to_how_it_began(self, own, dr_kim, now):
        before = {key: each.said for key, each in questions_of(own).items()}
        answer_all(own, dr_kim, now)
        say(own, "held_on", {"held_on": "2026-02-27"}, dr_kim, now)
        for key, question in questions_of(own).items():
            seen = own.entries.filter(question=key).count()
            put_back(question=question, version=0, seen=seen, by=dr_kim, now=now)
        own.refresh_from_db()
        assert {key: each.said for key, each in questions_of(own).items()} == before

    def test_it_was_not_held_on_a_day_to_come(self, own, dr_kim, now):
        with pytest.raises(NotHeldYet):
            say(own, "held_on", {"held_on": "2026-03-03"}, dr_kim, now)
        say(own, "held_on", {"held_on": "2026-02-27"}, dr_kim, now)


class TestByScript:
    def test_each_answer_saves_itself(self, own, desk):
        option = own.options.get(option__key="surgical-consultation")
        name = f"option_{option.pk}"
        for key, typed in (
            ("goals", {"goals": "Garden again"}),
            ("imaging", {"imaging_reviewed": "no"}),
            ("option-surgical-consultation", {name: "on", f"option_note_{option.pk}": "Later"}),
            ("outcome", {"outcome": "surgical-consultation"}),
        ):
            part = by_script(desk, own, key, **typed)
            assert (part.status_code, "Saved" in read(part)) == (200, True), key
        own.refresh_from_db()
        option.refresh_from_db()
        assert (own.goals, own.imaging_reviewed, own.outcome.key) == (
            "Garden again", False, "surgical-consultation",
        )  # fmt: skip
        assert (option.considered, option.note) == (True, "Later")

    def test_the_page_counts_what_is_left(self, own, desk):
        assert "1 of 9 answered" in read(desk.get(page_of(own)))
        part = read(by_script(desk, own, "goals", goals="Garden again"))
        assert "2 of 9 answered" in part
        assert 'hx-swap-oob="true"' in part

    def test_a_wrong_day_is_not_saved_and_said_at_the_question(self, own, desk):
        for day, words in (("soon", "Enter a valid date"), ("2026-03-03", "not in the future")):
            part = by_script(desk, own, "held_on", held_on=day)
            assert (part.status_code, words in read(part)) == (422, True), day

    def test_a_question_that_is_none_is_not_found(self, own, desk):
        url = reverse("answer_question", args=[own.pk, "dose"])
        assert desk.post(url, headers=HTMX).status_code == 404

    @pytest.mark.parametrize("seen", ["", "x", "-1", "٣", "9" * 30])
    def test_a_version_that_is_none_is_that_of_an_empty_page(self, own, desk, seen):
        assert (
            by_script(desk, own, "goals", goals="Walk", **{"seen-goals": seen}).status_code == 200
        )

    @pytest.mark.parametrize("wish", ["", "mine:7", "back:7"])
    def test_a_version_that_was_never_there_is_refused(self, own, desk, wish):
        sent_along = {"seen-goals": "7", "wish-goals": wish}
        part = by_script(desk, own, "goals", goals="Walk", **sent_along)
        assert (part.status_code, goals(own)) == (422, "")

    def test_the_second_writer_is_shown_both_texts(self, own, desk, dr_lee, now):
        mine = sent(desk.get(page_of(own))) | {"goals": "Lift her grandson"}
        say(own, "goals", {"goals": "Garden again"}, dr_lee, now)
        url = reverse("answer_question", args=[own.pk, "goals"])
        part = desk.post(url, mine, headers=HTMX)
        assert part.status_code == 409
        for words in ("Dr. Lee has saved this", "Garden again", "Lift her grandson"):
            assert words in read(part), words
        assert goals(own) == "Garden again"
        # Pressing on without a choice changes nothing.
        assert desk.post(url, mine, headers=HTMX).status_code == 409

    @pytest.mark.parametrize(
        ("wish", "kept"),
        [
            ("mine:1", "Lift her grandson"),
            ("both:1", "Garden again\nLift her grandson"),
            ("theirs:1", "Garden again"),
            ("no such wish", "Garden again"),
        ],
    )
    def test_the_second_writer_chooses(self, own, desk, dr_lee, now, wish, kept):
        mine = sent(desk.get(page_of(own))) | {"goals": "Lift her grandson"}
        say(own, "goals", {"goals": "Garden again"}, dr_lee, now)
        url = reverse("answer_question", args=[own.pk, "goals"])
        part = desk.post(url, mine | {"wish-goals": wish}, headers=HTMX)
        assert goals(own) == kept
        if wish != "no such wish":
            texts = " ".join(each.said["goals"] for each in own.entries.all())
            assert "Lift her grandson" in texts
            assert part["HX-Retarget"] == "#question-goals"

    def test_a_choice_about_words_that_changed_again_is_asked_again(self, own, desk, dr_lee, now):
        mine = sent(desk.get(page_of(own))) | {"goals": "Lift her grandson"}
        for seen, words in enumerate(("Garden", "Garden and walk")):
            say(own, "goals", {"goals": words}, dr_lee, now, seen=seen)
        url = reverse("answer_question", args=[own.pk, "goals"])
        part = desk.post(url, mine | {"wish-goals": "mine:1"}, headers=HTMX)
        assert (part.status_code, goals(own)) == (409, "Garden and walk")
        assert "Garden and walk" in read(part)

    def test_undo_puts_back_what_stood_there_before(self, own, desk, dr_kim, now):
        for seen, words in enumerate(("Walk", "Run")):
            say(own, "goals", {"goals": words}, dr_kim, now, seen=seen)
        assert "1 earlier answer" in read(desk.get(page_of(own)))
        part = by_script(desk, own, "goals", **{"wish-goals": "back:1"})
        assert (part.status_code, goals(own)) == (200, "Walk")
        assert "Walk</textarea>" in read(part)
        by_script(desk, own, "goals", **{"wish-goals": "back:9"})
        assert goals(own) == "Walk"

    def test_a_sign_is_answered_with_the_numbers_that_were_read(
        self, own, episode, desk, dr_kim, now
    ):
        sign = own.signs.get(sign__key="progressive-disc-change")
        stale = sent(desk.get(page_of(own))) | {f"sign_{sign.pk}": "no"}
        before = an_image(episode, dr_kim, now, days_ago=300)
        an_image(
            episode, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True
        )
        url = reverse("answer_question", args=[own.pk, DISC])
        part = desk.post(url, stale, headers=HTMX)
        assert (part.status_code, "numbers have changed" in read(part)) == (422, True)
        by_script(desk, own, DISC, **{f"sign_{sign.pk}": "yes"})
        sign.refresh_from_db()
        assert (sign.confirmed, sign.found) == (True, True)
        assert sign.basis == (
            "recorded by a clinician on an image taken during or after a trial, against an earlier one"
        )

    def test_data_that_move_after_the_answer_are_said_and_can_be_answered_again(
        self, own, episode, desk, dr_kim, now
    ):
        sign = own.signs.get(sign__key="progressive-disc-change")
        by_script(desk, own, DISC, **{f"sign_{sign.pk}": "yes"})
        before = an_image(episode, dr_kim, now, days_ago=300)
        an_image(
            episode, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True
        )
        assert "The data have moved since it was answered" in read(desk.get(page_of(own)))
        by_script(desk, own, DISC, **{f"wish-{DISC}": "again:1"})
        sign.refresh_from_db()
        assert (sign.confirmed, sign.found) == (True, True)
        assert "The data have moved" not in read(desk.get(page_of(own)))


class TestWithoutScript:
    def test_whichever_save_is_pressed_all_that_was_typed_is_saved(self, own, desk):
        typed = {"goals": "Garden again", "function_note": "Walks"}
        answer = desk.post(page_of(own), sent(desk.get(page_of(own))) | typed)
        assert answer.url == page_of(own)
        own.refresh_from_db()
        assert (own.goals, own.function_note) == ("Garden again", "Walks")
        assert ReassessmentEntry.objects.count() == 2

    def test_what_a_colleague_wrote_meanwhile_into_another_question_stays(
        self, own, desk, dr_lee, now
    ):
        mine = sent(desk.get(page_of(own))) | {"goals": "Walk"}
        say(own, "function", {"function_note": "Sits an hour"}, dr_lee, now)
        assert desk.post(page_of(own), mine).status_code == 302
        own.refresh_from_db()
        assert (own.goals, own.function_note) == ("Walk", "Sits an hour")

    def test_both_texts_are_shown_and_the_rest_is_saved(self, own, desk, dr_lee, now):
        mine = sent(desk.get(page_of(own))) | {
            "goals": "Lift her grandson",
            "function_note": "Sits",
        }
        say(own, "goals", {"goals": "Garden again"}, dr_lee, now)
        page = desk.post(page_of(own), mine)
        assert page.status_code == 409
        for words in ("Not all of it was saved", "Garden again", "Lift her grandson"):
            assert words in read(page), words
        own.refresh_from_db()
        assert (own.goals, own.function_note) == ("Garden again", "Sits")
        # The page as it is drawn now, with a choice pressed.
        chosen = desk.post(page_of(own), sent(page) | {"wish-goals": "both:1"})
        assert (chosen.status_code, goals(own)) == (302, "Garden again\nLift her grandson")

    def test_what_was_not_on_the_page_is_not_emptied(self, own, desk, dr_kim, now):
        say(own, "goals", {"goals": "Walk"}, dr_kim, now)
        part = {"function_note": "Sits", "seen-function": "0"}
        assert desk.post(page_of(own), part).status_code == 302
        own.refresh_from_db()
        assert (own.goals, own.function_note) == ("Walk", "Sits")

    def test_an_error_keeps_what_was_typed(self, own, desk):
        typed = {"goals": "Walk", "held_on": "2999-01-01"}
        page = desk.post(page_of(own), sent(desk.get(page_of(own))) | typed)
        assert (page.status_code, goals(own)) == (422, "Walk")
        assert "Held on: Give a day that is not in the future" in read(page)


def test_a_colleague_who_finished_it_meanwhile_is_named(trial, episode, desk, dr_kim, now):
    own = begin(episode, dr_kim, now)
    mine = sent(desk.get(page_of(own))) | {"goals": "Walk"}
    finished(episode, dr_kim, now)
    url = reverse("answer_question", args=[own.pk, "goals"])
    part = desk.post(url, mine, headers=HTMX)
    assert (part.status_code, "A colleague has finished it" in read(part)) == (422, True)
    assert goals(own) == SAID["goals"]["goals"]
    assert "It is finished, and stays as it is" in read(desk.post(page_of(own), mine, follow=True))


def test_the_evidence_stands_beside_each_question(own, episode, desk, dr_kim, now):
    before = an_image(episode, dr_kim, now, days_ago=300)
    an_image(episode, dr_kim, now, compared_with=before, comparison="unchanged")
    page = read(desk.get(page_of(own)))
    for words in (
        "Nothing was logged from", "in no order of preference", "no better than salt water",
        "What the clinic gains", "Unchanged against", "Disc bulge L4/5",
        "No questionnaire was answered",
    ):  # fmt: skip
        assert words in page, words


def test_the_page_asks_the_same_of_a_long_course(
    own, episode, desk, dr_kim, now, django_assert_max_num_queries
):
    desk.get(page_of(own))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        desk.get(page_of(own))
    keep_diary(episode, [6] * 56, now.date())
    for seen, words in enumerate(("Walk", "Run", "Swim")):
        say(own, "goals", {"goals": words}, dr_kim, now, seen=seen)
    for days_ago in (300, 200, 100):
        an_image(episode, dr_kim, now, days_ago=days_ago)
    with django_assert_max_num_queries(len(few)):
        desk.get(page_of(own))
