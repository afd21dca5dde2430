"""What the demo's people answer about daily life: PEG for all, the longer ones for a part of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from accounts.models import User
from patients.models import TierTrial
from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_activities,
    record_overall_change,
    record_peg,
    record_roland_morris,
)
from patients.questionnaires.selectors.due import (
    ACTIVITIES,
    OVERALL,
    PEG,
    ROLAND_MORRIS,
    ended_trial,
    fits,
)
from spinecare.demo.diary import Diary

NAMED = (
    ("Walk to the shop and back", "Sleep through the night", "Lift my grandchild"),
    ("Sit through a film", "Drive for half an hour"),
    ("Work a full day at the desk", "Put on my shoes", "Hang out the washing"),
)
KEYS = ("activity-one", "activity-two", "activity-three")
SENTENCES = 24
LATER = 2  # Roland-Morris comes with every second PEG, four weeks apart


def has_named_activities(diary: Diary) -> bool:
    """Every third person; Maria, whom the demo's visitor may be, is the first of them."""
    return diary.person.seed % 3 == 0


def name_activities(diary: Diary, *, now: datetime) -> None:
    """In the first days of the step."""
    if has_named_activities(diary):
        wordings = NAMED[diary.person.seed // 3 % len(NAMED)]
        choose_activities(episode=diary.episode, wordings=wordings, now=now)


def answer_daily_life(diary: Diary, day: date, *, by: User, now: datetime) -> None:
    """What is due on this day of the course, at the course's level, 0 to 100."""
    level = diary.function[day]
    answers = dict.fromkeys(diary.asked[PEG].items, round(level / 10))
    record_peg(episode=diary.episode, form=_form(diary, day, PEG, answers), by=by, now=now)
    if not has_named_activities(diary):
        return
    wordings = NAMED[diary.person.seed // 3 % len(NAMED)]
    own = {
        key: min(round(level / 10) + place % 2, 10)
        for place, key in enumerate(KEYS[: len(wordings)])
    }
    form = _form(diary, day, ACTIVITIES, own)
    record_activities(episode=diary.episode, form=form, by=by, now=now)
    if fits(ROLAND_MORRIS, diary.episode) and sorted(diary.function).index(day) % LATER == 0:
        _answer_roland_morris(diary, day, by, now)


def _answer_roland_morris(diary: Diary, day: date, by: User, now: datetime) -> None:
    ticked = round(diary.function[day] * SENTENCES / 100)
    # Seven has no factor in common with 24: each sentence comes once, and not the first ones only.
    true = {(7 * place + diary.person.seed) % SENTENCES for place in range(ticked)}
    items = diary.asked[ROLAND_MORRIS].items
    answers = {item: int(place in true) for place, item in enumerate(items)}
    form = _form(diary, day, ROLAND_MORRIS, answers)
    record_roland_morris(episode=diary.episode, form=form, by=by, now=now)


def look_back(diaries: list[Diary], *, now: datetime) -> None:
    """Whose step has come to its end says in their own word what it brought; some have not yet."""
    for diary in diaries:
        user, episode = diary.episode.patient.user, diary.episode
        trials = TierTrial.objects.filter(episode=episode).order_by("started_on", "pk")
        ended = ended_trial(trials, episode.patient.local_date(now))
        if user is None or ended is None or diary.person.seed % 2:
            continue
        item = diary.asked[OVERALL].items[0]
        form = _form(diary, ended.started_on, OVERALL, {item: _word(diary)}, ended)
        record_overall_change(episode=episode, form=form, by=user, now=now)


def _word(diary: Diary) -> int:
    """1 very much improved to 7 very much worse, as the pain went."""
    days = sorted(diary.pain)
    first, last = diary.pain[days[0]], diary.pain[days[-1]]
    return max(1, min(7, 4 + round((last - first) / 1.5)))


def _form(
    diary: Diary, day: date, key: str, answers: dict[str, int], trial: TierTrial | None = None
) -> FilledForm:
    return FilledForm(
        instrument=diary.asked[key].instrument,
        submission_id=uuid5(NAMESPACE_URL, f"{diary.person.number}/{day}/{key}"),
        answers=dict(answers),
        trial=trial,
    )
