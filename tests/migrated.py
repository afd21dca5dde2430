"""A migrated database that test databases are copied from: migrating takes long, and copying a moment.

It is named after the migrations it was made with, so a new migration makes a new one.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from psycopg import sql

from spinecare import embedded

PREFIX = "spinecare_migrated_"
LOCK = 20261123


def migrated_database():
    """Its name; made where it is missing, by one of the processes that ask at once."""
    name = PREFIX + _digest_of_migrations()
    with _server() as session:
        session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if name not in (known := _known(session)):
            _drop(session, known)
            _make(session, name)
    return name


def _digest_of_migrations():
    files = sorted(settings.BASE_DIR.glob("*/migrations/*.py"))
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "base.txt").read_bytes())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _known(session):
    found = session.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    )
    return {name for (name,) in found}


def _drop(session, outdated):
    """Only on the private server, which is this checkout's alone."""
    for name in outdated if not settings.DATABASE_URL else ():
        session.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _make(session, name):
    """Under another name until it is complete."""
    draft = f"draft_{name}"
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
    session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    environment = os.environ | {"DATABASE_URL": _url(draft), "SPINECARE_MODE": "development"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
    )
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    session.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))


@contextmanager
def _server():
    with psycopg.connect(_url("postgres"), autocommit=True) as session:
        yield session


def _url(database):
    url = settings.DATABASE_URL or embedded.database_url(settings.BASE_DIR)
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
