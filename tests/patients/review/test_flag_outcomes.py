"""Flag outcomes, and which protocol the clinic runs."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from pathway.management.commands.publish_protocol import translations_of
from pathway.models import Protocol
from pathway.publish import publish_protocol
from patients.flags.actions import request_review
from patients.models import Flag, Kind
from patients.record.actions.register import use_protocol
from patients.review.selectors.flag_outcomes import _bars, flag_outcomes_of
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import correct
from patients.worklist.actions.decide import decide as decide_action
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import undo_decision
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.visits.actions.book import book
from tests.conftest import SOURCE
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary
from tests.pages import drawn
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@staged
def flags(trial, episode, northside, dr_kim, now):
    """Four people whose pain has levelled off, and one who does well."""
    keep_diary(episode, LEVEL, now.date())
    for name, scores in (("Ben", LEVEL), ("Joy", LEVEL), ("Luis", LEVEL), ("Anna", [3] * 56)):
        patient = PatientFactory(clinic=northside, by=dr_kim, name=name)
        own = EpisodeFactory(patient=patient, by=dr_kim)
        TrialFactory(episode=own, by=dr_kim)
        keep_diary(own, scores, now.date())
    review_due_trials(now=now)
    return list(Flag.objects.filter(kind=Kind.PLATEAU).order_by("pk"))


def decide(flag, by, now, kind, **more):
    choice = Choice(kind=kind, **{"reason": "not_improving", **more})
    return decide_action(flag=flag, choice=choice, by=by, now=now)


@staged
def decided(flags, dr_kim, sam, now):
    """Stepped up after a day with a visit booked, dismissed after three, taken back, left open."""
    add_hours(
        membership=dr_kim.membership_as("clinician"),
        room="Room 4",
        weekdays=range(5),
        starts=time(9),
        ends=time(12),
        slot_minutes=30,
        from_on=now.date(),
    )
    day = timedelta(days=1)
    up = decide(flags[0], dr_kim, now + day, "step_up", to_level=3)
    slot = slots.best_for(up.visit_request, now=now + day)[0]
    book(request=up.visit_request, slot=slot, by=sam, now=now + day)
    decide(flags[1], dr_kim, now + 3 * day, "not_relevant", reason="patient_preference")
    undone = decide(flags[2], dr_kim, now + day, "reassess")
    undo_decision(decision=undone, by=dr_kim, now=now + day)
    return flags


def test_each_rule_is_counted_with_what_came_of_it(decided, northside, now):
    later = now + timedelta(days=4)
    line = next(
        each for each in flag_outcomes_of(northside, later).lines if each.kind == Kind.PLATEAU
    )
    assert (line.fired, line.acted, line.went_on, line.dismissed) == (4, 1, 0, 1)
    assert (line.withdrawn, line.open) == (0, 2)
    assert line.reasons == [("Patient's preference", 1)]
    assert (line.steps_up, line.steps_down) == (1, 0)
    assert line.days_to_decision == 2.0
    assert line.days_to_visit is not None
    assert line.days_to_visit >= 1.0
    assert line.days_decision_to_visit == round(line.days_to_visit - 1, 1)
    assert (line.step_up_percent, line.step_down_percent) == (50, 0)


def test_all_rules_together_count_each_flag_once(decided, protocol, northside, now):
    """Maria's flag has two reasons, so it stands in two lines."""
    later = now + timedelta(days=4)
    flag = decided[3]
    request_review(episode=flag.episode, reason="", protocol=protocol, now=later)
    found = flag_outcomes_of(northside, later)
    assert sum(line.fired for line in found.lines) == 5
    assert (found.total.flags, found.total.decided) == (4, 2)
    assert (found.total.steps_up, found.total.step_up_percent) == (1, 50)
    assert (found.total.steps_down, found.total.step_down_percent) == (0, 0)
    [plateau] = [line for line in found.lines if line.kind == Kind.PLATEAU]
    assert found.total.days_to_decision == 2.0
    assert found.total.days_plateau_to_visit == plateau.days_to_visit
    assert found.total.days_decision_to_visit == plateau.days_decision_to_visit


def test_a_decision_put_right_after_the_visit_was_asked_for_keeps_its_wait(
    decided, northside, dr_kim, now
):
    def wait():
        return flag_outcomes_of(northside, now + timedelta(days=30)).total.days_decision_to_visit

    before, up = wait(), decided[0].decisions.get()
    correct(decision=up, note="knee too", by=dr_kim, now=now + timedelta(days=20))
    assert wait() == before


def test_the_bars_of_all_rules_share_their_scales(decided, protocol, northside, now):
    later = now + timedelta(days=4)
    request_review(episode=decided[3].episode, reason="", protocol=protocol, now=later)
    plateau, asked = flag_outcomes_of(northside, later).charts
    assert [(str(bar.label), bar.number, bar.width) for bar in plateau.counts] == [
        ("Raised", 4, 100), ("Acted on", 1, 25), ("Continued", 0, 0), ("Dismissed", 1, 25),
        ("Closed by itself", 0, 0), ("Open", 2, 50),
    ]  # fmt: skip
    assert [(bar.number, bar.width) for bar in asked.counts][:1] == [(1, 25)]
    assert max(bar.width for bar in plateau.days) == 100
    assert [(bar.number, bar.width) for bar in asked.days] == [(None, 0)] * 3
    assert (plateau.has_days, asked.has_days) == (True, False)


def test_a_small_number_is_still_seen():
    assert [bar.width for bar in _bars([("one", 1), ("none", 0)], 1000)] == [1, 0]


def test_the_share_of_people_in_a_step_who_were_flagged(decided, northside, now):
    weeks = flag_outcomes_of(northside, now + timedelta(days=4)).weeks
    assert len(weeks) == 26
    assert (weeks[-1].active, weeks[-1].flagged, weeks[-1].percent) == (5, 4, 80)
    assert (weeks[-1].top, weeks[0].percent, weeks[0].top) == (20, None, 100)


def test_a_clinic_counts_its_own(decided, southside, now):
    found = flag_outcomes_of(southside, now)
    assert (found.lines, found.weeks[-1].active) == ([], 0)


@pytest.mark.parametrize(
    ("name", "who"), [("flag_outcomes", "dr_kim"), ("flag_outcomes_clinic", "ada")]
)
def test_the_page_and_its_file(name, who, decided, request, sign_in, now):
    desk = sign_in(request.getfixturevalue(who))
    page = drawn(desk.get(reverse(name)))
    for words in ("Improvement has levelled off", "Patient&#x27;s preference: 1", "80 %"):
        assert words in page, words
    assert "Maria Ortiz" not in page
    file = desk.get(reverse(name), {"format": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    rows = file.content.decode().splitlines()
    assert rows[0].startswith("rule,protocol,fired")
    assert rows[1].startswith(
        "plateau,conservative-spine-care 1,4,1,0,1,Patient's preference: 1,0,2,1,0,2.0,"
    )
    assert rows[1].endswith(",50,0")
    assert rows[3].startswith("flags,decided,steps_up,step_up_percent")
    assert rows[4].startswith("4,2,1,50,0,0,2.0,")
    assert rows[6] == "week,active_patients,flagged_patients,flagged_percent"
    assert rows[-1].endswith(",5,4,80")


def test_the_page_draws_what_its_table_says(decided, dr_kim, sign_in):
    page = drawn(sign_in(dr_kim).get(reverse("flag_outcomes")))
    for words in (
        "4, 2 of them decided", "50 % of what was decided", "2.0 days (median)",
        '<rect class="bar" width="25%" height="100%"/>', "1 <span class=\"nowrap\">(50 %)</span>",
    ):  # fmt: skip
        assert words in page, words
    assert "style=" not in page


def test_nothing_yet_says_so(dr_kim, sign_in):
    assert "No flags so far." in sign_in(dr_kim).get(reverse("flag_outcomes")).content.decode()


# ------------------------------------------------------------------ the protocol


@staged
def second(protocol, now):
    text = SOURCE.read_text().replace("value = 1.20", "value = 1.60", 1)
    spoken = translations_of(SOURCE)
    return publish_protocol(source=text, translations=spoken, now=now).protocol


@pytest.mark.parametrize(("name", "who"), [("protocol_page", "dr_kim"), ("protocol_clinic", "ada")])
def test_what_the_clinic_runs_and_what_changed(
    name, who, northside, second, protocol, request, sign_in, ada, now
):
    use_protocol(clinic=northside, protocol=protocol, by=ada, now=now)
    page = sign_in(request.getfixturevalue(who)).get(reverse(name)).content.decode()
    for words in (
        f"The clinic runs {protocol}.", "Since Mar 2, 2026.", "1 change against the version before",
        "thresholds[plateau_logodds].value: 1.20 -&gt; 1.60", "The first version.",
        "published from the reviewed file",
    ):  # fmt: skip
        assert words in page, words
    assert Protocol.objects.count() == 2


def test_another_version_is_tried_when_asked(flags, second, protocol, northside, ada, sign_in, now):
    use_protocol(clinic=northside, protocol=protocol, by=ada, now=now)
    desk = sign_in(ada)
    page = desk.get(reverse("protocol_clinic"), {"replay": "2"}).content.decode()
    assert "Version 2 on the last 90 days, against version 1" in page
    assert "Improvement has levelled off" in page
    assert desk.get(reverse("protocol_clinic"), {"replay": "9"}).status_code == 404


def test_a_quiet_clinic_would_have_had_none(second, dr_kim, sign_in):
    page = sign_in(dr_kim).get(reverse("protocol_page"), {"replay": "1"}).content.decode()
    assert "None under either version." in page
    assert "No version was chosen" in page
