"""Rosa's daughter helps her: invited with a scope and until a day, seen in what she does, and ended at once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import send_account_mail, send_due_notices
from accounts.models import AccountMail, Invitation, Membership, Notice, User
from patients.carers import actions
from patients.models import AccessLog, Carer, Patient, SafetyAnswer, SymptomLog
from patients.portal.actions.my_data import ask_to_close, settle_closure
from patients.record.actions.register import join
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory
from tests.patients.carers.kept import shown

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 8, 31)
EVERYTHING = {"may_see": True, "may_log": True, "may_book": True}
NOTHING = dict.fromkeys(EVERYTHING, False)


@pytest.fixture
def rosa(northside, dr_kim, now):
    rosa = PatientFactory(clinic=northside, by=dr_kim, name="Rosa Delgado")
    TrialFactory(episode=EpisodeFactory(patient=rosa, by=dr_kim), by=dr_kim)
    return rosa


def invited(patient, by, now, **given):
    """Lucia, the daughter, as `by` has invited her."""
    asked = {"name": "Lucia Delgado", "email": "lucia@mail.example", "relation": "child"}
    return actions.invite_carer(
        patient=patient, by=by, now=now, **{**asked, **EVERYTHING, "until": UNTIL, **given}
    )


def accepted(carer, now):
    join(invitation=carer.invitation, now=now)
    return Carer.objects.select_related("user", "patient__clinic", "invitation").get(pk=carer.pk)


@pytest.fixture
def lucia(rosa, now):
    """With every scope, and in."""
    return accepted(invited(rosa, rosa.user, now), now)


@pytest.fixture
def phone(lucia, sign_in):
    return sign_in(lucia.user)


def said(answer):
    return " ".join(answer.content.decode().split())


def a_log(phone, **more):
    form = phone.get("/log/").context["form"]
    return {
        "submission_id": form["submission_id"].value(), "sealed": form["sealed"].value(),
        "average_pain": "4", "ask": "no", **more,
    }  # fmt: skip


class TestInvited:
    asked = {
        "name": "Lucia Delgado", "email": "Lucia@mail.example", "relation": "child",
        "may_see": "on", "until": "2026-08-31",
    }  # fmt: skip

    def test_by_the_patient_who_says_what_and_until_when(self, rosa, sign_in):
        home = shown(sign_in(rosa.user))
        assert home.post(reverse("invite_my_carer"), self.asked).url == reverse("my_carers")
        assert home.post(reverse("invite_my_carer"), self.asked).status_code == 302
        carer = Carer.objects.get()
        assert (carer.may_see, carer.may_log, carer.may_book) == (True, False, False)
        assert carer.last_day == UNTIL
        page = said(home.get(reverse("my_carers")))
        assert "Lucia Delgado" in page
        assert "Invited, not here yet" in page

    def test_whoever_finds_her_phone_lets_nobody_in_for_good(self, rosa, lucia, sign_in):
        """Neither a new carer nor a wider scope, before it is shown that it is still she."""
        phone = sign_in(rosa.user)
        more = {"may_see": "on", "may_log": "on", "until": "2026-12-01"}
        for page in (reverse("invite_my_carer"), reverse("my_carer", args=[lucia.pk])):
            assert phone.post(page, self.asked | more).url.startswith("/still-you/?next=")
        assert phone.get(reverse("invite_my_carer")).status_code == 302
        assert Carer.objects.get().last_day == UNTIL
        assert phone.post(reverse("end_my_carer", args=[lucia.pk])).status_code == 302

    def test_the_patient_is_told_by_e_mail_that_somebody_was_invited(
        self, rosa, now, sam, mailoutbox
    ):
        invited(rosa, sam, now)
        send_account_mail(now=now)
        [mail] = [one for one in mailoutbox if one.to == [rosa.user.email]]
        assert "A new helper for you" in mail.subject
        assert "Lucia" not in mail.subject + mail.body

    def test_not_without_end(self, rosa, sign_in, settings):
        settings.ACCOUNT_RATE_LIMITS = {"invite_carer": "1/d/user"}
        home = shown(sign_in(rosa.user))
        assert home.post(reverse("invite_my_carer"), self.asked).status_code == 302
        again = home.post(reverse("invite_my_carer"), self.asked | {"email": "b@mail.example"})
        assert "That is all for today" in said(again)
        assert Carer.objects.count() == 1

    def test_by_the_clinic_too(self, rosa, sign_in, sam):
        desk = sign_in(sam)
        answer = desk.post(reverse("invite_carer", args=[rosa.pk]), self.asked)
        assert answer.url == reverse("carers", args=[rosa.pk])
        assert Carer.objects.get().invited_by == sam
        assert AccessLog.objects.filter(patient=rosa, user=sam, page="person").exists()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"may_see": ""}, "Choose at least one."),
            ({"until": "2026-03-01"}, "not before"),
            ({"until": "2030-01-01"}, "not after"),
            ({"relation": "boss"}, "valid choice"),
        ],
    )
    def test_not_without_a_scope_a_day_and_who_they_are(self, rosa, sign_in, wrong, words):
        answer = shown(sign_in(rosa.user)).post(reverse("invite_my_carer"), self.asked | wrong)
        assert answer.status_code == 422
        assert words in said(answer)
        assert not Carer.objects.exists()

    def test_not_the_patient_themselves(self, rosa, sign_in):
        own = self.asked | {"email": rosa.user.email.upper()}
        answer = shown(sign_in(rosa.user)).post(reverse("invite_my_carer"), own)
        assert "signs in here already" in said(answer)

    def test_the_mail_and_the_page_do_not_say_for_whom(self, rosa, now, mailoutbox):
        """A mistyped address must not learn who is a patient of a spine clinic."""
        invited(rosa, rosa.user, now)
        path = Notice.objects.filter(kind="invitation").latest("pk").path
        send_due_notices(now=now)
        [mail] = [one for one in mailoutbox if one.to == ["lucia@mail.example"]]
        page = said(Client().get(path))
        assert "help somebody who is a patient here" in page
        for text in (mail.subject + mail.body, page):
            assert "Rosa" not in text

    def test_and_is_in_with_one_press_which_makes_nobody_a_colleague(self, rosa, now):
        invited(rosa, rosa.user, now)
        browser = Client()
        browser.post(Notice.objects.filter(kind="invitation").latest("pk").path)
        page = said(browser.get("/home/", follow=True))
        assert "For Rosa Delgado" in page
        assert "You are a carer" in page
        assert not Membership.objects.filter(user__email="lucia@mail.example").exists()

    def test_again_where_the_link_ran_out(self, rosa, now, sign_in):
        carer = invited(rosa, rosa.user, now)
        old = carer.invitation.token_digest
        with time_machine.travel(now + timedelta(days=20), tick=False):
            home = sign_in(rosa.user)
            assert "The link ran out." in said(home.get(reverse("my_carer", args=[carer.pk])))
            home.post(reverse("send_my_carer_link", args=[carer.pk]))
            home.post(reverse("send_my_carer_link", args=[carer.pk]))
        assert Invitation.objects.get(pk=carer.invitation_id).token_digest != old

    def test_the_newest_invitation_of_one_person_counts(self, lucia, rosa, now):
        later = now + timedelta(hours=1)
        again = accepted(invited(rosa, rosa.user, later, may_log=False, may_book=False), later)
        assert Carer.objects.get(ended_at=None) == again
        assert User.objects.get(pk=lucia.user_id).cared_for == [rosa]


class TestScope:
    """Each of see, log and book by itself, at every page: tests/patients/carers/test_walk.py."""

    def test_who_may_only_log_reads_nothing_else(self, rosa, now, sign_in):
        log = LogFactory(episode=rosa.episodes.get(), average_pain=9)
        carer = accepted(invited(rosa, rosa.user, now, **NOTHING | {"may_log": True}), now)
        phone = sign_in(carer.user)
        page = said(phone.get("/home/"))
        assert "You help Rosa Delgado" in page
        assert reverse("progress") not in page
        assert not phone.get("/log/").context["saved"]
        assert phone.get(reverse("log_saved", args=[log.pk])).status_code == 404
        saved = phone.post("/log/", a_log(phone))
        assert phone.get(saved.url).status_code == 200

    def test_who_may_only_see_is_told_so(self, rosa, now, sign_in):
        carer = accepted(invited(rosa, rosa.user, now, **NOTHING | {"may_see": True}), now)
        phone = sign_in(carer.user)
        assert phone.get("/progress/").status_code == 200
        assert 'href="/log/"' not in said(phone.get("/home/"))
        for method in (phone.get, phone.post):
            answer = method("/log/")
            assert answer.status_code == 403
            assert "You may not do this" in said(answer)

    def test_a_carer_changes_what_they_entered_and_not_what_the_patient_did(
        self, phone, rosa, lucia
    ):
        theirs = LogFactory(episode=rosa.episodes.get())
        assert phone.get(reverse("log_saved", args=[theirs.pk])).status_code == 200
        for page in ("log_change", "log_undo"):
            assert phone.post(reverse(page, args=[theirs.pk])).status_code == 404
        phone.post("/log/", a_log(phone))
        own = SymptomLog.objects.get(entered_by=lucia.user)
        assert phone.post(reverse("log_undo", args=[own.pk])).status_code == 302

    def test_it_is_changed_from_the_next_page_on(self, phone, rosa, lucia, sign_in):
        home = shown(sign_in(rosa.user))
        less = {"may_see": "on", "until": "2026-03-10"}
        assert home.post(reverse("my_carer", args=[lucia.pk]), less).status_code == 302
        assert phone.get("/log/").status_code == 403
        assert Carer.objects.get(pk=lucia.pk).last_day == date(2026, 3, 10)

    def test_the_patients_own_affairs_are_no_carers(self, phone, lucia):
        for page in (
            "my_data",
            "my_carers",
            "close_account",
            "my_phone",
            "reminders",
            "access_history",
        ):
            assert phone.get(reverse(page)).status_code == 403, page
        assert phone.get(reverse("my_carer", args=[lucia.pk])).status_code == 403

    def test_the_pages_are_in_the_carers_own_language(self, phone, lucia, rosa):
        User.objects.filter(pk=lucia.user_id).update(language="es")
        assert "Para Rosa Delgado" in said(phone.get("/home/"))
        phone.post(reverse("choose_language"), {"language": "en"})
        assert Patient.objects.get(pk=rosa.pk).language == "en"
        assert "For Rosa Delgado" in said(phone.get("/home/"))


class TestEnded:
    def test_at_once_also_for_a_form_that_is_open(self, phone, rosa, lucia, sign_in):
        form = a_log(phone)
        home = sign_in(rosa.user)
        home.post(reverse("end_my_carer", args=[lucia.pk]))
        assert phone.post("/log/", form).status_code == 403
        assert phone.get("/home/").status_code == 403
        assert not SymptomLog.objects.exists()

    def test_of_who_is_a_patient_too_nothing_is_written_into_their_own_record(
        self, phone, rosa, lucia, northside, dr_kim, now
    ):
        """The open page is Rosa's; the only record that is left is Lucia's own."""
        own = PatientFactory(clinic=northside, by=dr_kim, name="Lucia D.", email=lucia.user.email)
        EpisodeFactory(patient=own, by=dr_kim)
        phone.post("/who-for/", {"patient": rosa.pk})
        form = a_log(phone, for_whom=rosa.pk)
        actions.end_carer(carer=lucia, by=rosa.user, now=now)
        assert phone.post("/log/", form).url.startswith("/who-for/")
        del form["for_whom"]
        assert phone.post("/log/", form).url.startswith("/who-for/")
        assert not SymptomLog.objects.exists()

    def test_by_itself_after_the_last_day(self, phone, lucia, rosa):
        with time_machine.travel(lucia.until - timedelta(seconds=1), tick=False):
            assert rosa in User.objects.get(pk=lucia.user_id).cared_for
        with time_machine.travel(lucia.until, tick=False):
            assert not User.objects.get(pk=lucia.user_id).cared_for

    def test_rows_asked_for_with_a_carer_who_was_ended_meanwhile_are_none(self, lucia, rosa, now):
        LogFactory(episode=rosa.episodes.get())
        [patient] = lucia.user.cared_for
        assert SymptomLog.objects.visible_to(patient).exists()
        patient.carer.ended_at = now
        assert not SymptomLog.objects.visible_to(patient).exists()

    def test_the_carer_is_told_without_a_word_of_whom(self, lucia, rosa, now, mailoutbox):
        actions.end_carer(carer=lucia, by=rosa.user, now=now)
        actions.end_carer(carer=lucia, by=rosa.user, now=now)
        send_account_mail(now=now)
        [mail] = [one for one in mailoutbox if one.to == [lucia.user.email]]
        assert "as a carer has ended" in mail.subject
        assert "Rosa" not in mail.subject + mail.body

    def test_a_link_that_waits_is_closed_and_its_mail_stays_here(self, rosa, now, sign_in, ada):
        carer = invited(rosa, rosa.user, now)
        path = Notice.objects.filter(kind="invitation").latest("pk").path
        sign_in(ada).post(reverse("end_carer", args=[carer.pk]))
        assert Client().post(path).status_code == 410
        assert Carer.objects.get(pk=carer.pk).user is None
        assert AccountMail.objects.count() == 1  # to Rosa, that somebody was invited

    def test_changing_or_inviting_again_what_was_ended_meanwhile_does_nothing(
        self, rosa, lucia, now, sign_in
    ):
        actions.end_carer(carer=lucia, by=rosa.user, now=now)
        home, url = shown(sign_in(rosa.user)), reverse("my_carer", args=[lucia.pk])
        answer = home.post(url, {"may_see": "on", "until": "2026-09-01"}, follow=True)
        assert "It has ended already." in said(answer)
        assert "Nothing was sent" in said(
            home.post(reverse("send_my_carer_link", args=[lucia.pk]), follow=True)
        )

    def test_when_the_patient_closes_the_account(self, phone, lucia, rosa, ada, now):
        asked = ask_to_close(patient=rosa, reason="", now=now)
        settle_closure(request=asked, outcome="closed", note="", by=ada, now=now)
        assert phone.get("/home/").status_code == 403
        assert User.objects.get(pk=lucia.user_id).is_active

    def test_who_closes_their_own_account_goes_on_caring(self, lucia, northside, dr_kim, ada, now):
        own = PatientFactory(clinic=northside, by=dr_kim, name="Lucia D.", email=lucia.user.email)
        asked = ask_to_close(patient=own, reason="", now=now)
        settle_closure(request=asked, outcome="closed", note="", by=ada, now=now)
        assert User.objects.get(pk=lucia.user_id).is_active


class TestSeen:
    def test_every_log_says_who_entered_it(self, phone, lucia, rosa, sign_in, dr_kim):
        phone.post("/log/", a_log(phone))
        log = SymptomLog.objects.get()
        assert (log.source, log.entered_by) == ("carer", lucia.user)
        words = "entered by Lucia Delgado, carer"
        timeline = sign_in(dr_kim).get(reverse("timeline", args=[rosa.pk]))
        assert words in said(timeline)
        assert words in said(sign_in(rosa.user).get(reverse("log_saved", args=[log.pk])))

    def test_a_yes_by_a_carer_is_handled_as_the_patients_and_says_who_answered(
        self, phone, lucia, rosa, sign_in, dr_kim
    ):
        page = phone.get("/log/")
        question = page.context["form"].fields["alarms"].choices[0][0]
        answer = phone.post("/log/", a_log(phone, alarms=question, ask="yes"), follow=True)
        assert answer.context["advice"]
        assert SafetyAnswer.objects.get(answer=True).answered_by == lucia.user
        flag = rosa.episodes.get().flags.get()
        assert (flag.kind, flag.holds_rules) == ("safety", True)
        case = sign_in(dr_kim).get(reverse("safety_case", args=[flag.pk]))
        assert "Lucia Delgado, carer" in said(case)

    def test_who_looked_and_what_they_did(self, phone, lucia, rosa, sign_in, ada):
        phone.get("/progress/")
        phone.post("/log/", a_log(phone))
        phone.post("/log/", {"average_pain": "99"})
        pages = list(AccessLog.objects.order_by("pk").values_list("page", flat=True))
        assert pages == ["saw:progress", "saw:log", "did:log"]
        home = sign_in(rosa.user)
        history = said(home.get(reverse("access_history")))
        assert "Lucia Delgado</strong>, Carer" in history
        own = said(home.get(reverse("my_carer", args=[lucia.pk])))
        for words in ("Filled in the log", "Looked at the progress"):
            assert words in own
        assert "Filled in the log" in said(sign_in(ada).get(reverse("carer", args=[lucia.pk])))


class TestWhose:
    def test_another_patients_carer_does_not_exist(self, lucia, maria, sign_in):
        own = sign_in(maria.user)
        for page in ("my_carer", "end_my_carer", "send_my_carer_link"):
            assert own.post(reverse(page, args=[lucia.pk])).status_code == 404
        assert Carer.objects.get(pk=lucia.pk).ended_at is None

    def test_no_carer_reads_of_the_others(self, lucia):
        [patient] = lucia.user.cared_for
        assert not Carer.objects.visible_to(patient).exists()

    def test_of_two_patients_one_at_a_time_and_the_other_tab_writes_nothing(
        self, lucia, rosa, maria, episode, now, sign_in
    ):
        accepted(invited(maria, maria.user, now), now)
        phone = sign_in(lucia.user)
        assert phone.get("/home/").url.startswith("/who-for/")
        phone.post("/who-for/", {"patient": rosa.pk})
        form = a_log(phone, for_whom=rosa.pk)
        assert "Maria" not in said(phone.get("/home/"))
        phone.post("/who-for/", {"patient": maria.pk})
        assert "For Maria Ortiz" in said(phone.get("/home/"))
        phone.post("/log/", form)
        assert not SymptomLog.objects.exists()
        phone.post("/who-for/", {"patient": rosa.pk})
        assert phone.get("/log/").context["form"]["average_pain"].value() == "4"

    def test_in_two_clinics_on_one_installation_with_one_sign_in(self, lucia, rosa, stella, now):
        theirs = accepted(invited(stella, stella.user, now), now)
        assert theirs.user == lucia.user
        assert lucia.user.cared_for == [rosa, stella]


def test_the_database_refuses_what_makes_no_sense(lucia, rosa, now):
    wrong = [
        {"relation": "boss"}, NOTHING, {"user": None}, {"ended_by": rosa.user},
        {"until": now - timedelta(days=1)}, {"invited_at": now - timedelta(days=20_000)},
    ]  # fmt: skip
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Carer.objects.filter(pk=lucia.pk).update(**change)
    twice = Carer.objects.get(pk=lucia.pk)
    twice.pk, twice.invitation = None, rosa.invitation
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()
