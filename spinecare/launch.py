"""`make demo` and `make dev`: servers, preparations, then web, worker and beat until Ctrl-C.

`dev` is the demo with debug pages, whose processes start again when a file of theirs changes.
"""

import fcntl
import http.client
import os
import shlex
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from spinecare.embedded import BASE_DIR, NotStarted, lifecycle
from spinecare.prepare import say, step
from spinecare.processes import follow_make
from spinecare.supervisor import AskedToStop, Crashed, Ear, Explained, Program, Supervisor, Watched

PREFERRED_PORT = 8000
LOCAL = BASE_DIR / ".local"
BIN = Path(sys.executable).parent
AGAIN = (
    "The same command goes on from there; `make reset` forgets the demo's data and begins anew.\n"
)
OURS = ("accounts", "pathway", "patients", "scheduling", "spinecare", "templates", "locale")


class AlreadyRunning(Exception):
    """One demo for a checkout: two would share their data and their beat."""


def main(words: list[str]) -> int:
    follow_make()
    os.umask(0o077)  # what the demo's people upload and are sent is for its owner only
    try:
        demo(dev=words == ["dev"])
    except AskedToStop:
        say("Stopped. What you did is kept: `make demo` goes on from there.\n")
        return 0
    except Explained:
        return 1
    except (AlreadyRunning, Crashed, NotStarted) as problem:
        say(f"\n{problem}\n{'' if isinstance(problem, AlreadyRunning) else AGAIN}")
    return 1


def demo(*, dev: bool) -> None:
    with kept_port(PREFERRED_PORT) as port:
        run_at(f"127.0.0.1:{port}", dev=dev)


def run_at(address: str, *, dev: bool) -> None:
    environment = {
        **os.environ,
        "SPINECARE_MODE": "demo",
        "SITE_URL": f"http://{address}",
        "DEBUG": str(dev),
        "PYTHONUNBUFFERED": "1",
    }
    log = LOCAL / "log"
    log.mkdir(parents=True, exist_ok=True)
    with (
        only_one(address),
        Ear() as ear,
        the_servers() as servers,
        Supervisor(ear, log, environment) as supervisor,
    ):
        for server in servers:
            supervisor.watch_too(server)
        supervisor.run(Program("prepare", [sys.executable, "-m", "spinecare.prepare"]))
        serve(supervisor, address, reloaded(programs(address)) if dev else programs(address))


def serve(supervisor: Supervisor, address: str, wanted: list[Program]) -> None:
    """The first page first: worker and beat would only make it late, and are not missed for a second."""
    web, *others = wanted
    with step("web"):
        supervisor.start(web)
        supervisor.wait_until(lambda: answers(address), seconds=120)
    for program in others:
        supervisor.start(program)
    say(f"\nSpinecare is at http://{address}/\nCtrl-C stops it. Logs: {supervisor.log}\n")
    supervisor.watch()


def programs(address: str) -> list[Program]:
    """The web process first."""
    host, port = address.split(":")
    options = "--workers 2 --blocking-threads 4 --workers-kill-timeout 5 --respawn-failed-workers"
    granian = [str(BIN / "granian"), "--interface", "wsgi", *options.split()]
    celery = [str(BIN / "celery"), "--app", "spinecare"]
    return [
        Program("web", [*granian, "--host", host, "--port", port, "spinecare.wsgi:application"]),
        Program("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"]),
        Program("beat", [*celery, "beat", "--loglevel", "INFO"]),
    ]


def reloaded(wanted: list[Program]) -> list[Program]:
    """The same programs, each started again when a file of ours has changed; the web server knows how."""
    web, *others = wanted
    paths = [word for folder in OURS for word in ("--reload-paths", folder)]
    reload = ["--reload", "--reload-ignore-worker-failure", *paths]
    watch = [
        str(BIN / "watchfiles"),
        "--target-type",
        "command",
        "--sigint-timeout",
        "20",
        "--sigkill-timeout",
        "60",
    ]
    return [
        replace(web, command=[*web.command[:-1], *reload, web.command[-1]]),
        *(replace(one, command=[*watch, shlex.join(one.command), *OURS]) for one in others),
    ]


def reset(base: Path) -> None:
    """Ask this checkout's demo to stop, if one runs, and delete everything that it kept."""
    with suppress(FileNotFoundError), (base / ".local" / "demo.lock").open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(int(lock.read().split()[0]), signal.SIGTERM)
            fcntl.flock(lock, fcntl.LOCK_EX)
    lifecycle.remove(base)


@contextmanager
def only_one(address: str) -> Iterator[None]:
    with (LOCAL / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            where = lock.read().split()[-1]
            raise AlreadyRunning(f"This checkout's demo is already at http://{where}/.") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()} {address}\n")
        lock.flush()
        yield


@contextmanager
def the_servers() -> Iterator[list[Watched]]:
    """Those that the environment does not name; stopped afterwards, if they were started here."""
    with step("PostgreSQL and Redis"):
        started = lifecycle.start(BASE_DIR, die_with_us=True)
    for variable in ("DATABASE_URL", "REDIS_URL"):
        if url := os.environ.get(variable):
            named = urlsplit(url)
            say(
                f"    {variable} names {named.hostname or ''}{named.path}; unset it for a private one\n"
            )
    try:
        yield [Watched(one.server.name, one.process, one.server.log) for one in started]
    finally:
        lifecycle.stop(started)


@contextmanager
def kept_port(preferred: int) -> Iterator[int]:
    """A free port that nobody else finds free: the web server listens a minute later, and would
    share the port with that of another checkout, which then answered half of our requests."""
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        port = free_port(preferred)
        ours.bind(("127.0.0.1", port))
        yield port


def free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise NotStarted("There is no free port on 127.0.0.1.")


def answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["reset"]:
        reset(BASE_DIR)
    else:
        sys.exit(main(sys.argv[1:]))
