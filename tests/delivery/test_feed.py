"""The feed: numbered in commit order, each fact once, shown to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.delivery import handlers, store
from services.delivery.app import service
from shared.db import Database
from shared.events.envelope import Event, Record
from shared.events.evaluation import (
    BREACH_CLOSED,
    BREACH_OPENED,
    AtRisk,
    BreachTold,
    BurnAlert,
    ResultFinal,
)
from shared.events.metrics import SourceRecovered, SourceSilent
from shared.events.registry import CalendarPublished
from shared.settings import Settings
from shared.timers import Timer

START = datetime(2026, 11, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    values: dict[str, Any] = {"data_dir": tmp_path}
    if database_url.startswith("postgresql"):
        values |= {"database_url": database_url, "bus_url": "kafka://127.0.0.1:1"}
    settings = Settings(**values)
    service.migrate(settings, clock)
    found = service.open_database(settings, clock)
    yield found
    found.close()


def breach(kind: str = BREACH_OPENED, version: int = 1, parties: tuple[str, ...] = ("city", "land")) -> Event:
    return BreachTold(
        version=version,
        kind=kind,
        agreement="permit-2026",
        parties=list(parties),
        visibility="public",
        breach={"id": "b1", "revision": version},
    ).event()


def final(visibility: str) -> Event:
    return ResultFinal(
        version=1,
        agreement="permit-2026",
        parties=["city", "land"],
        visibility=visibility,
        result={"id": "r1"},
    ).event()


def early(kind: type[AtRisk] | type[BurnAlert]) -> Event:
    """What is said of an open window; its shape is the evaluator's."""
    common: dict[str, Any] = {
        "version": 1,
        "subject": "s1",
        "agreement": "permit-2026",
        "parties": ["city", "land"],
        "visibility": "public",
        "agreement_revision": "a" * 64,
        "objective": "up",
        "scope": {},
        "responsible": "land",
        "at": "2026-11-01T00:00:00Z",
        "comparator": ">=",
        "target": "0.9",
    }
    if kind is BurnAlert:
        more: dict[str, Any] = {"change": "fired", "pair": {}, "long": {}, "short": {}, "alerting": []}
    else:
        more = {
            "change": "entered",
            "because": ["forecast"],
            "window": {},
            "good": 1,
            "total": 2,
            "value": "0.5",
            "exact": "1/2",
            "forecast": None,
        }
    return kind(**common, **more).event()


def record(event: Event, name: str) -> Record:
    return Record(
        event.topic, 0, 0, event.key, event.type, name, "/sanya/evaluation", event.subject,
        event.version, 0, "00-" + "a" * 32 + "-" + "b" * 16 + "-01", event.data,
    )  # fmt: skip


def feed(db: Database, event: Event, name: str) -> None:
    handler = service.subscription.handlers[event.type]
    db.transact(lambda _command, uow: handler(record(event, name), uow))


def heard(db: Database, agency: str | None, *types: str, after: int = 0) -> list[tuple[int, str]]:
    return [
        (entry.seq, entry.type.split(".")[-2])
        for entry in db.snapshot(store.after, after, agency, types, 100)
    ]


def test_facts_are_numbered_in_the_order_of_their_commits(db: Database) -> None:
    feed(db, breach(), "e1")
    feed(db, breach(BREACH_CLOSED, 2), "e2")
    assert heard(db, "city") == [(1, "opened"), (2, "closed")]
    assert heard(db, "city", after=1) == [(2, "closed")]
    assert heard(db, "city", BREACH_CLOSED) == [(2, "closed")]


def test_a_fact_that_comes_again_is_fed_once(db: Database) -> None:
    feed(db, breach(), "e1")
    feed(db, breach(), "e1")
    assert heard(db, "city") == [(1, "opened")]


def test_breaches_are_for_the_parties_and_public_results_for_everybody(db: Database) -> None:
    feed(db, breach(), "e1")
    feed(db, final("public"), "e2")
    feed(db, final("parties"), "e3")
    assert heard(db, "land") == [(1, "opened"), (2, "final"), (3, "final")]
    assert heard(db, "other") == [(2, "final")]
    assert heard(db, None) == [(2, "final")]


def test_whoever_has_a_token_hears_of_a_calendar(db: Database) -> None:
    fact = CalendarPublished(
        version=1,
        code="office",
        owner="city",
        name={"en": "Office"},
        time_zone="Asia/Bangkok",
        weekly={"monday": [("09:00", "17:00")]},
        country=None,
        years=None,
        holidays=[],
        half_days=[],
        effective_from=None,
        retroactive=False,
    )
    feed(db, fact.event(), "e1")
    assert heard(db, "far") == [(1, "published")]


def test_silent_sources_are_for_the_parties(db: Database) -> None:
    told = {
        "agreement": "permit-2026",
        "parties": ["city", "land"],
        "visibility": "public",
        "service": "permit",
        "source": "land-api",
        "indicator": "permit.response-time",
        "heard_at": None,
        "silent_since": 5,
    }
    feed(db, SourceSilent.model_validate({**told, "version": 1}).event(), "e1")
    feed(db, SourceRecovered.model_validate({**told, "version": 2, "reason": "reported"}).event(), "e2")
    assert heard(db, "land") == [(1, "silent"), (2, "recovered")]
    assert heard(db, "other") == []
    (entry,) = db.snapshot(store.after, 1, "city", (), 1)
    assert '"reason": "reported"' in entry.event


def test_writers_at_once_get_different_numbers_without_gaps(db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: feed(db, breach(version=n), f"e{n}"), range(1, 21)))
    assert [seq for seq, _ in heard(db, "city")] == list(range(1, 21))


def test_the_trace_of_the_request_is_in_the_event(db: Database) -> None:
    feed(db, breach(), "e1")
    (entry,) = db.snapshot(store.after, 0, "city", (), 1)
    assert '"traceparent": "00-aaaa' in entry.event


def test_what_is_older_than_ninety_days_is_forgotten_but_never_the_newest(db: Database, clock: Clock) -> None:
    feed(db, breach(), "e1")
    feed(db, breach(BREACH_CLOSED, 2), "e2")
    clock.now = START + timedelta(days=91)
    timer = Timer("forget-feed", "", clock.now)
    db.transact(lambda _command, uow: handlers.forget_old(timer, uow))
    assert heard(db, "city") == [(2, "closed")]
    assert db.snapshot(store.bounds) == (2, 2)
    feed(db, breach(version=3), "e3")
    assert heard(db, "city") == [(2, "closed"), (3, "opened")]

    def agencies(connection: sa.Connection) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(store.feed_agency)).scalar_one())

    assert db.snapshot(agencies) == 4


@pytest.mark.parametrize("kind", [AtRisk, BurnAlert])
def test_what_an_open_window_says_is_for_its_parties(
    db: Database, kind: type[AtRisk] | type[BurnAlert]
) -> None:
    feed(db, early(kind), "e1")
    assert [name for _, name in heard(db, "land")] == [kind.type.split(".")[-2]]
    assert heard(db, "stranger") == heard(db, None) == []
