"""A whole Sanya in a process of its own, as operations would start it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from services.cli.client import Api

START_SECONDS = 240  # a loaded machine is no failure
OPERATOR = "operator"
SERVICE = "permit"
AGREEMENT = "permit-2026"


BANGKOK = ZoneInfo("Asia/Bangkok")


def month_start(months_ago: int = 0) -> datetime:
    """Local start of this month, or of one before it."""
    today = datetime.now(BANGKOK)
    months = today.year * 12 + today.month - 1 - months_ago
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=BANGKOK)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Instance:
    """`sanya serve` with some settings. Start it, kill it, start it again: it goes on with its data."""

    settings: dict[str, Any]
    port: int = field(default_factory=free_port)
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    process: subprocess.Popen[bytes] | None = None
    extra: dict[str, str] = field(default_factory=dict)
    apis: list[Api] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        named = {f"SANYA_{name.upper()}": str(value) for name, value in self.settings.items()}
        return {
            **os.environ,
            **named,
            "SANYA_PORT": str(self.port),
            "SANYA_METRICS_TICK_SECONDS": "0.5",
            "SANYA_LOG_LEVEL": "warning",
            "SANYA_BOOTSTRAP_CLIENT_ID": OPERATOR,
            "SANYA_BOOTSTRAP_CLIENT_SECRET": self.secret,
            **self.extra,
        }

    @property
    def log(self) -> Path:
        return Path(self.settings["data_dir"]) / f"log-{self.port}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `sanya WORDS` with the instance's settings."""
        return subprocess.run(
            [sys.executable, "-m", "services", *words],
            env={**self.environment, "SANYA_URL": self.url},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self, *words: str) -> None:
        self.launch(*words)
        self.wait_until_ready()

    def launch(self, *words: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services", "serve", *words],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        assert self.process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self.tail()}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready after {START_SECONDS} s: {self.tail()}")

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """kill -9, in the middle of whatever it does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; -> the exit code."""
        if self.process is None or self.process.poll() is not None:
            return 0 if self.process is None else self.process.returncode
        self.process.terminate()
        return self.process.wait(timeout=40)

    def api(self, client_id: str | None = None, secret: str | None = None) -> Api:
        found = Api(self.url, client_id, secret)
        self.apis.append(found)
        return found

    def operator(self) -> Api:
        return self.api(OPERATOR, self.secret)

    def close(self) -> None:
        """Stops the process and closes every connection."""
        for api in self.apis:
            api.close()
        self.stop()


@dataclass
class Party:
    """An agency's clients."""

    code: str
    admin: Api
    office: Api
    systems: Api


def found_agency(instance: Instance, code: str) -> Party:
    """An agency with three clients, made as the operator and its admin would make them."""
    operator = instance.operator()
    operator.post("/api/registry/v1/agencies", {"code": code, "name": {"th": f"หน่วยงาน {code}", "en": code}})

    def client(by: Api, name: str, *roles: str) -> Api:
        made = by.post(f"/api/registry/v1/agencies/{code}/clients", {"name": name, "roles": list(roles)})
        return instance.api(made["client_id"], made["client_secret"])

    admin = client(operator, "admin", "agency_admin")
    office = client(admin, "office", "negotiator", "signatory", "viewer")
    return Party(code, admin, office, client(admin, "systems", "reporter"))


def objective(code: str, indicator: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "indicator": indicator,
        "responsible": "land",
        "comparator": ">=",
        "target": "0.8",
        "window": {"kind": "calendar", "unit": "month", "count": 1},
        **more,
    }


def agree(city: Party, land: Party, *objectives: dict[str, Any], since: datetime | None = None) -> str:
    """Registers what the agreement needs, offers it, and both accept. -> hash of the revision.

    In force since a year ago, if not told otherwise.
    """
    city.admin.post(
        "/api/registry/v1/services",
        {
            "code": SERVICE,
            "name": {"th": "ใบอนุญาต", "en": "Permit"},
            "owner": "city",
            "steps": [
                {"code": "t01", "name": {"en": "Receive"}, "agency": "city"},
                {"code": "t05", "name": {"en": "Confirm"}, "agency": "land"},
            ],
        },
    )
    land.admin.post("/api/registry/v1/sources", {"code": "land-api", "agency": "land", "services": [SERVICE]})
    for body in (
        {
            "code": "permit.availability",
            "kind": "ratio",
            "unit": "request",
            "labels": {"province": ["10", "50"]},
        },
        {"code": "permit.response-time", "kind": "value", "unit": "ms"},
        {
            "code": "permit.confirmation-time",
            "kind": "duration",
            "unit": "s",
            "from": {"step": "*", "occurrence": "first", "edge": "any"},
            "to": {"step": "t05", "occurrence": "first", "edge": "end"},
            "clock": "elapsed",
        },
    ):
        city.office.post("/api/sla/v1/indicators", {"service": SERVICE, "name": {"en": body["code"]}, **body})
    document = {
        "code": AGREEMENT,
        "title": {"th": "ข้อตกลง", "en": "Agreement"},
        "service": SERVICE,
        "parties": ["city", "land"],
        "legal_form": "informal",
        "visibility": "public",
        "retroactive": True,
        "time_zone": "Asia/Bangkok",
        "effective_from": (since or month_start(12)).isoformat(),
        "effective_until": None,
        "objectives": list(objectives),
    }
    drafted = city.office.post("/api/sla/v1/agreements", document)
    digest: str = drafted["revisions"][-1]["hash"]
    address = f"/api/sla/v1/agreements/{AGREEMENT}/revisions/{digest}"
    city.office.post(f"{address}/offer")
    for party in (city, land):
        party.office.post(f"{address}/acceptances", {"hash": digest})
    return digest


def eventually(read: Any, wanted: Any, seconds: float = 30) -> Any:
    """Reads until ``wanted(value)`` holds; fails with the last value."""
    until = time.monotonic() + seconds
    while True:
        value = read()
        if wanted(value):
            return value
        assert time.monotonic() < until, value
        time.sleep(0.1)
