"""Every URL with every role, own and foreign, GET and POST: derived from the URLconf, not typed.

A view without an audience fails, and so does a URL about a row for which `world` has no example of
Maria's, and a view that shows Maria's row to somebody of another clinic.
"""

from datetime import time, timedelta
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from accounts.access import Audience
from accounts.actions import change_clinic, invite, set_logo
from pathway.publish_criteria import publish_criteria
from patients.care_team.actions.care_team import join_care_team, set_care_team_only, set_cover
from patients.flags.actions import request_review
from patients.imports.actions.import_logs import upload_import
from patients.imports.actions.read_chunks import read_on_due_imports
from patients.intake.actions import answer_intake
from patients.merging.actions import merge_patients
from patients.models import Episode, VisitRequest
from patients.packets.actions import sign_packet
from patients.portal.actions.my_data import ask_to_close
from patients.portal.actions.visit_question import ask_for_visit
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.letters import Words, write_letter
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.reassessment.actions.visit_request import request_visit
from patients.record.actions.language import choose_language
from patients.safety_desk.actions.calls import note_call
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.saved_views import save_view
from scheduling import slots
from scheduling.calls.actions import note_call as note_quiet_call
from scheduling.hours.actions import add_exception, add_hours
from scheduling.referrals.actions import request_referral
from scheduling.visits.actions.book import book, hold_for_call
from scheduling.visits.actions.book import hold as hold_action
from scheduling.visits.actions.offer import offer as offer_action
from tests.english import english_in
from tests.exchange.conftest import EC, a_system, public
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, StaffFactory
from tests.patients.carers.kept import EVERYTHING, a_carer
from tests.patients.reassessment.room import finished
from tests.patients.record_data import a_programme
from tests.patients.safety_desk.stories import say_yes, settle
from tests.patients.transfers.stories import a_transfer
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.scheduling.waitlist.kept import a_kept_time
from tests.stage import staged

# What all the knocking runs through is covered by the tests of each page; watching it costs half again.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]

BROWSER = Client()
WEEK = timedelta(days=7)
SIGN_IN = "/account/login/"
OURS = ("accounts.", "pathway.", "patients.", "scheduling.", "exchange.", "spinecare.")


def walk(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern


ALL = list(walk(get_resolver().url_patterns))
URLS = [url for url in ALL if url.callback.__module__.startswith(OURS)]

STAFF = {Audience.CLINICIAN, Audience.SCHEDULER, Audience.ADMINISTRATOR}
COMMON = {
    Audience.CLINIC: STAFF,
    Audience.REFERRING: {Audience.CLINICIAN, Audience.ADMINISTRATOR},
    Audience.DESK: {Audience.SCHEDULER, Audience.ADMINISTRATOR},
}
PATIENT_URLS = [
    url
    for url in URLS
    if getattr(url.callback, "audience", None)
    in {Audience.PATIENT, Audience.PERSON, Audience.PUBLIC}
]
STAFF_URLS = [url for url in URLS if getattr(url.callback, "audience", None) in STAFF | set(COMMON)]


def ids(url):
    return url.name


@staged
def visits(episode, dr_kim, sam, now):
    """Rows of scheduling: a request whose time is held, one that is booked, the hours behind them."""
    kim = dr_kim.membership_as("clinician")
    hours = add_hours(
        membership=kim,
        room="Room 4",
        weekdays=[now.weekday()],
        starts=time(9),
        ends=time(12),
        slot_minutes=30,
        from_on=now.date(),
    )
    off = add_exception(membership=kim, kind="off", date=now.date() + WEEK)
    asked = {"purpose": "review", "due_on": now.date() + WEEK, "requested_at": now}
    held, booked = (
        VisitRequest.objects.create(episode=episode, requested_by=dr_kim, **asked)
        for _request in range(2)
    )
    first, second = slots.best_for(held, now=now)[:2]
    hold = hold_action(request=held, slot=first, by=sam, now=now)
    visit = book(request=booked, slot=second, by=sam, now=now)
    call = note_quiet_call(patient=episode.patient, outcome="no_answer", by=sam, now=now)
    offered = VisitRequest.objects.create(episode=episode, requested_by=dr_kim, **asked)
    third = slots.best_for(offered, now=now)[0]
    offer = offer_action(request=offered, slot=third, by=sam, now=now)
    patient = episode.patient
    kind = a_visit_type(patient.clinic)
    fourth = slots.best_for(offered, now=now)[0]
    on_phone = hold_for_call(patient=patient, kind=None, slot=fourth, by=sam, now=now)
    kept = a_kept_time(patient, kind, slots.best_for(offered, now=now)[0], sam, now)
    referral = request_referral(patient=patient, number="", by=sam, now=now)
    mine = ("cancel_my_visit", "change_my_visit", "move_back_my_visit")
    changes = (
        "visit",
        "mark_confirmed",
        "mark_no_show",
        "undo_step",
        "no_other_time",
        "cancel_visit",
        "reschedule_visit",
        "mark_arrived",
        "mark_done",
        "visit_calendar",
    )
    return {
        **{page: {"pk": held.pk} for page in ("find_time", "book", "offer_choice")},
        "book_my_visit": {"pk": kind.pk},
        "offer_choice_to": {"pk": patient.pk},
        **{page: {"pk": visit.pk} for page in changes},
        **{page: {"pk": visit.pk} for page in mine},
        **{page: {"pk": offer.pk} for page in ("accept_offer", "decline_offer")},
        **{
            page: {"pk": referral.pk}
            for page in ("referral", "move_referral", "see_to_warning", "renewal_request")
        },
        "offer": {"pk": held.pk},
        "best_fits": {"pk": held.pk},
        "release_hold": {"pk": hold.pk},
        **{
            page: {"pk": episode.patient.pk}
            for page in (
                "note_call",
                "tell_clinician",
                "phone_log",
                "find_time_for",
                "join_waitlist",
            )
        },
        **{page: {"pk": kept.pk} for page in ("accept_kept", "let_kept_go")},
        "leave_waitlist": {"pk": kept.entry_id},
        **{page: {"pk": on_phone.pk} for page in ("held_time", "offer_held", "book_series")},
        "undo_call": {"pk": call.pk},
        "end_hours": {"pk": hours[0].pk},
        "withdraw_exception": {"pk": off.pk},
        **{page: {"pk": hours[0].room_id} for page in ("rename_room", "retire_room")},
        **{f"{act}_visit_type": {"pk": kind.pk} for act in ("correct", "retire", "bring_back")},
    }


@pytest.fixture(scope="module", autouse=True)
def uploads(tmp_path_factory):
    """The same folder for all of these tests."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.getbasetemp()):
        yield


@staged
def diary_run(maria, ada, now):
    """A diary of Maria's that Ada has uploaded."""
    upload = ContentFile(b"date,pain\n2026-02-01,4\n", name="diary.csv")
    run = upload_import(patient=maria, upload=upload, by=ada, now=now)
    read_on_due_imports(now=now)
    pages = ("run", "columns", "look_again", "take_back", "confirm", "drop", "bad_lines")
    return {f"import_{page}": {"pk": run.pk} for page in pages}


@staged
def proof(episode, dr_kim, now):
    """What a payer asks of Maria's record, and a packet that was signed."""
    source = Path("pathway/criteria/medicare-esi-first.toml").read_text()
    asked, _new = publish_criteria(source=source, now=now)
    packet = sign_packet(episode=episode, asked=asked, by=dr_kim, now=now)
    whole = {"pk": episode.pk, "key": asked.key}
    pages = dict.fromkeys(("proof", "state_criterion", "sign_packet"), whole)
    return {**pages, "proofs": {"pk": episode.pk}, "packet": {"pk": packet.pk}}


@staged
def care_team(maria, dr_kim, now):
    """Dr. Kim cares for Maria; Dr. Wu stands in next month."""
    wu = StaffFactory(clinic=maria.clinic, role="clinician", name="Dr. Wu").membership_as()
    kim, month = dr_kim.membership_as("clinician"), timedelta(days=30)
    member = join_care_team(patient=maria, membership=kim, by=dr_kim, now=now)
    period = (now + month, now + 2 * month)
    cover = set_cover(absent=kim, membership=wu, period=period, by=dr_kim, now=now)
    return {
        "leave_team": {"pk": member.pk},
        "leave_own_team": {"pk": member.pk},
        "end_cover": {"pk": cover.pk},
        "end_cover_for": {"pk": cover.pk},
    }


@staged
def through_fhir(maria, ada, now):
    """A program that Ada has let in, and what it may ask for of Maria."""
    system = a_system(ada, "Harbor Hospital", public(EC, "e"))
    one = {"key": str(maria.pk)}
    kind = {"kind": "Patient"}
    return {
        "end_system": {"pk": system.pk},
        "fhir_read": kind | one,
        "fhir_everything": one,
        "fhir_search": kind,
        "fhir_search_by_post": kind,
        "fhir_unknown": {"rest": "r4/Patient/1/_history/1"},
    }


@staged
def helper(maria, now):
    """Lucia, who may do everything for Maria."""
    carer = a_carer(maria, now, name="Lucia Lopez", **EVERYTHING)
    pages = ("carer", "end_carer", "send_carer_link")
    own = ("my_carer", "end_my_carer", "send_my_carer_link")
    return {
        **{page: {"pk": maria.pk} for page in ("carers", "invite_carer")},
        **{page: {"pk": carer.pk} for page in (*pages, *own)},
    }


@staged
def merged(northside, maria, dr_kim, ada, now):
    """A second record of Maria's, which Ada has merged into the first."""
    other = PatientFactory(clinic=northside, by=dr_kim, name="M. Ortiz", joined=False)
    merge = merge_patients(kept=maria, other=other, by=ada, now=now)
    return {"undo_merge": {"pk": merge.pk}}


@staged
def moving(maria, dr_kim, now):
    """Maria is offered to a clinic that is neither's of these people."""
    offered = a_transfer(maria, dr_kim, now)
    pages = (
        "transfer",
        "withdraw_transfer",
        "reject_transfer",
        "accept_transfer",
        "finish_transfer",
        "stop_my_move",
    )
    return {key: {"pk": offered.pk} for key in pages}


@staged
def clinics_look(northside, ada, now):
    """A logo, a colour, and a change that can be undone."""
    change_clinic(clinic=northside, colour="0b5a6f")
    set_logo(clinic=northside, png=b"drawn elsewhere", by=ada, now=now)
    northside.refresh_from_db()
    return {
        "clinic_logo": {"name": northside.logo},
        "clinic_colour": {"colour": "0b5a6f"},
        "undo_clinic_change": {"pk": northside.events.latest("pgh_id").pgh_id},
    }


@staged
def old_intake(maria, dr_kim, now):
    """Maria's intake of an earlier complaint, which was closed before this one."""
    intake = answer_intake(patient=maria, page="safety", answers={}, by=maria.user, now=now)
    closed = {"closed_on": now.date(), "closed_by": dr_kim}
    Episode.objects.filter(pk=intake.episode_id).update(**closed)
    return intake


@staged
def episode(old_intake, maria, dr_kim):
    return EpisodeFactory(patient=maria, by=dr_kim)


@staged
def world(
    old_intake,
    merged,
    trial,
    episode,
    maria,
    dr_kim,
    protocol,
    visits,
    diary_run,
    proof,
    decided,
    care_team,
    moving,
    through_fhir,
    helper,
    clinics_look,
    now,
):
    """One example of each row that a URL may name; all of them are Maria's or public."""
    log = LogFactory(episode=episode)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    examples = {
        "log": {"pk": log.pk},
        "flag": {"pk": flag.pk},
        "patient": {"pk": maria.pk},
    }
    say_yes(episode, now)
    called = note_call(flag=flag, result="no_answer", note="", by=dr_kim, now=now)
    outcome = settle(flag, dr_kim, now, "not_reached")
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), {"1": 5, "2": 5, "3": 5})
    score = record_peg(episode=episode, form=form, by=maria.user, now=now)
    question = ask_for_visit(episode=episode, question="Can I lift?", now=now)
    asked = {"email": "zoe@clinic.example", "name": "Zoe Zed", "role": "scheduler"}
    zoe = invite(clinic=maria.clinic, by=dr_kim, now=now, **asked)
    return {
        **dict.fromkeys(("log_saved", "log_change", "log_undo", "log_restore"), examples["log"]),
        "log_day": {"day": now.date()},
        "questionnaire": {"key": "check-in"},
        "offline_log": {"language": "en"},
        "intake_page": {"key": "safety"},
        "questionnaire_done": {"pk": score.pk},
        **dict.fromkeys(("flag", "explain", "acknowledge", "snooze", "decide"), examples["flag"]),
        "worklist_beside": examples["flag"],
        **dict.fromkeys(("flag_row", "next_flag", "give_back", "assign", "wake"), examples["flag"]),
        **dict.fromkeys(("discuss", "stop_discussing"), examples["flag"]),
        **dict.fromkeys(("safety_case", "take_case", "note_safety_call"), examples["flag"]),
        "safety_outcome": examples["flag"],
        **{key: {"pk": called.pk} for key in ("correct_safety_call", "withdraw_safety_call")},
        "undo_safety_outcome": {"pk": outcome.pk},
        "drop_view": {"pk": save_view(user=dr_kim, name="Mine", query="").pk},
        **dict.fromkeys(
            (
                "person",
                "new_way_in",
                "withdraw_link",
                "withdraw_registration",
                "send_new_link",
                "record",
                "start_care",
                "care_team",
                "own_team",
                "timeline",
                "risk_facts",
                "offer_transfer",
            ),
            examples["patient"],
        ),
        **{key: {"pk": episode.pk} for key in ("score_entry", "prior_treatment")},
        "intake_review": {"pk": old_intake.pk},
        "visit_brief_clinic": {"pk": episode.pk},
        "visit_question_discussed": {"pk": question.pk},
        **{f"{act}_invitation": {"pk": zoe.pk} for act in ("correct", "renew", "withdraw")},
        **{
            key: {"pk": dr_kim.membership_as("clinician").pk}
            for key in (
                "member",
                "change_role",
                "end_membership",
                "let_return",
                "forget_second_step",
                "end_sign_on_link",
            )
        },
        "settle_closure": {"pk": ask_to_close(patient=maria, reason="", now=now).pk},
        **merged,
        **moving,
        "access_review": {"month": "2026-02"},
        **care_team,
        **helper,
        **visits,
        **diary_run,
        **proof,
        **decided,
        **through_fhir,
        "join": {"token": "no-such-token"},
        **clinics_look,
        "join_by_sign_on": {"token": "no-such-token"},
        **{
            f"openid_connect_{step}": {"provider_id": "no-such-key"}
            for step in ("login", "callback")
        },
        "link_sign_on": {"provider_id": "no-such-key"},
        "end_device": {"device": 1},
        "reminders_off": {"token": "no-such-token"},
        "visit_link": {"token": "no-such-token"},
        "offered_time": {"token": "no-such-token"},
        "learn_tier": {"level": 2},
        "learn_modality": {"key": protocol.modalities.in_order()[0].key},
        "learn_condition": {"key": protocol.conditions.in_order()[0].key},
        "learn_question": {"key": protocol.questions.in_order()[0].key},
    }


@staged
def reassessed(trial, episode, dr_kim, now):
    """One that is finished, with what follows from it, and a later one that is open."""
    whole = finished(episode, dr_kim, now)
    words, by = Words("Dear colleague", "en"), dr_kim
    write_letter(reassessment=whole, kind="gp", words=words, seen=0, by=by, now=now)
    request_visit(reassessment=whole, purpose="review", due_on=now.date(), by=by, now=now)
    begun, letter = begin_reassessment(episode=episode, by=by, now=now), {"kind": "gp"}
    return {
        **{key: {"pk": begun.pk} for key in ("reassessment", "finish_reassessment", "withdraw_reassessment")},
        "answer_question": {"pk": begun.pk, "question": "goals"},
        **{
            key: {"pk": whole.pk}
            for key in ("undo_finishing", "request_visit", "undo_visit_request")
        },
        **{
            key: {"pk": whole.pk, **letter}
            for key in (
                "letter", "write_anew", "finalise_letter", "correct_letter", "withdraw_letter"
            )
        },
        "print_letter": {"pk": whole.pk, **letter, "version": 1},
    }  # fmt: skip


@staged
def decided(episode, dr_kim, protocol, now, reassessed):
    """A decision of Dr. Kim's and a record of each kind that a URL may name."""
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="reassess", reason="other")
    decision = decide(flag=flag, choice=choice, by=dr_kim, now=now)
    programme = a_programme(episode, dr_kim, now)
    of_episode = {"pk": episode.pk}
    return {
        **{key: {"pk": decision.pk} for key in ("correct_decision", "undo_decision")},
        **dict.fromkeys(("records", "reopen_episode", "reassess", "start_step"), of_episode),
        "record_add": {**of_episode, "kind": "plan"},
        "record_add_to": {"pk": programme.pk, "kind": "session"},
        **{
            key: {"pk": programme.pk, "kind": "programme"}
            for key in ("record_change", "record_withdraw")
        },
        **reassessed,
    }


@staged
def people(maria, dr_kim, sam, ada, stella, dr_strand, sid, ann):
    """Who tries: their session, the audience that they belong to, whether Maria's clinic is theirs."""
    return {
        "anonymous": ("", None, False),
        "Maria": (session_of(maria.user), Audience.PATIENT, True),
        "Dr. Kim": (session_of(dr_kim), Audience.CLINICIAN, True),
        "Sam": (session_of(sam), Audience.SCHEDULER, True),
        "Ada": (session_of(ada), Audience.ADMINISTRATOR, True),
        "Stella": (session_of(stella.user), Audience.PATIENT, False),
        "Dr. Strand": (session_of(dr_strand), Audience.CLINICIAN, False),
        "Sid": (session_of(sid), Audience.SCHEDULER, False),
        "Ann": (session_of(ann), Audience.ADMINISTRATOR, False),
    }


@staged
def newcomers(northside):
    """The sessions of staff who have no second factor yet, by role."""
    make = partial(StaffFactory, clinic=northside, second_factor=False)
    return {role: session_of(make(role=role)) for role in map(str, STAFF)}


@staged
def insider_and_outsider(world, maria, dr_kim, now):
    """The clinicians of Northside see their own patients only. Dr. Lee works there, for others."""
    set_care_team_only(clinic=maria.clinic, on=True)
    kim = dr_kim.membership_as("clinician")
    join_care_team(patient=maria, membership=kim, by=dr_kim, now=now)
    dr_lee = StaffFactory(clinic=maria.clinic, role="clinician", name="Dr. Lee")
    return session_of(dr_kim), session_of(dr_lee)


@staged
def maria_in_spanish(world, maria):
    choose_language(user=maria.user, language="es")
    return session_of(maria.user)


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def belongs(audience, role):
    if audience in COMMON:
        return role in COMMON[audience]
    return audience in (role, Audience.PERSON)


def knock(url, kwargs, session, method):
    """The answer, with everything that it changed taken back."""
    BROWSER.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session} if session else {})
    with transaction.atomic():
        response = getattr(BROWSER, method)(reverse(url.name, kwargs=kwargs))
        transaction.set_rollback(True)
    if not response.streaming:
        return response
    kind = response.headers["Content-Type"]
    return HttpResponse(response.getvalue(), status=response.status_code, content_type=kind)


def refused_by(response):
    if response.status_code == 302 and response.url.startswith(SIGN_IN):
        return "sign in"
    return {401: "401", 403: "403", 404: "404"}.get(response.status_code, "")


def expected(audience, role, is_own, about):
    if audience == Audience.PUBLIC:
        return ""
    if audience == Audience.SYSTEM:  # what a token opens: tests/exchange/test_search.py
        return "401"
    if role is None:
        return "sign in"
    if not belongs(audience, role):
        return "403"
    return "404" if "pk" in about and not is_own else ""


@pytest.mark.parametrize("url", URLS, ids=ids)
def test_every_view_names_its_audience(url):
    assert getattr(url.callback, "audience", None) in set(Audience), (
        f"{url.name} has no audience: decorate it with one of accounts.access"
    )


@pytest.mark.parametrize("url", URLS, ids=ids)
def test_who_gets_in(url, world, people):
    kwargs = world.get(url.name, {})
    assert set(kwargs) == set(url.pattern.converters), f"give {url.name} an example in `world`"
    audience = url.callback.audience
    for name, (session, role, is_own) in people.items():
        for method in ("get", "post"):
            response = knock(url, kwargs, session, method)
            story = f"{name} {method} {url.name}: {response.status_code}"
            assert response.status_code < 500, story
            if response.status_code != 405:
                assert refused_by(response) == expected(audience, role, is_own, kwargs), story
            if not is_own and audience != Audience.PUBLIC:
                assert b"Maria Ortiz" not in response.content, f"reads of Maria: {story}"


@pytest.mark.parametrize("url", STAFF_URLS, ids=ids)
def test_staff_see_nothing_before_they_have_a_second_factor(url, world, newcomers):
    audience = url.callback.audience
    role = min(map(str, COMMON.get(audience, {audience})))
    response = knock(url, world.get(url.name, {}), newcomers[role], "get")
    story = f"{role} get {url.name}: {response.status_code}"
    assert response.status_code in {302, 405}, story
    if response.status_code == 302:
        assert response.url == reverse("mfa_index"), story


@pytest.mark.parametrize("url", STAFF_URLS, ids=ids)
def test_outside_the_care_team_marias_record_is_not_there(url, world, insider_and_outsider):
    about, audience = world.get(url.name, {}), url.callback.audience
    for is_inside, session in zip((True, False), insider_and_outsider, strict=True):
        for method in ("get", "post"):
            response = knock(url, about, session, method)
            story = f"{'inside' if is_inside else 'outside'} {method} {url.name}"
            if response.status_code != 405:
                wanted = expected(audience, Audience.CLINICIAN, is_inside, about)
                assert refused_by(response) == wanted, story
            if not is_inside:
                assert b"Maria Ortiz" not in response.content, f"reads of Maria: {story}"


@pytest.mark.parametrize("url", PATIENT_URLS, ids=ids)
def test_on_a_spanish_page_no_english_is_left(url, world, maria_in_spanish):
    """Also not in its errors: the form comes back empty. What is English for a reason says so: lang="en"."""
    for method in ("get", "post"):
        page = knock(url, world.get(url.name, {}), maria_in_spanish, method)
        if page.headers.get("Content-Type", "").startswith("text/html"):
            assert english_in(page.content.decode()) == [], f"{method} {url.name}"
