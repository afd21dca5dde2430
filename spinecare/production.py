"""What production refuses to start with: each sentence says what to set."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

LEAST_KEY, LEAST_KINDS = 50, 12


def in_clear(*, database_url: str, redis_url: str) -> list[str]:
    """The variables whose server is reached over a network without TLS, or without asking who it is.

    No host is a socket of this machine.
    """
    database, redis = urlsplit(database_url), urlsplit(redis_url)
    modes = parse_qs(database.query).get("sslmode", [""])
    asks = parse_qs(redis.query).get("ssl_cert_reqs", ["required"])
    is_open = {
        "DATABASE_URL": bool(database.hostname) and modes != ["verify-full"],
        "REDIS_URL": redis.scheme == "redis" or asks != ["required"],
    }
    return [variable for variable, so in is_open.items() if so]


def refusals(
    *,
    debug: bool,
    secret_key: str,
    hosts: Sequence[str],
    mfa_keys: Sequence[str],
    redis_url: str,
    open_lines: Sequence[str],
) -> list[str]:
    """The reasons, none when all is well. They name variables and never a value.

    `open_lines`: what `in_clear` found, where no PRIVATE_NETWORK was declared.
    """
    weak = len(secret_key) < LEAST_KEY or len(set(secret_key)) < LEAST_KINDS
    found = {
        "SECRET_KEY is missing or weak: give 50 random characters or more.": weak,
        "DEBUG is on: it shows settings and records to strangers. Take it out.": debug,
        "ALLOWED_HOSTS is missing: give the names of the site.": not hosts,
        "ALLOWED_HOSTS holds *: give the names of the site.": any("*" in host for host in hosts),
        "MFA_KEYS is missing: second factors would hang on SECRET_KEY.": not mfa_keys,
        "REDIS_URL is missing: there is no private Redis in production.": not redis_url,
    }
    found |= {f"{variable} {_HOW[variable]}": True for variable in open_lines}
    return [reason for reason, is_so in found.items() if is_so]


_HOW = {
    "DATABASE_URL": "is not encrypted: add ?sslmode=verify-full&sslrootcert=…, or say PRIVATE_NETWORK=1.",
    "REDIS_URL": "is not encrypted: begin it with rediss://, or say PRIVATE_NETWORK=1.",
}
