"""Drives the evaluator's handlers with records, as the inbox does, and reads what it says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from services.evaluation import reading
from services.evaluation.app import service
from services.evaluation.store import results
from services.evaluation.store.tables import breach, result
from services.evaluation.subscriptions import subscription
from shared.bus import Run
from shared.clock import Clock, system_clock, to_micros
from shared.db import Database
from shared.db.tables import outbox
from shared.events import metrics
from shared.events.envelope import Event, Record
from shared.events.metrics import Batch, ColumnGroup, Cover, JourneyBatch, JourneyEvent, LabelColumn
from shared.events.sla import AgreementInForce, ExclusionTold, IndicatorChanged
from shared.events.topics import REPLAYS
from shared.inbox import apply_run
from shared.settings import Settings

SERVICE = "permit"
AGREEMENT = "permit-2026"


def at(text: str) -> int:
    """Microseconds of a local time in Bangkok, or of a text with an offset."""
    instant = datetime.fromisoformat(text if "+" in text or "Z" in text else f"{text}+07:00")
    return to_micros(instant.astimezone(UTC))


@dataclass
class Engine:
    """One evaluator on a database of its own; facts go in, results come out."""

    db: Database
    offsets: dict[str, int] = field(default_factory=dict)
    ids: int = 0

    def feed(self, *events: Event, topic: str | None = None) -> None:
        """Hands a run of events of one topic to the evaluator."""
        where = topic or events[0].topic
        start = self.offsets.get(where, 0)
        records = tuple(
            Record(
                topic=where,
                partition=0,
                offset=start + index,
                key=event.key,
                type=event.type,
                id=f"{where}-{start + index}",
                source="/sanya/test",
                subject=event.subject,
                version=event.version,
                at=event.at or 0,
                trace=None,
                data=event.data,
            )
            for index, event in enumerate(events)
        )
        self.offsets[where] = start + len(records)
        run = Run(where, 0, start, start + len(records), records, fresh=start == 0)
        dead = self.db.transact(lambda _command, uow: apply_run(run, uow, subscription))
        assert dead == 0, self.db.snapshot(_dead)

    def results(self, *, newest: bool = True, open_too: bool = False) -> list[dict[str, Any]]:
        """Stored results of closed windows, by objective, scope and end (and open ones that are stored)."""

        def read(connection: sa.Connection) -> list[dict[str, Any]]:
            query = sa.select(result).order_by(
                result.c.objective, result.c.scope, result.c.window_end, result.c.track, result.c.number
            )
            if newest:
                query = query.where(result.c.newest)
            if not open_too:
                query = query.where(result.c.number > 0)
            return [row.body for row in connection.execute(query)]

        return self.db.snapshot(read)

    def open(self) -> list[dict[str, Any]]:
        return [one.body for one in self.db.snapshot(reading.open_results, [AGREEMENT])]

    def breaches(self) -> list[results.Breach]:
        def read(connection: sa.Connection) -> list[results.Breach]:
            rows = connection.execute(sa.select(breach).order_by(breach.c.window_end, breach.c.id))
            return [results.Breach(**row._asdict()) for row in rows]

        return self.db.snapshot(read)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """(event type, data) of everything the evaluator told, in order."""

        def read(connection: sa.Connection) -> list[tuple[str, dict[str, Any]]]:
            rows = connection.execute(sa.select(outbox).order_by(outbox.c.id))
            return [(row.type, json.loads(row.data)) for row in rows]

        return self.db.snapshot(read)

    def explain(self, result_id: str, after: str = "", limit: int = 100) -> dict[str, Any]:
        def read(connection: sa.Connection) -> dict[str, Any]:
            found = results.result_by_id(connection, result_id)
            assert found is not None
            body = reading.explanation(connection, found, after, limit)
            assert body is not None
            return body

        return self.db.snapshot(read)


def _dead(connection: sa.Connection) -> list[Any]:
    return [tuple(row) for row in connection.execute(sa.text("SELECT type, reason FROM dead_letter"))]


def open_engine(url: str, folder: Path, clock: Clock = system_clock) -> Engine:
    """An evaluator on a fresh, migrated database."""
    values: dict[str, Any] = {"data_dir": folder}
    if not url.startswith("sqlite"):
        values |= {"database_url": url, "bus_url": "kafka://127.0.0.1:1"}
    settings = Settings(**values)
    service.migrate(settings)
    return Engine(service.open_database(settings, clock))


# --- facts -------------------------------------------------------------------------------------------


def indicator(code: str, kind: str, version: int = 1, **more: Any) -> Event:
    document = {"code": code, "service": SERVICE, "kind": kind, **more}
    return IndicatorChanged(version=version, code=code, service=SERVICE, kind=kind, document=document).event()


def objective(code: str, indicator_code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "indicator": indicator_code,
        "responsible": "land",
        "comparator": ">=",
        "target": "0.8",
        "window": {"kind": "calendar", "unit": "month", "count": 1, "anchor": "2026-01-01"},
        **more,
    }


def revision(
    *objectives: dict[str, Any],
    digest: str = "a" * 64,
    start: str = "2026-01-01T00:00",
    end: str | None = None,
    version: int = 1,
    zone: str = "Asia/Bangkok",
    told: str | None = None,
    visibility: str = "public",
    **document: Any,
) -> Event:
    """``told``: when the last party accepted (None: before everything). ``document``: more clauses of it."""
    return AgreementInForce(
        version=version,
        agreement=AGREEMENT,
        hash=digest,
        parent=None,
        service=SERVICE,
        parties=["city", "land"],
        visibility=visibility,
        effective_from=at(start),
        effective_to=None if end is None else at(end),
        document={"code": AGREEMENT, "time_zone": zone, "objectives": list(objectives), **document},
    ).event(at=None if told is None else at(told))


def batch(
    name: str,
    indicator_code: str,
    rows: Sequence[dict[str, Any]],
    *,
    backfill: str | None = None,
    received: str = "2026-01-01T00:00",
    source: str = "source",
    covers: Cover | None = None,
) -> Batch:
    """Rows of {"at", "value" | "good" and "total", "labels"}; values in 10^-6 units."""
    times = [row["at"] if isinstance(row["at"], int) else at(row["at"]) for row in rows]
    names = sorted({name for row in rows for name in row.get("labels", {})})
    labels = {}
    for label in names:
        values = sorted({row["labels"][label] for row in rows if label in row.get("labels", {})})
        codes = [values.index(row["labels"][label]) if label in row.get("labels", {}) else -1 for row in rows]
        labels[label] = LabelColumn(values, np.array(codes, dtype="<i2").tobytes())

    def column(key: str) -> bytes:
        return np.array([row[key] for row in rows], dtype="<i8").tobytes() if key in rows[0] else b""

    group = ColumnGroup(
        indicator_code,
        np.array(times, dtype="<i8").tobytes(),
        column("value"),
        column("good"),
        column("total"),
        labels,
    )
    return Batch(
        name,
        SERVICE,
        source,
        "land",
        at(received),
        min(times),
        max(times),
        len(rows),
        [group],
        backfill,
        covers,
    )


def nothing(
    name: str, start: str | int, end: str | int, *codes: str, source: str = "source", **more: Any
) -> Batch:
    """A report of nothing: complete for [start, end)."""
    span = [when if isinstance(when, int) else at(when) for when in (start, end)]
    covers = Cover(span[0], span[1], sorted(codes))
    return Batch(name, SERVICE, source, "land", span[1], span[0], span[1] - 1, 0, [], covers=covers, **more)


def accepted(found: Batch) -> Event:
    return metrics.event_of(metrics.BATCH, found)


def replayed(found: Batch) -> Event:
    return metrics.event_of(metrics.BATCH, found, topic=REPLAYS)


def voided(found: Batch | JourneyBatch) -> Event:
    measured = found if isinstance(found, Batch) else None
    passages = found if isinstance(found, JourneyBatch) else None
    fact = metrics.Voided(found.batch, SERVICE, "wrong", measured, passages)
    return metrics.event_of(metrics.VOIDED, fact)


def tick(when: str | int) -> Event:
    return metrics.event_of(metrics.TICK, metrics.Tick(when if isinstance(when, int) else at(when)))


def steps(
    name: str, events: Sequence[tuple[str, str, str, str]], *, backfill: str | None = None, **labels: str
) -> JourneyBatch:
    """Journey events as (journey, step, edge, time); the id is made of all four."""
    found = [
        JourneyEvent(f"{journey}-{step}-{edge}-{when}", journey, step, "land", edge, at(when), labels)
        for journey, step, edge, when in events
    ]
    times = [event.at for event in found]
    return JourneyBatch(
        name, SERVICE, "source", "land", max(times), min(times), max(times), found, "next", backfill
    )


def passed(found: JourneyBatch) -> Event:
    return metrics.event_of(metrics.JOURNEYS, found)


def sealed(backfill: str, start: str, end: str) -> Event:
    fact = metrics.Sealed(backfill, SERVICE, "source", "land", at(start), at(end), "history")
    return metrics.event_of(metrics.SEALED, fact)


def exclusion(
    name: str,
    start: str | int | None = None,
    end: str | int | None = None,
    *,
    state: str = "approved",
    version: int = 2,
    objectives: Sequence[str] | None = None,
    scope: dict[str, str] | None = None,
    journeys: Sequence[str] = (),
) -> Event:
    """One that city proposed and land approved; ``state`` "revoked": that both took back."""

    def instant(when: str | int | None) -> int | None:
        return at(when) if isinstance(when, str) else when

    return ExclusionTold(
        version=version,
        id=name,
        state=state,
        agreement=AGREEMENT,
        service=SERVICE,
        parties=["city", "land"],
        kind="maintenance",
        objectives=None if objectives is None else list(objectives),
        scope=scope,
        from_at=instant(start),
        to_at=instant(end),
        journeys=list(journeys),
        reason={"en": "the register moved"},
        proposed_by="city",
        proposed_at=at("2026-01-01T00:00"),
        approvals=[{"agency": name, "at": "2026-01-01T00:00:00Z"} for name in ("city", "land")],
    ).event()
