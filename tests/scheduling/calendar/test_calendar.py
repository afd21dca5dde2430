"""Sam sees a day or a week of the clinic: who is with whom, where, what for, and what waits for a time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from patients.models import VisitRequest
from scheduling.calendar.selectors import Planned, day_plan, rooms_of, week_rows
from scheduling.calendar.views import MOST_BESIDE
from scheduling.hours.actions import add_exception, add_hours
from scheduling.visits.actions.attendance import mark_no_show
from scheduling.visits.actions.book import book_held, hold, hold_for_call
from scheduling.visits.actions.change import cancel
from scheduling.visits.actions.offer import offer
from tests import factories
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY, new_york
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db

PLACE = "/scheduling/calendar/"
DAY = timedelta(days=1)


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def look(desk):
    """The words of the page, without the marks between them."""

    def look(**asked):
        return " ".join(drawn(desk.get(PLACE, {"day": "2026-03-03"} | asked)).split())

    return look


def plan(sam, now, day=TUESDAY, *, by_room=False, who=()):
    viewer = sam.membership_as("scheduler")
    planned = Planned(viewer, day, day, now=now, who=set(who))
    return day_plan(planned, day, rooms_of(viewer.clinic) if by_room else None)


class TestDay:
    def test_a_busy_time_says_who_what_with_whom_and_how_it_stands(self, look, visit):
        html = look()
        assert "Tuesday, March 3, 2026" in html
        assert "Maria Ortiz" in html
        assert "Reassessment" in html
        assert "Room 4" in html
        assert "9:00 a.m." in html
        assert reverse("visit", args=[visit.pk]) in html

    def test_several_clinicians_stand_side_by_side(self, visit, lee, sam, now):
        assert [column.title for column in plan(sam, now).columns] == ["Dr. Kim", "Dr. Lee"]

    def test_who_neither_works_nor_is_off_is_left_out(self, visit, sam, northside, now):
        factories.StaffFactory(clinic=northside, role="clinician", name="Dr. Away")
        assert [column.title for column in plan(sam, now).columns] == ["Dr. Kim"]

    def test_it_is_drawn_in_the_clinics_zone_from_the_first_hour_to_the_last(self, visit, sam, now):
        drawn_day = plan(sam, now)
        [entry] = drawn_day.columns[0].entries
        assert (drawn_day.first, drawn_day.last) == (9, 11)
        assert (entry.starts, entry.minutes) == (time(9), 30)
        assert entry.place == "at-9 past-0 h-0 m-6"

    def test_a_visit_outside_the_hours_widens_the_day(self, visit, kim, sam, now):
        add_exception(
            membership=kim, kind="extra", date=TUESDAY, starts=time(18), ends=time(19, 30),
            room="Room 4", slot_minutes=30,
        )  # fmt: skip
        assert plan(sam, now).last == 20

    def test_time_off_says_so_with_the_teams_note(self, look, visit, kim):
        add_exception(membership=kim, kind="off", date=TUESDAY, reason="Course")
        assert "Time off: Course" in look()

    def test_holds_and_offers_are_told_apart(self, look, wanted, nine, sam, now):
        hold(request=wanted, slot=nine, by=sam, now=now)
        assert "Held" in look()
        offer(request=wanted, slot=nine, by=sam, now=now)
        assert "Offered" in look()

    def test_what_is_off_takes_no_place(self, visit, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        assert plan(sam, now).columns[0].entries == []

    def test_of_nobody_it_says_where_hours_are_set(self, look, sam):
        assert "Nobody has hours or visits on this day." in look()

    def test_only_whom_one_chose(self, look, visit, lee):
        html = look(who=lee.pk)
        assert "1 clinician shown" in html
        assert "Maria Ortiz" not in html
        assert "Dr. Kim" in html.split("Whom to show")[1].split("</form>")[0]

    def test_rooms_are_a_second_view(self, look, visit, lee, northside, ben, now, sam):
        html = look(by="room")
        assert html.index("Room 4") < html.index("Room 5")
        assert "Dr. Kim" in html
        assert "By phone or video" not in html

    def test_without_a_room_visits_stand_apart(self, northside, kim, ben, hours, look, sam, now):
        from scheduling import slots

        kind = a_visit_type(
            northside, name="Phone call", purpose="follow_up", mode="phone", people=[kim.pk]
        )
        key = f"{kim.pk}-{new_york(9):%Y%m%d%H%M}"
        slot = slots.find(northside, key, kind=kind, now=now)
        held = hold_for_call(patient=ben, kind=kind, slot=slot, by=sam, now=now)
        book_held(held=held, by=sam, now=now)
        apart = look(by="room").split("By phone or video, in no room")[1]
        assert "Ben Shaw" in apart
        assert "Dr. Kim" in apart


class TestOddDays:
    @pytest.mark.parametrize("day", ["", "0026-03-03", "2026-02-30", "nonsense", "9999-12-31"])
    def test_nonsense_is_a_day_that_can_be(self, desk, day):
        assert desk.get(PLACE, {"day": day, "who": "x", "view": "year"}).status_code == 200

    @pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
    @pytest.mark.parametrize("view", ["day", "week"])
    def test_the_days_on_which_the_clocks_change(self, desk, kim, now, day, view):
        pattern = {"weekdays": range(7), "starts": time(0, 30), "ends": time(5)}
        add_hours(membership=kim, room="Room 4", slot_minutes=30, from_on=now.date(), **pattern)
        html = drawn(desk.get(PLACE, {"day": day, "view": view}))
        assert "Dr. Kim" in html

    def test_a_visit_just_before_midnight_is_on_its_own_day(self, kim, ben, northside, sam, now):
        from scheduling import slots

        pattern = {"weekdays": [1], "starts": time(23), "ends": time(23, 59)}
        add_hours(membership=kim, room="Room 4", slot_minutes=30, from_on=now.date(), **pattern)
        at = datetime(2026, 3, 4, 4, tzinfo=UTC)  # 23:00 on Tuesday in New York
        slot = slots.find(northside, f"{kim.pk}-{at:%Y%m%d%H%M}")
        book_held(
            held=hold_for_call(patient=ben, kind=None, slot=slot, by=sam, now=now), by=sam, now=now
        )
        assert len(plan(sam, now).columns[0].entries) == 1
        assert plan(sam, now, TUESDAY + DAY).columns == []


class TestWeek:
    def test_each_clinician_on_each_day(self, look, visit, lee):
        html = look(view="week")
        assert "Week of March 2, 2026" in html
        assert html.index("Dr. Kim") < html.index("Dr. Lee")
        assert "Maria Ortiz" in html

    def test_by_room(self, visit, lee, sam, now, northside):
        viewer = sam.membership_as("scheduler")
        planned = Planned(viewer, TUESDAY - DAY, TUESDAY + 5 * DAY, now=now, who=set())
        rows = week_rows(planned, rooms_of(planned))
        assert [row.title for row in rows] == ["Room 4", "Room 5"]
        assert [len(cell.entries) for cell in rows[0].cells] == [0, 1, 0, 0, 0, 0, 0]

    def test_of_nobody_it_says_so(self, look, sam):
        assert "Nobody has hours or visits in this week." in look(view="week")


class TestQueue:
    def test_says_why_by_when_and_which_type(self, look, wanted, hours, northside):
        a_visit_type(
            northside, name="Long talk", purpose="reassessment", anyone=True, credentials=[]
        )
        queue = look().split("Needs a visit (1)")[1]
        assert "Maria Ortiz" in queue
        assert "Reassessment" in queue
        assert "Long talk" in queue
        assert reverse("best_fits", args=[wanted.pk]) in queue

    def test_the_three_best_hold_a_time_with_one_press(self, desk, wanted, hours):
        html = drawn(desk.get(reverse("best_fits", args=[wanted.pk])))
        assert html.count('name="slot"') == 3
        assert f'action="{reverse("find_time", args=[wanted.pk])}"' in html
        key = html.split('name="slot" value="')[1].split('"')[0]
        assert desk.post(reverse("find_time", args=[wanted.pk]), {"slot": key}).status_code == 302

    def test_whose_time_is_held_does_not_wait(self, look, wanted, nine, sam, now):
        hold(request=wanted, slot=nine, by=sam, now=now)
        assert "Needs a visit (0)" in look()

    def test_what_fell_through_waits_too(self, look, maria, nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        visit = book_held(held=held, by=sam, now=now)
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        assert "Missed: Did not come, no word" in look()

    def test_no_words_of_the_clinician_are_shown(self, look, episode, dr_kim, wanted, hours):
        decision = wanted.decision
        assert decision.note == "" or decision.note not in look()
        assert "not_improving" not in look()


def test_forty_clinicians_for_a_week_cost_twelve_queries(
    desk, northside, wanted, now, sam, django_assert_max_num_queries
):
    pattern = {"weekdays": range(5), "starts": time(9), "ends": time(17), "slot_minutes": 30}
    for number in range(40):
        user = factories.StaffFactory(clinic=northside, role="clinician", name=f"Dr. {number:02}")
        member = user.membership_as("clinician")
        add_hours(membership=member, room=f"R{number}", from_on=now.date(), **pattern)
    desk.get(PLACE)  # the session notes once that somebody is here
    for asked in ({"view": "week"}, {"view": "day"}, {"view": "week", "by": "room"}):
        with django_assert_max_num_queries(12):
            html = drawn(desk.get(PLACE, {"day": "2026-03-03"} | asked))
        assert html.count("Dr. " if "by" not in asked else "R3") >= 10


def test_time_off_all_day_is_drawn_within_the_hours_of_the_page(visit, kim, lee, sam, now):
    add_exception(membership=kim, kind="off", date=TUESDAY)
    off = next(entry for entry in plan(sam, now).columns[0].entries if entry.is_off)
    assert (off.starts, off.minutes, off.place) == (time(9), 120, "at-9 past-0 h-2 m-0")


def test_of_many_who_wait_the_first_stand_beside_it_and_the_rest_on_the_board(
    sam, sign_in, episode, dr_kim, now
):
    for later in range(MOST_BESIDE + 3):
        VisitRequest.objects.create(
            episode=episode,
            purpose="review",
            due_on=now.date() + timedelta(days=later),
            requested_by=dr_kim,
            requested_at=now,
        )
    page = sign_in(sam).get(reverse("calendar")).content.decode()

    assert page.count("Find a time") == MOST_BESIDE
    assert "3 more, due later: on the board" in page
    assert f"Needs a visit ({MOST_BESIDE + 3})" in page
    assert "Find a time" in sign_in(sam).get(f"{reverse('board')}?page=2").content.decode()
