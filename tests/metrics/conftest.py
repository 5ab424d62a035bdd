"""A running intake on both databases, with a clock that we set and facts that we tell."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.metrics.app import service
from shared.auth import ALGORITHM, ALGORITHMS, on_key_changed
from shared.clock import to_micros
from shared.db import Database, UnitOfWork
from shared.db.tables import outbox
from shared.events.envelope import Fact, Record
from shared.events.metrics import Packed, unpack
from shared.events.registry import AgencyChanged, KeyChanged, ServiceChanged, SourceChanged, StepState
from shared.events.sla import IndicatorChanged
from shared.events.topics import MEASUREMENTS
from shared.service import create_app
from shared.telemetry import configure_logs
from shared.timers import fire_due

NOON = datetime(2026, 11, 10, 5, 0, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519", {"kid": "test-key"})
MEASURES = "/api/metrics/v1/measurements"
EVENTS = "/api/metrics/v1/journey-events"


def record_of(fact: Fact) -> Record:
    event = fact.event()
    return Record(
        event.topic, 0, 0, event.key, event.type, uuid4().hex, "/test", event.subject, event.version, 0, None,
        event.data,
    )  # fmt: skip


@dataclass
class House:
    """The metrics service as its callers and its bus meet it."""

    client: httpx.AsyncClient
    app: Any
    now: datetime = NOON
    _versions: dict[str, int] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        db: Database = self.app.state.contexts["metrics"].db
        return db

    async def tell(self, fact: Fact) -> None:
        """What a record of another service does."""

        def apply(_command: Any, uow: UnitOfWork) -> None:
            (on_key_changed if fact.type == KeyChanged.type else service.subscription.handlers[fact.type])(
                record_of(fact), uow
            )

        await self.db.write(apply)

    def version(self, of: str) -> int:
        self._versions[of] = self._versions.get(of, 0) + 1
        return self._versions[of]

    async def indicator(
        self,
        code: str,
        kind: str = "value",
        labels: dict[str, list[str]] | None = None,
        service: str = "permit",
    ) -> None:
        document = {"code": code, "kind": kind, "labels": labels or {}}
        await self.tell(
            IndicatorChanged(
                version=self.version(code), code=code, service=service, kind=kind, document=document
            )
        )

    def token(self, agency: str | None = "land-office", *roles: str, lasts: int = 600) -> str:
        issued = int(self.now.timestamp())
        claims = {
            "iss": "sanya",
            "sub": f"client-of-{agency}",
            "agency": agency,
            "roles": list(roles or ("reporter",)),
            "kind": "client",
            "iat": issued,
            "exp": issued + lasts,
        }
        return jwt.encode({"alg": ALGORITHM, "kid": "test-key"}, claims, KEY, registry=ALGORITHMS)

    async def send(
        self,
        path: str,
        body: Any,
        key: str | None = None,
        agency: str | None = "land-office",
        headers: dict[str, str] | None = None,
        method: str = "POST",
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {
            "authorization": f"Bearer {self.token(agency)}",
            "content-type": "application/json",
            **({"idempotency-key": key} if key is not None else {}),
            **(headers or {}),
        }
        return await self.client.request(method, path, content=content, headers=sent)

    async def measure(self, *rows: dict[str, Any], key: str | None = None, **more: Any) -> httpx.Response:
        body = {"source": "land-office-api", "service": "permit", "measurements": list(rows), **more}
        return await self.send(MEASURES, body, key or uuid4().hex)

    async def get(self, path: str, agency: str | None = "land-office") -> httpx.Response:
        return await self.client.get(path, headers={"authorization": f"Bearer {self.token(agency)}"})

    async def fire(self) -> None:
        """Fires timers until none is due."""
        while await self.db.write(lambda _command, uow: fire_due(service.timers, uow)):
            pass

    async def told(self, topic: str = MEASUREMENTS) -> list[Packed]:
        """What is in the log, in its order."""
        query = sa.select(outbox.c.type, outbox.c.data).where(outbox.c.topic == topic).order_by(outbox.c.id)
        rows = await self.db.read(lambda connection: connection.execute(query).all())
        return [unpack(kind, data) for kind, data in rows]

    def at(self, **ago: float) -> str:
        return (self.now - timedelta(**ago)).isoformat()

    def micros(self, **ago: float) -> int:
        return to_micros(self.now - timedelta(**ago))


@asynccontextmanager
async def open_house(url: str, **settings: Any) -> AsyncIterator[House]:
    """Migrates, serves, and tells the facts that every test starts from."""
    bus = url if url.startswith("sqlite:") else "kafka://127.0.0.1:9"
    given = {"database_url": url, "bus_url": bus, "metrics_disk_floor_mb": 0, **settings}
    house: House
    service.migrate(service.settings(**given))
    app = create_app(service, role="api", clock=lambda: house.now, settings=given)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sanya") as client:
        house = House(client, app)
        async with app.router.lifespan_context(app):
            await house.tell(KeyChanged(version=1, kid="test-key", jwk=KEY.as_dict(private=False)))
            for agency in ("land-office", "city"):
                await house.tell(AgencyChanged(version=1, code=agency, name={"en": agency}))
            steps = [
                StepState(code=code, name={"en": code}, agency=agency)
                for code, agency in (("t01", "land-office"), ("t05", "city"))
            ]
            for code in ("permit", "other"):
                await house.tell(
                    ServiceChanged(version=1, code=code, name={"en": code}, owner="city", steps=steps)
                )
            for source, agency in (("land-office-api", "land-office"), ("city-api", "city")):
                await house.tell(SourceChanged(version=1, code=source, agency=agency, services=["permit"]))
            await house.indicator("permit.response-time")
            await house.indicator("permit.availability", "ratio", {"province": ["10", "50"]})
            yield house


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    configure_logs("error", "json")


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as opened:
        yield opened


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[House]:
    """The same on SQLite alone, where the database does not matter."""
    async with open_house(f"sqlite:///{tmp_path}") as opened:
        yield opened
