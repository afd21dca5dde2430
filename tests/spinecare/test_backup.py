"""What docs/operations.md says about backups, line by line, with real servers; only the containers are left out."""

import re
import shlex
import shutil
import subprocess
import sys

import psycopg
import pytest

from spinecare.embedded import BASE_DIR
from tests.clusters import new_cluster

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not shutil.which("gpg"), reason="there is no gpg on this machine"),
]
SECTION = re.search(
    r"## Backups\n(.*?)\n## ", (BASE_DIR / "docs" / "operations.md").read_text(), re.DOTALL
)[1]
BACKUP, RESTORE = (
    [line for line in block.splitlines() if "docker compose up" not in line]
    for block in re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
)
PEOPLE = """
INSERT INTO accounts_user (email, name, language, is_active, password, joined_at)
SELECT n || '@example.com', 'Patient ' || n, 'en', true, '', now() FROM generate_series(1, 500) AS n
"""


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    with new_cluster(tmp_path_factory.mktemp("before")) as cluster:
        cluster.migrate()
        with psycopg.connect(cluster.url("spinecare")) as session:
            session.execute(PEOPLE)
        yield cluster


@pytest.fixture
def empty(tmp_path_factory):
    with new_cluster(tmp_path_factory.mktemp("after")) as cluster:
        yield cluster


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "backup.key").write_text("a long line of chance\n")
    (tmp_path / "gnupg").mkdir(mode=0o700)
    yield tmp_path
    agent = ["gpgconf", "--homedir", str(tmp_path / "gnupg"), "--kill", "all"]
    subprocess.run(agent, check=False)


def run(line, cluster, folder):
    """A line of the page, in a shell in this folder, with the servers here in the containers' place."""
    manage = shlex.join([sys.executable, str(BASE_DIR / "manage.py")])
    here = line.replace("docker compose exec -T postgres ", "")
    here = here.replace("docker compose run --rm migrate python manage.py", manage)
    environment = cluster.environment("spinecare_owner") | {"GNUPGHOME": str(folder / "gnupg")}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", here],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def people_in(cluster):
    with psycopg.connect(cluster.url("spinecare")) as session:
        return session.execute("SELECT count(*) FROM accounts_user").fetchone()[0]


def test_what_was_backed_up_is_there_again_whole_and_a_lost_row_would_be_told(
    before, empty, folder
):
    for line in BACKUP:
        assert run(line, before, folder).returncode == 0, line
    assert b"Patient 7" not in (folder / "spinecare.dump.gpg").read_bytes()
    for line in RESTORE:
        done = run(line, empty, folder)
        assert (done.returncode, done.stdout) == (0, ""), f"{line}: {done.stderr}"
    assert people_in(empty) == people_in(before) == 500
    with (
        psycopg.connect(empty.url("spinecare")) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("DELETE FROM patients_symptomlog")
    with psycopg.connect(empty.url("spinecare_owner")) as session:
        session.execute("DELETE FROM accounts_user WHERE email = '7@example.com'")
    assert "> accounts_user 499" in run(RESTORE[-1], empty, folder).stdout


def test_over_tables_that_are_there_already_nothing_is_loaded_and_it_says_so(before, folder):
    for line in BACKUP:
        run(line, before, folder)
    done = run(RESTORE[0], before, folder)
    assert done.returncode != 0
    assert "already exists" in done.stderr
    assert people_in(before) == 500
