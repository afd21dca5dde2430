"""The visit brief: one page, the same for Maria and for Dr. Kim."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import AccessLog, MedicationCourse, Procedure, TierTrial, VisitQuestion
from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_activities,
    record_total,
)
from patients.record.actions.trials import end_trial, start_cycle
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, LogFactory, TrialFactory, keep_diary
from tests.pages import drawn

PAGE = "/visit-brief/"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


@pytest.fixture
def desk(sign_in, dr_kim, episode):
    """The page as Dr. Kim opens it."""
    return lambda: sign_in(dr_kim).get(reverse("visit_brief_clinic", args=[episode.pk]))


def text(response):
    return drawn(response)


def article(response):
    return text(response).split('<article class="brief">')[1].split("</article>")[0]


def answered(episode, protocol, key, total, now, trial=None):
    form = FilledForm(protocol.instruments.get(key=key), uuid4(), {}, trial)
    by = episode.patient.user
    return record_total(episode=episode, form=form, total=total, by=by, now=now)


def test_it_says_whom_it_is_about_and_where_she_stands(phone):
    page = article(phone.get(PAGE))

    for words in ("Visit brief: Maria Ortiz", "May 4, 1971", "Step 2 of 5: Therapy", "Northside"):
        assert words in page
    assert "No medicine is on record." in page
    assert "Nothing has been answered yet." in page


def test_both_read_the_same(phone, desk, trial, episode, protocol, dr_kim, now):
    keep_diary(episode, [6] * 20, now.date())
    answered(episode, protocol, "peg", 4, now)
    shot = trial.tier.protocol.modalities.get(key="epidural-steroid-injection")
    start_cycle(trial=trial, modality=shot, started_on=now.date(), by=dr_kim)
    Procedure.objects.create(
        episode=episode, purpose="diagnostic", level="L4/5", side="left", done_on=now.date(),
        recorded_at=now, recorded_by=dr_kim,
        modality=trial.tier.protocol.modalities.get(key="medial-branch-block"),
    )  # fmt: skip
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="not_relevant", reason="other", patient_sentence="We go on.")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)

    hers, his = article(phone.get(PAGE)), article(desk())

    write_yours = ' <a class="no-print" href="#ask">Write yours</a>'
    assert hers.replace(write_yours, "") == his
    assert shot.title in his
    assert "Message from your care team" in his
    assert AccessLog.objects.filter(page="visit_brief", user=dr_kim).exists()


def test_function_goes_from_the_first_answer_of_the_complaint_to_the_latest(
    phone, episode, protocol, now
):
    for key, total, ago in (("peg", 9, 70), ("peg", 7, 50), ("peg", 0, 1), ("rmdq", 12, 2)):
        answered(episode, protocol, key, total, now - timedelta(days=ago))

    lines = phone.get(PAGE).context["brief"].function

    assert [(line.name, line.top, line.first, line.latest) for line in lines] == [
        ("Daily life questions", 10, 9, 0),
        ("Low back questions", 24, None, 12),
    ]


def test_activities_stand_in_her_words(phone, episode, protocol, maria, now):
    """Swimming was left out both times; an answer about earlier activities is not hers to compare."""
    mine = protocol.instruments.get(key="my-three-activities")
    keys = ("activity-one", "activity-two", "activity-three")

    def answer(ago, *given):
        form = FilledForm(mine, uuid4(), dict(zip(keys, given, strict=True)))
        then = now - timedelta(days=ago)
        record_activities(episode=episode, form=form, by=maria.user, now=then)

    answer(10, 9, 9, 9)
    choose_activities(
        episode=episode, wordings=["Walk", "Sleep", "Swim"], now=now - timedelta(days=9)
    )
    answer(1, 3, 5, None)
    answer(0, 2, 0, None)

    lines = phone.get(PAGE).context["brief"].function

    assert [(line.name, line.first, line.latest) for line in lines[1:]] == [
        ("Walk", 3, 2),
        ("Sleep", 5, 0),
    ]


def test_steps_say_how_they_went_by_the_logs_and_in_her_own_word(
    phone, trial, episode, protocol, dr_kim, now
):
    end_trial(trial=trial, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=now.date())
    answered(episode, protocol, "pgic", 2, now, trial)

    page = article(phone.get(PAGE))

    assert 'How it went: Somewhat better. My own answer: <span lang="en">Much Improved' in page


def test_before_any_step_the_last_twelve_weeks_are_shown(sign_in, maria, episode, now):
    brief = sign_in(maria.user).get(PAGE).context["brief"]

    assert (brief.chart.first, brief.chart.last) == (date(2025, 12, 9), date(2026, 3, 2))
    assert brief.trials == []


def test_a_step_that_begins_today_does_not_empty_the_page(
    phone, trial, episode, dr_kim, protocol, now
):
    """The story is the complaint's: the steps, the diary and the answers before stay on it, with their year."""
    keep_diary(episode, [6] * 20, now.date() - timedelta(days=80))
    answered(episode, protocol, "peg", 7, now - timedelta(days=80))
    end_trial(trial=trial, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=now.date())
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=0)

    brief = phone.get(PAGE).context["brief"]
    assert brief.chart.first == now.date() - timedelta(days=99)
    assert brief.chart.logged == 20
    assert [line.trial.level for line in brief.trials] == [2, 3]
    assert "Dec 12, 2025" in article(phone.get(PAGE)), "when PEG was answered, another year"


def test_home_and_visits_lead_to_it(phone):
    for url in ("/home/", "/visits/"):
        assert f'href="{PAGE}">Prepare for a visit</a>' in text(phone.get(url))


def test_a_step_that_begins_tomorrow_can_be_shown(sign_in, maria, episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=-1)

    assert sign_in(maria.user).get(PAGE).status_code == 200


def test_medicines_are_what_is_on_record_and_what_was_logged(phone, trial, episode, dr_kim, now):
    for ago, use in enumerate(["planned", "planned", "extra", "none", ""]):
        LogFactory(episode=episode, local_date=now.date() - timedelta(ago), medicine=use)
    given = {
        "episode": episode, "modality": trial.tier.protocol.modalities.get(key="nsaid"),
        "is_opioid": False, "use": "planned", "started_on": date(2026, 2, 1),
        "recorded_at": now, "recorded_by": dr_kim,
    }  # fmt: skip
    MedicationCourse.objects.create(name="Naproxen", **given)
    MedicationCourse.objects.create(
        name="Ibuprofen", ended_on=date(2026, 2, 20), why_ended="planned_end", **given
    )
    MedicationCourse.objects.create(name="Wrong", withdrawn_at=now, withdrawn_by=dr_kim, **given)

    page = article(phone.get(PAGE))

    assert "as planned 2, more than planned 1, none 1, no answer 1 days" in page
    assert "Naproxen, As planned, every day: since Feb 1, 2026" in page
    assert "Ibuprofen, As planned, every day: Feb 1, 2026 to Feb 20, 2026" in page
    assert "Wrong" not in page


class TestQuestion:
    def test_she_writes_it_once_and_may_change_it(self, phone, desk):
        phone.post(PAGE, {"question": "Can I lift?"})
        page = phone.get(PAGE)
        phone.post(PAGE, {"question": "Can I swim?"})

        assert page.context["form"]["question"].value() == "Can I lift?"
        assert VisitQuestion.objects.get().question == "Can I swim?"
        assert "“Can I swim?”" in article(desk())

    def test_an_empty_one_is_not_saved(self, phone):
        page = phone.post(PAGE, {"question": " "})

        assert page.status_code == 422
        assert "Write your question" in text(page)
        assert not VisitQuestion.objects.exists()

    def test_talked_about_it_is_told_and_the_next_one_can_be_written(
        self, phone, desk, sign_in, dr_kim
    ):
        phone.post(PAGE, {"question": "Can I lift?"})
        question = VisitQuestion.objects.get()
        url = reverse("visit_question_discussed", args=[question.pk])

        page = sign_in(dr_kim).post(url, follow=True)

        assert "Noted: you talked about it." in text(page)
        assert "Talked about on March 2, 2026 with Dr. Kim: “Can I lift?”" in article(
            phone.get(PAGE)
        )
        phone.post(PAGE, {"question": "Can I swim?"})
        assert "“Can I swim?”" in article(desk())

    def test_she_does_not_tick_it_herself(self, phone):
        phone.post(PAGE, {"question": "Can I lift?"})
        url = reverse("visit_question_discussed", args=[VisitQuestion.objects.get().pk])

        assert phone.post(url).status_code == 403
        assert "We talked about this" not in text(phone.get(PAGE))


def test_what_is_not_for_paper_is_not_printed(phone, desk):
    for page in (text(phone.get(PAGE)), text(desk())):
        outside = page.split("</article>")[1].split("</main>")[0]
        assert not outside.strip() or outside.strip().startswith('<section class="no-print')


def test_a_stranger_learns_nothing(sign_in, dr_strand, sam, episode, trial):
    url = reverse("visit_brief_clinic", args=[episode.pk])

    assert sign_in(dr_strand).get(url).status_code == 404
    assert sign_in(sam).get(url).status_code == 403


def test_the_number_of_queries_does_not_grow(phone, episode, now, django_assert_max_num_queries):
    keep_diary(episode, [6] * 56, now.date())
    phone.get(PAGE)
    with django_assert_max_num_queries(22):
        phone.get(PAGE)


def test_another_complaint_has_its_own_page(sign_in, dr_kim, maria, episode):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")

    page = sign_in(dr_kim).get(reverse("visit_brief_clinic", args=[neck.pk]))

    assert page.context["brief"].episode == neck
