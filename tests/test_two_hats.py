"""People with two hats: every pair of roles and clinics, at every URL, GET and POST.

Whoever works in several clinics, or works in one and is a patient, gets what the hat of the moment
gives, and nothing of the other: another clinic's rows are not there (404), nor one's own at work. Ids
of another clinic in what is posted are refused, and nothing is changed.
"""

from itertools import product
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.apps import apps
from django.db import transaction
from django.test import override_settings

from accounts.access import Audience
from accounts.models import Membership, User
from patients.care_team.actions.care_team import (
    OwnRecord,
    break_glass,
    join_care_team,
    set_care_team_only,
    set_cover,
)
from patients.models import (
    AccessLog,
    Decision,
    Finding,
    Flag,
    Patient,
)
from patients.worklist.actions.assignment import CannotAssign, assign
from scheduling.referrals.actions import close_referral
from tests.factories import (
    StaffFactory,
)
from tests.stage import STAGE
from tests.test_access_matrix import COMMON, URLS
from tests.two_hats import NOW, ROLES, WEEK, Browser, a_world, bodies, works, written

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


# What a URL with a key is about: the row of `a_record` of this name.
ABOUT = {
    "invited": "correct_invitation renew_invitation withdraw_invitation",
    "patient": "carers invite_carer person withdraw_link new_way_in withdraw_registration send_new_link record start_care care_team own_team timeline note_call tell_clinician phone_log risk_facts offer_transfer find_time_for join_waitlist offer_choice_to",
    "log": "log_saved log_change log_undo log_restore",
    "flag": "flag worklist_beside explain acknowledge snooze decide flag_row next_flag give_back assign wake discuss"
    " stop_discussing safety_case take_case note_safety_call safety_outcome",
    "safety_call": "correct_safety_call withdraw_safety_call",
    "safety_outcome": "undo_safety_outcome",
    "score": "questionnaire_done",
    "episode": "score_entry prior_treatment visit_brief_clinic records reopen_episode reassess"
    " start_step record_add proofs proof state_criterion sign_packet",
    "packet": "packet",
    "intake": "intake_review",
    "question": "visit_question_discussed",
    "closure": "settle_closure",
    "carer": "carer end_carer send_carer_link my_carer end_my_carer send_my_carer_link",
    "member": "leave_team leave_own_team",
    "cover": "end_cover end_cover_for",
    "colleague": "member change_role end_membership let_return forget_second_step end_sign_on_link",
    "view": "drop_view",
    "wanted": "find_time book offer best_fits offer_choice",
    "hold": "release_hold",
    "on_phone": "held_time offer_held book_series",
    "visit": "visit mark_confirmed mark_no_show undo_step no_other_time cancel_visit reschedule_visit mark_arrived mark_done visit_calendar cancel_my_visit"
    " change_my_visit move_back_my_visit",
    "offered": "accept_offer decline_offer",
    "kept": "accept_kept let_kept_go",
    "entry": "leave_waitlist",
    "referral": "referral move_referral see_to_warning renewal_request",
    "call": "undo_call",
    "hours": "end_hours",
    "room": "rename_room retire_room",
    "day_off": "withdraw_exception",
    "system": "end_system",
    "visit_type": "correct_visit_type retire_visit_type bring_back_visit_type book_my_visit",
    "merge": "undo_merge",
    "clinic_change": "undo_clinic_change",
    "transfer": "transfer withdraw_transfer reject_transfer accept_transfer finish_transfer stop_my_move",
    "run": "import_run import_columns import_look_again import_take_back import_confirm import_drop"
    " import_bad_lines",
    "decision": "correct_decision undo_decision",
    "programme": "record_add_to record_change record_withdraw",
    "begun": "reassessment finish_reassessment answer_question withdraw_reassessment",
    "whole": "undo_finishing request_visit undo_visit_request letter write_anew finalise_letter"
    " correct_letter withdraw_letter print_letter",
}
ROW_OF = {page: row for row, pages in ABOUT.items() for page in pages.split()}
KIND = {"record_add": "plan", "record_add_to": "session"} | dict.fromkeys(
    (
        "letter",
        "write_anew",
        "finalise_letter",
        "correct_letter",
        "withdraw_letter",
        "print_letter",
    ),
    "gp",
)
REST = {"question": "goals", "version": 1, "key": "medicare-esi-first"}
# A cover that one has set oneself and a view that one has kept: not even for a colleague.
PRIVATE = {"end_cover", "drop_view"}
# No row of a patient: one's own hat is no reason to hide them.
OF_ONESELF = {"choose_home"}
OF_THE_CLINIC = {
    "clinic_change",
    "invited",
    "cover",
    "colleague",
    "hours",
    "room",
    "day_off",
    "visit_type",
    "system",
}
WITH_KEY = [url for url in URLS if "pk" in url.pattern.converters]
LISTS = [
    url
    for url in URLS
    if not url.pattern.converters
    and url.callback.audience not in {Audience.PUBLIC, Audience.SYSTEM}
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two clinics with a colleague of each role; Maria and Joy are patients of Northside, Stella of
    Southside. Made once; every test takes back what it did."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    clock = time_machine.travel(NOW, tick=False)
    with django_db_blocker.unblock(), media, clock:
        STAGE.strike()
        with transaction.atomic():
            yield a_world()
            transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(world):
    """In the place of pytest-django's own, which would end the world's transaction with each test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def about(url, record):
    """The arguments of a URL for this record."""
    given = {"pk": getattr(record, ROW_OF[url.name]).pk}
    if "kind" in url.pattern.converters:
        given["kind"] = KIND.get(url.name, "programme")
    return given | {name: REST[name] for name in REST if name in url.pattern.converters}


def is_at_work(who, record):
    return record.at is who.at and record is not who.own


def expected_of_list(url, who):
    """How somebody is refused who works as `who.role` in `who.at` and has the record `who.own`."""
    audience = url.callback.audience
    if audience == Audience.PATIENT:
        return "" if who.own else "403"
    return (
        "" if audience == Audience.PERSON or who.role in COMMON.get(audience, {audience}) else "403"
    )


def expected(url, who, record):
    if refused := expected_of_list(url, who):
        return refused
    if url.callback.audience == Audience.PATIENT:
        of_clinic = ROW_OF[url.name] in OF_THE_CLINIC
        return "" if (record.at is who.own.at if of_clinic else record is who.own) else "404"
    is_there = record.at is who.at if ROW_OF[url.name] in OF_THE_CLINIC else is_at_work(who, record)
    return "" if is_there and url.name not in PRIVATE else "404"


def walk(browser, who, records, turn):
    """Knock with every key of these records.

    GET and POST take turns, so that each role tries both with every key. Where the hat has no business
    (403) no row is asked for, so that one knock does. Pages that open cost the most: each person opens every
    sixth, in turn, with both, so that each role opens all of them.
    """
    refusing, opening = [], []
    for place, url in enumerate(WITH_KEY):
        for record in records:
            told = expected(url, who, record)
            methods = (("get", "post")[(place + turn) % 2],) if told else ("get", "post")
            if (told == "403" and record is not records[0]) or (not told and (place + turn) % 6):
                continue
            to = refusing if told else opening
            to += [(url, record, method, told) for method in methods]
    before = written()
    for url, record, method, told in refusing:
        answer = answers(browser, who, url, about(url, record), method, told)
        assert record.patient.name not in answer.said, f"{who.role}: {method} {url.name}"
    assert written() == before, f"{who.role}: something that was refused has been written"
    for url, record, method, told in opening:
        answers(browser, who, url, about(url, record), method, told)


def answers(browser, who, url, kwargs, method, told):
    answer = browser.knock(url.name, kwargs, method)
    if answer.status != 405:
        story = f"{who.role} at {who.at.row}: {method} {url.name} {kwargs}: {answer.status}"
        assert answer.refused == told, story
    return answer


def lists_tell(browser, who, records, turn):
    """Pages without a key, every second in turn: the clinic's people at work, never oneself; oneself at
    home, nobody else."""
    for place, url in enumerate(LISTS):
        told = expected_of_list(url, who)
        if (place + turn) % 2:
            continue
        answer = answers(browser, who, url, {}, "get", told)
        is_home = url.callback.audience == Audience.PATIENT or url.name in OF_ONESELF
        names = [one for one in records if (one is who.own if is_home else is_at_work(who, one))]
        for record in records:
            told_of = record in names or record.patient.name not in answer.said
            assert told_of, f"{who.role} at {who.at.row}: {url.name} names {record.patient}"


def test_every_url_with_a_key_has_its_row():
    assert {url.name for url in WITH_KEY} == set(ROW_OF), "say in ABOUT what the new URL is about"


@pytest.mark.parametrize("chosen", ["north", "south"])
@pytest.mark.parametrize(("here", "there"), list(product(ROLES, ROLES)))
def test_who_works_in_two_clinics_works_in_one_at_a_time(world, here, there, chosen):
    toni = StaffFactory(clinic=world.north.row, role=here, name="Toni Two")
    hats = {
        "north": (toni.membership_as(), here),
        "south": (works(toni, world.south, there), there),
    }
    membership, role = hats[chosen]
    who = SimpleNamespace(role=role, at=getattr(world, chosen), own=None)
    browser = Browser(toni, membership)
    turn = ROLES.index(there) if chosen == "north" else 3 + ROLES.index(here)
    walk(browser, who, (world.joy, world.stella), turn)
    lists_tell(browser, who, (world.joy, world.stella), turn)


TREATED_AND_AT_WORK = [("maria", "south"), ("stella", "north"), ("maria", "north")]


@pytest.mark.parametrize(("patient", "clinic"), TREATED_AND_AT_WORK)
@pytest.mark.parametrize("role", ROLES)
def test_who_is_a_patient_as_well_meets_their_own_record_at_home_only(world, patient, clinic, role):
    own, at = getattr(world, patient), getattr(world, clinic)
    user = own.patient.user
    User.objects.filter(pk=user.pk).update(name="Toni Two")  # names on pages are the patient's then
    works(user, at, role)
    who = SimpleNamespace(role=role, at=at, own=own)
    turn = 2 * ROLES.index(role) + TREATED_AND_AT_WORK.index((patient, clinic))
    browser, records = Browser(user), (own, world.joy if at is world.north else world.stella)
    walk(browser, who, records, turn)
    lists_tell(browser, who, records, turn)


@pytest.mark.parametrize("chosen", ["maria", "joy"])
def test_who_speaks_for_two_patients_acts_for_one_of_them_at_a_time(world, chosen):
    """Of the other one no page says anything, and no row of theirs is there."""
    user = world.maria.patient.user
    Patient.objects.filter(pk=world.joy.patient.pk).update(user=user)
    User.objects.filter(pk=user.pk).update(name="Toni Two")
    own = getattr(world, chosen)
    other = world.joy if own is world.maria else world.maria
    browser, theirs = Browser(user, home=own.patient), Audience.PATIENT
    before = written()
    about_rows = (url for url in WITH_KEY if ROW_OF[url.name] not in OF_THE_CLINIC)
    for url in (url for url in about_rows if url.callback.audience == theirs):
        for method, record in product(("get", "post"), (other, world.stella)):
            answer = browser.knock(url.name, about(url, record), method)
            assert answer.status == 405 or answer.refused == "404", f"{method} {url.name}"
            assert record.patient.name not in answer.said, f"{method} {url.name}"
    for url in (url for url in LISTS if url.callback.audience == theirs):
        assert other.patient.name not in browser.knock(url.name, {}, "get").said, url.name
    assert written() == before


BODIES = (
    "AssignForm.to", "many to", "many flags", "give back", "CoverForm.membership", "cover for",
    "CoverForm.absent", "MemberForm.membership", "own team", "HoursForm.membership",
    "ExceptionForm.membership", "PlanForm.colleague", "JoinForm.visit_type", "JoinForm.visit", "JoinForm.clinician",
    "ImagingForm.compared_with", "OutcomeForm.handed_to", "slot held", "slot booked",
    "slot offered", "slot moved to", "referral", "import",
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_a_row_of_the_other_clinic_is_refused_in_a_body(world, body):
    """Toni has the same role in both clinics, and works in Northside now."""
    role, page, about_row, data, chosen = bodies(world)[body]
    toni = StaffFactory(clinic=world.north.row, role=role, name="Toni Two")
    works(toni, world.south, role)
    browser = Browser(toni, toni.membership_as())
    for record in (world.joy, world.stella):
        assign(flags=[record.flag], to=record.at.wu, by=record.at.wu.user, now=NOW)
    close_referral(
        referral=world.maria.referral, closing="withdrawn", by=world.north.scheduler, now=NOW
    )
    kwargs = {"pk": about_row.pk} if about_row else {}
    if "kind" in data and page == "record_add":
        kwargs["kind"] = data["kind"]
    for position, is_kept in ((0, False), (1, True)):
        sent = data | {field: pair[position] for field, pair in chosen.items()}
        before = written()
        answer = browser.knock(page, kwargs, "post", sent)
        assert (written() > before) is is_kept, f"{body}: {answer.status}"
        assert "Stella" not in answer.said
        if "file" in sent:
            sent["file"].seek(0)


def test_every_choice_of_rows_in_a_form_is_tried():
    """A form that is new stands in `bodies`, or offers rows of the protocol only."""
    asked = {
        f"{form.__name__}.{name}" for form in all_forms(forms.BaseForm) for name in row_fields(form)
    }
    tried = {*BODIES, "ClinicForm.membership", "ClinicianForm.membership"}
    assert asked - tried == set()


def all_forms(form):
    for below in form.__subclasses__():
        if below.__module__.startswith(("accounts.", "patients.", "scheduling.")):
            yield below
        yield from all_forms(below)


OF_THE_PROTOCOL = {"modality", "outcome"}  # their rows are set when the form is made


def row_fields(form):
    for name, field in form.base_fields.items():
        if isinstance(field, forms.ModelChoiceField):
            rows = field.queryset
            is_protocol = rows is not None and rows.model._meta.app_label == "pathway"
            if not is_protocol and name not in OF_THE_PROTOCOL:
                yield name


def test_a_membership_of_somebody_else_is_no_clinic_to_choose(world):
    toni = StaffFactory(clinic=world.north.row, role="clinician", name="Toni Two")
    answer = Browser(toni).knock("change_clinic", {}, "post", {"membership": world.south.wu.pk})
    assert answer.status == 422
    assert "Southside" not in answer.said


def test_a_patient_moves_a_visit_to_times_of_their_own_clinic_only(world):
    browser = Browser(world.joy.patient.user)
    for slot, is_kept in ((world.stella.free, False), (world.joy.free, True)):
        visit = {"pk": world.joy.visit.pk}
        before = written()
        browser.knock("change_my_visit", visit, "post", {"slot": slot, "sure": "yes"})
        assert (written() > before) is is_kept


def with_visibility():
    for model in apps.get_models():
        if hasattr(model._default_manager.all(), "visible_to"):
            yield model


@pytest.mark.parametrize("model", list(with_visibility()), ids=lambda model: model.__name__)
def test_a_user_alone_sees_nothing(world, model):
    for user in (world.north.clinician, world.maria.patient.user, None):
        with pytest.raises((TypeError, AttributeError)):
            model.objects.visible_to(user)


@pytest.mark.parametrize(
    "ask", [Flag.objects.about, Decision.objects.about, Finding.objects.asked_by]
)
def test_what_patients_are_told_is_asked_as_a_patient(world, ask):
    with pytest.raises(TypeError):
        ask(world.maria.patient.user)


def test_who_works_there_no_longer_sees_nothing(world):
    left = Membership.objects.get(pk=world.north.clinician.membership_as().pk)
    left.ended_at = NOW
    assert not Patient.objects.visible_to(left).exists()
    assert not Patient.objects.treated_by(left, NOW).exists()


class TestOnesOwnRecordAtWork:
    """Maria treats people in the clinic where she is a patient."""

    @pytest.fixture
    def maria_at_work(self, world):
        return works(world.maria.patient.user, world.north, "clinician")

    def test_no_emergency_opens_it(self, world, maria_at_work):
        own = world.maria.patient
        set_care_team_only(clinic=world.north.row, on=True)
        with pytest.raises(OwnRecord):
            break_glass(patient=own, membership=maria_at_work, reason="Mine", now=NOW)
        asked = {"number": own.number, "birth_date": own.birth_date, "reason": "Mine"}
        answer = Browser(own.user).knock("emergency", {}, "post", asked)
        assert answer.status == 422
        assert not AccessLog.objects.filter(patient=own, page="emergency").exists()

    def test_no_team_and_no_cover_opens_it(self, world, maria_at_work):
        own, by = world.maria.patient, world.north.clinician
        set_care_team_only(clinic=world.north.row, on=True)
        maria_at_work = Membership.objects.get(pk=maria_at_work.pk)
        period = (NOW - WEEK, NOW + WEEK)
        join_care_team(patient=own, membership=maria_at_work, by=by, now=NOW)
        set_cover(
            absent=by.membership_as(), membership=maria_at_work, period=period, by=by, now=NOW
        )
        assert list(Patient.objects.visible_to(maria_at_work)) == [world.joy.patient]
        assert list(Patient.objects.treated_by(maria_at_work, NOW)) == [world.joy.patient]

    def test_nobody_gives_her_her_own_flag(self, world, maria_at_work):
        with pytest.raises(CannotAssign):
            assign(flags=[world.maria.flag], to=maria_at_work, by=world.north.clinician, now=NOW)
