"""Two clinics and their people for tests/test_two_hats.py, and what may be posted about them."""

from datetime import time, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

from allauth.mfa.utils import is_mfa_enabled
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import change_clinic, invite
from accounts.models import Membership
from pathway.publish_criteria import publish_criteria
from patients.care_team.actions.care_team import (
    join_care_team,
    set_cover,
)
from patients.flags.actions import request_review
from patients.imports.actions.import_logs import upload_import
from patients.imports.actions.read_chunks import read_on_due_imports
from patients.intake.actions import answer_intake
from patients.merging.actions import merge_patients
from patients.models import (
    Episode,
    VisitRequest,
)
from patients.packets.actions import sign_packet
from patients.portal.actions.my_data import ask_to_close
from patients.portal.actions.visit_question import ask_for_visit
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.letters import Words, write_letter
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.reassessment.actions.visit_request import request_visit
from patients.safety_desk.actions.calls import note_call
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.saved_views import save_view
from scheduling import slots
from scheduling.calls.actions import note_call as note_quiet_call
from scheduling.hours.actions import add_exception, add_hours
from scheduling.hours.rooms import room_named
from scheduling.models import Consultation
from scheduling.referrals.actions import request_referral
from scheduling.visits.actions.book import book, hold, hold_for_call
from scheduling.visits.actions.offer import offer
from tests.conftest import HANDLER, MONDAY_MORNING, publish
from tests.exchange.conftest import EC, a_system, public
from tests.factories import (
    ClinicFactory,
    EpisodeFactory,
    LogFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    set_up_second_factor,
)
from tests.patients.carers.kept import EVERYTHING, a_carer
from tests.patients.reassessment.room import finished
from tests.patients.record_data import a_programme, an_image
from tests.patients.safety_desk.stories import newest, say_yes, settle
from tests.patients.transfers.stories import a_transfer
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.scheduling.waitlist.kept import a_kept_time
from tests.test_access_matrix import refused_by

NOW, WEEK = MONDAY_MORNING, timedelta(days=7)
ROLES = ("clinician", "scheduler", "administrator")
NORTH, SOUTH = "Northside Spine Clinic", "Southside Spine Clinic"


CRITERIA = Path("pathway/criteria/medicare-esi-first.toml")


def a_world():
    protocol = publish()
    asked = publish_criteria(source=CRITERIA.read_text(), now=NOW)[0]
    north, south = (
        a_clinic(protocol, name, zone)
        for name, zone in ((NORTH, "America/New_York"), (SOUTH, "America/Denver"))
    )
    return SimpleNamespace(
        north=north,
        south=south,
        maria=a_record(north, "Maria Ortiz", asked),
        joy=a_record(north, "Joy Adeyemi", asked),
        stella=a_record(south, "Stella Strange", asked),
    )


def a_clinic(protocol, name, zone):
    clinic = ClinicFactory(name=name, time_zone=zone)
    staff = {role: StaffFactory(clinic=clinic, role=role) for role in ROLES}
    wu = StaffFactory(clinic=clinic, role="clinician").membership_as()
    return SimpleNamespace(row=clinic, protocol=protocol, wu=wu, **staff)


def a_record(at, name, asked):
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
    double = PatientFactory(clinic=at.row, by=by, name=f"Second {name}", joined=False)
    of.merge = merge_patients(kept=patient, other=double, by=at.administrator, now=NOW)
    _decided(of, by)
    _cared_for(of, by)
    of.carer = a_carer(patient, NOW, name="Lucia Lopez", **EVERYTHING)
    _visits(of, by)
    upload = ContentFile(b"date,pain\n2026-02-01,4\n", name="diary.csv")
    of.run = upload_import(patient=patient, upload=upload, by=at.administrator, now=NOW)
    read_on_due_imports(now=NOW)
    of.transfer = a_transfer(patient, by, NOW)
    of.system = a_system(at.administrator, "Harbor Hospital", public(EC, "e"))
    of.packet = sign_packet(episode=episode, asked=asked, by=by, now=NOW)
    return of


def _decided(of, by):
    first = request_review(episode=of.episode, reason="", protocol=of.at.protocol, now=NOW)
    of.decision = decide(flag=first, choice=Choice(kind="reassess", reason="other"), by=by, now=NOW)
    of.programme = a_programme(of.episode, by, NOW)
    of.image = an_image(of.episode, by, NOW)
    of.whole = finished(of.episode, by, NOW)
    words = Words("Dear colleague", "en")
    write_letter(reassessment=of.whole, kind="gp", words=words, seen=0, by=by, now=NOW)
    request_visit(reassessment=of.whole, purpose="review", due_on=NOW.date(), by=by, now=NOW)
    of.begun = begin_reassessment(episode=of.episode, by=by, now=NOW)
    of.flag = request_review(episode=of.episode, reason="", protocol=of.at.protocol, now=NOW)
    say_yes(of.episode, NOW)
    of.safety_call = note_call(flag=of.flag, result="no_answer", note="", by=by, now=NOW)
    of.safety_outcome = settle(of.flag, by, NOW, "not_reached")


def _cared_for(of, by):
    mine, month = by.membership_as(), timedelta(days=30)
    period = (NOW + month, NOW + 2 * month)
    of.member = join_care_team(patient=of.patient, membership=mine, by=by, now=NOW)
    of.cover = set_cover(absent=mine, membership=of.at.wu, period=period, by=by, now=NOW)
    of.colleague = of.at.wu
    change_clinic(clinic=of.at.row, sender_name=f"Clinic {of.patient.pk}")
    of.clinic_change = of.at.row.events.latest("pgh_id")
    asked = {"email": f"zoe{of.patient.pk}@clinic.example", "name": "Zoe Zed", "role": "scheduler"}
    of.invited = invite(clinic=of.at.row, by=of.at.administrator, now=NOW, **asked)
    of.view = save_view(user=by, name="Mine", query="")


def _visits(of, by):
    mine, sam = StaffFactory(clinic=of.at.row, role="clinician").membership_as(), of.at.scheduler
    [of.hours] = add_hours(
        membership=mine, room=f"Room {of.patient.pk}", weekdays=[NOW.weekday()], starts=time(9),
        ends=time(12), slot_minutes=30, from_on=NOW.date(),
    )  # fmt: skip
    of.room = of.hours.room
    room_named(of.at.row, "Room 9")
    of.visit_type = a_visit_type(of.at.row)
    of.talk = a_visit_type(of.at.row, name="Talk", credentials=[], anyone=True)
    of.day_off = add_exception(membership=mine, kind="off", date=NOW.date() + WEEK)
    of.wanted, of.asked, booked, offered = (
        VisitRequest.objects.create(
            episode=of.episode, requested_by=by, purpose="review", due_on=NOW.date() + WEEK,
            requested_at=NOW,
        )
        for _request in range(4)
    )  # fmt: skip
    first, second, third = slots.best_for(of.wanted, now=NOW)
    of.hold = hold(request=of.wanted, slot=first, by=sam, now=NOW)
    of.visit = book(request=booked, slot=second, by=sam, now=NOW)
    of.offered = offer(request=offered, slot=third, by=sam, now=NOW)
    fourth = slots.best_for(of.wanted, now=NOW)[0]
    of.on_phone = hold_for_call(patient=of.patient, kind=None, slot=fourth, by=sam, now=NOW)
    fifth = slots.best_for(of.wanted, now=NOW)[0]
    of.kept = a_kept_time(of.patient, of.visit_type, fifth, sam, NOW)
    of.entry = of.kept.entry
    of.free = slots.best_for(of.wanted, now=NOW)[0].key
    of.call = note_quiet_call(patient=of.patient, outcome="no_answer", by=sam, now=NOW)
    of.referral = request_referral(patient=of.patient, number="", by=sam, now=NOW)


def works(user, at, role):
    made = Membership.objects.create(user=user, clinic=at.row, role=role, started_at=NOW)
    if not is_mfa_enabled(user):
        set_up_second_factor(user)
    return made


class Browser:
    """Somebody signed in, at work in one clinic. Every knock is taken back, its cookies too."""

    def __init__(self, user, at=None, home=None):
        self.client = Client()
        self.client.handler = HANDLER
        self.client.force_login(user)
        if at is not None:
            self.client.post(reverse("change_clinic"), {"membership": at.pk})
        if home is not None:
            self.client.post(reverse("choose_home"), {"patient": home.pk})
        self.for_whom = {"for_whom": home.pk} if home is not None else {}
        self.cookies = self.client.cookies.copy()

    def knock(self, url, kwargs, method, data=None):
        """The answer, with everything that it changed taken back."""
        self.client.cookies = self.cookies.copy()
        if method == "post":
            data = self.for_whom | (data or {})
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


def leave_of(visit):
    """Of its clinician on its day; all that this runs into has been seen."""
    theirs = Consultation.objects.filter(clinician=visit.clinician_id)
    return {
        "membership": visit.clinician_id, "kind": "off", "how": "move", "otherwise": "stay",
        "date": visit.patient.clinic_date(visit.starts),
        "seen": list(theirs.values_list("pk", flat=True)),
    }  # fmt: skip


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
        "method": "mri", "part": "lumbar", "done_on": "2026-02-20", "findings": "As before",
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
        "PlanForm.colleague": (
            "scheduler", "add_exception", None, leave_of(joy.visit), {"colleague": (other, wu)},
        ),
        "ImagingForm.compared_with": (
            "clinician", "record_add", joy.episode, image | {"kind": "imaging"},
            {"compared_with": (stella.image.pk, joy.image.pk)},
        ),
        "OutcomeForm.handed_to": (
            "clinician", "safety_outcome", joy.flag,
            {
                "outcome-kind": "not_reached", "outcome-note": "x",
                "outcome-seen": newest(joy.flag),
            },
            {"outcome-handed_to": (other, wu)},
        ),
        **{
            f"JoinForm.{field}": (
                "scheduler", "join_waitlist", joy.patient,
                {"weekdays": 0, "notice_hours": 24, "reach": "phone"} | rest,
                {field: theirs},
            )
            for field, theirs, rest in (
                ("visit_type", (stella.talk.pk, joy.talk.pk), {}),
                ("visit", (stella.visit.pk, joy.visit.pk), {"visit_type": joy.talk.pk}),
                ("clinician", (other, wu), {"visit_type": joy.talk.pk}),
            )
        },
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
