"""All services in this process, embedded and without a network, with objects that two agencies own."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from services.catalogue import SERVICES
from services.evaluation.domain.corrections import Correction, Voice
from services.evaluation.store import corrections, improvements, kept_reports
from services.evaluation.store.improvements import Decided
from services.evaluation.store.kept_reports import Kept
from services.registry.store import keys
from services.registry.tokens import sign
from shared import words
from shared.auth import Role
from shared.clock import to_micros
from shared.db import Database, UnitOfWork
from shared.service import create_app
from shared.signatures import new_private, public_of, registration_statement, thumbprint
from shared.signatures import sign as sign_statement
from shared.telemetry import configure_logs
from tests.e2e.instance import AGREEMENT, SERVICE, eventually, month_start, objective
from tests.patience import patient

REGISTRY = "/api/registry/v1"
SLA = "/api/sla/v1"
METRICS = "/api/metrics/v1"
EVALUATION = "/api/evaluation/v1"

OF_AN_AGENCY = tuple(role for role in Role if role is not Role.OPERATOR)
"""Every role that an agency can give."""


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    # What a bug answers is seen as callers see it.
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://sanya.test", timeout=60) as http,
    ):
        yield http


@dataclass
class Whole:
    """The application as its callers meet it, one call after another."""

    app: FastAPI
    http: httpx.AsyncClient
    portal: BlockingPortal
    objects: dict[str, str] = field(default_factory=dict)
    """What `settle` made: the code or id of one object of each collection."""

    def db(self, service: str) -> Database:
        db: Database = self.app.state.contexts[service].db
        return db

    def token(
        self,
        agency: str | None,
        *roles: str,
        ago: timedelta = timedelta(0),
        lifetime: timedelta = timedelta(minutes=10),
    ) -> str:
        """A token signed by the registry's own key."""
        key = self.db("registry").snapshot(keys.signing, datetime.now(UTC))
        assert key is not None
        return sign(
            kid=key.kid,
            private_jwk=key.private_jwk,
            issuer="sanya",
            subject=f"{agency}-{'-'.join(roles)}",
            kind="client",
            agency=agency,
            roles=roles,
            now=datetime.now(UTC) - ago,
            void_until=None,
            lifetime=lifetime,
        )

    def send(self, request: httpx.Request) -> httpx.Response:
        return self.portal.call(self.http.send, request)

    def call(
        self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str
    ) -> httpx.Response:
        """``body``: bytes, something that gives chunks of them, or what is sent as JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            content = json.dumps(body).encode() if isinstance(body, dict | list) else body
            sent.setdefault("Content-Type", "application/json")
        return self.send(self.http.build_request(method, path, content=content, headers=sent))

    def done(self, method: str, path: str, token: str, body: Any = None, **headers: str) -> Any:
        """The body of a call that has to succeed."""
        with patient():
            answer = self.call(method, path, token, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def settle(self) -> None:
        """Two agencies with a service, an agreement that only they may see, data, and a breach."""
        operator = self.token(None, Role.OPERATOR)
        city, land = (self.token(agency, *OF_AN_AGENCY) for agency in ("city", "land"))
        for code in ("city", "land", "far"):
            self.done("POST", f"{REGISTRY}/agencies", operator, {"code": code, "name": {"en": code}})
        self.done("POST", f"{REGISTRY}/services", city, PERMIT)
        self.done("POST", f"{REGISTRY}/sources", land, LAND_API)
        self.done("POST", f"{REGISTRY}/calendars", city, CALENDAR)
        kid = self.done("POST", f"{REGISTRY}/agencies/land/keys", land, key_of("land"))["keys"][0]["kid"]
        person = self.done(
            "POST",
            f"{REGISTRY}/agencies/land/people",
            land,
            {"email": "malee@land.example", "name": "Malee", "roles": ["viewer"]},
        )
        client = self.done(
            "POST", f"{REGISTRY}/agencies/land/clients", land, {"name": "api", "roles": ["reporter"]}
        )
        for indicator in INDICATORS:
            self.done("POST", f"{SLA}/indicators", city, indicator)
        drafted = self.done("POST", f"{SLA}/agreements", city, agreement())
        digest = drafted["revisions"][-1]["hash"]
        revision = f"{SLA}/agreements/{AGREEMENT}/revisions/{digest}"
        self.done("POST", f"{revision}/offer", city)
        for token in (city, land):
            self.done("POST", f"{revision}/acceptances", token, {"hash": digest})
        backfill = self.done("POST", f"{METRICS}/backfills", land, backfill_of("land-api"))
        slow = {"indicator": "permit.response-time", "at": datetime.now(UTC).isoformat(), "value": 900}
        batch = self.done(
            "POST",
            f"{METRICS}/measurements",
            land,
            measurements(slow),
            Idempotency_Key="settled",
        )
        breach = self._first(f"{EVALUATION}/breaches", city)
        exclusion = self.done("POST", f"{SLA}/agreements/{AGREEMENT}/exclusions", land, exclusion_of())
        dispute = self.done("POST", f"{EVALUATION}/breaches/{breach['id']}/disputes", land, DISPUTE)
        job = self.done("POST", f"{EVALUATION}/what-if", land, what_if_of())
        improvement = self.done("POST", f"{EVALUATION}/improvements", land, improvement_of(breach["id"]))
        need = self.done("POST", f"{SLA}/needs", land, NEED)["id"]
        linked = self.done("POST", f"{SLA}/needs/{need}/links", land, {"indicator": "permit.response-time"})
        factor = self.done("POST", f"{SLA}/factors", land, FACTOR)
        ours = f"{SLA}/agreements/{AGREEMENT}"
        comment = self.done("POST", f"{ours}/comments", land, {"revision": digest, "text": "which hours?"})
        delegation = self.done("POST", f"{ours}/delegations", land, DELEGATION)
        # Waits for the word of city: nothing ends.
        termination = self.done("POST", f"{ours}/terminations", land, termination_of(digest))
        review = self.done("POST", f"{ours}/reviews", land, REVIEW)
        webhook = self.done("POST", "/api/delivery/v1/webhooks", land, WEBHOOK)
        everybody = self.token("land", *Role)
        subscription = self.done("POST", "/api/delivery/v1/subscriptions", everybody, SUBSCRIPTION)
        # Nobody announced it, so it announces itself.
        announced = self._first(f"{SLA}/announcements", land)["id"]
        self.objects = {
            "calendars": "office",
            "versions": "1",
            "agencies": "land",
            "services": SERVICE,
            "sources": LAND_API["code"],
            "people": person["person"]["id"],
            "clients": client["client_id"],
            "indicators": "permit.response-time",
            "agreements": AGREEMENT,
            "comments": comment["id"],
            "delegations": delegation["id"],
            "terminations": termination["id"],
            "reviews": review["id"],
            "revisions": digest,
            "announcements": announced,
            "backfills": backfill["id"],
            "batches": batch["batch"],
            "breaches": breach["id"],
            "disputes": dispute["id"],
            "exclusions": exclusion["id"],
            "needs": need,
            "links": linked["links"][0]["id"],
            "factors": factor["id"],
            "jobs": job["id"],
            "improvements": improvement["id"],
            "reports": self.db("evaluation").transact(kept_report, None),
            "words": "owner",
            "recommendations": self.db("evaluation").transact(declined_recommendation, None),
            "keys": kid,
            "webhooks": webhook["id"],
            "subscriptions": subscription["id"],
            "corrections": self.db("evaluation").transact(proposed_correction, breach["result"]),
            "results": breach["result"],
        }
        assert self._first("/api/delivery/v1/events?type=sanya.evaluation.breach.opened.v1", city)

    def parameters(self, path: str, **others: str) -> dict[str, str]:
        """The parameters of an address, such that it is that of objects there are, or of ``others``."""
        objects = {**self.objects, **others}
        found = re.findall(r"([a-z-]+)/{(\w+)}", path)
        return {name: objects[collection] for collection, name in found if collection in objects}

    def _first(self, path: str, token: str) -> dict[str, Any]:
        """A list's first item, as soon as there is one."""
        found: list[dict[str, Any]] = eventually(lambda: self.done("GET", path, token)["items"], bool)
        return found[0]


@contextmanager
def open_whole(folder: Path) -> Iterator[Whole]:
    """Migrates, serves, and settles."""
    place = f"sqlite:///{folder}"
    settings = {
        "data_dir": folder,
        "database_url": place,
        "bus_url": place,
        "token_issuer": "sanya",
        "metrics_tick_seconds": 0.5,
        "metrics_disk_floor_mb": 0,
        "public_url": "https://sanya.example",
        "delivery_smtp_host": "127.0.0.1",
        "delivery_smtp_port": 1,
        "delivery_mail_from": "sanya@sanya.example",
    }
    configure_logs("error", "json")
    for service in SERVICES.values():
        service.migrate(service.settings(**settings))
    app = create_app(*SERVICES.values(), settings=settings)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_running(app)) as http:
        whole = Whole(app, http, portal)
        whole.settle()
        yield whole


PERMIT: dict[str, Any] = {
    "code": SERVICE,
    "name": {"th": "ใบอนุญาต", "en": "Permit"},
    "owner": "city",
    "steps": [
        {"code": "t01", "name": {"en": "Receive"}, "agency": "city"},
        {"code": "t05", "name": {"en": "Confirm"}, "agency": "land"},
    ],
}
HOURS: dict[str, Any] = {
    "name": {"en": "Office"},
    "time_zone": "Asia/Bangkok",
    "weekly": {"monday": [["09:00", "17:00"]]},
}
CALENDAR: dict[str, Any] = {"code": "office", "owner": "city", **HOURS}
LAND_API: dict[str, Any] = {"code": "land-api", "agency": "land", "services": [SERVICE]}
INDICATORS: list[dict[str, Any]] = [
    {
        "code": "permit.response-time",
        "service": SERVICE,
        "name": {"en": "Response time"},
        "kind": "value",
        "unit": "ms",
    },
    {
        "code": "permit.availability",
        "service": SERVICE,
        "name": {"en": "Availability"},
        "kind": "ratio",
        "unit": "request",
        "labels": {"province": ["10", "50"]},
    },
]

# Nothing that happens here is of this type, so nothing is sent.
WEBHOOK: dict[str, Any] = {
    "url": "https://land.example/sanya",
    "types": ["sanya.delivery.webhook.disabled.v1"],
}
# Nobody listens at its mail server.
SUBSCRIPTION: dict[str, Any] = {"email": "lek@land.example", "kinds": ["keys"]}
NEED: dict[str, Any] = {"service": SERVICE, "statement": {"en": "It shall be fast"}, "source": "survey"}
FACTOR: dict[str, Any] = {"service": SERVICE, "kind": "law", "text": {"en": "Within a week"}, "value": "P7D"}
DISPUTE: dict[str, Any] = {"reason": "the line was down", "about": {"kind": "breach"}}


def agreement(**changes: Any) -> dict[str, Any]:
    """A document of city and land that judges on arrival; only they may see it."""
    slowest = objective(
        "slowest", "permit.response-time", aggregation="maximum", comparator="<=", target="800"
    )
    fast = objective("fast", "permit.response-time", good={"comparator": "<=", "value": "500"})
    return {
        "code": AGREEMENT,
        "title": {"th": "ข้อตกลง", "en": "Agreement"},
        "service": SERVICE,
        "parties": ["city", "land"],
        "legal_form": "informal",
        "visibility": "parties",
        "retroactive": True,
        "time_zone": "Asia/Bangkok",
        "effective_from": month_start(12).isoformat(),
        "effective_until": None,
        "objectives": [slowest, fast],
        **changes,
    }


DELEGATION = {"to": "city", "moves": ["accept"], "ends_at": "2199-01-01T00:00:00Z"}

REVIEW = {"held_at": month_start(1).isoformat(), "attended": ["land"], "decision": "it stays as it is"}


def termination_of(digest: str) -> dict[str, Any]:
    return {"hash": digest, "effective_at": "2199-01-01T00:00:00Z"}


def exclusion_of() -> dict[str, Any]:
    """A proposal that nobody approves: what counts stays as it is."""
    return {
        "kind": "maintenance",
        "from": month_start(3).isoformat(),
        "to": month_start(2).isoformat(),
        "reason": {"en": "the register moved"},
    }


def proposed_correction(result: str, uow: UnitOfWork) -> str:
    """One that waits for land's word. Over REST it would take a window that has been final for days."""
    now = to_micros(uow.now)
    reason = words.keep(uow, "city", "the line was down").id
    document = {"results": [result], "batches": ["late"], "parties": ["city", "land"]}
    voices = (Voice("city", now, "someone"), Voice("land"))
    made = Correction("c" * 64, AGREEMENT, "batches", document, "city", now, reason, None, None, None, voices)
    corrections.add(uow.connection, made)
    return made.id


def improvement_of(breach: str) -> dict[str, Any]:
    return {
        "agreement": AGREEMENT,
        "objective": "slowest",
        "action": "a second server",
        "owner": "head of operations",
        "windows": 1,
        "due_on": "2199-01-01",
        "from": {"kind": "breach", "id": breach},
    }


def kept_report(_: None, uow: UnitOfWork) -> str:
    """As if the first working day of a month had come."""
    found = Kept("1" * 32, AGREEMENT, "2026-01", "2" * 64, "final", [], [], to_micros(uow.now))
    kept_reports.put(uow.connection, found)
    return found.id


def declined_recommendation(_command: None, uow: UnitOfWork) -> str:
    """One of a window that is long over. Over REST it would take one that is closed."""
    reason = words.keep(uow, "land", "too dear").id
    both = {"th": "ช้า", "en": "slow"}
    finding = {
        "id": "d" * 24,
        "kind": "queue",
        "agreement": AGREEMENT,
        "agreement_revision": "2" * 64,
        "objective": "fast",
        "window": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
        "subject": {"step": "t01"},
        "numbers": {"came": "2", "went": "1"},
        "explains": None,
        "sure": None,
        "text": both,
        "recommended": True,
        "action": {"text": both, "agency": "land", "what_if": None},
        "evidence": {"results": [], "journeys": [], "looked_at": None, "of": None},
    }
    made = Decided(
        "d" * 24, AGREEMENT, "fast", "declined", finding, "land", "someone", to_micros(uow.now), reason, None
    )
    improvements.decide(uow.connection, made)
    return made.id


def key_of(agency: str) -> dict[str, Any]:
    """What registers a new key of an agency's own."""
    private = new_private()
    jwk = public_of(private)
    return {"jwk": jwk, "proof": sign_statement(private, registration_statement(agency, thumbprint(jwk)))}


def what_if_of() -> dict[str, Any]:
    """A what-if that is answered by a job."""
    return {
        "agreement": AGREEMENT,
        "objective": "fast",
        "from": month_start(3).isoformat(),
        "to": month_start().isoformat(),
        "good": {"comparator": "<=", "value": "300"},
    }


def backfill_of(source: str) -> dict[str, Any]:
    return {
        "source": source,
        "service": SERVICE,
        "from": month_start(6).isoformat(),
        "to": month_start(5).isoformat(),
        "reason": "a log of last year",
    }


def measurements(*rows: dict[str, Any], source: str = "land-api") -> dict[str, Any]:
    return {"source": source, "service": SERVICE, "measurements": list(rows)}
