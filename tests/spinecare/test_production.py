"""Production does not start with a setting that would hurt somebody."""

import pytest

from spinecare.production import refusals

GOOD = {
    "debug": False,
    "secret_key": "kP3vXb9Q-zR7tLm2WcYd8JfHs5NaGe4UoT6iVx1BqZ0rMjKwSgD",
    "hosts": ["spinecare.example"],
    "mfa_keys": ["key"],
    "redis_url": "rediss://redis.example/0",
}


def test_it_starts_with_what_it_needs():
    assert refusals(**GOOD) == []


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"debug": True}, "DEBUG"),
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": GOOD["secret_key"][:49]}, "SECRET_KEY"),
        ({"secret_key": "secret" * 20}, "SECRET_KEY"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": ["spinecare.example", "*"]}, "ALLOWED_HOSTS"),
        ({"hosts": ["*.example"]}, "ALLOWED_HOSTS"),
        ({"mfa_keys": []}, "MFA_KEYS"),
        ({"redis_url": ""}, "REDIS_URL"),
    ],
)
def test_one_fault_is_named_and_no_other(change, variable):
    [reason] = refusals(**GOOD | change)
    assert reason.startswith(variable)


def test_a_refusal_never_prints_a_secret():
    weak = GOOD | {"secret_key": "hunter2", "mfa_keys": []}
    assert not [reason for reason in refusals(**weak) if "hunter2" in reason]
