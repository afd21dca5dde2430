"""A text service on this machine: it keeps what it is given, and answers as it is told."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.texts.append((dict(self.headers), json.loads(body)))
        self.send_response(self.server.code)
        if self.server.code == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps({"id": f"T{len(self.server.texts)}"}).encode())

    def log_message(self, *_args):
        """Nothing is said."""


@contextmanager
def text_service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.texts, server.code = [], 200
        server.url = f"http://127.0.0.1:{server.server_address[1]}/texts"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
