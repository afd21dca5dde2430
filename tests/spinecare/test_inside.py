"""What nginx and web say to each other goes by TLS, with an authority of this installation alone."""

import os
import socket
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection

import pytest

from spinecare.embedded import BASE_DIR
from spinecare.inside import prepare
from tests.running import process, wait_until

NOW = datetime.now(UTC)


def test_what_is_good_for_another_month_is_kept(tmp_path):
    assert prepare(tmp_path, tmp_path, NOW)
    kept = (tmp_path / "web.pem").read_bytes(), (tmp_path / "authority.pem").read_bytes()
    assert not prepare(tmp_path, tmp_path, NOW + timedelta(days=149))
    assert kept == ((tmp_path / "web.pem").read_bytes(), (tmp_path / "authority.pem").read_bytes())


def test_a_certificate_that_ends_soon_is_made_anew_and_nginx_goes_on_trusting(tmp_path):
    prepare(tmp_path, tmp_path, NOW)
    first, authority = (
        (tmp_path / "web.pem").read_bytes(),
        (tmp_path / "authority.pem").read_bytes(),
    )
    assert prepare(tmp_path, tmp_path, NOW + timedelta(days=151))
    assert (tmp_path / "web.pem").read_bytes() != first
    assert (tmp_path / "authority.pem").read_bytes() == authority
    assert prepare(tmp_path, tmp_path, NOW + timedelta(days=3640))
    assert (tmp_path / "authority.pem").read_bytes() != authority


@pytest.mark.parametrize("key", ["key.pem", "web-key.pem"])
def test_nobody_else_reads_a_key(key, tmp_path):
    prepare(tmp_path, tmp_path, NOW)
    assert stat.S_IMODE((tmp_path / key).stat().st_mode) == 0o600


def test_it_runs_without_a_secret_of_the_product(tmp_path):
    command = [sys.executable, "-m", "spinecare.inside", str(tmp_path), str(tmp_path)]
    bare = {"PATH": os.environ["PATH"]}
    for said in ("made", "good for another month"):
        out = subprocess.run(
            command, cwd=BASE_DIR, env=bare, capture_output=True, text=True, check=True
        )
        assert out.stdout.strip() == said


@pytest.mark.processes
def test_web_answers_by_tls_and_by_nothing_else(tmp_path):
    """As docker-compose.yml starts it: granian, with the certificate and the key."""
    prepare(tmp_path, tmp_path, NOW)
    (tmp_path / "product.py").write_text(
        "def application(environ, start):\n    start('200 OK', [])\n    return [b'here']\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--working-dir", str(tmp_path), "--ssl-certificate", str(tmp_path / "web.pem"),
        "--ssl-keyfile", str(tmp_path / "web-key.pem"), "product:application",
    ]  # fmt: skip
    trusted = ssl.create_default_context(cafile=tmp_path / "authority.pem")
    with process(command, tmp_path / "log", os.environ | {"PYTHONPATH": str(tmp_path)}):
        wait_until(lambda: said(port, trusted) == b"here", 20, "web's answer")
        assert said(port, ssl.create_default_context()) == "not trusted"
        assert said(port, None) is None


def said(port, trusted):
    """What it answers; by plain HTTP where nobody is trusted."""
    line = HTTPSConnection("localhost", port, context=trusted) if trusted else HTTPConnection("localhost", port)  # fmt: skip
    try:
        line.request("GET", "/")
        return line.getresponse().read()
    except ssl.SSLCertVerificationError:
        return "not trusted"
    except (OSError, HTTPException):
        return None
    finally:
        line.close()
