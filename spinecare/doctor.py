"""What an operator asks first, each with what to do. Reads only; names variables and never a value."""

from __future__ import annotations

import base64
import binascii
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import Clinic, JobFailure
from accounts.zones import zone_of
from spinecare.checks import OLDEST_POSTGRES
from spinecare.privileges import too_wide
from spinecare.production import in_clear, refusals
from spinecare.tasks import BEAT_KEY

LONGEST_BEAT = timedelta(minutes=5)
MOST_SKEW = 2.0  # seconds
LEAST_FREE = 500  # MB
LEAST_DAYS = 14  # of a certificate
FERNET = 32  # bytes
# What PostgreSQL would write of a refused row, into logs that nobody expects to hold one.
QUIET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}


@dataclass(frozen=True)
class Finding:
    """`to_do` is empty where all is well."""

    about: str
    said: str
    to_do: str = ""


Look = Callable[[], Iterator[Finding]]


def examine(now: datetime) -> Iterator[Finding]:
    """In the order in which one thing needs the other; a look that fails is a finding itself."""
    looks: list[tuple[str, Look]] = [
        ("secrets", secrets_strength),
        ("database", database),
        ("Redis", partial(redis_and_beat, now)),
        ("mail", mail),
        ("certificate", partial(certificate, now)),
        ("disk", disk),
        ("time zones", time_zones),
    ]
    for about, look in looks:
        try:
            yield from look()
        except (DatabaseError, RedisError, OSError) as error:
            kind = type(error).__name__
            yield Finding(about, f"could not be asked ({kind})", _REACH[about])


_REACH = {
    "database": "Start PostgreSQL, or mend DATABASE_URL: host, password, sslrootcert.",
    "Redis": "Start Redis, or mend REDIS_URL. Logs are saved meanwhile; jobs stand.",
    "mail": "Mend EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS or the account. Messages wait and are tried again.",
    "certificate": "Nobody answers at SITE_URL from here: look at nginx, its certificate and the name.",
    "time zones": "Once the database answers and its tables are there, ask again.",
}


def secrets_strength() -> Iterator[Finding]:
    weak = refusals(
        debug=settings.DEBUG,
        secret_key=settings.SECRET_KEY,
        hosts=settings.ALLOWED_HOSTS,
        mfa_keys=settings.MFA_KEYS,
        redis_url=settings.REDIS_URL,
        open_lines=[]
        if settings.PRIVATE_NETWORK
        else in_clear(database_url=settings.DATABASE_URL, redis_url=settings.REDIS_URL),
    )
    for reason in weak:
        yield Finding("secrets", reason.partition(":")[0], reason)
    if not all(map(_is_fernet, settings.MFA_KEYS)):
        yield Finding(
            "secrets", "a key of MFA_KEYS is no key", "Make it as docs/operations.md says."
        )
    elif not weak:
        yield Finding("secrets", "SECRET_KEY and MFA_KEYS are long enough")


def _is_fernet(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == FERNET
    except binascii.Error:
        return False


def database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, clock_timestamp()"
        )
        major, clock = cursor.fetchone()
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(QUIET)])
        quiet = dict(cursor.fetchall()) == QUIET
    to_do = f"Install {OLDEST_POSTGRES} or later." if major < OLDEST_POSTGRES else ""
    yield Finding("database", f"PostgreSQL {major}; no extension is needed", to_do)
    yield Finding(
        "database's log",
        "quiet about rows" if quiet else "may write down what a patient typed",
        "" if quiet else f"Set {' and '.join(f'{k}={v}' for k, v in QUIET.items())}.",
    )
    yield skew("database", clock.timestamp())
    yield (left := pending())
    if not left.to_do:
        yield from (role(), set_apart())


def skew(whose: str, told: float) -> Finding:
    apart = abs(told - time())
    late = apart > MOST_SKEW
    to_do = "Set both by NTP: reviews, codes and sessions go by the clock." if late else ""
    return Finding(f"clock of {whose}", f"{apart:.1f} s from ours", to_do)


def pending() -> Finding:
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    to_do = "As the owner: manage.py migrate" if left else ""
    return Finding("migrations", f"{len(left)} pending", to_do)


def role() -> Finding:
    wide = too_wide()
    to_do = (
        "As the owner: manage.py migrate takes them (asked as the owner, this is as it should be)."
    )
    return Finding("role", f"{len(wide)} rights too many", to_do if wide else "")


def set_apart() -> Finding:
    number = sum(JobFailure.objects.counted().values())
    to_do = "manage.py check_bounds lists them." if number else ""
    return Finding("rows set apart", str(number), to_do)


def redis_and_beat(now: datetime) -> Iterator[Finding]:
    location, options = settings.REDIS_CACHE["LOCATION"], settings.REDIS_CACHE["OPTIONS"]
    with Redis.from_url(str(location), **options) as client:
        seconds, micro = client.time()
    yield skew("Redis", seconds + micro / 1e6)
    seen = caches["redis"].get(BEAT_KEY)
    late = seen is None or now - seen > LONGEST_BEAT
    said = f"heard {int((now - seen).total_seconds())} s ago" if seen else "never heard"
    yield Finding(
        "beat", said, late * "Restart beat and the workers; nothing is lost: the row is the queue."
    )


def mail() -> Iterator[Finding]:
    """Says hello to the relay and sends nothing."""
    relay = get_connection()
    if relay.open() is not None:
        relay.close()
    yield Finding("mail", "the relay answers")


def certificate(now: datetime) -> Iterator[Finding]:
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        yield Finding(
            "certificate", "none: SITE_URL is not https", "Only for a demo on one machine."
        )
        return
    trusted = ssl.create_default_context()
    with (
        socket.create_connection((site.hostname or "", site.port or 443), timeout=5) as line,
        trusted.wrap_socket(line, server_hostname=site.hostname) as sealed,
    ):
        ends = ssl.cert_time_to_seconds(str((sealed.getpeercert() or {})["notAfter"]))
    days = int((ends - now.timestamp()) // 86_400)
    yield Finding(
        "certificate", f"good for {days} days", (days < LEAST_DAYS) * "Renew it; reload nginx."
    )


def disk() -> Iterator[Finding]:
    """Of uploads. The database's disk only its own machine can tell."""
    places = (settings.MEDIA_ROOT, *Path(settings.MEDIA_ROOT).parents)
    free = shutil.disk_usage(next(place for place in places if place.exists())).free // 2**20
    yield Finding("disk", f"{free:,} MB free for uploads", (free < LEAST_FREE) * "Make room.")


def time_zones() -> Iterator[Finding]:
    try:
        found = version("tzdata")
    except ModuleNotFoundError:
        found = "the system's"
    lost = [
        zone for zone in Clinic.objects.values_list("time_zone", flat=True) if not zone_of(zone)
    ]
    said = (
        f"{len(lost)} clinics have one that is not known here" if lost else f"known, data {found}"
    )
    yield Finding(
        "time zones", said, bool(lost) * "Update tzdata, or manage.py check_bounds --set …"
    )
