"""What can be booked is the clinic's own data: Sam and Ada set it, and mistakes are told before they are saved."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.urls import reverse

from scheduling.hours.actions import add_hours
from scheduling.models import Room, VisitType
from scheduling.models.visit_type import letters
from scheduling.visit_types.actions import (
    NameTaken,
    TypeChanged,
    add_visit_type,
    correct_visit_type,
    retire_visit_type,
)
from tests.pages import drawn
from tests.scheduling.visit_types.kinds import THERAPY, a_visit_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def filled(therapist):
    """The form as Sam fills it in for a therapy session."""
    return {
        "name": "Therapy session", "purpose": "therapy", "mode": "clinic", "level": "2",
        "minutes": "45", "minutes_before": "0", "minutes_after": "5", "holders": ["letters:PT"],
        "ahead_days": "60", "notice_hours": "24", "self_booking": "on",
        "bring_en": "Loose clothes", "bring_es": "Ropa cómoda",
    }  # fmt: skip


def send(desk, data, name="add_visit_type", *args):
    return desk.post(reverse(name, args=args), data)


def page(desk):
    return drawn(desk.get(reverse("visit_types")))


class TestAdding:
    def test_a_type_is_on_the_page_with_who_holds_it(self, desk, filled):
        assert send(desk, filled).url == reverse("visit_types")
        html = page(desk)
        assert "Therapy session, tier 2" in " ".join(html.split())
        assert "Sara Lee, PT, DPT" in html
        assert "Loose clothes" in html
        assert "Nobody can hold it" not in html

    def test_an_administrator_may_too(self, ada, sign_in, filled):
        assert send(sign_in(ada), filled).status_code == 302

    def test_pressed_twice_it_is_one(self, desk, filled):
        send(desk, filled)
        assert send(desk, filled).status_code == 302
        assert VisitType.objects.count() == 1

    def test_before_there_is_one_the_page_says_how_visits_are_booked(self, desk, northside):
        assert "No visit type yet." in page(desk)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"holders": []}, "without people it cannot be booked"),
            ({"holders": ["anyone", "letters:PT"]}, "choose one or the other"),
            ({"holders": ["person:0"]}, "Select a valid choice"),
            ({"minutes": "0"}, "greater than or equal to 5"),
            ({"minutes": "481"}, "less than or equal to 480"),
            ({"ahead_days": "0"}, "greater than or equal to 1"),
            ({"bring_es": ""}, "Patients read this in each language."),
            ({"name": " "}, "This field is required"),
        ],
    )
    def test_what_cannot_be_is_said(self, desk, filled, changes, words):
        response = send(desk, filled | changes)
        assert response.status_code == 422
        assert words in drawn(response)
        assert not VisitType.objects.exists()

    def test_a_visit_by_phone_takes_no_room(self, desk, filled, northside):
        room = Room.objects.create(clinic=northside, name="Room 4")
        response = send(desk, filled | {"mode": "phone", "rooms": [room.pk]})
        assert "takes no room" in drawn(response)

    def test_a_name_is_used_once_in_any_letters(self, desk, filled, therapy):
        response = send(desk, filled | {"name": "THERAPY session"})
        assert response.status_code == 422
        assert "Another visit type has this name." in drawn(response)


class TestCorrecting:
    @pytest.fixture
    def corrected(self, filled, therapy):
        return filled | {"minutes": "60", "seen": str(therapy.version)}

    def test_a_correction_keeps_what_it_is_for(self, desk, therapy, corrected):
        send(desk, corrected | {"purpose": "procedure"}, "correct_visit_type", therapy.pk)
        therapy.refresh_from_db()
        assert (therapy.minutes, therapy.purpose, therapy.version) == (60, "therapy", 1)

    def test_the_form_shows_what_stands(self, desk, therapy, therapist):
        html = drawn(desk.get(reverse("correct_visit_type", args=[therapy.pk])))
        assert 'value="letters:PT"' in html
        assert 'name="purpose"' not in html

    def test_the_second_of_two_is_told_and_keeps_what_they_typed(self, desk, therapy, corrected):
        correct_visit_type(visit_type=therapy, seen=0, **THERAPY | {"minutes": 30})
        response = send(desk, corrected, "correct_visit_type", therapy.pk)
        assert response.status_code == 409
        assert "A colleague corrected this type" in drawn(response)
        assert 'value="60"' in drawn(response)
        therapy.refresh_from_db()
        assert therapy.minutes == 30

    def test_a_page_without_its_number_is_not_believed(self, desk, therapy, corrected):
        response = send(desk, corrected | {"seen": "-1"}, "correct_visit_type", therapy.pk)
        assert response.status_code == 409

    def test_a_retired_type_is_brought_back_first(self, desk, therapy, corrected, sam, now):
        retire_visit_type(visit_type=therapy, by=sam, now=now)
        with pytest.raises(TypeChanged):
            correct_visit_type(visit_type=therapy, seen=0, **THERAPY)
        response = desk.post(
            reverse("correct_visit_type", args=[therapy.pk]), corrected, follow=True
        )
        assert "This type is retired." in drawn(response)

    def test_its_name_may_not_become_anothers(self, desk, therapy, corrected, northside):
        a_visit_type(northside, name="Follow-up", purpose="follow_up")
        response = send(desk, corrected | {"name": "follow-UP"}, "correct_visit_type", therapy.pk)
        assert "Another visit type has this name." in drawn(response)

    def test_history_keeps_what_it_was(self, therapy):
        correct_visit_type(visit_type=therapy, seen=0, **THERAPY | {"minutes": 60})
        assert [event.minutes for event in therapy.events.order_by("pgh_id")] == [45, 60]


class TestRetiring:
    def test_it_leaves_the_list_and_comes_back(self, desk, therapy):
        response = desk.post(reverse("retire_visit_type", args=[therapy.pk]), follow=True)
        assert "Retired (1)" in drawn(response)
        assert not VisitType.objects.current().exists()
        desk.post(reverse("bring_back_visit_type", args=[therapy.pk]))
        assert VisitType.objects.current().get() == therapy

    def test_its_name_is_free_for_another_which_keeps_it(self, desk, therapy, sam, now, northside):
        retire_visit_type(visit_type=therapy, by=sam, now=now)
        a_visit_type(northside)
        response = desk.post(reverse("bring_back_visit_type", args=[therapy.pk]), follow=True)
        assert "Another visit type has this name." in drawn(response)
        assert VisitType.objects.current().count() == 1

    def test_a_type_whose_last_holder_left_says_so(self, desk, therapy, therapist, ada, now):
        therapist.ended_at, therapist.ended_by = now, ada
        therapist.save()
        assert "Nobody can hold it" in page(desk)


class TestWhoMayHoldIt:
    @pytest.mark.parametrize(
        ("said", "read"),
        [("MD", {"MD"}), ("MD, Ph.D.", {"MD", "PHD"}), ("PT DPT", {"PT", "DPT"}), ("", set())],
    )
    def test_letters_after_a_name_are_read_one_by_one(self, said, read):
        assert letters(said) == read

    def test_by_letters_by_name_or_everybody(self, therapy, therapist, kim):
        assert therapy.may_be_held_by(therapist)
        assert not therapy.may_be_held_by(kim)
        therapy.people = [kim.pk]
        assert therapy.may_be_held_by(kim)
        therapy.people, therapy.anyone = [], True
        assert therapy.may_be_held_by(kim)


class TestConstraints:
    """Attacked past the form and the actions."""

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"name": ""}, "visit_type_has_name"),
            ({"purpose": "massage"}, "visit_type_purpose_known"),
            ({"mode": "letter"}, "visit_type_mode_with_rooms"),
            ({"level": 6}, "visit_type_tier_known"),
            ({"minutes": 0}, "visit_type_length_possible"),
            ({"minutes_before": 121}, "visit_type_length_possible"),
            ({"minutes_after": 121}, "visit_type_length_possible"),
            ({"ahead_days": 0}, "visit_type_ahead_possible"),
            ({"notice_hours": 721}, "visit_type_ahead_possible"),
            ({"credentials": []}, "visit_type_names_who_holds_it"),
            ({"people": [0]}, "visit_type_of_this_clinic"),
            ({"rooms": [0]}, "visit_type_of_this_clinic"),
        ],
    )
    def test_the_database_refuses(self, northside, changes, constraint):
        with pytest.raises(IntegrityError) as refused:
            VisitType.objects.create(clinic=northside, **THERAPY | changes)
        assert refused.value.__cause__.diag.constraint_name == constraint

    def test_a_room_with_a_phone_call(self, northside):
        room = Room.objects.create(clinic=northside, name="Room 4")
        with pytest.raises(IntegrityError, match="visit_type_mode_with_rooms"):
            a_visit_type(northside, mode="phone", rooms=[room.pk])

    def test_who_works_elsewhere_holds_nothing_here(self, northside, dr_strand):
        stranger = dr_strand.membership_as("clinician")
        with pytest.raises(IntegrityError, match="are of its clinic"):
            a_visit_type(northside, people=[stranger.pk])

    def test_the_same_person_is_named_once(self, northside, kim):
        with pytest.raises(IntegrityError, match="each once"):
            a_visit_type(northside, people=[kim.pk, kim.pk])

    def test_retired_by_nobody(self, therapy, now):
        with pytest.raises(IntegrityError, match="visit_type_retired_at_with_by"):
            VisitType.objects.filter(pk=therapy.pk).update(retired_at=now)

    def test_two_of_one_name(self, therapy, northside):
        with pytest.raises(NameTaken):
            add_visit_type(clinic=northside, **THERAPY | {"name": "therapy SESSION"})


def test_the_page_costs_the_same_few_queries_for_many(
    desk, northside, kim, now, django_assert_max_num_queries
):
    pattern = {"weekdays": [0], "starts": "09:00", "ends": "12:00", "slot_minutes": 30}
    add_hours(membership=kim, room="Room 4", from_on=now.date(), **pattern)
    for number in range(6):
        a_visit_type(northside, name=f"Therapy {number}", people=[kim.pk])
    page(desk)  # the session notes once that somebody is here
    with django_assert_max_num_queries(10):
        page(desk)
