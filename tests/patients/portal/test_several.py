"""A couple shares an e-mail, and a mother speaks for her son: each page says for whom, and what is meant for
one is never written down for the other."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.actions import post_notice, send_due_notices
from accounts.context import house
from accounts.models import HeldForm, Notice, User
from patients.logs.actions.reminders import remind_of_logs
from patients.models import Patient, SymptomLog
from patients.portal.actions.my_data import ask_to_close, settle_closure
from patients.record.actions.register import invite_patient
from tests.accounts.codes import latest_code
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory

pytestmark = pytest.mark.django_db
WHO = "/who-for/"


@pytest.fixture
def leo(maria, northside, dr_kim):
    """Maria's son, registered with her e-mail; his account is hers."""
    leo = PatientFactory(clinic=northside, by=dr_kim, name="Leo Ortiz", email=maria.email)
    TrialFactory(episode=EpisodeFactory(patient=leo, by=dr_kim), by=dr_kim)
    return leo


@pytest.fixture
def phone(maria, trial, leo, sign_in):
    """Signed in as Maria; nobody is chosen yet."""
    return sign_in(User.objects.get(pk=maria.user_id))


def said(answer):
    return " ".join(answer.content.decode().split())


def choose(phone, patient, **more):
    return phone.post(WHO, {"patient": patient.pk, **more})


def a_log(phone):
    page = phone.get("/log/")
    form = page.context["form"]
    return {
        "for_whom": for_whom(page),
        "submission_id": form["submission_id"].value(),
        "sealed": form["sealed"].value(),
        "average_pain": "4",
        "adherence": "done",
        "ask": "no",
    }


def for_whom(page):
    """As the forms of the page say it."""
    return page.content.decode().split('name="for_whom" value="')[1].split('"')[0]


def logs_of(patient):
    return SymptomLog.objects.filter(episode__patient=patient)


def test_the_second_of_two_joins_with_the_same_address(maria, leo):
    assert leo.user == maria.user
    assert Patient.objects.get(pk=maria.pk).user == maria.user
    assert User.objects.filter(email=maria.email).count() == 1


def test_the_second_invitation_asks_who_has_signed_in_before_for_a_code(
    maria, northside, dr_kim, now
):
    User.objects.filter(pk=maria.user_id).update(last_login=now)
    ben = PatientFactory(
        clinic=northside, by=dr_kim, name="Ben Ortiz", email=maria.email, joined=False
    )
    invite_patient(patient=ben, by=dr_kim, now=now)
    browser = Client()
    path = Notice.objects.filter(kind="invitation").latest("pk").path
    assert "Join Northside" in said(browser.get(path))
    assert browser.post(path).url == reverse("account_request_login_code")
    browser.post(reverse("account_request_login_code"), {"email": maria.email})
    browser.post(reverse("account_confirm_login_code"), {"code": latest_code()})
    page = browser.get("/home/", follow=True)
    assert "Who is it for?" in said(page)
    assert "Ben Ortiz" in said(page)


def test_who_speaks_for_one_is_never_asked(maria, trial, sign_in):
    phone = sign_in(maria.user)
    assert phone.get("/home/").status_code == 200
    assert "Someone else" not in said(phone.get("/home/"))


def test_sign_in_asks_for_whom_and_goes_on_there(phone, leo, maria):
    asked = phone.get("/progress/")
    assert asked.url == f"{WHO}?next=%2Fprogress%2F"
    page = said(phone.get(asked.url))
    assert "Leo Ortiz" in page
    assert "Maria Ortiz" in page
    assert "For Leo" not in page
    assert choose(phone, leo, next="/progress/").url == "/progress/"
    page = said(phone.get("/home/"))
    assert "For Leo Ortiz" in page
    assert "Maria" not in page


def test_a_strangers_key_is_no_choice(phone, stella):
    for asked in (stella.pk, "", "x" * 30, "9" * 30):
        assert phone.post(WHO, {"patient": asked}).status_code == 422
    assert phone.get("/home/").status_code == 302


def test_way_on_is_a_page_of_ours(phone, leo):
    assert choose(phone, leo, next="https://elsewhere.example/").url == "/"


def test_nobody_else_has_such_a_page(sign_in, dr_kim):
    assert sign_in(dr_kim).get(WHO).url == "/"


def test_registering_a_second_patient_with_the_address_asks_whether_they_share_it(
    maria, sign_in, ada
):
    """A slip of the pen would show one of them the other's record."""
    office = sign_in(ada)
    details = {
        "name": "Ben Ortiz", "birth_date": "1970-01-01", "number": "N-1", "language": "en",
        "email": maria.user.email.upper(),
    }  # fmt: skip
    assert "share one e-mail" not in said(office.get(reverse("register")))
    asked = office.post(reverse("register"), details)
    assert asked.status_code == 422
    assert "Maria Ortiz has this e-mail." in said(asked)
    assert "Yes, they share one e-mail" in said(asked)
    assert not Patient.objects.filter(name="Ben Ortiz").exists()
    shared = details | {"shares_email": "on"}
    assert office.post(reverse("register"), shared).status_code == 302
    assert office.post(reverse("register"), shared).status_code == 302
    assert Patient.objects.filter(name="Ben Ortiz").count() == 1


def test_what_is_saved_is_for_the_one_who_was_chosen(phone, leo, maria):
    choose(phone, leo)
    assert phone.post("/log/", a_log(phone)).status_code == 302
    assert (logs_of(leo).count(), logs_of(maria).count()) == (1, 0)


def test_the_others_rows_are_not_there(phone, leo, maria, episode):
    log = LogFactory(episode=episode)
    choose(phone, leo)
    for page in ("log_saved", "log_change"):
        assert phone.get(reverse(page, args=[log.pk])).status_code == 404
    for_leo = {"for_whom": leo.pk}
    assert phone.post(reverse("log_undo", args=[log.pk]), for_leo).status_code == 404
    choose(phone, maria)
    assert phone.get(reverse("log_saved", args=[log.pk])).status_code == 200


def test_a_page_left_open_for_the_other_one_saves_nothing(phone, leo, maria):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(maria.user)

    def post(path, **data):
        return strict.post(path, data | {"csrfmiddlewaretoken": token})

    token = strict.get(WHO).context["csrf_token"]
    post(WHO, patient=maria.pk)
    page = strict.get("/log/")
    token, form = page.context["csrf_token"], a_log(strict)
    other = strict.get(WHO).context["csrf_token"]
    strict.post(WHO, {"patient": leo.pk, "csrfmiddlewaretoken": other})
    assert post("/log/", **form).status_code == 403
    assert not SymptomLog.objects.exists()
    # It waits for Maria, and is not shown to be saved for Leo.
    assert HeldForm.objects.get().patient == maria.pk
    assert strict.get("/log/").context["form"]["average_pain"].value() is None
    assert HeldForm.objects.exists()


def test_a_form_of_the_other_ones_page_saves_nothing_whatever_the_session_says(phone, leo, maria):
    """Of two tabs at once the slower one may write the session over; the form itself says for whom it is."""
    choose(phone, maria)
    form = a_log(phone)
    choose(phone, leo)
    assert phone.post("/log/", form).url.startswith(WHO)
    assert phone.post("/log/", {**form, "for_whom": ""}).url.startswith(WHO)
    del form["for_whom"]
    assert phone.post("/log/", form).url.startswith(WHO)
    assert not SymptomLog.objects.exists()
    choose(phone, maria)
    assert phone.get("/log/").context["form"]["average_pain"].value() == "4"


def test_who_stays_behind_alone_is_not_slipped_in_under_an_open_page(phone, leo, maria):
    """The son's account is taken away while his page is open: it is asked, and nothing is written for Maria."""
    choose(phone, leo)
    form = a_log(phone)
    Patient.objects.filter(pk=leo.pk).update(user=None)
    assert phone.post("/log/", form).url.startswith(WHO)
    assert not SymptomLog.objects.exists()


def test_answers_sent_before_anybody_is_chosen_wait_for_the_one_they_are_about(phone, leo, maria):
    choose(phone, maria)
    form = a_log(phone)
    session = phone.session
    del session["home"]
    session.save()
    assert phone.post("/log/", form).url == f"{WHO}?next=%2Flog%2F"
    assert not SymptomLog.objects.exists()
    choose(phone, leo)
    assert phone.get("/log/").context["form"]["average_pain"].value() is None
    choose(phone, maria)
    assert phone.get("/log/").context["form"]["average_pain"].value() == "4"


def test_closing_one_account_leaves_the_other_ones_way_in(phone, leo, maria, ada, now):
    asked = ask_to_close(patient=leo, reason="", now=now)
    settle_closure(request=asked, outcome="closed", note="", by=ada, now=now)
    user = User.objects.get(pk=maria.user_id)
    assert user.is_active
    assert [one.name for one in user.speaks_for] == ["Maria Ortiz"]


def test_a_request_that_was_refused_before_anybody_was_known_has_a_frame(db):
    frame = house(RequestFactory().get("/"))
    assert (frame["home"], frame["patient_of_user"]) == (None, None)


def test_each_reads_their_own_language(phone, leo, maria):
    Patient.objects.filter(pk=leo.pk).update(language="es")
    choose(phone, leo)
    assert "Para Leo Ortiz" in said(phone.get("/home/"))
    choose(phone, maria)
    assert "For Maria Ortiz" in said(phone.get("/home/"))


def test_the_clinic_sees_at_work_neither_of_them_by_who_speaks_for_both(leo, maria, northside, now):
    """Whoever speaks for a patient opens their record at home, not at work."""
    user = User.objects.get(pk=maria.user_id)
    membership = user.memberships.create(clinic=northside, role="clinician", started_at=now)
    assert not Patient.objects.visible_to(membership).filter(pk__in=[leo.pk, maria.pk]).exists()


@pytest.mark.parametrize(
    "asked", ["²", "1,5", "people", "//evil.example/", "javascript:alert(1)", ""]
)
def test_a_way_on_that_is_no_page_of_ours_leads_to_the_first_one(phone, leo, asked):
    for answer in (
        choose(phone, leo, next=asked),
        phone.post(reverse("choose_language"), {"language": "es", "next": asked}),
    ):
        assert (answer.status_code, answer.url) == (302, reverse("start"))


class TestWhoseMail:
    """Two at one address get two reminders: each says for whom it is, as that patient chose."""

    @pytest.fixture
    def mails(self, leo, maria, now, mailoutbox):
        def sent():
            mailoutbox.clear()
            for patient in Patient.objects.filter(pk__in=[leo.pk, maria.pk]).order_by("name_key"):
                key = f"log:{patient.pk}:{len(Notice.objects.all())}"
                post_notice(
                    kind="log_reminder", key=key, clinic=patient.clinic, email=maria.user.email,
                    whom=patient.mail_name, path="/log/", now=now,
                )  # fmt: skip
            send_due_notices(now=now)
            return [mail for mail in mailoutbox if "log" in mail.subject]

        return sent

    def test_by_their_initials_from_the_second_on(self, mails):
        leo, maria = mails()
        assert leo.subject.endswith("(L. O.)")
        assert "This is for L. O." in leo.body
        assert maria.subject.endswith("(M. O.)")

    def test_by_a_first_name_or_not_at_all_as_they_choose(self, phone, leo, maria, mails):
        for patient, shown in ((leo, "first"), (maria, "nobody")):
            choose(phone, patient)
            answer = phone.post(reverse("my_phone"), {"shown_as": shown, "for_whom": patient.pk})
            assert answer.status_code == 302
        first, second = mails()
        assert first.subject.endswith("(Leo)")
        assert "(" not in second.subject

    def test_whoever_has_an_address_of_their_own_is_not_named(self, maria):
        assert maria.mail_name == ""

    def test_reminders_of_logs_and_visits_carry_it(self, leo, maria, now):
        Patient.objects.filter(pk=leo.pk).update(reminder_hour=8)
        remind_of_logs(now=now)
        assert Notice.objects.get(kind="log_reminder").whom == "L. O."

    def test_the_table_takes_no_other_word(self, maria):
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=maria.pk).update(shown_as="illness")


def test_a_patient_of_two_clinics_signs_in_once_and_each_record_is_apart(
    maria, trial, southside, dr_strand, sign_in, now
):
    there = PatientFactory(clinic=southside, by=dr_strand, name="Maria Ortiz", email=maria.email)
    TrialFactory(episode=EpisodeFactory(patient=there, by=dr_strand), by=dr_strand)
    phone = sign_in(User.objects.get(pk=maria.user_id))
    asked = said(phone.get("/home/", follow=True))
    assert "Northside Spine Clinic" in asked
    assert "Southside Spine Clinic" in asked
    choose(phone, there)
    assert phone.post("/log/", a_log(phone)).status_code == 302
    assert "Northside" not in said(phone.get("/home/"))
    assert (logs_of(there).count(), logs_of(maria).count()) == (1, 0)
    assert not SymptomLog.objects.visible_to(dr_strand.membership_as()).filter(
        episode__patient=maria
    )
