"""Before a new version is published: how many flags it would have raised, against the old one."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from pathway.models import Protocol
from patients.models import Finding, Flag, Kind
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.trials import end_trial
from patients.review.replay import replays
from patients.review.sweep import mark_trials_due, review_due_trials
from tests.conftest import SOURCE, write_translations_beside
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary
from tests.pages import drawn
from tests.patients.record_data import an_image, an_injection

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
STRICTER = "value = 9.00"


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.fixture
def source(tmp_path):
    """A source in which the plateau signal has to be so strong that nothing reaches it."""

    def written(text):
        file = tmp_path / "protocol.toml"
        file.write_text(text)
        write_translations_beside(file)
        return file

    return written


def stricter(text):
    head, tail = text.split('key = "plateau_logodds"')
    return f'{head}key = "plateau_logodds"{tail.replace("value = 1.20", STRICTER, 1)}'


def replay(file, stderr=None):
    out = StringIO()
    call_command("publish_protocol", str(file), "--replay", stdout=out, stderr=stderr)
    return out.getvalue()


@pytest.fixture
def diary(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())


def test_a_stricter_signal_would_have_spared_a_flag_and_nothing_is_written(
    diary, source, protocol, northside
):
    text = replay(source(stricter(SOURCE.read_text())))
    assert "changed thresholds[plateau_logodds].value: 1.20 -> 9.00" in text
    assert "Would publish" in text
    assert "Northside Spine Clinic: flags of the last 90 days, 1 trials" in text
    assert "Improvement has levelled off: 1 → 0" in text
    assert Protocol.objects.current() == protocol
    assert not Flag.objects.exists()
    assert not Finding.objects.exists()


def test_the_same_source_gives_the_same_flags(diary, source):
    text = replay(source(SOURCE.read_text()))
    assert "Nothing new" in text
    assert "Improvement has levelled off: 1 → 1" in text


def test_the_replay_finds_what_the_sweep_finds(diary, northside, protocol, now):
    review_due_trials(now=now)
    [clinic] = replays(protocol.key, now)
    counts = clinic.under(clinic.rules, lambda trials: None).new
    assert counts == {Flag.objects.get().kind: 1}


def test_two_tiers_of_one_episode_make_one_flag(diary, episode, dr_kim, source):
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=50)
    assert "Improvement has levelled off: 1 → 1" in replay(source(SOURCE.read_text()))


def test_what_was_so_before_the_period_is_not_counted_again(episode, dr_kim, source, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=180, window_days=182)
    keep_diary(episode, [6] * 181, now.date())
    assert "none under either version" in replay(source(SOURCE.read_text()))


def test_a_trial_that_has_ended_counts_for_the_days_it_ran(
    episode, dr_kim, stella, dr_strand, source, now
):
    ended = TrialFactory(episode=episode, by=dr_kim)
    keep_diary(episode, LEVEL, now.date())
    end_trial(trial=ended, outcome="not_responded", by=dr_kim, today=now.date())
    old = TrialFactory(
        episode=EpisodeFactory(patient=stella, by=dr_strand), by=dr_strand, days_ago=200
    )
    long_ago = now.date() - timedelta(days=120)
    end_trial(trial=old, outcome="unknown", by=dr_strand, today=long_ago)
    text = replay(source(SOURCE.read_text()))
    assert "Improvement has levelled off: 1 → 1" in text
    assert "Southside Spine Clinic: flags of the last 90 days, 0 trials" in text


def test_a_protocol_that_no_clinic_uses(source, northside):
    text = SOURCE.read_text().replace('key = "conservative-spine-care"', 'key = "other"', 1)
    assert "No clinic uses this protocol." in replay(source(text))


def test_at_a_terminal_the_share_done_is_shown(diary, source):
    terminal = Terminal()
    replay(source(SOURCE.read_text()), stderr=terminal)
    assert "100 % replayed" in terminal.getvalue()


def test_without_replay_it_publishes_as_ever(source, protocol):
    out = StringIO()
    call_command("publish_protocol", str(source(stricter(SOURCE.read_text()))), stdout=out)
    assert "Published" in out.getvalue()
    assert Protocol.objects.current().version == protocol.version + 1


# ------------------------------------------------------------------ the same as the sweep

TWICE_BACK = [6] * 14 + [2] * 21 + [6] * 21 + [2] * 21 + [6] * 21


@pytest.fixture
def person(northside, dr_kim):
    def made(name, **trial):
        episode = EpisodeFactory(
            patient=PatientFactory(clinic=northside, by=dr_kim, name=name), by=dr_kim
        )
        if trial:
            TrialFactory(episode=episode, by=dr_kim, **trial)
        return episode

    return made


def answered(episode, protocol, answer, then):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer))
    record_peg(episode=episode, form=form, by=episode.patient.user, now=then)


@pytest.fixture
def injected(person, dr_kim, now):
    """Two injections, each with relief that did not last."""
    episode = person("Inga")
    for days_ago in (84, 42):
        an_injection(episode, dr_kim, now, days_ago=days_ago)
    keep_diary(episode, TWICE_BACK, now.date())
    return episode


@pytest.fixture
def clinic_full(injected, person, protocol, dr_kim, now):
    """Somebody for each rule that reads more than the diary."""
    held = person("Hedda", days_ago=40)
    keep_diary(held, [6] * 41, now.date())
    an_injection(held, dr_kim, now, days_ago=10)
    stale = person("Stan", days_ago=60)
    keep_diary(stale, [6] * 61, now.date())
    before = an_image(stale, dr_kim, now, days_ago=300)
    an_image(stale, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True)
    calm = person("Carla", days_ago=70)
    keep_diary(calm, [6, 5, 4, 3, 2, 1] + [0, 1] * 32, now.date())
    level = person("Lena", days_ago=100, window_days=126)
    keep_diary(level, [round(6 - 4 * day / 99) for day in range(100)], now.date())
    reassessed = person("Rhea", days_ago=100, window_days=126)
    TrialFactory(episode=reassessed, by=dr_kim, level=5, days_ago=30)
    keep_diary(reassessed, [round(6 - 4 * day / 99) for day in range(100)], now.date())
    for weeks in range(14, 0, -2):
        answered(level, protocol, 6, now - timedelta(weeks=weeks))
        answered(reassessed, protocol, 6, now - timedelta(weeks=weeks))
        answered(calm, protocol, 6 if weeks > 4 else 1, now - timedelta(weeks=weeks))


def swept_daily(now, days=91, every=1):
    """The morning of each of the last days, with what was known by then."""
    for day in range(days, -1, -every):
        then = now - timedelta(days=day)
        mark_trials_due(now=then)
        review_due_trials(now=then)


def found_in(first):
    """Kinds that became new from that day on, once per complaint."""
    earliest = {}
    for episode, kind, as_of in Finding.objects.order_by("-as_of").values_list(
        "flag__episode", "kind", "as_of"
    ):
        earliest[episode, kind] = as_of
    return Counter(kind for (_episode, kind), day in earliest.items() if day >= first)


def test_the_replay_counts_what_ninety_mornings_of_sweeps_wrote(
    clinic_full, northside, protocol, now
):
    swept_daily(now)
    [clinic] = replays(protocol.key, now)
    counts = clinic.under(clinic.rules, lambda trials: None).new
    assert counts == found_in(clinic.first)
    for kind, number in ((Kind.CEILING, 3), (Kind.STEP_DOWN, 1), (Kind.RELAPSE, 1)):
        assert counts[kind] == number, kind


def test_an_injection_holds_a_plateau_back_in_the_replay_too(
    person, dr_kim, northside, source, now
):
    held = person("Hedda", days_ago=56)
    keep_diary(held, LEVEL, now.date())
    an_injection(held, dr_kim, now, days_ago=27)
    assert "Improvement has levelled off" not in replay(source(SOURCE.read_text()))


def test_a_relapse_from_before_the_period_counts_as_it_was_found(
    injected, northside, protocol, now
):
    swept_daily(now, days=84)
    [clinic] = replays(protocol.key, now + timedelta(days=60))
    assert clinic.under(clinic.rules, lambda trials: None).new[Kind.CEILING] == 1


def test_a_version_that_sees_no_relapse_sees_no_ceiling(injected, northside, source, now):
    head, tail = SOURCE.read_text().split('key = "back_share"')
    changed = tail.replace("value = 0.90", "value = 2.00", 1).replace(
        "value = 0.9\n", "value = 2.0\n", 1
    )
    assert changed != tail
    swept_daily(now, days=84, every=4)
    assert Finding.objects.filter(kind=Kind.CEILING).exists()
    text = replay(source(f'{head}key = "back_share"{changed}'))
    assert "Ceiling signs: 1 → 0" in text


def test_the_protocols_page_counts_what_the_rules_before_would_have_raised(
    trial, episode, dr_kim, sign_in, now
):
    """A rise of two points was "levelled off" to them first."""
    keep_diary(episode, [5] * 35 + [7] * 21, now.date())
    page = drawn(sign_in(dr_kim).get("/protocol/?rules=2.1"))
    assert "Rules 2.1 on the last 90 days, against rules 3." in page
    assert row("Getting worse", 1, 1) in page
    assert row("Improvement has levelled off", 0, 1) in page


def row(kind, in_use, other):
    numbers = f'<td class="number">{in_use}</td><td class="number">{other}</td>'
    return f"{kind}</th> {numbers}"


def test_rules_that_never_were_are_not_asked(trial, dr_kim, sign_in):
    page = drawn(sign_in(dr_kim).get("/protocol/?rules=0.9"))
    assert "against rules" not in page
    assert "What rules 2.1 would have raised" in page
