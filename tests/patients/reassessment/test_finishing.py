"""Finished when it is whole, fixed then, and opened again by an entry that says why."""

import pytest
from django.urls import reverse

from patients.models import Reassessment, ReassessmentEntry
from patients.reassessment.actions.answers import AlreadyFinished, AlreadyWithdrawn, NotHeldYet
from patients.reassessment.actions.reassessment import (
    NotFinished,
    NotWhole,
    OtherOpen,
    finish_reassessment,
    missing_in,
    undo_finishing,
    withdraw_reassessment,
)
from patients.reassessment.questions import questions_of
from tests.patients.reassessment.room import SAID, answer_all, begin, finished, read, say
from tests.patients.reassessment.sent import sent

pytestmark = pytest.mark.django_db

OPTIONAL = {"function", "option-continue-conservative-care"}


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def own(trial, episode, dr_kim, now):
    return begin(episode, dr_kim, now)


def undo(own, by, now, reason="The outcome was another"):
    return undo_finishing(reassessment=own, reason=reason, by=by, now=now)


def test_it_is_not_finished_while_anything_is_unanswered(own, dr_kim, now):
    with pytest.raises(NotWhole) as refused:
        finish_reassessment(reassessment=own, by=dr_kim, now=now)
    missing = {each.key for each in refused.value.missing}
    signs = {key for key in questions_of(own) if key.startswith("sign-")}
    assert missing == signs | (set(SAID) - OPTIONAL)
    assert len(signs) == 3


@pytest.mark.parametrize(
    ("key", "said"),
    [
        *[(key, dict.fromkeys(said, "")) for key, said in SAID.items() if key not in OPTIONAL],
        ("sign-relapse-after-each-cycle", {"confirmed": ""}),
        ("sign-function-not-improved", {"confirmed": ""}),
        ("sign-progressive-disc-change", {"confirmed": ""}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_each_answer_is_missed_by_itself(own, dr_kim, now, key, said):
    whole = answer_all(own, dr_kim, now)
    assert missing_in(questions_of(whole)) == []
    say(whole, key, said, dr_kim, now, seen=1)
    with pytest.raises(NotWhole) as refused:
        finish_reassessment(reassessment=whole, by=dr_kim, now=now)
    assert [each.key for each in refused.value.missing] == [key]


def test_finished_it_is_fixed_until_that_is_taken_back(own, episode, dr_kim, now):
    whole = finished(episode, dr_kim, now)
    with pytest.raises(AlreadyFinished):
        say(whole, "goals", {"goals": "Other"}, dr_kim, now, seen=1)
    with pytest.raises(AlreadyFinished):
        finish_reassessment(reassessment=whole, by=dr_kim, now=now)
    undo(whole, dr_kim, now)
    say(whole, "goals", {"goals": "Other"}, dr_kim, now, seen=1)
    with pytest.raises(NotFinished):
        undo(whole, dr_kim, now)
    finish_reassessment(reassessment=whole, by=dr_kim, now=now)
    steps = ReassessmentEntry.objects.filter(question="finished").order_by("version")
    assert [each.said for each in steps] == [
        {"finished": "yes"},
        {"finished": "no", "reason": "The outcome was another"},
        {"finished": "yes"},
    ]


def test_it_is_not_opened_again_beside_a_later_one(own, episode, dr_kim, now):
    whole = finished(episode, dr_kim, now)
    later = begin(episode, dr_kim, now)
    assert later != whole
    with pytest.raises(OtherOpen):
        undo(whole, dr_kim, now)
    whole.refresh_from_db()
    assert whole.finished_by == dr_kim
    assert ReassessmentEntry.objects.filter(question="finished").count() == 1


def test_a_day_that_had_not_come_when_it_was_written_down_elsewhere(own, dr_kim, now):
    whole = answer_all(own, dr_kim, now)
    Reassessment.objects.update(held_on="2026-03-03")
    with pytest.raises(NotHeldYet):
        finish_reassessment(reassessment=whole, by=dr_kim, now=now)


def test_begun_by_mistake_it_is_withdrawn_and_another_can_begin(own, episode, dr_kim, now):
    say(own, "goals", {"goals": "Walk"}, dr_kim, now)
    withdraw_reassessment(reassessment=own, by=dr_kim, now=now)
    with pytest.raises(AlreadyWithdrawn):
        say(own, "goals", {"goals": "Run"}, dr_kim, now, seen=1)
    for late in (finish_reassessment, withdraw_reassessment):
        with pytest.raises(AlreadyWithdrawn):
            late(reassessment=own, by=dr_kim, now=now)
    assert begin(episode, dr_kim, now) != own
    assert own.entries.count() == 1


def test_a_finished_one_is_not_withdrawn_like_a_mistake(own, episode, dr_kim, now):
    whole = finished(episode, dr_kim, now)
    with pytest.raises(AlreadyFinished):
        withdraw_reassessment(reassessment=whole, by=dr_kim, now=now)


class TestPages:
    def url(self, own, name="reassessment"):
        return reverse(name, args=[own.pk])

    def test_what_is_missing_is_named_and_linked_and_what_was_typed_is_saved(self, own, desk):
        typed = sent(desk.get(self.url(own))) | {"goals": "Lift her grandson"}
        page = desk.post(self.url(own, "finish_reassessment"), typed)
        assert page.status_code == 422
        said = read(page)
        assert "Not finished: this is still to be answered" in said
        assert '<a href="#question-outcome">Outcome</a>' in said
        assert "Lift her grandson" in said
        assert "Saved." not in said
        own.refresh_from_db()
        assert (own.goals, own.finished_at) == ("Lift her grandson", None)

    def test_what_cannot_be_saved_is_not_finished(self, own, desk, dr_kim, now):
        whole = answer_all(own, dr_kim, now)
        typed = sent(desk.get(self.url(whole))) | {"held_on": "2999-01-01"}
        page = desk.post(self.url(whole, "finish_reassessment"), typed)
        assert (page.status_code, "Not all of it was saved" in read(page)) == (422, True)
        whole.refresh_from_db()
        assert whole.finished_at is None

    def test_all_at_once_without_script(self, trial, episode, desk):
        desk.post(reverse("reassess", args=[episode.pk]))
        own = Reassessment.objects.get()
        typed = {
            field: text
            for key, said in SAID.items()
            for field, text in said.items()
            if "option" not in key
        }
        typed |= {f"sign_{sign.pk}": "no" for sign in own.signs.all()}
        typed["held_on"] = "2026-02-27"
        finish = self.url(own, "finish_reassessment")
        answer = desk.post(finish, sent(desk.get(self.url(own))) | typed, follow=True)
        page = read(answer)
        for words in (
            "Finished. Look below at what follows", "Garden again", "Not confirmed", "Feb. 27, 2026",
            "Go on with conservative care", "not written",
        ):  # fmt: skip
            assert words in page, words
        records = read(desk.get(reverse("records", args=[episode.pk])))
        assert "Go on with conservative care" in records
        # Pressed again on the old page.
        again = desk.post(finish, typed, follow=True)
        assert "It was finished already" in read(again)

    def test_the_page_withdraws_what_was_begun_by_mistake(self, own, episode, desk, dr_kim, now):
        url = self.url(own, "withdraw_reassessment")
        assert "Withdrawn. It stays in the history" in read(desk.post(url, follow=True))
        assert desk.get(self.url(own)).status_code == 404
        whole = finished(episode, dr_kim, now)
        url = self.url(whole, "withdraw_reassessment")
        assert "A colleague has finished it" in read(desk.post(url, follow=True))

    def test_it_is_opened_again_with_a_reason(self, own, episode, desk, dr_kim, now):
        whole = finished(episode, dr_kim, now)
        url = self.url(whole, "undo_finishing")
        page = desk.post(url, {"reason": ""})
        assert (page.status_code, "Say why. It stays in the history" in read(page)) == (422, True)
        page = read(desk.post(url, {"reason": "Wrong outcome"}, follow=True))
        assert "Open again" in page
        assert "Wrong outcome" in page
        assert "It is open already" in read(desk.post(url, {"reason": "x"}, follow=True))
        finish_reassessment(reassessment=whole, by=dr_kim, now=now)
        begin(episode, dr_kim, now)
        later = read(desk.post(url, {"reason": "x"}, follow=True))
        assert "Another reassessment has been begun since" in later
