"""What production refuses to start with: each sentence says what to set."""

from collections.abc import Sequence

LEAST_KEY, LEAST_KINDS = 50, 12


def refusals(
    *, debug: bool, secret_key: str, hosts: Sequence[str], mfa_keys: Sequence[str], redis_url: str
) -> list[str]:
    """The reasons, none when all is well. They name variables and never a value."""
    weak = len(secret_key) < LEAST_KEY or len(set(secret_key)) < LEAST_KINDS
    found = {
        "SECRET_KEY is missing or weak: give 50 random characters or more.": weak,
        "DEBUG is on: it shows settings and records to strangers. Take it out.": debug,
        "ALLOWED_HOSTS is missing: give the names of the site.": not hosts,
        "ALLOWED_HOSTS holds *: give the names of the site.": any("*" in host for host in hosts),
        "MFA_KEYS is missing: second factors would hang on SECRET_KEY.": not mfa_keys,
        "REDIS_URL is missing: there is no private Redis in production.": not redis_url,
    }
    return [reason for reason, is_so in found.items() if is_so]
