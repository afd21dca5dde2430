"""The worklist: who, why, since when, by when; filters, pages, and what is done in passing."""

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from patients.care_team.actions.care_team import join_care_team, set_care_team_only
from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.flags.safety_answers import answer_safety
from patients.models import Episode, Flag, SavedView, VisitRequest
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.review.sweep import review_due_trials
from patients.worklist.actions.assignment import return_lapsed_flags
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.snooze import snooze
from patients.worklist.filters import Filters
from patients.worklist.selectors.worklist import read_weeks
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.visits.actions.book import book
from tests.factories import (
    EpisodeFactory,
    LogFactory,
    PatientFactory,
    StaffFactory,
    keep_diary,
)
from tests.pages import drawn
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
HTMX = {"HX-Request": "true"}


@staged
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@staged
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def asks(northside, dr_kim, protocol, now):
    """A patient of this name who asks for a review; returns the flag."""

    def ask(name, minutes=0):
        episode = EpisodeFactory(
            patient=PatientFactory(clinic=northside, by=dr_kim, name=name), by=dr_kim
        )
        return request_review(
            episode=episode, reason="", protocol=protocol, now=now + timedelta(minutes=minutes)
        )

    return ask


def read(answer):
    return drawn(answer)


def shown(desk, **asked):
    return read(desk.post(reverse("worklist"), asked, follow=True))


def press(desk, page, *pk, script=False, **sent):
    return desk.post(
        reverse(page, args=pk), sent, headers=HTMX if script else {}, follow=not script
    )


def test_a_row_says_who_what_why_how_well_and_by_when(flag, episode, maria, protocol, desk, now):
    for total, days in (("7", 40), ("5", 2)):
        form = FilledForm(
            protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", int(total))
        )
        then = now - timedelta(days=days)
        record_peg(episode=episode, form=form, by=maria.user, now=then)
    page = shown(desk)
    for words in (
        "Maria Ortiz", "54 F", "Back", "2 of 5, day 56", "6.0 → 6.0 in 8 weeks; needs 4.2 or less",
        "PEG 7 → 5", "Mar 9, 17:00", "Weekly average from 6.0 to 6.0",
    ):  # fmt: skip
        assert words in page, words


def test_a_complaint_that_is_not_described_yet_is_said_so(maria, dr_kim, protocol, desk, now):
    episode = Episode.objects.create(patient=maria, opened_on=now.date(), opened_by=dr_kim)
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    page = shown(desk)
    assert "Not described yet" in page
    assert "No tier yet" in page


def test_a_row_says_when_the_patient_comes(flag, episode, dr_kim, sam, desk, now):
    add_hours(
        membership=dr_kim.membership_as(), room="Room 4", weekdays=range(7), starts=time(8),
        ends=time(18), slot_minutes=30, from_on=now.date(),
    )  # fmt: skip
    asked = VisitRequest.objects.create(
        episode=episode, purpose="review", due_on=now.date(), requested_at=now, requested_by=dr_kim
    )
    visit = book(request=asked, slot=slots.best_for(asked, now=now)[0], by=sam, now=now)
    assert f"Visit Mar {visit.starts.day}," in shown(desk)
    row = desk.get(reverse("flag_row", args=[flag.pk]), headers=HTMX)
    assert f"Visit Mar {visit.starts.day}," in read(row)


def test_function_of_one_day_is_one_form_so_far(flag, episode, maria, protocol, desk, now):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 0))
    record_peg(episode=episode, form=form, by=maria.user, now=now)
    assert "PEG 0, one form so far</span>" in shown(desk)


def test_weeks_without_a_log_are_gaps_and_a_second_log_of_a_day_counts(episode, now):
    day = now.date() - timedelta(days=20)
    LogFactory(episode=episode, local_date=day, average_pain=2)
    LogFactory(episode=episode, now=now - timedelta(hours=1), average_pain=9)
    LogFactory(episode=episode, now=now, average_pain=0)
    means = read_weeks({episode.pk}, now.date())[0][episode.pk]
    assert means == [None] * 9 + [2, None, 0]


def test_severity_comes_first_then_the_clock(flag, episode, maria, protocol, asks, desk, now):
    later, sooner = asks("Ben Shaw", 60), asks("Joy Adeyemi")
    Flag.objects.filter(pk=later.pk).update(due_at=now + timedelta(days=9))
    question = protocol.safety_questions.filter(on_every_log=True)[0]
    answers = {"yes_to": [question], "submission_id": uuid4(), "by": maria.user, "now": now}
    answer_safety(episode=episode, **answers)
    page = shown(desk)
    places = [page.index(name) for name in ("Maria Ortiz</a>", "Joy Adeyemi</a>", "Ben Shaw</a>")]
    assert places == sorted(places)
    assert "+1" in page
    assert sooner.due_at < later.due_at + timedelta(days=9)


def test_a_page_holds_20_and_the_next_goes_on_where_it_ended(asks, desk, now):
    for number in range(30):
        asks(f"Patient {number:02d}", number % 3)
    first = desk.get(reverse("worklist"))
    names = [row.flag.episode.patient.name for row in first.context["rows"]]
    assert len(names) == 20
    second = desk.get(reverse("worklist") + "?" + first.context["next_page"])
    names += [row.flag.episode.patient.name for row in second.context["rows"]]
    assert len(set(names)) == len(names) == 30
    assert second.context["next_page"] == ""
    assert "First page" in read(second)


@pytest.mark.parametrize("after", ["x", "1-2", "1-2-x", "9-99999999999999999999999-1"])
def test_a_place_that_makes_no_sense_is_the_first_page(flag, desk, after):
    assert "Maria Ortiz" in shown(desk, after=after)


def test_what_was_decided_goes_on_page_by_page_too(asks, desk, dr_kim, now):
    for number in range(22):
        flag = asks(f"Patient {number:02d}")
        choice = Choice(kind="not_relevant", reason="other")
        decide(flag=flag, choice=choice, by=dr_kim, now=now + timedelta(minutes=number))
    first = desk.get(reverse("worklist"), {"list": "closed"})
    assert "Patient 21" in read(first)
    rest = read(desk.get(reverse("worklist") + "?" + first.context["next_page"]))
    assert "Patient 01" in rest
    assert "Patient 02" not in rest
    assert "A clinician decided" in rest


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "plateau"}, ["Maria Ortiz"]),
        ({"kind": "review_requested"}, ["Ben Shaw"]),
        ({"kind": "no such"}, ["Maria Ortiz", "Ben Shaw"]),
        ({"tier": "2"}, ["Maria Ortiz"]),
        ({"tier": "4"}, []),
        ({"q": "ortiz mar"}, ["Maria Ortiz"]),
        ({"q": "zzz"}, []),
        ({"list": "no such"}, ["Maria Ortiz", "Ben Shaw"]),
    ],
)
def test_filters_narrow_the_list(flag, asks, desk, asked, found):
    asks("Ben Shaw")
    page = shown(desk, **asked)
    assert [name for name in ("Maria Ortiz", "Ben Shaw") if f"{name}</a>" in page] == found
    if not found:
        assert "No flag fits these filters." in page


def test_a_name_that_was_searched_for_stands_in_no_address(flag, desk):
    sent_on = desk.post(reverse("worklist"), {"q": "Ortiz", "list": "team"}).url
    assert "rtiz" not in sent_on
    page = desk.get(sent_on).content.decode()
    assert 'value="Ortiz"' in page
    assert not re.search(r'(?:href|hx-get|name="back" value)="[^"]*rtiz', page)
    assert 'value="Ortiz"' not in read(desk.get(reverse("worklist"), {"q": "Ortiz"}))
    with time_machine.travel(timezone.now() + timedelta(hours=12, seconds=2), tick=False):
        assert not Filters.of(sent_on.partition("?")[2]).words


def test_a_number_finds_its_patient(flag, maria, asks, desk):
    asks("Ben Shaw")
    page = shown(desk, q=maria.number.lower())
    assert "Maria Ortiz</a>" in page
    assert "Ben Shaw</a>" not in page


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("team", "Nobody is waiting for a decision."), ("mine", "0 flags are open for the team."),
        ("snoozed", "Nothing is snoozed."), ("discuss", "Nothing is kept"),
        ("closed", "Nothing has been decided yet."),
    ],
)  # fmt: skip
def test_an_empty_list_says_what_that_means(desk, northside, which, words):
    assert words in shown(desk, list=which)


def test_the_strip_counts_by_kind_and_list(flag, asks, desk, dr_kim, now):
    snoozed = asks("Ben Shaw")
    acknowledge(flag=flag, by=dr_kim, now=now)
    until = now + timedelta(days=1)
    snooze(flag=snoozed, until=until, reason="x", by=dr_kim, now=now)
    answer = desk.get(reverse("worklist"))
    assert answer.context["counts"] == {"team": 1, "mine": 1, "snoozed": 1, "discuss": 0}
    assert [(kind.title, kind.number) for kind in answer.context["kinds"]] == [
        ("Improvement has levelled off", 1)
    ]


def test_owning_is_said_with_its_end_and_taken_back(flag, desk, dr_kim):
    page = read(press(desk, "acknowledge", flag.pk, back="list=team&kind=plateau"))
    assert "It returns to the team if nothing is decided by Mar 4, 17:00." in page
    assert "Undo" in page
    assert 'value="kind=plateau"' in page
    page = read(press(desk, "give_back", flag.pk))
    assert "The flag is back with the team." in page
    flag.refresh_from_db()
    assert flag.owner is None


def test_with_script_the_row_is_swapped_where_it_stands(flag, desk):
    page = read(press(desk, "acknowledge", flag.pk, script=True, back="list=team"))
    assert page.lstrip().startswith(f'<tr role="row" id="flag-{flag.pk}"')
    assert "data-focus" in page
    assert 'id="status" hx-swap-oob' in page
    assert "Give back" in page
    assert "<html" not in page


def test_undone_with_script_the_list_comes_back_with_the_focus_on_the_row(flag, desk):
    press(desk, "acknowledge", flag.pk, script=True)
    answer = press(desk, "give_back", flag.pk, script=True, back="list=team")
    page = read(desk.get(answer.url, headers=HTMX))
    assert "data-focus" in page
    assert "The flag is back with the team." in page


def test_a_lapse_is_said_in_the_row(flag, desk, dr_kim, now):
    acknowledge(flag=flag, by=dr_kim, now=now - timedelta(days=7))
    return_lapsed_flags(now=now)
    assert "Back with the team since Feb 25, 17:00" in shown(desk)


def test_a_colleague_takes_over_or_is_given_it(flag, desk, dr_kim, dr_lee):
    url = reverse("assign", args=[flag.pk])
    assert "Assign Maria Ortiz" in read(desk.get(url))
    wrong = desk.post(url, {})
    assert (wrong.status_code, "Choose a colleague." in read(wrong)) == (422, True)
    page = read(press(desk, "assign", flag.pk, to=dr_lee.membership_as().pk))
    assert "1 flag is now assigned to Dr. Lee." in page
    assert "(by Dr. Kim)" in page
    assert "Take over" in page
    press(desk, "give_back_many", flag=[flag.pk])
    flag.refresh_from_db()
    assert flag.owner is None


def test_several_are_assigned_at_once_and_given_back_at_once(flag, asks, desk, dr_lee):
    both = [flag.pk, asks("Ben Shaw").pk]
    page = read(desk.get(reverse("assign_many"), {"flag": both, "back": "list=team"}))
    assert "Assign 2 flags" in page
    sent = {"flag": both, "to": dr_lee.membership_as().pk, "back": "list=team"}
    page = read(press(desk, "assign_many", **sent))
    assert "2 flags are now assigned to Dr. Lee." in page
    assert Flag.objects.owned_by(dr_lee).count() == 2
    press(desk, "give_back_many", flag=both)
    assert not Flag.objects.owned_by(dr_lee).exists()


def test_nothing_ticked_and_nobody_chosen_say_what_to_do(flag, desk):
    assert "First tick the flags" in read(desk.get(reverse("assign_many"), follow=True))
    wrong = desk.post(reverse("assign_many"), {"flag": [flag.pk, "x"]})
    assert (wrong.status_code, "Choose a colleague." in read(wrong)) == (422, True)


def test_a_colleague_outside_the_care_team_is_refused_with_words(
    flag, maria, desk, dr_kim, dr_lee, now
):
    set_care_team_only(clinic=maria.clinic, on=True)
    kim = dr_kim.membership_as()
    join_care_team(patient=maria, membership=kim, by=dr_kim, now=now)
    wrong = press(desk, "assign", flag.pk, to=dr_lee.membership_as().pk)
    assert "may not see every one of these patients" in read(wrong)


def test_a_snooze_is_asked_for_in_the_row_and_taken_back(flag, desk):
    url = reverse("snooze", args=[flag.pk])
    form = read(desk.get(url + "?back=list%3Dmine", headers=HTMX))
    assert "data-editing" in form
    assert 'value="list=mine"' in form
    sent = {"days": "3", "reason": "Seen on Thursday", "back": "list=team"}
    row = read(press(desk, "snooze", flag.pk, script=True, **sent))
    assert "Snoozed Maria Ortiz until Mar 5, 09:00." in row
    assert "Seen on Thursday" in row
    assert "Wake now" in row
    page = read(press(desk, "wake", flag.pk))
    assert "The flag is awake again." in page
    assert "Seen on Thursday" not in page


def test_what_woke_a_flag_is_said_to_who_let_it_sleep(
    flag, episode, desk, dr_lee, sign_in, dr_kim, now
):
    until = now + timedelta(days=40)
    past = now - timedelta(days=21)
    snooze(flag=flag, until=until, reason="x", by=dr_kim, now=past)
    keep_diary(episode, [8, 9, 9, 8, 9] * 4, now.date())
    review_due_trials(now=now)
    assert "Since you snoozed it:" in shown(desk)
    assert "Since it was snoozed:" in shown(sign_in(dr_lee))


def test_given_up_the_form_leaves_the_row_as_it_was(flag, desk):
    url = reverse("flag_row", args=[flag.pk])
    assert f'id="flag-{flag.pk}"' in read(desk.get(url, headers=HTMX))
    assert desk.get(url).url == reverse("flag", args=[flag.pk])
    assert desk.get(reverse("flag_row", args=[flag.pk + 1])).status_code == 404


def test_the_weekly_meeting_is_collected_and_printed(flag, desk):
    url = reverse("discuss", args=[flag.pk])
    assert "weekly meeting" in read(desk.get(url))
    page = read(press(desk, "discuss", flag.pk, note="Second opinion?", back="list=discuss"))
    assert "Second opinion?" in page
    assert f'href="{reverse("meeting")}"' in page
    printed = read(desk.get(reverse("meeting")))
    assert "To discuss, March 2, 2026" in printed
    assert "Brought up by Dr. Kim, Mar 2" in printed
    assert "Taken off" in read(press(desk, "stop_discussing", flag.pk))
    assert "Nothing is kept" in read(desk.get(reverse("meeting")))


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("acknowledge", {}), ("wake", {}), ("stop_discussing", {}), ("discuss", {"note": ""}),
        ("snooze", {"days": "1", "reason": "x"}), ("assign", {"to": "Dr. Lee"}),
    ],
)  # fmt: skip
def test_what_was_decided_meanwhile_is_shown_instead(flag, desk, dr_kim, dr_lee, now, page, sent):
    choice = Choice(kind="reassess", reason="other")
    decide(flag=flag, choice=choice, by=dr_lee, now=now)
    if "to" in sent:
        sent = {"to": dr_lee.membership_as().pk}
    assert "Somebody has decided about this flag." in read(press(desk, page, flag.pk, **sent))
    scripted = press(desk, page, flag.pk, script=True, **sent)
    assert scripted.headers["HX-Redirect"] == reverse("flag", args=[flag.pk])


def test_scores_that_moved_again_are_noted_and_close_nothing(flag, episode, dr_kim, sign_in, now):
    """Twelve days of 3 after the flag: on the last seven the mean was lower and the stall gone."""
    for day, noted in ((4, False), (12, True)):
        later = now + timedelta(days=day)
        keep_diary(episode, [3] * (4 if day == 4 else 8), later.date())
        review_due_trials(now=later)
        with time_machine.travel(later, tick=False):
            desk = sign_in(dr_kim)
            assert ("No longer shown by the scores since" in shown(desk)) is noted, day
            page = read(desk.get(reverse("flag", args=[flag.pk])))
            assert ("No longer shown by the scores since" in page) is noted, day
    evidence = page
    assert "The flag stays until somebody decides." in evidence
    assert Flag.objects.open().get() == flag


def test_a_view_is_kept_without_the_name_that_was_searched(flag, desk, dr_kim, dr_lee, sign_in):
    page = read(press(desk, "save_view", name="Level", back="list=mine&kind=plateau&q=ortiz"))
    view = SavedView.objects.get()
    assert (str(view), view.query) == ("Level", "list=mine&kind=plateau")
    assert "The view “Level” is saved." in page
    assert "Give the view a name." in read(press(desk, "save_view", name=""))
    assert "Level" not in shown(sign_in(dr_lee))
    assert "is removed." in read(press(desk, "drop_view", view.pk))
    assert not SavedView.objects.exists()


def test_a_list_takes_the_same_queries_however_long(
    flag, asks, desk, dr_kim, now, django_assert_num_queries, django_assert_max_num_queries
):
    desk.get(reverse("worklist"))
    with django_assert_max_num_queries(13) as one:
        desk.get(reverse("worklist"))
    for number in range(25):
        asks(f"Patient {number}")
    with django_assert_num_queries(len(one)):
        desk.get(reverse("worklist"))
