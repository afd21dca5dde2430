"""A hospital's sign-on on the loopback: a real HTTP server that speaks OpenID Connect (code flow with PKCE),
and that can be made to say something wrong."""

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

CLIENT, SECRET = "spinecare", "a secret of both"
HOUR = 3600
# Making one takes a tenth of a second.
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _key in range(2))


def public(key):
    return {
        **jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "kid": "one", "use": "sig", "alg": "RS256",
    }  # fmt: skip


class IdentityProvider:
    """`person` is who has signed in there; `wrong` changes claims of the ID token (None leaves one out)."""

    def __init__(self):
        self.person = {"sub": "k-1", "email": "", "email_verified": True, "amr": ["pwd", "otp"]}
        self.wrong, self.key, self.says_of_itself = {}, KEY, {}
        self.codes, self.asked = {}, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (Door,), {"of": self}))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01], daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def approve(self, away):
        """As a browser that follows our redirect there: the address that it is sent back to."""
        with requests.Session() as browser:
            browser.trust_env = False
            answer = browser.get(away, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def configuration(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.says_of_itself,
        }

    def authorize(self, asked):
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        self.asked.append(asked)
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, posted, password):
        """Each code once, for who knows the secret and the verifier."""
        asked = self.codes.pop(posted["code"])
        proof = hashlib.sha256(posted["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        assert posted["redirect_uri"] == asked["redirect_uri"]
        if password != base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return None
        return {"access_token": "at", "token_type": "Bearer", "id_token": self.token(asked)}

    def token(self, asked):
        at = int(timezone.now().timestamp())
        said = {
            "iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + HOUR, "nonce": asked["nonce"],
            **{name: self.person[name] for name in ("sub", "amr")},
            **self.wrong,
        }  # fmt: skip
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, self.key, algorithm="RS256", headers={"kid": "one"})


class Door(BaseHTTPRequestHandler):
    of: IdentityProvider

    def do_GET(self):
        path, asked = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        if path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.of.authorize(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        pages = {
            "/.well-known/openid-configuration": self.of.configuration,
            "/keys": lambda: {"keys": [public(KEY)]},
            "/me": lambda: self.of.person,
        }
        self.answer(pages[path]())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        password = self.headers.get("Authorization", "").removeprefix("Basic ")
        self.answer(self.of.exchange(dict(parse_qsl(body)), password))

    def answer(self, said):
        body = json.dumps(said or {"error": "invalid_client"}).encode()
        self.send_response(200 if said else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said):
        """Nothing."""
