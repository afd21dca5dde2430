"""Production does not start with a setting that would hurt somebody."""

import json
import os
import socket
import ssl
import subprocess
import sys
from contextlib import suppress
from threading import Thread

import pytest
import redis
from kombu import Connection

from spinecare.embedded import BASE_DIR
from spinecare.production import in_clear, refusals
from tests.certificates import write_certificate

GOOD = {
    "debug": False,
    "secret_key": "kP3vXb9Q-zR7tLm2WcYd8JfHs5NaGe4UoT6iVx1BqZ0rMjKwSgD",
    "hosts": ["spinecare.example"],
    "mfa_keys": ["key"],
    "redis_url": "rediss://redis.example/0",
    "open_lines": [],
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
        ({"open_lines": ["DATABASE_URL"]}, "DATABASE_URL"),
        ({"open_lines": ["REDIS_URL"]}, "REDIS_URL"),
    ],
)
def test_one_fault_is_named_and_no_other(change, variable):
    [reason] = refusals(**GOOD | change)
    assert reason.startswith(variable)


def test_a_refusal_never_prints_a_secret():
    weak = GOOD | {"secret_key": "hunter2", "mfa_keys": []}
    assert not [reason for reason in refusals(**weak) if "hunter2" in reason]


TLS = "postgresql://app@db.example/spinecare?sslmode=verify-full"


@pytest.mark.parametrize(
    ("database", "redis", "found"),
    [
        (TLS, "rediss://redis.example/0", []),
        ("postgresql:///spinecare?host=/run/postgresql", "unix:///run/redis.sock", []),
        ("postgresql://app@db.example/spinecare", "rediss://redis.example", ["DATABASE_URL"]),
        (TLS.replace("verify-full", "require"), "rediss://redis.example", ["DATABASE_URL"]),
        (TLS, "redis://redis.example/0", ["REDIS_URL"]),
        (TLS, "rediss://redis.example/0?ssl_cert_reqs=none", ["REDIS_URL"]),
    ],
)
def test_a_line_without_tls_is_found(database, redis, found):
    assert in_clear(database_url=database, redis_url=redis) == found


@pytest.fixture(scope="module")
def production():
    """What the settings are in production, asked of a process of its own."""
    own = {
        "PATH": os.environ["PATH"],
        "SPINECARE_MODE": "production",
        "DJANGO_SETTINGS_MODULE": "spinecare.settings",
        "SECRET_KEY": GOOD["secret_key"],
        "DATABASE_URL": TLS + "&sslrootcert=/etc/authority.pem",
        "REDIS_URL": GOOD["redis_url"],
        "ALLOWED_HOSTS": "spinecare.example",
        "MFA_KEYS": "key",
    }
    program = "from django.conf import settings as s; print(json.dumps({n: getattr(s, n) for n in ASKED}))"
    asked = f"import json; ASKED = {ASKED}; {program}"
    command = [sys.executable, "-c", asked]
    out = subprocess.run(command, cwd=BASE_DIR, env=own, capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


COOKIES = ["SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"]
ASKED = [
    *(f"{cookie}_{what}" for cookie in COOKIES for what in ("NAME", "PATH", "DOMAIN", "SECURE")),
    "DATABASES",
    "CELERY_BROKER_USE_SSL",
]


@pytest.mark.parametrize("cookie", COOKIES)
def test_a_cookie_is_this_sites_alone(production, cookie):
    """As the prefix asks, or a browser throws it away: secure, for all paths, without a domain."""
    assert production[f"{cookie}_NAME"].startswith("__Host-")
    rest = [production[f"{cookie}_{what}"] for what in ("SECURE", "PATH", "DOMAIN")]
    assert rest == [True, "/", None]


def test_the_database_and_the_broker_are_asked_who_they_are(production):
    options = production["DATABASES"]["default"]["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/authority.pem")
    assert production["CELERY_BROKER_USE_SSL"] == {
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        "ssl_check_hostname": True,
    }


@pytest.fixture
def impostor(tmp_path):
    """A server that speaks TLS with a certificate that nobody has signed."""
    file = write_certificate(tmp_path / "impostor.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listener = socket.create_server(("127.0.0.1", 0))
    Thread(target=_shake_hands, args=(listener, context), daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def _shake_hands(listener, context):
    """With each caller, and answers PONG."""
    while True:
        try:
            caller, _address = listener.accept()
        except OSError:
            return
        with suppress(OSError), context.wrap_socket(caller, server_side=True) as line:
            while line.recv(1000):
                line.sendall(b"+PONG\r\n")


@pytest.mark.parametrize("client", ["cache", "broker"])
def test_an_impostor_of_redis_is_refused(impostor, client):
    url = f"rediss://localhost:{impostor}/0"
    with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        _of_cache(url).ping() if client == "cache" else _of_broker(url).ping()


def _of_cache(url):
    return redis.Redis.from_url(url)


def _of_broker(url):
    asks = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    return Connection(url, ssl=asks).channel().client
