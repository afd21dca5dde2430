"""Letters: drafts of what is recorded, each fact with its day; changed, made final, withdrawn, never sent."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Notice
from patients.models import Letter
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.reassessment import finish_reassessment, undo_finishing
from patients.reassessment.actions.visit_request import request_visit
from patients.record.actions.trials import end_trial
from tests.factories import StaffFactory, keep_diary
from tests.patients.reassessment.room import begin, finished, read, say
from tests.patients.record_data import a_medicine, an_image, an_injection, relief
from tests.reading import grade

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def full(trial, episode, maria, protocol, dr_kim, now):
    """A finished reassessment of a complaint with something of everything."""
    keep_diary(episode, [6] * 10, now.date())
    for days_ago, answer in ((60, 7), (2, 6)):
        form = FilledForm(
            protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer)
        )
        record_peg(episode=episode, form=form, by=maria.user, now=now - timedelta(days=days_ago))
    relief(an_injection(episode, dr_kim, now, days_ago=20), dr_kim, now)
    a_medicine(episode, dr_kim, now, days_ago=30)
    before = an_image(episode, dr_kim, now, days_ago=300)
    an_image(episode, dr_kim, now, compared_with=before, comparison="unchanged")
    end_trial(trial=trial, outcome="not_responded", by=dr_kim, today=now.date())
    return finished(episode, dr_kim, now)


def url(own, name="letter", kind="gp", **more):
    return reverse(name, kwargs={"pk": own.pk, "kind": kind, **more})


def write(desk, own, kind="gp", seen=0):
    desk.post(url(own, "write_anew", kind), {"seen": seen})
    return Letter.objects.filter(kind=kind).latest("version")


class TestDrafts:
    def test_the_letter_to_the_gp_says_what_is_recorded_with_its_days(self, full, desk):
        text = write(desk, full).text
        for line in (
            "Northside Spine Clinic",
            "Patient: Maria Ortiz",
            "Reassessment on Mar 2, 2026",
            "Average pain, Feb 17, 2026 to Mar 2, 2026: 6.0 of 10, on 10 of 14 days logged.",
            "PEG: 7.0 on Jan 1, 2026, 6.0 on Feb 28, 2026 (2 forms; lower is better).",
            "L4/5, left, Feb 10, 2026: pain 8 before, 2 after 2 weeks",
            "- Naproxen, as planned, every day: since Jan 31, 2026, goes on",
            "MRI Low back, Jan 31, 2026: Disc bulge L4/5. Unchanged against May 6, 2025.",
            "About the same",
            "against an earlier one); not confirmed by the clinician on Mar 2, 2026",
            "Garden again",
            "- Go on with conservative care: Her wish",
            "Go on with exercise, look again in June.",
            "Outcome: Go on with conservative care",
            "The clinic offers none of them.",
            "Dr. Kim, Mar 2, 2026",
        ):
            assert line in text, line

    def test_every_number_of_a_letter_stands_in_the_record_or_is_a_day(self, full, desk):
        """Without its days and names, a letter holds these numbers and no other."""
        for kind in ("gp", "referral"):
            text = write(desk, full, kind).text
            for words in (
                full.episode.patient.number,
                "555-0100",
                "L4/5",
                "3 to 6 months",
                "20 minutes",
            ):
                text = text.replace(words, "")
            text = re.sub(r"[A-Z][a-z]{2} \d{1,2}, 20\d\d|19\d\d", "", text)
            own = {
                "pain": {"6.0", "10", "14"},  # the mean, of ten; ten of 14 days logged
                "forms": {"7.0", "2"},  # PEG 7.0 and 6.0, two forms
                "relief": {"8"},  # 8 before, 2 after two weeks
                "tiers": {"4"},
                "signs": {"0"},
            }
            signs = {number for sign in full.signs.all() for number in NUMBER.findall(sign.basis)}
            told = set(NUMBER.findall(text)) - signs
            assert told <= set().union(*own.values()), kind

    def test_a_record_with_nothing_in_it_tells_nothing(self, trial, episode, desk, dr_kim, now):
        """Of a record with nothing in it, nothing is told but that it is so."""
        text = write(desk, finished(episode, dr_kim, now)).text
        assert "nothing was logged" in text
        assert "Medicines on record:\nNone." in text
        assert "PEG" not in text.split("Signs looked for")[0]

    def test_the_referral_says_first_what_is_asked_for(self, full, desk):
        lines = write(desk, full, "referral").text.splitlines()
        asked = lines.index("Referral after a reassessment on Mar 2, 2026")
        assert asked < lines.index("Tried so far:")
        assert "What was decided together: Go on with conservative care" in lines

    def test_the_patient_reads_plain_words(self, full, dr_kim, desk, now):
        day = now.date() + timedelta(days=14)
        request_visit(reassessment=full, purpose="review", due_on=day, by=dr_kim, now=now)
        text = write(desk, full, "patient").text
        for line in (
            "Dear Maria Ortiz,",
            "On March 2, 2026 we looked at all of your care with you.",
            "- Pain: 6.0 of 10 on average from Feb. 17, 2026 to March 2, 2026. You logged 10 of 14 days.",
            "We will find a time for your next visit, by March 16, 2026.",
            "Call us: 555-0100",
            "If it cannot wait, call 911.",
        ):
            assert line in text, line
        own_words = [line for line in text.splitlines() if line.endswith((".", "?"))]
        assert max(grade(line) for line in own_words if "Go on with exercise" not in line) <= 8

    def test_both_letters_say_one_number_rounded_half_up(self, trial, episode, desk, dr_kim, now):
        keep_diary(episode, [7, 7, 6] * 4, now.date())  # a mean of 6.67
        own = finished(episode, dr_kim, now)
        assert "6.7 of 10" in write(desk, own).text
        assert "6.7 of 10" in write(desk, own, "patient").text

    def test_of_half_a_fortnight_the_patient_reads_no_average(
        self, trial, episode, desk, dr_kim, now
    ):
        keep_diary(episode, [7, 6] * 3 + [7], now.date())
        text = write(desk, finished(episode, dr_kim, now), "patient").text
        assert "Pain: you logged 7 of 14 days. That is too few for an average." in text
        assert "of 10" not in text

    def test_in_spanish_what_a_clinician_wrote_is_a_gap(self, full, maria, desk):
        type(maria).objects.update(language="es")
        letter = write(desk, full, "patient")
        assert letter.language == "es"
        assert "Hola, Maria Ortiz:" in letter.text
        assert "[[ Garden again ]]" in letter.text
        assert "[[ Go on with exercise, look again in June. ]]" in letter.text
        page = read(desk.post(url(full, "finalise_letter", "patient"), {"seen": 1}, follow=True))
        assert "Not final: fill in what stands in" in page
        text = letter.text.replace("[[ ", "").replace(" ]]", "")
        desk.post(url(full, "letter", "patient"), {"text": text, "seen": 1})
        desk.post(url(full, "finalise_letter", "patient"), {"seen": 2})
        assert Letter.objects.latest("version").is_final
        assert "Pain:" not in text

    def test_nothing_is_sent_by_itself(self, full, desk):
        for kind in Letter.Kind.values:
            write(desk, full, kind)
            data = {"text": "Dear", "addressee": "Dr. Roe", "seen": 1}
            desk.post(url(full, kind=kind), data)
            desk.post(url(full, "finalise_letter", kind), {"seen": 2})
        assert Letter.objects.filter(state="final").count() == 3
        assert not mail.outbox
        assert not Notice.objects.filter(kind=Notice.Kind.MESSAGE_WAITING).exists()


class TestSteps:
    def test_before_it_is_finished_there_is_no_letter(self, trial, episode, dr_kim, desk, now):
        own = begin(episode, dr_kim, now)
        page = read(desk.post(url(own, "write_anew"), {"seen": 0}, follow=True))
        assert "The reassessment is open again. Finish it first" in page
        assert not Letter.objects.exists()
        assert "Not written yet" in page

    def test_a_draft_is_changed_and_every_version_can_be_read(self, full, desk):
        first = write(desk, full).text
        page = desk.post(
            url(full), {"text": "Dear Dr. Roe", "addressee": "Dr. Roe", "seen": 1}, follow=True
        )
        assert "Saved as a draft. Nothing was sent" in read(page)
        assert [each.text for each in Letter.objects.order_by("version")] == [first, "Dear Dr. Roe"]
        desk.post(url(full), {"text": "Dear Dr. Roe", "addressee": "Dr. Roe", "seen": 2})
        assert Letter.objects.count() == 2
        old = read(desk.get(url(full, "print_letter", version=1)))
        assert "Average pain" in old
        assert desk.get(url(full, "print_letter", version=9)).status_code == 404

    def test_an_empty_letter_is_refused(self, full, desk):
        write(desk, full)
        page = desk.post(url(full), {"text": " ", "seen": 1})
        assert (page.status_code, "Write the letter" in read(page)) == (422, True)

    def test_the_second_writer_is_shown_both_texts(self, full, desk, northside, sign_in):
        write(desk, full)
        lee = sign_in(StaffFactory(clinic=northside, role="clinician", name="Dr. Lee"))
        lee.post(url(full), {"text": "By Dr. Lee", "seen": 1})
        page = desk.post(url(full), {"text": "By Dr. Kim", "seen": 1})
        assert page.status_code == 409
        said = read(page)
        for words in ("Dr. Lee has changed this letter", "By Dr. Lee", "By Dr. Kim"):
            assert words in said, words
        assert Letter.objects.latest("version").text == "By Dr. Lee"
        # The page that shows both saves over the text that it shows.
        assert 'name="seen" value="2"' in said
        desk.post(url(full), {"text": "By both", "seen": 2})
        assert Letter.objects.latest("version").text == "By both"

    def test_final_it_names_its_addressee_and_is_fixed(self, full, desk):
        write(desk, full)
        page = read(desk.post(url(full, "finalise_letter"), {"seen": 1}, follow=True))
        assert "Not final: say to whom it goes" in page
        desk.post(url(full), {"text": "Dear Dr. Roe", "addressee": "Dr. Roe", "seen": 1})
        page = read(desk.post(url(full, "finalise_letter"), {"seen": 2}, follow=True))
        assert "Final. Print it and hand it over" in page
        assert "<textarea" not in page
        again = read(desk.post(url(full, "finalise_letter"), {"seen": 3}, follow=True))
        assert "A colleague was first" in again
        stale = read(desk.post(url(full, "finalise_letter"), {"seen": 2}, follow=True))
        assert "A colleague has changed this letter" in stale

    def test_what_was_typed_is_what_becomes_final(self, full, desk):
        write(desk, full)
        typed = {"text": "Dear Dr. Roe", "addressee": "Dr. Roe", "seen": 1}
        desk.post(url(full, "finalise_letter"), typed)
        newest = Letter.objects.latest("version")
        assert (newest.is_final, newest.text, newest.version) == (True, "Dear Dr. Roe", 3)

    def test_what_was_typed_is_kept_when_it_is_written_anew(self, full, desk):
        first = write(desk, full).text
        typed = {"text": "Half a letter", "addressee": "Dr. Roe", "seen": 1}
        desk.post(url(full, "write_anew"), typed)
        texts = list(Letter.objects.order_by("version").values_list("text", "addressee"))
        assert texts == [(first, ""), ("Half a letter", "Dr. Roe"), (first, "Dr. Roe")]

    def test_it_is_withdrawn_with_a_reason_or_corrected(self, full, desk):
        write(desk, full, "patient")
        steps = partial_steps(desk, full)
        steps("finalise_letter", 1)
        page = desk.post(url(full, "withdraw_letter", "patient"), {"seen": 2, "reason": ""})
        assert (page.status_code, "Say why" in read(page)) == (422, True)
        assert "A draft again" in steps("correct_letter", 2)
        assert "A colleague was first" in steps("withdraw_letter", 3, reason="x")
        steps("finalise_letter", 3)
        assert "Withdrawn. It stays in the record" in steps(
            "withdraw_letter", 4, reason="Wrong name"
        )
        states = list(Letter.objects.order_by("version").values_list("state", "reason"))
        assert states == [
            ("draft", ""), ("final", ""), ("draft", ""), ("final", ""), ("withdrawn", "Wrong name"),
        ]  # fmt: skip
        assert "Wrong name" in read(desk.get(url(full, kind="patient")))
        assert "WITHDRAWN" in read(desk.get(url(full, "print_letter", "patient", version=5)))

    def test_a_letter_from_before_it_was_opened_again_says_so(self, full, desk, dr_kim, now):
        write(desk, full)
        later = now + timedelta(hours=1)
        undo_finishing(reassessment=full, reason="Wrong", by=dr_kim, now=later)
        say(full, "goals", {"goals": "Swim"}, dr_kim, later, seen=1)
        page = read(desk.post(url(full, "finalise_letter"), {"seen": 1}, follow=True))
        assert "The reassessment is open again" in page
        finish_reassessment(reassessment=full, by=dr_kim, now=later)
        whole = read(desk.get(reverse("reassessment", args=[full.pk])))
        assert "Older than the reassessment as it was finished last" in whole
        assert "Swim" in write(desk, full, seen=1).text

    @pytest.mark.parametrize("kind", ["note", "GP"])
    def test_a_kind_that_is_none_is_not_found(self, full, desk, kind):
        for name in (
            "letter",
            "write_anew",
            "finalise_letter",
            "withdraw_letter",
            "correct_letter",
        ):
            assert desk.post(url(full, name, kind), {"seen": 1, "reason": "x"}).status_code == 404


def partial_steps(desk, own):
    def step(name, seen, **more):
        return read(desk.post(url(own, name, "patient"), {"seen": seen, **more}, follow=True))

    return step


class TestOnPaper:
    def test_two_identifiers_stand_in_the_head_of_every_sheet(self, full, desk):
        write(desk, full)
        page = read(desk.get(url(full, "print_letter", version=1)))
        head = page[page.index("<thead>") : page.index("</thead>")]
        for words in ("Maria Ortiz", "born", full.episode.patient.number, "DRAFT"):
            assert words in head, words

    def test_a_final_letter_that_was_replaced_says_so(self, full, desk):
        write(desk, full, "patient")
        step = partial_steps(desk, full)
        step("finalise_letter", 1)
        paper = url(full, "print_letter", "patient", version=2)
        assert "REPLACED" not in read(desk.get(paper))
        step("correct_letter", 2)
        assert "REPLACED OR WITHDRAWN" in read(desk.get(paper))


class TestInTheRecord:
    def test_the_patient_reads_final_letters_in_their_copy_and_no_draft(self, full, maria, desk):
        write(desk, full, "patient")
        assert not Letter.objects.visible_to(maria).exists()
        partial_steps(desk, full)("finalise_letter", 1)
        [mine] = Letter.objects.visible_to(maria)
        assert mine.is_final

    def test_the_records_page_names_them(self, full, desk):
        write(desk, full)
        page = read(desk.get(reverse("records", args=[full.episode_id])))
        assert "Letter to the GP" in page
        assert "Draft" in page

    def test_the_timeline_tells_of_final_letters(self, full, desk):
        write(desk, full, "patient")
        timeline = reverse("timeline", args=[full.episode.patient_id])
        assert "Letter to the patient" not in read(desk.get(timeline))
        step = partial_steps(desk, full)
        step("finalise_letter", 1)
        step("withdraw_letter", 2, reason="Wrong name")
        told = read(desk.get(timeline))
        assert "Letter to the patient</a>: Final" in told
        assert "Withdrawn. Wrong name" in told
