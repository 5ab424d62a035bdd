"""A small REST client: tokens, problems as plain sentences, the clients whose secrets are known here."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import typer
from rich.console import Console

say = Console(stderr=True, highlight=False, soft_wrap=True)

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_UNREACHABLE = 4
RETRIES = 5


class Refused(Exception):
    """The server's problem, as a sentence."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        lines = [f"{status} {problem.get('title', '')}: {problem.get('detail', '')}"]
        lines += [f"  {fault['pointer']}: {fault['detail']}" for fault in problem.get("errors", [])]
        super().__init__("\n".join(lines))


def wrong(sentence: str) -> typer.Exit:
    """What ends the command: it was called wrongly, or with a file that is no good."""
    say.print(sentence, markup=False)
    return typer.Exit(EXIT_USAGE)


def write_file(file: Path, content: bytes) -> None:
    """Whole, or not at all; into what is no plain file (`/dev/null`) as it comes: it is not replaced."""
    new = file.with_name(file.name + ".new")
    try:
        if file.exists() and not file.is_file():
            file.write_bytes(content)
            return
        with new.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    except OSError as error:
        raise wrong(f"{file}: {error.strerror}") from None


@dataclass
class Api:
    """Calls as one client. ``client_id`` None: without a token (what is public)."""

    url: str
    client_id: str | None = None
    client_secret: str | None = None
    _http: httpx.Client = field(init=False)
    _token: str = ""
    _until: float = 0.0

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.url, timeout=60)

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, params={k: v for k, v in query.items() if v is not None})

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", path, json=body if body is not None else {}, headers=headers)

    def find(self, path: str) -> Any | None:
        """The object, or None where there is none that this client may see."""
        try:
            return self.get(path)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def items(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, page by page."""
        after: str | None = None
        while True:
            page = self.get(path, limit=1000, after=after, **query)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def call(self, method: str, path: str, **given: Any) -> Any:
        response = self.answer(method, path, **given)
        return response.json() if response.content else None

    def answer(self, method: str, path: str, **given: Any) -> httpx.Response:
        """The answer as it came, to the byte."""
        headers = {**given.pop("headers", {}), **self.authorization()}
        for attempt in range(RETRIES):
            response = self._http.request(method, path, headers=headers, **given)
            if response.status_code not in {429, 503} or attempt == RETRIES - 1:
                break
            time.sleep(float(response.headers.get("Retry-After", "1")))
        if response.is_success:
            return response
        raise Refused(response.status_code, _problem(response))

    def authorization(self) -> dict[str, str]:
        """The header of a token that is still good for a while; none without a client."""
        if self.client_id is None:
            return {}
        if time.monotonic() > self._until:
            response = self._http.post(
                "/api/registry/v1/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(self.client_id, self.client_secret or ""),
            )
            if not response.is_success:
                raise Refused(response.status_code, _problem(response))
            answer = response.json()
            self._token = answer["access_token"]
            self._until = time.monotonic() + answer["expires_in"] / 2
        return {"Authorization": f"Bearer {self._token}"}


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": response.text[:200] or response.reason_phrase}


@dataclass
class Connection:
    """Where the server is and who calls: options, environment, or the secrets kept by `apply`."""

    url: str
    client_id: str | None
    client_secret: str | None
    data_dir: Path

    @property
    def wallet_file(self) -> Path:
        return self.data_dir / "clients.json"

    def api(self, name: str | None = None) -> Api:
        """The API as the client ``name`` (`agency/client`, kept by `apply`), or as the options say."""
        if name is not None:
            kept = self.wallet().get(name)
            if kept is None:
                say.print(
                    f"no secret of {name} is kept in {self.wallet_file}; "
                    f"there are: {', '.join(sorted(self.wallet())) or 'none'}"
                )
                raise typer.Exit(EXIT_USAGE)
            return Api(self.url, kept["client_id"], kept["client_secret"])
        return Api(self.url, self.client_id, self.client_secret)

    def operator(self) -> Api:
        """The API as the operator: as the options say, else from the file of the first start."""
        if self.client_id is not None:
            return Api(self.url, self.client_id, self.client_secret)
        file = self.data_dir / "operator-credentials.json"
        if not file.exists():
            say.print(
                "name the operator's client: --client-id and --client-secret, or SANYA_CLIENT_ID and "
                f"SANYA_CLIENT_SECRET (embedded: they stand in {file} after the first start)"
            )
            raise typer.Exit(EXIT_USAGE)
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Api(self.url, kept["client_id"], kept["client_secret"])

    def wallet(self) -> dict[str, dict[str, str]]:
        """`agency/client` -> id and secret, as `apply` got them (a file of mode 0600)."""
        if not self.wallet_file.exists():
            return {}
        found: dict[str, dict[str, str]] = json.loads(self.wallet_file.read_text(encoding="utf-8"))
        return found

    def keep(self, name: str, secret: dict[str, str]) -> None:
        """Keeps a client's id and secret, or a demo person's e-mail address and password."""
        wallet = self.wallet()
        wallet[name] = secret
        self.data_dir.mkdir(parents=True, exist_ok=True)
        new = self.wallet_file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(wallet, file, indent=2)
        new.replace(self.wallet_file)
