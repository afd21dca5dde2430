"""Before a new version is published: how many flags it would have raised, against the old one."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from pathway.models import Protocol
from patients import actions
from patients.models import Finding, Flag
from patients.replay import replays
from tests.conftest import SOURCE, SPANISH
from tests.factories import EpisodeFactory, TrialFactory, keep_diary

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
        file.with_suffix(".es.toml").write_text(SPANISH.read_text())
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
    actions.review_due_trials(now=now)
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
    actions.end_trial(trial=ended, outcome="not_responded", by=dr_kim, today=now.date())
    old = TrialFactory(
        episode=EpisodeFactory(patient=stella, by=dr_strand), by=dr_strand, days_ago=200
    )
    long_ago = now.date() - timedelta(days=120)
    actions.end_trial(trial=old, outcome="unknown", by=dr_strand, today=long_ago)
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
