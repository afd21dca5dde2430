"""A password of somebody else's leak is no password here."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


def refusals(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [each.code for each in error.error_list]
    return []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("a brown cow jumps 7 times", []),
        ("1q2w3e4r5t6y7u8i9o0p", ["password_stolen"]),
        ("1Q2W3E4R5T6Y7U8I9O0P", ["password_stolen"]),
        ("passwordpassword", ["password_stolen", "password_of_our_words"]),
        ("brown cow 7", ["password_too_short"]),
        ("cow", ["password_too_short"]),
    ],
)
def test_long_enough_and_on_no_list(password, why):
    assert refusals(password) == why


@pytest.mark.django_db
def test_the_name_of_her_clinic_is_no_password(maria, dr_kim):
    for user in (maria.user, dr_kim):
        assert refusals("Northside Spine Clinic 2026", user) == ["password_of_our_words"]
        assert refusals("Northside Spine Clinic, 7 brown cows", user) == []
    assert refusals("spinecare patient 1") == ["password_of_our_words"]
