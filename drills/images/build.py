"""What is built before anything runs: base images from Debian's packages, ours from the Dockerfile as it is, and
stand-ins for the images of others. Kept under .local/images; asks the package registries, and no image registry."""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from spinecare.embedded import BASE_DIR

HERE = Path(__file__).parent
KEPT = BASE_DIR / ".local" / "images"
TOOLS = {
    "podman": "podman", "buildah": "buildah", "runc": "runc", "mmdebstrap": "mmdebstrap", "unshare": "util-linux",
    "ip": "iproute2", "iptables": "iptables", "openssl": "openssl",
}  # fmt: skip
ALSO = ["catatonit", "netavark", "aardvark-dns"]
BASES = {
    "bookworm": "python3,python3-venv,python3-pip",
    "trixie": "python3,python3-venv,nginx-light,busybox",
}
STAND_INS = ("postgres", "valkey", "nginx")
COMPOSE = KEPT / "venv" / "bin" / "podman-compose"
# runc sets no limits that this machine's root may not set.
RUNTIME = """#!/usr/bin/env python3
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
at = next((i for i, word in enumerate(words) if word in ("--bundle", "-b")), None)
config = Path(words[at + 1]) / "config.json" if at is not None else None
if config and config.exists():
    asked = json.loads(config.read_text())
    asked["process"].pop("rlimits", None)
    config.write_text(json.dumps(asked))
os.execvp("runc", ["runc", *words])
"""


def missing() -> str:
    """Why nothing can be built here; empty when everything is there, or could be installed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it needs root on Linux (to make base images and a network of its own)"
    wanted = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if not wanted:
        return ""
    if not shutil.which("apt-get"):
        return f"there is no apt-get to install {', '.join(wanted)}"
    install = ["apt-get", "install", "-y", "--no-install-recommends", *wanted, *ALSO]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    done = subprocess.run(install, check=False, **quiet)  # type: ignore[call-overload]
    return f"apt-get could not install {', '.join(wanted)}" if done.returncode else ""


def environment() -> dict[str, str]:
    return os.environ | {
        "CONTAINERS_CONF": str(KEPT / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(KEPT / "storage.conf"),
        "BUILDAH_ISOLATION": "chroot",
    }


def call(*command: str | Path, **how: object) -> "subprocess.CompletedProcess[str]":
    words = [str(word) for word in command]
    return subprocess.run(words, env=environment(), check=True, text=True, **how)  # type: ignore[call-overload]


def build() -> None:
    settings()
    if not COMPOSE.exists():
        venv.create(KEPT / "venv", with_pip=True)
        install = ["pip", "install", "--quiet", "--disable-pip-version-check", "podman-compose"]
        call(KEPT / "venv" / "bin" / "python", "-m", *install, stderr=subprocess.DEVNULL)
    for release, packages in BASES.items():
        base(release, packages)
    named = (BASE_DIR / "Dockerfile").read_text().split("FROM ")[1].split(" AS")[0]
    bud("spinecare", BASE_DIR, named, "localhost/base-bookworm", "--file", BASE_DIR / "Dockerfile")
    with tempfile.TemporaryDirectory() as context:
        for file in (*HERE.iterdir(), BASE_DIR / "requirements" / "embedded.txt"):
            if file.is_file():
                shutil.copy(file, context)
        for name in STAND_INS:
            bud(
                f"stand-in-{name}",
                Path(context),
                "servers-base",
                "localhost/base-trixie",
                "--target",
                name,
            )


def settings() -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (runtime := KEPT / "runtime").write_text(RUNTIME)
    runtime.chmod(0o755)
    (KEPT / "containers.conf").write_text(
        f'[engine]\nruntime = "ours"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        f'[engine.runtimes]\nours = ["{runtime}"]\n'
    )
    (KEPT / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{KEPT}/storage"\nrunroot = "/run/spinecare-images"\n'
    )


def base(release: str, packages: str) -> None:
    """Debian alone, with `python` beside `python3`, as Python's own images have it."""
    name = f"localhost/base-{release}"
    if not subprocess.run(
        ["podman", "image", "exists", name], env=environment(), check=False
    ).returncode:
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root.tar"
        link = "--customize-hook=ln -s /usr/bin/python3 $1/usr/local/bin/python"
        include = f"--include=ca-certificates,{packages}"
        call("mmdebstrap", "--quiet", "--variant=minbase", include, link, release, root)
        call("podman", "import", "--quiet", root, name)


def bud(name: str, context: Path, base_named: str, base_here: str, *more: str | Path) -> None:
    """Build with one base replaced by its stand-in; the file itself is not changed."""
    replaced = f"{base_named}=container-image://{base_here}"
    trusted = "/etc/ssl/certs:/etc/ssl/certs:ro"
    call(
        "buildah", "bud", "--quiet", "--layers", "--pull-never", "--build-context", replaced,
        "--volume", trusted, "--tag", f"localhost/{name}", *more, context,
    )  # fmt: skip
