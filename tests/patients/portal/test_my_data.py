"""Maria takes a copy of her record, sees who opened it, and may ask to close her account."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.resume_form import seal
from accounts.tasks import send_account_mail
from patients.care_team.actions.access import note_access
from patients.flags.actions import request_review
from patients.flags.safety_answers import answer_safety
from patients.logs.actions.log import LogEntry, change_log
from patients.models import AccessLog, ClosureRequest, SymptomLog, TrialReview
from patients.portal.actions.my_data import NotOpen, withdraw_closure
from patients.portal.export import tables
from patients.portal.export.labels import COLUMNS, TITLES, is_left_out
from patients.portal.export.zip import safe
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.language import choose_language
from patients.record.actions.register import invite_patient, join
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling.models import Consultation, Referral
from tests.factories import LogFactory, keep_diary
from tests.pages import drawn
from tests.patients.intakes import answer_all
from tests.patients.safety_desk.stories import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def download(phone):
    response = phone.get(reverse("my_data_file"))
    content = response.getvalue()
    assert response.headers["Cache-Control"] == "no-store"
    assert 'attachment; filename="my-record.zip"' in response.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(content))


def sheet(archive, name):
    text = archive.read(f"{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestTheCopy:
    @pytest.fixture
    def record(self, trial, episode, maria, dr_kim, protocol, now):
        keep_diary(episode, [6, 0, 7], (now - timedelta(days=1)).date())
        log = LogFactory(episode=episode, average_pain=4, note="=HYPERLINK(1)")
        entry = LogEntry(average_pain=5, local_date=now.date(), note="+1 hour in the car")
        change_log(log=log, entry=entry, now=now)
        form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), {"1": 5, "2": 5, "3": 0})
        record_peg(episode=episode, form=form, by=maria.user, now=now)
        question = protocol.safety_questions.get(key="bladder")
        answer_safety(
            episode=episode, yes_to=[question], submission_id=uuid4(), by=maria.user, now=now
        )
        settle(episode.flags.get(), dr_kim, now)
        flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
        choice = Choice(
            kind="reassess",
            reason="safety",
            note="for the team",
            patient_sentence="Please come in.",
        )
        decide(flag=flag, choice=choice, by=dr_kim, now=now)
        return log

    def test_every_row_that_she_may_read_is_in_it(self, phone, maria, record):
        archive = download(phone)

        kinds = tables.export_tables_of(maria)
        assert {f"{kind.name}.csv" for kind in kinds} < set(archive.namelist())
        for kind in kinds:
            assert len(sheet(archive, kind.name)) == len(list(kind.rows)), kind.name
        logs = SymptomLog.objects.filter(episode__patient=maria).order_by("pk")
        read = sheet(archive, "symptom-log")
        assert [row["average_pain"] for row in read] == [str(log.average_pain) for log in logs]
        assert read[0]["local_date"] == logs[0].local_date.isoformat()
        assert read[0]["entered_by"] == "Maria Ortiz"

    def test_what_was_changed_is_in_it_with_what_it_was(self, phone, record):
        history = sheet(download(phone), "symptom-log-history")

        states = [row["average_pain"] for row in history if row["row"] == str(record.pk)]
        assert states == ["4", "5"]

    def test_no_cell_is_a_formula(self, phone, record):
        archive = download(phone)

        assert sheet(archive, "symptom-log")[-1]["note"] == "'+1 hour in the car"
        for name in archive.namelist():
            if name.endswith(".csv"):
                for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                    assert not [cell for cell in row if cell.startswith(("=", "+", "@"))], name

    @pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
    def test_a_cell_that_some_spreadsheet_would_run_is_text(self, begins):
        assert safe(f"{begins}1+1") == f"'{begins}1+1"

    @pytest.mark.parametrize("cell", [0, 4.5, None, "plain", ""])
    def test_other_cells_stay_as_they_are(self, cell):
        assert safe(cell) == cell

    def test_sentences_and_not_the_teams_words_are_in_it(self, phone, record):
        archive = download(phone)

        assert sheet(archive, "messages-from-your-care-team")[0]["sentence"] == "Please come in."
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
        assert "for the team" not in everything
        assert "Yes to: " not in everything

    def test_one_page_can_be_read(self, phone, record):
        page = download(phone).read("my-record.html").decode()

        assert "The record of Maria Ortiz" in page
        assert "Do you have new trouble passing urine" in page
        assert page.count("<html") == page.count("</html>") == 1
        for words in ("<h2>Logs</h2>", '<th scope="col">Average pain</th>', "<td>No</td>"):
            assert words in page
        assert "<td>Mechanical low back or neck pain, Back</td>" in page
        for machine in ("symptom-log", "average_pain", "mechanical-pain", "<td>False</td>"):
            assert machine not in page
        assert "<h2>Medicines</h2>" not in page  # there are none

    def test_a_name_with_brackets_does_not_break_it(self, phone, maria, record):
        type(maria).objects.filter(pk=maria.pk).update(name="Maria [sheets] {{ cut }} Ortiz")

        page = download(phone).read("my-record.html").decode()

        assert "The record of Maria [sheets] {{ cut }} Ortiz" in page
        assert page.count("</html>") == 1

    def test_it_can_be_read_in_spanish(self, phone, maria, record):
        choose_language(user=maria.user, language="es")

        page = download(phone).read("my-record.html").decode()

        assert "<h2>Registros</h2>" in page
        assert '<th scope="col">Dolor promedio</th>' in page

    def test_every_sheet_and_column_has_a_name(self, maria, db):
        for one in tables.export_tables_of(maria, [Consultation, Referral]):
            assert one.name in TITLES
            assert {name for name in one.columns if not is_left_out(name)} <= {*COLUMNS}

    def test_nothing_of_others_is_in_it(self, sign_in, stella, record):
        archive = download(sign_in(stella.user))

        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Maria" not in everything
        assert sheet(archive, "symptom-log") == []

    def test_her_intake_is_in_it_and_no_suggestion(self, phone, maria, protocol, now):
        answer_all(maria, protocol, now)

        rows = sheet(download(phone), "first-questions")
        assert {"page": "pain", "question": "usual_pain", "answer": "6"}.items() <= next(
            row for row in rows if row["page"] == "pain"
        ).items()
        assert "heat; other" in {row["answer"] for row in rows}
        assert "suggested" not in "".join(rows[0])

    def test_what_the_rules_work_out_again_and_again_is_left_out(self):
        assert not tables.is_readable(TrialReview)
        assert tables.is_readable(SymptomLog)
        assert not tables.is_readable(User)


class TestWhoOpenedIt:
    def test_names_roles_pages_and_times_the_newest_first(
        self, phone, maria, trial, dr_kim, sam, sign_in, now
    ):
        sign_in(dr_kim).get(reverse("record", args=[maria.pk]))
        with time_machine.travel(now + timedelta(hours=1), tick=False):
            note_access(patient=maria, user=sam, page="find_time", now=now + timedelta(hours=1))
            note_access(patient=maria, user=sam, page="new", now=now + timedelta(hours=2))
        page = text(phone.get(reverse("access_history")))
        assert page.index("Sam Silva") < page.index("Dr. Kim")
        for words in (
            "<strong>Dr. Kim</strong>, Clinician", "Your record", "<strong>Sam Silva</strong>, Scheduler",
            "Your contact details, to find a time for a visit", "A page of your record",
            "Monday, March 2, 2026, 9:00 a.m.",
        ):  # fmt: skip
            assert words in page

    def test_nobody_yet(self, phone):
        assert "Nobody has opened it yet." in text(phone.get(reverse("access_history")))

    def test_many_are_paged(self, phone, maria, dr_kim, now):
        AccessLog.objects.bulk_create(
            AccessLog(patient=maria, user=dr_kim, page="flag", at=now) for _ in range(51)
        )
        first = text(phone.get(reverse("access_history")))
        assert "Page 1 of 2" in first
        second = text(phone.get(reverse("access_history") + "?page=2"))
        assert (second.count("<strong>Dr. Kim"), "Newer" in second) == (1, True)

    def test_somebody_who_left_keeps_the_role_that_they_had(self, phone, maria, dr_kim, ada, now):
        note_access(patient=maria, user=dr_kim, page="flag", now=now)
        note_access(patient=maria, user=maria.user, page="flag", now=now)
        dr_kim.memberships.update(ended_at=now, ended_by=ada)
        page = text(phone.get(reverse("access_history")))
        assert "<strong>Dr. Kim</strong>, Clinician" in page
        assert "<strong>Maria Ortiz</strong></p>" in page


class TestContact:
    def test_the_page_leads_everywhere(self, phone):
        page = text(phone.get(reverse("my_data")))
        for name in (
            "my_data_file", "access_history", "my_phone", "account_email", "usersessions_list",
            "close_account",
        ):  # fmt: skip
            assert f'href="{reverse(name)}"' in page

    def test_her_phone(self, phone, maria):
        assert 'value="555-0142"' in text(phone.get(reverse("my_phone")))
        assert phone.post(reverse("my_phone"), {"phone": "9" * 41}).status_code == 422
        assert phone.post(reverse("my_phone"), {"phone": "555-0777"}).url == reverse("my_data")
        maria.refresh_from_db()
        assert maria.phone == "555-0777"

    def test_her_number_waits_while_she_signs_in_again(self, phone, maria):
        asked = {"phone": "555-0777", "sealed": seal(maria)}
        phone.logout()
        phone.post(reverse("my_phone"), asked)
        phone.force_login(maria.user)

        page = text(phone.get(reverse("my_phone")))

        assert "Your answers are still here. Press Save to go on." in page
        assert 'value="555-0777"' in page

    def test_her_language(self, phone, maria):
        page = text(phone.get(reverse("my_data")))
        assert "<dt>Language</dt><dd>English</dd>" in page
        assert page.count('name="language" value="es"') == 2  # and the one below every page
        phone.post(reverse("choose_language"), {"language": "es", "next": reverse("my_data")})
        assert "<dt>Idioma</dt><dd>Español</dd>" in text(phone.get(reverse("my_data")))

    def test_her_e_mail_counts_once_the_code_is_entered(self, maria, client):
        sign_in_with_code(client, maria.user.email)
        assert "Now we write to" in text(client.get(reverse("account_email")))
        asked = {"action_add": "yes", "email": "new@mail.example"}
        assert client.post(reverse("account_email"), asked).url.startswith(
            reverse("account_email_verification_sent")
        )
        send_account_mail()
        assert "You asked us to write to you here from now on." in mail.outbox[-1].body
        assert "Maria" not in mail.outbox[-1].body
        assert User.objects.get(pk=maria.user.pk).email == maria.user.email
        client.post(reverse("account_email_verification_sent"), {"code": latest_code()})
        maria = type(maria).objects.get(pk=maria.pk)
        assert maria.user.email == maria.mail_address == "new@mail.example"

    def test_who_has_no_account_is_written_to_at_the_address_on_record(self, maria):
        maria.user = None
        assert maria.mail_address == maria.email


def latest_code():
    send_account_mail()
    return re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", mail.outbox[-1].body, re.MULTILINE)[1]


def sign_in_with_code(client, email):
    client.post(reverse("account_request_login_code"), {"email": email})
    client.post(reverse("account_confirm_login_code"), {"code": latest_code()})


class TestDevices:
    def test_the_others_can_be_signed_out(self, maria):
        here, elsewhere = Client(), Client(headers={"user-agent": "Firefox/1 (Windows)"})
        for device in (here, elsewhere):
            sign_in_with_code(device, maria.user.email)
        assert elsewhere.get("/home/").status_code == 200

        page = text(here.get(reverse("usersessions_list")))
        assert "This device" in page
        assert "Firefox on Windows" in page
        page = text(here.post(reverse("usersessions_list"), follow=True))
        assert "You are not signed in anywhere else." in page

        assert elsewhere.get("/home/").url.startswith("/account/login/")
        assert here.get("/home/").status_code == 200


class TestClosing:
    @pytest.fixture
    def asked(self, phone):
        phone.post(reverse("close_account"), {"reason": "I moved."})
        return ClosureRequest.objects.get()

    @pytest.fixture
    def settle(self, sign_in, ada, asked):
        def posted(**answers):
            return sign_in(ada).post(reverse("settle_closure", args=[asked.pk]), answers)

        return posted

    def test_what_is_kept_and_why_is_said_first(self, phone):
        page = text(phone.get(reverse("close_account")))
        assert "Your record stays with the clinic: the law asks clinics" in page
        assert phone.post(reverse("close_account"), {"reason": "x" * 1001}).status_code == 422

    def test_asked_twice_is_asked_once(self, phone, asked):
        phone.post(reverse("close_account"), {"reason": ""})
        assert ClosureRequest.objects.count() == 1
        assert "We have your request" in text(phone.get(reverse("close_account")))
        assert str(asked) == "Maria Ortiz: 2026-03-02"

    def test_it_can_be_taken_back(self, phone, asked):
        assert "You asked for it on March 2" in text(phone.get(reverse("my_data")))
        for _ in range(2):
            assert phone.post(reverse("withdraw_closure")).url == reverse("my_data")
        asked.refresh_from_db()
        assert asked.withdrawn_at is not None

    def test_the_administrator_sees_it_among_the_people(self, sign_in, ada, ann, asked):
        assert "Maria Ortiz</a> March 2, 2026" in text(sign_in(ada).get(reverse("people")))
        assert "Maria Ortiz" not in text(sign_in(ann).get(reverse("people")))
        assert "I moved." in text(sign_in(ada).get(reverse("settle_closure", args=[asked.pk])))

    def test_closed_she_cannot_sign_in_and_the_record_stays(
        self, phone, settle, asked, maria, episode, sign_in, ada
    ):
        assert settle(note="").status_code == 422
        assert settle(outcome="closed", note="Called her.").url == reverse("people")
        assert phone.get("/home/").url.startswith("/account/login/")
        maria.refresh_from_db()
        assert (maria.user, maria.episodes.count()) == (None, 1)
        page = text(sign_in(ada).get(reverse("settle_closure", args=[asked.pk])))
        assert "The account is closed. Called her." in page

    def test_invited_again_she_is_back(self, settle, maria, ada, now):
        settle(outcome="closed")
        maria.refresh_from_db()
        invitation = invite_patient(patient=maria, by=ada, now=now)
        assert join(invitation=invitation, now=now).pk
        maria.refresh_from_db()
        assert maria.user.is_active

    def test_kept_all_stays(self, phone, settle):
        settle(outcome="kept", note="She stays.")
        assert phone.get("/home/").status_code == 200

    def test_a_colleague_who_is_a_patient_keeps_the_work(self, settle, maria, dr_kim, asked):
        maria.user = dr_kim
        maria.save()
        settle(outcome="closed")
        dr_kim.refresh_from_db()
        maria.refresh_from_db()
        assert (dr_kim.is_active, maria.user) == (True, None)

    def test_who_has_no_account_has_nothing_to_close(self, settle, maria):
        maria.user = None
        maria.save()
        assert settle(outcome="closed").url == reverse("people")

    def test_taken_back_meanwhile(self, settle, asked, now, sign_in, ada):
        withdraw_closure(request=asked, now=now)
        assert settle(outcome="closed").url == reverse("people")
        with pytest.raises(NotOpen):
            withdraw_closure(request=asked, now=now)
        page = text(sign_in(ada).get(reverse("settle_closure", args=[asked.pk])))
        assert "The patient withdrew the request." in page

    @pytest.mark.parametrize(
        "half",
        [
            {"outcome": "closed"},
            {"settled_at": "2026-03-02T00:00Z"},
            {"settled_at": "2026-03-02T00:00Z", "outcome": "closed"},
        ],
    )
    def test_the_database_refuses_half_an_outcome(self, asked, half):
        with pytest.raises(IntegrityError, match="settled_whole"), transaction.atomic():
            ClosureRequest.objects.update(**half)

    def test_the_database_refuses_a_second_open_request(self, asked, now):
        with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            ClosureRequest.objects.create(patient=asked.patient, asked_at=now)
