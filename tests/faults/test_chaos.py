"""Processes die at random under load; then everything that was acknowledged has counted exactly once.

The whole product in both modes: `kill -9` of the server (also in the middle of its start), and over Kafka of
the broker now and then. When all is settled, every acknowledged batch counted once, every breach was told
under one id with its revisions in order, and the stored results are those of an evaluator that gets the
accepted batches in one go. `make chaos` is the long form.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.delivery.app import service as delivery
from services.delivery.store import feed
from services.evaluation.app import service as evaluation
from services.evaluation.store.tables import batch, breach, contribution, pane, result, tick, track
from services.metrics.app import service as metrics
from services.sla.app import service as sla
from shared.clock import to_micros
from shared.db import Database
from shared.db.tables import dead_letter, outbox
from shared.events.envelope import Event
from shared.events.metrics import TICK, Tick, event_of
from shared.events.topics import AGREEMENTS, INDICATORS, MEASUREMENTS, TOPICS, partition_of
from shared.settings import Settings
from tests.e2e.instance import BANGKOK, SERVICE, Instance, agree, eventually, found_agency, objective
from tests.evaluation.engine import Engine, open_engine
from tests.faults.load import Counted, Load, days_ago
from tests.servers.kafka import KafkaServer

DAYS = 10
SENDERS = 2
SETTLED_SECONDS = 180
DAILY = {"kind": "calendar", "unit": "day", "count": 1}


@dataclass
class Town:
    """A running product, its stores, and what may be killed."""

    instance: Instance
    kafka: KafkaServer | None
    chance: random.Random
    kills: int = 0

    def kill(self) -> None:
        """Kills something at some moment; everything runs again, or starts to."""
        self.kills += 1
        if self.kafka is not None and self.kills % 6 == 3:
            self.kafka.kill()
            time.sleep(self.chance.uniform(0, 2))
            self.kafka.start()
            return
        self._wait()
        self.instance.kill()
        self.instance.launch()

    def _wait(self) -> None:
        if self.chance.random() < 0.3:
            # In its start, or soon after.
            time.sleep(self.chance.uniform(0, 3))
            return
        self.instance.wait_until_ready()
        # A group of consumers waits for a member that died; then there is work to be interrupted.
        behind = self.chance.random() < 0.4 and self.kafka is not None
        time.sleep(self.chance.uniform(8, 14) if behind else self.chance.uniform(0, 1.5))


@pytest.fixture(params=["embedded", "servers"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    seam: dict[str, Any] = {"data_dir": tmp_path}
    kafka: KafkaServer | None = None
    if request.param == "servers":
        kafka = request.getfixturevalue("own_kafka")
        assert kafka is not None
        seam |= {"database_url": request.getfixturevalue("postgres_url"), "bus_url": kafka.url}
    instance = Instance(seam)
    try:
        if kafka is not None:
            done = instance.command("migrate")
            assert done.returncode == 0, done.stderr
        instance.start()
        yield Town(instance, kafka, random.Random(request.param))
    finally:
        instance.close()


def test_a_few_kills(town: Town, tmp_path: Path) -> None:
    _survive(town, tmp_path, kills=5, most_seconds=200)


@pytest.mark.long
def test_two_hundred_kills(town: Town, tmp_path: Path) -> None:
    _survive(town, tmp_path, kills=200, most_seconds=3600)


def _survive(town: Town, folder: Path, *, kills: int, most_seconds: float) -> None:
    instance = town.instance
    since = days_ago(DAYS)
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    agree(city, land, *_objectives(), since=since)
    systems = [instance.api(land.systems.client_id, land.systems.client_secret) for _ in range(SENDERS)]
    load = Load(systems, since)
    load.start()
    until = time.monotonic() + most_seconds
    while town.kills < kills:
        town.kill()
        load.check()
        assert time.monotonic() < until, f"only {town.kills} kills in {most_seconds:.0f} s"
    instance.wait_until_ready()
    counted = load.finish()
    with _stores(instance) as stores:
        _settle(stores, instance)
        assert instance.stop() == 0, instance.tail()
        print(
            f"{town.kills} kills, {len(counted.keys)} batches, {counted.again} sent again, "
            f"{sum(counted.total.values()) // 10 + sum(counted.values.values())} rows"
        )
        _nothing_died(stores)
        _each_counted_once(stores, counted)
        _each_breach_has_one_id(stores)
        _as_in_one_go(stores, folder)


def _objectives() -> list[dict[str, Any]]:
    daily: dict[str, Any] = {"window": DAILY, "grace": "P60D"}
    return [
        objective("up", "permit.availability", target="0.86", **daily),
        objective("up-by", "permit.availability", target="0.86", scope=["province"], **daily),
        objective(
            "slowest", "permit.response-time", aggregation="maximum", comparator="<=", target="800", **daily
        ),
        objective("many", "permit.response-time", aggregation="count", comparator="<=", target="40", **daily),
        objective(
            "confirm",
            "permit.confirmation-time",
            good={"comparator": "<=", "value": "P3D"},
            count_at="completion",
            **daily,
        ),
    ]


# --- looking ------------------------------------------------------------------------------------------


@dataclass
class Stores:
    metrics: Database
    sla: Database
    evaluation: Database
    delivery: Database

    @property
    def partition(self) -> int:
        return 0 if self.metrics.embedded else partition_of(SERVICE, TOPICS[MEASUREMENTS].partitions)

    def tick(self) -> int:
        """How far the evaluator has judged the service."""
        query = sa.select(tick.c.at).where(tick.c.partition == self.partition)
        return int(_scalar(self.evaluation, query) or 0)


@contextmanager
def _stores(instance: Instance) -> Iterator[Stores]:
    settings = Settings(**instance.settings)
    with (
        closing(metrics.open_database(settings)) as one,
        closing(sla.open_database(settings)) as two,
        closing(evaluation.open_database(settings)) as three,
        closing(delivery.open_database(settings)) as four,
    ):
        yield Stores(one, two, three, four)


def _rows(db: Database, query: Any) -> list[Any]:
    return db.snapshot(lambda connection: list(connection.execute(query)))


def _scalar(db: Database, query: Any) -> Any:
    return db.snapshot(lambda connection: connection.execute(query).scalar())


def _told(stores: Stores) -> set[str]:
    topics = [
        name for name, topic in TOPICS.items() if topic.producer == "evaluation" and "replay" not in name
    ]
    query = sa.select(outbox.c.event_id).where(outbox.c.topic.in_(topics))
    return {row[0] for row in _rows(stores.evaluation, query)}


def _heard(stores: Stores) -> list[dict[str, Any]]:
    """The feed, in its order, as its readers get it."""
    return [
        json.loads(row[0]) for row in _rows(stores.delivery, sa.select(feed.c.event).order_by(feed.c.seq))
    ]


def _settle(stores: Stores, instance: Instance) -> None:
    """A tick behind the last batch is judged, and everything that was told of it is in the feed."""
    accepted = to_micros(datetime.now(UTC))

    def settled() -> tuple[int, int]:
        missing = _told(stores) - {event["id"] for event in _heard(stores)}
        return stores.tick() - accepted, len(missing)

    try:
        eventually(settled, lambda found: found[0] > 0 and found[1] == 0, SETTLED_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"not settled: {error}\n{instance.tail()}") from error


# --- comparing ----------------------------------------------------------------------------------------


def _nothing_died(stores: Stores) -> None:
    for db in (stores.metrics, stores.sla, stores.evaluation, stores.delivery):
        assert _rows(db, sa.select(dead_letter.c.topic, dead_letter.c.reason)) == []


def _each_counted_once(stores: Stores, counted: Counted) -> None:
    stored = _rows(stores.metrics, sa.text("SELECT idempotency_key, id FROM batch"))
    assert {row[0] for row in stored} == counted.keys
    assert sorted(row[0] for row in _rows(stores.evaluation, sa.select(batch.c.id))) == sorted(
        row[1] for row in stored
    )
    assert _by_day(stores.evaluation, "up") == {
        day: (counted.good[day], counted.total[day]) for day in counted.total
    }
    for name in ("slowest", "many"):
        values = {day: number[1] for day, number in _by_day(stores.evaluation, name).items()}
        assert values == dict(counted.values)
    journeys = _rows(stores.evaluation, sa.select(contribution.c.journey))
    assert sorted(row[0] for row in journeys) == sorted(counted.journeys)


def _by_day(db: Database, name: str) -> dict[str, tuple[int, int]]:
    """(good, total) of each local day in the panes; the closed days' results say the same."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    panes = (
        sa.select(pane.c.minute, pane.c.good, pane.c.total, pane.c.n)
        .join(track, track.c.series == pane.c.series)
        .where(track.c.objective == name, pane.c.width == 1)
    )
    for row in _rows(db, panes):
        day = datetime.fromtimestamp(row.minute * 60, BANGKOK).date().isoformat()
        good, total = found[day]
        found[day] = (good + row.good, total + (row.total if name == "up" else row.n))
    for body in _newest(db):
        if body["objective"] == name and body["window"]["state"] == "closed":
            day = datetime.fromisoformat(body["window"]["start"]).astimezone(BANGKOK).date().isoformat()
            good, total = found.get(day, (0, 0))
            assert (body["good"] or 0, body["total"]) == (good if name == "up" else 0, total), day
    return dict(found)


def _newest(db: Database) -> list[dict[str, Any]]:
    return [row[0] for row in _rows(db, sa.select(result.c.body).where(result.c.newest))]


def _each_breach_has_one_id(stores: Stores) -> None:
    """Each id starts with `opened` and goes on without gap or double; it ends as the evaluator has it."""
    heard = _heard(stores)
    assert len({event["id"] for event in heard}) == len(heard)
    lives: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for event in heard:
        if ".breach." in event["type"]:
            told = event["data"]["breach"]
            lives[told["id"]].append((told["revision"], event["type"].split(".")[3]))
    for life in lives.values():
        assert [number for number, _ in life] == list(range(1, len(life) + 1))
        assert [kind for _, kind in life].count("opened") == 1
        assert life[0][1] == "opened"
    stored = _rows(stores.evaluation, sa.select(breach))
    assert {row.id: row.number for row in stored} == {id: life[-1][0] for id, life in lives.items()}
    standing = [
        (row.objective, row.scope, row.window_start, row.agreement_revision)
        for row in stored
        if row.state in ("open", "closed")
    ]
    assert len(standing) > 3
    assert len(set(standing)) == len(standing)


def _as_in_one_go(stores: Stores, folder: Path) -> None:
    """A fresh evaluator is given the accepted batches in one go, and says the same."""
    with closing(open_engine("sqlite", folder / "again").db) as db:
        again = Engine(db)
        for topic in (INDICATORS, AGREEMENTS):
            again.feed(*_events(stores.sla, topic), topic=topic)
        events = [event for event in _events(stores.metrics, MEASUREMENTS) if event.type != TICK]
        again.feed(*events)
        again.feed(event_of(TICK, Tick(stores.tick())))
        assert _said(db) == _said(stores.evaluation)
        assert _standing(db) == _standing(stores.evaluation)


def _events(db: Database, topic: str) -> list[Event]:
    rows = _rows(db, sa.select(outbox).where(outbox.c.topic == topic).order_by(outbox.c.id))
    return [
        Event(topic, row.type, row.subject, row.key, row.data, version=row.version, at=row.at) for row in rows
    ]


def _said(db: Database) -> dict[tuple[str, ...], tuple[Any, ...]]:
    return {
        (body["objective"], json.dumps(body["scope"]), body["agreement_revision"], body["window"]["start"]): (
            *(body[name] for name in ("verdict", "good", "total", "exact", "overdue")),
            body["window"]["end"],
            body["window"]["state"],
        )
        for body in _newest(db)
    }


def _standing(db: Database) -> list[tuple[Any, ...]]:
    rows = _rows(db, sa.select(breach).where(breach.c.state.in_(("open", "closed"))))
    return sorted(
        (row.objective, row.scope, row.window_start, row.window_end, row.state, row.closed_at or 0)
        for row in rows
    )
