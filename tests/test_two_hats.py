"""People with two hats: every pair of roles and clinics, at every URL, GET and POST.

Whoever works in several clinics, or works in one and is a patient, gets what the hat of the moment
gives, and nothing of the other: another clinic's rows are not there (404), nor one's own at work. Ids
of another clinic in what is posted are refused, and nothing is changed.
"""

from datetime import time, timedelta
from itertools import product
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts.access import Audience
from accounts.models import Membership, User
from patients.care_team.actions.care_team import (
    OwnRecord,
    break_glass,
    join_care_team,
    set_care_team_only,
    set_cover,
)
from patients.flags.actions import request_review
from patients.imports.actions.import_logs import upload_import
from patients.intake.actions import answer_intake
from patients.models import (
    AccessLog,
    Decision,
    Episode,
    Finding,
    Flag,
    Patient,
    VisitRequest,
)
from patients.portal.actions.my_data import ask_to_close
from patients.portal.actions.visit_question import ask_for_visit
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.worklist.actions.assignment import CannotAssign, assign
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.reassessment import begin_reassessment
from patients.worklist.actions.saved_views import save_view
from scheduling import actions as scheduling
from scheduling import slots
from tests.conftest import MONDAY_MORNING, publish
from tests.factories import (
    ClinicFactory,
    EpisodeFactory,
    LogFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    set_up_second_factor,
)
from tests.patients.record_data import a_programme, an_image
from tests.test_access_matrix import URLS, refused_by

pytestmark = pytest.mark.django_db

NOW, WEEK = MONDAY_MORNING, timedelta(days=7)
ROLES = ("clinician", "scheduler", "administrator")
NORTH, SOUTH = "Northside Spine Clinic", "Southside Spine Clinic"

# What a URL with a key is about: the row of `a_record` of this name.
ABOUT = {
    "patient": "record start_care care_team own_team timeline note_call",
    "log": "log_saved log_change log_undo log_restore",
    "flag": "flag explain acknowledge snooze decide flag_row next_flag give_back assign wake discuss"
    " stop_discussing",
    "score": "questionnaire_done",
    "episode": "score_entry prior_treatment visit_brief_clinic records reopen_episode reassess"
    " start_step record_add",
    "intake": "intake_review",
    "question": "visit_question_discussed",
    "closure": "settle_closure",
    "member": "leave_team leave_own_team",
    "cover": "end_cover end_cover_for",
    "view": "drop_view",
    "wanted": "find_time book offer",
    "hold": "release_hold",
    "visit": "cancel_visit reschedule_visit mark_arrived mark_done visit_calendar cancel_my_visit"
    " change_my_visit",
    "offered": "accept_offer decline_offer",
    "referral": "referral move_referral",
    "call": "undo_call",
    "hours": "end_hours",
    "day_off": "withdraw_exception",
    "run": "import_run import_columns import_confirm import_drop import_bad_lines",
    "decision": "correct_decision undo_decision",
    "programme": "record_add_to record_change record_withdraw",
    "begun": "reassessment finish_reassessment",
}
ROW_OF = {page: row for row, pages in ABOUT.items() for page in pages.split()}
KIND = {"record_add": "plan", "record_add_to": "session"}
# A cover that one has set oneself and a view that one has kept: not even for a colleague.
PRIVATE = {"end_cover", "drop_view"}
# No row of a patient: one's own hat is no reason to hide them.
OF_THE_CLINIC = {"cover", "hours", "day_off"}
WITH_KEY = [url for url in URLS if "pk" in url.pattern.converters]
LISTS = [
    url for url in URLS if not url.pattern.converters and url.callback.audience != Audience.PUBLIC
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two clinics with a colleague of each role; Maria and Joy are patients of Northside, Stella of
    Southside. Made once; every test takes back what it did."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    clock = time_machine.travel(NOW, tick=False)
    with django_db_blocker.unblock(), media, clock, transaction.atomic():
        yield a_world()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(world):
    """In the place of pytest-django's own, which would end the world's transaction with each test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def a_world():
    protocol = publish()
    north, south = (
        a_clinic(protocol, name, zone)
        for name, zone in ((NORTH, "America/New_York"), (SOUTH, "America/Denver"))
    )
    return SimpleNamespace(
        north=north,
        south=south,
        maria=a_record(north, "Maria Ortiz"),
        joy=a_record(north, "Joy Adeyemi"),
        stella=a_record(south, "Stella Strange"),
    )


def a_clinic(protocol, name, zone):
    clinic = ClinicFactory(name=name, time_zone=zone)
    staff = {role: StaffFactory(clinic=clinic, role=role) for role in ROLES}
    wu = StaffFactory(clinic=clinic, role="clinician").membership_as()
    return SimpleNamespace(row=clinic, protocol=protocol, wu=wu, **staff)


def a_record(at, name):
    """A patient with one row of each kind that a URL may name."""
    by = at.clinician
    patient = PatientFactory(clinic=at.row, by=by, name=name)
    intake = answer_intake(patient=patient, page="safety", answers={}, by=patient.user, now=NOW)
    Episode.objects.filter(pk=intake.episode_id).update(closed_on=NOW.date(), closed_by=by)
    episode = EpisodeFactory(patient=patient, by=by)
    TrialFactory(episode=episode, by=by)
    of = SimpleNamespace(at=at, patient=patient, episode=episode, intake=intake)
    of.log = LogFactory(episode=episode)
    form = FilledForm(at.protocol.instruments.get(key="peg"), uuid4(), {"1": 5, "2": 5, "3": 5})
    of.score = record_peg(episode=episode, form=form, by=patient.user, now=NOW)
    of.question = ask_for_visit(episode=episode, question="Can I lift?", now=NOW)
    of.closure = ask_to_close(patient=patient, reason="", now=NOW)
    _decided(of, by)
    _cared_for(of, by)
    _visits(of, by)
    upload = ContentFile(b"date,pain\n2026-02-01,4\n", name="diary.csv")
    of.run = upload_import(patient=patient, upload=upload, by=at.administrator, now=NOW)
    return of


def _decided(of, by):
    first = request_review(episode=of.episode, reason="", protocol=of.at.protocol, now=NOW)
    of.decision = decide(flag=first, choice=Choice(kind="reassess", reason="other"), by=by, now=NOW)
    of.programme = a_programme(of.episode, by, NOW)
    of.image = an_image(of.episode, by, NOW)
    of.begun = begin_reassessment(episode=of.episode, by=by, now=NOW)
    of.flag = request_review(episode=of.episode, reason="", protocol=of.at.protocol, now=NOW)


def _cared_for(of, by):
    mine, month = by.membership_as(), timedelta(days=30)
    period = (NOW + month, NOW + 2 * month)
    of.member = join_care_team(patient=of.patient, membership=mine, by=by, now=NOW)
    of.cover = set_cover(absent=mine, membership=of.at.wu, period=period, by=by, now=NOW)
    of.view = save_view(user=by, name="Mine", query="")


def _visits(of, by):
    mine, sam = StaffFactory(clinic=of.at.row, role="clinician").membership_as(), of.at.scheduler
    [of.hours] = scheduling.add_hours(
        membership=mine, room=f"Room of {of.patient}", weekdays=[NOW.weekday()], starts=time(9),
        ends=time(12), slot_minutes=30, from_on=NOW.date(),
    )  # fmt: skip
    of.day_off = scheduling.add_exception(membership=mine, kind="off", date=NOW.date() + WEEK)
    of.wanted, of.asked, booked, offered = (
        VisitRequest.objects.create(
            episode=of.episode, requested_by=by, purpose="review", due_on=NOW.date() + WEEK,
            requested_at=NOW,
        )
        for _request in range(4)
    )  # fmt: skip
    first, second, third = slots.best_for(of.wanted, now=NOW)
    of.hold = scheduling.hold(request=of.wanted, slot=first, by=sam, now=NOW)
    of.visit = scheduling.book(request=booked, slot=second, by=sam, now=NOW)
    of.offered = scheduling.offer(request=offered, slot=third, by=sam, now=NOW)
    of.free = slots.best_for(of.wanted, now=NOW)[0].key
    of.call = scheduling.note_call(patient=of.patient, outcome="no_answer", by=sam, now=NOW)
    of.referral = scheduling.request_referral(patient=of.patient, number="", by=sam, now=NOW)


def about(url, record):
    """The arguments of a URL for this record."""
    given = {"pk": getattr(record, ROW_OF[url.name]).pk}
    if "kind" in url.pattern.converters:
        given["kind"] = KIND.get(url.name, "programme")
    return given


def works(user, at, role):
    made = Membership.objects.create(user=user, clinic=at.row, role=role, started_at=NOW)
    if not is_mfa_enabled(user):
        set_up_second_factor(user)
    return made


class Browser:
    """Somebody signed in, at work in one clinic. Every knock is taken back, its cookies too."""

    def __init__(self, user, at=None):
        self.client = Client()
        self.client.force_login(user)
        if at is not None:
            self.client.post(reverse("change_clinic"), {"membership": at.pk})
        self.cookies = self.client.cookies.copy()

    def knock(self, url, kwargs, method, data=None):
        """The answer, with everything that it changed taken back."""
        self.client.cookies = self.cookies.copy()
        with transaction.atomic():
            answer = getattr(self.client, method)(reverse(url, kwargs=kwargs), data)
            said = answer.getvalue() if answer.streaming else answer.content
            transaction.set_rollback(True)
        assert answer.status_code < 500, f"{method} {url}"
        return SimpleNamespace(
            status=answer.status_code, refused=refused_by(answer), said=said.decode(errors="ignore")
        )


def written():
    """How many rows this transaction has written by now; sessions and lines of who looked left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname NOT IN ('django_session', 'patients_accesslog', 'pghistory_context',"
            " 'usersessions_usersession')"
        )
        return cursor.fetchone()[0] or 0


def is_at_work(who, record):
    return record.at is who.at and record is not who.own


def expected_of_list(url, who):
    """How somebody is refused who works as `who.role` in `who.at` and has the record `who.own`."""
    audience = url.callback.audience
    if audience == Audience.PATIENT:
        return "" if who.own else "403"
    return "" if audience in (who.role, Audience.CLINIC) else "403"


def expected(url, who, record):
    if refused := expected_of_list(url, who):
        return refused
    if url.callback.audience == Audience.PATIENT:
        return "" if record is who.own else "404"
    is_there = record.at is who.at if ROW_OF[url.name] in OF_THE_CLINIC else is_at_work(who, record)
    return "" if is_there and url.name not in PRIVATE else "404"


def walk(browser, who, records, turn):
    """Knock with every key of these records.

    Where the hat has no business (403) no row is asked for, so that one knock does; what is not there
    (404) is tried with GET and POST; pages that open cost the most: each person opens every sixth, in
    turn, and others have the rest.
    """
    refusing, opening = [], []
    for place, url in enumerate(WITH_KEY):
        for record in records:
            told = expected(url, who, record)
            methods = ("get", "post") if told != "403" else (("get", "post")[(place + turn) % 2],)
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
    """Pages without a key: the clinic's people at work, never oneself; oneself at home, nobody else."""
    for place, url in enumerate(LISTS):
        told = expected_of_list(url, who)
        if told and (place + turn) % 2:
            continue
        answer = answers(browser, who, url, {}, "get", told)
        is_home = url.callback.audience == Audience.PATIENT
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
    browser, turn = Browser(toni, membership), 3 * ROLES.index(here) + ROLES.index(there)
    walk(browser, who, (world.joy, world.stella), turn)
    lists_tell(browser, who, (world.joy, world.stella), turn)


@pytest.mark.parametrize(
    ("patient", "clinic"), [("maria", "south"), ("stella", "north"), ("maria", "north")]
)
@pytest.mark.parametrize("role", ROLES)
def test_who_is_a_patient_as_well_meets_their_own_record_at_home_only(world, patient, clinic, role):
    own, at = getattr(world, patient), getattr(world, clinic)
    user = own.patient.user
    User.objects.filter(pk=user.pk).update(name="Toni Two")  # names on pages are the patient's then
    works(user, at, role)
    who, turn = SimpleNamespace(role=role, at=at, own=own), 2 * ROLES.index(role)
    browser, all_three = Browser(user), (world.maria, world.joy, world.stella)
    walk(browser, who, all_three, turn)
    lists_tell(browser, who, all_three, turn)


def test_nobody_is_a_patient_twice():
    """So that the pairs above are all pairs."""
    assert Patient._meta.get_field("user").unique


def bodies(world):
    """Each choice of rows that a form or a page posts: who posts it, where, about whose record, what,
    and what has to be of the same clinic: first another clinic's, then one's own."""
    joy, stella = world.joy, world.stella
    wu, other = world.north.wu.pk, world.south.wu.pk
    days = {"first": "2026-03-09", "last": "2026-03-13"}
    hours = {"starts": "13:00", "ends": "15:00", "room": "Room 9", "slot_minutes": 30}
    number = joy.patient.number, stella.patient.number
    file = SimpleUploadedFile("diary.csv", b"date,pain\n2026-02-01,4\n")
    image = {
        "method": "mri", "part": "back", "done_on": "2026-02-20", "findings": "As before",
        "comparison": "unchanged",
    }  # fmt: skip
    return {
        "AssignForm.to": ("clinician", "assign", joy.flag, {}, {"to": (other, wu)}),
        "many to": (
            "clinician", "assign_many", None, {"flag": joy.flag.pk}, {"to": (other, wu)},
        ),
        "many flags": (
            "clinician", "assign_many", None, {"to": wu}, {"flag": (stella.flag.pk, joy.flag.pk)},
        ),
        "give back": (
            "clinician", "give_back_many", None, {}, {"flag": (stella.flag.pk, joy.flag.pk)},
        ),
        "CoverForm.membership": ("clinician", "away", None, days, {"membership": (other, wu)}),
        "cover for": (
            "administrator", "cover_for", None, days | {"absent": joy.member.membership_id},
            {"membership": (other, wu)},
        ),
        "CoverForm.absent": (
            "administrator", "cover_for", None, days | {"membership": wu},
            {"absent": (stella.member.membership_id, joy.member.membership_id)},
        ),
        "MemberForm.membership": (
            "administrator", "care_team", joy.patient, {}, {"membership": (other, wu)},
        ),
        "own team": ("clinician", "own_team", joy.patient, {}, {"membership": (other, wu)}),
        "HoursForm.membership": (
            "scheduler", "add_hours", None, hours | {"weekdays": 0, "from_on": "2026-03-02"},
            {"membership": (other, wu)},
        ),
        "ExceptionForm.membership": (
            "scheduler", "add_exception", None, {"kind": "off", "date": "2026-03-10"},
            {"membership": (other, wu)},
        ),
        "ImagingForm.compared_with": (
            "clinician", "record_add", joy.episode, image | {"kind": "imaging"},
            {"compared_with": (stella.image.pk, joy.image.pk)},
        ),
        "slot held": ("scheduler", "find_time", joy.asked, {}, {"slot": (stella.free, joy.free)}),
        "slot booked": ("scheduler", "book", joy.asked, {}, {"slot": (stella.free, joy.free)}),
        "slot offered": ("scheduler", "offer", joy.asked, {}, {"slot": (stella.free, joy.free)}),
        "slot moved to": (
            "scheduler", "reschedule_visit", joy.visit, {}, {"slot": (stella.free, joy.free)},
        ),
        "referral": (
            "scheduler", "add_referral", None, {},
            {"patient": (stella.patient.number, world.maria.patient.number)},
        ),
        "import": (
            "administrator", "imports", None, {"file": file}, {"number": number[::-1]},
        ),
    }  # fmt: skip


BODIES = (
    "AssignForm.to", "many to", "many flags", "give back", "CoverForm.membership", "cover for",
    "CoverForm.absent", "MemberForm.membership", "own team", "HoursForm.membership",
    "ExceptionForm.membership", "ImagingForm.compared_with", "slot held", "slot booked",
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
    scheduling.close_referral(
        referral=world.maria.referral, closing="declined", by=world.north.scheduler, now=NOW
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
    tried = set(BODIES) | {"CoverForm.absent", "ClinicForm.membership"}
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
        browser.knock("change_my_visit", visit, "post", {"slot": slot})
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
    left = world.north.clinician.membership_as()
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
