"""deploy/nginx.conf in a real nginx, before a server that is ours: limits, and headers on its own answers."""

import json
import os
import shutil
import socket
import ssl
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from spinecare.embedded import BASE_DIR
from spinecare.inside import prepare
from tests.certificates import write_certificate
from tests.running import process, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
PAGE = BASE_DIR / "deploy" / "unavailable.html"
CONF = (BASE_DIR / "deploy" / "nginx.conf").read_text()
OWN = {
    "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
    "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
    "Strict-Transport-Security",
}  # fmt: skip
# Its workers would be somebody else, who may not read our folders.
OURSELVES = "user root;" if os.geteuid() == 0 else ""
FRAME = """
{user} daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{ {temp} {conf} }}
"""

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(NGINX is None, reason="no nginx here"),
]


class Product(BaseHTTPRequestHandler):
    """Says its own policy, and at /bare nothing; /busy is an error of its own."""

    def do_GET(self):
        self.send_response(503 if self.path == "/busy" else 200)
        if self.path != "/bare":
            for name in OWN:
                self.send_header(name, "the product's")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture
def nginx(tmp_path):
    """Asks it by method and path; gives the answer, read."""
    with before_a_product(tmp_path) as ask_it:
        yield ask_it


@contextmanager
def before_a_product(tmp_path, own="web.pem"):
    """The real nginx, and a product that shows this certificate of its own."""
    product = ThreadingHTTPServer(("127.0.0.1", 0), Product)
    prepare(tmp_path, tmp_path, datetime.now(UTC))
    speaks = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    speaks.load_cert_chain(tmp_path / own, tmp_path / own.replace(".pem", "-key.pem"))
    product.socket = speaks.wrap_socket(product.socket, server_side=True)
    Thread(target=product.serve_forever, daemon=True).start()
    shutil.copy(PAGE, tmp_path)  # nginx wants no blank in a path
    plain, port = free_port(), free_port()
    certificate = write_certificate(tmp_path / "fullchain.pem")
    changes = {
        "server web:8000;": f"server 127.0.0.1:{product.server_port};",
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "listen 8443": f"listen 127.0.0.1:{port}",
        "/etc/nginx/tls/fullchain.pem": str(certificate),
        "/etc/nginx/tls/privkey.pem": str(certificate),
        "/etc/nginx/inside/authority.pem": str(tmp_path / "authority.pem"),
        "/dev/stdout": str(tmp_path / "access.log"),
        "    http2 on;": "   ",  # older ones do not know it
        "/etc/nginx/pages": str(tmp_path),
    }
    conf = CONF
    for old, new in changes.items():
        assert old in conf
        conf = conf.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temp = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    file = tmp_path / "nginx.conf"
    file.write_text(FRAME.format(user=OURSELVES, folder=tmp_path, temp=temp, conf=conf))
    command = [NGINX, "-c", str(file), "-p", str(tmp_path)]
    with process(command, tmp_path / "nginx.log", {}):
        wait_until(lambda: answers(port), 10, "nginx's answer")
        yield lambda method, path, **more: ask(port, method, path, **more)
    product.shutdown()
    product.server_close()


def answers(port):
    try:
        return ask(port, "GET", "/static/").status
    except OSError:
        return None


def ask(port, method, path, **more):
    trusting = ssl._create_unverified_context()  # noqa: S323 - made a moment ago
    line = HTTPSConnection("127.0.0.1", port, context=trusting)
    line.request(method, path, **more)
    answer = line.getresponse()
    answer.said = answer.read().decode()
    line.close()
    return answer


def test_what_the_product_said_is_said_once(nginx):
    answer = nginx("GET", "/")
    assert {name: answer.headers.get_all(name) for name in OWN} == {
        name: ["the product's"] for name in OWN
    }


@pytest.mark.parametrize(
    ("path", "status", "more"),
    [
        ("/bare", 200, {}),
        ("/readyz", 404, {}),
        ("/metrics", 404, {}),
        ("/", 413, {"headers": {"Content-Length": "9" * 9}}),
    ],
)
def test_its_own_answers_carry_the_policy(nginx, path, status, more):
    answer = nginx("GET", path, **more)
    assert answer.status == status
    assert OWN - set(answer.headers) == set()


def test_what_the_product_says_of_an_error_is_passed_on(nginx):
    answer = nginx("GET", "/busy")
    assert (answer.status, answer.said) == (503, "")


def test_trace_is_refused(nginx):
    assert nginx("TRACE", "/").status == 405


def test_a_flood_at_the_door_is_held_back_and_the_pages_stay_open(nginx):
    door = Counter(nginx("POST", "/account/login/", body="").status for _turn in range(40))
    assert door[429] >= 10
    assert nginx("GET", "/home/").status == 200


def test_nobody_else_is_taken_for_the_product(tmp_path):
    """A server in its place, with a certificate that somebody else has signed: nothing is sent to it."""
    write_certificate(tmp_path / "stranger.pem")
    shutil.copy(tmp_path / "stranger.pem", tmp_path / "stranger-key.pem")
    with before_a_product(tmp_path, own="stranger.pem") as nginx:
        answer = nginx("GET", "/")
        assert answer.status == 502
        assert 'href="tel:911"' in answer.said
        assert OWN - set(answer.headers) == set()
        assert nginx("GET", "/readyz").status == 404


def test_its_lines_are_read_by_programs_and_hold_no_query(nginx, tmp_path):
    nginx("GET", '/home/"x"/?q=Maria')
    file = tmp_path / "access.log"
    wait_until(lambda: '"x' in file.read_text(), 5, "the line")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    [line] = [line for line in lines if line["path"].startswith("/home/")]
    assert (line["path"], line["code"], line["method"]) == ('/home/"x"/', "200", "GET")
    assert len(line["request_id"]) == 32
    assert "Maria" not in file.read_text()
