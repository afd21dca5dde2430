"""What Ada changes about her clinic beside its hours: name, mails, logo, colour; and taking it back."""

import io
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError
from django.urls import reverse
from PIL import Image

from accounts import actions, colours
from accounts.actions.notices import send_due_notices, sender
from accounts.logo import BOX
from accounts.models import Clinic, ClinicLogo, Notice
from accounts.reminder_words import problem_with
from tests.accounts.test_our_clinic import CHANGE, PAGE, filled

pytestmark = pytest.mark.django_db

MESSAGES, LOOK = "/our-clinic/messages/", "/our-clinic/look/"
PARK = {
    "log_reminder_en": "Park behind {clinic}.",
    "log_reminder_es": "Estacione detrás de {clinic}.",
}


@pytest.fixture
def office(sign_in, ada):
    return sign_in(ada)


def picture(kind="PNG", size=(900, 300)):
    kept = io.BytesIO()
    Image.new("RGB", size, "#0b5a6f").save(
        kept, kind, **({"exif": b"Exif\0\0taken at"} if kind == "JPEG" else {})
    )
    return SimpleUploadedFile(f"logo.{kind.lower()}", kept.getvalue())


class TestNameAndNumber:
    def test_are_changed_with_the_rest(self, office, northside):
        said = {"name": "Northside Back Clinic", "emergency_number": "112"}
        office.post(CHANGE, filled(northside, **said))
        northside.refresh_from_db()
        assert (northside.name, northside.emergency_number) == ("Northside Back Clinic", "112")
        page = office.get(PAGE).content.decode()
        assert "Northside Spine Clinic → Northside Back Clinic" in page
        assert "911 → 112" in page

    @pytest.mark.parametrize("number", ["", "call us", "91", "911 or 112", "+1911"])
    def test_an_emergency_number_can_be_dialled(self, number, office, northside):
        said = filled(northside, emergency_number=number)
        assert office.post(CHANGE, said).status_code == 422


class TestMessages:
    def test_a_reminder_carries_the_clinics_own_sentence_and_sender(
        self, office, northside, maria, now
    ):
        office.post(MESSAGES, {"sender_name": "Northside front desk", **PARK})
        Notice.objects.all().delete()
        northside.refresh_from_db()
        for language in ("en", "es"):
            actions.post_notice(
                kind="log_reminder", key=f"v:{language}", clinic=northside, email="m@mail.example",
                language=language, path="/v/", now=now,
            )  # fmt: skip
        send_due_notices(now=now)
        first, second = mail.outbox[-2:]
        assert "Park behind Northside Spine Clinic." in first.body
        assert "Estacione detrás de Northside Spine Clinic." in second.body
        assert first.from_email == "Northside front desk <no-reply@localhost>"

    def test_without_one_mails_are_as_before(self, northside, now):
        actions.post_notice(
            kind="log_reminder",
            key="l",
            clinic=northside,
            email="m@mail.example",
            path="/l/",
            now=now,
        )
        send_due_notices(now=now)
        assert "\n\n\n" not in mail.outbox[-1].body
        assert sender(northside) == sender(None) == "Spinecare <no-reply@localhost>"

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("Bring your back brace", "speaks of health"),
            ("Su dolor", "speaks of health"),
            ("Inyección hoy", "speaks of health"),
            ("See http://evil.example", "No address"),
            ("Write to desk@clinic.example", "No address"),
            ("Look at evil.com", "No address"),
            ("Hello {name}", "Only {clinic} and {phone}"),
            ("Hello {clinic.alert_email}", "Only {clinic} and {phone}"),
            ("Hello {clinic", "Only {clinic} and {phone}"),
        ],
    )
    def test_what_may_not_stand_there(self, text, why):
        assert why in str(problem_with(text))

    @pytest.mark.parametrize(
        "text", ["", "Park behind the house, floor 2.", "Llame al {phone}.", "At {clinic}, door B"]
    )
    def test_what_may(self, text):
        assert not problem_with(text)

    def test_in_every_language_or_in_none(self, office):
        answer = office.post(MESSAGES, {**PARK, "log_reminder_es": ""})
        assert "In every language, or in none." in answer.content.decode()

    @pytest.mark.parametrize("name", ["Desk <x@evil.example>", 'A "B"', "A, B"])
    def test_a_sender_is_a_name_and_no_address(self, name, office, northside):
        assert office.post(MESSAGES, {"sender_name": name}).status_code == 422
        northside.refresh_from_db()
        assert northside.sender_name == ""


class TestColour:
    def test_stands_at_the_top_of_every_page(self, office, maria, trial, sign_in):
        office.post(LOOK, {"colour": "#7A1F5C"})
        page = sign_in(maria.user).get("/home/").content.decode()
        [sheet] = re.findall(r'href="(/clinic/colour/[^"]+)"', page)
        style = office.get(sheet)
        assert style.headers["Content-Type"] == "text/css"
        assert "--clinic: #7a1f5c" in style.content.decode()

    @pytest.mark.parametrize("colour", ["red", "#12345", "#gggggg", "#123456; x"])
    def test_is_six_digits(self, colour, office):
        assert office.post(LOOK, {"colour": colour}).status_code == 422

    def test_what_cannot_be_read_is_refused_with_the_nearest_that_can(self, office, northside):
        answer = office.post(LOOK, {"colour": "#ffcc00"}).content.decode()
        nearest = re.findall(r"can be read is #([0-9a-f]{6})", answer)[0]
        assert colours.is_readable(nearest)
        northside.refresh_from_db()
        assert northside.colour == ""

    @pytest.mark.parametrize("colour", ["000000", "0b5a6f", "7a1f5c", "1d2226", "595959"])
    def test_by_night_it_is_lightened_until_it_can_be_read(self, colour):
        assert colours.contrast(colours.by_night(colour), colours.DARK) >= colours.READABLE

    def test_the_contrast_of_black_and_white(self):
        assert colours.contrast("000000", "ffffff") == pytest.approx(21)
        assert colours.contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)

    def test_the_grounds_are_those_of_the_stylesheet(self):
        found = re.findall(r"--surface: #(\w+);", Path("static/spinecare.css").read_text())
        assert found[0] * 2 == colours.LIGHT
        assert found[1] == colours.DARK

    def test_nobody_writes_a_style_into_the_address(self, client):
        assert client.get("/clinic/colour/red.css").status_code == 404

    def test_the_database_takes_no_other(self, northside):
        with pytest.raises(IntegrityError, match="clinic_colour_known"):
            Clinic.objects.filter(pk=northside.pk).update(colour="red;")


class TestLogo:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_is_made_small_and_drawn_anew(self, kind, office, northside, client):
        office.post(LOOK, {"colour": "", "logo": picture(kind)})
        northside.refresh_from_db()
        answer = client.get(reverse("clinic_logo", args=[northside.logo]))
        assert answer.headers["Content-Type"] == "image/png"
        shown = Image.open(io.BytesIO(answer.content))
        assert shown.width <= BOX[0]
        assert shown.height <= BOX[1]
        assert b"taken at" not in answer.content
        assert f'src="/clinic/logo/{northside.logo}/"' in office.get(PAGE).content.decode()

    @pytest.mark.parametrize(
        "file",
        [
            SimpleUploadedFile("logo.svg", b"<svg onload='x()'/>"),
            SimpleUploadedFile("logo.png", b"not a picture"),
            SimpleUploadedFile("logo.gif", b"GIF89a" + bytes(40)),
            picture(size=(8, 300)),
            picture(size=(5000, 4000)),
            SimpleUploadedFile("logo.png", bytes(3 * 1024 * 1024)),
        ],
        ids=["svg", "words", "gif", "too small", "too many pixels", "too large"],
    )
    def test_what_is_no_picture_of_these_kinds_is_refused(self, file, office):
        file.seek(0)
        answer = office.post(LOOK, {"colour": "", "logo": file})
        assert "This is no picture that we can show" in answer.content.decode()
        assert not ClinicLogo.objects.exists()

    def test_is_taken_off_and_by_undo_shown_again(self, office, northside):
        office.post(LOOK, {"colour": "", "logo": picture()})
        office.post(LOOK, {"colour": "", "no_logo": "on"})
        northside.refresh_from_db()
        assert northside.logo == ""
        office.post(reverse("undo_clinic_change", args=[northside.events.latest("pgh_id").pgh_id]))
        northside.refresh_from_db()
        assert ClinicLogo.objects.get().name == northside.logo

    def test_the_database_keeps_each_as_it_was(self, northside, ada, now):
        actions.set_logo(clinic=northside, png=b"one", by=ada, now=now)
        with pytest.raises(ProgrammingError, match="Cannot update"):
            ClinicLogo.objects.update(png=b"two")

    def test_the_database_takes_no_large_one(self, northside, ada, now):
        with pytest.raises(IntegrityError, match="clinic_logo_not_too_large"):
            actions.set_logo(clinic=northside, png=bytes(100_001), by=ada, now=now)


class TestUndo:
    def test_what_stood_before_stands_again(self, office, northside):
        office.post(CHANGE, filled(northside, phone="555-0199"))
        page = office.get(PAGE).content.decode()
        [address] = re.findall(r'action="(/our-clinic/undo/\d+/)"', page)
        office.post(address)
        northside.refresh_from_db()
        assert northside.phone == "555-0100"

    def test_not_over_a_later_change(self, office, northside):
        for phone in ("555-0199", "555-0198"):
            actions.change_clinic(clinic=northside, phone=phone)
        first = northside.events.order_by("pgh_id")[1].pgh_id
        answer = office.post(reverse("undo_clinic_change", args=[first]), follow=True)
        assert "changed again since" in answer.content.decode()
        northside.refresh_from_db()
        assert northside.phone == "555-0198"

    def test_of_the_opening_there_is_nothing_before(self, northside):
        with pytest.raises(actions.ChangedSince):
            actions.undo_clinic_change(clinic=northside, change=northside.events.get().pgh_id)

    def test_never_another_clinics(self, office, southside):
        actions.change_clinic(clinic=southside, phone="555-0777")
        theirs = southside.events.latest("pgh_id").pgh_id
        assert office.post(reverse("undo_clinic_change", args=[theirs])).status_code == 404


def test_hours_are_open_to_the_administrator(office):
    assert office.get(reverse("availability")).status_code == 200
