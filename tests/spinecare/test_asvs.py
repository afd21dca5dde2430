"""docs/asvs.md: every item once, a verdict each, places that exist, and sums that are right."""

import re
from collections import Counter

import pytest
from allauth.account import app_settings
from django.conf import settings

from spinecare import settings as source

ROOT = settings.BASE_DIR
PAGE = (ROOT / "docs" / "asvs.md").read_text()
SECURITY = (ROOT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
VERDICTS = ("pass", "partly", "fail", "n/a")
# Items of levels 1 and 2 in each chapter of the released standard; 10 and 17 stand in one line each.
ITEMS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16,
}  # fmt: skip
WHOLE = {10: 29, 17: 7}


def test_every_item_stands_there_once():
    numbers = [number for number, *_rest in ROWS]
    assert len(numbers) == len(set(numbers))
    assert Counter(int(number.split(".")[0]) for number in numbers) == ITEMS
    for chapter, items in WHOLE.items():
        assert re.search(rf"^The {items} items {chapter}\.1\.1 to", PAGE, re.MULTILINE)


def test_the_sums_are_those_of_the_rows():
    counted = Counter(verdict for *_rest, verdict, _place in ROWS)
    assert set(counted) <= set(VERDICTS)
    counted["n/a"] += sum(WHOLE.values())
    said = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS)
    assert f"Of {counted.total()} items: {said}." in " ".join(PAGE.split())
    failing = [number for number, *_words, verdict, _place in ROWS if verdict == "fail"]
    assert f"They fail: {', '.join(failing) or 'none'}." in " ".join(PAGE.split())


def test_the_66_are_counted_too():
    near = {6, 7, 8, 12, 14, 16}
    ours = [row for row in ROWS if row[1] == "2" and int(row[0].split(".")[0]) in near]
    assert len(ours) == 66
    counted = Counter(verdict for *_rest, verdict, _place in ours)
    said = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS)
    assert f"Of the 66 of the first: {said}." in " ".join(PAGE.split())


def test_what_stays_partly_says_why_and_what_is_left_of_the_risk():
    open_items = {number for number, *_words, verdict, _place in ROWS if verdict == "partly"}
    _before, signed = PAGE.split("## What stays partly")
    told = re.findall(
        r"^\| (\d+\.\d+\.\d+) \| [^|]{40,} \| [^|]{20,} \| [^|]+ \|$", signed, re.MULTILINE
    )
    assert sorted(told) == sorted(open_items)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_place_that_is_named_exists(row):
    number, _level, _asks, verdict, place = row
    named = re.findall(r"`([\w./-]+/[\w./-]+|[\w-]+\.(?:toml|yml)|\.dockerignore)`", place)
    assert [path for path in named if not (ROOT / path).exists()] == [], number
    assert verdict == "n/a" or place.strip(), number


def test_the_limits_on_signing_in_are_those_of_the_settings():
    said = dict(re.findall(r"^\| `(\w+)` \| ([\w/,]+) \|$", SECURITY, re.MULTILINE))
    unused = {"change_phone", "verify_phone", "signup"}
    given = app_settings.RATE_LIMITS | source.ACCOUNT_RATE_LIMITS
    limits = {name: rate for name, rate in given.items() if name not in unused}
    assert said == limits
