"""Ada sets where the clinic is, its phone and when somebody answers it; patients read it at once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import actions
from accounts.clinic_history import clinic_changes
from accounts.middleware import act_as
from accounts.models import Clinic, Notice
from accounts.models.clinic import MOST_CLOSED_DAYS
from tests.pages import drawn
from tests.patients.safety_desk.stories import say_yes

pytestmark = pytest.mark.django_db

PAGE, CHANGE = "/our-clinic/", "/our-clinic/change/"
PAST_MIDNIGHT = "The phones must close later on the same day. Past midnight is not possible."
TUESDAY = date(2026, 3, 3)


@pytest.fixture
def office(sign_in, ada):
    return sign_in(ada)


def filled(clinic, **changed):
    """The form as a browser sends it: what it shows, and hidden what it showed."""
    shown = {
        "name": clinic.name, "emergency_number": clinic.emergency_number,
        "address": clinic.address, "phone": clinic.phone,
        "phone_weekdays": [str(day) for day in clinic.phone_weekdays],
        "phone_opens": f"{clinic.phone_opens:%H:%M}", "phone_closes": f"{clinic.phone_closes:%H:%M}",
        "time_zone": clinic.time_zone, "alert_email": clinic.alert_email, "next_alert_email": clinic.next_alert_email,
        "legal_age": str(clinic.legal_age),
    }  # fmt: skip
    return {f"initial-{name}": value for name, value in shown.items()} | shown | changed


def advice_of(maria, sign_in):
    return drawn(sign_in(maria.user).get("/home/"))


def test_what_the_patients_advice_says_follows_at_once(
    northside, office, maria, episode, sign_in, now
):
    say_yes(episode, now, "fever")
    assert "Call us today: 555-0100" in advice_of(maria, sign_in)
    assert "Our phones are open today until 5 p.m." in advice_of(maria, sign_in)
    office.post(CHANGE, filled(northside, phone="(212) 555-0199", phone_closes="09:00"))
    advice = advice_of(maria, sign_in)
    assert "Call us today: (212) 555-0199</h1>" in advice
    assert "Please call us today: (212) 555-0199." in advice
    assert "555-0100" not in advice
    assert 'href="tel:(212)555-0199"' in advice
    assert "Our phones are closed now. They open tomorrow at 8 a.m." in advice
    assert "Do not wait until we open." in advice


def test_the_desk_still_reads_what_she_read_then(northside, office, dr_kim, episode, sign_in, now):
    flag = say_yes(episode, now, "fever")
    office.post(CHANGE, filled(northside, phone="555-0199"))
    case = drawn(sign_in(dr_kim).get(reverse("safety_case", args=[flag.pk])))
    assert "<strong>Call us today: 555-0100</strong>" in case


def test_a_holiday_is_said_and_taken_off_again(office, maria, episode, sign_in, now):
    say_yes(episode, now, "fever")
    page = office.post("/our-clinic/closed/", {"day": "2026-03-02"}, follow=True)
    assert "Monday, March 2, 2026" in drawn(page)
    advice = advice_of(maria, sign_in)
    assert "Our phones are closed now. They open tomorrow at 8 a.m." in advice
    office.post("/our-clinic/open-again/", {"day": "2026-03-02"})
    assert "Our phones are open today until 5 p.m." in advice_of(maria, sign_in)


def test_closed_all_week_patients_read_that_and_what_to_do(
    northside, office, maria, episode, sign_in, now
):
    say_yes(episode, now, "fever")
    office.post(CHANGE, filled(northside, phone_weekdays=[]))
    advice = advice_of(maria, sign_in)
    assert "Our phones are closed." in advice
    assert "Do not wait until we open." in advice
    northside.refresh_from_db()
    assert northside.phone_hours == "closed for now"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"phone_opens": "18:00", "phone_closes": "02:00"}, PAST_MIDNIGHT),
        ({"phone_closes": "08:00"}, PAST_MIDNIGHT),
        ({"phone_opens": ""}, "Give the time at which the phones open."),
        ({"phone_closes": "25:00"}, "Give the time at which the phones close."),
        ({"phone": ""}, "Give the number that patients call."),
        ({"phone": "ask for Sam"}, "Give a phone number that can be dialled"),
        ({"phone": "555-0100 ext. 4"}, "Give a phone number that can be dialled"),
        ({"phone_weekdays": ["7"]}, "Select a valid choice"),
        ({"address": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_words(changed, said, northside, office):
    page = office.post(CHANGE, filled(northside, **changed))
    assert page.status_code == 422
    assert said in drawn(page)
    assert not clinic_changes(northside)


def test_two_administrators_at_once_keep_both_changes(northside, office):
    shown = filled(northside)
    office.post(CHANGE, shown | {"phone": "555-0199"})
    office.post(CHANGE, shown | {"address": "1 Main Street"})
    northside.refresh_from_db()
    assert (northside.phone, northside.address) == ("555-0199", "1 Main Street")


def test_two_who_move_one_end_each_do_not_make_a_day_that_ends_before_it_begins(northside, office):
    shown = filled(northside)
    office.post(CHANGE, shown | {"phone_closes": "12:00"})
    page = office.post(CHANGE, shown | {"phone_opens": "13:00"})
    assert page.status_code == 422
    northside.refresh_from_db()
    assert (northside.phone_opens, northside.phone_closes) == (time(8), time(12))


def test_who_changed_what_is_kept_and_read(northside, ada, office):
    office.post(CHANGE, filled(northside, phone="555-0199", phone_weekdays=["0", "2"]))
    office.post("/our-clinic/closed/", {"day": "2026-03-03"})
    with act_as(None, "command: test"):
        actions.change_clinic(clinic=northside, phone_opens=time(9))
    told = [(change.who, change.what) for change in clinic_changes(northside)]
    assert told == [
        ("", [("From", "08:00", "09:00")]),
        ("Ada Abel", [("Closed on", "none", "Mar 3, 2026")]),
        (
            "Ada Abel",
            [("Phone", "555-0100", "555-0199"), ("Days", "Mon, Tue, Wed, Thu, Fri", "Mon, Wed")],
        ),
    ]
    page = drawn(office.get(PAGE))
    assert "Phone: 555-0100 → 555-0199" in page
    assert "the operator" in page


@pytest.mark.parametrize("name", ["dr_kim", "sam"])
def test_others_read_the_hours_and_change_nothing(name, request, northside, sign_in):
    desk = sign_in(request.getfixturevalue(name))
    page = drawn(desk.get(PAGE))
    assert "Mon to Fri, 8 a.m. to 5 p.m." in page
    assert "Change address" not in page
    assert "Who changed what" not in page
    assert desk.get(CHANGE).status_code == 403
    assert desk.post("/our-clinic/closed/", {"day": "2026-03-03"}).status_code == 403
    assert desk.post("/our-clinic/open-again/", {"day": "2026-03-03"}).status_code == 403


@pytest.mark.parametrize("day", ["2026-03-01", "2028-03-05", "", "soon", "0001-01-01"])
def test_a_closed_day_lies_ahead_and_not_too_far(day, northside, office):
    page = office.post("/our-clinic/closed/", {"day": day})
    assert page.status_code == 422
    northside.refresh_from_db()
    assert northside.closed_on == []


def test_the_day_is_the_clinics_own(northside, office):
    """On Sunday evening in New York it is Monday in London; Sunday can still be entered."""
    evening = datetime(2026, 3, 2, 2, tzinfo=UTC)
    actions.close_on(clinic=northside, day=date(2026, 3, 1), now=evening)
    northside.refresh_from_db()
    assert northside.closed_on == [date(2026, 3, 1)]


def test_days_that_are_over_leave_the_list_and_sixty_are_enough(northside, office, now):
    first = now.date()
    for ahead in range(MOST_CLOSED_DAYS):
        actions.close_on(clinic=northside, day=first + timedelta(days=ahead), now=now)
    page = office.post("/our-clinic/closed/", {"day": "2026-12-24"})
    assert "There are sixty such days already." in drawn(page)
    later = now + timedelta(days=10)
    actions.close_on(clinic=northside, day=date(2026, 12, 24), now=later)
    northside.refresh_from_db()
    assert northside.closed_on[0] == later.date()
    assert northside.closed_on[-1] == date(2026, 12, 24)


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "2026-03-09"])
def test_to_take_off_a_day_that_is_not_there_changes_nothing(day, northside, office):
    assert office.post("/our-clinic/open-again/", {"day": day}).status_code == 302
    assert not clinic_changes(northside)


def test_a_change_that_is_none_writes_nothing(northside, office):
    assert office.post(CHANGE, filled(northside)).status_code == 302
    assert not clinic_changes(northside)


def test_the_address_stands_on_the_help_page(northside, office, maria, sign_in):
    office.post(CHANGE, filled(northside, address="1 Main Street, Albany"))
    assert "1 Main Street, Albany" in drawn(sign_in(maria.user).get("/help-now/"))


def test_the_action_refuses_what_a_form_would(northside):
    with pytest.raises(ValidationError):
        actions.change_clinic(clinic=northside, phone="no number")
    assert Clinic.objects.get().phone == "555-0100"


def test_closed_days_of_the_coming_week_stand_beside_the_hours(northside, now):
    days = [TUESDAY, date(2026, 3, 7), date(2026, 3, 11)]  # a Saturday, and one after next week
    for day in days:
        actions.close_on(clinic=northside, day=day, now=now)
    northside.refresh_from_db()
    hours = "Mon to Fri, 8 a.m. to 5 p.m.; closed Tuesday, March 3"
    assert northside.phone_hours == hours


class TestWhoIsTold:
    def test_ada_reads_and_changes_who_is_told_of_a_safety_answer(self, northside, office):
        assert northside.alert_email in drawn(office.get(PAGE))
        sent = filled(
            northside, alert_email="night@clinic.example", next_alert_email="head@clinic.example"
        )
        assert office.post(CHANGE, sent).url == PAGE
        page = drawn(office.get(PAGE))
        assert "night@clinic.example" in page
        assert (
            "Told first of a safety answer: on-call@northside.example → night@clinic.example"
            in page
        )

    def test_the_next_answer_goes_to_the_new_address(self, northside, office, episode, now):
        office.post(CHANGE, filled(northside, alert_email="night@clinic.example"))
        say_yes(episode, now, "fever")
        assert Notice.objects.filter(email="night@clinic.example").exists()

    @pytest.mark.parametrize("wrong", ["", "nobody", "a@b@c"])
    def test_nobody_is_not_told(self, northside, office, wrong):
        answer = office.post(CHANGE, filled(northside, alert_email=wrong))
        assert answer.status_code == 422
        northside.refresh_from_db()
        assert northside.alert_email == "on-call@northside.example"

    def test_colleagues_do_not_read_it(self, northside, sam, sign_in):
        assert northside.alert_email not in drawn(sign_in(sam).get(PAGE))


def test_the_zone_is_corrected_and_the_days_follow(northside, office, now):
    office.post(CHANGE, filled(northside, time_zone="Asia/Tokyo"))
    northside.refresh_from_db()
    assert northside.zone.key == "Asia/Tokyo"
    assert "Time zone: America/New_York → Asia/Tokyo" in drawn(office.get(PAGE))


@pytest.mark.parametrize("wrong", ["", "Mars/Olympus", "EST5EDT4", "../etc/passwd", "+05:00"])
def test_a_zone_that_nobody_knows_is_refused(northside, office, wrong):
    assert office.post(CHANGE, filled(northside, time_zone=wrong)).status_code == 422
    northside.refresh_from_db()
    assert northside.time_zone == "America/New_York"


@pytest.mark.parametrize("days", [[], [TUESDAY], [TUESDAY, date(1, 1, 1)], [date(9999, 12, 31)]])
def test_a_clinic_is_opened_with_days_that_can_be_and_no_others(northside, days):
    """Asked as a form or `open_clinic` asks, before anything is written."""
    northside.closed_on = days
    if all(date(2000, 1, 1) <= day <= date(2199, 12, 31) for day in days):
        northside.full_clean()
    else:
        with pytest.raises(ValidationError, match="clinic_closed_on_in_bounds"):
            northside.full_clean()
