"""Numbers as people type them, and as text services take them."""

import pytest

from scheduling.rules.phone_number import e164


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("(212) 555-0142", "+12125550142"),
        ("212.555.0142", "+12125550142"),
        ("1 212 555 0142", "+12125550142"),
        ("+1 212 555 0142", "+12125550142"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-0142", None),
        ("012 555 0142", None),
        ("+0 212 555 0142", None),
        ("none", None),
        ("", None),
    ],
)
def test_what_is_typed(typed, number):
    assert e164(typed) == number
