"""Maria reads Spanish: her pages, her e-mails, her numbers and dates; the clinic goes on in English."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail

from accounts.actions import post_notice, send_due_notices
from accounts.last_look import looks
from accounts.models import Notice, User
from accounts.tasks import send_account_mail
from patients.models import Patient
from patients.record.actions.language import choose_language
from patients.record.actions.register import invite_patient, register_patient
from patients.worklist.selectors.wording import sentence_for
from tests.english import ENGLISH, english_in
from tests.factories import keep_diary

CHOOSE = "/language/"


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


@pytest.fixture
def maria_speaks_spanish(maria):
    choose_language(user=maria.user, language="es")
    maria.refresh_from_db()
    return maria


def to(address):
    [message] = [each for each in mail.outbox if each.to == [address]]
    return message


def test_one_press_changes_the_language_and_it_stays(phone, maria, trial):
    answer = phone.post(CHOOSE, {"language": "es", "next": "/home/"})
    assert answer.url == "/home/"
    maria.refresh_from_db()
    assert (maria.language, maria.user.language) == ("es", "es")
    page = phone.get("/home/")
    assert '<html lang="es"' in page.content.decode()
    assert "Hola, Maria" in page.content.decode()
    assert "Paso 2 de 5: Terapia física y manual" in page.content.decode()
    assert page.headers["Content-Language"] == "es"
    phone.post(CHOOSE, {"language": "en", "next": "/home/"})
    assert "Hello, Maria" in phone.get("/home/").content.decode()


def test_before_signing_in_the_browser_says_it_or_the_press_does(client, protocol):
    assert (
        "Iniciar sesión" in client.get("/", headers={"accept-language": "es-MX"}).content.decode()
    )
    client.post(CHOOSE, {"language": "en"})
    assert "Sign in" in client.get("/", headers={"accept-language": "es-MX"}).content.decode()
    client.post(CHOOSE, {"language": "es"})
    assert "Iniciar sesión" in client.get("/").content.decode()
    assert "Terapia física y manual" in client.get("/learn/").content.decode()


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example/", "", "home"])
def test_it_leads_back_to_a_page_of_ours_only(client, db, page):
    assert client.post(CHOOSE, {"language": "es", "next": page}).url == "/"


def test_an_unknown_language_changes_nothing(phone, maria):
    answer = phone.post(CHOOSE, {"language": "tlh", "next": "/home/"})
    assert answer.url == "/home/"
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert Patient.objects.get().language == "en"


def test_the_clinic_works_in_english(sign_in, dr_kim, trial, maria_speaks_spanish):
    User.objects.filter(pk=dr_kim.pk).update(language="es")
    desk = sign_in(User.objects.get(pk=dr_kim.pk))
    page = desk.get("/worklist/", headers={"accept-language": "es"}).content.decode()
    assert '<html lang="en"' in page
    assert "Español" not in page


def test_the_invitation_and_the_first_page_speak_the_patients_language(
    northside, dr_kim, client, now
):
    lupe = register_patient(
        clinic=northside,
        by=dr_kim,
        now=now,
        name="Lupe Lara",
        number="N-77",
        birth_date="1970-01-01",
        email="lupe@mail.example",
        language="es",
    )
    invite_patient(patient=lupe, by=dr_kim, now=now)
    send_due_notices(now=now)
    message = to(lupe.email)
    assert message.subject == "Northside Spine Clinic le invita"
    path = next(line for line in message.body.splitlines() if "/join/" in line)
    path = path[path.index("/join/") :]
    assert "Crear mi cuenta" in client.get(path).content.decode()
    answer = client.post(path)
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"
    assert User.objects.get(email=lupe.email).language == "es"


TO_STAFF = {Notice.Kind.URGENT_FLAG, Notice.Kind.TRANSFER}


@pytest.mark.parametrize("kind", sorted(set(Notice.Kind) - set(looks) - TO_STAFF))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_email_to_patients_is_written_in_both_languages(northside, now, kind, language):
    """None says more than that something waits."""
    post_notice(
        kind=kind,
        key="one",
        clinic=northside,
        email="maria@mail.example",
        language=language,
        path="/home/",
        now=now,
    )
    send_due_notices(now=now)
    message = to("maria@mail.example")
    said = f"{message.subject}\n{message.body}".replace(northside.name, "")
    english = ENGLISH.search(said.replace("/home/", ""))
    assert bool(english) == (language == "en"), said
    for word in ("pain", "dolor", "back", "espalda", "Maria", "score", "puntaje"):
        assert word not in said


def test_numbers_and_dates_are_written_as_in_spanish(
    phone, maria_speaks_spanish, episode, trial, now
):
    keep_diary(episode, scores=[4, 5, 5, 4, 5, 5, 4], last_day=now.date())
    page = phone.get("/progress/").content.decode()
    assert "4,6" in page
    assert "4.6" not in page
    home = phone.get("/home/").content.decode()
    assert "lunes 30 de marzo" in home


def test_the_sentence_of_a_decision_is_in_the_patients_language(maria_speaks_spanish, now):
    day = now.date() + timedelta(days=7)
    words = sentence_for(maria_speaks_spanish, "continue", check_on=day, visit_by=None)
    assert words.startswith("Su equipo de atención ha visto sus respuestas.")
    assert "9 de marzo de 2026" in words


def test_signing_in_speaks_spanish_from_the_code_to_its_email(maria, client):
    """allauth's pages too: to "usted", and without an English word."""
    client.post(CHOOSE, {"language": "es"})
    for path in ("/account/login/", "/account/login/code/"):
        assert english_in(client.get(path).content.decode()) == []
    asked = client.post("/account/login/code/", {"email": maria.user.email})
    page = client.get(asked.url).content.decode()
    assert english_in(page) == []
    assert "Sirve durante 10 minutos" in page
    wrong = client.post(asked.url, {"code": "WRONG1"}).content.decode()
    assert english_in(wrong) == []
    send_account_mail()
    message = to(maria.user.email)
    assert "Su código para entrar." in message.body
    body = re.sub(r"^[A-Z0-9-]{6,9}$", "", message.body, flags=re.MULTILINE)
    assert not ENGLISH.search(f"{message.subject} {body}"), body


@pytest.mark.parametrize("path", ["/account/2fa/", "/account/email/", "/nowhere/", "/worklist/"])
def test_the_pages_beside_hers_speak_spanish(phone, maria_speaks_spanish, path):
    """Sign-in settings, a page that is not there, one that is not for her."""
    assert english_in(phone.get(path).content.decode()) == []
