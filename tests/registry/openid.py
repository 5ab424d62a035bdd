"""An OpenID provider as an agency would run it: discovery, keys, authorization code with PKCE, id_token, over
real HTTP. It can be told to speak wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET = "sanya", "of-the-provider"


@dataclass
class OpenId:
    """``who``: the `sub` of whoever sits at the browser. ``says`` changes the claims, ``signs`` the token."""

    port: int = 0
    who: str = "248289761001"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    authenticated_at: Callable[[], datetime] | None = None
    """When who sits there last proved it; None: when asked to, just now."""
    says: dict[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    signs: Callable[[dict[str, Any]], str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    status: int = 200

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Whoever sits there says yes. -> where the browser goes."""
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str | None) -> tuple[int, dict[str, Any]]:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": self.id_token(asked, access)}

    def id_token(self, asked: dict[str, str], access: str) -> str:
        now = self.now()
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.who,
            "aud": CLIENT,
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + 300,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            # What nobody may build on.
            "email": "somchai@city.example",
            "email_verified": True,
        }
        if self.authenticated_at is not None or "max_age" in asked:
            claims["auth_time"] = int((self.authenticated_at or self.now)().timestamp())
        claims |= self.says
        claims = {name: value for name, value in claims.items() if name not in self.lacks}
        if self.signs is not None:
            return self.signs(claims)
        return self.signed(claims, self.key)

    def signed(self, claims: dict[str, Any], key: Any) -> str:
        algorithm = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[key.key_type]
        return jwt.encode({"alg": algorithm, "kid": "k1"}, claims, key)


@contextmanager
def open_id() -> Iterator[OpenId]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            provider.asked.append(path.path)
            if path.path == "/.well-known/openid-configuration":
                self.answer(provider.status, provider.discovery())
            elif path.path == "/keys":
                self.answer(provider.status, {"keys": [provider.key.as_dict(private=False)]})
            elif path.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(path.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*provider.token(form, self.headers["authorization"]))

        def answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """A test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OpenId(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


async def visit(url: str) -> dict[str, str]:
    """A browser goes to the provider and is sent back. -> what it comes back with."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(url)
    assert answer.status_code == 302, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def other_key() -> Any:
    """Of the same name, and not the provider's."""
    return RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


def curve_key() -> Any:
    return ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})


def shared_secret() -> Any:
    """HMAC by the client's secret: allowed by the standard, not here."""
    return OctKey.import_key(SECRET)
