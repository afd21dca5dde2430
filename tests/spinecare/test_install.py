"""`.venv` from nothing, from half of one, from another place; with an index of our own that has newer files."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from spinecare.embedded import BASE_DIR

pytestmark = pytest.mark.processes


class Checkout:
    """A clone with the installer and a lock, and an index that offers what was published since."""

    def __init__(self, folder):
        self.folder = folder
        self.index = folder.parent / f"{folder.name} index"
        self.index.mkdir(exist_ok=True)
        (folder / "spinecare").mkdir(parents=True)
        (folder / "requirements").mkdir()
        shutil.copy(BASE_DIR / "spinecare" / "install.py", folder / "spinecare")
        self.lock(
            self.publish("part", "1.0"),
            self.publish("scale", "1.0", needs=["part[more]"]),
            self.publish("weight", "1.0"),
        )
        self.publish("part", "2.0", needs=["weight ; extra == 'more'"])
        self.publish("weight", "2.0")

    def publish(self, name, version, needs=()):
        """A package of one module on the index; its line of a lock."""
        file = self.index / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
        parts = {
            f"{name}.py": f"version = '{version}'\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }
        with zipfile.ZipFile(file, "w") as wheel:
            for path, text in parts.items():
                wheel.writestr(path, text)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"

    def lock(self, *lines):
        (self.folder / "requirements" / "embedded.txt").write_text("".join(lines))

    def command(self):
        return [sys.executable, "-I", str(self.folder / "spinecare" / "install.py"), "embedded"]

    def environment(self, **more):
        ours = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.index.as_uri()}
        return os.environ | ours | more

    def install(self, **environment):
        """Exit code and what was said."""
        done = subprocess.run(
            self.command(),
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    @property
    def venv(self):
        return self.folder / ".venv"

    def has(self, **versions):
        script = "".join(f"import {name}; print({name}.version)\n" for name in versions)
        python = str(self.venv / "bin" / "python")
        out = subprocess.run(
            [python, "-I", "-c", script], capture_output=True, text=True, check=False
        )
        return out.stdout.split() == list(versions.values())


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path / "Ana's spine, 100% fröhlich")


def test_the_pins_are_installed_though_the_index_has_newer_files(checkout):
    code, said = checkout.install()
    assert (code, said.split()[:2]) == (0, ["Python", "packages"])
    assert checkout.has(part="1.0", scale="1.0", weight="1.0")
    assert checkout.install() == (0, "")


def test_what_other_projects_left_in_the_environment_does_not_matter(checkout, tmp_path):
    code, _ = checkout.install(
        PYTHONHOME="/nowhere",
        PYTHONPATH=str(tmp_path),
        VIRTUAL_ENV="/nowhere",
        PIP_TARGET=str(tmp_path / "target"),
        PIP_USER="1",
        PIP_NO_BINARY=":all:",
        PIP_CONSTRAINT="/nowhere",
        LC_ALL="xx_XX",
        TMPDIR="/nowhere",
    )
    assert code == 0
    assert checkout.has(part="1.0")


def test_a_set_up_that_was_killed_is_begun_again(checkout):
    begun = subprocess.Popen(
        checkout.command(),
        env=checkout.environment(),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    note = checkout.venv / "installed.txt"
    until(lambda: note.exists() and note.read_text() == "unfinished")
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    (checkout.venv / "half").touch()
    assert checkout.install()[0] == 0
    assert checkout.has(part="1.0")
    assert not (checkout.venv / "half").exists()


def test_a_folder_that_was_moved_gets_a_venv_that_knows_its_place(checkout):
    assert checkout.install()[0] == 0
    moved = checkout.folder.with_name("moved")
    checkout.folder.rename(moved)
    checkout.folder = moved
    assert checkout.install()[0] == 0
    assert checkout.has(part="1.0")
    assert str(moved) in (checkout.venv / "pyvenv.cfg").read_text()


def test_behind_a_link_nothing_is_removed(checkout, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "installed.txt").write_text("3 8 another-machine /elsewhere\n")
    checkout.venv.symlink_to(theirs)
    assert checkout.install()[0] == 0
    assert checkout.has(part="1.0")
    assert [file.name for file in theirs.iterdir()] == ["installed.txt"]


def test_what_cannot_be_had_leaves_what_was_there_and_says_what_to_do(checkout):
    assert checkout.install()[0] == 0
    lock = checkout.folder / "requirements" / "embedded.txt"
    before = lock.read_text()
    for wrong, why in {
        before.replace("part==1.0", "part==3.0"): "The index has no such file for this machine",
        f"weight==2.0 --hash=sha256:{'0' * 64}\n": "another file than the pinned one",
    }.items():
        lock.write_text(wrong)
        code, said = checkout.install()
        assert code == 1
        assert why in said
        assert said.endswith("packages.log. Then give the same command again.\n")
    lock.write_text(before)
    assert checkout.install() == (0, "")


def test_two_at_once_take_turns(checkout):
    both = [
        subprocess.Popen(
            checkout.command(), env=checkout.environment(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum("waiting for it" in words for words in said) == 1
    assert checkout.has(part="1.0")


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
