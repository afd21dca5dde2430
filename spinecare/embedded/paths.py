"""Where the private servers of a checkout live, and as whom they run.

PostgreSQL refuses root, so root drops to the owner of the checkout, or to `nobody`. Where that user cannot
reach the checkout (it lies in /root, say), `.local/elsewhere` names the folder that is used instead.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

LONGEST_SOCKET_PATH = 103  # bytes: macOS; Linux has room for 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


class NotStarted(Exception):
    """A private server could not be started; the message says what to do."""


@dataclass(frozen=True)
class Paths:
    base: Path  # the checkout
    account: pwd.struct_passwd | None  # whom root becomes; None: we stay who we are

    @property
    def local(self) -> Path:
        return self.base / ".local"

    @property
    def log(self) -> Path:
        return self.local / "log"

    @cached_property
    def home(self) -> Path:
        if self.account and not can_reach(self.base, self.account):
            return Path("/var/lib/spinecare") / self._digest
        return self.local / "services"

    @cached_property
    def sockets(self) -> Path:
        near = self.home / "run"
        short = len(os.fsencode(near / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
        if short and not set(str(near)) & set(',"'):  # libpq takes a comma for a list of hosts
            return near
        return Path("/tmp") / f"spinecare-{self.uid}-{self._digest}"  # noqa: S108 (make_private looks whose it is)

    @property
    def uid(self) -> int:
        return self.account.pw_uid if self.account else os.getuid()

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]

    @property
    def popen_as_account(self) -> dict[str, Any]:
        who: dict[str, Any] = {"cwd": self.home, "umask": 0o077}
        if self.account:
            who |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return who

    def make_folders(self) -> None:
        passable = 0o711 if self.account else 0o700
        for folder, mode in ((self.local, passable), (self.log, 0o700), (self.home, passable)):
            folder.mkdir(exist_ok=True, parents=True)
            folder.chmod(mode)
        self.make_private(self.sockets)
        if self.home.parent != self.local:
            self.home.parent.chmod(0o711)
            (self.local / "elsewhere").write_text(f"{self.home}\n")

    def make_private(self, folder: Path) -> None:
        """A folder of mode 700 that is the servers' own; refused where somebody else made it first."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
            raise NotStarted(f"{folder} belongs to somebody else: remove it, or run as its owner.")

    def package_files(self, package: str, folder: str) -> Path:
        """A folder of an installed package, or of a copy of it where the servers' user cannot read it."""
        spec = importlib.util.find_spec(package.replace("-", "_"))
        if not spec or not spec.origin:
            raise NotStarted(
                "Set DATABASE_URL and REDIS_URL, or install requirements/embedded.txt."
            )
        original = Path(spec.origin).resolve().parent
        if not self.account or can_reach(original / folder, self.account):
            return original / folder
        copy = self.home / f"{package}-{importlib.metadata.version(package)}"
        if not copy.exists():
            _copy_for_all(original, copy)
        return copy / original.name / folder


def find_paths(base: Path) -> Paths:
    base = base.resolve()
    return Paths(base, None if os.getuid() else _ordinary_user(base))


def _ordinary_user(base: Path) -> pwd.struct_passwd:
    owner = base.stat().st_uid
    with contextlib.suppress(KeyError):  # a bind mount's owner may have no name in the container
        if owner:
            return pwd.getpwuid(owner)
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise NotStarted(
            "PostgreSQL refuses root, and there is no user `nobody`: be somebody else."
        ) from error


def can_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` may pass through `path` and every folder above it."""
    return all(_may_pass(step.stat(), account) for step in (path, *path.parents))


def _may_pass(step: os.stat_result, account: pwd.struct_passwd) -> bool:
    if step.st_uid == account.pw_uid:
        return bool(step.st_mode & stat.S_IXUSR)
    if step.st_gid == account.pw_gid:
        return bool(step.st_mode & stat.S_IXGRP)
    return bool(step.st_mode & stat.S_IXOTH)


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
