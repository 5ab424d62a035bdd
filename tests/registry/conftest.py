"""A running registry on each database, with a clock that tests set, and whoever calls it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.registry.app import service
from services.registry.store import keys
from services.registry.tokens import sign
from shared.auth import Role
from shared.db import Database
from shared.db.tables import outbox
from shared.service import Context, create_app

ROOT = "/api/registry/v1"
NOON = datetime(2026, 3, 2, 5, 0, 0, 250_000, tzinfo=UTC)
PASSWORD = "rain on a tin roof"


@dataclass
class Time:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Site:
    """The registry as its callers meet it. `who` is (agency or None, role, ...), a token, or None."""

    http: httpx.AsyncClient
    context: Context
    time: Time
    operator: dict[str, str]

    @property
    def db(self) -> Database:
        return self.context.db

    def token(self, agency: str | None, *roles: str, subject: str | None = None) -> str:
        """A token signed by the registry's own key."""
        key = self.db.snapshot(keys.signing, self.time.now)
        assert key is not None
        return sign(
            kid=key.kid,
            private_jwk=key.private_jwk,
            issuer="sanya",
            subject=subject or f"{agency}-{'-'.join(roles)}",
            kind="client",
            agency=agency,
            roles=roles,
            now=self.time.now,
            void_until=None,
            lifetime=timedelta(minutes=10),
        )

    async def call(
        self,
        method: str,
        path: str,
        who: tuple[str | None, ...] | str | None = None,
        body: Any = None,
        **headers: str,
    ) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        token = self.token(*who) if isinstance(who, tuple) else who  # type: ignore[arg-type]
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        address = path if path.startswith(("/api", "/.well")) else ROOT + path
        return await self.http.request(method, address, content=content, headers=sent)

    async def done(self, *call: Any, **headers: str) -> Any:
        """The body of a call that has to succeed."""
        answer = await self.call(*call, **headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def get_token(self, client_id: str, secret: str, **form: str) -> httpx.Response:
        return await self.http.post(
            f"{ROOT}/oauth/token",
            data={"grant_type": "client_credentials", **form},
            auth=(client_id, secret),
        )

    async def agency(self, code: str, **more: Any) -> Any:
        return await self.done("POST", "/agencies", OPERATOR, {"code": code, "name": {"en": code}, **more})

    async def permit(self) -> None:
        """Two agencies and the service they share."""
        await self.agency("city", contact={"name": "Permit desk", "email": "desk@city.example"})
        await self.agency("land")
        await self.done("POST", "/services", CITY, PERMIT)

    async def client(self, agency: str, *roles: str) -> Any:
        return await self.done(
            "POST", f"/agencies/{agency}/clients", (agency, ADMIN), {"name": "api", "roles": roles}
        )

    async def person(self, email: str = "somchai@city.example", *roles: str, agency: str = "city") -> Any:
        """Someone who has taken up the invitation with PASSWORD."""
        invited = await self.done(
            "POST",
            f"/agencies/{agency}/people",
            (agency, ADMIN),
            {"email": email, "name": "Somchai", "roles": roles or (Role.SIGNATORY,)},
        )
        token = invited["invitation"]["token"]
        return await self.done("POST", f"/invitations/{token}/acceptance", None, {"password": PASSWORD})

    async def sign_in(self, email: str = "somchai@city.example", password: str = PASSWORD) -> httpx.Response:
        return await self.call("POST", "/sessions", None, {"email": email, "password": password})

    def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        return self.db.snapshot(lambda connection: list(connection.execute(sa.select(table))))

    def told(self, topic: str) -> list[dict[str, Any]]:
        """The facts of a topic, in the order in which they were told."""
        query = sa.select(outbox.c.data).where(outbox.c.topic == topic).order_by(outbox.c.id)
        return [json.loads(data) for data in self.db.snapshot(lambda c: c.execute(query).scalars().all())]

    def everything_told(self) -> str:
        query = sa.select(outbox.c.data)
        return "\n".join(
            data.decode() for data in self.db.snapshot(lambda c: c.execute(query).scalars().all())
        )


OPERATOR = (None, Role.OPERATOR)
ADMIN = Role.AGENCY_ADMIN
CITY = ("city", ADMIN)
LAND = ("land", ADMIN)
PERMIT: dict[str, Any] = {
    "code": "permit",
    "name": {"th": "ใบอนุญาต", "en": "Permit"},
    "owner": "city",
    "steps": [
        {"code": "t01", "name": {"en": "Receive"}, "agency": "city"},
        {"code": "t05", "name": {"en": "Confirm"}, "agency": "land"},
    ],
}


def settings_of(database_url: str, tmp_path: Path) -> dict[str, Any]:
    """An `api` process alone: it never speaks to the bus."""
    bus = database_url if database_url.startswith("sqlite") else "kafka://127.0.0.1:1"
    return {"data_dir": tmp_path, "database_url": database_url, "bus_url": bus}


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    time = Time()
    settings = settings_of(database_url, tmp_path)
    service.migrate(service.settings(**settings), time)
    app = create_app(service, role="api", clock=time, settings=settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya.test") as http,
    ):
        operator = json.loads((tmp_path / "operator-credentials.json").read_text())
        yield Site(http, app.state.contexts["registry"], time, operator)
