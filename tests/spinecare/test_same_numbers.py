"""Worklist row, evidence page, meeting list and brief say the same numbers of the same day: those that
come out of the raw logs and forms by plain arithmetic, for every person of the demo."""

import re
from collections import Counter
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from patients.models import Flag, FunctionScore, Kind, SymptomLog
from patients.review.sweep import review_due_trials
from patients.worklist.actions.snooze import discuss
from spinecare.demo.fill import fill
from tests.pages import drawn

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=1)
OF_SCORES = {
    Kind.PLATEAU, Kind.WORSENING, Kind.RELAPSE, Kind.WINDOW_COMPLETE, Kind.STEP_DOWN,
}  # fmt: skip
NAMES = {"peg": "PEG", "rmdq": "Roland\N{EN DASH}Morris", "my-three-activities": "My activities"}


# ------------------------------------------------------------------ by plain arithmetic


def one_decimal(value):
    tenths = Decimal(10 * value.numerator) / Decimal(value.denominator)
    return f"{tenths.quantize(Decimal(1), ROUND_HALF_UP) / 10:.1f}"


def days_of(episode, known_at):
    """The last log of each day that was not withdrawn, of those that had come before."""
    logs = SymptomLog.objects.filter(episode=episode, withdrawn_at=None, logged_at__lt=known_at)
    return {log.local_date: log.average_pain for log in logs.order_by("logged_at", "pk")}


def mean_until(days, last, length):
    inside = [pain for day, pain in days.items() if 0 <= (last - day).days < length]
    return (Fraction(sum(inside), len(inside)) if inside else None), len(inside)


def said_of_function(trial, today):
    """The questionnaire answered most often in the trial: its first score and its last."""
    inside = (trial.started_on, today)
    scores = FunctionScore.objects.filter(episode=trial.episode, local_date__range=inside)
    forms = [
        (score.instrument.key, score.total)
        for score in scores.exclude(instrument__scoring="single").order_by("local_date", "pk")
    ]
    if not forms:
        return None
    count = Counter(key for key, _total in forms)
    chosen = min(count, key=lambda key: (-count[key], key))
    first, *rest = [total for key, total in forms if key == chosen]
    return NAMES[chosen], first, rest[-1] if rest else None


def shown(total):
    return f"{total.quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}"


# ------------------------------------------------------------------ as the pages say it


@pytest.fixture
def desk(protocol, now, sign_in):
    fill(now=now, say=lambda _words: None)
    review_due_trials(now=now)  # of this morning's logs, as the worker would within a minute
    flags = list(Flag.objects.open().filter(shadow=False))
    clinician = flags[0].episode.patient.clinic.memberships.get(user__email="kim@northside.example")
    for flag in flags:
        discuss(flag=flag, note="", by=clinician.user, now=now)
    return sign_in(clinician.user)


def rows_of(desk):
    """By flag, the words of its row, over all pages of the worklist."""
    found, query = {}, ""
    while True:
        answer = desk.get(f"{reverse('worklist')}?{query}")
        page = drawn(answer)
        for part in page.split('<tr role="row" id="flag-')[1:]:
            found[int(part.split('"')[0])] = part.split("</tr>")[0]
        query = answer.context["next_page"]
        if not query:
            return found


def sections_of(desk):
    page = drawn(desk.get(reverse("meeting")))
    parts = page.split('<section class="card" aria-labelledby="flag-')[1:]
    return {int(part.split('"')[0]): part.split("</section>")[0] for part in parts}


def of_term(page, term):
    return re.search(rf"<dt>{term}</dt> ?<dd>(.*?)</dd>", page).group(1)


def lead_of(flag):
    return flag.findings.filter(kind=flag.kind).order_by("found_at", "pk").last()


def test_every_page_says_what_the_logs_say(desk, now):
    rows, meeting = rows_of(desk), sections_of(desk)
    flags = Flag.objects.awake(now).filter(shadow=False).select_related("episode__patient__clinic")
    assert {flag.pk for flag in flags} == rows.keys() <= meeting.keys()
    kinds = Counter()
    for flag in flags:
        today = flag.episode.patient.clinic_date(now)
        evidence = drawn(desk.get(reverse("flag", args=[flag.pk])))
        brief = drawn(desk.get(reverse("visit_brief_clinic", args=[flag.episode_id])))
        pages = (rows[flag.pk], meeting[flag.pk], evidence)
        kinds[flag.kind] += says_then_and_today(flag, now, pages)
        says_function(flag, today, pages)
        says_the_trial(flag, now, evidence)
        says_the_week(flag, now, brief)
    assert kinds[Kind.PLATEAU] >= 3
    assert kinds[Kind.WORSENING] >= 2


def says_then_and_today(flag, now, pages):
    today = flag.episode.patient.clinic_date(now)
    lead, days = lead_of(flag), days_of(flag.episode, now + SOON)
    if flag.kind not in OF_SCORES or not lead.numbers:
        return 0
    then, _n = mean_until(days_of(flag.episode, lead.found_at), lead.as_of, 14)
    now_, _n = mean_until(days, today, 14)
    last = max(days)
    ago = {0: "today", 1: "yesterday"}.get((today - last).days, f"{last:%b} {last.day}")
    end = f", last log {ago}: {days[last]}"
    if lead.as_of < today and now_ is None:
        end = f" → today no log in 14 days{end}"
    elif lead.as_of < today and one_decimal(now_) != one_decimal(then):
        end = f" → today {one_decimal(now_)}{end}"
    wanted = re.compile(
        re.escape(f"{lead.as_of:%b} {lead.as_of.day}: ")
        + "[a-z, -]*"
        + re.escape(f"{one_decimal(then)}{end}")
    )
    for page in pages:
        assert wanted.search(page), (
            flag,
            wanted.pattern,
            page[:1] + "".join(re.findall(r"<p class=.small.>.*?<.p>", page)),
        )
    return 1


def says_function(flag, today, pages):
    trial = lead_of(flag).trial
    told = said_of_function(trial, today) if trial else None
    if told is None:
        return
    name, first, last = told
    words = f"{name} {shown(first)}" + (f" → {shown(last)}" if last is not None else ", one form")
    for page in pages:
        assert words in page, (flag, words)


def says_the_trial(flag, now, evidence):
    today = flag.episode.patient.clinic_date(now)
    trial, days = lead_of(flag).trial, days_of(flag.episode, now + SOON)
    if trial is None or trial.ended_on:
        return
    mean, logged = mean_until(days, today, 14)
    start, recent = of_term(evidence, "Start"), of_term(evidence, "Last 14 days")
    if mean is not None:
        assert recent.startswith(f"{one_decimal(mean)} from {logged} day"), flag
    week = [days[day] for day in days if 0 <= (day - trial.started_on).days < 7]
    if week:
        words = f"mean of the first week: {one_decimal(Fraction(sum(week), len(week)))}"
        assert words in start, flag
    if trial.usual_pain is not None:
        assert f"usual pain, as stated: {trial.usual_pain}" in start, flag
    change = of_term(evidence, "Change")
    if mean is not None and "not known" not in start:
        difference = Decimal(one_decimal(mean)) - Decimal(start.split()[0])
        assert change == f"{difference:+} points".replace("+0.0", "0.0"), flag


def says_the_week(flag, now, brief):
    today = flag.episode.patient.clinic_date(now)
    days = days_of(flag.episode, now + SOON)
    mean, logged = mean_until(days, today, 7)
    if logged >= 4:
        assert f"Average last 7 days: {one_decimal(mean)}." in brief, flag
    else:
        assert "Average last 7 days" not in brief, flag
    before, logged_before = mean_until(days, today - timedelta(days=7), 7)
    if logged >= 4 and logged_before >= 4:
        assert f"The 7 days before: {one_decimal(before)}." in brief, flag
