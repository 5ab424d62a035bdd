"""`sanya replay` after a story with late, voided and imported reports: nothing may differ."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.evaluation.app import service as evaluation
from services.evaluation.store.tables import result
from services.metrics.app import service as metrics
from shared.db import Database
from shared.db.tables import outbox
from shared.events.metrics import BATCH
from shared.service import Service
from shared.settings import Settings
from tests.e2e.instance import (
    AGREEMENT,
    SERVICE,
    Instance,
    Party,
    agree,
    eventually,
    found_agency,
    month_start,
    objective,
)
from tests.servers.postgres import PostgresServer

DAILY = {"kind": "calendar", "unit": "day", "count": 1}
ROLLING = {"kind": "rolling", "duration": "P7D", "step": "P1D"}
FIRST = month_start(2)


@pytest.fixture
def instance(seam: dict[str, Any]) -> Iterator[Instance]:
    found = Instance(seam)
    if "bus_url" in seam:
        done = found.command("migrate")
        assert done.returncode == 0, done.stderr
    found.start()
    yield found
    found.close()


def _measure(land: Party, key: str, at: datetime, good: int, province: str, **more: Any) -> str:
    rows = [
        {
            "indicator": "permit.availability",
            "at": at.isoformat(),
            "good": good,
            "total": 10,
            "labels": {"province": province},
        },
        {"indicator": "permit.response-time", "at": at.isoformat(), "value": str(100 * good)},
    ]
    body = {"source": "land-api", "service": SERVICE, "measurements": rows, **more}
    batch: str = land.systems.post("/api/metrics/v1/measurements", body, key=key)["batch"]
    return batch


def _pass(land: Party, journey: str, start: datetime, end: datetime) -> None:
    events = [
        {"id": f"{journey}-{step}", "journey": journey, "step": step, "agency": agency, "edge": "point"}
        | {"at": at.isoformat(), "labels": {}}
        for step, agency, at in (("t01", "city", start), ("t05", "land", end))
    ]
    body = {"source": "land-api", "service": SERVICE, "events": events}
    land.systems.post("/api/metrics/v1/journey-events", body, key=journey)


def _tell(city: Party, land: Party) -> None:
    limit = {"good": {"comparator": "<=", "value": "P2D"}}
    agree(
        city,
        land,
        objective("up", "permit.availability", scope=["province"]),
        objective("week", "permit.availability", window=ROLLING),
        objective("slowest", "permit.response-time", aggregation="maximum", comparator="<=", target="800")
        | {"window": DAILY},
        objective("confirm", "permit.confirmation-time", count_at="completion", **limit),
        objective("cohort", "permit.confirmation-time", count_at="start", **limit),
        since=FIRST,
    )
    chance = random.Random(5)
    for number in range(12):
        at = FIRST + timedelta(days=5 * number, minutes=chance.randrange(1000))
        _measure(land, f"m-{number}", at, chance.randint(5, 10), chance.choice(("10", "50")))
        _pass(land, f"case-{number}", at, at + timedelta(hours=chance.randrange(12, 96)))
    wrong = _measure(land, "wrong", FIRST + timedelta(days=3), 0, "10")
    land.systems.post(f"/api/metrics/v1/batches/{wrong}/void", {"reason": "sent twice"})
    span = {"from": FIRST.isoformat(), "to": (FIRST + timedelta(days=20)).isoformat(), "reason": "history"}
    backfill = land.systems.post(
        "/api/metrics/v1/backfills", {"source": "land-api", "service": SERVICE, **span}
    )["id"]
    _measure(land, "history", FIRST + timedelta(days=1), 9, "50", backfill=backfill)
    land.systems.post(f"/api/metrics/v1/backfills/{backfill}/seal")
    _measure(land, "late", FIRST + timedelta(days=42), 1, "50")


def _replay(instance: Instance, *words: str) -> tuple[int, dict[str, Any]]:
    done = instance.command("replay", "--json", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def _store(instance: Instance, service: Service) -> Database:
    return service.open_database(Settings(**instance.settings))


def test_a_replay_finds_no_difference_and_what_was_tampered_with(
    instance: Instance, postgres: PostgresServer
) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    _tell(city, land)

    def settled() -> Any:
        page = city.office.get("/api/evaluation/v1/results", agreement=AGREEMENT, limit=1000)["items"]
        return {(one["objective"], one["window"]["end"]): one for one in page if one["total"]}

    # A day on which nothing else was measured.
    late = FIRST + timedelta(days=42)
    eventually(
        settled,
        lambda ones: any(
            one["objective"] == "slowest"
            and datetime.fromisoformat(one["window"]["start"])
            <= late
            < datetime.fromisoformat(one["window"]["end"])
            for one in ones.values()
        ),
    )
    if "bus_url" not in instance.settings:
        refused = instance.command("replay")
        assert refused.returncode == 3
        assert "in use" in refused.stderr
    assert instance.stop() == 0

    code, report = _replay(instance)
    assert (code, report["differences"], report["gone"]) == (0, [], [])
    assert report["compared"] > 60
    for seed in ("1", "2"):
        code, again = _replay(instance, "--shuffle", seed)
        assert (code, again["differences"], again["compared"]) == (0, [], report["compared"])
    elsewhere = postgres.new_database()
    code, again = _replay(instance, "--shuffle", "3", "--database", elsewhere)
    assert (code, again["differences"], again["compared"]) == (0, [], report["compared"])
    postgres.drop_database(elsewhere)

    standing = _store(instance, evaluation)
    with standing.engine.begin() as connection:
        row = connection.execute(sa.select(result).where(result.c.newest, result.c.number > 0)).first()
        assert row is not None
        body = {**row.body, "good": 7}
        connection.execute(sa.update(result).where(result.c.id == row.id).values(body=body))
    standing.close()
    code, tampered = _replay(instance)
    assert code == 1
    (different,) = tampered["differences"]
    assert (different["objective"], different["stands"]["good"]) == (row.objective, 7)

    reports = _store(instance, metrics)
    with reports.engine.begin() as connection:
        oldest = sa.select(sa.func.min(outbox.c.id)).where(outbox.c.type == BATCH).scalar_subquery()
        connection.execute(sa.delete(outbox).where(outbox.c.id == oldest))
    reports.close()
    _, without = _replay(instance)
    assert without["gone"]
    assert len(without["gone"]) + without["compared"] == report["compared"]
