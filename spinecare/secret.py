"""A secret key for development and the demo: made once, kept readable to its owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def local_secret_key(folder: Path) -> str:
    """The key in `folder`, made on the first call; processes that race agree on one."""
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
