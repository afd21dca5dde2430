"""Where secrets come from: variables, files that variables name, or made here where none is given."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

from environ.fileaware_mapping import FileAwareMapping

# The parts of production that sign and open nothing.
KEYLESS = {"beat", "migrate"}


class Values(FileAwareMapping):  # type: ignore[misc]
    """The environment; a file's last line end is not part of its value."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\n")


def throwaway_keys(part: str) -> tuple[str, list[str]]:
    """A SECRET_KEY that ends with this process, and MFA_KEYS that seal nothing: what was sealed with a key that
    ends could be opened by nobody. Empty for a part that needs the real ones."""
    return ("", []) if part not in KEYLESS else (secrets.token_urlsafe(50), ["none-in-this-part"])


def with_password(url: str, password: str) -> str:
    """The URL of a server, with this password in the place of its own; unchanged without one."""
    if not (url and password):
        return url
    parts = urlsplit(url)
    user, host = parts.username or "", parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def local_secret_key(folder: Path) -> str:
    """For development and the demo: the key in `folder`, readable to its owner only, made on the first call; processes that race agree on one."""
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _offer(secrets.token_urlsafe(50), path)
    return path.read_text()


def _offer(key: str, path: Path) -> None:
    """Written in full before it gets its name, so nobody reads half a key; the first to name one wins."""
    draft = path.with_name(f"{path.name}-{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(key)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
