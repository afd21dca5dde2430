"""What Joy told of her medicines and images goes on her record when Dr. Kim has confirmed it: as told,
with nothing added that nobody said."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Flag, ImagingStudy, Intake, MedicationCourse, Patient
from patients.record.actions.register import open_episode
from patients.review.daily_checks import run_daily_checks
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import PatientFactory
from tests.pages import drawn
from tests.patients.intakes import answer_all, send
from tests.patients.record_data import a_medicine, an_image
from tests.stage import staged

pytestmark = pytest.mark.django_db

TWO_MEDICINES = {
    "medicines": {
        "name_0": "Ibuprofen", "use_0": "needed", "name_1": "Tramadol", "use_1": "planned",
    },
    "pictures": {"mri": "2025-11", "xray": "2019-04"},
}  # fmt: skip
AS_TOLD = {
    "medicine-0-name": "Ibuprofen", "medicine-0-use": "as_needed",
    "medicine-1-name": "Tramadol", "medicine-1-use": "planned",
    "image-0-method": "mri", "image-0-month": "2025-11",
    "image-1-method": "xray", "image-1-month": "2019-04",
}  # fmt: skip


@staged
def joy(northside, dr_kim):
    return PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi", phone="555-0101")


@pytest.fixture
def desk(sign_in, dr_kim):
    return sign_in(dr_kim)


@pytest.fixture
def phone(sign_in, joy):
    return sign_in(joy.user)


@pytest.fixture
def intake(joy, phone, protocol, now):
    answer_all(joy, protocol, now, TWO_MEDICINES)
    send(phone)
    return Intake.objects.get()


@pytest.fixture
def confirm(desk, protocol):
    def posted(intake, **changes):
        answers = {
            "condition": protocol.conditions.get(key="mechanical-pain").pk, "region": "back",
            "onset_on": "2022-03-02", "level": intake.suggested_level or "", **AS_TOLD,
        }  # fmt: skip
        sent = answers | {name.replace("__", "-"): value for name, value in changes.items()}
        return desk.post(reverse("intake_review", args=[intake.pk]), sent)

    return posted


def text(response):
    return drawn(response)


def courses():
    return {one.name: one for one in MedicationCourse.objects.all()}


def test_each_medicine_and_image_is_a_row_as_it_was_told(desk, intake):
    page = text(desk.get(reverse("intake_review", args=[intake.pk])))

    for words in (
        "<legend>Ibuprofen</legend>", "<legend>Tramadol</legend>", "<legend>MRI</legend>",
        "<legend>X-ray</legend>", 'value="2025-11"', 'value="2019-04"',
    ):  # fmt: skip
        assert words in page
    row = page.split("<legend>Tramadol</legend>")[1].split("<legend>MRI")[0]
    assert 'value="planned" required id="id_medicine-1-use_0" checked' in row
    assert row.count("checked") == 1  # neither an opioid nor left out beforehand


def test_confirmed_as_told_nothing_is_added(confirm, intake, dr_kim, now):
    assert confirm(intake).status_code == 302

    ibuprofen = courses()["Ibuprofen"]
    assert (ibuprofen.use, ibuprofen.started_on, ibuprofen.modality) == ("as_needed", None, None)
    assert ibuprofen.is_opioid is None
    assert (ibuprofen.reported_on, ibuprofen.recorded_by) == (date(2026, 3, 2), dr_kim)
    mri, xray = ImagingStudy.objects.order_by("pk")
    assert (mri.method, str(mri), mri.day_known) == ("mri", "MRI, 2025-11", False)
    assert (mri.part, mri.findings, mri.comparison) == ("", "", "not_compared")
    assert (mri.reported_on, mri.recorded_by, mri.recorded_at) == (date(2026, 3, 2), dr_kim, now)
    assert str(xray) == "X-ray, 2019-04"


def test_the_record_says_what_nobody_knows_and_who_confirmed_it(confirm, desk, intake):
    confirm(intake)

    page = text(desk.get(reverse("records", args=[intake.episode_id])))

    assert "Ibuprofen</a>, Only when needed: start not known" in page
    assert "MRI, 2025-11</a>: Findings not on record." in page
    assert page.count("Told by the patient on Mar 2, 2026, confirmed by Dr. Kim.") == 4
    assert courses()["Tramadol"].is_opioid, "its name says so"


def test_a_row_is_mended_before_it_goes_on_the_record(confirm, intake, protocol):
    nsaid = protocol.modalities.get(key="nsaid")
    confirm(
        intake, medicine__0__name="Naproxen", medicine__0__use="planned",
        medicine__0__modality=nsaid.pk, medicine__0__started_on="2026-02-01",
        medicine__1__is_opioid="on", image__0__month="10/2025", image__0__part="lumbar",
        image__0__findings="Disc bulge L4/5",
    )  # fmt: skip

    naproxen, tramadol = courses()["Naproxen"], courses()["Tramadol"]
    assert (naproxen.modality, naproxen.is_opioid) == (nsaid, False)
    assert naproxen.started_on == date(2026, 2, 1)
    assert (tramadol.modality, tramadol.is_opioid) == (None, True)
    mri = ImagingStudy.objects.get(method="mri")
    assert (str(mri), mri.findings) == ("MRI Low back, 2025-10", "Disc bulge L4/5")


def test_an_opioid_class_is_an_opioid_without_a_tick(confirm, intake, protocol):
    confirm(intake, medicine__1__modality=protocol.modalities.get(key="opioid").pk)

    assert courses()["Tramadol"].is_opioid is True


def test_a_row_that_is_left_out_stays_in_the_answers_only(confirm, desk, intake):
    confirm(
        intake, medicine__0__leave_out="on", medicine__0__name="", image__1__leave_out="on",
        image__1__month="soon",
    )  # fmt: skip

    assert list(courses()) == ["Tramadol"]
    assert ImagingStudy.objects.get().method == "mri"
    page = text(desk.get(reverse("intake_review", args=[intake.pk])))
    assert "Ibuprofen (as needed); Tramadol (at set times)" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"medicine__0__name": ""}, "Give the name, or leave the medicine out."),
        ({"medicine__0__use": ""}, "Choose how it is taken."),
        ({"medicine__0__started_on": "2026-03-03"}, "not after the patient told of it."),
        ({"image__0__month": ""}, "Give the month, or leave the image out."),
        ({"image__0__month": "2026-04"}, "not in the future."),
        ({"image__0__month": "1900-04"}, "Give a month after the patient&#x27;s birth"),
    ],
)
def test_what_is_wrong_says_how_to_mend_it_and_nothing_is_kept(confirm, intake, changes, words):
    page = confirm(intake, **changes)

    assert page.status_code == 422
    assert words in text(page)
    assert not MedicationCourse.objects.exists()


def test_where_care_cannot_start_nothing_of_it_is_on_the_record(
    confirm, intake, joy, dr_kim, protocol, now
):
    """All in one transaction: the complaint exists already."""
    open_episode(
        patient=joy, by=dr_kim, today=now.date(), region="back", radiating=False,
        condition=protocol.conditions.get(key="mechanical-pain"), onset_on=now.date(),
    )  # fmt: skip

    assert confirm(intake).status_code == 422
    assert not MedicationCourse.objects.exists()
    assert not ImagingStudy.objects.exists()


def test_nothing_told_is_no_row(desk, joy, phone, protocol, now):
    none = {"medicines": {"name_0": "", "use_0": ""}, "pictures": {"mri": ""}}
    answer_all(joy, protocol, now, none)
    send(phone)

    page = text(desk.get(reverse("intake_review", args=[Intake.objects.get().pk])))

    assert "The patient named no medicine." in page
    assert "The patient named no image." in page


def test_joys_visit_brief_says_that_the_start_is_not_known(confirm, intake, phone):
    confirm(intake)
    assert "Ibuprofen, Only when needed: the start is not known" in text(
        phone.get(reverse("visit_brief"))
    )
    MedicationCourse.objects.filter(name="Ibuprofen").update(
        ended_on="2026-03-02", why_ended="patient"
    )
    assert "Ibuprofen, Only when needed: until Mar 2" in text(phone.get(reverse("visit_brief")))


class TestHowToReachHer:
    def test_it_is_on_the_record_where_clinicians_look(self, desk, intake, joy):
        joy.refresh_from_db()
        assert (joy.phone, joy.reach) == ("555-0199", "phone")
        page = text(desk.get(reverse("record", args=[joy.pk])))
        assert "<li>555-0199</li> <li>Preferred contact: by phone</li>" in page

    def test_and_where_staff_find_a_time(self, confirm, intake, sign_in, sam, dr_kim, joy, now):
        confirm(intake)
        choice = Choice(kind="reassess", reason="other")
        flag = request_review(
            episode=intake.episode, reason="", protocol=intake.episode.condition.protocol, now=now
        )
        wanted = decide(flag=flag, choice=choice, by=dr_kim, now=now).visit_request
        page = text(sign_in(sam).get(reverse("find_time", args=[wanted.pk])))
        assert "<dt>Preferred contact</dt><dd>By phone" in page
        assert "555-0199 (by phone first)" in text(sign_in(sam).get(reverse("board")))

    def test_nobody_asked_yet_is_said(self, desk, joy):
        page = text(desk.get(reverse("record", args=[joy.pk])))
        assert "555-0101" in page
        assert "Preferred contact" not in page

    def test_joy_changes_it_herself(self, phone, intake, joy):
        place = reverse("my_phone")
        assert 'value="phone" id="id_reach_0" checked' in text(phone.get(place))
        wrong = phone.post(place, {"phone": "", "reach": "phone"})
        assert (wrong.status_code, "Give a number that we can call" in text(wrong)) == (422, True)
        phone.post(place, {"phone": "", "reach": "email"})
        joy.refresh_from_db()
        assert (joy.phone, joy.reach) == ("", "email")
        assert "<dt>First way to reach you</dt><dd>By e-mail" in text(phone.get(reverse("my_data")))

    def test_somebody_seen_before_sending_is_reached_as_she_told(self, confirm, joy, protocol, now):
        """Every page is answered, nothing is sent: confirming brings it over as well."""
        answer_all(joy, protocol, now, TWO_MEDICINES)
        confirm(Intake.objects.get(), level="1", review_note="Seen at the desk.")
        joy.refresh_from_db()
        assert (joy.phone, joy.reach, joy.is_veteran) == ("555-0199", "phone", True)

    def test_what_she_changed_after_sending_stays(self, confirm, phone, intake, joy):
        phone.post(reverse("my_phone"), {"phone": "555-0300", "reach": "email"})
        confirm(intake)
        joy.refresh_from_db()
        assert (joy.phone, joy.reach) == ("555-0300", "email")

    def test_the_database_knows_two_ways(self, joy):
        with pytest.raises(IntegrityError, match="patient_reach_known"), transaction.atomic():
            Patient.objects.update(reach="fax")


class TestOnTheRecord:
    """What was told is mended later, part by part."""

    @pytest.fixture
    def told(self, confirm, intake):
        confirm(intake)
        return courses()["Tramadol"], ImagingStudy.objects.get(method="mri")

    def change(self, desk, kind, row, **sent):
        return desk.post(reverse("record_change", args=[kind, row.pk]), sent)

    def test_a_medicine_may_stay_without_class_and_start(self, desk, told):
        tramadol, _ = told
        sent = {"name": "Tramadol retard", "use": "planned"}
        assert self.change(desk, "medicine", tramadol, **sent).status_code == 302
        tramadol.refresh_from_db()
        assert (tramadol.name, tramadol.is_opioid) == ("Tramadol retard", True)

    def test_it_is_found_to_be_an_opioid(self, desk, told):
        tramadol, _ = told
        self.change(desk, "medicine", tramadol, name="Tramadol", use="planned", is_opioid="on")
        tramadol.refresh_from_db()
        assert tramadol.is_opioid is True

    def test_no_day_stands_there_that_nobody_gave(self, desk, told):
        _, mri = told
        page = text(desk.get(reverse("record_change", args=["imaging", mri.pk])))
        assert "The patient said: November 2025." in page
        assert "2025-11-01" not in page

    def test_findings_come_without_a_day(self, desk, told):
        _, mri = told
        sent = {"method": "mri", "findings": "Disc bulge L4/5", "comparison": "not_compared"}
        assert self.change(desk, "imaging", mri, **sent).status_code == 302
        mri.refresh_from_db()
        assert (mri.findings, str(mri)) == ("Disc bulge L4/5", "MRI, 2025-11")

    def test_the_day_is_found_in_a_report(self, desk, told):
        _, mri = told
        sent = {"method": "mri", "done_on": "2025-11-17", "comparison": "not_compared"}
        self.change(desk, "imaging", mri, **sent)
        mri.refresh_from_db()
        assert (str(mri), mri.when) == ("MRI, 2025-11-17", "Nov 17, 2025")

    def test_a_later_image_is_compared_with_it(self, desk, told, dr_kim, now):
        _, mri = told
        an_image(mri.episode, dr_kim, now, days_ago=1, compared_with=mri, comparison="unchanged")
        page = text(desk.get(reverse("records", args=[mri.episode_id])))
        assert "Unchanged compared with Nov 2025" in page

    def test_neither_is_drawn_on_a_day_of_the_chart(self, confirm, desk, intake):
        confirm(intake, image__0__month="2026-02")
        page = text(desk.get(reverse("record", args=[intake.episode.patient_id])))
        assert "Tier 3 started" in page
        assert "Tramadol started" not in page
        assert "MRI" not in page


class TestAnOpioidThatWasTakenBefore:
    """Its days count from the day of the telling, and it is said that there may be more."""

    @pytest.fixture
    def flag_of(self, intake, confirm, now):
        def found(**changes):
            confirm(intake, medicine__1__is_opioid="on", **changes)
            run_daily_checks(now=now + timedelta(days=27))
            return Flag.objects.get(kind="opioid_course")

        return found

    def test_after_28_days_a_clinician_is_told(self, flag_of):
        assert flag_of().sentence.startswith(
            "Opioids for at least 28 days without a break; review 1"
        )

    def test_with_a_start_it_is_counted_from_there(self, flag_of):
        flag = flag_of(medicine__1__started_on="2026-02-01")
        assert flag.sentence.startswith("Opioids for 57 days without a break; review 1")

    def test_another_one_known_for_longer_does_not_hide_that(
        self, confirm, intake, desk, dr_kim, now
    ):
        confirm(intake, medicine__1__is_opioid="on")
        a_medicine(intake.episode, dr_kim, now, "opioid", days_ago=9, name="Oxycodone")
        page = text(desk.get(reverse("records", args=[intake.episode_id])))
        assert "Opioids: at least 10 days without a break" in page
        assert "Counted from Feb 21, 2026, over all products; it may have begun before." in page


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        (MedicationCourse, {"started_on": None}, "course_without_start_is_reported"),
        (MedicationCourse, {"modality": None}, "course_without_class_is_reported"),
        (MedicationCourse, {"is_opioid": None}, "course_without_class_is_reported"),
        (ImagingStudy, {"part": ""}, "imaging_part_known"),
        (ImagingStudy, {"part": "knee", "reported_on": "2026-03-02"}, "imaging_part_known"),
        (ImagingStudy, {"done_on": "2026-01-01", "day_known": False},
         "imaging_month_alone_is_reported"),
        (ImagingStudy, {"day_known": False, "reported_on": "2026-03-02"},
         "imaging_month_alone_is_reported"),
    ],
)  # fmt: skip
def test_only_what_was_told_may_be_incomplete(model, fields, name, episode, dr_kim, now):
    a_medicine(episode, dr_kim, now)
    an_image(episode, dr_kim, now)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**fields)


def test_a_course_of_unknown_start_ends_with_its_reason(confirm, intake):
    confirm(intake)
    with pytest.raises(IntegrityError, match="course_end_whole"), transaction.atomic():
        MedicationCourse.objects.update(ended_on="2026-03-02")
    MedicationCourse.objects.update(ended_on="2026-03-02", why_ended="no_help")
