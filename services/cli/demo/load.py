"""Loads the demo through REST, as the agencies' systems would. Safe to repeat: ids depend on content."""

from __future__ import annotations

import csv
import hashlib
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from services.cli.apply import Applier, read_yaml
from services.cli.client import Api, Connection, say
from services.cli.demo.needs import gather_needs
from services.cli.demo.story import Story
from services.cli.importing import progress_bar
from shared.settings import Settings

ZONE = ZoneInfo("Asia/Bangkok")
AGREEMENT = "restaurant-licence"
SERVICE, SOURCE = "restaurant", "one-stop"
MONTHS_BACK = 6
START_SECONDS = 30
JUDGED_SECONDS = 60
PER_BATCH = 1_000


def load_demo(url: str | None, client_id: str | None, client_secret: str | None) -> None:
    """Loads the demo into the server at ``url``, or into one that is started here and then goes on."""
    settings = Settings()
    where = url or f"http://127.0.0.1:{settings.port}"
    started = None
    if not _answers(where):
        if url is not None:
            say.print(f"no server answers at {url}")
            raise httpx.ConnectError(f"no server at {url}")
        say.print("no server runs yet: starting one (stop it with Ctrl-C)")
        started = subprocess.Popen([sys.executable, "-m", "services", "serve"])
        _wait(where, started)
    connection = Connection(where, client_id, client_secret, settings.data_dir)
    try:
        Demo(connection).load()
        _tell(where, connection)
        if started is not None:
            started.wait()
    except KeyboardInterrupt:
        say.print("stopped")
    finally:
        if started is not None:
            started.terminate()
            started.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez", timeout=2).is_success
    except httpx.TransportError:
        return False


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    server.terminate()
    raise httpx.ConnectError("the server that was started did not become ready; see its log above")


def _tell(url: str, connection: Connection) -> None:
    officer = connection.wallet()["health/officer"]
    say.print(
        f"\nThe demo is loaded. Look at\n"
        f"  {url}/services/{SERVICE}   what recipients are promised, and whether it was kept\n"
        f"  {url}/sign-in   as {officer['email']}, password {officer['password']}\n"
        f"  {url}/app/services/{SERVICE}/needs   what recipients asked for, and which promise answers it\n"
        f"  sanya results {AGREEMENT} --as city/office   every window, with the exact fractions\n"
        f"  sanya breaches --as health/office   what integrators hear\n\n"
        f"DEMO ONLY, never in production: secrets of clients and people are in {connection.wallet_file}\n"
    )


@dataclass
class Demo:
    connection: Connection

    def load(self) -> None:
        first = self._first_month()
        setup = files(__package__).joinpath("setup.yaml").read_text(encoding="utf-8")
        years = {"FIRST_YEAR": first.year - 1, "LAST_YEAR": first.year + 2}
        for name, value in {"START": first.isoformat(), **years}.items():
            setup = setup.replace(name, str(value))
        wanted = read_yaml(setup)
        Applier(self.connection, dry_run=False, tell=lambda line: say.print(line, markup=False)).apply(wanted)
        for agency in ("city", "health", "business"):
            self._officer(agency)
        gather_needs(self.connection.api("city/office"), SERVICE)
        api = self.connection.api("city/systems")
        now = datetime.now(UTC)
        cases = [row for row in self._cases(first) if row["at"] <= now]
        samples = [row for row in self._samples(first) if row["at"] <= now]
        on_time = [row for row in cases if row["part"] == "now"]
        late = [row for row in cases if row["part"] == "late"]
        with progress_bar() as bar:
            task = bar.add_task("loading", total=len(cases) + len(samples))
            for chunk in _chunks(samples):
                self._send_samples(api, chunk)
                bar.advance(task, len(chunk))
            for chunk in _chunks(on_time):
                self._send_events(api, chunk)
                bar.advance(task, len(chunk))
            bar.update(task, description="waiting until last month is judged")
            judged = self._last_month(first, "breached", "met")
            bar.update(task, description="reporting late cases")
            for chunk in _chunks(late):
                self._send_events(api, chunk)
                bar.advance(task, len(chunk))
            bar.update(task, description="waiting until last month is judged again")
            judged = judged and self._last_month(first, "met")
            Story(self.connection, AGREEMENT, lambda month: _month(first, month)).tell()
            bar.update(task, description="loaded")
        if not judged:
            say.print("the evaluator is still at work; results appear within a minute")

    def _officer(self, agency: str) -> None:
        """A person who can sign in to the pages, with a password of this instance's own."""
        name = f"{agency}/officer"
        if name in self.connection.wallet():
            return
        admin = self.connection.api(f"{agency}/admin")
        email = f"officer@{agency}.example"
        person = {"email": email, "name": f"Demo officer, {agency}", "roles": ["negotiator", "viewer"]}
        invited = admin.post(f"/api/registry/v1/agencies/{agency}/people", person)
        password = secrets.token_urlsafe(12)
        token = invited["invitation"]["token"]
        admin.post(f"/api/registry/v1/invitations/{token}/acceptance", {"password": password})
        self.connection.keep(name, {"email": email, "password": password})

    def _first_month(self) -> datetime:
        """Start of the month six months ago; of an agreement that is there already, its own start."""
        there = Api(self.connection.url).find(f"/api/sla/v1/agreements/{AGREEMENT}")
        if there is not None and there["revisions"]:
            digest = there["revisions"][-1]["hash"]
            found = Api(self.connection.url).get(f"/api/sla/v1/agreements/{AGREEMENT}/revisions/{digest}")
            document = found.get("document", found)
            return datetime.fromisoformat(document["effective_from"]).astimezone(ZONE)
        today = datetime.now(ZONE)
        return _month(datetime(today.year, today.month, 1, tzinfo=ZONE), -MONTHS_BACK)

    def _last_month(self, first: datetime, *verdicts: str) -> bool:
        """Waits until last month's verdict is one of these. False when it takes too long."""
        end = _month(first, MONTHS_BACK)
        api = Api(self.connection.url)
        until = time.monotonic() + JUDGED_SECONDS
        while time.monotonic() < until:
            page = api.get(
                "/api/evaluation/v1/results",
                agreement=AGREEMENT,
                objective="licence-5-days",
                **{"from": end.isoformat(), "to": (end + timedelta(minutes=1)).isoformat()},
            )
            if any(found["verdict"] in verdicts for found in page["items"]):
                return True
            time.sleep(0.5)
        return False

    def _cases(self, first: datetime) -> Iterator[dict[str, Any]]:
        for row in _rows("cases.csv"):
            at = _month(first, int(row["month"])) + timedelta(minutes=int(row["minute"]))
            text = "\0".join((row["case"], row["step"], row["edge"]))
            yield {
                "part": row["part"],
                "at": at,
                "event": {
                    "id": hashlib.sha256(text.encode()).hexdigest()[:32],
                    "journey": row["case"],
                    "step": row["step"],
                    "agency": row["agency"],
                    "edge": row["edge"],
                    "at": at.isoformat(),
                    "labels": {},
                },
            }

    def _samples(self, first: datetime) -> Iterator[dict[str, Any]]:
        for row in _rows("samples.csv"):
            at = _month(first, int(row["month"])) + timedelta(minutes=int(row["minute"]))
            yield {"at": at, **row}

    def _send_events(self, api: Api, rows: list[dict[str, Any]]) -> None:
        events = [row["event"] for row in rows]
        key = hashlib.sha256("".join(event["id"] for event in events).encode()).hexdigest()
        body = {"source": SOURCE, "service": SERVICE, "events": events}
        api.post("/api/metrics/v1/journey-events", body, key=f"demo-{key}")

    def _send_samples(self, api: Api, rows: list[dict[str, Any]]) -> None:
        measurements = [
            {
                "indicator": "restaurant.availability",
                "at": row["at"].isoformat(),
                "good": int(row["good"]),
                "total": int(row["total"]),
            }
            for row in rows
        ] + [
            {
                "indicator": "restaurant.response-time",
                "at": row["at"].isoformat(),
                "value": row["slowest_ms"],
            }
            for row in rows
        ]
        key = hashlib.sha256(f"{rows[0]['at']}{rows[-1]['at']}{len(rows)}".encode()).hexdigest()
        body = {"source": SOURCE, "service": SERVICE, "measurements": measurements}
        api.post("/api/metrics/v1/measurements", body, key=f"demo-{key}")


def _month(first: datetime, count: int) -> datetime:
    months = first.year * 12 + first.month - 1 + count
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=ZONE)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), PER_BATCH):
        yield rows[start : start + PER_BATCH]
