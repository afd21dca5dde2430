"""How the embedded servers and the supervisor handle processes."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(last_words: signal.Signals) -> Callable[[], None] | None:
    """For Popen's `preexec_fn`: the kernel sends `last_words` when we are gone, however we went (Linux)."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tell_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, last_words)
        if os.getppid() != parent:  # gone already, before the kernel was told
            os.kill(os.getpid(), signal.SIGKILL)

    return tell_the_kernel


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def follow_make() -> None:
    """Where `make` started us and is killed outright, stop as well (Linux)."""
    if sys.platform == "linux" and os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
