"""What a flag said on its day, and what is so now: the same on the worklist, the flag's page and the
meeting's list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pathway.rules import Numbers, then_and_now
from patients.flags.leading import leading
from patients.models import Finding, Flag, FunctionScore, Kind, TierTrial, TrialReview
from patients.queries.records import pk_array
from patients.review.function_forms import FormRow, forms_within, function_words
from patients.review.moved_again import FlaggedTrial, moved_again

# Of these the sentence is a mean of the last 14 days.
OF_SCORES = {
    Kind.PLATEAU, Kind.WORSENING, Kind.RELAPSE, Kind.WINDOW_COMPLETE, Kind.STEP_DOWN,
}  # fmt: skip

LastLog = tuple[date, float]


@dataclass(frozen=True)
class Live:
    """`then_and_now`: "" for what is no mean of scores. `moved_again`: since when a plateau's scores
    have moved. `target`: the pain at which its trial would have responded, as the rules last said."""

    then_and_now: str
    function: str
    target: float | None
    moved_again: date | None = None


def live_of(
    flags: Sequence[Flag], last_logs: Mapping[int, LastLog], now: datetime, today: date
) -> dict[int, Live]:
    """By flag, of flags with their findings and their trial's review, all of one clinic; `last_logs` by
    episode. One query; one more where another trial's finding leads, and three where the scores of
    one of them may have moved again."""
    leads = {flag.pk: leading(flag) for flag in flags}
    trials = _trials(flags, leads.values())
    scores = _scores({flag.episode_id for flag in flags})
    moved = moved_again([FlaggedTrial(each, _review(trials, each)) for each in leads.values()], now)
    return {
        flag.pk: replace(
            _live(
                leads[flag.pk],
                trials,
                scores[flag.episode_id],
                last_logs.get(flag.episode_id),
                today,
            ),
            moved_again=moved.get(leads[flag.pk].pk),
        )
        for flag in flags
    }


def _live(
    lead: Finding,
    trials: dict[int, TierTrial],
    scores: list[FormRow],
    last_log: LastLog | None,
    today: date,
) -> Live:
    review = _review(trials, lead)
    return Live(
        then_and_now=said_of(lead, review, today, last_log),
        function=_function(scores, trials.get(lead.trial_id or 0), today),
        target=target_of(review),
    )


def _trials(flags: Sequence[Flag], leads: Iterable[Finding]) -> dict[int, TierTrial]:
    """Of what leads: mostly the flag's own, but a worse finding may be another trial's."""
    trials = {flag.trial.pk: flag.trial for flag in flags if flag.trial}
    wanted = {lead.trial_id for lead in leads if lead.trial_id} - trials.keys()
    if wanted:
        rows = TierTrial.objects.filter(pk__in=pk_array(wanted)).select_related("review")
        trials |= {trial.pk: trial for trial in rows}
    return trials


def _review(trials: dict[int, TierTrial], lead: Finding) -> TrialReview | None:
    trial = trials.get(lead.trial_id or 0)
    return trial.review if trial else None


def said_of(
    lead: Finding, review: TrialReview | None, today: date, last_log: LastLog | None
) -> str:
    if lead.kind not in OF_SCORES or not lead.numbers:
        return ""
    now = None
    if review and review.assessed_on and review.numbers:
        now = review.assessed_on, review.numbers["mean_14"]
    numbers = Numbers.from_json(lead.numbers)
    return then_and_now(numbers, lead.as_of, today=today, now=now, last_log=last_log)


def target_of(review: TrialReview | None) -> float | None:
    target = (review.numbers or {}).get("target") if review else None
    return None if target is None else float(target)


def _scores(episodes: set[int]) -> defaultdict[int, list[FormRow]]:
    """Single questions say nothing of function."""
    rows = (
        FunctionScore.objects.filter(episode__in=pk_array(episodes))
        .exclude(instrument__scoring="single")
        .order_by("local_date", "pk")
        .values_list("episode", "instrument__key", "local_date", "percent", "total")
    )
    found: defaultdict[int, list[FormRow]] = defaultdict(list)
    for episode, key, day, percent, total in rows:
        found[episode].append((key, day, percent, total))
    return found


def _function(scores: list[FormRow], trial: TierTrial | None, today: date) -> str:
    """Of the trial's forms; without a trial of all."""
    return function_words(forms_within(scores, trial.started_on if trial else date.min, today))
