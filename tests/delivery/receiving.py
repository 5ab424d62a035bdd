"""A receiver of webhooks as an agency would run it: a real HTTP server that keeps what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[int], int]
"""How many came before -> the status to answer with."""


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    body: bytes
    code: int

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    port: int
    posts: list[Post] = field(default_factory=list)
    answer: Answer = lambda before: 204
    hold: threading.Event = field(default_factory=threading.Event)
    """Answers come once it is set."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def ids(self, code: int | None = None) -> list[str]:
        return [each.event["id"] for each in self.posts if code in (None, each.code)]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            code = receiver.answer(len(receiver.posts))
            receiver.posts.append(Post(self.path, dict(self.headers), body, code))
            receiver.hold.wait(30)
            try:
                self.send_response(code)
                if 300 <= code < 400:
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                self.close_connection = True  # the sender was killed, or did not wait

        def log_message(self, format: str, *args: Any) -> None:
            """A test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    receiver.hold.set()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield receiver
    receiver.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()
