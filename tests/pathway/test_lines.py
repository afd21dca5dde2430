"""Where in the source a key stands."""

from textwrap import dedent

import pytest

from pathway.source.lines import key_lines, line_of
from pathway.source.problems import key_name

TEXT = dedent(
    '''\
    # a comment
    title = "Care"
    text = """
    max_days = 1
    still text"""

    [[tiers]]
    key = "one"
    days = [
      1,
      2,
    ]

    [[tiers.windows]]
    max_days = 3

    [[tiers.windows]]
    max_days = 4  # the second

    [[tiers]]
    "quoted key" = 1

    [[tiers.windows]]
    limits = { low = 1, high = 2 }

    [contact.phone]
    number = "1"
    '''
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("text",), 3),
        (("tiers", 0), 7),
        (("tiers", 0, "key"), 8),
        (("tiers", 0, "days"), 9),
        (("tiers", 0, "windows", 0, "max_days"), 15),
        (("tiers", 0, "windows", 1, "max_days"), 18),
        (("tiers", 1, "quoted key"), 21),
        (("tiers", 1, "windows", 0, "limits", "high"), 24),
        (("contact", "phone", "number"), 27),
    ],
)
def test_each_key_is_found_on_its_line(path, line):
    assert line_of(path, key_lines(TEXT)) == line


def test_a_missing_key_is_placed_at_the_table_that_lacks_it():
    lines = key_lines(TEXT)
    assert line_of(("tiers", 0, "windows", 1, "min_days"), lines) == 17
    assert line_of(("nowhere",), lines) == 1


def test_a_row_is_called_by_its_key_and_else_by_its_place():
    content = {"tiers": [{"key": "one", "windows": [{"max_days": 3}]}]}
    assert key_name(("tiers", 0, "windows", 0, "max_days"), content) == (
        "tiers[one].windows[0].max_days"
    )
    assert key_name(("tiers", 0, "windows", 0, "max_days", "deeper"), content) == (
        "tiers[one].windows[0].max_days.deeper"
    )
    assert key_name((), content) == ""
