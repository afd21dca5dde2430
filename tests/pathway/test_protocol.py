"""What the other apps ask a published protocol for."""

import pytest

from pathway.models import Deadline, Protocol
from pathway.rules import DEFAULT_RULES, Chronicity, Status


def test_the_current_version_is_the_newest_published_one(publish, reviewed_text, rewrite):
    publish(reviewed_text)
    newer = publish(rewrite("value = 9\n", "value = 8\n")).protocol
    Protocol.objects.create(key="on-trial", version=3, published_at=newer.published_at)
    assert Protocol.objects.current("on-trial") == newer
    assert [each.version for each in Protocol.objects.versions("on-trial")] == [2, 1]


def test_before_the_first_publication_there_is_no_current_version(db):
    with pytest.raises(Protocol.DoesNotExist, match="'unheard-of' is published"):
        Protocol.objects.current("unheard-of")


def test_the_rules_run_on_the_numbers_that_were_tested(protocol):
    """Another number changes the measured error rates: it needs `make bench-accuracy` first."""
    assert protocol.thresholds == DEFAULT_RULES
    assert type(protocol.thresholds.signal_days) is int


@pytest.mark.parametrize(
    ("level", "chronicity", "days"),
    [
        (1, Chronicity.ACUTE, (14, 28, 42)),
        (1, Chronicity.CHRONIC, (28, 42, 84)),
        (2, Chronicity.SUBACUTE, (42, 84, 84)),
        (2, Chronicity.CHRONIC, (84, 126, 182)),
        (3, Chronicity.ACUTE, (14, 42, 56)),
        (4, Chronicity.ACUTE, (42, 84, 84)),
        (5, Chronicity.ACUTE, (1, 14, 14)),
        (5, Chronicity.CHRONIC, (1, 28, 28)),
    ],
)
def test_each_tier_has_its_window(protocol, level, chronicity, days):
    window = protocol.window(level, chronicity)
    assert (window.min_days, window.default_days, window.max_days) == days


def test_flags_have_their_clocks(protocol):
    assert protocol.deadline("safety") == Deadline(15, "minutes")
    assert protocol.deadline("review_requested") == Deadline(2, "working days")
    assert protocol.deadline("worsening") == Deadline(2, "working days")


def test_settings_are_whole_numbers(protocol):
    assert protocol.setting("silent_days_after_dismissal") == 28
    assert protocol.setting("late_entry_days") == 2


def test_every_status_has_its_sentence(protocol):
    for status in set(Status) - {Status.NOT_ASKED}:
        assert protocol.message(status.name.lower()).patient
    responded = protocol.message("responded").patient.format(recent=4.1, baseline=6.3)
    assert "about 4.1, down from 6.3" in responded


def test_a_yes_is_answered_at_its_level(protocol):
    def advice(key):
        return protocol.advice(protocol.safety_questions.get(key=key).level)

    emergency = advice("bladder").format(emergency_number="911")
    assert "call 911 now. Do not wait for a reply here." in emergency
    assert advice("weight-loss").format(clinic_phone="555-0100").count("555-0100") == 1
    assert "next review" in advice("morning-stiffness")


def test_the_first_tier_has_no_plateau_and_procedures_have_their_checks(protocol):
    assert protocol.tier(1).plateau_from_day is None
    assert protocol.tier(4).check_days == [14, 42]


def test_a_row_tells_what_it_is_and_what_it_rests_on(protocol):
    tens = protocol.modalities.get(key="tens")
    assert str(tens) == "tens"
    assert str(protocol.tier(2)) == "2 Physical and manual therapy"
    assert str(protocol) == "Conservative spine care, version 1"
    assert [source.key for source in tens.evidence] == ["who-2023"]


def test_a_version_from_before_a_setting_goes_by_its_default(db, now):
    """Published versions never change, so they cannot gain what later code asks for."""
    old = Protocol.objects.create(key="old", version=1, title="Old", published_at=now)
    assert old.setting("relapse_watch_days") == 90
    assert old.setting("re_entry_days") == 365
    assert (old.deadline("step_down").amount, old.deadline("step_down").unit) == (
        10,
        "working days",
    )
    assert old.message("ceiling").patient == ""
