"""Maria wants texts about her visits: one comes beside each mail, none once she says STOP, and each row tells what
became of it."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from scheduling.models import TextConsent, TextMessage
from scheduling.reminders.actions.send import post_visit_reminders
from scheduling.texts.actions.consent import agree_to_texts, end_texts, stop_number
from scheduling.texts.actions.send import MOST_TRIES, send_due_texts
from scheduling.texts.drivers import HttpDriver
from scheduling.visits.actions.book import book
from scheduling.visits.actions.change import cancel, reschedule
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY
from tests.scheduling.texts.service import text_service

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)
PHONE = "+12125550142"
FRIDAY = TUESDAY + timedelta(days=3)
SECRET = "what the service and we know"


@pytest.fixture(autouse=True)
def service(settings):
    with text_service() as server:
        settings.SMS_URL, settings.SMS_TOKEN = server.url, "token"
        settings.SMS_FROM, settings.SMS_SECRET = "+12125550100", SECRET
        settings.SITE_URL = "https://clinic.example"
        yield server


@pytest.fixture
def consent(maria, now):
    return agree_to_texts(patient=maria, phone=PHONE, by=maria.user, now=now)


@pytest.fixture
def visit(wanted, slot_at, sam, now):
    """On Friday at half past ten."""
    return book(request=wanted, slot=slot_at(10, 30, FRIDAY), by=sam, now=now)


@pytest.fixture
def day_before(visit):
    return visit.starts - 23 * HOURS


@pytest.fixture
def due(consent, visit, day_before):
    """The reminder of the day before waits; the welcome has left."""
    send_due_texts(now=consent.given_at)
    post_visit_reminders(now=day_before)
    return TextMessage.objects.get(kind="visit_reminder")


def said(service):
    return [text["text"] for _headers, text in service.texts]


def fate(text):
    text.refresh_from_db()
    return text.outcome


class TestConsent:
    def test_on_the_page_one_text_says_how_to_end_them(self, maria, sign_in, service, now):
        page = sign_in(maria.user)
        page.post(reverse("my_texts"), {"phone": "(212) 555-0142", "agrees": "on"})
        assert TextConsent.objects.get().phone == PHONE
        send_due_texts(now=now)
        assert said(service) == ["Text messages from your clinic are on. Reply STOP to end them."]
        assert f"at {PHONE}" in drawn(page.get(reverse("my_texts")))

    @pytest.mark.parametrize(
        "answers", [{"phone": "212 555 0142"}, {"phone": "555", "agrees": "on"}]
    )
    def test_without_a_tick_or_a_number_there_is_none(self, maria, sign_in, answers):
        assert sign_in(maria.user).post(reverse("my_texts"), answers).status_code == 422
        assert not TextConsent.objects.exists()

    def test_another_number_ends_the_first(self, consent, maria, now):
        agree_to_texts(patient=maria, phone="+12125550143", by=maria.user, now=now)
        assert list(TextConsent.objects.order_by("pk").values_list("ended_why", flat=True)) == [
            "changed", "",
        ]  # fmt: skip

    def test_turned_off_on_the_page(self, consent, maria, sign_in):
        sign_in(maria.user).post(reverse("my_texts"), {"end": "yes"})
        assert TextConsent.objects.get().ended_why == "asked"

    def test_where_the_clinic_has_no_service_there_is_no_page(self, settings, maria, sign_in):
        settings.SMS_URL = ""
        assert sign_in(maria.user).get(reverse("my_texts")).url == reverse("visits")


class TestAReminder:
    def test_comes_beside_the_mail_and_says_nothing_of_the_visit(self, due, service, day_before):
        assert send_due_texts(now=day_before) == 1
        _headers, text = service.texts[-1]
        assert text["to"] == PHONE
        words = text["text"]
        assert words.startswith("You have a message from your clinic: https://clinic.example/my-v")
        for word in ("Maria", "Kim", "Spine", "10:30", "March"):
            assert word not in words
        assert fate(due) == "Sent"
        assert due.path == ""

    def test_is_handed_over_with_one_name_however_often_it_is_tried(self, due, service, day_before):
        service.code = 503
        send_due_texts(now=day_before)
        service.code = 200
        send_due_texts(now=day_before + HOURS)
        names = {headers["Idempotency-Key"] for headers, _text in service.texts[1:]}
        assert names == {due.key}
        assert len(service.texts) == 3

    def test_posted_twice_it_is_one(self, due, day_before):
        post_visit_reminders(now=day_before + HOURS)
        assert TextMessage.objects.filter(kind="visit_reminder").count() == 1

    def test_not_without_consent(self, visit, day_before):
        post_visit_reminders(now=day_before)
        assert not TextMessage.objects.exists()

    def test_never_for_a_visit_that_was_cancelled(self, due, visit, sam, service, day_before):
        cancel(visit=visit, reason="patient_asked", by=sam, now=day_before)
        assert send_due_texts(now=day_before) == 0
        assert fate(due) == "The visit was moved or cancelled"

    def test_never_for_the_old_time_of_one_that_moved(self, due, visit, slot_at, sam, day_before):
        reschedule(visit=visit, slot=slot_at(9, 0, FRIDAY), by=sam, now=day_before)
        send_due_texts(now=day_before)
        assert fate(due) == "The visit was moved or cancelled"

    def test_never_in_the_night(self, due, service, day_before):
        midnight = day_before + 14 * HOURS
        send_due_texts(now=midnight)
        assert len(service.texts) == 1
        assert fate(due) == "Waits to be sent"
        assert due.due_at > midnight

    def test_never_after_stop(self, due, service, day_before):
        stop_number(phone=PHONE, now=day_before)
        send_due_texts(now=day_before)
        assert fate(due) == "They do not want texts any more"
        assert len(service.texts) == 1

    def test_the_desk_sees_what_became_of_it(self, due, visit, sam, sign_in, day_before):
        send_due_texts(now=day_before)
        page = drawn(sign_in(sam).get(reverse("visit", args=[visit.pk])))
        assert "Text message: Sent" in page


class TestTheService:
    @pytest.mark.parametrize(
        ("code", "becomes"),
        [(422, "The number was refused"), (503, "Waits to be sent"), (401, "Waits to be sent"),
         (302, "Waits to be sent")],
    )  # fmt: skip
    def test_that_refuses(self, due, service, day_before, code, becomes):
        service.code = code
        assert send_due_texts(now=day_before) == 0
        assert fate(due) == becomes
        assert len(service.texts) == 2

    def test_that_stays_away_is_given_up(self, due, service, day_before):
        service.code = 503
        for turn in range(MOST_TRIES):
            send_due_texts(now=day_before + turn * 2 * HOURS)
        assert fate(due) == "It could not be sent"

    def test_that_cannot_be_reached_loses_nothing(self, due, settings, day_before):
        settings.SMS_URL = "http://127.0.0.1:9/"
        send_due_texts(now=day_before)
        assert fate(due) == "Waits to be sent"

    def test_is_spoken_to_in_tls_alone(self):
        with pytest.raises(OSError, match="https alone"):
            HttpDriver("http://texts.example/", "t", "f").send(to=PHONE, text="", reference="1")


class TestWhatIsHeard:
    @pytest.fixture
    def tell(self, client):
        def told(secret=SECRET, **words):
            body = json.dumps(words).encode()
            made = hmac.new(secret.encode(), body, sha256).hexdigest()
            kind = {
                "content_type": "application/json",
                "headers": {"X-Signature": f"sha256={made}"},
            }
            return client.post(reverse("text_heard"), body, **kind).status_code

        return told

    def test_stop_ends_texts_to_this_number(self, consent, tell):
        assert tell(**{"from": "+1 (212) 555-0142", "text": " Stop. "}) == 204
        assert TextConsent.objects.get().ended_why == "stop"

    def test_other_words_end_nothing(self, consent, tell):
        tell(**{"from": PHONE, "text": "Thank you"})
        assert TextConsent.objects.get().ended_at is None

    @pytest.mark.parametrize(
        ("status", "becomes"), [("delivered", "Arrived"), ("undelivered", "It did not arrive")]
    )
    def test_what_became_of_it(self, due, tell, day_before, status, becomes):
        send_due_texts(now=day_before)
        due.refresh_from_db()
        assert tell(id=due.service_id, status=status) == 204
        assert fate(due) == becomes

    def test_what_is_not_signed_changes_nothing(self, consent, tell, settings):
        assert tell(secret="other", **{"from": PHONE, "text": "STOP"}) == 401
        settings.SMS_SECRET = ""
        assert tell(secret="", **{"from": PHONE, "text": "STOP"}) == 401
        assert TextConsent.objects.get().ended_at is None


class TestConstraints:
    def refuses(self, constraint, rows, **changes):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**changes)

    def test_one_number_a_patient(self, consent, maria, now):
        with pytest.raises(IntegrityError, match="one_text_consent_per_patient"):
            TextConsent.objects.create(
                patient=maria, phone=PHONE, given_at=now, given_by=maria.user
            )

    def test_of_a_consent(self, consent, now):
        rows = TextConsent.objects.all()
        self.refuses("text_consent_number", rows, phone="212")
        self.refuses("text_consent_ended_with_why", rows, ended_at=now)
        self.refuses("text_consent_ended_why_known", rows, ended_at=now, ended_why="bored")

    def test_of_a_text(self, due, now):
        rows = TextMessage.objects.filter(pk=due.pk)
        self.refuses("text_number", rows, phone="212")
        self.refuses("text_kind_known", rows, kind="poem")
        self.refuses("text_why_known", rows, given_up_at=now, why="bored")
        self.refuses("text_failed_with_why", rows, given_up_at=now)
        self.refuses("text_sent_or_given_up", rows, sent_at=now, given_up_at=now, why="late")
        self.refuses("text_arrived_or_failed_once_sent", rows, delivered_at=now)
        self.refuses("text_reminder_names_its_visit", rows, visit=None)


def test_ended_twice_is_once(consent, maria, now):
    for _ in range(2):
        end_texts(patient=maria, now=now)
    assert TextConsent.objects.get().ended_at == now


def test_spanish(consent, visit, service, maria, day_before):
    maria.language = "es"
    maria.save()
    with time_machine.travel(day_before, tick=False):
        post_visit_reminders(now=day_before)
        send_due_texts(now=day_before)
    assert "mensaje de su clínica" in said(service)[-1]
