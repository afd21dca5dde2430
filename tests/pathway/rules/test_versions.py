"""Rules of an earlier version say what they said then."""

import numpy as np
import pytest

from pathway.rules import RULES_VERSION, RULES_VERSIONS, Numbers, UnknownVersion, assess, numbers_of
from pathway.rules.version_2_1 import RULES
from tests.pathway.rules.diaries import series, turns

DAY = np.arange(84)
EVERY_FOURTH = np.where(DAY % 4 == 0, 6.0, np.nan)

# As the tests of 2.1 had them.
STORIES = {
    "flat at 6": (np.full(84, 6.0), [("IN_PROGRESS", 0), ("PLATEAU", 38)]),
    "6 to 5 in two weeks, then 5": (
        np.where(DAY < 14, 6.0, 5.0),
        [("IN_PROGRESS", 0), ("IMPROVING", 17), ("PLATEAU", 61)],
    ),
    "6 to 3, steadily": (
        np.rint(6 - 3 * DAY / 83),
        [("IN_PROGRESS", 0), ("IMPROVING", 17), ("RESPONDED", 66)],
    ),
    "6 to 1, fast": (
        np.rint(1 + 5 * np.exp(-DAY / 10)),
        [("IN_PROGRESS", 0), ("IMPROVING", 14), ("RESPONDED", 27)],
    ),
    "flat at 1": (np.full(84, 1.0), [("IN_PROGRESS", 0), ("PLATEAU", 66)]),
    "nothing at all": (np.zeros(84), [("IN_PROGRESS", 0), ("IMPROVING", 14)]),
}


@pytest.mark.parametrize("story", STORIES)
def test_2_1_labels_as_it_did(story):
    scores, expected = STORIES[story]

    assert turns(assess(series(scores), RULES, "2.1").status[0]) == expected


def test_in_2_1_a_rise_was_worsening_on_its_34th_day_and_relief_of_four_days_counted():
    rise = assess(series(np.rint(6 + 3 * DAY / 83)), RULES, "2.1").status[0]
    four_days = np.where((DAY >= 3) & (DAY < 7), 0.0, 8.0)
    relief = assess(series(four_days, usual=8.0, cycle_started=True), RULES, "2.1").status[0]

    assert turns(rise)[-1] == ("WORSENING", 34)
    assert turns(relief)[-1] == ("RELAPSE", 23)


def test_in_2_1_the_numbers_are_those_that_a_flag_of_it_keeps():
    found = numbers_of(assess(series(np.full(84, 6.0)), RULES, "2.1"), 0)

    assert (found.rules_version, found.since, found.baseline) == ("2.1", 38, 6.0)
    assert found.target == pytest.approx(4.2)
    assert (found.opening, found.before) == (None, None)
    assert numbers_of(assess(series(np.zeros(84)), RULES, "2.1"), 0).baseline == 1.0


def test_in_2_1_one_who_logged_every_fourth_day_was_silent_as_often_as_then():
    then = [label for label, _day in turns(assess(series(EVERY_FOURTH), RULES, "2.1").status[0])]
    now = [label for label, _day in turns(assess(series(EVERY_FOURTH)).status[0])]

    assert then.count("INSUFFICIENT_DATA") > 10
    assert "INSUFFICIENT_DATA" not in now


def test_what_2_1_stored_can_be_read():
    stored = numbers_of(assess(series(np.full(84, 6.0))), 0).as_json()
    new = ("opening", "before", "fallen", "weekly", "days_since_entry", "eased_to", "bar")
    new += ("usual_pain", "first_week", "function_first", "function_last", "function_forms")
    older = {key: value for key, value in stored.items() if key not in new}

    assert Numbers.from_json(older).fallen is None


def test_the_versions_that_are_kept():
    assert RULES_VERSIONS == (RULES_VERSION, "2.1") == ("3.0", "2.1")
    with pytest.raises(UnknownVersion):
        assess(series(np.full(84, 6.0)), version="1.0")
