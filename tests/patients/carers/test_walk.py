# ruff: noqa: F811 - the world is a fixture of another module
"""Carers at every page of a patient, GET and POST, with each scope and of two patients: derived from the URLs."""

from itertools import product

import pytest
from django.urls import reverse

from accounts.access import Audience
from accounts.home import Scope
from patients.models import Carer, SymptomLog
from tests.patients.carers.kept import a_carer
from tests.test_access_matrix import (  # noqa: F401 - fixtures of the world
    ALL,
    BROWSER,
    OURS,
    care_team,
    clinics_look,
    decided,
    diary_run,
    helper,
    knock,
    merged,
    moving,
    old_intake,
    proof,
    reassessed,
    session_of,
    through_fhir,
    uploads,
    visits,
    world,
)  # fmt: skip
from tests.test_access_matrix import episode as episode

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]

PAGES = [
    url
    for url in ALL
    if url.callback.__module__.startswith(OURS) and url.callback.audience == Audience.PATIENT
]
GIVEN = {"see": Scope.SEE, "log": Scope.LOG, "book": Scope.BOOK}
# Nobody but the patient: their own account and data, and who else may come in.
OWN = {
    "my_data", "my_data_file", "access_history", "my_phone", "my_place", "close_account",
    "withdraw_closure", "reminders", "pause_reminders", "my_carers", "invite_my_carer",
    "my_carer", "end_my_carer", "send_my_carer_link", "my_bundle", "my_moves", "stop_my_move", "my_texts",
}  # fmt: skip
# What each scope opens; a page that is new is thought about here, and with several both are needed.
OPENS = {
    "see": {"home", "progress", "my_pathway", "programme", "visit_brief", "questionnaire_done",
            "log_saved", "visits", "visit_calendar"},
    "log": {"home", "log", "log_day", "log_saved", "log_change", "log_undo", "log_restore", "safety"},
    "book": {"home", "visits", "visit_calendar", "book_a_visit", "book_my_visit", "cancel_my_visit",
             "change_my_visit", "move_back_my_visit", "accept_offer", "decline_offer"},
}  # fmt: skip
BOTH = {
    "intake", "intake_page", "intake_check", "intake_sent", "review_request", "my_risk_facts",
    "questionnaire", "activities",
}  # fmt: skip
REFUSED_TO_SEND = {"see": {"visit_brief"}}


def named(url):
    return url.name


def test_every_page_says_what_a_carer_needs_for_it():
    assert {url.name for url in PAGES} == OWN | BOTH | set().union(*OPENS.values())


@pytest.mark.parametrize("scope", GIVEN)
def test_each_scope_opens_its_pages_and_no_other(scope, world, maria, now):
    carer = a_carer(maria, now, name="Zoe Zorn", **{f"may_{scope}": True})
    SymptomLog.objects.filter(pk=world["log_saved"]["pk"]).update(entered_by=carer.user)
    session = session_of(carer.user)
    for url, method in product(PAGES, ("get", "post")):
        answer = knock(url, world.get(url.name, {}), session, method)
        may = url.name in OPENS[scope] and not (
            method == "post" and url.name in REFUSED_TO_SEND.get(scope, set())
        )
        story = f"{scope}: {method} {url.name}: {answer.status_code}"
        assert answer.status_code < 500, story
        if answer.status_code != 405:
            assert (answer.status_code == 403) is not may, story


def test_see_and_log_together_open_what_needs_both(world, maria, now):
    carer = a_carer(maria, now, name="Zoe Zorn", may_see=True, may_log=True)
    session = session_of(carer.user)
    for url in (url for url in PAGES if url.name in BOTH):
        assert knock(url, world.get(url.name, {}), session, "get").status_code != 403, url.name


def test_a_carer_of_another_and_one_who_was_ended_meet_nothing_of_maria(
    world,
    maria,
    stella,
    now,
):
    everything = {"may_see": True, "may_log": True, "may_book": True}
    others = a_carer(stella, now, name="Otto Other", **everything)
    ended = a_carer(maria, now, name="Eve Ended", **everything)
    sessions = [session_of(one.user) for one in (others, ended)]
    Carer.objects.filter(pk=ended.pk).update(ended_at=now, ended_by=maria.user)
    for url, method in product(PAGES, ("get", "post")):
        about = world.get(url.name, {})
        for session, is_out in zip(sessions, (False, True), strict=True):
            answer = knock(url, about, session, method)
            story = f"{method} {url.name}: {answer.status_code}"
            assert b"Maria Ortiz" not in answer.content, story
            if answer.status_code != 405:
                told = 403 if is_out or url.name in OWN else 404 if "pk" in about else None
                assert told is None or answer.status_code == told or url.name == "book_my_visit", (
                    story
                )


def test_a_carer_sends_the_keys_of_another_patient_in_the_body(world, maria, stella, now):
    """The hidden field names one for whom Lucia does not speak at all, or not on this page."""
    carer = a_carer(maria, now, name="Lucia Lopez", may_log=True)
    logs = SymptomLog.objects.count()
    for url in (url for url in PAGES if url.name in {"log", "safety"}):
        knock(url, {}, session_of(carer.user), "get")
        answer = BROWSER.post(reverse(url.name), {"for_whom": stella.pk, "average_pain": 3})
        assert answer.status_code == 302, url.name
        assert answer.url.startswith("/who-for/"), url.name
    assert SymptomLog.objects.count() == logs
