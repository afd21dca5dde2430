"""The whole compose, up in a network of its own, and what a clinic does with it."""

import base64
import contextlib
import http.client
import http.cookies
import json
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import yaml

from drills.images.build import COMPOSE, HERE, call, environment
from spinecare.embedded import BASE_DIR

SITE = "spinecare.example"
OURS = ("web", "worker", "beat")
PATIENCE = 240
PAIRS = {"Sec-Fetch-Site": "same-origin", "Origin": f"https://{SITE}"}


class Story:
    """A context: the project's folder with secrets of its own; everything is taken down at the end."""

    def __init__(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="spinecare-images-"))
        self.services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]

    def __enter__(self) -> "Story":
        call("ip", "link", "set", "lo", "up")
        shutil.copy(BASE_DIR / "docker-compose.yml", self.place)
        shutil.copytree(BASE_DIR / "deploy", self.place / "deploy")
        shutil.copy(HERE / "stand-ins.yml", self.place)
        self._secrets()
        self.down()  # what a run before left, if it was killed
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        shutil.rmtree(self.place)

    def _secrets(self) -> None:
        (tls := self.place / "tls").mkdir()
        subject = ["-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE}"]
        files = ["-keyout", str(tls / "privkey.pem"), "-out", str(tls / "fullchain.pem")]
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        call(*make, *subject, *files, stderr=subprocess.DEVNULL)
        (tls / "privkey.pem").chmod(0o644)  # read by user 101 in the container
        given = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "MFA_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "ALLOWED_HOSTS": SITE,
            "SITE_URL": f"https://{SITE}",
            "TLS_FOLDER": str(tls),
            "DEFAULT_FROM_EMAIL": f"no-reply@{SITE}",
            "EMAIL_HOST": "smtp.example",
        }
        given |= {
            f"{who}_PASSWORD": secrets.token_hex() for who in ("POSTGRES", "OWNER", "APP", "REDIS")
        }
        lines = (f"{name}={value}\n" for name, value in given.items())
        (self.place / ".env").write_text("".join(lines))

    def compose(self, *words: str) -> None:
        files = ["-f", "docker-compose.yml", "-f", "stand-ins.yml"]
        with (self.place.parent / "spinecare-images.log").open("a") as log:
            call(COMPOSE, *files, *words, cwd=self.place, stdout=log, stderr=log)

    def down(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.compose("down", "--volumes")

    def up(self, *services: str) -> None:
        """podman's own checks need systemd: they are asked here, and so is the order."""
        self.compose("up", "--detach", "--no-deps", "--no-build", *services)
        for service in services:
            if "healthcheck" in self.services[service] and service not in ("worker", "beat"):
                self._wait(service)

    def _wait(self, service: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.podman("healthcheck", "run", name(service)).returncode:
            if time.monotonic() > deadline:
                raise SystemExit(f"{service} did not become healthy:\n{self.logs(service)}")
            time.sleep(1)

    def finish(self, *services: str) -> None:
        self.compose("up", "--detach", "--no-deps", "--no-build", *services)
        for service in services:
            code = self.podman("wait", name(service)).stdout.strip()
            if code != "0":
                raise SystemExit(f"{service} ended with {code}:\n{self.logs(service)}")

    def podman(self, *words: str, said: str | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["podman", *words],
            env=environment(),
            text=True,
            capture_output=True,
            check=False,
            input=said,
        )

    def logs(self, service: str) -> str:
        found = self.podman("logs", "--tail", "20", name(service))
        return found.stdout + found.stderr

    def inside(self, service: str, *command: str, said: str | None = None) -> str:
        found = self.podman("exec", "--interactive", name(service), *command, said=said)
        if found.returncode:
            raise SystemExit(f"{' '.join(command)}: {found.stderr[-2000:]}")
        return found.stdout


def name(service: str) -> str:
    return f"spinecare_{service}_1"


class Browser:
    """Cookies and forms through nginx, by TLS, as from outside."""

    def __init__(self, authority: Path) -> None:
        self.trusted = ssl.create_default_context(cafile=str(authority))
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPSConnection(SITE, context=self.trusted)
        raw = socket.create_connection(("127.0.0.1", 443), timeout=60)
        connection.sock = self.trusted.wrap_socket(raw, server_hostname=SITE)
        kept = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        sent = {"Cookie": kept, "X-CSRFToken": self.cookies.get("__Host-csrftoken", ""), **PAIRS}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form) if form is not None else None
        connection.request("POST" if form else "GET", path, body, sent | {"Spinecare-Script": "1"})
        answer = connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            found = http.cookies.SimpleCookie(header)
            self.cookies |= {key: morsel.value for key, morsel in found.items()}
        return answer.status, answer.read().decode()


def tell() -> None:
    with Story() as story:
        step("PostgreSQL and Redis", story.up, "postgres", "redis")
        step("migrations as the owner, certificates", story.finish, "migrate", "certificates")
        step("web, worker, beat", story.up, *OURS)
        step("nginx", story.up, "nginx")
        for service in OURS:
            step(f"{service}: user 10001, read-only, no capabilities", confined, story, service)
        publish = (
            "python",
            "manage.py",
            "publish_protocol",
            "pathway/protocols/conservative-spine-care.toml",
        )
        step("the protocol is published", story.inside, "web", *publish)
        step("a clinic is opened", story.inside, "web", *CLINIC)
        maria = step("people, a diary, a visit booked", people, story)
        step("Maria signs in and saves a log, through nginx", logs_today, story, maria)
        step("the worker reviews it: one plateau flag", flagged, story)
        step("/readyz and /metrics are hidden from outside", hidden, story)


CLINIC = (
    "python", "manage.py", "open_clinic", "Northside", "--time-zone", "America/New_York", "--phone", "555-0100",
    "--alert-email", "desk@clinic.example", "--administrator-email", "ada@clinic.example",
    "--administrator-name", "Ada Abel",
)  # fmt: skip


def step(what: str, action, *given):  # type: ignore[no-untyped-def]
    began = time.monotonic()
    found = action(*given)
    print(f"  {what:<52}{time.monotonic() - began:6.1f} s", flush=True)
    return found


def confined(story: Story, service: str) -> None:
    said = story.inside(
        service,
        "sh",
        "-c",
        "id -u; touch /app/x 2>&1 || true; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/1/status",
    )
    assert said.startswith("10001\n"), said
    assert "Read-only file system" in said, said
    assert re.findall(r"Cap\w+:\s+(\w+)", said) == ["0" * 16] * 2, said
    assert re.search(r"NoNewPrivs:\s+1", said), said


def people(story: Story) -> dict[str, str]:
    said = story.inside(
        "web", "python", "manage.py", "shell", said=(HERE / "people.py").read_text()
    )
    told: dict[str, str] = json.loads(said.split("told ")[1])
    assert told["visit"] == "booked", told
    return told


def logs_today(story: Story, maria: dict[str, str]) -> None:
    browser = Browser(story.place / "tls" / "fullchain.pem")
    status, page = browser.ask("/account/login/")
    assert status == http.HTTPStatus.OK, page
    browser.ask("/account/login/", {"login": maria["email"], "password": maria["password"]})
    form = {"average_pain": "6", "submission_id": "5a0ddf2e-4f0e-4f52-9d6b-6d3f0b6f9b11"}
    status, said = browser.ask("/log/", form)
    assert (status, form["submission_id"] in said) == (http.HTTPStatus.OK, True), (
        status,
        said[:500],
    )


METRICS = (
    "import ssl, urllib.request as u; c = ssl.create_default_context(cafile='/var/lib/spinecare/inside/authority.pem');"
    "print(u.urlopen('https://localhost:8000/metrics', context=c).read().decode())"
)


def flagged(story: Story) -> None:
    deadline = time.monotonic() + PATIENCE
    while 'spinecare_open_flags{kind="plateau"} 1.0' not in story.inside(
        "web", "python", "-c", METRICS
    ):
        assert time.monotonic() < deadline, story.logs("worker")
        time.sleep(3)


def hidden(story: Story) -> None:
    browser = Browser(story.place / "tls" / "fullchain.pem")
    assert [browser.ask(path)[0] for path in ("/readyz", "/metrics", "/healthz")] == [404, 404, 200]
